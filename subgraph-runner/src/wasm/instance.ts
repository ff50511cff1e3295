import { RunnerError } from "../errors.js";
import { Heap, type HeapExports } from "./heap.js";
import { exportGlobals, GLOBAL_PREFIX } from "./patch.js";

export type HostFunction = (...args: number[]) => number | bigint | undefined;
/** Host functions by the name that a mapping imports, such as `store.get`; what module it names does not matter. */
export type Host = Record<string, HostFunction>;

/** A mapping that grew beyond this is made anew, because memory never shrinks. In bytes. */
const KEPT_MEMORY = 64 * 1024 * 1024;
const REQUIRED = ["memory", "__new", "id_of_type", "_start"];

/** A mapping's WebAssembly, compiled once. */
export class MappingModule {
  readonly module: WebAssembly.Module;
  readonly exports: Set<string>;

  /** @param name to name it in errors @throws {RunnerError} if it is not a module that `graph build` could have made */
  constructor(
    readonly name: string,
    wasm: Uint8Array,
  ) {
    try {
      this.module = new WebAssembly.Module(exportGlobals(new Uint8Array(wasm)));
    } catch (error) {
      throw new RunnerError(`${name} is not a WebAssembly module: ${(error as Error).message}`);
    }
    this.exports = new Set(WebAssembly.Module.exports(this.module).map((item) => item.name));
    const missing = REQUIRED.filter((item) => !this.exports.has(item));
    if (missing.length > 0)
      throw new RunnerError(
        `${name} does not export ${missing.join(", ")}: it was not built as \`graph build\` does, with graph-ts' global.ts and --exportRuntime`,
      );
  }

  /** @throws {RunnerError} that names imports which the host does not have */
  checkImports(host: Host): void {
    const unknown = WebAssembly.Module.imports(this.module).filter(
      ({ name, kind }) => kind !== "function" || !Object.hasOwn(host, name),
    );
    if (unknown.length > 0)
      throw new RunnerError(
        `${this.name} imports ${unknown.map(({ module, name }) => `"${name}" (of "${module}")`).join(", ")}, which this runner does not provide; remove what uses it from the mapping`,
      );
  }
}

/** A running mapping. Each handler begins with {@link restart}, as if it had an instance of its own. */
export class Instance {
  readonly #host: Host;
  #instance!: WebAssembly.Instance;
  #heap!: Heap;
  /** Globals and memory before the start. */
  #globals: { global: WebAssembly.Global; value: unknown }[] = [];
  #memory = new Uint8Array();

  /** @throws {RunnerError} if the mapping imports what the host does not have */
  constructor(
    private readonly mapping: MappingModule,
    makeHost: (heap: () => Heap) => Host,
  ) {
    this.#host = makeHost(() => this.#heap);
    mapping.checkImports(this.#host);
    this.#instantiate();
  }

  get heap(): Heap {
    return this.#heap;
  }

  /** @throws what the mapping throws: a {@link RunnerError} of the host, or a trap */
  call(name: string, ...args: number[]): unknown {
    const found = this.#instance.exports[name];
    if (typeof found !== "function")
      throw new RunnerError(`${this.mapping.name} exports no function "${name}": export it from the mapping's file`);
    return found(...args);
  }

  /** Calls a function that the mapping passed to the host. */
  callTable(index: number): void {
    (this.#instance.exports.table as WebAssembly.Table).get(index)();
  }

  /** Sets globals and memory back and runs what stands outside of functions. */
  restart(): void {
    const { buffer } = this.#instance.exports.memory as WebAssembly.Memory;
    if (buffer.byteLength > KEPT_MEMORY) this.#instantiate();
    else {
      // What lies behind is free memory, which AssemblyScript never takes to be zero.
      new Uint8Array(buffer).set(this.#memory);
      for (const { global, value } of this.#globals) global.value = value;
    }
    this.call("_start");
  }

  #instantiate(): void {
    const imports: Record<string, Host> = {};
    for (const { module, name } of WebAssembly.Module.imports(this.mapping.module)) {
      imports[module] ??= {};
      imports[module][name] = this.#host[name] as HostFunction;
    }
    this.#instance = new WebAssembly.Instance(this.mapping.module, imports as WebAssembly.Imports);
    const exports = this.#instance.exports as unknown as HeapExports;
    this.#heap = new Heap(exports);
    const memory = new Uint8Array(exports.memory.buffer);
    this.#memory = memory.slice(0, memory.findLastIndex((byte) => byte !== 0) + 1);
    this.#globals = Object.entries(this.#instance.exports)
      .filter(([name]) => name.startsWith(GLOBAL_PREFIX))
      .map(([, global]) => ({ global: global as WebAssembly.Global, value: (global as WebAssembly.Global).value }));
  }
}
