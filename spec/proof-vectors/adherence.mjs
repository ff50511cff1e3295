/** Inputs of the adherence statement with what it must say of them: public values, or the code of the refusal. */
import { account, hex, sha } from "../vector-helpers.mjs";
import {
  ascending,
  evidenceOf,
  first8,
  idsOf,
  partsOf,
  publicValues,
  serialize,
  u32pair,
  used,
  version,
} from "./adherence-run.mjs";
import { flipped, left20, u64 } from "./bytes.mjs";

function runs() {
  const other = ascending(["x", "y", "z"].map((name) => first8(sha(Buffer.from(name)))));
  const novels = version("novels", 13);
  const images = version("images", 5, idsOf("images", 21), other);
  const scans = version("scans", 64, idsOf("scans", 2050), []);
  scans.revoked = ascending([scans.ids[21], scans.ids[1500], first8(scans.hashes[9]), ...other]);
  const single = version("single", 1, [42n]);
  const all = (count) => Array.from({ length: count }, (_, i) => [i, 1]);
  const most = all(2050).filter(([at]) => at < 20 || (at > 1010 && at < 1040) || at === 1499 || at > 2030);
  return {
    chunks: {
      licenses: [
        used(novels, 5, {}, [
          [0, 1],
          [3, 2],
          [4, 1],
          [12, 1],
        ]),
      ],
    },
    records: {
      licenses: [
        used(
          images,
          6,
          {},
          [],
          [
            [0, 1],
            [1, 1],
            [2, 7],
            [9, 1],
            [20, 1],
          ],
        ),
      ],
    },
    single: { licenses: [used(single, 1, {}, [[0, 3]], [[0, 1]])] },
    whole: { licenses: [used(novels, 5, {}, all(13))] },
    everyRecord: { licenses: [used(images, 6, { uses: 3 }, [], all(21))] },
    several: {
      purpose: "evaluate",
      licenses: [
        used(single, 5, { uses: 8, version: 2 }, [[0, 1]]),
        used(novels, 5, { uses: 9, version: 3 }, [
          [1, 1],
          [2, 1],
          [11, 1],
        ]),
        used(
          scans,
          2n ** 200n,
          { uses: 255, datasetId: 2n ** 64n - 1n, version: 2 ** 32 - 1 },
          [
            [1, 4],
            [8, 1],
            [10, 4],
            [63, 4],
          ],
          most,
        ),
      ].sort((a, b) => (a.licenseId === b.licenseId ? (a.contents.contentRoot < b.contents.contentRoot ? -1 : 1) : 0)),
    },
  };
}

function validCases(all) {
  const names = {
    chunks: "chunks of one version",
    records: "records of one version, none withdrawn of those used",
    single: "the only chunk and the only record",
    whole: "every chunk of a version",
    everyRecord: "every record of a version",
    several: "two versions under one license, chunks and records under another, with withdrawn entries",
  };
  return Object.entries(names).map(([key, name]) => {
    const parts = partsOf(all[key]);
    return {
      name,
      document: parts.document,
      evidence: all[key].licenses.map(evidenceOf),
      attestationDigest: hex(parts.head.attestation),
      registry: account("registry"),
      ...publicValues(parts),
      input: hex(serialize(parts)),
    };
  });
}

