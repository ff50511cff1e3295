import { randomBytes } from "node:crypto";
import type { EnclaveEvidence, EnclavePolicy } from "@colophon-protocol/sdk";
import { sha256, toHex } from "@colophon-protocol/sdk/formats";
import {
  type DsseSigner,
  type JobManifest,
  type SimulatedEvidence,
  secp256k1Signer,
  simulateEvidence,
  verifySimulated,
} from "@colophon-protocol/sdk/provenance";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { Hex, LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";

/**
 * An enclave that only plays one: a key in this process, and evidence by a root that it makes up. It shows the form of what real
 * hardware gives, is marked as simulated wherever it is told of, and every policy of real enclaves refuses it.
 */
export interface SimulatedEnclave {
  account: LocalAccount;
  /** The policy that its evidence meets: of simulated enclaves, with its own root. */
  policy: EnclavePolicy;
  evidence: SimulatedEvidence;
  /** What ComputeReceipts registers of it. */
  registered: EnclaveEvidence;
  /** Signs envelopes with the same key. */
  signer: DsseSigner;
}

/** What an enclave is started for. */
export interface StartEnclaveParameters {
  job: JobManifest;
  /** 32 random bytes of whoever wants the evidence. */
  nonce: Hex;
  /** Seconds since 1970. */
  now: number;
  /** Seconds that the key counts. */
  lifetime: number;
}

/** Starts one for a job: a fresh key, a fresh root, and evidence that binds the key to the job, its chain and its licenses. */
export function startSimulatedEnclave({ job, nonce, now, lifetime }: StartEnclaveParameters): SimulatedEnclave {
  const [key, rootKey] = [secretKey(), secretKey()];
  const expiresAt = now + lifetime;
  const binding = { nonce, chainId: job.chainId, licenses: licensesOf(job) };
  const publicKey = toHex(secp256k1.getPublicKey(key));
  const evidence = simulateEvidence(job, { ...binding, publicKey, rootKey, expiresAt });
  const policy: EnclavePolicy = {
    platform: "simulated",
    rootHash: toHex(sha256(secp256k1.getPublicKey(rootKey))),
    minimumTcb: 0n,
    simulated: true,
    debugForbidden: false,
    measurements: [job.measurement],
    deniedAdvisories: [],
  };
  const account = privateKeyToAccount(toHex(key));
  // Checked as by a stranger, so that nothing is registered that nobody could check.
  const { evidence: registered } = verifySimulated(evidence, { ...binding, policy, job, now });
  return { account, policy, evidence, registered, signer: secp256k1Signer(key, account.address.toLowerCase()) };
}

/** A job's licenses, ascending, each once. */
export function licensesOf({ inputs }: Pick<JobManifest, "inputs">): bigint[] {
  const ids = [...new Set(inputs.map(({ licenseId }) => BigInt(licenseId)))];
  return ids.sort((a, b) => (a < b ? -1 : 1));
}

function secretKey(): Uint8Array {
  for (;;) {
    const key = new Uint8Array(randomBytes(32));
    if (secp256k1.utils.isValidSecretKey(key)) return key;
  }
}
