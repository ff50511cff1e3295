import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";

const SPEC = resolve(import.meta.dirname, "..");
const jsonIn = (folder: string) => readdirSync(join(SPEC, folder)).filter((name) => name.endsWith(".json"));
const read = (path: string) => JSON.parse(readFileSync(join(SPEC, path), "utf8"));

/** All objects in a schema, with their places. */
function* objects(schema: unknown, path = ""): Generator<[string, Record<string, unknown>]> {
  if (typeof schema !== "object" || schema === null) return;
  if (!Array.isArray(schema)) yield [path, schema as Record<string, unknown>];
  for (const [key, value] of Object.entries(schema)) yield* objects(value, `${path}/${key}`);
}

describe("schemas", () => {
  it.each([...jsonIn("schemas"), "openlineage/facets.v1.schema.json"])(
    "%s is valid JSON Schema 2020-12 and closed",
    (name) => {
      const schema = read(`schemas/${name}`);
      expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
      expect(new Ajv2020().validateSchema(schema)).toBe(true);
      const open = [...objects(schema)].filter(([, at]) => at.properties !== undefined && at.type === "object");
      expect(open.length).toBeGreaterThan(0);
      for (const [path, at] of open) expect(at.additionalProperties, path).toBe(false);
      for (const [path, at] of objects(schema)) {
        if (at.type === "array") expect(at.maxItems, `${path} is bounded`).toBeGreaterThan(0);
      }
    },
  );

  it.each([
    ["manifest", "manifest.v1"],
    ["terms", "terms.v1"],
    ["envelope", "envelope.v1"],
    ["run-manifest", "run-manifest.v1"],
    ["invoice-details", "invoice-details.v1"],
    ["log-entry", "log-entry.v1"],
  ])("accept and refuse the %s vectors by themselves", (vectors, schema) => {
    const validate = new Ajv2020({ strict: false }).compile(read(`schemas/${schema}.schema.json`));
    const { valid, invalid } = read(`vectors/${vectors}.json`);
    for (const { name, document } of valid) expect(validate(document), name).toBe(true);
    for (const { name, document, code } of invalid) expect(validate(document), name).toBe(code !== "schema");
  });
});

describe("EIP-712 types", () => {
  it.each(jsonIn("eip712").filter((name) => name !== "domain.json"))("%s says one thing in both forms", (name) => {
    const { primaryType, type, fields } = read(`eip712/${name}`);
    const members = fields.map((field: { type: string; name: string }) => `${field.type} ${field.name}`);
    expect(type).toBe(`${primaryType}(${members.join(",")})`);
  });
});

describe("vectors", () => {
  it.each([
    "generate-vectors.mjs",
    "generate-document-vectors.mjs",
    "generate-log-vectors.mjs",
    "generate-proof-vectors.mjs",
    "generate-evidence-vectors.mjs",
  ])("are what %s gives", (script) => {
    const { status, stderr } = spawnSync(process.execPath, [join(SPEC, script), "--check"], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  const hasPython = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0;
  it.skipIf(!hasPython)("of evidence bundles are read by a reader in Python alone", () => {
    const [reader, vectors] = [join(SPEC, "readers/evidence_bundle.py"), join(SPEC, "vectors/evidence-bundle.json")];
    const { status, stdout, stderr } = spawnSync("python3", ["-B", reader, "--vectors", vectors], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toMatch(/3 valid and 23 invalid cases/);
  });

  it.skipIf(!hasPython)("in Python too, an entry of the run says what its record says", () => {
    const run = {
      recordId: 7,
      runManifestHash: "0x12",
      program: 1,
      grade: 2,
      attestationDigest: `0x${"00".repeat(32)}`,
    };
    const said = { type: "run", recordId: "7", runManifestHash: "0x12", program: 1, assurance: "development" };
    const outcome = (entry: object, record: object = run) => {
      const given = JSON.stringify([entry, record]);
      const code =
        "import json, sys; sys.path.insert(0, 'readers'); from evidence_bundle import check_run_entry, Refused\n" +
        "try: check_run_entry(*json.loads(sys.argv[1])); print('holds')\nexcept Refused as refused: print(refused.code)";
      const { stdout, stderr } = spawnSync("python3", ["-B", "-c", code, given], { encoding: "utf8", cwd: SPEC });
      return stdout.trim() || stderr;
    };
    expect(outcome(said)).toBe("holds");
    expect(outcome({ ...said, recordId: "8", program: 9 })).toBe("holds");
    const changes = [{ program: 2 }, { assurance: "production" }, { runManifestHash: "0x13" }, { receiptId: "0x01" }];
    for (const change of changes) expect(outcome({ ...said, ...change })).toBe("log-inclusion");
    const named = { ...run, attestationDigest: `0x${"01".repeat(32)}` };
    expect(outcome(said, named)).toBe("log-inclusion");
    expect(outcome({ ...said, receiptId: named.attestationDigest }, named)).toBe("holds");
  });
});
