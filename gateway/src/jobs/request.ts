/** Reads what a licensee asks for. */
import { createHash } from "node:crypto";
import { type JobSubmission, parseJobSubmission } from "@colophon-protocol/sdk/delivery";
import { canonicalJson, FormatError } from "@colophon-protocol/sdk/formats";
import { type Address, isAddressEqual } from "viem";
import type { ChainConfig } from "../chain/reader.js";
import { badRequest, Problem } from "../errors.js";
import type { AskedInput } from "./inputs.js";

/** Most bytes of a job manifest, canonical. */
const MAX_MANIFEST_BYTES = 65_536;

/** A submission that is well formed. */
export interface JobRequest extends Omit<JobSubmission, "keys"> {
  inputs: AskedInput[];
  /** SHA-256 of all but the keys: what an idempotency key stands for. */
  hash: string;
}

/** The header that makes a submission safe to repeat. @throws Problem 400 */
export function idempotencyKey(header: string | undefined): string {
  if (header !== undefined && /^[\x21-\x7e]{1,100}$/.test(header)) return header;
  throw badRequest(
    "The header Idempotency-Key is missing or no key: send 1 to 100 printable characters, new for every job.",
  );
}

/** @throws Problem 400, or 413 for a manifest that is too long */
export function jobRequest(body: unknown): JobRequest {
  const { manifest, nonce, keys } = submissionOf(body);
  const text = canonicalJson(manifest);
  if (text.length > MAX_MANIFEST_BYTES) {
    throw new Problem(
      413,
      "job_too_large",
      `The job manifest has ${text.length} bytes, at most ${MAX_MANIFEST_BYTES} are taken.`,
    );
  }
  const inputs = manifest.inputs.map((input, i) => ({ ...input, ...(keys[i] as (typeof keys)[number]) }));
  const asked = canonicalJson({ manifest, nonce, encodings: inputs.map(({ encoding }) => encoding) });
  return { manifest, nonce, inputs, hash: createHash("sha256").update(asked).digest("hex") };
}

/** Whether a job is of this chain and of who asks for it. @throws Problem 400, 403 */
export function requireOwn({ manifest }: JobRequest, account: Address, { chainId, licenseToken }: ChainConfig): void {
  if (manifest.chainId !== chainId || !isAddressEqual(manifest.licenseToken, licenseToken)) {
    throw badRequest(
      `The manifest is of LicenseToken ${manifest.licenseToken} on chain ${manifest.chainId}, expected ${licenseToken} on chain ${chainId}.`,
    );
  }
  if (isAddressEqual(manifest.runner, account)) return;
  throw new Problem(
    403,
    "not_allowed",
    `The manifest's runner is ${manifest.runner}, you signed in as ${account}: submit jobs of your own.`,
  );
}

function submissionOf(body: unknown): JobSubmission {
  try {
    return parseJobSubmission(body);
  } catch (error) {
    if (error instanceof FormatError) throw badRequest(`The submission does not fit: ${error.message}`);
    throw error;
  }
}
