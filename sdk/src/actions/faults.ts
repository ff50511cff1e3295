/** ObjectiveFaults: what a provider signed, brought against it. Evidence is made by `wrongContentEvidence` and `forkEvidence`. */
import { objectiveFaultsAbi } from "@colophon-protocol/contracts";
import type { Address, Hex } from "viem";
import type { Contradiction, SignedHead, SignedReceipt } from "../core/fault-evidence.js";
import type { Offer } from "../core/offer.js";
import { readsOf } from "../core/read.js";
import { FAULT, type Fault } from "../core/trust-enums.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf(
  "ObjectiveFaults",
  objectiveFaultsAbi,
  async () => (await import("../errors/hints-trust-bond.js")).trustBondHints,
);

/** A receipt against its provider, with the offer that its license was bought from. */
export interface ReceiptFault {
  offer: Offer;
  signed: SignedReceipt;
}

/** Two heads of one log that cannot be of one history. */
export interface ForkEvidence {
  smaller: SignedHead;
  larger: SignedHead;
  /** From `forkEvidence`; empty for heads of one size. */
  path: readonly Hex[];
}

type NamedFault = Exclude<Fault, "None">;

/**
 * Proves that a receipt covers a chunk that the encoding it names contradicts, or does not have. Refunds what the rail holds,
 * ends the license and slashes; the caller is the reporter. Anyone. Emits FaultProven.
 */
export const proveWrongContent = /*#__PURE__*/ defineWrite({
  contract: "ObjectiveFaults",
  abi: objectiveFaultsAbi,
  functionName: "wrongContent",
  event: "FaultProven",
  args: ({ offer, signed, proof }: ReceiptFault & { proof: Contradiction }) => [offer, signed, proof],
});
/** `proveWrongContent`, waiting for its receipt. */
export const proveWrongContentSync = /*#__PURE__*/ syncOf(proveWrongContent);

/** Proves that a receipt names another root for an encoding than the registry has. Otherwise as `proveWrongContent`. */
export const proveWrongRoot = /*#__PURE__*/ defineWrite({
  contract: "ObjectiveFaults",
  abi: objectiveFaultsAbi,
  functionName: "wrongRoot",
  event: "FaultProven",
  args: ({ offer, signed }: ReceiptFault) => [offer, signed],
});
/** `proveWrongRoot`, waiting for its receipt. */
export const proveWrongRootSync = /*#__PURE__*/ syncOf(proveWrongRoot);

/**
 * Proves that a license was served after its end and grace. Slashes the penalty; the caller is the reporter. Anyone. Emits
 * FaultProven.
 */
export const proveLateReceipt = /*#__PURE__*/ defineWrite({
  contract: "ObjectiveFaults",
  abi: objectiveFaultsAbi,
  functionName: "lateReceipt",
  event: "FaultProven",
  args: ({ offer, signed }: ReceiptFault) => [offer, signed],
});
/** `proveLateReceipt`, waiting for its receipt. */
export const proveLateReceiptSync = /*#__PURE__*/ syncOf(proveLateReceipt);

/**
 * Proves that a log has two histories, and slashes its provider in one token. Anyone; the caller is the reporter. Emits
 * FaultProven.
 */
export const proveEquivocation = /*#__PURE__*/ defineWrite({
  contract: "ObjectiveFaults",
  abi: objectiveFaultsAbi,
  functionName: "equivocation",
  event: "FaultProven",
  args: ({ smaller, larger, path, token }: ForkEvidence & { token: Address }) => [smaller, larger, path, token],
});
/** `proveEquivocation`, waiting for its receipt. */
export const proveEquivocationSync = /*#__PURE__*/ syncOf(proveEquivocation);

/** What a fault costs, basis points: of the price with a floor, or for logs of the stake. */
export const faultPenalty = /*#__PURE__*/ read({
  functionName: "penaltyOf",
  args: ({ fault }: { fault: NamedFault }) => [FAULT.indexOf(fault)],
  result: (found) => found,
});

/** Governed times: the grace for late receipts, and the age up to which messages count. */
export const faultClock = /*#__PURE__*/ read({
  functionName: "clock",
  args: (_: object) => [],
  result: (found) => found,
});

/** When a log was proven to have two histories; undefined when it was not. */
export const logForkedAt = /*#__PURE__*/ read({
  functionName: "forkedAt",
  args: ({ provider, originHash }: { provider: Address; originHash: Hex }) => [provider, originHash],
  result: (at): number | undefined => (at === 0 ? undefined : at),
});

/** The id of a license's fault, which is its claim id at the bond. Both content faults are one. */
export const licenseFaultId = /*#__PURE__*/ read({
  functionName: "licenseFaultId",
  args: ({ licenseId, fault }: LicenseId & { fault: NamedFault }) => [licenseId, FAULT.indexOf(fault)],
  result: (id): Hex => id,
});

/** The id of a log's fork in one token. */
export const logFaultId = /*#__PURE__*/ read({
  functionName: "logFaultId",
  args: ({ provider, originHash, token }: { provider: Address; originHash: Hex; token: Address }) => [
    provider,
    originHash,
    token,
  ],
  result: (id): Hex => id,
});
