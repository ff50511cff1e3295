import { concat, fromHex, type Hex, requireUint, toHex, u32be, u64be, utf8, viewOf } from "./bytes.js";
import { type Sha256, sha256 } from "./hash.js";
import { checkRunManifest, type RunEntry, type RunLicense, type RunManifest, type RunPurpose } from "./run-manifest.js";

/** Name of the form, in its first 32 bytes. */
const TAG = "colophon-run-manifest.v1";
const BLOCK = 64;

/** The use that terms must allow for each purpose: its bit in `contracts/types/Uses.sol`. */
export const PURPOSE_USES: Record<RunPurpose, number> = {
  train: 2,
  "fine-tune": 4,
  evaluate: 8,
  infer: 16,
  derive: 64,
};

/** Kinds of entries in the binary form. */
const KINDS = { chunk: 1, record: 2 } as const;

/**
 * The binary form that is hashed: 64-byte blocks of big-endian integers, so that a proof can hash it without printing JSON. A
 * chunk's index is not in it: the leaf hash commits to it.
 * @throws FormatError `schema` or `value` when the manifest is not valid
 */
export function runManifestForm(manifest: RunManifest): Uint8Array {
  checkRunManifest(manifest);
  const { licenses, entries } = manifest;
  const parts = [header(manifest), ...licenses.map(licensePart)];
  for (let start = 0; start < entries.length; ) {
    const first = entries[start] as RunEntry;
    let end = start + 1;
    while (sameSection(first, entries[end])) end++;
    parts.push(...section(entries.slice(start, end)));
    start = end;
  }
  return concat(...parts);
}

/** SHA-256 of the binary form: what a RunStatement and the adherence proof name. @throws FormatError `schema` or `value` */
export function runManifestHash(manifest: RunManifest, hash: Sha256 = sha256): Hex {
  return toHex(hash(runManifestForm(manifest)));
}

function header(manifest: RunManifest): Uint8Array {
  const { licenses, entries, purpose } = manifest;
  return concat(
    padded(utf8(TAG), 32),
    fromHex(manifest.salt, 32),
    ...[manifest.chainId, manifest.runStart, manifest.runEnd, entries.length].map(u64be),
    padded(concat(u32be(licenses.length), u32be(PURPOSE_USES[purpose])), 32),
    padded(fromHex(manifest.licenseToken, 20), 32),
    padded(fromHex(manifest.runner, 20), 32),
  );
}

function licensePart({ licenseId, contentRoot, datasetId, version }: RunLicense): Uint8Array {
  const numbers = concat(bigEndian(BigInt(datasetId), 8), u32be(version));
  return padded(concat(bigEndian(BigInt(licenseId), 32), fromHex(contentRoot, 32), numbers), 2 * BLOCK);
}

/** Entries of one kind under one license: head, items, and counts unless they are all the same. */
function section(entries: RunEntry[]): Uint8Array[] {
  const { license, kind, count } = entries[0] as RunEntry;
  const uniform = entries.every((entry) => entry.count === count);
  const head = concat(u32be(license), u32be(KINDS[kind]), u64be(entries.length), u64be(uniform ? count : 0));
  const items = kind === "chunk" ? listed(entries, 32, leafOf) : listed(entries, 8, idOf);
  return uniform ? [blocks(head), items] : [blocks(head), items, listed(entries, 8, countOf)];
}

const leafOf = ({ leaf }: RunEntry) => fromHex(leaf, 32);
const idOf = ({ leaf }: RunEntry) => fromHex(leaf, 32).subarray(24);
const countOf = ({ count }: RunEntry) => u64be(count);

/** One field of each entry, `size` bytes each, in whole blocks. */
function listed(entries: RunEntry[], size: number, field: (entry: RunEntry) => Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil((entries.length * size) / BLOCK) * BLOCK);
  for (const [i, entry] of entries.entries()) out.set(field(entry), i * size);
  return out;
}

function sameSection(a: RunEntry, b: RunEntry | undefined): boolean {
  return b !== undefined && a.license === b.license && a.kind === b.kind;
}

function blocks(bytes: Uint8Array): Uint8Array {
  return padded(bytes, Math.ceil(bytes.length / BLOCK) * BLOCK);
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  requireUint(bytes.length, length, "length of a field");
  const out = new Uint8Array(length);
  out.set(bytes);
  return out;
}

function bigEndian(value: bigint, length: number): Uint8Array {
  const out = new Uint8Array(length);
  const view = viewOf(out);
  for (let at = length - 8, rest = value; at >= 0; at -= 8, rest >>= 64n)
    view.setBigUint64(at, rest & (2n ** 64n - 1n));
  return out;
}
