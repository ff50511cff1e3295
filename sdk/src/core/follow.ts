/** Reads logs block by block and remembers the blocks' hashes, so that what a reorganization undid can be told. */
import { type Address, BlockNotFoundError, formatLog, type Hex, type Log, numberToHex, type RpcLog } from "viem";
import { getBlock } from "viem/actions";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { ColophonClient } from "./types.js";

/** How a chain is followed. */
export interface FollowOptions {
  /** First block to read; the next one unless told. */
  fromBlock?: bigint | undefined;
  /** Blocks that a reorganization may undo at most; 64 unless told. Deeper ones are an error. */
  depth?: number | undefined;
  /** Milliseconds between looks; the client's unless told. */
  pollingInterval?: number | undefined;
  /** A look failed; the next one reads the same again. Nothing is lost or told twice. */
  onError?: ((error: ColophonError) => void) | undefined;
}

/** What is read, and who is told. */
export interface LogFollower extends FollowOptions {
  address: readonly Address[];
  topics: readonly (Hex | null)[];
  onAdded: (logs: Log[]) => void;
  onRemoved: (logs: Log[]) => void;
}

/** A block as it was when its logs were told. */
interface SeenBlock {
  number: bigint;
  hash: Hex;
  logs: Log[];
}

const DEPTH = 64;
/** Blocks in one request for logs while catching up. */
const RANGE = 2_000n;

/** Follows logs until the returned function is called. */
export function followLogs(client: ColophonClient, follower: LogFollower): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = makeLook(client, follower, () => stopped);
  const run = async () => {
    try {
      await look();
    } catch (error) {
      // A block that was there a moment ago was undone in between: the next look rewinds.
      if (!stopped && !(error instanceof BlockNotFoundError)) follower.onError?.(decodeError(error));
    }
    if (!stopped) timer = setTimeout(run, follower.pollingInterval ?? client.pollingInterval);
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function makeLook(client: ColophonClient, follower: LogFollower, isStopped: () => boolean): () => Promise<void> {
  const { fromBlock, depth = DEPTH } = follower;
  /** The latest blocks told of, ascending without gaps. */
  const seen: SeenBlock[] = [];
  let next = fromBlock;

  /** Takes back what is no longer on the chain that ends in `head`. */
  const rewind = async (head: bigint) => {
    for (let last = seen.at(-1); last; last = seen.at(-1)) {
      // A node that lags behind knows nothing of later blocks; that says nothing about them.
      const known = seen.findLast(({ number }) => number <= head);
      if (!known) return;
      const { hash } = await getBlock(client, { blockNumber: known.number });
      if (isStopped() || hash === known.hash) return;
      seen.pop();
      next = last.number;
      if (last.logs.length > 0) follower.onRemoved([...last.logs].reverse());
      if (seen.length === 0) throw tooDeep(depth);
    }
  };

  /** Blocks that are too old to be undone: their logs in ranges, their hashes not at all. */
  const catchUp = async (until: bigint) => {
    while (next !== undefined && next <= until && !isStopped()) {
      const to = next + RANGE - 1n < until ? next + RANGE - 1n : until;
      const logs = await logsOf(client, follower, { fromBlock: numberToHex(next), toBlock: numberToHex(to) });
      if (isStopped()) return;
      if (logs.length > 0) follower.onAdded(logs);
      next = to + 1n;
    }
  };

  const readBlock = async (number: bigint) => {
    const { hash, parentHash } = await getBlock(client, { blockNumber: number });
    const last = seen.at(-1);
    // The chain changed between two requests: the next look rewinds.
    if (last && last.hash !== parentHash) return false;
    const logs = await logsOf(client, follower, { blockHash: hash });
    if (isStopped()) return false;
    seen.push({ number, hash, logs });
    if (seen.length > depth) seen.shift();
    next = number + 1n;
    if (logs.length > 0) follower.onAdded(logs);
    return true;
  };

  return async () => {
    const { number: head } = await getBlock(client);
    if (isStopped()) return;
    if (next === undefined) {
      next = head + 1n;
      // Remembered without its logs, so that undoing it is noticed.
      const { hash } = await getBlock(client, { blockNumber: head });
      seen.push({ number: head, hash, logs: [] });
      return;
    }
    await rewind(head);
    if (seen.length === 0) await catchUp(head - BigInt(depth));
    while (next <= head && !isStopped() && (await readBlock(next)));
  };
}

/** Logs of a range, or of exactly one block, in the order of the chain. */
async function logsOf(
  client: ColophonClient,
  { address, topics }: LogFollower,
  where: { fromBlock: Hex; toBlock: Hex } | { blockHash: Hex },
): Promise<Log[]> {
  const filter = { address: [...address], topics: [...topics], ...where };
  const logs = (await client.request({ method: "eth_getLogs", params: [filter] } as never)) as RpcLog[];
  return logs.map((log) => formatLog(log));
}

function tooDeep(depth: number): ColophonError {
  return new ColophonError(`The chain was undone further back than the last ${depth} blocks.`, {
    code: "network",
    hint: "Start over from an earlier block, with a greater `depth`.",
  });
}
