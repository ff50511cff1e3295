/** Run manifests: documents, their binary form and its hash, written without the SDK. */
import { account, canonical, change, hex, named, sha } from "../vector-helpers.mjs";
import { blocks, left20, raw, tag, u32, u64, u256 } from "./bytes.mjs";

export const PURPOSES = { train: 2, "fine-tune": 4, evaluate: 8, infer: 16, derive: 64 };

/** The section of one kind of entries under one license. */
function section(license, kind, entries) {
  const counts = entries.map((entry) => entry.count);
  const uniform = counts.every((count) => count === counts[0]) ? counts[0] : 0;
  const item = (entry) => (kind === 1 ? raw(entry.leaf) : raw(entry.leaf).subarray(24));
  return Buffer.concat([
    blocks(u32(license), u32(kind), u64(entries.length), u64(uniform)),
    blocks(...entries.map(item)),
    ...(uniform === 0 ? [blocks(...counts.map(u64))] : []),
  ]);
}

/** The bytes whose SHA-256 is the run manifest hash. */
export function runManifestForm(document) {
  const { licenses, entries } = document;
  const sections = licenses.flatMap((_, license) =>
    ["chunk", "record"].map((kind, i) => {
      const own = entries.filter((entry) => entry.license === license && entry.kind === kind);
      return own.length > 0 ? section(license, i + 1, own) : Buffer.alloc(0);
    }),
  );
  return Buffer.concat([
    tag("colophon-run-manifest.v1"),
    raw(document.salt),
    ...[document.chainId, document.runStart, document.runEnd, entries.length].map(u64),
    u32(licenses.length),
    u32(PURPOSES[document.purpose]),
    Buffer.alloc(24),
    left20(document.licenseToken),
    left20(document.runner),
    ...licenses.flatMap(({ licenseId, contentRoot, datasetId, version }) => [
      u256(licenseId),
      raw(contentRoot),
      u64(datasetId),
      u32(version),
      Buffer.alloc(52),
    ]),
    ...sections,
  ]);
}
const runManifestHash = (document) => hex(sha(runManifestForm(document)));

const record = (id) => `0x${BigInt(id).toString(16).padStart(64, "0")}`;
const chunk = (index, license, count) => ({ index, leaf: named(`leaf ${index}`), kind: "chunk", license, count });
const valid = (name, document) => ({
  name,
  document,
  canonical: canonical(document),
  form: hex(runManifestForm(document)),
  runManifestHash: runManifestHash(document),
});

export function runManifestVectors() {
  const license = (licenseId, version) => ({
    licenseId,
    datasetId: licenseId,
    version,
    contentRoot: named(`content root of ${licenseId} ${version}`),
  });
  const base = {
    format: "colophon-run-manifest",
    formatVersion: 1,
    chainId: 31337,
    licenseToken: account("license token"),
    runner: account("runner"),
    runStart: 1_700_000_000,
    runEnd: 1_700_000_600,
    salt: named("salt"),
    purpose: "train",
    licenses: [license("1", 1)],
    entries: [chunk(2, 0, 1), chunk(5, 0, 2), chunk(10, 0, 3)],
  };
  const ids = [7n, 0x0123456789abcdefn, 2n ** 63n, 2n ** 64n - 1n];
  const several = change(base, {
    purpose: "fine-tune",
    licenses: [license("1", 1), license("20", 3), license("100", 4_294_967_295)],
    entries: [
      chunk(0, 0, 5),
      chunk(1, 0, 5),
      ...ids.slice(0, 3).map((id) => ({ leaf: record(id), kind: "record", license: 0, count: 1 })),
      chunk(9_007_199_254_740_991, 1, 1),
      ...ids.map((id, i) => ({ leaf: record(id), kind: "record", license: 2, count: 9_007_199_254_740_991 - i })),
    ],
  });
  several.licenses[2].datasetId = "18446744073709551615";
  several.licenses[2].licenseId = (2n ** 256n - 1n).toString();
  const bad = (name, code, changes, from = base) => ({ name, code, document: change(from, changes) });
  const entry = (i) => base.entries[i];
  return {
    note: "Run manifest v1. Entries ascend by license, kind and index or id; licenses by id and content root. `form` is what is hashed; `canonical` the RFC 8785 text, in which documents travel.",
    valid: [valid("three chunks", base), valid("several licenses and kinds, every field at its largest", several)],
    invalid: [
      bad("no entries", "schema", { entries: [] }),
      bad("no salt", "schema", { salt: undefined }),
      bad("used zero times", "schema", { "entries.0.count": 0 }),
      bad("unknown purpose", "schema", { purpose: "sell" }),
      bad("chunk without its index", "schema", { "entries.0.index": undefined }),
      bad("record with an index", "schema", { "entries.2.index": 1 }, several),
      bad("record id beyond 64 bits", "schema", { "entries.2.leaf": named("leaf") }, several),
      bad("starts after the year 36,000", "schema", { runStart: 2 ** 40, runEnd: 2 ** 40 }),
      bad("ends before it starts", "value", { runEnd: 1_699_999_999 }),
      bad("unknown license", "value", { "entries.2.license": 1 }),
      bad("license without entries", "value", { licenses: [license("1", 1), license("2", 1)] }),
      bad("licenses out of order", "value", { "licenses.1.licenseId": "0" }, several),
      bad("license twice", "value", { "licenses.1": several.licenses[0] }, several),
      bad("dataset beyond 64 bits", "value", { "licenses.0.datasetId": "18446744073709551616" }),
      bad("license beyond 256 bits", "value", { "licenses.0.licenseId": (2n ** 256n).toString() }),
      bad("out of order", "value", { entries: [entry(1), entry(0), entry(2)] }),
      bad("entry twice", "value", { entries: [entry(0), entry(0)] }),
      bad("records before chunks", "value", {
        entries: several.entries.slice(0, 5).reverse(),
        licenses: base.licenses,
      }),
    ],
  };
}
