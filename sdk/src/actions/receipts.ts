/** ComputeReceipts: which enclaves count, which keys were attested, and what they signed of the jobs that they ran. */
import { computeReceiptsAbi } from "@colophon-protocol/contracts";
import { type Address, encodePacked, type Hex, keccak256, stringToHex } from "viem";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";

const read = /*#__PURE__*/ readsOf(
  "ComputeReceipts",
  computeReceiptsAbi,
  async () => (await import("../errors/hints-proofs.js")).proofsHints,
);

/** Which enclaves count. */
export interface EnclavePolicy {
  /** As `intel-tdx`, `aws-nitro`, `simulated`. */
  platform: string;
  /** SHA-256 of the trust root's certificate. */
  rootHash: Hex;
  /** Least TCB level, as the platform numbers it. */
  minimumTcb: bigint;
  /** Simulated enclaves: no verifier is needed, and the grade says so. */
  simulated: boolean;
  /** True unless simulated. */
  debugForbidden: boolean;
  /** SHA-256 of what the platform reports of the code. */
  measurements: readonly Hex[];
  /** Ids of advisories under which no evidence counts. */
  deniedAdvisories: readonly string[];
}

/** What a verifier found in the evidence of one key. */
export interface EnclaveEvidence {
  measurement: Hex;
  /** SHA-256 of the evidence, kept off chain. */
  evidenceHash: Hex;
  tcb: bigint;
  debug: boolean;
  advisories: readonly string[];
  /** First second at which the key no longer counts. */
  expiresAt: number;
}

/** A key under a policy; `policy` is the id that `publishEnclavePolicy` gave. */
export interface EnclaveSignerId {
  policy: Hex;
  signer: Address;
}

/** A receipt with its signature. */
export interface SignedComputeReceipt {
  receipt: Message<"ComputeReceipt">;
  signature: Hex;
}

const ascending = (values: readonly Hex[]) => values.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
const idsOf = (advisories: readonly string[]) => ascending(advisories.map((id) => keccak256(stringToHex(id))));

const policyToChain = ({ platform, measurements, deniedAdvisories, ...rest }: EnclavePolicy) => ({
  ...rest,
  platform: keccak256(stringToHex(platform)),
  measurements: ascending(measurements),
  deniedAdvisories: idsOf(deniedAdvisories),
});

/** What a receipt says of its licenses: keccak256 of their ids, packed, ascending. */
export const receiptLicensesHash = (licenses: readonly bigint[]): Hex =>
  keccak256(encodePacked(["uint256[]"], [licenses]));

/** Publishes a policy; its id follows from its content. Anyone. Emits PolicyPublished. */
export const publishEnclavePolicy = /*#__PURE__*/ defineWrite({
  contract: "ComputeReceipts",
  abi: computeReceiptsAbi,
  functionName: "publishPolicy",
  event: "PolicyPublished",
  args: (policy: EnclavePolicy) => [policyToChain(policy)],
});
/** `publishEnclavePolicy`, waiting for its receipt. */
export const publishEnclavePolicySync = /*#__PURE__*/ syncOf(publishEnclavePolicy);

/** Admits a verifier of evidence, or stops it. Restricted. Emits VerifierSet. */
export const setEvidenceVerifier = /*#__PURE__*/ defineWrite({
  contract: "ComputeReceipts",
  abi: computeReceiptsAbi,
  functionName: "setVerifier",
  event: "VerifierSet",
  args: ({ verifier, admitted }: { verifier: Address; admitted: boolean }) => [verifier, admitted],
});
/** `setEvidenceVerifier`, waiting for its receipt. */
export const setEvidenceVerifierSync = /*#__PURE__*/ syncOf(setEvidenceVerifier);

