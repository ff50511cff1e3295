import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pad } from "viem";
import { afterAll, describe, expect, it } from "vitest";
import { compileMapping, loadSubgraph, RunnerError, SubgraphRunner } from "../src/index.js";
import { parseManifest } from "../src/manifest.js";
import { parseSchema } from "../src/schema.js";
import { MappingModule } from "../src/wasm/instance.js";
import { BUILT } from "./build-fixture.js";
import { ALICE, BOB, blockWith, CAROL, MANIFEST, probe, transfer } from "./chain.js";

const copies: string[] = [];
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true });
});

/** @returns the manifest of a copy of the fixture, changed */
function copyOf(change: (folder: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), "subgraph-"));
  copies.push(folder);
  cpSync(BUILT, folder, { recursive: true });
  change(folder);
  return join(folder, "subgraph.yaml");
}
const edited = (from: string | RegExp, to: string) =>
  copyOf((folder) => {
    const file = join(folder, "subgraph.yaml");
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(from);
    writeFileSync(file, text.replace(from, to));
  });
const loading = (manifest: string) => () => loadSubgraph(manifest);

describe("a built subgraph", () => {
  it("is refused without one of its files", () => {
    expect(loading(join(BUILT, "nothing.yaml"))).toThrow("cannot read the manifest");
    const manifest = copyOf((folder) => rmSync(join(folder, "mapping.wasm")));
    expect(loading(manifest)).toThrow(`cannot read the mapping, ${join(dirname(manifest), "mapping.wasm")}`);
    expect(loading(copyOf((folder) => rmSync(join(folder, "schema.graphql"))))).toThrow("cannot read the schema");
    expect(loading(copyOf((folder) => rmSync(join(folder, "abis/Child.json"))))).toThrow("cannot read an ABI");
  });

  it("is refused if its mapping is no WebAssembly, or not that of graph build", () => {
    expect(loading(copyOf((folder) => writeFileSync(join(folder, "mapping.wasm"), "text")))).toThrow(
      "mapping.wasm is not a WebAssembly module",
    );
    const empty = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    expect(() => new MappingModule("empty.wasm", empty)).toThrow(
      "empty.wasm does not export memory, __new, id_of_type, _start",
    );
  });

  it("is refused if manifest and ABI disagree", () => {
    expect(loading(edited("Ping(uint256)", "Ping(uint8)"))).toThrow(
      'the ABI "Child" of "Child" has no event "Ping(uint8)"; it has Ping(uint256)',
    );
    expect(loading(edited("Transfer(indexed address,indexed", "Transfer(address,indexed"))).toThrow("has no event");
    expect(loading(edited("deposit(address,uint256)", "deposit(address)"))).toThrow(
      'has no function "deposit(address)"',
    );
    expect(loading(edited("      abi: Child", "      abi: Kid"))).toThrow(
      '"Child" reads the ABI "Kid", which is not in its mapping.abis',
    );
    expect(loading(copyOf((folder) => writeFileSync(join(folder, "abis/Child.json"), "{}")))).toThrow("is not an ABI");
    expect(loading(copyOf((folder) => writeFileSync(join(folder, "abis/Child.json"), "[")))).toThrow("is not an ABI");
  });

  it("is refused if a handler is missing", () => {
    expect(loading(edited("      handler: handlePaper", "      other: handlePaper"))).toThrow(
      'the file template "Paper" names no handler',
    );
    expect(loading(edited("handler: handlePing", "handler: handlePong"))).toThrow(
      '"Child" has the handler "handlePong", which ./mapping.wasm does not export',
    );
  });

  it.each([
    ["apiVersion: 0.0.9", "apiVersion: 0.0.5", "apiVersion 0.0.5 (of"],
    ["kind: file/ipfs", "kind: file/arweave", 'the kind file/arweave (of "Paper")'],
    ["kind: polling, every: 10", "kind: sometimes", 'the block filter {"kind":"sometimes"}'],
    ["specVersion: 1.3.0", "specVersion: 1.3.0\ngraft: { base: Qm, block: 1 }", "grafting (graft)"],
    ["language: wasm/assemblyscript", "language: wasm/rust", "the language wasm/rust"],
    ["type: BigInt, data", "type: Complex, data", 'the type Complex in context.limit of "Ledger"'],
  ])("is refused by name for %s as %s", (from, to, message) => {
    expect(loading(edited(from, to))).toThrow(message);
    expect(loading(edited(from, to))).toThrow("is not supported by this runner");
  });
});

