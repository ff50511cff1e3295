/** The native endpoint: a signed request in, a sealed signature share out. */
import {
  hashConditions,
  identityOf,
  KeyFormatError,
  type KeyRequest,
  keyRequestDigest,
  type LicenseCondition,
  parseLicenseConditions,
  type SealedShare,
  sealShare,
} from "@colophon-protocol/sdk/keys";
import { getAddress, type Hex, isAddress } from "viem";
import { nodeAgreement } from "./agreement.js";
import type { ChainReader } from "./chain.js";
import type { KeyNodeConfig } from "./config.js";
import { KeyNodeError } from "./errors.js";
import type { NonceCache } from "./nonces.js";
import type { ReleaseLog } from "./release-log.js";
import type { ShareSigner } from "./signer.js";

/** What a node's endpoints work with. `now` is milliseconds, so that tests can move the clock. */
export interface NodeContext {
  config: KeyNodeConfig;
  chains: ReadonlyMap<string, ChainReader>;
  signer: ShareSigner;
  nonces: NonceCache;
  /** By chain: who is told of releases there. */
  releases: ReadonlyMap<string, ReleaseLog>;
  now: () => number;
}

export interface ReleaseAnswer {
  index: number;
  sealed: SealedShare;
}

/**
 * Answers one release request.
 * @throws KeyNodeError with the code that the client gets.
 */
export async function releaseShare(context: NodeContext, body: unknown): Promise<ReleaseAnswer> {
  const { request, conditions, signature } = parseBody(body);
  const { condition, chain } = allowedCondition(context, conditions);
  checkRequest(context, request, conditions, condition);
  const { chainId, licenseToken } = chain.config;
  const digest = keyRequestDigest(request, chainId, licenseToken);
  // The chain is asked while the signature is worked out; what it says is heard only of who has signed.
  const licensed = chain.requireLicense(request.account, request.licenseId, condition);
  licensed.catch(() => undefined);
  if (!(await chain.verifyHash(request.account, digest, signature))) {
    throw new KeyNodeError(
      "bad_signature",
      `The signature is not ${request.account}'s over this request on chain ${chainId}.`,
    );
  }
  const nonce = `${request.account}:${request.nonce}`;
  context.nonces.add(nonce, request.expiresAt);
  try {
    await licensed;
  } catch (error) {
    if (error instanceof KeyNodeError && error.status === 503) context.nonces.release(nonce);
    throw error;
  }
  const share = context.signer.sign(identityOf(request.conditionsHash.slice(2), request.keyHash.slice(2)));
  const sealed = await sealShare(share, request.responseKey, digest, nodeAgreement);
  const { account, licenseId, datasetId, version, keyHash } = request;
  context.releases.get(chain.name)?.record({ account, licenseId, datasetId, version, keyHash, nonce: request.nonce });
  return { index: context.signer.node.share.index, sealed };
}

/**
 * The allow-list: one condition, the license view, on a chain and a license token of this node's configuration.
 * @throws KeyNodeError `conditions_not_allowed`.
 */
export function allowedCondition(
  context: Pick<NodeContext, "chains">,
  conditions: unknown,
): { condition: LicenseCondition; chain: ChainReader } {
  let condition: LicenseCondition;
  try {
    condition = parseLicenseConditions(conditions);
  } catch (error) {
    if (error instanceof KeyFormatError) throw new KeyNodeError("conditions_not_allowed", error.message);
    throw error;
  }
  const chain = context.chains.get(condition.chain);
  if (!chain)
    throw new KeyNodeError("conditions_not_allowed", `This node does not serve chain ${condition.chain.slice(0, 40)}.`);
  if (chain.config.licenseToken !== condition.licenseToken) {
    throw new KeyNodeError(
      "conditions_not_allowed",
      `The conditions name contract ${condition.licenseToken}; on ${condition.chain} only ${chain.config.licenseToken} is allowed.`,
    );
  }
  return { condition, chain };
}

function checkRequest(
  context: NodeContext,
  request: KeyRequest,
  conditions: unknown,
  condition: LicenseCondition,
): void {
  const { config, signer, now } = context;
  if (request.networkKey.toLowerCase() !== signer.node.publicKey) {
    throw new KeyNodeError(
      "wrong_network",
      `This node belongs to network ${signer.node.publicKey}, not ${request.networkKey}.`,
    );
  }
  const conditionsHash = `0x${hashConditions(conditions as unknown[])}`;
  const names = condition.datasetId === request.datasetId && condition.version === request.version;
  if (request.conditionsHash.toLowerCase() !== conditionsHash || !names) {
    throw new KeyNodeError(
      "conditions_not_allowed",
      `The conditions name dataset ${condition.datasetId} version ${condition.version} and hash to ${conditionsHash}; the signed request says otherwise.`,
    );
  }
  const seconds = Math.floor(now() / 1000);
  if (request.issuedAt > seconds + config.clockSkew) {
    throw new KeyNodeError(
      "request_not_yet_valid",
      `The request is dated ${request.issuedAt - seconds} s ahead; check the clock.`,
    );
  }
  if (request.expiresAt <= seconds) {
    throw new KeyNodeError(
      "request_expired",
      `The request expired ${seconds - request.expiresAt} s ago; sign a new one.`,
    );
  }
  if (request.expiresAt - request.issuedAt > config.maxRequestTtl) {
    throw new KeyNodeError("request_too_long", `A request may live ${config.maxRequestTtl} s at most.`);
  }
}

function parseBody(body: unknown): { request: KeyRequest; conditions: unknown; signature: Hex } {
  const { request, conditions, signature } = object("the body", body);
  const r = object("request", request);
  if (typeof signature !== "string" || !/^0x([0-9a-fA-F]{2}){1,8192}$/.test(signature))
    throw malformed("signature", "hex");
  if (typeof r.account !== "string" || !isAddress(r.account, { strict: false }))
    throw malformed("request.account", "an address");
  return {
    request: {
      account: getAddress(r.account),
      licenseId: uint("licenseId", r.licenseId, 256),
      datasetId: uint("datasetId", r.datasetId, 40),
      version: Number(uint("version", r.version, 24)),
      encoding: Number(uint("encoding", r.encoding, 16)),
      conditionsHash: hex("conditionsHash", r.conditionsHash, 32),
      keyHash: hex("keyHash", r.keyHash, 32),
      networkKey: hex("networkKey", r.networkKey, 48),
      responseKey: hex("responseKey", r.responseKey, 32),
      issuedAt: Number(uint("issuedAt", r.issuedAt, 40)),
      expiresAt: Number(uint("expiresAt", r.expiresAt, 40)),
      nonce: hex("nonce", r.nonce, 32),
    },
    conditions,
    signature: signature as Hex,
  };
}

function object(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw malformed(name, "an object");
}

function uint(name: string, value: unknown, bits: number): bigint {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text === "string" && /^\d{1,78}$/.test(text) && BigInt(text) < 1n << BigInt(bits)) return BigInt(text);
  throw malformed(`request.${name}`, `a whole number below 2^${bits}, as number or decimal text`);
}

function hex(name: string, value: unknown, bytes: number): Hex {
  if (typeof value === "string" && new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`).test(value))
    return value.toLowerCase() as Hex;
  throw malformed(`request.${name}`, `${bytes} bytes as 0x-prefixed hex`);
}

function malformed(name: string, expected: string): KeyNodeError {
  return new KeyNodeError("malformed", `${name} must be ${expected}.`);
}
