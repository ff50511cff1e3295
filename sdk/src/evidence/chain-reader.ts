/** Reads from a node what a bundle proves: slots, events, and the headers and trie nodes that they hang on. */
import { type Hash, numberToHex, type RpcLog, type RpcTransactionReceipt, toRlp } from "viem";
import type { ColophonClient } from "../core/types.js";
import { decodeError } from "../errors/decode.js";
import { concat, fromHex, type Hex, toHex } from "../formats/bytes.js";
import { headerOf, quantity, type RpcBlock } from "./blocks.js";
import type { PlacedLog } from "./events.js";
import type { StateReader } from "./facts.js";
import { demand, EvidenceRefused } from "./refusal.js";
import { NodePool, receiptsTrie } from "./trie.js";
import type { WitnessFile } from "./witness.js";

/** Requests at once. */
const PARALLEL = 16;
/** Blocks between two needed ones up to which all headers between them are kept, so that one hash vouches for both. */
const MOST_BETWEEN = 1024;

/** Where contracts are, by name. */
type Contracts = ReadonlyMap<string, Hex>;

/** One chain at one block, with everything that was read remembered for its proof. */
export class ChainReader implements StateReader {
  private readonly slots = new Map<string, Set<Hex>>();
  private readonly blocks = new Map<number, Promise<RpcBlock>>();
  private readonly pool = new NodePool();

  private constructor(
    private readonly client: ColophonClient,
    private readonly contracts: Contracts,
    /** The block whose state is read. */
    readonly block: RpcBlock,
  ) {}

  /** @param number the latest block unless told */
  static async open(client: ColophonClient, contracts: Contracts, number?: bigint): Promise<ChainReader> {
    const tag = number === undefined ? "latest" : numberToHex(number);
    const block = await request<RpcBlock | null>(client, "eth_getBlockByNumber", [tag, false]);
    if (block) return new ChainReader(client, contracts, block);
    throw new EvidenceRefused("blocks", `the chain has no block ${number}.`);
  }

  async slot(contract: string, slot: bigint): Promise<bigint> {
    const address = this.contracts.get(contract);
    // A part of the protocol that this chain does not have holds nothing, and is never asked for by what it has.
    if (!address) throw new EvidenceRefused("state", `the deployment has no ${contract}.`);
    const key = numberToHex(slot, { size: 32 });
    const known = this.slots.get(contract) ?? new Set();
    this.slots.set(contract, known.add(key));
    return BigInt(await request<Hex>(this.client, "eth_getStorageAt", [address, key, this.block.number]));
  }

  /** Logs with a value as their indexed argument of a position (from 1), up to the block. */
  async logs(addresses: readonly Hex[], position: number, topic: Hex, fromBlock: bigint): Promise<RpcLog[]> {
    const topics = [...Array.from({ length: position }, () => null), topic];
    const range = { fromBlock: numberToHex(fromBlock), toBlock: this.block.number };
    const logs = await request<RpcLog[]>(this.client, "eth_getLogs", [{ address: addresses, topics, ...range }]);
    return logs.map((log) => ({ ...log, address: log.address.toLowerCase() as Hex }));
  }

  /** The same logs with their places in receipts; proofs of the receipts are kept. */
  async prove(logs: readonly RpcLog[]): Promise<PlacedLog[]> {
    const byBlock = new Map<number, RpcLog[]>();
    for (const log of logs) {
      const number = Number(log.blockNumber);
      byBlock.set(number, [...(byBlock.get(number) ?? []), log]);
    }
    const placed = await inParts([...byBlock], ([number, own]) => this.proveBlock(number, own));
    return placed.flat().sort((a, b) => order(a, b));
  }

