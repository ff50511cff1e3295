import { encodePacked, keccak256 } from "viem";
import { concat, fromHex, type Hex, toHex } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import { canonicalBytes } from "../formats/jcs.js";
import type { RunPurpose } from "../formats/run-manifest.js";
import { PURPOSE_USES } from "../formats/run-manifest-form.js";
import type { Message } from "../formats/typed-data.js";
import { field, hexField, numberField, objectOf } from "../proofs/fields.js";
import { type InTotoStatement, inTotoStatement, sha256Digest } from "./in-toto.js";

/** A licensed version that a job works on. */
export interface JobInput {
  licenseId: string;
  datasetId: string;
  version: number;
  contentRoot: Hex;
}

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
  /** Ascending by license, dataset and version. */
  inputs: JobInput[];
  /** What the code is told, as text. */
  parameters: Record<string, string>;
}

/** What a job made: a name and its SHA-256, ascending by name. */
export interface JobOutput {
  name: string;
  sha256: Hex;
}

const DECIMAL = /^(0|[1-9]\d{0,77})$/;

/** Reads parsed JSON. @throws FormatError `schema` naming the field, `value` for inputs that are none, or not ascending */
export function readJobManifest(value: unknown): JobManifest {
  const what = "the job manifest";
  const object = objectOf(what, value, "colophon-job");
  const isText = (v: unknown) => typeof v === "string" && v !== "";
  const isPurpose = (v: unknown) => typeof v === "string" && Object.hasOwn(PURPOSE_USES, v);
  const parameters = objectOf(`${what}.parameters`, object.parameters);
  for (const name of Object.keys(parameters)) field(`${what}.parameters`, parameters, name, "text", isText);
  const inputs = field<unknown[]>(what, object, "inputs", "a list", Array.isArray).map(readInput);
  const ascends = inputs.every((input, i) => i === 0 || compareInputs(inputs[i - 1] as JobInput, input) < 0);
  if (inputs.length === 0 || !ascends) {
    throw new FormatError("value", `${what}.inputs: expected at least one, ascending by license, dataset and version.`);
  }
  return {
    format: "colophon-job",
    formatVersion: 1,
    name: field(what, object, "name", "text", isText),
    measurement: hexField(what, object, "measurement", 32),
    chainId: numberField(what, object, "chainId"),
    licenseToken: hexField(what, object, "licenseToken", 20),
    runner: hexField(what, object, "runner", 20),
    purpose: field(what, object, "purpose", `one of ${Object.keys(PURPOSE_USES).join(", ")}`, isPurpose),
    inputs,
    parameters: parameters as Record<string, string>,
  };
}

function readInput(value: unknown, index: number): JobInput {
  const what = `the job manifest.inputs[${index}]`;
  const object = objectOf(what, value);
  const id = (name: string) =>
    field<string>(what, object, name, "an id as decimal text", (v) => typeof v === "string" && DECIMAL.test(v));
  return {
    licenseId: id("licenseId"),
    datasetId: id("datasetId"),
    version: numberField(what, object, "version"),
    contentRoot: hexField(what, object, "contentRoot", 32),
  };
}

function compareInputs(a: JobInput, b: JobInput): number {
  const [left, right] = [a, b].map(({ licenseId, datasetId, version }) => [licenseId, datasetId, version].map(BigInt));
  const at = (left as bigint[]).findIndex((part, i) => part !== (right as bigint[])[i]);
  if (at < 0) return 0;
  return ((left as bigint[])[at] as bigint) < ((right as bigint[])[at] as bigint) ? -1 : 1;
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
