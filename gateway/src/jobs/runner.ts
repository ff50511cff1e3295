/** Runs one job: opens its inputs, lets the kind's code work on them, and has the receipt recorded. */
import { createHash } from "node:crypto";
import { ColophonError, type Deployment } from "@colophon-protocol/sdk";
import { DeliveryError, type JobReason } from "@colophon-protocol/sdk/delivery";
import { FormatError } from "@colophon-protocol/sdk/formats";
import { manifestOfRun, startRun } from "@colophon-protocol/sdk/proofs";
import type { JobManifest, JobResult } from "@colophon-protocol/sdk/provenance";
import { type Address, createClient, type Hex, http } from "viem";
import { nonceManager, privateKeyToAccount } from "viem/accounts";
import type { ChainConfig, ChainReader } from "../chain/reader.js";
import { GatewayConfigError } from "../config.js";
import { Problem } from "../errors.js";
import { bareChain } from "../keeper/sender.js";
import type { CheckedInput, JobInputs, OpenedInput } from "./inputs.js";
import { type FinishedJob, type JobWork, runJob } from "./job.js";
import type { JobKind } from "./kinds.js";
import { runWork, WorkFailed, type WorkLimits } from "./worker.js";

/** A job at work. */
export interface RunningJob {
  id: string;
  account: Address;
  manifest: JobManifest;
  nonce: Hex;
  kind: JobKind;
  inputs: CheckedInput[];
  abort: AbortController;
  /** `recording` once the work is done: it is too late to end it. */
  phase: "working" | "recording";
  /** Resolves when it has ended; set when it starts. */
  ended?: Promise<void>;
}

/** Why a job was ended from outside. */
export class JobAborted extends Error {
  override readonly name = "JobAborted";

  constructor(readonly why: "cancelled" | "stopped" | "timeout") {
    super(`the job was ended: ${why}`);
  }
}

type Outputs = ReadonlyMap<string, Uint8Array>;

export class JobRunner {
  private readonly client;
  private readonly deployment: Deployment;

  /** @param key pays for transactions; an account of its own, so that nobody else takes its nonces */
  constructor(
    private readonly chain: ChainReader,
    private readonly inputs: JobInputs,
    key: Hex,
    private readonly limits: WorkLimits,
  ) {
    const { chainId, rpcUrl, rpcTimeoutMs } = chain.config;
    this.deployment = deploymentOf(chain.config);
    this.client = createClient({
      account: privateKeyToAccount(key, { nonceManager }),
      chain: bareChain(chainId, rpcUrl),
      transport: http(rpcUrl, { timeout: rpcTimeoutMs }),
      pollingInterval: 500,
    });
  }

  /** @throws JobAborted, or what `reasonOf` puts into words */
  async run(job: RunningJob): Promise<{ result: JobResult; outputs: Outputs }> {
    const { client, deployment } = this;
    job.abort.signal.throwIfAborted();
    const finished = await runJob<Outputs>({
      ...{ client, deployment, job: job.manifest, nonce: job.nonce },
      now: async () => (await this.chain.confirmed(true)).time,
      work: () => this.work(job),
    });
    return { result: resultOf(finished), outputs: finished.result };
  }

  private async work(job: RunningJob): Promise<JobWork<Outputs>> {
    const { manifest, kind, inputs, abort } = job;
    const licenses = inputs.map(({ licenseId, datasetId, version }) => {
      return { licenseId: BigInt(licenseId), datasetId: BigInt(datasetId), version };
    });
    const { purpose, runner } = manifest;
    const run = await startRun(this.client, { licenses, purpose, runner, deployment: this.deployment });
    const opened: OpenedInput[] = [];
    for (const input of inputs) {
      abort.signal.throwIfAborted();
      opened.push(await this.inputs.open(input));
    }
    const given = inputs.map(({ licenseId, datasetId, version }, i) => {
      return { licenseId, datasetId, version, files: (opened[i] as OpenedInput).files };
    });
    const { module } = kind;
    const { outputs, uses } = await runWork(
      { module, inputs: given, parameters: manifest.parameters },
      this.limits,
      abort.signal,
    );
    // A license that ended while the code ran carries no receipt.
    for (const input of inputs) await this.inputs.requireLicensed(job.account, purpose, input);
    abort.signal.throwIfAborted();
    job.phase = "recording";
    const salt = crypto.getRandomValues(new Uint8Array(32));
    const deliveries = opened.map(({ delivered }) => delivered);
    return {
      result: outputs,
      outputs: [...outputs].map(([name, bytes]) => ({ name, sha256: hashOf(bytes) })),
      manifest: ({ endedAt }) => manifestOfRun(run, { deliveries, runEnd: endedAt, count: uses, salt }),
    };
  }
}

/** Why a job failed, for its account. What is nobody else's business is left to the log. */
export function reasonOf(error: unknown): JobReason {
  const isOurs =
    error instanceof Problem ||
    error instanceof WorkFailed ||
    error instanceof ColophonError ||
    error instanceof DeliveryError ||
    error instanceof FormatError;
  if (isOurs) return { code: error.code, detail: error.message };
  return { code: "internal", detail: "The gateway failed. Tell its operator the job's id." };
}

function resultOf(finished: FinishedJob<Outputs>): JobResult {
  const { manifest, outputs, result, receipt, signature, receiptId, envelope, enclave, transactions } = finished;
  return {
    simulated: true,
    runManifest: manifest,
    outputs: outputs.map((output) => ({ ...output, bytes: result.get(output.name)?.length ?? 0 })),
    ...{ receipt, signature, receiptId, statement: envelope, evidence: enclave.evidence },
    policy: { ...enclave.policy, minimumTcb: String(enclave.policy.minimumTcb) },
    transactions: transactions.map(({ transactionHash }) => transactionHash),
  };
}

/** What jobs call on chain. @throws GatewayConfigError when the configuration does not say where receipts are recorded */
function deploymentOf({ chainId, licenseToken, datasetRegistry, computeReceipts }: ChainConfig): Deployment {
  if (!computeReceipts)
    throw new GatewayConfigError("Jobs need ComputeReceipts: set COLOPHON_DEPLOYMENT to a file that lists it.");
  const contracts = { LicenseToken: licenseToken, DatasetRegistry: datasetRegistry, ComputeReceipts: computeReceipts };
  const listed = Object.entries(contracts).map(([name, address]) => [name, { address }] as const);
  return { chainId, contracts: Object.fromEntries(listed) };
}

const hashOf = (bytes: Uint8Array): Hex => `0x${createHash("sha256").update(bytes).digest("hex")}`;
