#!/usr/bin/env node
/**
 * Writes the vectors of badges: what each known schema is on chain, and data of each in both forms. Shares no code with the SDK or
 * the contracts. The deployment registers the schemas from this file.
 */
import { readFileSync } from "node:fs";
import { keccak256 } from "viem";
import { account, change, hashOf, hex, named, writeVectors } from "./vector-helpers.mjs";

const KINDS = ["None", "Dataset", "Version", "Provider", "Person"];
const json = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const word = (value) => Buffer.from(BigInt(value).toString(16).padStart(64, "0"), "hex");
const text = (value) => Buffer.from(value, "utf8");

/** The document that the schema is hashed as: canonical JSON, SHA-256. */
const documentOf = (name) => json(`./schemas/badges/${name}.v1.schema.json`);

function schemaVector({ name, title, kinds, maxValidity, fields }) {
  const mask = kinds.reduce((sum, kind) => sum + 2 ** KINDS.indexOf(kind), 0);
  const list = fields.map((field) => `${field.type} ${field.name}`).join(",");
  const documentHash = hashOf(documentOf(name));
  const schema = keccak256(
    hex(Buffer.concat([word(documentHash), word(mask), word(maxValidity), word(keccak256(text(list)))])),
  );
  return { name, title, documentHash, kinds: mask, maxValidity, fields: list, schema };
}

/** Data with the same numbers at every run: small for one case, as large as the schema lets it for the other. */
function dataOf({ name, fields }, largest) {
  const { properties } = documentOf(name);
  const value = (field) =>
    field.type === "bytes32"
      ? largest
        ? `0x${"ff".repeat(32)}`
        : named(`${name} ${field.name}`)
      : largest
        ? properties[field.name].maximum
        : properties[field.name].minimum + 7;
  return Object.fromEntries(fields.map((field) => [field.name, value(field)]));
}

function dataVector(badge, largest) {
  const data = dataOf(badge, largest);
  const encoded = hex(Buffer.concat(badge.fields.map((field) => word(data[field.name]))));
  return {
    name: `${badge.name}${largest ? ", largest" : ""}`,
    badge: badge.name,
    data,
    encoded,
    dataHash: keccak256(encoded),
  };
}

function invalidVectors(badge) {
  const [first] = badge.fields;
  const numeric = badge.fields.find((field) => field.type !== "bytes32");
  const base = dataOf(badge, false);
  return [
    [`${badge.name}, a field is missing`, { [first.name]: undefined }],
    [`${badge.name}, a hash is too short`, { [first.name]: "0x00" }],
    [`${badge.name}, a number is below its least`, { [numeric.name]: -1 }],
    [`${badge.name}, a number is no integer`, { [numeric.name]: 1.5 }],
    [`${badge.name}, a field that nobody knows`, { note: "free text" }],
  ].map(([name, changes]) => ({ name, badge: badge.name, data: change(base, changes) }));
}

/** Subjects as IAttestationRegistry packs them. */
function subjectVectors() {
  const pack = (kind, rest) => hex(word((BigInt(kind) << 248n) | BigInt(rest)));
  const who = account("a provider");
  const versioned = (dataset, version) => (BigInt(version) << 40n) | BigInt(dataset);
  return [
    { kind: "Dataset", datasetId: "7", subject: pack(1, 7) },
    { kind: "Dataset", datasetId: "1099511627775", subject: pack(1, 2n ** 40n - 1n) },
    { kind: "Version", datasetId: "7", version: 3, subject: pack(2, versioned(7, 3)) },
    {
      kind: "Version",
      datasetId: "1099511627775",
      version: 4294967295,
      subject: pack(2, versioned(2n ** 40n - 1n, 2 ** 32 - 1)),
    },
    { kind: "Provider", account: who, subject: pack(3, who) },
    { kind: "Person", account: who, subject: pack(4, who) },
  ];
}

const { badges } = json("./badges.json");
writeVectors("badges", {
  schemas: badges.map(schemaVector),
  valid: badges.flatMap((badge) => [dataVector(badge, false), dataVector(badge, true)]),
  invalid: badges.flatMap(invalidVectors),
  subjects: subjectVectors(),
});
