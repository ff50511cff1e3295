/**
 * Identity-based encryption over BLS12-381, byte for byte the format of Lit Protocol's `encrypt` (time-lock encryption after
 * Boneh–Franklin with the Fujisaki–Okamoto transform): what one side wraps, the other opens.
 *
 * Ciphertext, 115 bytes for a 32-byte key:
 *   u (48, G1 compressed) | v (32) | length of w (1) | w (1 + 32) | signature scheme (1, always 2 = proof of possession)
 *
 *   α random in Fr;  r = Hr(α ‖ sha256(key));  u = r·G1;  K = e(r·PK, H2(identity))
 *   v = sha256(K) ⊕ α;  w = SHAKE128(α) ⊕ (length ‖ key)
 *
 * The decryption key is the BLS signature sk·H2(identity): e(u, sig) = K. Opening recomputes u from (α, key), so a wrong
 * signature or an altered ciphertext is always noticed.
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { shake128 } from "@noble/hashes/sha3.js";
import { bytesToHex, concatBytes, randomBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { KeyFormatError, KeyUnwrapError } from "./errors.js";

export const G1 = bls12_381.G1.Point;
export const G2 = bls12_381.G2.Point;
export const Fr = bls12_381.fields.Fr;
export type G1Point = InstanceType<typeof G1>;
export type G2Point = InstanceType<typeof G2>;

/** Length in bytes of the only thing that is ever wrapped: a dataset key. */
export const DATASET_KEY_BYTES = 32;
const CIPHERTEXT_BYTES = 115;
const SCHEME_PROOF_OF_POSSESSION = 2;
const SIGNATURE_DST = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
const SCALAR_SALT = utf8ToBytes("TIMELOCK_BLS12381_XOF:HKDF-SHA2-256_");
const SCALAR_INFO = Uint8Array.of(0, 48);

/**
 * Identity under which a key is wrapped, as Lit writes it.
 * @param conditionsHash sha256 of the canonical conditions, 64 hex digits.
 * @param keyHash sha256 of the wrapped key, 64 hex digits.
 */
export function identityOf(conditionsHash: string, keyHash: string): string {
  if (!/^[0-9a-f]{64}$/.test(conditionsHash) || !/^[0-9a-f]{64}$/.test(keyHash)) {
    throw new KeyFormatError("An identity needs two SHA-256 hashes as 64 lower-case hex digits without 0x.");
  }
  return `lit-accesscontrolcondition://${conditionsHash}/${keyHash}`;
}

/** SHA-256 as lower-case hex without 0x, which is how Lit writes hashes. */
export function sha256Hex(data: Uint8Array): string {
  return bytesToHex(sha256(data));
}

/** Point of G2 that a node multiplies by its share to release an identity. */
export function hashIdentity(identity: string): G2Point {
  return G2.fromAffine(bls12_381.G2.hashToCurve(utf8ToBytes(identity), { DST: SIGNATURE_DST }).toAffine());
}

/** Parses a network or share public key: 48 bytes, compressed G1, in the subgroup, not the point at infinity. */
export function parsePublicKey(hex: string): G1Point {
  try {
    const point = G1.fromHex(hex.replace(/^0x/, ""));
    point.assertValidity();
    if (!point.is0()) return point;
  } catch {
    // Falls through to the one error that says what was expected.
  }
  throw new KeyFormatError(
    `Not a key network public key: expected 48 bytes of compressed BLS12-381 G1, got ${hex.slice(0, 100)}.`,
  );
}

/**
 * Encrypts a 32-byte key to an identity of a network.
 * @param publicKey network public key, 48-byte compressed G1, hex.
 * @param key 32 bytes.
 * @returns 115 bytes.
 * @throws KeyFormatError on a bad public key or key length.
 */
