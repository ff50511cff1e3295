/**
 * Evidence that an arbitrator alone reads: HPKE (RFC 9180), base mode, one message, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
 * AES-256-GCM. A sealed file is the 32-byte encapsulated key and the ciphertext after it.
 */
import { x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Hex } from "viem";
import { KeyFormatError } from "./errors.js";

const INFO = /*#__PURE__*/ utf8ToBytes("colophon/evidence/v1");
const VERSION = /*#__PURE__*/ utf8ToBytes("HPKE-v1");
const NONE = /*#__PURE__*/ new Uint8Array(0);
const KEY_BYTES = 32;
const KEM_SUITE = /*#__PURE__*/ concatBytes(/*#__PURE__*/ utf8ToBytes("KEM"), /*#__PURE__*/ u16(0x0020));

/** An AEAD of RFC 9180 by its number, and the bytes of its key. */
interface Aead {
  id: number;
  keyBytes: number;
}
const AES_256_GCM: Aead = { id: 0x0002, keyBytes: 32 };

/** An arbitrator's X25519 key pair, 32 bytes each. Its public key is given out, its secret key kept. */
export interface EvidenceKey {
  secretKey: Uint8Array;
  publicKey: Uint8Array;
}

/** A fresh key pair for reading evidence. */
export const newEvidenceKey = (): EvidenceKey => x25519.keygen();

/** The key pair of a secret key. @throws KeyFormatError when it is not 32 bytes */
export function evidenceKeyOf(secretKey: Uint8Array): EvidenceKey {
  requireKey("The secret key", secretKey);
  return { secretKey, publicKey: x25519.getPublicKey(secretKey) };
}

/** What evidence on chain names as `recipient`: SHA-256 of the public key. */
export const evidenceRecipient = (publicKey: Uint8Array): Hex => `0x${bytesToHex(sha256(publicKey))}`;

/** Seals a file to an arbitrator. @throws KeyFormatError when the public key is not one */
export function sealEvidence(file: Uint8Array, publicKey: Uint8Array): Promise<Uint8Array> {
  return hpkeSeal({ plain: file, publicKey, info: INFO });
}

/** Opens a sealed file. @throws KeyFormatError when it was sealed to another key, altered or cut */
export async function openEvidence(sealed: Uint8Array, key: EvidenceKey): Promise<Uint8Array> {
  try {
    const enc = sealed.subarray(0, KEY_BYTES);
    const shared = sharedSecret(x25519.getSharedSecret(key.secretKey, enc), enc, key.publicKey);
    const { cipher, iv } = await schedule(shared, INFO, AES_256_GCM);
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv },
      cipher,
      plainBuffer(sealed.subarray(KEY_BYTES)),
    );
    return new Uint8Array(opened);
  } catch (cause) {
    throw new KeyFormatError("The file is not sealed to this key, or was altered: ask its sender for it again.", {
      cause,
    });
  }
}

/** What the RFC's own vectors fix besides what evidence has. */
interface SealInput {
  plain: Uint8Array;
  publicKey: Uint8Array;
  info: Uint8Array;
  additionalData?: Uint8Array;
  ephemeral?: EvidenceKey;
  aead?: Aead;
}

/** HPKE's single-shot seal: encapsulated key, then ciphertext. Evidence is sealed by `sealEvidence`; tests give the RFC's vectors. */
export async function hpkeSeal(input: SealInput): Promise<Uint8Array> {
  const { plain, publicKey, info, additionalData = NONE, ephemeral = newEvidenceKey(), aead = AES_256_GCM } = input;
  requireKey("The public key", publicKey);
  const shared = sharedSecret(agreed(ephemeral.secretKey, publicKey), ephemeral.publicKey, publicKey);
  const { cipher, iv } = await schedule(shared, info, aead);
  const how = { name: "AES-GCM", iv, additionalData: plainBuffer(additionalData) };
  const sealed = await crypto.subtle.encrypt(how, cipher, plainBuffer(plain));
  return concatBytes(ephemeral.publicKey, new Uint8Array(sealed));
}

/** @throws KeyFormatError on a public key with which nothing is secret */
function agreed(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    return x25519.getSharedSecret(secretKey, publicKey);
  } catch (cause) {
    throw new KeyFormatError("The public key is none of X25519: ask the arbitrator for it again.", { cause });
  }
}

function sharedSecret(dh: Uint8Array, enc: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const prk = labeledExtract(KEM_SUITE, NONE, "eae_prk", dh);
  return labeledExpand(KEM_SUITE, prk, "shared_secret", concatBytes(enc, publicKey), 32);
}

/** Key and nonce of the only message of a context in base mode. */
async function schedule(shared: Uint8Array, info: Uint8Array, { id, keyBytes }: Aead) {
  const suite = concatBytes(utf8ToBytes("HPKE"), u16(0x0020), u16(0x0001), u16(id));
  const pskIdHash = labeledExtract(suite, NONE, "psk_id_hash", NONE);
  const context = concatBytes(Uint8Array.of(0), pskIdHash, labeledExtract(suite, NONE, "info_hash", info));
  const secret = labeledExtract(suite, shared, "secret", NONE);
  const key = plainBuffer(labeledExpand(suite, secret, "key", context, keyBytes));
  const iv = plainBuffer(labeledExpand(suite, secret, "base_nonce", context, 12));
  return { cipher: await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]), iv };
}

const labeledExtract = (suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array) =>
  extract(sha256, concatBytes(VERSION, suite, utf8ToBytes(label), ikm), salt);

const labeledExpand = (suite: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, length: number) =>
  expand(sha256, prk, concatBytes(u16(length), VERSION, suite, utf8ToBytes(label), info), length);

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function requireKey(what: string, key: Uint8Array): void {
  if (key.length !== KEY_BYTES) throw new KeyFormatError(`${what} has ${key.length} bytes, expected ${KEY_BYTES}.`);
}

/** WebCrypto's types want a plain ArrayBuffer behind the view. */
const plainBuffer = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
