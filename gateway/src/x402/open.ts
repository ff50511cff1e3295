import type { Logger } from "pino";
import { createPublicClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { ChainReader } from "../chain/reader.js";
import type { GatewayConfig } from "../config.js";
import type { Database } from "../db/open.js";
import { DEFAULT_KEEPER } from "../keeper/config.js";
import { KeeperMetrics } from "../keeper/metrics.js";
import { bareChain, TransactionSender } from "../keeper/sender.js";
import type { Metrics } from "../metrics.js";
import { Facilitator } from "./facilitator.js";

/** Seconds for which a buyer waits for its payment. */
const WAIT_FOR = 60;

/** The facilitator, where there is a key for it: an account of its own, so that nobody else takes its nonces. */
export function openFacilitator(
  { x402Key, chain: { chainId, rpcUrl, rpcTimeoutMs } }: GatewayConfig,
  db: Database,
  chain: ChainReader,
  { registry }: Metrics,
  log: Logger,
  now: () => number,
): Facilitator | undefined {
  if (!x402Key) return undefined;
  const client = createPublicClient({
    chain: bareChain(chainId, rpcUrl),
    transport: http(rpcUrl, { timeout: rpcTimeoutMs }),
    pollingInterval: 500,
  });
  const sender = new TransactionSender({
    db,
    client,
    chainId,
    account: privateKeyToAccount(x402Key),
    config: { ...DEFAULT_KEEPER, key: x402Key, waitFor: WAIT_FOR },
    metrics: new KeeperMetrics(registry),
    log: log.child({ part: "x402" }),
    now,
    signal: new AbortController().signal,
    guard: async () => undefined,
  });
  return new Facilitator(db, chain, client, sender);
}
