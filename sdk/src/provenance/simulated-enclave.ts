import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { Address } from "viem";
import { publicKeyToAddress } from "viem/utils";
import type { EnclaveEvidence, EnclavePolicy } from "../actions/receipts.js";
import { demand } from "../attestation/refusal.js";
import { concat, fromHex, type Hex, toHex, utf8 } from "../formats/bytes.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import { canonicalBytes } from "../formats/jcs.js";
import { type EnclaveBinding, type JobManifest, jobReportData } from "./job.js";

/** What an enclave says of itself that only plays one. Whoever has the root's key writes what they like: it proves nothing. */
export interface SimulatedEvidence {
  platform: "simulated";
  /** SHA-256 of the code, as claimed. */
  measurement: Hex;
  /** `jobReportData`. */
  reportData: Hex;
  nonce: Hex;
  /** The enclave's key: secp256k1, compressed. */
  publicKey: Hex;
  /** Seconds since 1970; the first at which it no longer counts. */
  expiresAt: number;
  /** The root's key: secp256k1, compressed. */
  root: Hex;
  /** The root's signature, r ‖ s. */
  signature: Hex;
}

/** Keeps signatures of simulated roots out of everything else. */
const DOMAIN = utf8("colophon simulated enclave v1");

const signedBytes = ({ signature: _, ...rest }: SimulatedEvidence): Uint8Array => concat(DOMAIN, canonicalBytes(rest));

/** SHA-256 of the evidence's canonical form: what a signer is registered with. */
export const simulatedEvidenceHash = (evidence: SimulatedEvidence, hash: Sha256 = sha256): Hex =>
  toHex(hash(canonicalBytes(evidence)));

/** Evidence for a job. @param rootKey 32 bytes; any will do, which is why it proves nothing */
export function simulateEvidence(
  job: JobManifest,
  { rootKey, expiresAt, ...binding }: EnclaveBinding & { rootKey: Uint8Array; expiresAt: number },
): SimulatedEvidence {
  const { nonce, publicKey } = binding;
  const unsigned: SimulatedEvidence = {
    platform: "simulated",
    measurement: job.measurement,
    reportData: jobReportData(job, binding),
    nonce,
    publicKey,
    expiresAt,
    root: toHex(secp256k1.getPublicKey(rootKey)),
    signature: "0x",
  };
  return { ...unsigned, signature: toHex(secp256k1.sign(signedBytes(unsigned), rootKey, { prehash: true })) };
}

/** What simulated evidence is held against. */
export interface VerifySimulatedParameters extends Omit<EnclaveBinding, "publicKey"> {
  policy: Pick<EnclavePolicy, "platform" | "rootHash" | "simulated" | "measurements">;
  job: JobManifest;
  /** Seconds since 1970. */
  now: number;
}

/**
 * The key that simulated evidence names, with what ComputeReceipts registers of it.
 * @throws AttestationRefused `root` under any policy that is not of simulated enclaves with this root; `signature`, `time`,
 * `binding`, `expected`
 */
export function verifySimulated(
  evidence: SimulatedEvidence,
  { policy, job, now, ...binding }: VerifySimulatedParameters,
): { signer: Address; evidence: EnclaveEvidence } {
  const { platform, root, publicKey, measurement, reportData, nonce, expiresAt, signature } = evidence;
  const rootHash = toHex(sha256(fromHex(root)));
  const simulated = policy.simulated && policy.platform === "simulated" && platform === "simulated";
  demand(simulated, "root", "the policy is of real enclaves, and this evidence is of a simulated one");
  demand(rootHash === policy.rootHash, "root", `the evidence is of the root ${rootHash}`);
  const signed = secp256k1.verify(fromHex(signature), signedBytes(evidence), fromHex(root), { prehash: true });
  demand(signed, "signature", "the root did not sign this evidence");
  demand(now < expiresAt, "time", `the evidence counted until ${expiresAt}`);
  const bound = nonce === binding.nonce && reportData === jobReportData(job, { ...binding, publicKey });
  demand(bound, "binding", "the evidence is of another job, nonce, chain or set of licenses");
  const known = measurement === job.measurement && policy.measurements.includes(measurement);
  demand(known, "expected", `the code ${measurement} is not the job's, or not the policy's`);
  const evidenceHash = simulatedEvidenceHash(evidence);
  return {
    signer: enclaveAddress(publicKey),
    evidence: { measurement, evidenceHash, tcb: 0n, debug: true, advisories: [], expiresAt },
  };
}

/** Address of an enclave's key on chain. @param publicKey compressed, 33 bytes */
export function enclaveAddress(publicKey: Hex): Address {
  return publicKeyToAddress(toHex(secp256k1.Point.fromBytes(fromHex(publicKey, 33)).toBytes(false)));
}
