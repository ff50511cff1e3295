/** Jobs at a provider's gateway: its registered code on chunks that it delivered, with a receipt of what ran on what. */
import { equalBytes, FormatError, fromHex, type Hex, toHex } from "../formats/index.js";
import { type JobManifest, readJobManifest } from "../provenance/job.js";
import { type JobResult, verifyJobResult } from "../provenance/job-result.js";
import type { DeliveryClientOptions } from "./client.js";
import { DeliveryError } from "./errors.js";
import { sha256Fast } from "./fetcher.js";
import { GatewaySession } from "./session.js";

/**
 * Where a job stands. `queued` and `running` go on; the others are ends:
 *
 * - `done`: there is a result.
 * - `failed`: the work or the chain refused; `reason` says why.
 * - `cancelled`: its account ended it.
 * - `interrupted`: its process ended first, and with it the key of its enclave. Submit it again.
 */
export type JobState = "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";

/** Why a job ended without a result: a stable code, and what was wrong and what to do. */
export interface JobReason {
  code: string;
  detail: string;
}

/** A job as its gateway tells of it. Times in seconds since 1970, of the gateway's clock. */
export interface JobStatus {
  id: string;
  state: JobState;
  /** Its enclave only plays one. */
  simulated: true;
  manifest: JobManifest;
  submittedAt: number;
  endedAt?: number;
  reason?: JobReason;
  result?: JobResult;
}

/** Code that the provider registered. A job names it by `name`, and says by `measurement` that it means this very code. */
export interface JobKindDescription {
  name: string;
  description: string;
  /** SHA-256 of the code. */
  measurement: Hex;
  simulated: true;
}

/** What is submitted. The provider gets the keys: its enclave is simulated, and keeps nothing from it. */
export interface JobSubmission {
  manifest: JobManifest;
  /** 32 random bytes that the enclave's evidence must name. */
  nonce: Hex;
  /** For each input of the manifest: the encoding under which it was delivered, and its dataset key, 32 bytes. */
  keys: readonly { encoding: number; datasetKey: Uint8Array }[];
}

/** Jobs of one account at one gateway. */
export interface JobsClient {
  /** What the gateway runs. */
  kinds(): Promise<JobKindDescription[]>;
  /**
   * Submits a job. Every chunk of its inputs must have been delivered under its license before.
   * @param idempotencyKey submitting the same again under one key gives the same job; a new one unless told
   * @throws DeliveryError `denied` when a license does not carry it, `refused` for what does not fit, `unavailable` when too many run
   */
  submit(submission: JobSubmission, idempotencyKey?: string): Promise<JobStatus>;
  /** Where it stands. @throws DeliveryError `not-found` for a job of somebody else too */
  job(id: string): Promise<JobStatus>;
  /**
   * Waits until it has ended, and checks its result against what was submitted.
   * @throws FormatError, AttestationRefused when the result does not hold; DeliveryError
   */
  ended(
    id: string,
    submission: JobSubmission,
    options?: { everyMs?: number; signal?: AbortSignal },
  ): Promise<JobStatus>;
  /** What it made, by name, checked against the result. @throws FormatError `mismatch` */
  output(job: JobStatus, name: string): Promise<Uint8Array>;
  /** Ends it. @throws DeliveryError `refused` once it has ended, or is recording its receipt */
  cancel(id: string): Promise<JobStatus>;
}

/** Creates a client. Nothing is sent before it is used. @param options the license is any of the job's: it proves the account */
export function createJobsClient(options: DeliveryClientOptions): JobsClient {
  const { licenseId, ...rest } = options;
  const session = new GatewaySession({ ...rest, scope: { licenseId } });
  const status = async (path: string, init?: RequestInit) =>
    (await (await session.request(path, init)).json()) as JobStatus;
  const job = (id: string) => status(jobPath(id));
  return {
    kinds: async () => {
      const { kinds } = (await (await session.publicRequest("/v1/job-kinds")).json()) as {
        kinds: JobKindDescription[];
      };
      return kinds;
    },
    submit: (submission, idempotencyKey = crypto.randomUUID()) => {
      const headers = { "content-type": "application/json", "idempotency-key": idempotencyKey };
      return status("/v1/jobs", { method: "POST", headers, body: jobSubmissionJson(submission) });
    },
    job,
    ended: async (id, submission, { everyMs = 1000, signal } = {}) => {
      for (;;) {
        const found = await job(id);
        if (found.state !== "queued" && found.state !== "running") {
          if (found.result) await verifyJobResult(found.result, submission);
          return found;
        }
        await new Promise((resolve) => setTimeout(resolve, everyMs));
        if (signal?.aborted) throw new DeliveryError("aborted", "Waiting for the job was ended by its caller.");
      }
    },
    output: async ({ id, result }, name) => {
      const listed = result?.outputs.find((output) => output.name === name);
      if (!listed) throw new DeliveryError("not-found", `Job ${id} made no output ${name}.`);
      const response = await session.request(`${jobPath(id)}/outputs/${encodeURIComponent(name)}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (equalBytes(await sha256Fast(bytes), fromHex(listed.sha256, 32))) return bytes;
      throw new FormatError("mismatch", `the output ${name} is not the one that the receipt names.`);
    },
    cancel: (id) => status(jobPath(id), { method: "DELETE" }),
  };
}

const jobPath = (id: string) => `/v1/jobs/${encodeURIComponent(id)}`;

/** A submission as it is sent. */
export function jobSubmissionJson({ manifest, nonce, keys }: JobSubmission): string {
  const sent = keys.map(({ encoding, datasetKey }) => ({ encoding, key: toHex(datasetKey) }));
  return JSON.stringify({ manifest, nonce, keys: sent });
}

/** A submission from parsed JSON. @throws FormatError `schema` or `value` naming what does not fit */
export function parseJobSubmission(value: unknown): JobSubmission {
  const { manifest: given, nonce, keys } = (value ?? {}) as { manifest?: unknown; nonce?: unknown; keys?: unknown };
  const manifest = readJobManifest(given);
  if (!Array.isArray(keys) || keys.length !== manifest.inputs.length) {
    throw new FormatError("schema", `keys: expected a list with one for each of ${manifest.inputs.length} inputs.`);
  }
  return { manifest, nonce: toHex(bytes32("nonce", nonce)), keys: keys.map(parseKey) };
}

function parseKey(value: unknown, index: number) {
  const { encoding, key } = (value ?? {}) as { encoding?: unknown; key?: unknown };
  if (!Number.isInteger(encoding) || (encoding as number) < 1 || (encoding as number) > 0xffff) {
    throw new FormatError("schema", `keys[${index}].encoding: expected an encoding's number.`);
  }
  return { encoding: encoding as number, datasetKey: bytes32(`keys[${index}].key`, key) };
}

/** What was found may be a secret, so it is not shown. */
function bytes32(what: string, value: unknown): Uint8Array {
  if (typeof value === "string" && /^0x[0-9a-fA-F]{64}$/.test(value)) return fromHex(value, 32);
  throw new FormatError("schema", `${what}: expected 32 bytes as 0x and 64 hex digits.`);
}
