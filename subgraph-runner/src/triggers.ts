import type { Hex } from "viem";
import { type ActiveSource, type ActiveSources, watches } from "./active-sources.js";
import type { BlockInput, ChainCall, ChainLog, ChainReceipt, ChainTransaction } from "./chain.js";
import { RunnerError } from "./errors.js";
import { decodeParameters, type NamedValue } from "./ethereum-value.js";
import type { BlockHandler } from "./manifest.js";
import { writeBlock, writeCall, writeEvent } from "./wasm/ethereum.js";
import type { Heap } from "./wasm/heap.js";

/** A handler to run, with its argument. */
export interface Trigger {
  active: ActiveSource;
  handler: string;
  /** In words, for errors. */
  what: string;
  /** @returns a pointer to the argument */
  write(heap: Heap): number;
}

/** Handlers "once" come first, then events and calls by transaction, then the other block handlers. */
type Placed = Trigger & { place: [phase: number, transaction: number, kind: number, index: number] };

const PHASE = { once: 0, transactions: 1, block: 2 };
const KIND = { event: 0, call: 1 };

function before({ place: a }: Placed, { place: b }: Placed): number {
  for (const index of [0, 1, 2, 3] as const) if (a[index] !== b[index]) return a[index] - b[index];
  return 0;
}

/**
 * @param only sources that are asked; without it all
 * @returns what a block makes run, in graph-node's order
 * @throws {RunnerError} if the input lacks a transaction or receipt that a handler gets
 */
export function findTriggers(input: BlockInput, sources: ActiveSources, only?: Set<ActiveSource>): Trigger[] {
  const lookup = new Lookup(input);
  const asked = only ? [...only] : sources.sources;
  const placed = [
    ...(input.logs ?? []).flatMap((log) => eventTriggers(log, input, sources, lookup)),
    ...(input.calls ?? []).flatMap((call, index) => callTriggers(call, index, input, asked, lookup)),
    ...asked.flatMap((active) => blockTriggers(active, input)),
  ];
  return (only ? placed.filter(({ active }) => only.has(active)) : placed).sort(before);
}

/** Transactions and receipts by hash. */
class Lookup {
  readonly #transactions: Map<Hex, ChainTransaction>;
  readonly #receipts: Map<Hex, ChainReceipt>;
  constructor(private readonly input: BlockInput) {
    this.#transactions = new Map(input.transactions?.map((transaction) => [transaction.hash, transaction]));
    this.#receipts = new Map(input.receipts?.map((receipt) => [receipt.transactionHash, receipt]));
  }
  transaction(hash: Hex): ChainTransaction {
    const found = this.#transactions.get(hash);
    if (!found) throw this.#missing("transaction", hash);
    return found;
  }
  receipt(hash: Hex) {
    const found = this.#receipts.get(hash);
    if (!found) throw this.#missing("receipt", hash);
    return found;
  }
  #missing(what: string, hash: Hex) {
    return new RunnerError(
      `block ${this.input.block.number} came without the ${what} of ${hash}, which a handler gets: put it into \`${what}s\``,
    );
  }
}

function eventTriggers(log: ChainLog, input: BlockInput, sources: ActiveSources, lookup: Lookup): Placed[] {
  const { block } = input;
  return sources.matches(log, Number(block.number)).flatMap(({ active, handler }) => {
    const params = handler.decoder.decode(log.topics, log.data);
    if (!params) return [];
    const { transactionHash: hash, logIndex } = log;
    return {
      active,
      handler: handler.handler,
      what: `event ${handler.event}, transaction ${hash}, log ${logIndex}`,
      place: [PHASE.transactions, log.transactionIndex, KIND.event, logIndex],
      write: (heap) =>
        writeEvent(heap, {
          block,
          log,
          params,
          transaction: lookup.transaction(hash),
          receipt: handler.receipt ? lookup.receipt(hash) : undefined,
        }),
    };
  });
}

function callTriggers(
  call: ChainCall,
  index: number,
  input: BlockInput,
  asked: ActiveSource[],
  lookup: Lookup,
): Placed[] {
  const { block } = input;
  const to = call.to.toLowerCase();
  return asked.flatMap((active) => {
    if (!watches(active, Number(block.number)) || (active.address !== undefined && active.address !== to)) return [];
    return active.source.callHandlers.flatMap((handler): Placed[] => {
      const { codec } = handler;
      if (call.input.slice(0, 10) !== codec.selector) return [];
      const decoded = decodeCall(call, codec);
      if (!decoded) return [];
      return [
        {
          active,
          handler: handler.handler,
          what: `call of ${handler.function}, transaction ${call.transactionHash}`,
          place: [PHASE.transactions, call.transactionIndex, KIND.call, index],
          write: (heap) =>
            writeCall(heap, { block, call, ...decoded, transaction: lookup.transaction(call.transactionHash) }),
        },
      ];
    });
  });
}

type Codec = ActiveSource["source"]["callHandlers"][number]["codec"];

function decodeCall(call: ChainCall, codec: Codec): { inputs: NamedValue[]; outputs: NamedValue[] } | undefined {
  try {
    return {
      inputs: decodeParameters(codec.inputs, `0x${call.input.slice(10)}`),
      outputs: decodeParameters(codec.outputs, call.output),
    };
  } catch {
    return undefined;
  }
}

function blockTriggers(active: ActiveSource, input: BlockInput): Placed[] {
  const { block } = input;
  return active.source.blockHandlers
    .filter(({ filter }) => blockMatches(active, filter, input))
    .map(({ handler, filter }) => ({
      active,
      handler,
      what: "the block itself",
      place: [filter.kind === "once" ? PHASE.once : PHASE.block, 0, 0, 0],
      write: (heap) => writeBlock(heap, block),
    }));
}

function blockMatches(active: ActiveSource, filter: BlockHandler["filter"], input: BlockInput): boolean {
  const number = Number(input.block.number);
  if (filter.kind !== "call") return wantsBlock(active, filter, number);
  return watches(active, number) && (input.calls ?? []).some(({ to }) => to.toLowerCase() === active.address);
}

/** @returns whether a block handler may run there, whatever happens in that block; of `call` it is not known */
export function wantsBlock(active: ActiveSource, filter: BlockHandler["filter"], number: number): boolean {
  if (!watches(active, number)) return false;
  switch (filter.kind) {
    case "once":
      return number === active.startBlock;
    case "polling":
      return (number - active.startBlock) % filter.every === 0;
    default:
      return true;
  }
}
