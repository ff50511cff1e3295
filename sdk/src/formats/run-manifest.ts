import { type Hex, toHex } from "./bytes.js";
import { DocumentFormat } from "./document.js";
import { FormatError } from "./errors.js";
import schema from "./generated/run-manifest-validator.js";

/** Most bytes of a canonical run manifest: 2 GiB of text would not fit a JavaScript string. */
export const RUN_MANIFEST_MAX_BYTES = 0x1fff_ffe8;

const UINT64_MAX = 2n ** 64n - 1n;
const UINT256_MAX = 2n ** 256n - 1n;

/** One consumed chunk: its place and leaf hash in the content tree. */
export interface RunChunk {
  kind: "chunk";
  index: number;
  leaf: Hex;
  /** Position of the license in `licenses`. */
  license: number;
  /** How often it was used. */
  count: number;
}

/** One consumed record: its id in the last 8 of 32 bytes. */
export interface RunRecord {
  kind: "record";
  leaf: Hex;
  /** Position of the license in `licenses`. */
  license: number;
  /** How often it was used. */
  count: number;
}

/** One consumed entry. */
export type RunEntry = RunChunk | RunRecord;

/** What the data was used for. */
export type RunPurpose = "train" | "fine-tune" | "evaluate" | "infer" | "derive";

/** A version that was used, and the license for it. One license may stand here with several versions. */
export interface RunLicense {
  licenseId: string;
  /** At most 64 bits. */
  datasetId: string;
  version: number;
  contentRoot: Hex;
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
  purpose: RunPurpose;
  /** Ascending by license id and content root, each with at least one entry. */
  licenses: RunLicense[];
  /** Ascending by license, kind (chunks first) and index or id. */
  entries: RunEntry[];
}

/**
 * A run manifest in its one order: licenses by id and content root, entries by license, kind and index or id, equal ones added up.
 * @param fields `licenses` in any order, which is the one that the entries' `license` counts in
 * @param salt 32 random bytes
 */
export function createRunManifest(
  fields: Omit<RunManifest, "format" | "formatVersion" | "salt" | "entries">,
  entries: Iterable<RunEntry>,
  salt: Uint8Array,
): RunManifest {
  const order = fields.licenses.map((_, i) => i);
  order.sort((a, b) => compareLicenses(fields.licenses[a] as RunLicense, fields.licenses[b] as RunLicense));
  const licenses = order.map((i) => fields.licenses[i] as RunLicense);
  const moved = new Map(order.map((from, to) => [from, to]));
  const merged = new Map<string, RunEntry>();
  for (const entry of entries) {
    const license = moved.get(entry.license) ?? entry.license;
    const key = `${license} ${entry.kind} ${placeOf(entry)} ${entry.leaf}`;
    merged.set(key, { ...entry, license, count: entry.count + (merged.get(key)?.count ?? 0) });
  }
  const sorted = [...merged.values()].sort(compareEntries);
  return {
    format: "colophon-run-manifest",
    formatVersion: 1,
    ...fields,
    licenses,
    salt: toHex(salt),
    entries: sorted,
  };
}

const runManifestFormat = /*#__PURE__*/ new DocumentFormat<RunManifest>("run manifest", schema, RUN_MANIFEST_MAX_BYTES);

/**
 * Canonical text, in which the document travels. Its hash is `runManifestHash`, over another form.
 * @throws FormatError `schema` or `value` (order, unknown or unused license, end before start)
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

/** Checks a manifest that was not read from bytes. @throws FormatError `schema` or `value` */
export function checkRunManifest(manifest: RunManifest): RunManifest {
  requireConsistent(runManifestFormat.check(manifest));
  return manifest;
}

function requireConsistent(manifest: RunManifest): void {
  if (manifest.runEnd < manifest.runStart) {
    throw new FormatError("value", `the run ends at ${manifest.runEnd}, before it starts at ${manifest.runStart}.`);
  }
  requireLicenses(manifest.licenses);
  requireEntries(manifest);
}

function requireLicenses(licenses: RunLicense[]): void {
  for (const [i, license] of licenses.entries()) {
    if (BigInt(license.licenseId) > UINT256_MAX) {
      throw new FormatError("value", `license ${i} has the id ${license.licenseId}, expected at most 256 bits.`);
    }
    if (BigInt(license.datasetId) > UINT64_MAX) {
      throw new FormatError("value", `license ${i} is for dataset ${license.datasetId}, expected at most 64 bits.`);
    }
    const before = licenses[i - 1];
    if (before && compareLicenses(before, license) >= 0) {
      throw new FormatError("value", `license ${i} is not after the one before: use createRunManifest().`);
    }
  }
}

function requireEntries({ licenses, entries }: RunManifest): void {
  const used = new Set<number>();
  let uses = 0n;
  for (const [i, entry] of entries.entries()) {
    if (entry.license >= licenses.length) {
      throw new FormatError("value", `entry ${i} names license ${entry.license} of ${licenses.length}.`);
    }
    const before = entries[i - 1];
    if (before && compareEntries(before, entry) >= 0) {
      throw new FormatError("value", `entry ${i} is not after the one before: use createRunManifest().`);
    }
    used.add(entry.license);
    uses += BigInt(entry.count);
  }
  const unused = licenses.findIndex((_, i) => !used.has(i));
  if (unused >= 0) throw new FormatError("value", `license ${unused} has no entry: leave it out.`);
  if (uses > UINT64_MAX) throw new FormatError("value", `the entries were used ${uses} times, expected under 2^64.`);
}

function compareLicenses(a: RunLicense, b: RunLicense): number {
  const [idA, idB] = [BigInt(a.licenseId), BigInt(b.licenseId)];
  if (idA !== idB) return idA < idB ? -1 : 1;
  return compareText(a.contentRoot, b.contentRoot);
}

/** Chunks by index, so that two leaves never claim one place. */
function compareEntries(a: RunEntry, b: RunEntry): number {
  if (a.license !== b.license) return a.license - b.license;
  if (a.kind === "chunk" && b.kind === "chunk") return a.index - b.index;
  return compareText(a.kind, b.kind) || compareText(a.leaf, b.leaf);
}

function placeOf(entry: RunEntry): string {
  return entry.kind === "chunk" ? String(entry.index) : "";
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
