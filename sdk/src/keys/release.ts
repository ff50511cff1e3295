/** The client's side of a native release: one signature, all nodes in parallel, the first `threshold` shares open the key. */
import type { Account, Address, Hex } from "viem";
import { bytesToHex } from "viem";
import type { AccessReason } from "./access.js";
import { hashConditions, parseLicenseConditions } from "./conditions.js";
import { KeyAccessDenied, KeyFormatError, type KeyNodeFailure, KeyNodesUnavailable, KeyUnwrapError } from "./errors.js";
import { decryptWithSignature, parseCiphertext, sha256Hex } from "./ibe.js";
import { ciphertextBytes, identityOfWrapped, type KeyNetwork, type KeyNode, type WrappedKey } from "./network.js";
import {
  type KeyRequest,
  keyRequestDigest,
  keyRequestTypedData,
  newResponseKey,
  openShare,
  type SealedShare,
} from "./request.js";
import { combineShares, type SignatureShare, shareFromBytes, verifyShare } from "./threshold.js";

/** What signs the request: a viem account, or a wallet client's `signTypedData` behind an address. */
export type KeyRequestSigner = Pick<Account, "address"> & {
  signTypedData: (typedData: ReturnType<typeof keyRequestTypedData>) => Promise<Hex>;
};

export interface ReleaseParameters {
  network: KeyNetwork;
  wrapped: WrappedKey;
  license: { chainId: number; licenseToken: Address; licenseId: bigint; encoding: number };
  account: KeyRequestSigner;
  /** How long the signed request is good for, seconds; 60 unless told. Nodes refuse more than 300. */
  ttlSeconds?: number;
  /** How long one node may take, milliseconds; 10,000 unless told. */
  timeoutMs?: number;
  signal?: AbortSignal;
  fetch?: typeof globalThis.fetch;
}

export interface ReleasedKey {
  /** 32 bytes. */
  key: Uint8Array;
  /** Indices of the nodes whose shares opened it. */
  usedNodes: number[];
  /** Nodes that failed meanwhile; a code of `bad_share` names a node that lied. */
  failures: KeyNodeFailure[];
}

interface NodeShare extends SignatureShare {
  node: KeyNode;
}

/** A node's answer, still sealed. */
interface SealedAnswer {
  node: KeyNode;
  sealed: SealedShare;
}

class NodeRefusal extends Error {
  constructor(
    readonly failure: KeyNodeFailure,
    readonly reason?: string,
  ) {
    super(failure.message);
  }
}

/**
 * Releases a wrapped dataset key from a network of nodes.
 *
 * Shares are combined before they are verified: opening proves the result (a false share cannot pass), and it is only when opening
 * fails that every share is checked against its public key share, the liar is named, and the next node's share is taken.
 * @throws KeyAccessDenied when so many nodes deny that the threshold is out of reach; `reason` is the chain's answer.
 * @throws KeyNodesUnavailable when fewer than `threshold` nodes gave a valid share.
 * @throws KeyFormatError when request, network and wrapped key do not belong together.
 */
export async function releaseDatasetKey(parameters: ReleaseParameters): Promise<ReleasedKey> {
  const { network, wrapped, license, account } = parameters;
  const responseKey = newResponseKey();
  const request = buildRequest(parameters, responseKey.publicKey);
  const signature = await account.signTypedData(keyRequestTypedData(request, license.chainId, license.licenseToken));
  const digest = keyRequestDigest(request, license.chainId, license.licenseToken);
  const body = JSON.stringify({ request, conditions: wrapped.conditions, signature }, (_, v) =>
    typeof v === "bigint" ? v.toString() : v,
  );
  const stop = new AbortController();
  const pending = network.nodes.map(async (node): Promise<SealedAnswer> => {
    const { index, sealed } = await askNode(node, body, parameters, stop.signal);
    if (index === node.index) return { node, sealed };
    throw refusal(node, "bad_share", `answered as node ${index}, expected ${node.index}`);
  });
  // Opened when it is its turn: answers beyond the threshold are not looked at.
  const open = async ({ node, sealed }: SealedAnswer): Promise<NodeShare> => {
    try {
      return { node, index: node.index, point: shareFromBytes(await openShare(sealed, responseKey, digest)) };
    } catch (error) {
      throw refusal(node, "bad_share", (error as Error).message);
    }
  };
  try {
    return await collect(network, wrapped, pending, open);
  } finally {
    stop.abort();
  }
}

