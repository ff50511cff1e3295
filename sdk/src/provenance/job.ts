import { encodePacked, keccak256 } from "viem";
import { concat, fromHex, type Hex, toHex } from "../formats/bytes.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import { canonicalBytes } from "../formats/jcs.js";
import type { RunPurpose } from "../formats/run-manifest.js";
import type { Message } from "../formats/typed-data.js";
import { type InTotoStatement, inTotoStatement, sha256Digest } from "./in-toto.js";

/** What a job was asked to do, before it ran. */
export interface JobManifest {
  format: "colophon-job";
  formatVersion: 1;
  name: string;
  /** SHA-256 of the code that runs. */
  measurement: Hex;
  chainId: number;
  licenseToken: Hex;
  runner: Hex;
  purpose: RunPurpose;
  /** Ascending by license. */
  inputs: { licenseId: string; datasetId: string; version: number; contentRoot: Hex }[];
  /** What the code is told, as text. */
  parameters: Record<string, string>;
}

/** What a job made: a name and its SHA-256, ascending by name. */
export interface JobOutput {
  name: string;
  sha256: Hex;
}

/** SHA-256 of the job manifest's canonical form. */
export const jobManifestHash = (job: JobManifest, hash: Sha256 = sha256): Hex => toHex(hash(canonicalBytes(job)));

/** SHA-256 of the canonical list of inputs. */
export const jobInputsHash = ({ inputs }: Pick<JobManifest, "inputs">, hash: Sha256 = sha256): Hex =>
  toHex(hash(canonicalBytes(inputs)));

/** SHA-256 of the canonical list of outputs. */
export const jobOutputsHash = (outputs: readonly JobOutput[], hash: Sha256 = sha256): Hex =>
  toHex(hash(canonicalBytes(outputs)));

/** What an enclave's key is bound to, beside the job. */
export interface EnclaveBinding {
  /** 32 random bytes, from whoever asks for the evidence. */
  nonce: Hex;
  /** The enclave's public key: secp256k1, compressed, 33 bytes. */
  publicKey: Hex;
  chainId: number;
  /** Ascending. */
  licenses: readonly bigint[];
}

/** What evidence must carry, 64 bytes: SHA-256 of the job manifest, and of nonce, key, chain and licenses. */
export function jobReportData(job: JobManifest, binding: EnclaveBinding, hash: Sha256 = sha256): Hex {
  const { nonce, publicKey, chainId, licenses } = binding;
  const licensesHash = keccak256(encodePacked(["uint256[]"], [licenses]));
  const chain = `0x${chainId.toString(16).padStart(64, "0")}`;
  const bound = concat(fromHex(nonce, 32), fromHex(publicKey, 33), fromHex(chain, 32), fromHex(licensesHash, 32));
  return toHex(concat(hash(canonicalBytes(job)), hash(bound)));
}

/** Predicate of a compute receipt: what was run, where, from what to what. */
export const COMPUTE_RECEIPT_TYPE = "urn:colophon:predicate:compute-receipt.v1";

/** What a compute receipt says beside its subjects, the outputs. */
export interface ComputeReceiptPredicate {
  /** True of an enclave that only plays one: it shows the form, and proves nothing. */
  simulated: boolean;
  job: JobManifest;
  jobManifestHash: Hex;
  inputsHash: Hex;
  outputsHash: Hex;
  runManifestHash: Hex;
  evidenceHash: Hex;
  policy: Hex;
  /** The enclave's address on chain. */
  signer: Hex;
  runner: Hex;
  /** Seconds since 1970. */
  startedAt: number;
  endedAt: number;
}

/** The receipt that ComputeReceipts records, as an in-toto statement about what the job made. */
export function computeReceiptStatement(
  receipt: Message<"ComputeReceipt">,
  { job, outputs, simulated }: { job: JobManifest; outputs: readonly JobOutput[]; simulated: boolean },
): InTotoStatement<ComputeReceiptPredicate> {
  const { licensesHash: _, ...fields } = receipt;
  const subject = outputs.map(({ name, sha256: digest }) => ({ name, digest: sha256Digest(digest) }));
  return inTotoStatement(subject, COMPUTE_RECEIPT_TYPE, { simulated, job, ...fields });
}
