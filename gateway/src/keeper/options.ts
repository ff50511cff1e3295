/** What every keeper of a rail's licenses needs. */
import type { Logger } from "pino";
import type { Address, PublicClient } from "viem";
import type { LicenseDeals } from "../chain/deals.js";
import type { ChainReader } from "../chain/reader.js";
import type { KeeperMetrics } from "./metrics.js";
import type { TransactionSender } from "./sender.js";
import type { KeeperTasks } from "./tasks.js";

export interface RailKeeperOptions {
  chain: ChainReader;
  client: PublicClient;
  deals: LicenseDeals;
  tasks: KeeperTasks;
  sender: TransactionSender;
  /** Whose licenses are kept. */
  provider: Address;
  metrics: KeeperMetrics;
  log: Logger;
  /** Seconds between two looks at a license. */
  lookEvery: number;
}
