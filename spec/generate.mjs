#!/usr/bin/env node
/**
 * Writes what the SDK compiles in from `spec/`: schema validators (no eval, no ajv at run time), EIP-712 types and terms templates,
 * into `sdk/src/formats/generated/`. `--check` writes nothing and exits 1 when a file is not current.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { buildSync } from "esbuild";

const SPEC = new URL("./", import.meta.url);
const OUT = new URL("../sdk/src/formats/generated/", import.meta.url);
const HEAD = "// Generated from spec/ by spec/generate.mjs. Do not edit.\n";

const json = (path) => JSON.parse(readFileSync(new URL(path, SPEC), "utf8"));
const namesIn = (folder) =>
  readdirSync(new URL(folder, SPEC))
    .filter((name) => name.endsWith(".json"))
    .sort();

/** One module per schema, so that bundlers keep only those in use; the few helpers that ajv would import are bundled in. */
export function validator(name) {
  const ajv = new Ajv({
    code: { source: true, esm: true, lines: false },
    inlineRefs: false,
    strict: true,
    strictRequired: false,
  });
  const { outputFiles } = buildSync({
    stdin: {
      contents: standalone(ajv, ajv.compile(json(`schemas/${name}.schema.json`))),
      resolveDir: new URL("../", SPEC).pathname,
      loader: "js",
    },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
  });
  return `${HEAD}// @ts-nocheck\n${outputFiles[0].text}`;
}

/** EIP-712 types as constants, so that viem infers message types from them. */
export function eip712() {
  const messages = namesIn("eip712")
    .filter((name) => name !== "domain.json")
    .map((name) => json(`eip712/${name}`));
  const types = Object.fromEntries(messages.map((message) => [message.primaryType, message.fields]));
  const typeStrings = Object.fromEntries(messages.map((message) => [message.primaryType, message.type]));
  const { name, version } = json("eip712/domain.json");
  return `${HEAD}export const domainNames = ${JSON.stringify({ name, version }, null, 2)} as const;\n
export const messageTypes = ${JSON.stringify(types, null, 2)} as const;\n
export const messageTypeStrings = ${JSON.stringify(typeStrings, null, 2)} as const;\n`;
}

/** The catalogue of terms templates. */
export function termsTemplates() {
  const templates = Object.fromEntries(
    namesIn("terms").map((name) => [name.replace(".json", ""), json(`terms/${name}`)]),
  );
  return `${HEAD}export const termsTemplateDocuments = ${JSON.stringify(templates, null, 2)} as const;\n`;
}

/** All generated files by name. */
export function generate() {
  const schemas = namesIn("schemas").map((file) => file.replace(".schema.json", ""));
  return {
    ...Object.fromEntries(schemas.map((name) => [`${name.replace(".v1", "")}-validator.ts`, validator(name)])),
    "eip712.ts": eip712(),
    "terms-templates.ts": termsTemplates(),
  };
}

/** Names of files that are missing or differ from what `spec/` gives. */
export function stale() {
  return Object.entries(generate())
    .filter(([name, text]) => {
      try {
        return readFileSync(new URL(name, OUT), "utf8") !== text;
      } catch {
        return true;
      }
    })
    .map(([name]) => name);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  if (process.argv.includes("--check")) {
    const names = stale();
    if (names.length > 0) {
      console.error(`Not current: ${names.join(", ")}. Run node spec/generate.mjs.`);
      process.exitCode = 1;
    }
  } else {
    for (const [name, text] of Object.entries(generate())) writeFileSync(new URL(name, OUT), text);
  }
}
