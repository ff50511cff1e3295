import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { decodeAbiParameters, encodeAbiParameters, keccak256, parseAbiParameters } from "viem";
import { describe, expect, it } from "vitest";

const SPEC = resolve(import.meta.dirname, "..");
const read = (path: string) => JSON.parse(readFileSync(join(SPEC, path), "utf8"));
const vectors = read("vectors/badges.json");
const schemaOf = (badge: string) => read(`schemas/badges/${badge}.v1.schema.json`);
const fieldsOf = (badge: string): string => vectors.schemas.find((one: { name: string }) => one.name === badge).fields;

/** One validator per badge: compiling is what takes time. */
const validators = new Map<string, ValidateFunction>();
function accepts(badge: string, data: unknown): boolean {
  const validate = validators.get(badge) ?? new Ajv2020({ strict: false }).compile(schemaOf(badge));
  validators.set(badge, validate);
  return validate(data);
}

describe("badge schemas", () => {
  it("are all in the catalogue, each with its file", () => {
    const files = readdirSync(join(SPEC, "schemas/badges")).map((file) => file.replace(".v1.schema.json", ""));
    expect(vectors.schemas.map((one: { name: string }) => one.name).sort()).toEqual(files.sort());
  });

  it.each(vectors.schemas.map((one: { name: string }) => [one.name]))(
    "%s is closed and lists what is on chain",
    (name) => {
      const schema = schemaOf(name);
      expect(new Ajv2020().validateSchema(schema)).toBe(true);
      expect(schema.additionalProperties).toBe(false);
      const names = fieldsOf(name)
        .split(",")
        .map((field: string) => field.split(" ")[1]);
      expect(Object.keys(schema.properties)).toEqual(names);
      expect(schema.required).toEqual(names);
    },
  );
});

describe("badge data", () => {
  it.each(vectors.valid.map((one: { name: string }) => [one.name, one]))(
    "%s is the same in both forms",
    (_name, one) => {
      const { badge, data, encoded, dataHash } = one;
      expect(accepts(badge, data)).toBe(true);
      const parameters = parseAbiParameters(fieldsOf(badge));
      const values = parameters.map(({ name, type }) =>
        type === "bytes32"
          ? data[name as string]
          : Number.parseInt(type.slice(4), 10) <= 48
            ? data[name as string]
            : BigInt(data[name as string]),
      );
      expect(encodeAbiParameters(parameters, values)).toBe(encoded);
      expect(decodeAbiParameters(parameters, encoded)).toEqual(values);
      expect(keccak256(encoded)).toBe(dataHash);
    },
  );

  it.each(vectors.invalid.map((one: { name: string }) => [one.name, one]))("%s is refused", (_name, one) => {
    expect(accepts(one.badge, one.data)).toBe(false);
  });

  it("is what the generator gives", () => {
    const { status, stderr } = spawnSync(process.execPath, [join(SPEC, "generate-badge-vectors.mjs"), "--check"], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});
