import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { hexToBytes } from "@noble/hashes/utils.js";

const PROJECT = resolve(import.meta.dirname, "../../..");

/** Vectors made by other projects; absent on most machines, and then tests that need them are skipped by name. */
const EXTERNAL = process.env.COLOPHON_VECTORS ?? resolve(PROJECT, "../shared/vectors");

export function hasExternal(folder: string): boolean {
  return existsSync(join(EXTERNAL, folder));
}

export function externalFile(path: string): Buffer {
  return readFileSync(join(EXTERNAL, path));
}

// biome-ignore lint/suspicious/noExplicitAny: vectors are plain JSON of many shapes
export function externalJson(path: string): any {
  return JSON.parse(externalFile(path).toString("utf8"));
}

/** A file of this project's own `spec/`. */
export function specFile(path: string): Buffer {
  return readFileSync(join(PROJECT, "spec", path));
}

// biome-ignore lint/suspicious/noExplicitAny: vectors are plain JSON of many shapes
export function specJson(path: string): any {
  return JSON.parse(specFile(path).toString("utf8"));
}

/** Bytes of hex with or without 0x. */
export function bytes(hex: string): Uint8Array {
  return hexToBytes(hex.replace(/^0x/, ""));
}

/** `length` bytes that depend on `seed` only: xorshift32, so that every run tests the same data. */
export function pseudoRandom(seed: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let state = seed | 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = state & 0xff;
  }
  return out;
}
