import { createCipheriv, createDecipheriv, createHash, createHmac, hash } from "node:crypto";
import {
  type Aead,
  type AeadInput,
  type Col1Engine,
  concat,
  type HmacSha256,
  type Sha256,
  TAG_SIZE,
} from "@colophon-protocol/sdk/formats";

const CIPHER = "aes-256-gcm";

/** SHA-256 by `node:crypto`: several times as fast as the portable one. */
export const nodeSha256: Sha256 = (data) => hash("sha256", data, "buffer");

/** HMAC-SHA256 by `node:crypto`. */
export const nodeHmacSha256: HmacSha256 = (key, data) => createHmac("sha256", key).update(data).digest();

/** SHA-256 over parts, without joining them. */
export function sha256OfParts(parts: readonly Uint8Array[]): Uint8Array {
  const state = createHash("sha256");
  for (const part of parts) state.update(part);
  return state.digest();
}

/** Ciphertext and tag of one chunk as two parts: joining them would copy a mebibyte. */
export function sealParts(input: AeadInput, plain: Uint8Array): [Uint8Array, Uint8Array] {
  const cipher = createCipheriv(CIPHER, input.key, input.nonce);
  cipher.setAAD(input.additionalData);
  const body = cipher.update(plain);
  cipher.final(); // GCM is a stream mode: nothing is left to write.
  return [body, cipher.getAuthTag()];
}

/** AES-256-GCM by `node:crypto`: the same bytes as WebCrypto, synchronously. */
export const nodeAead: Aead = {
  seal: (input, plain) => concat(...sealParts(input, plain)),
  open(input, sealed) {
    const decipher = createDecipheriv(CIPHER, input.key, input.nonce, { authTagLength: TAG_SIZE });
    decipher.setAAD(input.additionalData);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_SIZE));
    const plain = decipher.update(sealed.subarray(0, sealed.length - TAG_SIZE));
    decipher.final(); // Throws when the tag does not fit; the plaintext is returned only after.
    return plain;
  },
};

/** Give this to `Col1Cipher` on Node. */
export const nodeEngine: Col1Engine = { aead: nodeAead, hash: nodeSha256, hmac: nodeHmacSha256 };