/** Takes shares as they come, opens with the first `threshold`, drops liars. */
async function collect(
  network: KeyNetwork,
  wrapped: WrappedKey,
  pending: Promise<SealedAnswer>[],
  open: (answer: SealedAnswer) => Promise<NodeShare>,
): Promise<ReleasedKey> {
  const answers = pending.map(settle);
  await new Promise((resolve) => setTimeout(resolve, 0)); // Requests go out before what can be worked out meanwhile.
  const ciphertext = parseCiphertext(ciphertextBytes(wrapped));
  const identity = identityOfWrapped(wrapped);
  const failures: KeyNodeFailure[] = [];
  const denials: string[] = [];
  let shares: NodeShare[] = [];
  for await (const answer of asTheyCome(answers)) {
    const settled = "error" in answer ? answer : await settle(open(answer.value));
    if ("error" in settled) {
      failures.push(settled.error.failure);
      if (settled.error.reason) denials.push(settled.error.reason);
      if (network.nodes.length - denials.length < network.threshold) break;
      continue;
    }
    shares.push(settled.value);
    if (shares.length < network.threshold) continue;
    const key = tryOpen(ciphertext, shares, wrapped.keyHash);
    if (key) return { key, usedNodes: shares.map((s) => s.index), failures };
    const honest = shares.filter((s) => verifyShare(s.node.publicKeyShare, identity, s.point));
    if (honest.length === shares.length) {
      throw new KeyUnwrapError(
        "All shares are valid, but the ciphertext does not open: it was altered, or wrapped for another network.",
      );
    }
    const liars = shares.filter((s) => !honest.includes(s));
    failures.push(
      ...liars.map(
        (s) => refusal(s.node, "bad_share", "the share does not verify against the node's public key share").failure,
      ),
    );
    shares = honest;
  }
  if (network.nodes.length - denials.length < network.threshold) {
    throw new KeyAccessDenied(mostCommon(denials) as AccessReason, failures);
  }
  throw new KeyNodesUnavailable(network.threshold, shares.length, failures);
}

function tryOpen(
  ciphertext: ReturnType<typeof parseCiphertext>,
  shares: NodeShare[],
  keyHash: Hex,
): Uint8Array | undefined {
  const { point, divisor } = combineShares(shares);
  try {
    const key = decryptWithSignature(ciphertext, point, divisor);
    return `0x${sha256Hex(key)}` === keyHash ? key : undefined;
  } catch (error) {
    if (error instanceof KeyUnwrapError) return undefined;
    throw error;
  }
}

function buildRequest(parameters: ReleaseParameters, responseKey: Hex): KeyRequest {
  const { network, wrapped, license, account, ttlSeconds = 60 } = parameters;
  if (wrapped.networkPublicKey.toLowerCase() !== network.publicKey.toLowerCase()) {
    throw new KeyFormatError(
      `This key is wrapped for network ${wrapped.networkPublicKey.slice(0, 18)}…, not for ${network.publicKey.slice(0, 18)}…; ask that network's nodes.`,
    );
  }
  const condition = parseLicenseConditions(wrapped.conditions);
  if (condition.licenseToken.toLowerCase() !== license.licenseToken.toLowerCase()) {
    throw new KeyFormatError(
      `The conditions name license token ${condition.licenseToken}, expected ${license.licenseToken}.`,
    );
  }
  const issuedAt = Math.floor(Date.now() / 1000);
  return {
    account: account.address,
    licenseId: license.licenseId,
    datasetId: condition.datasetId,
    version: condition.version,
    encoding: license.encoding,
    conditionsHash: `0x${hashConditions(wrapped.conditions)}`,
    keyHash: wrapped.keyHash,
    networkKey: network.publicKey,
    responseKey,
    issuedAt,
    expiresAt: issuedAt + ttlSeconds,
    nonce: bytesToHex(crypto.getRandomValues(new Uint8Array(32))),
  };
}

async function askNode(
  node: KeyNode,
  body: string,
  parameters: ReleaseParameters,
  stop: AbortSignal,
): Promise<{ index: number; sealed: SealedShare }> {
  const { timeoutMs = 10_000, signal, fetch = globalThis.fetch } = parameters;
  const signals = [stop, AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(`${node.url.replace(/\/$/, "")}/v1/release`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: AbortSignal.any(signals),
    });
    const answer = (await response.json()) as { index: number; sealed: SealedShare; error?: NodeErrorBody };
    if (!response.ok || answer.error) {
      const { code = `http_${response.status}`, message = response.statusText, reason } = answer.error ?? {};
      throw new NodeRefusal(
        { url: node.url, code, message },
        code === "access_denied" ? (reason ?? "Unknown") : undefined,
      );
    }
    return answer;
  } catch (error) {
    if (error instanceof NodeRefusal) throw error;
    const timedOut = (error as Error).name === "TimeoutError";
    const message = timedOut
      ? `no answer within ${timeoutMs} ms`
      : ((error as Error).cause as Error)?.message || (error as Error).message;
    throw refusal(node, timedOut ? "timeout" : "unreachable", message);
  }
}

interface NodeErrorBody {
  code?: string;
  message?: string;
  reason?: string;
}

function refusal(node: KeyNode, code: string, message: string): NodeRefusal {
  return new NodeRefusal({ url: node.url, code, message });
}

type Settled<T> = { value: T } | { error: NodeRefusal };

function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: NodeRefusal) => ({ error }),
  );
}

/** Yields results in the order in which promises are done. */
async function* asTheyCome<T>(promises: Promise<Settled<T>>[]): AsyncGenerator<Settled<T>> {
  const open = new Map(promises.map((promise, i) => [i, promise.then((settled) => ({ i, settled }))]));
  while (open.size > 0) {
    const { i, settled } = await Promise.race(open.values());
    open.delete(i);
    yield settled;
  }
}

function mostCommon(values: readonly string[]): string {
  const count = (value: string) => values.filter((v) => v === value).length;
  return [...values].sort((a, b) => count(b) - count(a))[0] ?? "Unknown";
}
