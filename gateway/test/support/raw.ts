/** A client that can do everything wrong: every part of sign-in and proof can be replaced. */
import { createHash, randomUUID } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { createSiweMessage } from "viem/siwe";
import { buyer } from "./gateway.js";

export interface ProofOverrides {
  htm?: string;
  htu?: string;
  iat?: number;
  jti?: string;
  ath?: string;
  typ?: string;
  jwk?: JWK;
}

export class RawClient {
  token = "";
  private constructor(
    readonly url: string,
    readonly privateKey: CryptoKey,
    readonly jwk: JWK,
    readonly jkt: string,
  ) {}

  static async create(url: string): Promise<RawClient> {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new RawClient(url, privateKey, jwk, await calculateJwkThumbprint(jwk));
  }

  /** A client that is signed in. */
  static async signedIn(url: string, options: Parameters<RawClient["login"]>[0] = {}): Promise<RawClient> {
    const client = await RawClient.create(url);
    const answer = await client.login(options);
    if (answer.status !== 200) throw new Error(`login: ${answer.status} ${await answer.text()}`);
    client.token = ((await answer.json()) as { access_token: string }).access_token;
    return client;
  }

  async nonce(): Promise<string> {
    const answer = await fetch(`${this.url}/v1/auth/challenge`, { method: "POST" });
    return ((await answer.json()) as { nonce: string }).nonce;
  }

  /** Signs in, with any field of the message replaced. */
  async login(
    options: {
      account?: typeof buyer;
      scope?: string;
      signer?: typeof buyer;
      fields?: Record<string, unknown>;
      proof?: ProofOverrides;
    } = {},
  ): Promise<Response> {
    const { account = buyer, scope = "license:31337:1", fields = {} } = options;
    const message = createSiweMessage({
      address: account.address,
      chainId: 31337,
      domain: new URL(this.url).host,
      uri: this.url,
      nonce: (fields.nonce as string) ?? (await this.nonce()),
      version: "1",
      issuedAt: new Date(),
      resources: [`urn:colophon:${scope}`, `urn:colophon:dpop:${this.jkt}`],
      ...fields,
    } as never);
    const signature = await (options.signer ?? account).signMessage({ message });
    const dpop = await this.proof("POST", "/v1/auth/verify", options.proof);
    return fetch(`${this.url}/v1/auth/verify`, {
      method: "POST",
      headers: { dpop },
      body: JSON.stringify({ message, signature }),
    });
  }

  async proof(method: string, path: string, overrides: ProofOverrides = {}, token = ""): Promise<string> {
    const ath = overrides.ath ?? (token && createHash("sha256").update(token).digest("base64url"));
    const claims = {
      htm: overrides.htm ?? method,
      htu: overrides.htu ?? this.url + path,
      jti: overrides.jti ?? randomUUID(),
    };
    return new SignJWT({ ...claims, ...(ath ? { ath } : {}) })
      .setProtectedHeader({ alg: "ES256", typ: overrides.typ ?? "dpop+jwt", jwk: overrides.jwk ?? this.jwk })
      .setIssuedAt(overrides.iat ?? Math.floor(Date.now() / 1000))
      .sign(this.privateKey);
  }

  /** An authenticated request. */
  async get(
    path: string,
    headers: Record<string, string> = {},
    overrides: ProofOverrides = {},
    method = "GET",
    body?: BodyInit,
  ): Promise<Response> {
    const dpop = await this.proof(method, path.split("?")[0] as string, overrides, this.token);
    const init = {
      method,
      headers: { authorization: `DPoP ${this.token}`, dpop, ...headers },
      ...(body === undefined ? {} : { body }),
    };
    return fetch(this.url + path, init);
  }
}

/** Status and problem code of an answer. */
export async function problem(
  answer: Response,
): Promise<{ status: number; code: string; detail: string; reason?: string }> {
  const body = (await answer.json()) as { code: string; detail: string; reason?: string };
  return {
    status: answer.status,
    code: body.code,
    detail: body.detail,
    ...(body.reason ? { reason: body.reason } : {}),
  };
}
