/** What a client must know of a key network, and the wrapped key that an envelope carries. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { type Hex, bytesToHex as toHex } from "viem";
import { type EvmContractConditions, hashConditions, parseLicenseConditions } from "./conditions.js";
import { KeyFormatError } from "./errors.js";
import { encryptToIdentity, identityOf, parsePublicKey, sha256Hex } from "./ibe.js";
import { sharesMatchNetwork } from "./threshold.js";

/** One node: where it listens, its share's index (1 to 255) and its share's public key (48-byte G1, hex). */
export interface KeyNode {
  url: string;
  index: number;
  publicKeyShare: Hex;
}

/** A key network as set up: its public key, how many shares open a key, and its nodes. */
export interface KeyNetwork {
  publicKey: Hex;
  threshold: number;
  nodes: KeyNode[];
}

/** A dataset key under a network's public key and conditions: the part of the envelope that nodes and clients read. */
export interface WrappedKey {
  scheme: "bls12381-g2-ibe";
  networkPublicKey: Hex;
  conditions: EvmContractConditions;
  /** sha256 of the dataset key; together with the conditions it is the identity. */
  keyHash: Hex;
  /** 115 bytes, base64: exactly what Lit's `encrypt` returns. */
  ciphertext: string;
}

/**
 * Wraps a dataset key for a network; no node is asked.
 * @param parameters.networkPublicKey 48 bytes, hex. @param parameters.key 32 bytes.
 * @throws KeyFormatError on conditions outside the allowed shape, a bad public key or key.
 */
export function wrapDatasetKey(parameters: {
  networkPublicKey: Hex;
  conditions: EvmContractConditions;
  key: Uint8Array;
}): WrappedKey {
  const { networkPublicKey, conditions, key } = parameters;
  parseLicenseConditions(conditions);
  const keyHash = sha256Hex(key);
  const ciphertext = encryptToIdentity(networkPublicKey, identityOf(hashConditions(conditions), keyHash), key);
  return {
    scheme: "bls12381-g2-ibe",
    networkPublicKey: toHex(parsePublicKey(networkPublicKey).toBytes(true)),
    conditions,
    keyHash: `0x${keyHash}`,
    ciphertext: btoa(String.fromCharCode(...ciphertext)),
  };
}

/** Bytes of a wrapped key's ciphertext. @throws KeyFormatError when it is not base64. */
export function ciphertextBytes(wrapped: WrappedKey): Uint8Array {
  try {
    return Uint8Array.from(atob(wrapped.ciphertext), (c) => c.charCodeAt(0));
  } catch {
    throw new KeyFormatError("The wrapped key's ciphertext is not base64.");
  }
}

/** Identity of a wrapped key. @throws KeyFormatError on bad conditions or hash. */
export function identityOfWrapped(wrapped: Pick<WrappedKey, "conditions" | "keyHash">): string {
  return identityOf(hashConditions(wrapped.conditions), wrapped.keyHash.slice(2));
}

/**
 * Checks a network description once, before it is trusted: threshold within range, distinct nodes, and public key shares that
 * interpolate to the network's key.
 * @throws KeyFormatError naming what is wrong.
 */
export function validateKeyNetwork(network: KeyNetwork): void {
  const { threshold, nodes, publicKey } = network;
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > nodes.length) {
    throw new KeyFormatError(`The threshold must be 1 to the number of nodes (${nodes.length}), got ${threshold}.`);
  }
  if (
    new Set(nodes.map((n) => n.index)).size !== nodes.length ||
    new Set(nodes.map((n) => n.url)).size !== nodes.length
  ) {
    throw new KeyFormatError("Two nodes of the network share an index or an address.");
  }
  if (!sharesMatchNetwork(publicKey, threshold, nodes)) {
    throw new KeyFormatError(
      `The nodes' public key shares do not belong to the network key ${bytesToHex(parsePublicKey(publicKey).toBytes(true)).slice(0, 16)}….`,
    );
  }
}
