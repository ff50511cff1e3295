/**
 * Dealing of a network's first key: one machine draws the key, splits it and forgets it. Whoever controls that machine in that
 * moment knows the key; the threat model says so, and distributed key generation replaces it.
 */
import { type KeyNetwork, type KeyNode, sharesMatchNetwork } from "@colophon-protocol/sdk/keys";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { bytesToHex, type Hex } from "viem";
import { KeyNodeConfigError } from "./errors.js";

const Fr = bls12_381.fields.Fr;
const G1 = bls12_381.G1.Point;

/** Share of one node. `secret` is a scalar of Fr, never zero; it belongs into a share file and nowhere else. */
export interface KeyShare {
  index: number;
  secret: bigint;
}

/** What is public of a network: all that nodes and clients need besides addresses. */
export interface NetworkPublic {
  publicKey: Hex;
  threshold: number;
  nodes: Omit<KeyNode, "url">[];
}

export interface DealtNetwork extends NetworkPublic {
  shares: KeyShare[];
}

/**
 * Draws a network key and splits it into `n` shares of which any `t` release keys.
 * @throws KeyNodeConfigError unless 2 ≤ t ≤ n ≤ 255.
 */
export function dealNetworkKey(n: number, t: number): DealtNetwork {
  if (!Number.isInteger(n) || !Number.isInteger(t) || t < 2 || t > n || n > 255) {
    throw new KeyNodeConfigError(`A key network needs 2 ≤ threshold ≤ nodes ≤ 255, got threshold ${t} of ${n} nodes.`);
  }
  const coefficients = Array.from({ length: t }, randomScalar);
  const shares = Array.from({ length: n }, (_, i) => ({ index: i + 1, secret: evaluate(coefficients, BigInt(i + 1)) }));
  // A zero share has probability 2^-255, and would be no share at all.
  if (shares.some((s) => s.secret === 0n)) return dealNetworkKey(n, t);
  const dealt: DealtNetwork = {
    publicKey: publicKeyOf(coefficients[0] as bigint),
    threshold: t,
    nodes: shares.map(({ index, secret }) => ({ index, publicKeyShare: publicKeyOf(secret) })),
    shares,
  };
  if (!sharesMatchNetwork(dealt.publicKey, t, dealt.nodes)) throw new Error("Dealing failed its own check.");
  return dealt;
}

/** Public key of a scalar: compressed G1, 48 bytes. */
export function publicKeyOf(secret: bigint): Hex {
  return bytesToHex(G1.BASE.multiply(secret).toBytes(true));
}

/** A network description for clients, with the address of each node in the order of its index. */
export function withUrls(network: NetworkPublic, urls: readonly string[]): KeyNetwork {
  const { publicKey, threshold } = network;
  return { publicKey, threshold, nodes: network.nodes.map((n) => ({ ...n, url: urls[n.index - 1] as string })) };
}

function randomScalar(): bigint {
  return Fr.fromBytes(bls12_381.utils.randomSecretKey());
}

function evaluate(coefficients: readonly bigint[], x: bigint): bigint {
  return coefficients.reduceRight((sum, coefficient) => Fr.add(Fr.mul(sum, x), coefficient), 0n);
}
