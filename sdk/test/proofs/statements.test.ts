import { describe, expect, it } from "vitest";
import type { RunManifest } from "../../src/formats/index.js";
import {
  adherenceInput,
  checkAdherence,
  checkKAnonymity,
  checkTrainingStep,
  decodeAdherenceValues,
  decodeKAnonymityValues,
  decodeTrainingStepValues,
  encodeAdherenceValues,
  encodeKAnonymityValues,
  encodeTrainingStepValues,
  expNegative,
  kAnonymityInput,
  licenseSetHash,
  ln,
  softmaxStep,
  tableHash,
  trainingStepInput,
  wordBytes,
  wordsOf,
} from "../../src/proofs/index.js";
import { bytes, specJson } from "../formats/vectors.js";

type Hex = `0x${string}`;
const words = (input: string) => wordsOf(bytes(input as Hex));
const asText = (values: object) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));

const statements = [
  ["adherence", (w: BigUint64Array) => encodeAdherenceValues(checkAdherence(w)), decodeAdherenceValues],
  ["k-anonymity", (w: BigUint64Array) => encodeKAnonymityValues(checkKAnonymity(w)), decodeKAnonymityValues],
  ["training-step", (w: BigUint64Array) => encodeTrainingStepValues(checkTrainingStep(w)), decodeTrainingStepValues],
] as const;

describe.each(statements)("the %s statement", (name, publicValues, decode) => {
  const vectors = specJson(`vectors/${name}.json`);

  it.each(vectors.valid as { name: string; input: Hex; publicValues: Hex; values: object }[])("holds: $name", (c) => {
    expect(publicValues(words(c.input))).toBe(c.publicValues);
    expect(asText(decode(c.publicValues))).toEqual(asText(c.values));
    expect(() => decode(`${c.publicValues}00`)).toThrow(expect.objectContaining({ code: "value" }));
  });

  it.each(vectors.hostile as { name: string; input: Hex; code: string }[])("refuses: $name", (c) => {
    expect(() => publicValues(words(c.input))).toThrow(
      expect.objectContaining({ name: "StatementRefused", code: c.code }),
    );
  });

  it("reads and writes words", () => {
    const { input } = vectors.valid[0];
    expect(Buffer.from(wordBytes(words(input))).toString("hex")).toBe(input.slice(2));
    expect(() => words(`${input}00`)).toThrow(expect.objectContaining({ code: "value" }));
  });
});

describe("the adherence input", () => {
  const vectors = specJson("vectors/adherence.json");
  const evidenceOf = (c: (typeof vectors.valid)[number]) => ({
    manifest: structuredClone(c.document) as RunManifest,
    versions: c.evidence.map((e: Record<string, never>) => ({
      recordRoot: e.recordRoot,
      revokedRoot: e.revokedRoot,
      uses: e.uses,
      revoked: BigUint64Array.from(e.revoked, BigInt),
      leaves: bytes(`0x${(e.leaves as string[]).map((leaf) => leaf.slice(2)).join("")}`),
      records: BigUint64Array.from(e.records, BigInt),
    })),
    attestationDigest: c.attestationDigest as Hex,
    registry: c.registry as Hex,
  });

  it.each(vectors.valid as { name: string; input: Hex }[])("is made of manifest and evidence: $name", (c) => {
    const evidence = evidenceOf(c as never);
    expect(Buffer.from(wordBytes(adherenceInput(evidence))).toString("hex")).toBe(c.input.slice(2));
    const licenses = evidence.manifest.licenses.map((license, i) => ({ ...license, ...evidence.versions[i] }));
    const { licenseSetHash: expected } = checkAdherence(words(c.input));
    expect(licenseSetHash(licenses)).toBe(expected);
  });

  it("names what the evidence does not hold", () => {
    const [chunks, records] = vectors.valid.map(evidenceOf);
    const other = structuredClone(chunks.manifest);
    other.entries[0].leaf = `0x${"ab".repeat(32)}`;
    expect(() => adherenceInput({ ...chunks, manifest: other })).toThrow("chunk 0 of the manifest");
    expect(() => adherenceInput({ ...chunks, versions: [] })).toThrow("0 versions for 1 licenses");
    const unknown = structuredClone(records.manifest);
    unknown.entries[0].leaf = `0x${"0".repeat(63)}1`;
    expect(() => adherenceInput({ ...records, manifest: unknown })).toThrow("record 1 of the manifest");
  });
});

describe("other inputs", () => {
  it("are made of a table and its quasi-identifiers", () => {
    for (const c of specJson("vectors/k-anonymity.json").valid) {
      const input = kAnonymityInput({
        rows: c.table,
        salt: c.salt,
        columns: c.columns,
        k: c.values.k,
        chainId: 31337n,
        registry: c.values.registry,
        datasetId: 7n,
        version: 2,
      });
      expect(Buffer.from(wordBytes(input)).toString("hex")).toBe(c.input.slice(2));
      expect(tableHash({ kind: "codes", rows: c.table, salt: c.salt })).toBe(c.values.tableHash);
    }
    const ragged = { rows: [[1], [1, 2]], salt: `0x${"00".repeat(32)}` as Hex, columns: [0], k: 2 };
    const rest = { chainId: 1n, registry: `0x${"00".repeat(20)}` as Hex, datasetId: 1n, version: 1 };
    expect(() => kAnonymityInput({ ...ragged, ...rest })).toThrow("row 1 has 2 cells");
  });

  it("are made of a batch and two parameter sets", () => {
    for (const c of specJson("vectors/training-step.json").valid) {
      const { learningRate, runManifestHash, registry } = c.values;
      const step = softmaxStep(c.batch, c.parameters, learningRate);
      expect(step.parameters).toEqual(c.after);
      expect(String(step.loss)).toBe(c.lossBefore);
      const input = trainingStepInput({
        batch: c.batch,
        before: c.parameters,
        after: step.parameters,
        salts: c.salts,
        learningRate,
        runManifestHash,
        registry,
        chainId: 31337n,
      });
      expect(Buffer.from(wordBytes(input)).toString("hex")).toBe(c.input.slice(2));
    }
  });

  it("use one arithmetic", () => {
    const { exponentials, logarithms } = specJson("vectors/training-step.json");
    for (const { t, value } of exponentials) {
      expect(String(expNegative(BigInt(t)))).toBe(value);
      expect(Number(value) / 2 ** 30).toBeCloseTo(Math.exp(-Number(t) / 2 ** 16), 4);
    }
    for (const { of, value } of logarithms) {
      expect(String(ln(BigInt(of)))).toBe(value);
      expect(Number(value) / 2 ** 16).toBeCloseTo(Math.log(Number(of) / 2 ** 30), 3);
    }
  });
});
