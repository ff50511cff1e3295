/** The port behind which key networks are exchangeable: one wrapped-key format, one conditions JSON, several ways to a release. */
import type { Address } from "viem";
import type { EvmContractConditions } from "./conditions.js";
import { type KeyNetwork, type WrappedKey, wrapDatasetKey } from "./network.js";
import { type KeyRequestSigner, releaseDatasetKey } from "./release.js";

/** License under which a release is asked for. */
export interface KeyGateLicense {
  chainId: number;
  licenseToken: Address;
  licenseId: bigint;
  encoding: number;
}

/** A way to wrap dataset keys for a network and to have them released. */
export interface KeyGate {
  /** Which way this is, for logs and receipts. */
  readonly kind: string;
  /** Wraps a 32-byte dataset key under conditions. */
  wrap(parameters: { conditions: EvmContractConditions; key: Uint8Array }): Promise<WrappedKey>;
  /** Releases a wrapped key to the account that this gate was made for. @throws KeyAccessDenied, KeyNodesUnavailable. */
  release(parameters: { wrapped: WrappedKey; license: KeyGateLicense; signal?: AbortSignal }): Promise<Uint8Array>;
  /** Frees connections and timers. */
  close(): Promise<void>;
}

/** The default gate: Colophon's own key nodes by their native endpoint. */
export function nativeKeyGate(parameters: {
  network: KeyNetwork;
  account: KeyRequestSigner;
  timeoutMs?: number;
  fetch?: typeof globalThis.fetch;
}): KeyGate {
  const { network } = parameters;
  return {
    kind: "colophon-keynet",
    wrap: async ({ conditions, key }) => wrapDatasetKey({ networkPublicKey: network.publicKey, conditions, key }),
    release: async (release) => (await releaseDatasetKey({ ...parameters, ...release })).key,
    close: async () => {},
  };
}