  private async proveBlock(number: number, logs: readonly RpcLog[]): Promise<PlacedLog[]> {
    const [block, receipts] = await Promise.all([this.header(number), this.receipts(number)]);
    const indexes = [...new Set(logs.map(({ transactionIndex }) => Number(transactionIndex)))];
    const { root, nodes } = await receiptsTrie(receipts.map(receiptBytes), indexes);
    demand(
      root === block.receiptsRoot,
      "events",
      `the receipts of block ${number} cannot be rebuilt from what the node says: this chain's have another form.`,
    );
    for (const node of nodes) this.pool.add(node);
    return logs.map(({ address, topics, data, transactionIndex, logIndex }) => {
      const index = Number(transactionIndex);
      const own = receipts[index]?.logs.findIndex((log) => log.logIndex === logIndex) ?? -1;
      return { ...{ address, topics, data }, block: number, transactionIndex: index, logIndex: own };
    });
  }

  /** All that was read, with its proofs. */
  async witness(): Promise<WitnessFile> {
    for (const [contract, slots] of this.slots) await this.proveSlots(this.contracts.get(contract) as Hex, [...slots]);
    const headers = await inParts(this.linked(), async (number) => headerOf(await this.header(number)));
    return { format: "colophon-evidence-witness", formatVersion: 1, headers, nodes: this.pool.list() };
  }

  private async proveSlots(address: Hex, slots: readonly Hex[]): Promise<void> {
    const { accountProof, storageProof } = await request<{ accountProof: Hex[]; storageProof: { proof: Hex[] }[] }>(
      ...([this.client, "eth_getProof", [address, slots, this.block.number]] as const),
    );
    for (const node of [...accountProof, ...storageProof.flatMap(({ proof }) => proof)]) this.pool.add(node);
  }

  /** Numbers of the headers to keep, ascending. */
  private linked(): number[] {
    const needed = [...new Set([...this.blocks.keys(), Number(this.block.number)])].sort((a, b) => a - b);
    return needed.flatMap((number, i) => {
      const next = needed[i + 1] ?? number + 1;
      const between = next - number - 1;
      return between <= MOST_BETWEEN ? Array.from({ length: between + 1 }, (_, k) => number + k) : [number];
    });
  }

  private header(number: number): Promise<RpcBlock> {
    const known = this.blocks.get(number);
    if (known) return known;
    const asked = request<RpcBlock>(this.client, "eth_getBlockByNumber", [numberToHex(number), false]);
    this.blocks.set(number, asked);
    return asked;
  }

  /** Not every node knows the short way. */
  private async receipts(number: number): Promise<RpcTransactionReceipt[]> {
    try {
      return await request<RpcTransactionReceipt[]>(this.client, "eth_getBlockReceipts", [numberToHex(number)]);
    } catch {
      const hashes = (await this.header(number)).transactions as Hash[];
      return inParts(hashes, (hash) =>
        request<RpcTransactionReceipt>(this.client, "eth_getTransactionReceipt", [hash]),
      );
    }
  }
}

const order = (a: PlacedLog, b: PlacedLog) =>
  a.block - b.block || a.transactionIndex - b.transactionIndex || a.logIndex - b.logIndex;

/** A receipt as its trie has it: EIP-2718, from Byzantium on. */
function receiptBytes({ type, status, cumulativeGasUsed, logsBloom, logs }: RpcTransactionReceipt): Uint8Array {
  const rows = logs.map(({ address, topics, data }) => [address, topics as Hex[], data]);
  const fields = toRlp([quantity(status), quantity(cumulativeGasUsed), logsBloom, rows] as never, "bytes");
  const kind = Number(type);
  return kind === 0 ? fields : concat(Uint8Array.of(kind), fields);
}

async function request<T>(client: ColophonClient, method: string, params: readonly unknown[]): Promise<T> {
  try {
    return (await client.request({ method, params } as never)) as T;
  } catch (error) {
    throw decodeError(error);
  }
}

/** Some at once, in order. */
async function inParts<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += PARALLEL) {
    results.push(...(await Promise.all(items.slice(at, at + PARALLEL).map(work))));
  }
  return results;
}

/** A word as a topic. */
export const topicOf = (value: bigint | Hex): Hex => toHex(fromHex(numberToHex(BigInt(value), { size: 32 })));