function hostileCases({ chunks, records, several }) {
  const cases = [];
  const bad = (name, code, run, alter) => {
    const parts = partsOf(run);
    const bytes = alter(parts, parts.licenses[0], parts.bodies[0]);
    cases.push({ name, code, input: hex(Buffer.isBuffer(bytes) ? bytes : serialize(parts)) });
  };
  const set = (key, value) => (parts) => {
    parts.head[key] = value;
  };
  const body = (key, alter) => (_, __, part) => {
    part[key] = alter(part[key]);
  };
  const license = (key, value) => (_, part) => {
    part[key] = value;
  };
  const swap = ([a, b, ...rest]) => [b, a, ...rest];
  const flip = ([a, ...rest]) => [flipped(a, 20), ...rest];

  bad("unknown layout", "layout", chunks, set("layout", u64(2)));
  bad("empty", "truncated", chunks, () => Buffer.alloc(0));
  bad("without its last word", "truncated", chunks, (parts) => serialize(parts).subarray(0, -8));
  bad("half of it", "truncated", records, (parts) => serialize(parts).subarray(0, 400));
  bad("a word too many", "trailing", chunks, (parts) => Buffer.concat([serialize(parts), u64(0)]));
  bad("runner of 21 bytes", "address", chunks, set("runner", flipped(left20(account("runner")), 20)));
  bad("registry of 32 bytes", "address", chunks, set("registry", flipped(left20(account("registry")), 31)));
  bad("license token of 25 bytes", "address", chunks, set("licenseToken", flipped(left20(account("token")), 24)));
  bad("purpose that is no use of a model's data", "purpose", chunks, set("purpose", u64(1)));
  bad("two purposes", "purpose", chunks, set("purpose", u64(6)));
  bad("end before start", "times", chunks, set("runEnd", u64(1_699_999_999)));
  bad("end beyond 40 bits", "times", chunks, set("runEnd", u64(2n ** 40n)));
  bad("no license", "no-license", chunks, (parts) => {
    parts.head.licenses = u64(0);
    parts.head.distinct = u64(0);
    parts.licenses = [];
    parts.bodies = [];
  });
  bad("more licenses than the input can hold", "truncated", chunks, set("licenses", u64(2n ** 63n)));
  bad("licenses out of order", "license-order", several, (parts) => {
    parts.licenses = swap(parts.licenses);
  });
  bad("one license twice", "license-order", several, (parts) => {
    parts.licenses[1] = parts.licenses[0];
  });
  bad("version 0", "version", chunks, license("version", u64(0)));
  bad("version beyond 32 bits", "version", chunks, license("version", u64(2n ** 32n)));
  bad("uses without the purpose", "uses", chunks, license("uses", u64(4)));
  bad("uses beyond 16 bits", "uses", chunks, license("uses", u64(2 + 2 ** 16)));
  bad("no entries", "no-entries", chunks, (parts, _, part) => {
    parts.head.distinct = u64(0);
    parts.bodies = [{ revokedCount: part.revokedCount, chunks: u64(0), records: u64(0) }];
  });
  bad("fewer entries than declared", "count", chunks, set("distinct", u64(5)));
  bad(
    "a count of zero",
    "count",
    chunks,
    body("chunkCounts", ([a, , ...rest]) => [a, u64(0), ...rest]),
  );
  bad(
    "equal counts listed one by one",
    "count",
    chunks,
    body("chunkCounts", (counts) => counts.map(() => u64(1))),
  );
  bad(
    "counts beyond 64 bits",
    "overflow",
    chunks,
    body("chunkCounts", (counts) => counts.map((_, i) => u64(2n ** 63n + BigInt(i)))),
  );
  bad("uniform count beyond 64 bits", "overflow", chunks, (_, __, part) => {
    part.chunkUniform = u64(2n ** 63n);
    part.chunkCounts = [];
  });
  bad(
    "leaf with another prefix",
    "leaf",
    chunks,
    body("leaves", ([a, ...rest]) => [flipped(a, 0), ...rest]),
  );
  bad(
    "leaf that is longer than 45 bytes",
    "leaf",
    chunks,
    body("leaves", ([a, ...rest]) => [flipped(a, 47), ...rest]),
  );
  bad("chunks out of order", "order", chunks, body("leaves", swap));
  bad(
    "one chunk twice",
    "order",
    chunks,
    body("leaves", ([a, , ...rest]) => [a, a, ...rest]),
  );
  bad(
    "index beyond the tree",
    "index",
    chunks,
    body("width", () => u64(12)),
  );
  bad(
    "leaf of another index",
    "content-root",
    chunks,
    body("leaves", ([a, ...rest]) => [flipped(a, 8), ...rest]),
  );
  bad("changed digest", "content-root", chunks, body("leaves", flip));
  bad(
    "another size of the tree",
    "siblings",
    chunks,
    body("width", () => u64(29)),
  );
  bad("forged sibling", "content-root", chunks, body("siblings", flip));
  bad("siblings exchanged", "content-root", chunks, body("siblings", swap));
  bad("a sibling missing", "siblings", chunks, (_, __, part) => {
    part.siblings = part.siblings.slice(1);
    part.siblingCount = u64(part.siblings.length);
  });
  bad("a sibling too many", "siblings", chunks, (_, __, part) => {
    part.siblings = [...part.siblings, part.siblings[0]];
    part.siblingCount = u64(part.siblings.length);
  });
  bad(
    "more siblings than the input can hold",
    "truncated",
    chunks,
    body("siblingCount", () => u64(2n ** 62n)),
  );
  bad(
    "more chunks than the input can hold",
    "truncated",
    chunks,
    body("chunks", () => u64(2n ** 61n)),
  );
  bad("content root of another version", "content-root", chunks, license("contentRoot", sha(Buffer.from("other"))));
  bad(
    "an inner node passed off as a leaf",
    "leaf",
    chunks,
    body("leaves", ([, ...rest]) => [Buffer.alloc(48, 1), ...rest]),
  );
  bad("record root of another version", "record-root", records, license("recordRoot", sha(Buffer.from("other"))));
  bad("version without a record set", "record-root", records, license("recordRoot", Buffer.alloc(32)));
  bad("a record left out of the set", "record-root", records, (_, __, part) => {
    part.ids = part.ids.slice(0, -1);
    part.setSize = u64(part.ids.length);
    part.runs = [part.runs[0], part.runs[1], u32pair(9, 1)];
  });
  bad("record set out of order", "order", records, body("ids", swap));
  bad(
    "one id twice in the set",
    "order",
    records,
    body("ids", ([a, , ...rest]) => [a, a, ...rest]),
  );
  bad(
    "more records than the input can hold",
    "truncated",
    records,
    body("setSize", () => u64(2n ** 64n - 1n)),
  );
  bad(
    "record beyond the set",
    "selection",
    records,
    body("runs", (list) => [...list.slice(0, -1), u32pair(11, 1)]),
  );
  bad(
    "run of no record",
    "selection",
    records,
    body("runs", ([, ...rest]) => [u32pair(3, 0), ...rest]),
  );
  bad("fewer records than declared", "count", records, (parts, _, part) => {
    parts.head.distinct = u64(6);
    part.records = u64(6);
    part.recordCounts = [...part.recordCounts, u64(1)];
  });
  bad("withdrawn set of another version", "revoked-root", records, license("revokedRoot", sha(Buffer.from("other"))));
  bad("withdrawn set kept back", "revoked-root", records, (_, __, part) => {
    part.revokedCount = u64(0);
    part.revoked = [];
  });
  bad("withdrawn set out of order", "order", records, body("revoked", swap));
  bad("withdrawn set where none is in force", "revoked-root", chunks, (_, __, part) => {
    part.revokedCount = u64(1);
    part.revoked = [u64(1)];
  });
  const withdraw = (run, id) => {
    const [only] = run.licenses;
    return {
      licenses: [{ ...only, contents: { ...only.contents, revoked: ascending([...only.contents.revoked, id]) } }],
    };
  };
  const { contents } = records.licenses[0];
  bad("withdrawn record", "revoked", withdraw(records, contents.ids[9]), () => {});
  bad("withdrawn first record", "revoked", withdraw(records, contents.ids[0]), () => {});
  bad("withdrawn chunk", "revoked", withdraw(chunks, first8(chunks.licenses[0].contents.hashes[12])), () => {});
  return cases;
}

export function adherenceVectors() {
  const all = runs();
  return {
    note: "Adherence statement v1. `input` is a row of big-endian 64-bit words (docs/proofs.md); `publicValues` is abi.encode of `values`; `code` says why an input is refused.",
    valid: validCases(all),
    hostile: hostileCases(all),
  };
}
