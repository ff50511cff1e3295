/** Runs over made-up versions, and the input that the adherence statement reads of them, part by part. */
import { account, hex, named, sha } from "../vector-helpers.mjs";
import { abi, chunkLeaf, left20, multiproof, raw, rootOf, setRoot, u64, u256 } from "./bytes.mjs";
import { PURPOSES, runManifestForm } from "./run-manifest.mjs";

export const u32pair = (high, low) => Buffer.concat([u64((BigInt(high) << 32n) | BigInt(low))]);
const ZERO = `0x${"00".repeat(32)}`;
const rootHex = (ids) => (ids.length > 0 ? hex(setRoot(ids)) : ZERO);
const uniformOf = (counts) => (counts.every((count) => count === counts[0]) ? (counts[0] ?? 0) : 0);

/** A version's contents: chunks by name and number, record ids, withdrawn entries. */
export function version(name, chunks, ids = [], revoked = []) {
  const leaves = Array.from({ length: chunks }, (_, i) =>
    chunkLeaf(name, i, i === chunks - 1 ? 777 : 1_048_560, i % 4),
  );
  const hashes = leaves.map((leaf) => leaf.hash);
  return { leaves, hashes, ids, revoked, contentRoot: hex(rootOf(hashes)) };
}

/** `count` ids, ascending, spread over the whole range. */
export function idsOf(name, count) {
  const ids = new Set();
  for (let i = 0; ids.size < count; i++) ids.add(sha(Buffer.from(`${name} id ${i}`)).readBigUInt64BE());
  return [...ids].sort((a, b) => (a < b ? -1 : 1));
}

/** Ascending positions as runs: how many to leave out, how many to take. */
function runsOf(positions) {
  const runs = [];
  let next = 0;
  for (const at of positions) {
    if (at === next && runs.length > 0) runs.at(-1)[1]++;
    else runs.push([at - next, 1]);
    next = at + 1;
  }
  return runs;
}

/** One license of a run: `chunks` and `records` are [position, count]. */
export function used(contents, licenseId, fields, chunks, records = []) {
  return { contents, licenseId, datasetId: 3, version: 1, uses: 2, ...fields, chunks, records };
}

const entriesOf = (licenses) =>
  licenses.flatMap(({ contents, chunks, records }, license) => [
    ...chunks.map(([index, count]) => ({ kind: "chunk", index, leaf: hex(contents.hashes[index]), license, count })),
    ...records.map(([at, count]) => ({ kind: "record", leaf: hex(u256(contents.ids[at])), license, count })),
  ]);

/** A run's manifest document. */
function documentOf({ licenses, purpose = "train" }) {
  return {
    format: "colophon-run-manifest",
    formatVersion: 1,
    chainId: 31337,
    licenseToken: account("license token"),
    runner: account("runner"),
    runStart: 1_700_000_000,
    runEnd: 1_700_000_600,
    salt: named("run salt"),
    purpose,
    licenses: licenses.map(({ contents, licenseId, datasetId, version }) => ({
      licenseId: String(licenseId),
      datasetId: String(datasetId),
      version,
      contentRoot: contents.contentRoot,
    })),
    entries: entriesOf(licenses),
  };
}

/** The parts of a statement's input, one by one, so that a hostile case can change any of them. */
export function partsOf(run) {
  const document = documentOf(run);
  return {
    document,
    head: {
      layout: u64(1),
      salt: raw(document.salt),
      chainId: u64(document.chainId),
      runStart: u64(document.runStart),
      runEnd: u64(document.runEnd),
      purpose: u64(PURPOSES[document.purpose]),
      licenseToken: left20(document.licenseToken),
      runner: left20(document.runner),
      attestation: raw(named("attestation")),
      registry: left20(account("registry")),
      distinct: u64(document.entries.length),
      licenses: u64(run.licenses.length),
    },
    licenses: run.licenses.map(({ contents, licenseId, datasetId, version, uses }) => ({
      licenseId: u256(licenseId),
      contentRoot: raw(contents.contentRoot),
      recordRoot: raw(rootHex(contents.ids)),
      revokedRoot: raw(rootHex(contents.revoked)),
      datasetId: u64(datasetId),
      version: u64(version),
      uses: u64(uses),
    })),
    bodies: run.licenses.map(bodyOf),
  };
}

function bodyOf({ contents, chunks, records }) {
  const positions = chunks.map(([index]) => index);
  const counts = chunks.map(([, count]) => count);
  const recordCounts = records.map(([, count]) => count);
  const chunkPart = {
    chunks: u64(chunks.length),
    chunkUniform: u64(uniformOf(counts)),
    width: u64(contents.hashes.length),
    siblingCount: u64(multiproof(contents.hashes, positions).length),
    leaves: positions.map((i) => Buffer.concat([Buffer.of(0), contents.leaves[i].encoded, Buffer.of(0x80, 0)])),
    siblings: multiproof(contents.hashes, positions),
    chunkCounts: uniformOf(counts) === 0 ? counts.map(u64) : [],
  };
  const runs = runsOf(records.map(([at]) => at));
  const recordPart = {
    records: u64(records.length),
    recordUniform: u64(uniformOf(recordCounts)),
    setSize: u64(contents.ids.length),
    runCount: u64(runs.length),
    ids: contents.ids.map(u64),
    runs: runs.map(([leave, take]) => u32pair(leave, take)),
    recordCounts: uniformOf(recordCounts) === 0 ? recordCounts.map(u64) : [],
  };
  return {
    revokedCount: u64(contents.revoked.length),
    revoked: contents.revoked.map(u64),
    ...(chunks.length > 0 ? chunkPart : { chunks: u64(0) }),
    ...(records.length > 0 ? recordPart : { records: u64(0) }),
  };
}

/** Parts in their order of insertion, which is the order of the input. */
export function serialize({ head, licenses, bodies }) {
  return Buffer.concat([head, ...licenses, ...bodies].flatMap((part) => Object.values(part).flat()));
}

export function publicValues({ document, head, licenses }) {
  const set = licenses.map(({ licenseId, contentRoot, recordRoot, revokedRoot, uses }) =>
    Buffer.concat([licenseId, contentRoot, recordRoot, revokedRoot, Buffer.alloc(24), uses]),
  );
  const entries = document.entries.reduce((sum, { count }) => sum + BigInt(count), 0n);
  const values = {
    statementVersion: 1,
    runManifestHash: hex(sha(runManifestForm(document))),
    licenseSetHash: hex(sha(...set)),
    entries: entries.toString(),
    distinctEntries: String(document.entries.length),
    runner: document.runner,
    runStart: document.runStart,
    runEnd: document.runEnd,
    attestationDigest: hex(head.attestation),
    chainId: document.chainId,
    registry: account("registry"),
  };
  return { values, publicValues: hex(abi(...Object.values(values))) };
}

export const evidenceOf = ({ contents, uses }) => ({
  recordRoot: rootHex(contents.ids),
  revokedRoot: rootHex(contents.revoked),
  uses,
  revoked: contents.revoked.map(String),
  leaves: contents.leaves.map(({ encoded }) => hex(encoded)),
  records: contents.ids.map(String),
});

export const first8 = (hash) => Buffer.from(hash).readBigUInt64BE();
export const ascending = (ids) => [...ids].sort((a, b) => (a < b ? -1 : 1));
