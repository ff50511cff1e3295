import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { encodeAbiParameters } from "viem";
import { describe, expect, it } from "vitest";
import {
  cidOf,
  createInvoiceDetails,
  createRunManifest,
  durationInWords,
  type Envelope,
  envelopeBytes,
  envelopeHash,
  FormatError,
  fileListBytes,
  type InvoiceDetails,
  type InvoiceTax,
  invoiceDetailsBytes,
  invoiceDetailsHash,
  type Manifest,
  manifestBytes,
  manifestHash,
  planFiles,
  RecordSet,
  type RunManifest,
  readEnvelope,
  readFileList,
  readInvoiceDetails,
  readManifest,
  readRunManifest,
  readTerms,
  recordId,
  requirePath,
  runManifestBytes,
  runManifestForm,
  runManifestHash,
  sha256,
  type TermsDocument,
  taxWithin,
  templateKey,
  termsBytes,
  termsId,
  termsInWords,
  termsStruct,
  termsTemplates,
  toHex,
  tokenUri,
  utf8,
  verifyRecord,
} from "../../src/formats/index.js";
import { bytes, specFile, specJson } from "./vectors.js";

interface Valid<T> {
  name: string;
  document: T;
  canonical: string;
}
interface Invalid {
  name: string;
  code: string;
  document: unknown;
}

/** Every invalid vector is refused with its code, both when written and, where JSON allows, when read. */
function refusesAll(cases: Invalid[], write: (document: never) => unknown) {
  expect(cases.length).toBeGreaterThan(5);
  for (const c of cases) {
    expect(() => write(c.document as never), c.name).toThrow(
      expect.objectContaining({ name: "FormatError", code: c.code }),
    );
  }
}