describe("a mapping that imports what is not there", () => {
  it("is refused with the name of the import", () => {
    const manifest = edited(/eventHandlers:[\s\S]*?templates:[\s\S]*/, "blockHandlers: [{ handler: handleBlock }]\n");
    cpSync(join(BUILT, "unknown.wasm"), join(dirname(manifest), "mapping.wasm"));
    expect(() => new SubgraphRunner(loadSubgraph(manifest))).toThrow(
      'mapping.wasm imports "ens.nameByHash" (of "index"), which this runner does not provide',
    );
  });

  it("that does not compile shows why", async () => {
    const folder = mkdtempSync(join(tmpdir(), "subgraph-"));
    copies.push(folder);
    const input = join(folder, "bad.ts");
    writeFileSync(input, "export function f(): Nothing {}\n");
    const options = {
      input,
      output: join(folder, "bad.wasm"),
      modules: join(import.meta.dirname, "../../node_modules"),
    };
    await expect(compileMapping(options)).rejects.toThrow("Cannot find name 'Nothing'");
    await expect(compileMapping(options)).rejects.toThrow(RunnerError);
  });
});

describe("a schema", () => {
  it.each([
    ["type A { id: ID! }", "the type A of the schema has no @entity"],
    ["type A @entity { name: String }", 'A needs a field "id"'],
    ["type A @entity { id: ID! b: B }", "A.b has the type B, which the schema does not define"],
    ["type A @entity(timeseries: true) { id: Int8! }", "@entity(timeseries: true) (of A) is not supported"],
    ['type A @aggregation(intervals: ["hour"], source: "B") { id: Int8! }', "@aggregation (of A) is not supported"],
    [
      'type A @entity { id: ID! as: [A!]! @derivedFrom(field: "b") }',
      "A.as is derived from A.b, which is not a stored reference",
    ],
    [
      'type _Schema_ @fulltext(name: "s", language: en, algorithm: rank, include: [{ entity: "A", fields: [{ name: "n" }] }]) type A @entity { id: ID! n: Int }',
      '@fulltext "s" includes A.n',
    ],
  ])("%s", (text, message) => {
    expect(() => parseSchema(text)).toThrow(message);
  });
});

describe("a manifest", () => {
  it("says what a file's handler may write", () => {
    const runner = new SubgraphRunner(loadSubgraph(edited("entities: [Document]", "entities: [Note]")), {
      file: () => Buffer.from('{"title":"x"}'),
    });
    expect(() => runner.processBlock(blockWith(2, [probe("paper", "QmPaper")]))).toThrow(
      '"Paper" writes Document, which is not in its mapping.entities (Note)',
    );
  });

  it("may filter topics", () => {
    const manifest = edited("receipt: true", `receipt: true\n          topic2: ["${pad(CAROL)}"]`);
    const runner = new SubgraphRunner(loadSubgraph(manifest));
    runner.processBlock(blockWith(2, [transfer(ALICE, BOB, 1n), transfer(ALICE, CAROL, 2n)]));
    expect(runner.entities("Transfer").map((row) => row.get("value"))).toEqual([2n]);
  });

  it("reads topic filters and block limits", () => {
    const text = readFileSync(MANIFEST, "utf8");
    const [source] = parseManifest(
      text
        .replace("startBlock: 1", "startBlock: 1\n      endBlock: 2")
        .replace("handler: handleProbe", "handler: handleProbe\n          topic1: ['0xAB']"),
    ).sources;
    expect(source).toMatchObject({ startBlock: 1, endBlock: 2 });
    expect(source?.eventHandlers[4]?.topics).toEqual([["0xab"], [], []]);
    const runner = new SubgraphRunner(loadSubgraph(edited("startBlock: 1", "startBlock: 1\n      endBlock: 2")));
    for (const number of [1, 2, 3]) runner.processBlock(blockWith(number, []));
    expect(runner.wantsBlock(11)).toBe(false);
  });
});
