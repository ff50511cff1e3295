/** Finds licenses that an event of a rail names, each block once. */
import type { AbiEvent, PublicClient } from "viem";
import type { ChainReader } from "../chain/reader.js";
import type { KeeperTasks } from "./tasks.js";

/** Blocks asked for at once. */
const RANGE = 5000n;

/** What to look for: an event whose first argument is a license. */
interface Followed {
  /** Names the cursor. */
  name: string;
  contract: "streamRail" | "liveStreamRail" | "meterRail";
  event: AbiEvent;
}

/** Reads a rail's events since last time, up to the confirmed block, and hands the licenses over, range by range. */
export async function followLicenses(
  { chain, client, tasks }: { chain: ChainReader; client: PublicClient; tasks: KeeperTasks },
  { name, contract, event }: Followed,
  take: (licenseIds: readonly bigint[]) => Promise<void>,
): Promise<void> {
  const address = chain.addressOf(contract);
  const cursor = `${name} ${chain.config.chainId} ${address}`;
  const { block } = await chain.confirmed(true);
  let fromBlock = ((await tasks.cursor(cursor)) ?? chain.config.fromBlock - 1n) + 1n;
  for (; fromBlock <= block; fromBlock += RANGE) {
    const toBlock = fromBlock + RANGE - 1n < block ? fromBlock + RANGE - 1n : block;
    const logs = await client.getLogs({ address, event, fromBlock, toBlock, strict: true });
    const ids = logs.map(({ args }) => (args as { licenseId: bigint }).licenseId);
    await take([...new Set(ids)]);
    await tasks.moveCursor(cursor, toBlock);
  }
}
