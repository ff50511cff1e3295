/** Sign-in at a gateway and authenticated requests: SIWE for the account, DPoP (RFC 9449) for every request. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { Address, Hex } from "viem";
import { createSiweMessage } from "viem/siwe";
import { DeliveryError, errorOf } from "./errors.js";

/** Who signs in: a viem account, or a wallet's address with its `signMessage`. */
export interface SignInAccount {
  address: Address;
  signMessage: (parameters: { message: string }) => Promise<Hex>;
}

/** What the account signs in for: to read under a license, or to publish a dataset. */
export type SessionScope = { licenseId: bigint } | { datasetId: bigint };

export interface SessionOptions {
  /** Origin of the gateway. The signature names it, so it is good nowhere else. */
  gatewayUrl: string;
  chainId: number;
  account: SignInAccount;
  scope: SessionScope;
  /** Replaces the platform's `fetch`. */
  fetch?: typeof fetch | undefined;
  /** Milliseconds of the local clock; a clock that is off is corrected by the gateway's. */
  now?: (() => number) | undefined;
}

/** What a token was issued for. */
export interface Grant {
  datasetId: bigint;
  licenseId?: bigint;
  version?: number;
  encoding?: number;
}

interface Token {
  value: string;
  /** Milliseconds of the gateway's clock. */
  expiresAt: number;
  grant: Grant;
}

interface TokenAnswer {
  access_token: string;
  expires_in: number;
  datasetId: string;
  licenseId?: string;
  version?: number;
  encoding?: number;
}

const JSON_BODY = { "content-type": "application/json" };
/** Tokens with less life than this are refreshed before use. */
const REFRESH_BEFORE_MS = 30_000;

/** One account's session. Holds a key that never leaves the platform's key store. */
export class GatewaySession {
  readonly gatewayUrl: string;
  private readonly fetch: typeof fetch;
  private readonly localNow: () => number;
  private readonly key: Promise<{ privateKey: CryptoKey; jwk: JWK; jkt: string }>;
  private token: Token | undefined;
  private pending: Promise<Token> | undefined;
  /** Milliseconds that the gateway's clock is ahead of ours. */
  private skew = 0;

  constructor(private readonly options: SessionOptions) {
    this.gatewayUrl = new URL(options.gatewayUrl).origin;
    this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.localNow = options.now ?? Date.now;
    this.key = newKey();
  }

  /** Signs in if needed. @returns what the gateway granted @throws DeliveryError */
  async grant(): Promise<Grant> {
    return (await this.validToken()).grant;
  }

  /**
   * An authenticated request, with the token refreshed in time; once more after a new sign-in if the token was refused.
   * @param path path with query, from the origin
   * @throws DeliveryError on any answer other than 2xx and 304, or when the gateway cannot be reached
   */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const first = await this.send(path, init, await this.validToken());
    if (first.status !== 401) return accept(first);
    await first.body?.cancel();
    this.token = undefined;
    return accept(await this.send(path, init, await this.validToken()));
  }

  /** A request that needs no token. @throws DeliveryError as `request` */
  async publicRequest(path: string, init: RequestInit = {}): Promise<Response> {
    return accept(await this.reach(path, init));
  }

  private async send(path: string, init: RequestInit, token: Token): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `DPoP ${token.value}`);
    headers.set("dpop", await this.proof(init.method ?? "GET", path, token.value));
    return this.reach(path, { ...init, headers });
  }

  private validToken(): Promise<Token> {
    if (this.token && this.token.expiresAt - this.now() > REFRESH_BEFORE_MS) return Promise.resolve(this.token);
    this.pending ??= this.renew().finally(() => {
      this.pending = undefined;
    });
    return this.pending;
  }

  private async renew(): Promise<Token> {
    const old = this.token;
    if (old && old.expiresAt > this.now()) {
      const answer = await this.send("/v1/auth/refresh", { method: "POST" }, old);
      if (answer.ok) return this.keep(await answer.json());
      const error = await errorOf(answer);
      if (error.code !== "sign-in") throw error; // The chain said no, or nobody answers: signing again would not help.
    }
    return this.login();
  }

  private async login(): Promise<Token> {
    const asked = { account: this.options.account.address };
    const ask = { method: "POST", headers: JSON_BODY, body: JSON.stringify(asked) };
    const challenge = (await (await this.publicRequest("/v1/auth/challenge", ask)).json()) as {
      nonce: string;
      issuedAt: string;
    };
    const issuedAt = Date.parse(challenge.issuedAt);
    if (Number.isFinite(issuedAt)) this.skew = issuedAt - this.localNow();
    const { account, chainId, scope } = this.options;
    const { jkt } = await this.key;
    const subject =
      "licenseId" in scope ? `license:${chainId}:${scope.licenseId}` : `dataset:${chainId}:${scope.datasetId}`;
    const message = createSiweMessage({
      address: account.address,
      chainId,
      domain: new URL(this.gatewayUrl).host,
      uri: this.gatewayUrl,
      nonce: challenge.nonce,
      version: "1",
      statement: "Sign in to the Colophon gateway. This costs nothing and moves nothing.",
      issuedAt: new Date(this.now()),
      expirationTime: new Date(this.now() + 300_000),
      resources: [`urn:colophon:${subject}`, `urn:colophon:dpop:${jkt}`],
    });
    const signature = await account.signMessage({ message });
    const dpop = await this.proof("POST", "/v1/auth/verify");
    const init = { method: "POST", headers: { ...JSON_BODY, dpop }, body: JSON.stringify({ message, signature }) };
    return this.keep(await (await this.publicRequest("/v1/auth/verify", init)).json());
  }

  private keep(answer: TokenAnswer): Token {
    const { version, encoding, licenseId } = answer;
    const grant: Grant = {
      datasetId: BigInt(answer.datasetId),
      ...(licenseId === undefined ? {} : { licenseId: BigInt(licenseId) }),
      ...(version === undefined ? {} : { version }),
      ...(encoding === undefined ? {} : { encoding }),
    };
    this.token = { value: answer.access_token, expiresAt: this.now() + answer.expires_in * 1000, grant };
    return this.token;
  }

  private async proof(htm: string, path: string, accessToken?: string): Promise<string> {
    const { privateKey, jwk } = await this.key;
    const ath = accessToken === undefined ? {} : { ath: await base64urlSha256(accessToken) };
    const htu = new URL(path, this.gatewayUrl);
    return new SignJWT({ htm, htu: htu.origin + htu.pathname, jti: crypto.randomUUID(), ...ath })
      .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk })
      .setIssuedAt(Math.floor(this.now() / 1000))
      .sign(privateKey);
  }

  private async reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.fetch(new URL(path, this.gatewayUrl), init);
    } catch (cause) {
      if (init.signal?.aborted) throw new DeliveryError("aborted", "The delivery was ended by its caller.", { cause });
      throw new DeliveryError("unavailable", `The gateway at ${this.gatewayUrl} cannot be reached. Try again.`, {
        cause,
      });
    }
  }

  /** Milliseconds of the gateway's clock, as far as it is known: exactly after a sign-in. */
  now(): number {
    return this.localNow() + this.skew;
  }
}

async function accept(response: Response): Promise<Response> {
  if (response.ok || response.status === 304) return response;
  const retryAfter = Number(response.headers.get("retry-after"));
  const error = await errorOf(response);
  throw retryAfter > 0 ? Object.assign(error, { retryAfter }) : error;
}

async function newKey() {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: false });
  const jwk = await exportJWK(publicKey);
  return { privateKey, jwk, jkt: await calculateJwkThumbprint(jwk) };
}

async function base64urlSha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
