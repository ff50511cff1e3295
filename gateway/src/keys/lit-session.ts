/**
 * Lit's session signatures, as its client 7.x sends them: an ed25519 session key signs a JSON text that names this node and an
 * expiry, and carries a SIWE message in which the wallet gives that session key the right to decrypt (ReCap, ERC-5573).
 */
import { createPublicKey, verify } from "node:crypto";
import { type Address, getAddress, type Hex, isAddress } from "viem";
import { parseSiweMessage } from "viem/siwe";
import type { ChainReader } from "./chain.js";
import { KeyNodeError } from "./errors.js";

const DECRYPTION = "Threshold/Decryption";
const RESOURCE_PREFIX = "lit-accesscontrolcondition://";
/** DER head of an ed25519 public key, before its 32 bytes. */
const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");

interface AuthSig {
  sig: string;
  derivedVia: string;
  signedMessage: string;
  address: string;
  algo?: string;
}

export interface SessionCheck {
  /** URLs under which clients may know this node. */
  nodeUrls: readonly string[];
  /** Identity that is asked for. */
  identity: string;
  chain: ChainReader;
  now: () => number;
  clockSkew: number;
  maxSessionTtl: number;
}

/**
 * Checks a session signature from the node's name to the wallet.
 * @returns The wallet's address.
 * @throws KeyNodeError `malformed`, `bad_signature`, `request_expired`, `request_not_yet_valid` or `request_too_long`.
 */
export async function verifyLitSession(authSig: unknown, check: SessionCheck): Promise<Address> {
  const session = asAuthSig(authSig);
  if (session.derivedVia !== "litSessionSignViaNacl" || session.algo !== "ed25519") {
    throw new KeyNodeError(
      "bad_signature",
      "Session signatures only: a bare wallet signature could be replayed to other nodes.",
    );
  }
  verifyEd25519(session);
  const signed = parseSigned(session.signedMessage);
  if (signed.sessionKey !== session.address) throw bad("the session key is not the signer");
  if (!check.nodeUrls.includes(signed.nodeAddress))
    throw bad(`the session is for node ${signed.nodeAddress.slice(0, 80)}`);
  checkTimes(signed.issuedAt, signed.expiration, check);
  const wallet = signed.capabilities.find((c) => c.derivedVia !== "litSessionSignViaNacl");
  if (!wallet) throw bad("the session carries no wallet signature");
  return verifyWallet(wallet, session.address, check);
}

/** The wallet's SIWE message must name the session key, be alive and grant decryption of this identity. */
async function verifyWallet(wallet: AuthSig, sessionKey: string, check: SessionCheck): Promise<Address> {
  const siwe = parseSiweMessage(wallet.signedMessage);
  if (siwe.uri !== `lit:session:${sessionKey}`) throw bad("the wallet's message names another session key");
  if (!siwe.address || !isAddress(siwe.address, { strict: false })) throw bad("the wallet's message names no address");
  const now = check.now();
  if (!siwe.expirationTime || siwe.expirationTime.getTime() <= now) {
    throw new KeyNodeError("request_expired", "The wallet's permission for the session expired; sign in again.");
  }
  if (siwe.notBefore && siwe.notBefore.getTime() > now + check.clockSkew * 1000) {
    throw new KeyNodeError("request_not_yet_valid", "The wallet's permission for the session is not valid yet.");
  }
  if (!(siwe.resources ?? []).some((resource) => grantsDecryption(resource, check.identity))) {
    throw bad("the wallet's message does not allow decryption of this key");
  }
  const account = getAddress(siwe.address);
  if (!(await check.chain.verifyMessage(account, wallet.signedMessage, wallet.sig as Hex))) {
    throw bad(`the wallet signature is not ${account}'s`);
  }
  return account;
}

/** `urn:recap:` and base64url JSON: `att` maps resources to abilities. Restrictions are not understood, so they deny. */
function grantsDecryption(resource: string, identity: string): boolean {
  if (!resource.startsWith("urn:recap:")) return false;
  try {
    const recap = JSON.parse(Buffer.from(resource.slice("urn:recap:".length), "base64url").toString("utf8"));
    const att = recap.att as Record<string, Record<string, unknown[]>>;
    return [`${RESOURCE_PREFIX}*`, identity].some((key) =>
      [DECRYPTION, "*/*"].some((ability) => {
        const grants = Object.hasOwn(att, key) ? att[key]?.[ability] : undefined;
        return Array.isArray(grants) && grants.some((g) => Object.keys(g as object).length === 0);
      }),
    );
  } catch {
    return false;
  }
}

function checkTimes(issuedAt: string, expiration: string, check: SessionCheck): void {
  const now = check.now();
  const from = Date.parse(issuedAt);
  const until = Date.parse(expiration);
  if (!Number.isFinite(from) || !Number.isFinite(until)) throw bad("the session's times cannot be read");
  if (until <= now) throw new KeyNodeError("request_expired", "The session expired; sign in again.");
  if (from > now + check.clockSkew * 1000) {
    throw new KeyNodeError("request_not_yet_valid", "The session is dated ahead; check the clock.");
  }
  // Lit's client sets issue and expiry from two readings of the clock, so a full-length session may exceed it by the skew.
  if (until - from > (check.maxSessionTtl + check.clockSkew) * 1000) {
    throw new KeyNodeError("request_too_long", `A session may live ${check.maxSessionTtl} s at most.`);
  }
}

function verifyEd25519({ sig, signedMessage, address }: AuthSig): void {
  if (!/^[0-9a-f]{64}$/i.test(address) || !/^[0-9a-f]{128}$/i.test(sig))
    throw bad("key or signature is not hex of ed25519");
  const key = createPublicKey({
    key: Buffer.concat([ED25519_SPKI, Buffer.from(address, "hex")]),
    format: "der",
    type: "spki",
  });
  if (!verify(null, Buffer.from(signedMessage), key, Buffer.from(sig, "hex")))
    throw bad("the session signature does not verify");
}

interface SignedSession {
  sessionKey: string;
  nodeAddress: string;
  issuedAt: string;
  expiration: string;
  capabilities: AuthSig[];
}

function parseSigned(text: string): SignedSession {
  try {
    const signed = JSON.parse(text) as SignedSession;
    const texts = [signed.sessionKey, signed.nodeAddress, signed.issuedAt, signed.expiration];
    if (texts.every((t) => typeof t === "string") && Array.isArray(signed.capabilities)) {
      return { ...signed, capabilities: signed.capabilities.slice(0, 8).map(asAuthSig) };
    }
  } catch (error) {
    if (error instanceof KeyNodeError) throw error;
  }
  throw new KeyNodeError(
    "malformed",
    "The session's signed message must be JSON with sessionKey, nodeAddress, times and capabilities.",
  );
}

function asAuthSig(value: unknown): AuthSig {
  const a = value as Partial<AuthSig> | null;
  const texts = [a?.sig, a?.derivedVia, a?.signedMessage, a?.address];
  if (texts.every((t) => typeof t === "string")) return a as AuthSig;
  throw new KeyNodeError("malformed", "authSig must carry sig, derivedVia, signedMessage and address.");
}

function bad(what: string): KeyNodeError {
  return new KeyNodeError("bad_signature", `Lit session refused: ${what}.`);
}
