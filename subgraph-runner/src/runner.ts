import type { ExecutionResult } from "graphql";
import { ActiveSources } from "./active-sources.js";
import type { BlockInput, ChainBlock } from "./chain.js";
import { RunnerError } from "./errors.js";
import { Execution, type Outside } from "./execution.js";
import { createQueries, type QueryRequest } from "./graphql/index.js";
import { type Row, Store } from "./store.js";
import type { Subgraph } from "./subgraph.js";
import { findTriggers, wantsBlock } from "./triggers.js";

/** A block that was taken in. */
export type Head = Pick<ChainBlock, "number" | "hash" | "parentHash" | "timestamp">;

/** Runs one subgraph: takes blocks in, takes them back, answers queries. All of it is in memory. */
export class SubgraphRunner {
  readonly #store: Store;
  readonly #active: ActiveSources;
  readonly #execution: Execution;
  readonly #query: (request: QueryRequest) => ExecutionResult;
  /** Blocks taken in, oldest first. */
  readonly #heads: Head[] = [];

  /** @throws {RunnerError} if a mapping imports what the host does not have */
  constructor(
    readonly subgraph: Subgraph,
    outside: Outside = {},
  ) {
    this.#store = new Store(subgraph.schema);
    this.#active = new ActiveSources(subgraph);
    const sources = [...subgraph.sources, ...subgraph.templates.values()];
    this.#execution = new Execution(sources, this.#store, this.#active, outside);
    this.#query = createQueries(this.#store, () => this.#heads, subgraph.id);
  }

  /** The newest block taken in. */
  get head(): Head | undefined {
    return this.#heads[this.#heads.length - 1];
  }

  /** Blocks taken in, oldest first. */
  get blocks(): readonly Head[] {
    return this.#heads;
  }

  /** @returns addresses of contracts that are watched now; undefined if some source watches any */
  get addresses(): string[] | undefined {
    const addresses = this.#active.sources.map(({ address }) => address);
    return addresses.includes(undefined) ? undefined : [...new Set(addresses as string[])];
  }

  /** @returns whether a block handler runs in a block although nothing happens there that the subgraph listens to */
  wantsBlock(number: number): boolean {
    return this.#active.sources.some((active) =>
      active.source.blockHandlers.some(({ filter }) => wantsBlock(active, filter, number)),
    );
  }

  /**
   * Runs all handlers of a block. Blocks in which nothing happens may be left out.
   * @throws {RunnerError} if the block does not come after the newest one, or something that handlers get is missing
   * @throws {HandlerError} if a handler fails; then nothing of the block is kept
   */
  processBlock(input: BlockInput): void {
    const { block } = input;
    const number = Number(block.number);
    this.#checkFollows(block);
    try {
      this.#runChain(input);
      this.#runFiles(block);
    } catch (error) {
      this.#takeBack(number - 1);
      throw error;
    }
    const { hash, parentHash, timestamp } = block;
    this.#heads.push({ number: block.number, hash, parentHash, timestamp });
  }

  /** Takes back every block above that one: entities, data sources and files are as they were after it. */
  revertTo(number: number): void {
    this.#takeBack(number);
    while (this.head && Number(this.head.number) > number) this.#heads.pop();
  }

  /** @returns data and errors as GraphQL has them; it does not throw */
  query(source: string, variables?: Record<string, unknown>, operationName?: string): ExecutionResult {
    return this.#query({ source, variables, operationName });
  }

  /** @returns all entities of one type as of that block, or now; stored fields as the store holds them, in no order */
  entities(type: string, block?: number): Row[] {
    return [...this.#store.rows(type, block)];
  }

  #checkFollows({ number, hash, parentHash }: ChainBlock): void {
    const { head } = this;
    if (!head) return;
    if (number <= head.number)
      throw new RunnerError(
        `block ${number} (${hash}) came after block ${head.number}: call revertTo(${number - 1n}) first`,
      );
    if (number === head.number + 1n && parentHash !== head.hash)
      throw new RunnerError(
        `block ${number} (${hash}) has the parent ${parentHash}, but block ${head.number} is ${head.hash}: the chain was reorganized, call revertTo first`,
      );
  }

  /** Sources that a handler makes get the whole block too, after those that were there. */
  #runChain(input: BlockInput): void {
    let seen = this.#active.sources.length;
    for (const trigger of findTriggers(input, this.#active)) this.#execution.runTrigger(trigger, input.block);
    while (seen < this.#active.sources.length) {
      const added = new Set(this.#active.sources.slice(seen));
      seen = this.#active.sources.length;
      for (const trigger of findTriggers(input, this.#active, added)) this.#execution.runTrigger(trigger, input.block);
    }
  }

  /** Files that were not there before are asked for again in each block. A handler may ask for more. */
  #runFiles(block: ChainBlock): void {
    for (const file of this.#active.files) {
      if (file.readAt !== undefined) continue;
      const content = this.#execution.file(file.path);
      if (!content) continue;
      file.readAt = Number(block.number);
      this.#execution.runFile(file, content, block);
    }
  }

  #takeBack(number: number): void {
    this.#store.revertTo(number);
    this.#active.revertTo(number);
  }
}
