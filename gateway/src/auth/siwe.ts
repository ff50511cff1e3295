/** Sign-in with Ethereum (ERC-4361): one signature by the account names the license or dataset and the DPoP key it is for. */
import { randomBytes } from "node:crypto";
import { and, eq, gt, lt } from "drizzle-orm";
import { type Address, getAddress, type Hex, isAddress, isHex } from "viem";
import { parseSiweMessage } from "viem/siwe";
import type { ChainReader } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { challenges } from "../db/schema.js";
import { Problem } from "../errors.js";

/** Seconds that a challenge can be answered. */
const CHALLENGE_TTL = 300;
/** Seconds by which the signer's clock may be ahead of or behind ours. */
const CLOCK_SKEW = 60;
const MAX_MESSAGE = 4096;
const MAX_SIGNATURE = 16_384;

/** What the account signed in for. */
export type SignInScope = { kind: "license"; licenseId: bigint } | { kind: "dataset"; datasetId: bigint };

export interface SignIn {
  account: Address;
  scope: SignInScope;
}

/** Hands out challenges and checks the signed messages that answer them. */
export class SignInService {
  /**
   * @param origins origins under which clients reach this gateway
   * @param now milliseconds
   */
  constructor(
    private readonly db: Database,
    private readonly chain: ChainReader,
    private readonly origins: () => readonly string[],
    private readonly now: () => number = Date.now,
  ) {}

  /** A nonce that is good for one sign-in, and what the message must say. */
  async challenge() {
    const nonce = randomBytes(16).toString("hex");
    const issuedAt = Math.floor(this.now() / 1000);
    const expiresAt = issuedAt + CHALLENGE_TTL;
    await this.db.run((db) => db.insert(challenges).values({ nonce, expiresAt }));
    const uri = this.origins()[0] as string;
    return {
      nonce,
      domain: new URL(uri).host,
      uri,
      version: "1",
      chainId: this.chain.config.chainId,
      issuedAt: new Date(issuedAt * 1000).toISOString(),
      expirationTime: new Date(expiresAt * 1000).toISOString(),
      resources: ["urn:colophon:license:<chainId>:<licenseId>", "urn:colophon:dpop:<jkt>"],
    };
  }

  /**
   * Checks a signed message and uses up its nonce.
   * @param jkt thumbprint of the DPoP key that came with the request; the message must name it
   * @throws Problem 401 `invalid_login` saying what does not fit, 503 when chain or database cannot be asked
   */
  async verify(message: string, signature: string, jkt: string): Promise<SignIn> {
    if (message.length > MAX_MESSAGE || signature.length > MAX_SIGNATURE || !isHex(signature)) {
      throw refused(`message or signature is too long, or the signature is not hex`);
    }
    const fields = parseSiweMessage(message);
    this.checkFields(fields);
    const scope = this.scopeOf(fields.resources ?? [], jkt);
    const account = getAddress(fields.address as Address);
    // First the nonce: a challenge, whose number is limited, pays for one look at the chain and not for more.
    const expiresAt = await this.spend(fields.nonce as string);
    if (await this.isSigned(account, message, signature, { nonce: fields.nonce as string, expiresAt })) {
      return { account, scope };
    }
    throw refused(`it is not signed by ${account}`);
  }

  /** Deletes challenges that nobody answered in time. */
  async prune(): Promise<void> {
    const now = Math.floor(this.now() / 1000);
    await this.db.run((db) => db.delete(challenges).where(lt(challenges.expiresAt, now)));
  }

  private checkFields(fields: ReturnType<typeof parseSiweMessage>): void {
    const { address, chainId, domain, uri, version, nonce, issuedAt, expirationTime, notBefore } = fields;
    const ours = this.origins();
    if (!address || !isAddress(address)) throw refused("it names no account");
    if (version !== "1") throw refused("its version is not 1");
    if (!uri || !URL.canParse(uri) || !ours.includes(new URL(uri).origin)) throw refused(`its URI is not ${ours[0]}`);
    if (domain !== new URL(uri).host) throw refused(`its domain is not ${new URL(uri).host}`);
    if (chainId !== this.chain.config.chainId) throw refused(`its chain is not ${this.chain.config.chainId}`);
    if (!nonce) throw refused("it has no nonce");
    const now = this.now();
    if (!issuedAt || issuedAt.getTime() > now + CLOCK_SKEW * 1000)
      throw refused("it is issued in the future: set the clock");
    if (issuedAt.getTime() < now - (CHALLENGE_TTL + CLOCK_SKEW) * 1000)
      throw refused("it is too old: ask for a challenge again");
    if (expirationTime && expirationTime.getTime() < now - CLOCK_SKEW * 1000) throw refused("it has expired");
    if (notBefore && notBefore.getTime() > now + CLOCK_SKEW * 1000) throw refused("it is not valid yet");
  }

  private scopeOf(resources: string[], jkt: string): SignInScope {
    if (!resources.includes(`urn:colophon:dpop:${jkt}`)) throw refused("it does not name the DPoP key of this request");
    const scopes = resources
      .map((resource) => parseScope(resource, this.chain.config.chainId))
      .filter((s) => s !== undefined);
    if (scopes.length !== 1) throw refused("it must name exactly one license or dataset of this chain");
    return scopes[0] as SignInScope;
  }

  /** Gives the nonce back when the chain could not be asked, so that the same signature can be sent again. */
  private async isSigned(
    account: Address,
    message: string,
    signature: Hex,
    challenge: { nonce: string; expiresAt: number },
  ): Promise<boolean> {
    try {
      return await this.chain.verifyMessage(account, message, signature);
    } catch (error) {
      await this.db.run((db) => db.insert(challenges).values(challenge).onConflictDoNothing());
      throw error;
    }
  }

  /** @returns when the nonce would have expired, Unix seconds */
  private async spend(nonce: string): Promise<number> {
    const now = Math.floor(this.now() / 1000);
    const rows = await this.db.run((db) =>
      db
        .delete(challenges)
        .where(and(eq(challenges.nonce, nonce), gt(challenges.expiresAt, now)))
        .returning({ expiresAt: challenges.expiresAt }),
    );
    if (rows[0]) return rows[0].expiresAt;
    throw refused("its nonce is unknown, used or expired: ask for a challenge again");
  }
}

function parseScope(resource: string, chainId: number): SignInScope | undefined {
  const found = /^urn:colophon:(license|dataset):(\d{1,10}):(\d{1,78})$/.exec(resource);
  if (!found || Number(found[2]) !== chainId) return undefined;
  const id = BigInt(found[3] as string);
  return found[1] === "license" ? { kind: "license", licenseId: id } : { kind: "dataset", datasetId: id };
}

function refused(why: string): Problem {
  return new Problem(401, "invalid_login", `The sign-in was refused: ${why}.`);
}