describe("generated files", () => {
  it("are what spec/ gives", () => {
    const generator = resolve(import.meta.dirname, "../../../spec/generate.mjs");
    expect(execFileSync(process.execPath, [generator, "--check"], { encoding: "utf8" })).toBe("");
  });

  it("hold neither eval nor a schema library", () => {
    const folder = resolve(import.meta.dirname, "../../src/formats/generated");
    const names = readdirSync(folder).filter((name) => name.endsWith("-validator.ts"));
    expect(names).toHaveLength(14);
    for (const name of names) {
      const text = specFile(`../sdk/src/formats/generated/${name}`).toString("utf8");
      expect(text, name).not.toMatch(/new Function|eval\(|^import /m);
    }
  });
});

describe("manifest", () => {
  const v = specJson("vectors/manifest.json");

  it("has the canonical bytes, hash and CID of the vectors, and reads back", () => {
    for (const c of v.valid as (Valid<Manifest> & { manifestHash: `0x${string}`; cid: string })[]) {
      const written = manifestBytes(c.document);
      expect(new TextDecoder().decode(written), c.name).toBe(c.canonical);
      expect(manifestHash(written)).toBe(c.manifestHash);
      expect(cidOf(c.manifestHash)).toBe(c.cid);
      expect(tokenUri(c.manifestHash)).toBe(`ipfs://${c.cid}`);
      expect(readManifest(written, c.manifestHash)).toEqual(c.document);
    }
  });

  it("refuses every invalid document, naming the place", () => {
    refusesAll(v.invalid, manifestBytes);
    const [wrong] = v.invalid.filter((c: Invalid) => c.name === "short root");
    expect(() => manifestBytes(wrong.document)).toThrow('"/content/root"');
  });

  it("refuses bytes that are not the one canonical form", () => {
    for (const c of v.invalidBytes) {
      expect(() => readManifest(utf8(c.text)), c.name).toThrow(expect.objectContaining({ code: c.code }));
    }
    expect(() => readManifest(Uint8Array.of(0xff, 0xfe))).toThrow(expect.objectContaining({ code: "not-canonical" }));
  });

  it("refuses other bytes than the hash on chain names", () => {
    const [first, second] = v.valid;
    expect(() => readManifest(utf8(first.canonical), second.manifestHash)).toThrow(
      expect.objectContaining({ code: "mismatch" }),
    );
  });

  it("refuses more than 1 MiB", () => {
    const document = structuredClone(v.valid[0].document);
    document.source.origins = Array.from({ length: 1000 }, () => ({
      title: "t",
      url: `https://x/${"a".repeat(1900)}`,
    }));
    expect(() => manifestBytes(document)).toThrow("at most 1048576");
    expect(() => readManifest(new Uint8Array(1_048_577))).toThrow("at most 1048576");
  });
});

describe("terms", () => {
  const v = specJson("vectors/terms.json");
  const struct = [
    ["uint16", "uint16", "uint40", "uint32", "uint16", "uint16", "uint128", "bytes32", "bytes32"].map((type) => ({
      type,
    })),
  ][0] as { type: string }[];

  it("give the struct, its ABI encoding and the id of the vectors", () => {
    expect(v.valid).toHaveLength(7);
    for (const c of v.valid) {
      const given = termsStruct(c.document);
      expect({ ...given, quota: given.quota.toString() }, c.name).toEqual(c.struct);
      expect(encodeAbiParameters(struct, Object.values(given))).toBe(c.encoded);
      expect(termsId(given)).toBe(c.termsId);
      expect(readTerms(termsBytes(c.document))).toEqual(c.document);
    }
  });

  it("refuse every invalid document", () => refusesAll(v.invalid, termsBytes));

  it("have a catalogue of five templates, each with the prose that it names", () => {
    expect(Object.keys(termsTemplates).sort()).toEqual([
      "compute-only",
      "evaluate-only",
      "research-non-commercial",
      "train-and-derive",
      "train-only",
    ]);
    for (const [name, template] of Object.entries(termsTemplates)) {
      expect(template.name).toBe(name);
      expect(toHex(sha256(specFile(`terms/prose/${name}.md`)))).toBe(template.prose.hash);
      expect(templateKey(name)).toHaveLength(66);
    }
    expect(termsTemplates["compute-only"].uses).not.toContain("read-raw");
  });

  it("are said in words: rights, what is denied, conditions", () => {
    const words = termsInWords(termsStruct(termsTemplates["train-only"]), { version: 3, expiresAt: 1_826_755_200 });
    expect(words.may).toEqual([
      "You may receive and read the raw data of version 3 until 21 Nov 2027.",
      "You may train models on version 3 until 21 Nov 2027.",
      "You may fine-tune models on version 3 until 21 Nov 2027.",
      "You may use it commercially.",
    ]);
    expect(words.mayNot).toContain("You may not pass it on to others.");
    expect(words.mayNot).toContain("You may not transfer the license.");
    expect(words.conditions).toEqual(["The rightsholder cannot end the license at will."]);
  });

  it("say every field that binds", () => {
    const full = v.valid.find((c: { name: string }) => c.name === "everything");
    const document = full.document as TermsDocument;
    const words = termsInWords(termsStruct(document), { quotaUnit: "records", territory: document.territory });
    expect(words.mayNot).toEqual([]);
    expect(words.may).toContain("You may train models on the data for 1 year.");
    expect(words.may).toContain("You may sell or give away the license; 5 % of a resale goes to the rightsholder.");
    expect(words.conditions).toContain("The license covers these countries only: AT, DE, FR.");
    expect(words.conditions).toContain("What you derive from it owes at least 12.5 % of its earnings.");
    expect(words.conditions).toContain("The rightsholder may end the license with 30 days notice.");
    expect(words.conditions[0]).toMatch(/^You may use at most 340,282,366,.* records\.$/);
    expect([1, 60, 5400, 86_400, 7_776_000, 31_536_000].map(durationInWords)).toEqual([
      "1 second",
      "1 minute",
      "90 minutes",
      "1 day",
      "90 days",
      "1 year",
    ]);
  });
});

describe("envelope", () => {
  const v = specJson("vectors/envelope.json");

  it("has the canonical bytes and hash of the vectors, and reads back", () => {
    for (const c of v.valid as (Valid<Envelope> & { envelopeHash: `0x${string}` })[]) {
      const written = envelopeBytes(c.document);
      expect(new TextDecoder().decode(written)).toBe(c.canonical);
      expect(envelopeHash(written)).toBe(c.envelopeHash);
      expect(readEnvelope(written, c.envelopeHash)).toEqual(c.document);
      expect(() => readEnvelope(written, `0x${"00".repeat(32)}`)).toThrow(
        expect.objectContaining({ code: "mismatch" }),
      );
    }
  });

  it("refuses every invalid document", () => refusesAll(v.invalid, envelopeBytes));
});

describe("record set", () => {
  const v = specJson("vectors/records.json");
  const idOf = (i: number) => recordId(utf8(`{"id":${i},"label":${i % 10}}`));
  const ids = Array.from({ length: v.count }, (_, i) => idOf(i));
  const set = new RecordSet(ids);

  it("has the ids and root of the vectors, in any order and with repeats", () => {
    for (const c of v.first) expect(recordId(utf8(c.record)).toString()).toBe(c.id);
    expect(toHex(set.root())).toBe(v.root);
    expect(toHex(new RecordSet([...ids, ...ids].reverse()).root())).toBe(v.root);
    expect(toHex(new RecordSet([1n]).root())).toBe(v.single.root);
  });

  it("proves members, and only members", () => {
    for (const id of [ids[0], ids[1023], ids[1499]] as bigint[]) {
      const proof = set.prove(id);
      expect(verifyRecord(id, proof, set.root())).toBe(true);
      expect(verifyRecord(id + 1n, proof, set.root())).toBe(false);
      expect(verifyRecord(id, { ...proof, leafIndex: 1 - proof.leafIndex }, set.root())).toBe(false);
      expect(verifyRecord(id, { ...proof, ids: proof.ids.slice(0, -8) }, set.root())).toBe(false);
    }
    expect(set.has(5n)).toBe(false);
    expect(() => set.prove(5n)).toThrow("not in the set");
    expect(() => new RecordSet([])).toThrow(FormatError);
  });

  it("refuses unsorted and oversized leaves even under their own root", () => {
    const unsorted = new RecordSet([1n, 2n]).prove(1n);
    unsorted.ids.reverse();
    expect(verifyRecord(2n, unsorted, set.root())).toBe(false);
    expect(verifyRecord(1n, { ...unsorted, ids: new Uint8Array(7) }, set.root())).toBe(false);
    expect(verifyRecord(1n, { ...unsorted, ids: new Uint8Array(8200) }, set.root())).toBe(false);
  });
});

describe("run manifest", () => {
  const v = specJson("vectors/run-manifest.json");

  it("has text, form and hash of the vectors whatever the order of entries and licenses, and reads back", () => {
    expect(v.valid).toHaveLength(2);
    for (const c of v.valid as (Valid<RunManifest> & { form: `0x${string}`; runManifestHash: `0x${string}` })[]) {
      const { entries, salt, format, formatVersion, licenses, ...fields } = c.document;
      const last = licenses.length - 1;
      const turned = [...entries].reverse().map((entry) => ({ ...entry, license: last - entry.license }));
      const manifest = createRunManifest({ ...fields, licenses: [...licenses].reverse() }, turned, bytes(salt));
      const written = runManifestBytes(manifest);
      expect(new TextDecoder().decode(written)).toBe(c.canonical);
      expect(toHex(runManifestForm(manifest))).toBe(c.form);
      expect(runManifestHash(manifest)).toBe(c.runManifestHash);
      expect(readRunManifest(written)).toEqual(c.document);
    }
  });

  it("adds up entries that were consumed more than once", () => {
    const { entries, salt, format, formatVersion, ...fields } = v.valid[0].document as RunManifest;
    const manifest = createRunManifest(fields, [...entries, ...entries], bytes(salt));
    expect(manifest.entries.map((entry) => entry.count)).toEqual([2, 4, 6]);
  });

  it("refuses two leaves at one place, and more uses than 64 bits hold", () => {
    const { entries, salt, format, formatVersion, ...fields } = v.valid[0].document as RunManifest;
    const [first] = entries as [RunManifest["entries"][number]];
    const other = { ...first, leaf: toHex(new Uint8Array(32)) };
    const value = expect.objectContaining({ code: "value" });
    expect(() => runManifestBytes(createRunManifest(fields, [first, other], bytes(salt)))).toThrow(value);
    const many = Array.from({ length: 2049 }, (_, index) => ({ ...first, index, count: Number.MAX_SAFE_INTEGER }));
    const manifest = createRunManifest(fields, many as RunManifest["entries"], bytes(salt));
    expect(() => runManifestHash(manifest)).toThrow(value);
  });

  it("refuses every invalid document", () => refusesAll(v.invalid, runManifestBytes));
});

describe("invoice details", () => {
  const v = specJson("vectors/invoice-details.json");

  it("have the canonical bytes and the reference of the vectors, and read back", () => {
    expect(v.valid).toHaveLength(2);
    for (const c of v.valid as (Valid<InvoiceDetails> & { reference: `0x${string}` })[]) {
      const { salt, format, formatVersion, ...fields } = c.document;
      const written = invoiceDetailsBytes(createInvoiceDetails(fields, bytes(salt)));
      expect(new TextDecoder().decode(written)).toBe(c.canonical);
      expect(invoiceDetailsHash(written)).toBe(c.reference);
      expect(readInvoiceDetails(written, c.reference)).toEqual(c.document);
      expect(() => readInvoiceDetails(written, `0x${"00".repeat(32)}`)).toThrow(
        expect.objectContaining({ code: "mismatch" }),
      );
    }
  });

  it("contain the tax of the vectors", () => {
    for (const { gross, rateBps, tax } of v.taxes) {
      const given: InvoiceTax = { treatment: "charged", rateBps, country: "DE" };
      expect(taxWithin(given, BigInt(gross)).toString()).toBe(tax);
    }
  });

  it("refuse every invalid document", () => refusesAll(v.invalid, invoiceDetailsBytes));
});

describe("file list", () => {
  const files = ["b.bin", "a/z.txt", "a/é.txt", "a.txt"].map((path, i) => ({ path, size: i * 1_048_560 }));

  it("orders files by the bytes of their paths and gives each its place", () => {
    const planned = planFiles(files);
    expect(planned.map((f) => [f.path, f.first, f.chunks])).toEqual([
      ["a.txt", 0, 3],
      ["a/z.txt", 3, 1],
      ["a/é.txt", 4, 2],
      ["b.bin", 6, 1],
    ]);
    expect(readFileList(fileListBytes(planned))).toEqual(planned);
  });

  it("refuses names that climb, collide or do not exist everywhere", () => {
    const bad = [
      "",
      "/a",
      "../a",
      "a/../b",
      "a/./b",
      "a//b",
      ".. /a",
      "a./b",
      "a.",
      "...",
      "a/",
      "a\\b",
      "c:a",
      "a\u0000b",
      "e\u0301",
      "\ud800",
      "x".repeat(1025),
    ];
    for (const path of bad) expect(() => requirePath(path), JSON.stringify(path)).toThrow(FormatError);
    for (const pair of [
      ["a", "a"],
      ["a", "A"],
      ["a", "a/b"],
      ["A/b", "a"],
      ["a/b/c", "a/B"],
    ]) {
      const twice = pair.map((path) => ({ path, size: 1 }));
      expect(() => planFiles(twice), pair.join()).toThrow("cannot exist");
      expect(() => planFiles(twice.reverse()), pair.join()).toThrow("cannot exist");
    }
    expect(
      planFiles([
        { path: "a-b", size: 1 },
        { path: "a", size: 1 },
        { path: "ab/c", size: 1 },
      ]),
    ).toHaveLength(3);
  });

  it("refuses lists that do not follow from their paths and sizes", () => {
    const text = new TextDecoder().decode(fileListBytes(planFiles(files)));
    const changed = [
      text.replace('"first":3', '"first":4'),
      text.replace('"chunks":3', '"chunks":2'),
      text.slice(0, -1),
      text.split("\n").slice(1).join("\n"),
      text.replace('"files":4', '"files":5'),
      text.replace("b.bin", "../b"),
      `${text}null\n`,
      "null\n",
    ];
    for (const bad of changed) expect(() => readFileList(utf8(bad)), bad).toThrow(FormatError);
  });
});
