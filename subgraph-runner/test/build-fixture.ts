// Builds the fixture's subgraph as `graph build` lays it out, into test/fixture/dist.
import { cpSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { compileMapping } from "../src/compile.js";

const FIXTURE = join(import.meta.dirname, "fixture");
export const BUILT = join(FIXTURE, "dist");
const MODULES = join(import.meta.dirname, "../../node_modules");

const newer = (output: string, inputs: string[]) =>
  existsSync(output) && inputs.every((input) => statSync(input).mtimeMs < statSync(output).mtimeMs);

export default async function setup(): Promise<void> {
  mkdirSync(BUILT, { recursive: true });
  for (const name of ["subgraph.yaml", "schema.graphql", "abis"])
    cpSync(join(FIXTURE, name), join(BUILT, name), { recursive: true });
  const sources = ["src/mapping.ts", "src/unknown.ts", "matchstick/ledger.ts"].map((name) => join(FIXTURE, name));
  const [mapping, unknown, tests] = sources as [string, string, string];
  for (const [input, name] of [
    [mapping, "mapping.wasm"],
    [unknown, "unknown.wasm"],
    [tests, "tests.wasm"],
  ] as const) {
    const output = join(BUILT, name);
    if (newer(output, sources)) continue;
    await compileMapping({ input, output, modules: MODULES, tests: input === tests });
  }
}
