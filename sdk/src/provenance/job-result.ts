import { type Hex, recoverTypedDataAddress } from "viem";
import type { EnclavePolicy } from "../actions/receipts.js";
import { receiptLicensesHash } from "../actions/receipts.js";
import { fromHex, toHex } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import { sha256 } from "../formats/hash.js";
import { canonicalJson } from "../formats/jcs.js";
import type { RunManifest } from "../formats/run-manifest.js";
import { runManifestHash } from "../formats/run-manifest-form.js";
import { type Message, typedData } from "../formats/typed-data.js";
import type { DsseEnvelope } from "./dsse.js";
import { verifyInToto } from "./in-toto.js";
import {
  COMPUTE_RECEIPT_TYPE,
  type ComputeReceiptPredicate,
  computeReceiptStatement,
  type JobManifest,
  type JobOutput,
  jobInputsHash,
  jobManifestHash,
  jobOutputsHash,
} from "./job.js";
import { type SimulatedEvidence, verifySimulated } from "./simulated-enclave.js";

/** What a job that ended well leaves, as JSON carries it. The run manifest holds a salt and leaf hashes: keep it private. */
export interface JobResult {
  /** The enclave only played one: all of this shows the form, and proves nothing of where the job ran. */
  simulated: true;
  runManifest: RunManifest;
  /** Ascending by name. */
  outputs: (JobOutput & { bytes: number })[];
  receipt: Message<"ComputeReceipt">;
  /** The enclave's, over the receipt as typed data. */
  signature: Hex;
  /** Of ComputeReceipts. */
  receiptId: Hex;
  /** The same receipt as an in-toto statement. */
  statement: DsseEnvelope;
  policy: Omit<EnclavePolicy, "minimumTcb"> & { minimumTcb: string };
  evidence: SimulatedEvidence;
  /** Hashes of the transactions that published the policy, registered the key and recorded the receipt. */
  transactions: Hex[];
}

/** What a result is held against: what was asked for. */
export interface VerifyJobResultParameters {
  manifest: JobManifest;
  /** The 32 bytes that went along with the manifest. */
  nonce: Hex;
}

/**
 * Checks a job's result against what was asked for: that evidence, receipt and statement speak of this job, of these outputs and of
 * this run manifest, and are signed by the one key. That the chain has the receipt, `computeReceiptOf` says.
 * @throws AttestationRefused about the evidence; FormatError `mismatch` or `signature` naming what does not hold
 */
export async function verifyJobResult(
  result: JobResult,
  { manifest, nonce }: VerifyJobResultParameters,
): Promise<void> {
  const { receipt, evidence, policy, outputs, runManifest } = result;
  const { chainId, licenseToken } = manifest;
  const licenses = [...new Set(manifest.inputs.map(({ licenseId }) => BigInt(licenseId)))];
  const asked = { policy, job: manifest, nonce, chainId, licenses, now: receipt.startedAt };
  const { signer, evidence: registered } = verifySimulated(evidence, asked);
  const made = outputs.map(({ name, sha256 }) => ({ name, sha256 }));
  requireSame("the job manifest", receipt.jobManifestHash, jobManifestHash(manifest));
  requireSame("the inputs", receipt.inputsHash, jobInputsHash(manifest));
  requireSame("the outputs", receipt.outputsHash, jobOutputsHash(made));
  requireSame("the run manifest", receipt.runManifestHash, runManifestHash(runManifest));
  requireSame("the licenses", receipt.licensesHash, receiptLicensesHash(licenses));
  requireSame("the evidence", receipt.evidenceHash, registered.evidenceHash);
  requireSame("the runner", receipt.runner, manifest.runner);
  requireSame("the signer", receipt.signer, signer);
  const data = typedData("ComputeReceipt", { chainId, licenseToken }, receipt);
  const recovered = await recoverTypedDataAddress({ ...data, signature: result.signature } as never).catch(
    () => "none",
  );
  if (recovered.toLowerCase() !== signer.toLowerCase()) {
    throw new FormatError("signature", `the receipt is signed by ${recovered}, expected the enclave's key ${signer}.`);
  }
  const keys = [{ algorithm: "secp256k1" as const, publicKey: fromHex(evidence.publicKey) }];
  const statement = verifyInToto<ComputeReceiptPredicate>(result.statement, COMPUTE_RECEIPT_TYPE, { keys });
  const expected = computeReceiptStatement(receipt, { job: manifest, outputs: made, simulated: true });
  requireSame("the statement", hashOf(statement), hashOf(expected));
}

const hashOf = (value: unknown): Hex => toHex(sha256(new TextEncoder().encode(canonicalJson(value))));

function requireSame(what: string, found: string, expected: string): void {
  if (found.toLowerCase() === expected.toLowerCase()) return;
  throw new FormatError("mismatch", `${what} of the receipt: ${found}, expected ${expected}.`);
}
