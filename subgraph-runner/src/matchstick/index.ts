import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { RunnerError } from "../errors.js";
import type { LogLevel } from "../host/environment.js";
import type { Subgraph } from "../subgraph.js";
import { Instance, MappingModule } from "../wasm/instance.js";
import { MatchstickEnvironment } from "./environment.js";
import { matchstickHost } from "./host.js";

export interface MatchstickOptions {
  /** What paths in `mockIpfsFile` and `readFile` are relative to; by default the folder of the WebAssembly. */
  folder?: string;
}

export interface TestResult {
  /** Names of its describe blocks and its own. */
  path: string[];
  passed: boolean;
  /** Why it failed. */
  error?: string;
  logs: { level: LogLevel; message: string }[];
}

type Hooks = Record<"beforeAll" | "beforeEach" | "afterEach" | "afterAll", number[]>;

interface Test {
  name: string;
  shouldFail: boolean;
  run: number;
}

interface Group {
  name: string;
  hooks: Hooks;
  items: (Test | Group)[];
}

const newGroup = (name: string): Group => ({
  name,
  hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] },
  items: [],
});

/**
 * Runs a file of `matchstick-as` tests that was compiled with `compileMapping({ tests: true })`, each test in the order of the file. What a test leaves in
 * the store the next one finds, until `clearStore`.
 * @param wasmFile the compiled tests
 * @param subgraph whose schema and templates they use
 * @throws {RunnerError} if it is not such a file, or it fails outside of a test
 */
export function runMatchstick(
  wasmFile: string,
  { schema, templates }: Pick<Subgraph, "schema" | "templates">,
  { folder = dirname(wasmFile) }: MatchstickOptions = {},
): TestResult[] {
  return new TestFile(resolve(wasmFile), schema, templates.keys(), folder).run();
}

class TestFile {
  readonly #root = newGroup("");
  readonly #instance: Instance;
  readonly #results: TestResult[] = [];
  #open: Group[] = [this.#root];
  #logs: TestResult["logs"] = [];
  #mismatches: string[] = [];

  constructor(wasmFile: string, schema: Subgraph["schema"], templates: Iterable<string>, folder: string) {
    const log = (level: LogLevel, message: string) => void this.#logs.push({ level, message });
    const callback = (name: string, ...args: number[]) => void this.#instance.call(name, ...args);
    const environment = new MatchstickEnvironment(schema, templates, folder, log, callback);
    const mapping = new MappingModule(wasmFile, readFileSync(wasmFile));
    if (!mapping.exports.has("table"))
      throw new RunnerError(
        `${wasmFile} exports no table: compile tests with compileMapping({ tests: true }), or asc --exportTable`,
      );
    const registry = {
      test: (name: string, shouldFail: boolean, run: number) => void this.#group.items.push({ name, shouldFail, run }),
      hook: (kind: string, run: number) => void this.#group.hooks[kind as keyof Hooks].push(run),
      describe: (name: string, run: number) => this.#describe(name, run),
      mismatch: (message: string) => void this.#mismatches.push(message),
    };
    this.#instance = new Instance(mapping, (heap) => matchstickHost(environment, registry, heap));
  }

  run(): TestResult[] {
    this.#instance.restart();
    this.#runGroup(this.#root, [], [], []);
    return this.#results;
  }

  get #group(): Group {
    return this.#open[this.#open.length - 1] as Group;
  }

  #describe(name: string, run: number): void {
    const group = newGroup(name);
    this.#group.items.push(group);
    this.#open.push(group);
    this.#instance.callTable(run);
    this.#open.pop();
  }

  /** Hooks of outer groups hold in inner ones: before from the outside in, after from the inside out. */
  #runGroup({ hooks, items }: Group, path: string[], before: number[], after: number[]): void {
    const [beforeEach, afterEach] = [
      [...before, ...hooks.beforeEach],
      [...hooks.afterEach, ...after],
    ];
    this.#runAll(hooks.beforeAll);
    for (const item of items) {
      const inner = [...path, item.name];
      if ("items" in item) this.#runGroup(item, inner, beforeEach, afterEach);
      else this.#results.push(this.#runTest(item, inner, beforeEach, afterEach));
    }
    this.#runAll(hooks.afterAll);
  }

  #runTest({ shouldFail, run }: Test, path: string[], before: number[], after: number[]): TestResult {
    this.#logs = [];
    let error = this.#attempt(() => this.#runAll(before));
    if (error === undefined) {
      const failure = this.#attempt(() => this.#instance.callTable(run));
      if (!shouldFail) error = failure;
      else if (failure === undefined) error = "it was to fail and did not";
    }
    const afterwards = this.#attempt(() => this.#runAll(after));
    error ??= afterwards;
    return { path, passed: error === undefined, ...(error === undefined ? {} : { error }), logs: this.#logs };
  }

  #runAll(functions: number[]): void {
    for (const index of functions) this.#instance.callTable(index);
  }

  /** @returns what went wrong: what assertions found, or why it stopped */
  #attempt(run: () => void): string | undefined {
    this.#mismatches = [];
    try {
      run();
    } catch (error) {
      return [...this.#mismatches, (error as Error).message].join("; ");
    }
    return undefined;
  }
}
