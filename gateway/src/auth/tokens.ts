/** Capability tokens: JWTs of at most five minutes that say what their bearer may do here, bound to the bearer's DPoP key. */
import { createHash, randomUUID } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import type { Address } from "viem";
import { Problem, unauthorized } from "../errors.js";
import type { SigningKey } from "./signing-key.js";

/** No token lives longer, whatever the configuration says. */
const MAX_TOKEN_TTL = 300;

/** May read chunks, tables and receipts of one version and encoding under one license. */
export interface ReadCapability {
  kind: "read";
  sub: Address;
  licenseId: bigint;
  datasetId: bigint;
  version: number;
  encoding: number;
}

/** May register encodings of one dataset and upload blobs. */
export interface PublishCapability {
  kind: "publish";
  sub: Address;
  datasetId: bigint;
}

export type Capability = ReadCapability | PublishCapability;

/** What a token carries besides the capability. */
export interface TokenContext {
  /** RFC 7638 thumbprint of the DPoP key. */
  jkt: string;
  /** Block at which the chain's state was checked. */
  blk: bigint;
  /** When the account signed in, Unix seconds. */
  authTime: number;
}

export interface VerifiedToken {
  capability: Capability;
  context: TokenContext;
  /** Unix seconds. */
  expiresAt: number;
}

const MAX_CACHED = 10_000;

/** Issues and verifies capability tokens. */
export class TokenService {
  private readonly verified = new Map<string, VerifiedToken>();

  /**
   * @param issuer origin of the gateway, `iss` and `aud` of its tokens
   * @param ttl seconds, at most MAX_TOKEN_TTL
   * @param now milliseconds
   */
  constructor(
    private readonly key: SigningKey,
    private readonly issuer: () => string,
    private readonly ttl: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** The key set at /.well-known/jwks.json. */
  get jwks(): { keys: object[] } {
    return { keys: [this.key.publicJwk] };
  }

  async issue(
    capability: Capability,
    { jkt, blk, authTime }: TokenContext,
  ): Promise<{ token: string; expiresIn: number }> {
    const iat = Math.floor(this.now() / 1000);
    const expiresIn = Math.min(this.ttl, MAX_TOKEN_TTL);
    const token = await new SignJWT({ ...toClaims(capability), cnf: { jkt }, blk: blk.toString(), auth_time: authTime })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: this.key.publicJwk.kid })
      .setIssuer(this.issuer())
      .setAudience(this.issuer())
      .setSubject(capability.sub)
      .setIssuedAt(iat)
      .setExpirationTime(iat + expiresIn)
      .setJti(randomUUID())
      .sign(this.key.privateKey);
    return { token, expiresIn };
  }

  /**
   * What a token allows, without its DPoP proof being checked.
   * @throws Problem 401 `invalid_token`
   */
  async verify(token: string): Promise<VerifiedToken> {
    const id = createHash("sha256").update(token).digest("base64url");
    const known = this.verified.get(id);
    if (known && known.expiresAt > this.now() / 1000) return known;
    const verified = await this.verifySignature(token);
    if (this.verified.size >= MAX_CACHED) this.verified.clear();
    this.verified.set(id, verified);
    return verified;
  }

  private async verifySignature(token: string): Promise<VerifiedToken> {
    try {
      const { payload } = await jwtVerify(token, this.key.publicKey, {
        algorithms: ["ES256"],
        typ: "at+jwt",
        issuer: this.issuer(),
        audience: this.issuer(),
        currentDate: new Date(this.now()),
        requiredClaims: ["sub", "exp", "iat", "cnf", "blk", "auth_time"],
      });
      const { jkt } = payload.cnf as { jkt: string };
      const context = { jkt, blk: BigInt(payload.blk as string), authTime: payload.auth_time as number };
      return { capability: fromClaims(payload), context, expiresAt: payload.exp as number };
    } catch (error) {
      if (error instanceof Problem) throw error;
      const why =
        error instanceof errors.JWTExpired ? "it has expired: refresh it or sign in again" : "it is not one of ours";
      throw unauthorized("invalid_token", `The access token was refused: ${why}.`);
    }
  }
}

function toClaims(capability: Capability): Record<string, unknown> {
  const datasetId = capability.datasetId.toString();
  if (capability.kind === "publish") return { ops: ["publish"], datasetId };
  const { licenseId, version, encoding } = capability;
  return { ops: ["read"], datasetId, licenseId: licenseId.toString(), version, encoding };
}

function fromClaims(payload: Record<string, unknown>): Capability {
  const sub = payload.sub as Address;
  const datasetId = BigInt(payload.datasetId as string);
  if ((payload.ops as string[])[0] === "publish") return { kind: "publish", sub, datasetId };
  const { version, encoding } = payload as { version: number; encoding: number };
  return { kind: "read", sub, datasetId, licenseId: BigInt(payload.licenseId as string), version, encoding };
}