export function encryptToIdentity(publicKey: string, identity: string, key: Uint8Array): Uint8Array {
  if (key.length !== DATASET_KEY_BYTES) {
    throw new KeyFormatError(`A dataset key has ${DATASET_KEY_BYTES} bytes, got ${key.length}.`);
  }
  const network = parsePublicKey(publicKey);
  const alpha = Fr.toBytes(hashToScalar(randomBytes(32)));
  const r = randomness(alpha, key);
  const mask = sha256(pairingBytes(network.multiply(r), hashIdentity(identity)));
  const w = xor(shake128(alpha, { dkLen: DATASET_KEY_BYTES + 1 }), concatBytes(Uint8Array.of(DATASET_KEY_BYTES), key));
  const scheme = Uint8Array.of(SCHEME_PROOF_OF_POSSESSION);
  return concatBytes(G1.BASE.multiply(r).toBytes(true), xor(mask, alpha), Uint8Array.of(w.length), w, scheme);
}

/** A ciphertext taken apart; parsing needs no key, so it can be done while the nodes answer. */
export interface IdentityCiphertext {
  u: G1Point;
  v: Uint8Array;
  w: Uint8Array;
}

/** Parses the 115 bytes of `encryptToIdentity`. @throws KeyFormatError when length, scheme or point is wrong. */
export function parseCiphertext(bytes: Uint8Array): IdentityCiphertext {
  const wLength = DATASET_KEY_BYTES + 1;
  if (bytes.length !== CIPHERTEXT_BYTES || bytes[80] !== wLength || bytes[114] !== SCHEME_PROOF_OF_POSSESSION) {
    throw new KeyFormatError(
      `Not a wrapped dataset key: expected ${CIPHERTEXT_BYTES} bytes of scheme 2, got ${bytes.length}.`,
    );
  }
  return { u: parsePublicKey(bytesToHex(bytes.subarray(0, 48))), v: bytes.slice(48, 80), w: bytes.slice(81, 114) };
}

/**
 * Opens a ciphertext with the combined signature.
 * @param signature Σ nᵢ·Sᵢ over G2, and `divisor` the scalar by which it is too large (1 when it is the signature itself):
 *   dividing in G1 is several times cheaper than in G2, and the pairing does not mind.
 * @throws KeyUnwrapError when the signature is not this identity's, or the ciphertext was altered.
 */
export function decryptWithSignature(ciphertext: IdentityCiphertext, signature: G2Point, divisor = 1n): Uint8Array {
  requirePoint(signature);
  const u = divisor === 1n ? ciphertext.u : ciphertext.u.multiplyUnsafe(Fr.inv(Fr.create(divisor)));
  const alpha = xor(sha256(pairingBytes(u, signature)), ciphertext.v);
  const plain = xor(shake128(alpha, { dkLen: ciphertext.w.length }), ciphertext.w);
  const key = plain.slice(1);
  if (plain[0] !== DATASET_KEY_BYTES || !G1.BASE.multiply(randomness(alpha, key)).equals(ciphertext.u)) {
    throw new KeyUnwrapError(
      "The shares do not open this wrapped key: a share is false, or the ciphertext was altered.",
    );
  }
  return key;
}

/** Shares come unchecked: their combination must be a point of the subgroup. The check is remembered, so the pairing's own is free. */
function requirePoint(signature: G2Point): void {
  try {
    signature.assertValidity();
  } catch {
    throw new KeyUnwrapError("The combined signature is not in the group: a share is false.");
  }
  if (signature.is0()) throw new KeyUnwrapError("The combined signature is the point at infinity.");
}

function randomness(alpha: Uint8Array, key: Uint8Array): bigint {
  return hashToScalar(concatBytes(alpha, sha256(key)));
}

/** HKDF-SHA256 to 48 bytes, reduced: the KeyGen procedure of the BLS signature draft with another salt. */
function hashToScalar(input: Uint8Array): bigint {
  const okm = hkdf(sha256, concatBytes(input, Uint8Array.of(0)), SCALAR_SALT, SCALAR_INFO, 48);
  return Fr.create(BigInt(`0x${bytesToHex(okm)}`));
}

function pairingBytes(g1: G1Point, g2: G2Point): Uint8Array {
  return bls12_381.fields.Fp12.toBytes(bls12_381.pairing(g1, g2));
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] as number));
}
