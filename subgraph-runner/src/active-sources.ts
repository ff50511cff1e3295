import type { Address, Hex } from "viem";
import type { ChainLog } from "./chain.js";
import { RunnerError } from "./errors.js";
import type { Tagged } from "./store.js";
import type { Source, Subgraph } from "./subgraph.js";

/** A data source that is watched: of the manifest, or made out of a template by a handler. */
export interface ActiveSource {
  source: Source;
  address: Hex | undefined;
  context: Map<string, Tagged>;
  startBlock: number;
  endBlock: number;
  /** The block whose handler made it, -1 for those of the manifest. */
  createdAt: number;
}

/** A file that a handler asked for. */
export interface ActiveFile {
  source: Source;
  path: string;
  context: Map<string, Tagged>;
  createdAt: number;
  /** The block in which its handler ran; undefined while the file is not there. */
  readAt: number | undefined;
  /** Whose entities its handler writes and sees. */
  region: string;
}

export interface EventMatch {
  active: ActiveSource;
  handler: Source["eventHandlers"][number];
}

/** Everything that is watched, in the order in which it came. */
export class ActiveSources {
  readonly sources: ActiveSource[];
  readonly files: ActiveFile[] = [];
  /** Topic, then address or "" for any: who handles it. */
  #events = new Map<Hex, Map<string, EventMatch[]>>();

  constructor(private readonly subgraph: Subgraph) {
    this.sources = subgraph.sources.map((source) => ({
      source,
      address: source.address,
      context: source.context,
      startBlock: source.startBlock,
      endBlock: source.endBlock,
      createdAt: -1,
    }));
    for (const active of this.sources) this.#watch(active);
  }

  /** @returns handlers of the log's event, in the order of sources */
  matches(log: ChainLog, block: number): EventMatch[] {
    const byAddress = this.#events.get(log.topics[0] as Hex);
    if (!byAddress) return [];
    const own = byAddress.get(log.address.toLowerCase()) ?? [];
    const any = byAddress.get("") ?? [];
    return [...any, ...own].filter(
      ({ active, handler }) =>
        watches(active, block) &&
        handler.topics.every(
          (allowed, index) => allowed.length === 0 || allowed.includes(log.topics[index + 1] as Hex),
        ),
    );
  }

  /**
   * Adds what a handler creates; the same one twice is one.
   * @param params address of the contract, or path of the file
   * @throws {RunnerError} if there is no such template or the address is none
   */
  create(template: string, params: string[], context: Map<string, Tagged>, block: number): void {
    const source = this.subgraph.templates.get(template);
    if (!source)
      throw new RunnerError(
        `there is no template "${template}"; the manifest has ${[...this.subgraph.templates.keys()].join(", ") || "none"}`,
      );
    const [param] = params;
    if (param === undefined) throw new RunnerError(`the template "${template}" was given no parameter`);
    if (source.kind === "file") this.#addFile(source, param, context, block);
    else this.#addContract(source, param, context, block);
  }

  /** Forgets what was created above that block, and that files were read there. */
  revertTo(block: number): void {
    const kept = this.sources.filter(({ createdAt }) => createdAt <= block);
    if (kept.length < this.sources.length) {
      this.sources.splice(0, this.sources.length, ...kept);
      this.#events.clear();
      for (const active of kept) this.#watch(active);
    }
    const files = this.files.filter(({ createdAt }) => createdAt <= block);
    this.files.splice(0, this.files.length, ...files);
    for (const file of files) if (file.readAt !== undefined && file.readAt > block) file.readAt = undefined;
  }

  #addContract(source: Source, param: string, context: Map<string, Tagged>, block: number): void {
    if (!/^0x[0-9a-fA-F]{40}$/.test(param))
      throw new RunnerError(`the template "${source.name}" was given "${param}", which is not an address`);
    const address = param.toLowerCase() as Address;
    const known = this.sources.some(
      (one) => one.source === source && one.address === address && sameContext(one.context, context),
    );
    if (known) return;
    const active = { source, address, context, startBlock: block, endBlock: source.endBlock, createdAt: block };
    this.sources.push(active);
    this.#watch(active);
  }

  #addFile(source: Source, path: string, context: Map<string, Tagged>, block: number): void {
    const known = this.files.some(
      (file) => file.source === source && file.path === path && sameContext(file.context, context),
    );
    if (known) return;
    const region = `${source.name}:${path}:${this.files.length}`;
    this.files.push({ source, path, context, createdAt: block, readAt: undefined, region });
  }

  #watch(active: ActiveSource): void {
    for (const handler of active.source.eventHandlers) {
      const byAddress = this.#events.get(handler.decoder.topic) ?? new Map<string, EventMatch[]>();
      this.#events.set(handler.decoder.topic, byAddress);
      const key = active.address ?? "";
      const matches = byAddress.get(key);
      if (matches) matches.push({ active, handler });
      else byAddress.set(key, [{ active, handler }]);
    }
  }
}

export const watches = ({ startBlock, endBlock }: ActiveSource, block: number) =>
  startBlock <= block && block <= endBlock;

const sameContext = (a: Map<string, Tagged>, b: Map<string, Tagged>) => contextText(a) === contextText(b);

const contextText = (context: Map<string, Tagged>) =>
  JSON.stringify([...context], (_, value) => (typeof value === "bigint" ? `${value}n` : value));
