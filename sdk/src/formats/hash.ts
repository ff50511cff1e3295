import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";

/**
 * Synchronous SHA-256: 32 bytes of any input. Rooms on Node inject `node:crypto`, which is about seven times as fast;
 * the default works everywhere.
 */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/** SHA-256 without any platform API. */
export const sha256: Sha256 = (data) => nobleSha256(data);

/** Synchronous HMAC-SHA256: 32 bytes. */
export type HmacSha256 = (key: Uint8Array, data: Uint8Array) => Uint8Array;

/** HMAC-SHA256 without any platform API. */
export const hmacSha256: HmacSha256 = (key, data) => hmac(nobleSha256, key, data);
