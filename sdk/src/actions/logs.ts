/** CheckpointLog: anchored heads of providers' append-only logs. The log itself: `@colophon-protocol/sdk/log`. */
import { checkpointLogAbi } from "@colophon-protocol/contracts";
import { type Address, type Hex, keccak256, stringToHex } from "viem";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";

const read = /*#__PURE__*/ readsOf(
  "CheckpointLog",
  checkpointLogAbi,
  async () => (await import("../errors/hints-proofs.js")).proofsHints,
);

/** A log: whose it is, and the hash of its name (`logOriginHash`). */
export interface LogId {
  provider: Address;
  originHash: Hex;
}

/** A head with its signature. `signer` is the provider, or its key for logs at `head.signedAt`. */
export interface SignedLogHead {
  head: Message<"Checkpoint">;
  signer: Address;
  signature: Hex;
}

/** The anchored head of a log. Times in seconds. */
export interface AnchoredHead {
  root: Hex;
  /** Entries. */
  size: bigint;
  signedAt: number;
  anchoredAt: number;
}

/** What heads and contracts name a log by: keccak256 of its origin line. */
export const logOriginHash = (origin: string): Hex => keccak256(stringToHex(origin));

/** Anchors the first head of a log. Anyone. Emits LogOpened and CheckpointAnchored. */
export const openLog = /*#__PURE__*/ defineWrite({
  contract: "CheckpointLog",
  abi: checkpointLogAbi,
  functionName: "open",
  event: "CheckpointAnchored",
  args: ({ origin, head, signer, signature }: SignedLogHead & { origin: string }) => [origin, head, signer, signature],
});
/** `openLog`, waiting for its receipt. */
export const openLogSync = /*#__PURE__*/ syncOf(openLog);

/** Anchors a later head, with the RFC 9162 consistency proof from the anchored one. Anyone. Emits CheckpointAnchored. */
export const anchorLog = /*#__PURE__*/ defineWrite({
  contract: "CheckpointLog",
  abi: checkpointLogAbi,
  functionName: "anchor",
  event: "CheckpointAnchored",
  args: ({ head, signer, signature, proof }: SignedLogHead & { proof: readonly Hex[] }) => [
    head,
    signer,
    signature,
    proof,
  ],
});
/** `anchorLog`, waiting for its receipt. */
export const anchorLogSync = /*#__PURE__*/ syncOf(anchorLog);

/** The latest anchored head of a log; undefined when none is. */
export const logHead = /*#__PURE__*/ read({
  functionName: "headOf",
  args: ({ provider, originHash }: LogId) => [provider, originHash],
  result: (head): AnchoredHead | undefined => (head.anchoredAt === 0 ? undefined : head),
});

/** Since when, at the latest, an entry is in a log, by the latest anchored head; undefined when the proof does not show it. */
export const logEntryIncludedAt = /*#__PURE__*/ read({
  functionName: "includedAt",
  args: ({
    provider,
    originHash,
    index,
    leafHash,
    proof,
  }: LogId & { index: bigint; leafHash: Hex; proof: readonly Hex[] }) => [provider, originHash, index, leafHash, proof],
  result: (at): number | undefined => (at === 0 ? undefined : at),
});
