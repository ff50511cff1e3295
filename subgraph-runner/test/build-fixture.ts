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
  const mapping = join(FIXTURE, "src/mapping.ts");
  const tests = join(FIXTURE, "matchstick/ledger.ts");
  const [wasm, testWasm] = [join(BUILT, "mapping.wasm"), join(BUILT, "tests.wasm")];
  if (!newer(wasm, [mapping])) await compileMapping({ input: mapping, output: wasm, modules: MODULES });
  if (!newer(testWasm, [mapping, tests]))
    await compileMapping({ input: tests, output: testWasm, modules: MODULES, tests: true });
}
