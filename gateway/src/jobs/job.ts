import { randomBytes } from "node:crypto";
import {
  type ColophonClient,
  type Deployment,
  publishEnclavePolicySync,
  receiptLicensesHash,
  recordComputeReceiptSync,
  registerEnclaveSignerSync,
} from "@colophon-protocol/sdk";
import { type Message, type RunManifest, runManifestHash, toHex, typedData } from "@colophon-protocol/sdk/formats";
import {
  computeReceiptStatement,
  type DsseEnvelope,
  type JobManifest,
  type JobOutput,
  jobInputsHash,
  jobManifestHash,
  jobOutputsHash,
  signInToto,
} from "@colophon-protocol/sdk/provenance";
import type { Hex, TransactionReceipt } from "viem";
import { licensesOf, type SimulatedEnclave, startSimulatedEnclave } from "./enclave.js";

const KEY_LIFETIME = 86_400;

/** What the work of a job leaves. */
export interface JobWork<T> {
  result: T;
  outputs: JobOutput[];
  /** What was used, made once the work is done. `endedAt`: seconds since 1970. */
  manifest: (times: { startedAt: number; endedAt: number }) => RunManifest;
}

/** Who runs a job, and where its receipt is recorded. */
export interface RunJobParameters<T> {
  /** Sends the transactions. Anyone may: a simulated enclave needs no verifier. */
  client: ColophonClient;
  deployment: Deployment;
  job: JobManifest;
  /** The chain's present, seconds since 1970. */
  now: () => Promise<number>;
  /** 32 bytes of whoever wants the evidence; random unless told. */
  nonce?: Hex | undefined;
  work: () => Promise<JobWork<T>>;
}

/** A job that ran, with everything that speaks of it. */
export interface FinishedJob<T> {
  result: T;
  outputs: readonly JobOutput[];
  manifest: RunManifest;
  enclave: SimulatedEnclave;
  receipt: Message<"ComputeReceipt">;
  receiptId: Hex;
  signature: Hex;
  /** The same as an in-toto statement, signed by the enclave's key. */
  envelope: DsseEnvelope;
  transactions: TransactionReceipt[];
}

/**
 * Runs a job in a simulated enclave and records its receipt: key and evidence first, then the work, then the receipt over job, inputs,
 * outputs and run manifest.
 * @throws what the work throws; ColophonError when the chain refuses
 */
export async function runJob<T>(parameters: RunJobParameters<T>): Promise<FinishedJob<T>> {
  const { client, deployment, job, now, work, nonce = toHex(new Uint8Array(randomBytes(32))) } = parameters;
  const enclave = startSimulatedEnclave({ job, nonce, now: await now(), lifetime: KEY_LIFETIME });
  const published = await publishEnclavePolicySync(client, { deployment, ...enclave.policy });
  const { policy, registered: evidence, account } = enclave;
  const signed = await registerEnclaveSignerSync(client, { deployment, policy, signer: account.address, evidence });

  const startedAt = await now();
  const { result, outputs, manifest: manifestOf } = await work();
  const endedAt = await now();
  const manifest = manifestOf({ startedAt, endedAt });

  const licenses = licensesOf(job);
  const receipt: Message<"ComputeReceipt"> = {
    policy: published.policy,
    jobManifestHash: jobManifestHash(job),
    inputsHash: jobInputsHash(job),
    outputsHash: jobOutputsHash(outputs),
    runManifestHash: runManifestHash(manifest),
    evidenceHash: evidence.evidenceHash,
    licensesHash: receiptLicensesHash(licenses),
    signer: account.address,
    runner: job.runner,
    startedAt,
    endedAt,
  };
  const { chainId, licenseToken } = job;
  const signature = await account.signTypedData(
    typedData("ComputeReceipt", { chainId, licenseToken }, receipt) as never,
  );
  const envelope = await signInToto(computeReceiptStatement(receipt, { job, outputs, simulated: true }), [
    enclave.signer,
  ]);
  const recorded = await recordComputeReceiptSync(client, { deployment, receipt, signature, licenses });
  const transactions = [published.receipt, signed.receipt, recorded.receipt];
  const { receiptId } = recorded;
  return { result, outputs, manifest, enclave, receipt, receiptId, signature, envelope, transactions };
}
