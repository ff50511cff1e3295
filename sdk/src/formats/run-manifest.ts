import { type Hex, toHex } from "./bytes.js";
import { DocumentFormat } from "./document.js";
import { FormatError } from "./errors.js";
import schema from "./generated/run-manifest-validator.js";
import { type Sha256, sha256 } from "./hash.js";

/** Most bytes of a canonical run manifest: 2 GiB of text would not fit a JavaScript string. */
export const RUN_MANIFEST_MAX_BYTES = 0x1fff_ffe8;

/** One consumed entry: a chunk's leaf hash, or a record id in the last 8 of 32 bytes. */
export interface RunEntry {
  leaf: Hex;
  kind: "chunk" | "record";
  /** Position of the license in `licenses`. */
  license: number;
  /** How often it was used. */
  count: number;
}

/** What one run consumed, under which licenses; see spec/schemas/run-manifest.v1.schema.json. */
export interface RunManifest {
  format: "colophon-run-manifest";
  formatVersion: 1;
  chainId: number;
  licenseToken: Hex;
  runner: Hex;
  /** Seconds since 1970. */
  runStart: number;
  runEnd: number;
  /** 32 random bytes, so that the hash cannot be guessed from the contents. */
  salt: Hex;
  purpose: "train" | "fine-tune" | "evaluate" | "infer" | "derive";
  licenses: { licenseId: string; datasetId: string; version: number; contentRoot: Hex }[];
  entries: RunEntry[];
}

/**
 * A run manifest in its one order: entries by license, kind and leaf, equal ones added up.
 * @param salt 32 random bytes
 */
export function createRunManifest(
  fields: Omit<RunManifest, "format" | "formatVersion" | "salt" | "entries">,
  entries: Iterable<RunEntry>,
  salt: Uint8Array,
): RunManifest {
  const merged = new Map<string, RunEntry>();
  for (const entry of entries) {
    const key = entryKey(entry);
    const known = merged.get(key);
    merged.set(key, { ...entry, count: entry.count + (known?.count ?? 0) });
  }
  const sorted = [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  return { format: "colophon-run-manifest", formatVersion: 1, ...fields, salt: toHex(salt), entries: sorted };
}

const runManifestFormat = /*#__PURE__*/ new DocumentFormat<RunManifest>("run manifest", schema, RUN_MANIFEST_MAX_BYTES);

/**
 * Canonical bytes.
 * @throws FormatError `schema` or `value` (order, unknown license, end before start)
 */
export function runManifestBytes(manifest: RunManifest): Uint8Array {
  const bytes = runManifestFormat.write(manifest);
  requireConsistent(manifest);
  return bytes;
}

/** Reads canonical bytes. @throws FormatError `not-canonical`, `schema` or `value` */
export function readRunManifest(bytes: Uint8Array): RunManifest {
  const manifest = runManifestFormat.read(bytes);
  requireConsistent(manifest);
  return manifest;
}

/** SHA-256 of the canonical bytes: what a RunStatement and the adherence proof name. */
export function runManifestHash(bytes: Uint8Array, hash: Sha256 = sha256): Hex {
  return toHex(hash(bytes));
}

function requireConsistent(manifest: RunManifest): void {
  if (manifest.runEnd < manifest.runStart) {
    throw new FormatError("value", `the run ends at ${manifest.runEnd}, before it starts at ${manifest.runStart}.`);
  }
  let last = "";
  for (const [i, entry] of manifest.entries.entries()) {
    if (entry.license >= manifest.licenses.length) {
      throw new FormatError("value", `entry ${i} names license ${entry.license} of ${manifest.licenses.length}.`);
    }
    const key = entryKey(entry);
    if (key <= last) throw new FormatError("value", `entry ${i} is not after the one before: use createRunManifest().`);
    last = key;
  }
}

function entryKey(entry: RunEntry): string {
  return `${String(entry.license).padStart(5, "0")} ${entry.kind} ${entry.leaf}`;
}
