/** DPoP (RFC 9449): the caller proves, for every request, that it holds the key a token is bound to. */
import { createHash } from "node:crypto";
import { lt } from "drizzle-orm";
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from "jose";
import type { Database } from "../db/open.js";
import { dpopProofs } from "../db/schema.js";
import { unauthorized } from "../errors.js";

const MAX_PROOF_LENGTH = 4096;

/** What a proof must fit. */
export interface DpopRequest {
  proof: string | undefined;
  method: string;
  /** Path of the request, without query: origins are the gateway's own. */
  path: string;
  /** The access token sent along, if any. */
  accessToken?: string | undefined;
}

/** Checks proofs; a proof is good once, across all processes that share the database. */
export class DpopVerifier {
  /**
   * @param origins origins under which clients reach this gateway
   * @param maxAge seconds by which a proof's time may differ from ours
   * @param now milliseconds
   */
  constructor(
    private readonly db: Database,
    private readonly origins: () => readonly string[],
    private readonly maxAge: number,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * RFC 9449 section 4.3.
   * @returns the thumbprint (RFC 7638, SHA-256) of the key that made the proof
   * @throws Problem 401 `invalid_dpop_proof` saying which check failed, 503 when the replay store cannot be asked
   */
  async verify(request: DpopRequest): Promise<string> {
    const { proof } = request;
    if (!proof) throw invalid("the DPoP header is missing. Send one fresh proof JWT per request.");
    if (proof.length > MAX_PROOF_LENGTH) throw invalid(`it is longer than ${MAX_PROOF_LENGTH} characters.`);
    const { payload, jwk } = await this.verifySignature(proof);
    this.checkClaims(payload, request);
    const thumbprint = await calculateJwkThumbprint(jwk);
    await this.spend(thumbprint, payload.jti as string);
    return thumbprint;
  }

  /** Deletes proofs that are too old to be accepted again. */
  async prune(): Promise<void> {
    const now = Math.floor(this.now() / 1000);
    await this.db.run((db) => db.delete(dpopProofs).where(lt(dpopProofs.expiresAt, now)));
  }

  private async verifySignature(proof: string) {
    try {
      // Times are checked below, in both directions: a proof has `iat` only.
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        typ: "dpop+jwt",
        algorithms: ["ES256"],
      });
      const jwk = protectedHeader.jwk;
      if (!jwk || "d" in jwk) throw invalid("its header must hold the public key, and only that.");
      return { payload, jwk };
    } catch {
      throw invalid("it is not a dpop+jwt signed with ES256 by the key in its header.");
    }
  }

  private checkClaims(payload: JWTPayload, { method, path, accessToken }: DpopRequest): void {
    const { htm, htu, ath, iat, jti } = payload as JWTPayload & { htm?: unknown; htu?: unknown; ath?: unknown };
    if (typeof jti !== "string" || jti.length < 8 || jti.length > 128)
      throw invalid("jti must have 8 to 128 characters.");
    if (htm !== method) throw invalid(`htm is ${text(htm)}, expected ${method}.`);
    if (!this.isOurs(htu, path)) throw invalid(`htu is ${text(htu)}, expected ${this.origins()[0]}${path}.`);
    const now = Math.floor(this.now() / 1000);
    if (typeof iat !== "number" || Math.abs(now - iat) > this.maxAge) {
      throw invalid(
        `iat is ${text(iat)}, expected within ${this.maxAge} s of ${now}. Set your clock by the Date header.`,
      );
    }
    if (accessToken !== undefined && ath !== createHash("sha256").update(accessToken).digest("base64url")) {
      throw invalid("ath is not the SHA-256 of the access token that was sent.");
    }
  }

  private isOurs(htu: unknown, path: string): boolean {
    if (typeof htu !== "string" || !URL.canParse(htu)) return false;
    const { origin, pathname } = new URL(htu);
    return pathname === path && this.origins().includes(origin);
  }

  private async spend(thumbprint: string, jti: string): Promise<void> {
    const id = createHash("sha256").update(`${thumbprint}\n${jti}`).digest("base64url");
    const expiresAt = Math.floor(this.now() / 1000) + 2 * this.maxAge + 1;
    const rows = await this.db.run((db) =>
      db.insert(dpopProofs).values({ id, expiresAt }).onConflictDoNothing().returning({ id: dpopProofs.id }),
    );
    if (rows.length === 0) throw invalid("it was used before. Make a new proof for every request.");
  }
}

function invalid(why: string) {
  return unauthorized("invalid_dpop_proof", `The DPoP proof was refused: ${why}`);
}

function text(value: unknown): string {
  return String(JSON.stringify(value) ?? "missing").slice(0, 200);
}
