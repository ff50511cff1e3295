/** What the vector generators share: none of it is code of the SDK. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

export const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
export const hex = (bytes) => `0x${Buffer.from(bytes).toString("hex")}`;
export const named = (text) => hex(sha(Buffer.from(text)));
export const account = (text) => named(text).slice(0, 42);

/** RFC 8785 for values without fractions and keys in ASCII. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}
export const hashOf = (value) => hex(sha(Buffer.from(canonical(value))));

/** A copy with some fields changed; `undefined` removes one. Paths are dotted. */
export function change(base, changes) {
  const copy = structuredClone(base);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".");
    const last = keys.pop();
    const at = keys.reduce((object, key) => object[key], copy);
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return copy;
}

/** CIDv1, raw codec, sha2-256, base32 lower case without padding. */
export function cid(hash) {
  const bytes = Buffer.concat([Buffer.from([1, 0x55, 0x12, 0x20]), Buffer.from(hash.slice(2), "hex")]);
  const binary = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = binary.padEnd(Math.ceil(binary.length / 5) * 5, "0").match(/.{5}/g);
  return `b${groups.map((group) => "abcdefghijklmnopqrstuvwxyz234567"[Number.parseInt(group, 2)]).join("")}`;
}

/** Writes vectors; with `--check` compares instead, and ends with status 1 when a file differs. */
export function writeVectors(name, value) {
  const file = new URL(`./vectors/${name}.json`, import.meta.url);
  const text = `${JSON.stringify(value, null, 1)}\n`;
  if (!process.argv.includes("--check")) {
    writeFileSync(file, text);
  } else if (readFileSync(file, "utf8") !== text) {
    console.error(`vectors/${name}.json is not what its generator gives.`);
    process.exitCode = 1;
  }
}
