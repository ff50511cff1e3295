import { BlockNotFoundError, formatLog, type Hex, numberToHex, type PublicClient, type RpcLog } from "viem";
import type { BlockInput, ChainCall, ChainLog } from "./chain.js";
import { RunnerError } from "./errors.js";
import type { SubgraphRunner } from "./runner.js";
import type { Source } from "./subgraph.js";

export interface FollowOptions {
  /** The last block; by default the chain's newest. */
  to?: bigint;
  /** Blocks asked for at a time, by default 300; halved where the node refuses. */
  page?: number;
}

export interface Followed {
  /** Blocks taken back first, because the chain was reorganized. */
  reverted: number;
  /** Logs taken in. */
  logs: number;
}

/** Blocks and receipts asked for at the same time. */
const PARALLEL = 20;

/**
 * Brings a runner up to a chain's block: takes back what is no longer there, then takes in what is new. Call it again to go on, also after it failed.
 * @throws {RunnerError} if the chain changes meanwhile, or the node cannot trace although there are call handlers
 * @throws {HandlerError} if a handler fails
 */
export async function follow(
  runner: SubgraphRunner,
  client: PublicClient,
  { to, page = 300 }: FollowOptions = {},
): Promise<Followed> {
  const reader = new ChainReader(runner, client);
  const reverted = await reader.takeBack();
  const last = Number(to ?? (await client.getBlockNumber({ cacheTime: 0 })));
  let logs = 0;
  let size = page;
  for (let from = reader.next(); from <= last; from = reader.next()) {
    const end = Math.min(last, from + size - 1);
    const found = await reader.logs(from, end).catch((error: unknown) => {
      if (from === end) throw error;
      return undefined;
    });
    if (!found) {
      size = Math.ceil((end - from + 1) / 2);
      continue;
    }
    await reader.takeIn(from, end, found);
    logs += found.length;
  }
  return { reverted, logs };
}

type FoundLog = ChainLog & { blockNumber: bigint; blockHash: Hex };

class ChainReader {
  readonly #sources: Source[];
  readonly #topics: Hex[];
  readonly #receiptTopics: Set<Hex>;
  readonly #traces: boolean;

