/** KeyNetwork: the nodes, threshold, epoch and public key of the key network. Releasing keys is in `/keys`. */
import { keyNetworkAbi } from "@colophon-protocol/contracts";
import type { ContractFunctionArgs, Hex } from "viem";
import { readsOf } from "../core/read.js";
import type { ColophonClient, ReadOptions } from "../core/types.js";
import { defineWrite, syncOf } from "../core/write.js";

const read = /*#__PURE__*/ readsOf(
  "KeyNetwork",
  keyNetworkAbi,
  async () => (await import("../errors/hints-protocol.js")).protocolHints,
);

/** A key node as registered; see `IKeyNetwork.Node`. */
export type RegisteredKeyNode = ContractFunctionArgs<typeof keyNetworkAbi, "nonpayable", "startEpoch">[2][number];

/** Starts the next epoch. Restricted to the key operator. Emits EpochStarted. */
export const startKeyEpoch = /*#__PURE__*/ defineWrite({
  contract: "KeyNetwork",
  abi: keyNetworkAbi,
  functionName: "startEpoch",
  event: "EpochStarted",
  args: ({
    threshold,
    publicKey,
    nodes,
  }: {
    threshold: bigint;
    publicKey: Hex;
    nodes: readonly RegisteredKeyNode[];
  }) => [threshold, publicKey, nodes],
});
/** `startKeyEpoch`, waiting for its receipt. */
export const startKeyEpochSync = /*#__PURE__*/ syncOf(startKeyEpoch);

/** Number of the present epoch, 0 before the first. */
export const keyEpoch = /*#__PURE__*/ read({
  functionName: "epoch",
  args: (_: object) => [],
  result: (epoch): bigint => epoch,
});

/** Shares needed to release a key. */
export const keyThreshold = /*#__PURE__*/ read({
  functionName: "threshold",
  args: (_: object) => [],
  result: (threshold): bigint => threshold,
});

/** The network's BLS public key: a compressed G1 point, 48 bytes. */
export const keyNetworkPublicKey = /*#__PURE__*/ read({
  functionName: "publicKey",
  args: (_: object) => [],
  result: (publicKey): Hex => publicKey,
});

/** The nodes, in the order of their share index (from 1). */
export const keyNodes = /*#__PURE__*/ read({
  functionName: "nodes",
  args: (_: object) => [],
  result: (nodes): readonly RegisteredKeyNode[] => nodes,
});

/** The registered key network in one answer, all reads in parallel. */
export async function registeredKeyNetwork(client: ColophonClient, options: ReadOptions = {}) {
  const [epoch, threshold, publicKey, nodes] = await Promise.all([
    keyEpoch(client, options),
    keyThreshold(client, options),
    keyNetworkPublicKey(client, options),
    keyNodes(client, options),
  ]);
  return { epoch, threshold: Number(threshold), publicKey, nodes };
}
