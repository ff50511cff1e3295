import { concat, fromHex, type Hex, toHex, viewOf } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import { CHUNK_LEAF_SIZE } from "../formats/leaf.js";
import { checkRunManifest, type RunEntry, type RunLicense, type RunManifest } from "../formats/run-manifest.js";
import { PURPOSE_USES } from "../formats/run-manifest-form.js";
import { leafHash } from "../formats/tree.js";
import { ADHERENCE_LAYOUT } from "./adherence.js";
import { multiproof } from "./multiproof.js";
import { digestHex, InputWriter, joined, type Words } from "./words.js";

/** What the runner knows of one licensed version, beside the manifest. */
export interface VersionEvidence {
  /** As in DatasetRegistry; 32 zero bytes where there is none. */
  recordRoot: Hex;
  /** The one in force when the run started; 32 zero bytes where there is none. */
  revokedRoot: Hex;
  /** Uses claimed under the license, as bits; the run's purpose must be among them. */
  uses: number;
  /** Withdrawn entries, ascending: record ids, and first eight bytes of chunks' leaf hashes. */
  revoked: BigUint64Array;
  /** The content tree's leaf table, 45 bytes a leaf; may be empty where no chunk was used. */
  leaves: Uint8Array;
  /** The version's record ids, ascending; may be empty where no record was used. */
  records: BigUint64Array;
}

/** What a run's proof is made from. */
export interface AdherenceEvidence {
  manifest: RunManifest;
  /** One for each of the manifest's licenses, in their order. */
  versions: readonly VersionEvidence[];
  /** Digest of the attestation that the run goes with; 32 zero bytes for none. */
  attestationDigest: Hex;
  /** DatasetRegistry. */
  registry: Hex;
}

/**
 * The input of the adherence statement: what the guest reads. It does not check the statement; `checkAdherence` does.
 * @throws FormatError `schema` or `value` when the manifest is not valid or names what the evidence does not hold
 */
export function adherenceInput(evidence: AdherenceEvidence, hash: Sha256 = sha256): Words {
  const { manifest, versions, attestationDigest, registry } = evidence;
  checkRunManifest(manifest);
  if (versions.length !== manifest.licenses.length) {
    throw new FormatError("value", `${versions.length} versions for ${manifest.licenses.length} licenses: give each.`);
  }
  const input = new InputWriter()
    .numbers(ADHERENCE_LAYOUT)
    .hex32(manifest.salt)
    .numbers(manifest.chainId, manifest.runStart, manifest.runEnd, PURPOSE_USES[manifest.purpose])
    .address(manifest.licenseToken)
    .address(manifest.runner)
    .hex32(attestationDigest)
    .address(registry)
    .numbers(manifest.entries.length, versions.length);
  for (const [i, version] of versions.entries()) writeLicense(input, manifest.licenses[i] as RunLicense, version);
  const entries = groupEntries(manifest);
  for (const [i, version] of versions.entries()) writeEntries(input, entries[i] as RunEntry[], version, hash);
  return input.finish();
}

/** One license as the license set knows it. */
export interface LicenseSetEntry extends Pick<VersionEvidence, "recordRoot" | "revokedRoot" | "uses"> {
  licenseId: string;
  contentRoot: Hex;
}

/** The license set hash: what RunStatement names and ProofRegistry rebuilds. Licenses ascend by id and content root. */
export function licenseSetHash(licenses: readonly LicenseSetEntry[], hash: Sha256 = sha256): Hex {
  const parts = licenses.map(({ licenseId, contentRoot, recordRoot, revokedRoot, uses }) =>
    concat(
      uint256(licenseId),
      ...[contentRoot, recordRoot, revokedRoot].map((root) => fromHex(root, 32)),
      uint256(String(uses)),
    ),
  );
  return digestHex(joined(parts), hash);
}

function uint256(decimal: string): Uint8Array {
  return fromHex(`0x${BigInt(decimal).toString(16).padStart(64, "0")}`, 32);
}

function writeLicense(input: InputWriter, license: RunLicense, version: VersionEvidence): void {
  input
    .bytes(uint256(license.licenseId))
    .hex32(license.contentRoot)
    .hex32(version.recordRoot)
    .hex32(version.revokedRoot)
    .numbers(BigInt(license.datasetId), license.version, version.uses);
}

function groupEntries({ licenses, entries }: RunManifest): RunEntry[][] {
  const groups: RunEntry[][] = licenses.map(() => []);
  for (const entry of entries) (groups[entry.license] as RunEntry[]).push(entry);
  return groups;
}

function writeEntries(input: InputWriter, entries: RunEntry[], version: VersionEvidence, hash: Sha256): void {
  input.numbers(version.revoked.length).words(version.revoked);
  const chunks = entries.filter((entry) => entry.kind === "chunk");
  input.numbers(chunks.length);
  if (chunks.length > 0) writeChunks(input, chunks, version.leaves, hash);
  const records = entries.filter((entry) => entry.kind === "record");
  input.numbers(records.length);
  if (records.length > 0) writeRecords(input, records, version.records);
}

function writeChunks(
  input: InputWriter,
  chunks: Extract<RunEntry, { kind: "chunk" }>[],
  table: Uint8Array,
  hash: Sha256,
): void {
  const leaves = Array.from({ length: table.length / CHUNK_LEAF_SIZE }, (_, i) =>
    table.subarray(i * CHUNK_LEAF_SIZE, (i + 1) * CHUNK_LEAF_SIZE),
  );
  const hashes = leaves.map((leaf) => leafHash(leaf, hash));
  for (const { index, leaf } of chunks) {
    const own = hashes[index];
    if (!own || toHex(own) !== leaf) {
      throw new FormatError("value", `chunk ${index} of the manifest is not in the leaf table: is it of this version?`);
    }
  }
  const positions = chunks.map(({ index }) => index);
  const siblings = multiproof(hashes, positions, hash);
  const counts = chunks.map(({ count }) => count);
  input.numbers(uniformCount(counts), leaves.length, siblings.length);
  for (const at of positions) {
    input.bytes(concat(Uint8Array.of(0), leaves[at] as Uint8Array, Uint8Array.of(0x80, 0)));
  }
  for (const sibling of siblings) input.bytes(sibling);
  writeCounts(input, counts);
}

function writeRecords(input: InputWriter, records: RunEntry[], ids: BigUint64Array): void {
  const runs: bigint[] = [];
  let at = 0;
  for (const { leaf } of records) {
    const id = viewOf(fromHex(leaf, 32)).getBigUint64(24);
    const from = at;
    while (at < ids.length && (ids[at] as bigint) < id) at++;
    if (ids[at] !== id) throw new FormatError("value", `record ${id} of the manifest is not among the version's ids.`);
    if (runs.length > 0 && at === from) runs.push((runs.pop() as bigint) + 1n);
    else runs.push((BigInt(at - from) << 32n) | 1n);
    at++;
  }
  const counts = records.map(({ count }) => count);
  input.numbers(uniformCount(counts), ids.length, runs.length).words(ids).words(BigUint64Array.from(runs));
  writeCounts(input, counts);
}

/** The count of all entries, or zero where they differ. */
function uniformCount(counts: number[]): number {
  const [first] = counts as [number];
  return counts.every((count) => count === first) ? first : 0;
}

function writeCounts(input: InputWriter, counts: number[]): void {
  if (uniformCount(counts) === 0) input.words(BigUint64Array.from(counts, BigInt));
}
