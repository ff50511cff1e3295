import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { concat, utf8 } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";

/** An envelope of DSSE 1.0: bytes of a type, with signatures over both. */
export interface DsseEnvelope {
  /** Base64. */
  payload: string;
  payloadType: string;
  /** `keyid` is a hint, and signed by nobody. */
  signatures: { keyid?: string; sig: string }[];
}

/** Signs for an envelope. */
export interface DsseSigner {
  keyid?: string;
  sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

export type DsseAlgorithm = "ed25519" | "p256" | "secp256k1";

/** A key that a verifier trusts. Over ECDSA curves signatures are r ‖ s over SHA-256, 64 bytes. */
export interface DsseKey {
  algorithm: DsseAlgorithm;
  publicKey: Uint8Array;
}

/** What a verifier asks of an envelope. */
export interface VerifyDsseParameters {
  keys: readonly DsseKey[];
  /** Types that the caller understands. */
  payloadTypes: readonly string[];
  /** How many of the keys must have signed; 1 unless told. */
  threshold?: number;
}

/** What is signed: the pre-authentication encoding of type and payload. */
export function dssePae(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concat(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}

/** An envelope, signed by each signer. */
export async function signDsse(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly DsseSigner[],
): Promise<DsseEnvelope> {
  const message = dssePae(payloadType, payload);
  const signatures = await Promise.all(
    signers.map(async ({ keyid, sign }) => ({
      ...(keyid === undefined ? {} : { keyid }),
      sig: toBase64(await sign(message)),
    })),
  );
  return { payload: toBase64(payload), payloadType, signatures };
}

/**
 * The payload of an envelope that enough trusted keys signed.
 * @throws FormatError `schema` (no envelope), `signature` (too few keys signed), `value` (a type that nobody asked for)
 */
export function verifyDsse(envelope: unknown, parameters: VerifyDsseParameters): Uint8Array {
  const { keys, payloadTypes, threshold = 1 } = parameters;
  const { payload, payloadType, signatures } = readDsse(envelope);
  if (threshold < 1) throw new FormatError("value", `the threshold is ${threshold}, expected 1 or more.`);
  const message = dssePae(payloadType, payload);
  const signed = distinct(keys).filter((key) => signatures.some((signature) => holds(key, message, signature)));
  if (signed.length < threshold) {
    throw new FormatError("signature", `${signed.length} trusted keys signed the envelope, expected ${threshold}.`);
  }
  if (payloadTypes.includes(payloadType)) return payload;
  throw new FormatError("value", `the envelope holds "${payloadType}", expected ${payloadTypes.join(" or ")}.`);
}

function readDsse(envelope: unknown): { payload: Uint8Array; payloadType: string; signatures: Uint8Array[] } {
  const { payload, payloadType, signatures } = (envelope ?? {}) as Partial<DsseEnvelope>;
  if (typeof payload !== "string" || typeof payloadType !== "string" || !Array.isArray(signatures)) {
    throw new FormatError("schema", "this is no DSSE envelope: expected payload, payloadType and signatures.");
  }
  return { payload: fromBase64(payload), payloadType, signatures: signatures.map((each) => fromBase64(each?.sig)) };
}

/** One key listed twice counts once. */
function distinct(keys: readonly DsseKey[]): DsseKey[] {
  const named = new Map(keys.map((key) => [`${key.algorithm} ${toBase64(key.publicKey)}`, key]));
  return [...named.values()];
}

/** ECDSA as DSSE asks for nothing more: either s, hashed once by SHA-256. */
const ECDSA = { prehash: true, lowS: false, format: "compact" } as const;

function holds({ algorithm, publicKey }: DsseKey, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    if (algorithm === "ed25519") return ed25519.verify(signature, message, publicKey);
    return (algorithm === "p256" ? p256 : secp256k1).verify(signature, message, publicKey, ECDSA);
  } catch {
    return false; // No signature of this kind, or no point of the curve.
  }
}

/** A signer with a secp256k1 key. @param privateKey 32 bytes */
export function secp256k1Signer(privateKey: Uint8Array, keyid: string): DsseSigner {
  return { keyid, sign: (message) => secp256k1.sign(message, privateKey, { prehash: true, format: "compact" }) };
}

/** Standard base64 with padding. */
function toBase64(bytes: Uint8Array): string {
  let text = "";
  // In parts: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Bytes of base64, in either alphabet. @throws FormatError `schema` */
function fromBase64(text: unknown): Uint8Array {
  try {
    const standard = String(text).replaceAll("-", "+").replaceAll("_", "/");
    if (typeof text === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(standard)) {
      return Uint8Array.from(atob(standard), (char) => char.charCodeAt(0));
    }
  } catch {
    // Falls through to the one refusal.
  }
  throw new FormatError("schema", "the envelope holds what is no base64.");
}
