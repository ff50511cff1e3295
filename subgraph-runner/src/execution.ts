import { encodeAbiParameters, type Hex } from "viem";
import type { ActiveFile, ActiveSource, ActiveSources } from "./active-sources.js";
import type { ChainBlock, ChainState } from "./chain.js";
import { HandlerError, RunnerError } from "./errors.js";
import {
  decodeParameters,
  type EthereumValue,
  type FunctionCodec,
  fromEthereumValue,
  functionCodec,
} from "./ethereum-value.js";
import type { ContractCall, Environment, LogLevel } from "./host/environment.js";
import { createHost } from "./host/index.js";
import { derivedField } from "./host/store.js";
import type { Row, Store, Tagged } from "./store.js";
import type { Source } from "./subgraph.js";
import type { Trigger } from "./triggers.js";
import { Instance, type MappingModule } from "./wasm/instance.js";

/** What mappings read from beside the store. */
export interface Outside {
  /** For contract calls, balances and code. */
  chain?: ChainState;
  /** Files of IPFS by what the mapping names: a CID, or a CID and a path. */
  file?: (path: string) => Uint8Array | null;
  /** What mappings log. */
  onLog?: (entry: LogEntry) => void;
}

export interface LogEntry {
  level: LogLevel;
  message: string;
  dataSource: string;
  handler: string;
  block: number;
}

interface Current {
  source: Source;
  handler: string;
  block: ChainBlock;
  instance: Instance;
  address: Hex;
  context: Map<string, Tagged>;
  /** Of a file. */
  region: string | undefined;
}

/** Runs handlers, one at a time, and is their host. */
export class Execution implements Environment {
  readonly schema;
  #current!: Current;
  #instances = new Map<MappingModule, Instance>();
  #codecs = new Map<string, FunctionCodec>();

  /** @throws {RunnerError} if a mapping imports what the host does not have */
  constructor(
    sources: Iterable<Source>,
    private readonly store: Store,
    private readonly active: ActiveSources,
    private readonly outside: Outside,
  ) {
    this.schema = store.schema;
    for (const { mapping } of sources) {
      if (this.#instances.has(mapping)) continue;
      this.#instances.set(mapping, new Instance(mapping, (heap) => createHost(this, heap)));
    }
  }

  /** @throws {HandlerError} */
  runTrigger({ active, handler, what, write }: Trigger, block: ChainBlock): void {
    this.#run(this.#begin(active.source, handler, block, active), what, write);
  }

  /** @throws {HandlerError} */
  runFile(file: ActiveFile, content: Uint8Array, block: ChainBlock): void {
    const address: Hex = `0x${Buffer.from(file.path).toString("hex")}`;
    const current = this.#begin(file.source, file.source.fileHandler ?? "", block, { ...file, address });
    this.#run({ ...current, region: file.region }, `file ${file.path}`, (heap) => heap.bytes(content));
  }

  #begin(
    source: Source,
    handler: string,
    block: ChainBlock,
    { address, context }: Pick<ActiveSource, "address" | "context">,
  ): Current {
    const instance = this.#instances.get(source.mapping) as Instance;
    return { source, handler, block, instance, context, address: address ?? "0x", region: undefined };
  }

  #run(current: Current, trigger: string, write: Trigger["write"]): void {
    this.#current = current;
    const { source, handler, block, instance } = current;
    try {
      instance.restart();
      instance.call(handler, write(instance.heap));
    } catch (cause) {
      const place = { handler, dataSource: source.name, block: Number(block.number), blockHash: block.hash, trigger };
      throw new HandlerError(place, cause);
    }
  }

  get(type: string, id: string): Row | undefined {
    return this.store.visible(type, id, this.#current.region);
  }

  getInBlock(type: string, id: string): Row | undefined {
    return this.store.inBlock(type, id, Number(this.#current.block.number));
  }

  set(type: string, id: string, fields: Map<string, Tagged>): void {
    const { region, source, block } = this.#current;
    if (region !== undefined && !source.entities.includes(type))
      throw new RunnerError(
        `"${source.name}" writes ${type}, which is not in its mapping.entities (${source.entities.join(", ")})`,
      );
    this.store.set(type, id, fields, Number(block.number), region);
  }

  remove(type: string, id: string): void {
    this.store.remove(type, id, Number(this.#current.block.number), this.#current.region);
  }

  related(type: string, id: string, field: string): { type: string; row: Row }[] {
    const { typeName, back, idIsInt8 } = derivedField(this.schema, type, field);
    return this.store
      .pointing(typeName, back, idIsInt8 ? BigInt(id) : id)
      .filter(({ type: name, row }) => this.get(name, String(row.get("id"))) === row);
  }

  dataSource(): { address: Hex; network: string; context: Map<string, Tagged> } {
    const { address, source, context } = this.#current;
    return { address, network: source.network, context };
  }

  createDataSource(template: string, params: string[], context: Map<string, Tagged>): void {
    this.active.create(template, params, context, Number(this.#current.block.number));
  }

  contractCall(call: ContractCall): EthereumValue[] | null {
    const codec = this.#codec(call);
    const data = encodeAbiParameters(codec.inputs, call.params.map(fromEthereumValue));
    const chain = this.#chain(`calls ${call.contract}.${call.function}`);
    const answer = chain.call(call.address, `${codec.selector}${data.slice(2)}`, this.#current.block.number);
    if (answer === null) return null;
    try {
      return decodeParameters(codec.outputs, answer).map(({ value }) => value);
    } catch (error) {
      // No contract is there, or another one: graph-node says "reverted" too.
      this.log("warning", `${call.contract}.${call.function} answered ${answer}: ${(error as Error).message}`);
      return null;
    }
  }

  balance(address: Hex): bigint {
    return this.#chain("reads a balance").balance(address, this.#current.block.number);
  }

  code(address: Hex): Hex {
    return this.#chain("reads code").code(address, this.#current.block.number);
  }

  file(path: string): Uint8Array | null {
    if (!this.outside.file)
      throw new RunnerError(`the mapping reads the file ${path}, but no \`file\` was given to the runner`);
    return this.outside.file(path);
  }

  log(level: LogLevel, message: string): void {
    const { source, handler, block } = this.#current;
    this.outside.onLog?.({ level, message, dataSource: source.name, handler, block: Number(block.number) });
  }

  callback(name: string, ...args: number[]): void {
    this.#current.instance.call(name, ...args);
  }

  #chain(why: string): ChainState {
    if (!this.outside.chain) throw new RunnerError(`the mapping ${why}, but no \`chain\` was given to the runner`);
    return this.outside.chain;
  }

  #codec({ contract, signature }: ContractCall): FunctionCodec {
    const { source } = this.#current;
    const key = `${source.name} ${contract} ${signature}`;
    const known = this.#codecs.get(key);
    if (known) return known;
    const abi = source.abis.get(contract);
    if (!abi)
      throw new RunnerError(`the mapping calls "${contract}", which is not in mapping.abis of "${source.name}"`);
    const codec = functionCodec(abi, signature, `the ABI "${contract}" of "${source.name}"`);
    this.#codecs.set(key, codec);
    return codec;
  }
}