/** Registers a key. An admitted verifier; under a policy of simulated enclaves, anyone. Emits SignerRegistered. */
export const registerEnclaveSigner = /*#__PURE__*/ defineWrite({
  contract: "ComputeReceipts",
  abi: computeReceiptsAbi,
  functionName: "registerSigner",
  event: "SignerRegistered",
  args: ({ policy, signer, evidence }: { policy: EnclavePolicy; signer: Address; evidence: EnclaveEvidence }) => [
    policyToChain(policy),
    signer,
    { ...evidence, advisories: idsOf(evidence.advisories) },
  ],
});
/** `registerEnclaveSigner`, waiting for its receipt. */
export const registerEnclaveSignerSync = /*#__PURE__*/ syncOf(registerEnclaveSigner);

/** Revokes a key and with it its receipts, for good. Only the verifier that registered it. Emits SignerRevoked. */
export const revokeEnclaveSigner = /*#__PURE__*/ defineWrite({
  contract: "ComputeReceipts",
  abi: computeReceiptsAbi,
  functionName: "revokeSigner",
  event: "SignerRevoked",
  args: ({ policy, signer, reasonHash }: EnclaveSignerId & { reasonHash: Hex }) => [policy, signer, reasonHash],
});
/** `revokeEnclaveSigner`, waiting for its receipt. */
export const revokeEnclaveSignerSync = /*#__PURE__*/ syncOf(revokeEnclaveSigner);

/** Records a receipt under each of its licenses, ascending. Anyone. Emits ReceiptRecorded, and LicenseReceipt for each. */
export const recordComputeReceipt = /*#__PURE__*/ defineWrite({
  contract: "ComputeReceipts",
  abi: computeReceiptsAbi,
  functionName: "record",
  event: "ReceiptRecorded",
  args: ({ receipt, licenses, signature }: SignedComputeReceipt & { licenses: readonly bigint[] }) => [
    receipt,
    licenses,
    signature,
  ],
});
/** `recordComputeReceipt`, waiting for its receipt. */
export const recordComputeReceiptSync = /*#__PURE__*/ syncOf(recordComputeReceipt);

/** Revokes a key that signed two different receipts of one job. Anyone. Emits ContradictionProven. */
export const proveReceiptContradiction = /*#__PURE__*/ defineWrite({
  contract: "ComputeReceipts",
  abi: computeReceiptsAbi,
  functionName: "proveContradiction",
  event: "ContradictionProven",
  args: ({ first, second }: { first: SignedComputeReceipt; second: SignedComputeReceipt }) => [
    first.receipt,
    first.signature,
    second.receipt,
    second.signature,
  ],
});
/** `proveReceiptContradiction`, waiting for its receipt. */
export const proveReceiptContradictionSync = /*#__PURE__*/ syncOf(proveReceiptContradiction);

/** A recorded receipt, and whether its signer was revoked. */
export const computeReceiptOf = /*#__PURE__*/ read({
  functionName: "receiptOf",
  args: ({ receiptId }: { receiptId: Hex }) => [receiptId],
  result: (receipt) => receipt,
});

/** A key under a policy; undefined when it was never registered. */
export const enclaveSignerOf = /*#__PURE__*/ read({
  functionName: "signerOf",
  args: ({ policy, signer }: EnclaveSignerId) => [policy, signer],
  result: (signer) => (signer.from === 0 ? undefined : signer),
});

/** Whether a policy was published, and whether its enclaves are simulated. */
export const enclavePolicyOf = /*#__PURE__*/ read({
  functionName: "policyOf",
  args: ({ policy }: { policy: Hex }) => [policy],
  result: ([published, simulated]) => ({ published, simulated }),
});

/** Second from which a license has a standing receipt of at least this grade (1 simulated, 2 attested); undefined when it has none. */
export const receiptProvenAt = /*#__PURE__*/ read({
  functionName: "provenAt",
  args: ({ licenseId, leastGrade }: { licenseId: bigint; leastGrade: number }) => [licenseId, leastGrade],
  result: (at) => (at === 0 ? undefined : at),
});

/** Second of a license's last standing receipt of at least this grade; undefined when it has none. Where the last fell, the first. */
export const receiptLastProvenAt = /*#__PURE__*/ read({
  functionName: "lastProvenAt",
  args: ({ licenseId, leastGrade }: { licenseId: bigint; leastGrade: number }) => [licenseId, leastGrade],
  result: (at) => (at === 0 ? undefined : at),
});