  constructor(
    private readonly runner: SubgraphRunner,
    private readonly client: PublicClient,
  ) {
    const { sources, templates } = runner.subgraph;
    this.#sources = [...sources, ...templates.values()];
    const events = this.#sources.flatMap(({ eventHandlers }) => eventHandlers);
    this.#topics = [...new Set(events.map(({ decoder }) => decoder.topic))];
    this.#receiptTopics = new Set(events.filter(({ receipt }) => receipt).map(({ decoder }) => decoder.topic));
    this.#traces = this.#sources.some(
      ({ callHandlers, blockHandlers }) =>
        callHandlers.length > 0 || blockHandlers.some(({ filter }) => filter.kind === "call"),
    );
  }

  /** @returns how many blocks were taken back */
  async takeBack(): Promise<number> {
    const { blocks } = this.runner;
    const before = blocks.length;
    let kept = before;
    for (; kept > 0; kept--) {
      const { number, hash } = blocks[kept - 1] as (typeof blocks)[number];
      const now = await this.client.getBlock({ blockNumber: number }).catch((error: unknown) => {
        if (error instanceof BlockNotFoundError) return undefined;
        throw error;
      });
      if (now?.hash === hash) break;
    }
    if (kept < before) this.runner.revertTo(Number(blocks[kept - 1]?.number ?? -1n));
    return before - kept;
  }

  next(): number {
    const { head, subgraph } = this.runner;
    return head ? Number(head.number) + 1 : Math.min(...subgraph.sources.map(({ startBlock }) => startBlock));
  }

  /** All logs that handlers may be for. Of templates any contract's, because a handler may make a source in the middle of the page. */
  async logs(from: number, to: number): Promise<FoundLog[]> {
    if (this.#topics.length === 0) return [];
    const { subgraph, addresses } = this.runner;
    const anyContract =
      addresses === undefined || [...subgraph.templates.values()].some(({ kind }) => kind === "ethereum");
    const filter = {
      ...{ fromBlock: numberToHex(from), toBlock: numberToHex(to), topics: [this.#topics] },
      ...(anyContract ? {} : { address: addresses as Hex[] }),
    };
    const logs = (await this.client.request({ method: "eth_getLogs", params: [filter] } as never)) as RpcLog[];
    return logs.map((log) => formatLog(log) as unknown as FoundLog);
  }

  /** The last block is always taken in, so that the head says how far it went. */
  async takeIn(from: number, to: number, logs: FoundLog[]): Promise<void> {
    const byBlock = new Map<number, FoundLog[]>();
    for (const log of logs) {
      const list = byBlock.get(Number(log.blockNumber));
      if (list) list.push(log);
      else byBlock.set(Number(log.blockNumber), [log]);
    }
    const wanted = (number: number) =>
      byBlock.has(number) || number === to || this.#traces || this.runner.wantsBlock(number);
    for (let start = from; start <= to; start += PARALLEL) {
      const numbers = Array.from({ length: Math.min(PARALLEL, to - start + 1) }, (_, index) => start + index);
      const read = new Map<number, BlockInput>();
      await Promise.all(
        numbers
          .filter(wanted)
          .map(async (number) => void read.set(number, await this.#block(number, byBlock.get(number) ?? []))),
      );
      for (const number of numbers) {
        // A source that was made a moment ago may want a block that nobody wanted before.
        const input = read.get(number) ?? (wanted(number) ? await this.#block(number, []) : undefined);
        if (input) this.runner.processBlock(input);
      }
    }
  }

  async #block(number: number, logs: FoundLog[]): Promise<BlockInput> {
    const { client } = this;
    const { transactions, ...block } = await client.getBlock({
      blockNumber: BigInt(number),
      includeTransactions: true,
    });
    const other = logs.find(({ blockHash }) => blockHash !== block.hash);
    if (other)
      throw new RunnerError(
        `block ${number} was ${other.blockHash} and is now ${block.hash}: the chain was reorganized while it was read; follow again`,
      );
    const hashes = logs
      .filter(({ topics }) => this.#receiptTopics.has(topics[0] as Hex))
      .map((log) => log.transactionHash);
    const receipts = await Promise.all([...new Set(hashes)].map((hash) => client.getTransactionReceipt({ hash })));
    return {
      ...{ block, logs, receipts },
      transactions,
      ...(this.#traces ? { calls: await this.#calls(number) } : {}),
    };
  }

  async #calls(number: number): Promise<ChainCall[]> {
    const request = { method: "trace_block", params: [numberToHex(number)] };
    const traces = (await this.client.request(request as never).catch((error: Error) => {
      throw new RunnerError(`call handlers need a node with trace_block, which this one refused: ${error.message}`);
    })) as Trace[];
    const failed = new Set(traces.filter(({ error }) => error).map((trace) => placeOf(trace)));
    const happened = (trace: Trace) =>
      !Array.from({ length: trace.traceAddress.length + 1 }, (_, depth) => placeOf(trace, depth)).some((place) =>
        failed.has(place),
      );
    return traces
      .filter((trace) => trace.type === "call" && trace.action.callType === "call" && trace.result && happened(trace))
      .map(({ action, result, transactionHash, transactionPosition }) => ({
        ...{ from: action.from, to: action.to, input: action.input },
        ...{ output: result?.output ?? "0x", transactionHash, transactionIndex: transactionPosition },
      }));
  }
}

/** A call in its transaction, or the one around it at that depth: what happened inside of a call that failed did not happen. */
const placeOf = ({ transactionHash, traceAddress }: Trace, depth = traceAddress.length) =>
  [transactionHash, ...traceAddress.slice(0, depth)].join(".");

/** As Parity's tracing names it. */
interface Trace {
  type: string;
  error?: string;
  action: { callType?: string; from: Hex; to: Hex; input: Hex };
  result?: { output: Hex } | null;
  /** Which call of which call it is; empty for the transaction's own. */
  traceAddress: number[];
  transactionHash: Hex;
  transactionPosition: number;
}
