import { compareBytes, concat, equalBytes, toHex, u32be, utf8, viewOf } from "../formats/bytes.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import type { AdherenceValues } from "./public-values.js";
import { holds } from "./refusal.js";
import { type CheckedSection, checkChunks, checkRecords } from "./sections.js";
import { sortedSetRoot } from "./sorted-set.js";
import { addressHex, digestHex, InputReader, joined, type Words, wordBytes } from "./words.js";

/** Layout of inputs that this code reads and writes. */
export const ADHERENCE_LAYOUT = 1n;
const STATEMENT_VERSION = 1;
const LICENSE_WORDS = 19;
/** Uses that can be a run's purpose: train, fine-tune, evaluate, infer, derive. */
const PURPOSES = [2n, 4n, 8n, 16n, 64n];
const UINT64_MAX = 2n ** 64n - 1n;

interface License {
  id: Uint8Array;
  contentRoot: Uint8Array;
  recordRoot: Uint8Array;
  revokedRoot: Uint8Array;
  datasetId: bigint;
  version: bigint;
  uses: bigint;
}

/**
 * The adherence statement, as the guest runs it: every entry of a run manifest lies in the contents of one of the licensed
 * versions, and none was withdrawn. See docs/proofs.md.
 * @param words as made by `adherenceInput`
 * @throws StatementRefused with the reason, when it does not hold
 */
export function checkAdherence(words: Words, hash: Sha256 = sha256): AdherenceValues {
  const input = new InputReader(words, ADHERENCE_LAYOUT);
  const salt = input.bytes32();
  const [chainId, runStart, runEnd, purpose] = [input.word(), input.word(), input.word(), input.word()];
  const licenseToken = input.address();
  const runner = input.address();
  const attestation = input.bytes32();
  const registry = input.address();
  const [distinct, licenseCount] = [input.word(), input.word()];
  holds(PURPOSES.includes(purpose), "purpose");
  holds(runStart <= runEnd && runEnd < 1n << 40n, "times");
  holds(licenseCount !== 0n, "no-license");

  const licenses = readLicenses(input, licenseCount, purpose);
  const sections = licenses.flatMap((license, i) => checkLicense(input, license, i, hash));
  const entries = sections.reduce((sum, section) => sum + section.uses, 0n);
  holds(entries <= UINT64_MAX, "overflow");
  holds(sections.reduce((sum, section) => sum + section.items, 0n) === distinct, "count");
  input.end();

  const head = concat(
    utf8("colophon-run-manifest.v1"),
    new Uint8Array(8),
    salt,
    wordBytes(BigUint64Array.of(chainId, runStart, runEnd, distinct)),
    wordBytes(BigUint64Array.of((licenseCount << 32n) | purpose, 0n, 0n, 0n)),
    licenseToken,
    runner,
  );
  const form = joined([head, ...licenses.map(manifestPart), ...sections.map(({ form }) => form)]);
  return {
    statementVersion: STATEMENT_VERSION,
    runManifestHash: digestHex(form, hash),
    licenseSetHash: digestHex(joined(licenses.map(setPart)), hash),
    entries,
    distinctEntries: distinct,
    runner: addressHex(runner),
    runStart: Number(runStart),
    runEnd: Number(runEnd),
    attestationDigest: toHex(attestation),
    chainId,
    registry: addressHex(registry),
  };
}

function readLicenses(input: InputReader, count: bigint, purpose: bigint): License[] {
  const licenses = input.groups(count, LICENSE_WORDS).map((words) => {
    const bytes = wordBytes(words);
    const [datasetId, version, uses] = words.subarray(16) as unknown as [bigint, bigint, bigint];
    return {
      id: bytes.subarray(0, 32),
      contentRoot: bytes.subarray(32, 64),
      recordRoot: bytes.subarray(64, 96),
      revokedRoot: bytes.subarray(96, 128),
      datasetId,
      version,
      uses,
    };
  });
  for (const [i, license] of licenses.entries()) {
    holds(license.version > 0n && license.version < 1n << 32n, "version");
    holds(license.uses < 1n << 16n && (license.uses & purpose) !== 0n, "uses");
    const before = licenses[i - 1];
    holds(!before || compareLicenses(before, license) < 0, "license-order");
  }
  return licenses;
}

function compareLicenses(a: License, b: License): number {
  return compareBytes(a.id, b.id) || compareBytes(a.contentRoot, b.contentRoot);
}

/** Checks the entries under one license; its sections of the manifest. */
function checkLicense(input: InputReader, license: License, index: number, hash: Sha256): CheckedSection[] {
  const withdrawn = input.take(input.word());
  holds(equalBytes(sortedSetRoot(withdrawn, hash), license.revokedRoot), "revoked-root");
  const sections: CheckedSection[] = [];
  const chunks = input.word();
  if (chunks !== 0n) sections.push(checkChunks(input, index, chunks, license.contentRoot, withdrawn, hash));
  const records = input.word();
  if (records !== 0n) sections.push(checkRecords(input, index, records, license.recordRoot, withdrawn, hash));
  holds(sections.length > 0, "no-entries");
  return sections;
}

function manifestPart(license: License): Uint8Array {
  const out = new Uint8Array(128);
  out.set(concat(license.id, license.contentRoot));
  viewOf(out).setBigUint64(64, license.datasetId);
  out.set(u32be(Number(license.version)), 72);
  return out;
}

function setPart(license: License): Uint8Array {
  const out = new Uint8Array(160);
  out.set(concat(license.id, license.contentRoot, license.recordRoot, license.revokedRoot));
  viewOf(out).setBigUint64(152, license.uses);
  return out;
}
