import type { Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { serve } from "@hono/node-server";
import { type Logger, pino } from "pino";
import type { Address } from "viem";
import { RateLimiter } from "../rate-limit.js";
import { createKeyNodeApp } from "./app.js";
import { ChainReader } from "./chain.js";
import type { KeyNodeConfig } from "./config.js";
import { NodeMetrics } from "./metrics.js";
import { NonceCache } from "./nonces.js";
import { Outbox } from "./outbox.js";
import { releaseAccount } from "./release-key.js";
import { OUTBOX_CAPACITY, ReleaseLog, type ReleaseLogOptions, type SignedRelease } from "./release-log.js";
import type { NodeShare } from "./share-file.js";
import { ShareSigner } from "./signer.js";

export interface KeyNodeOptions {
  config: KeyNodeConfig;
  share: NodeShare;
  /** Clock in milliseconds; the machine's unless told. */
  now?: () => number;
  log?: Logger;
}

export interface RunningKeyNode {
  url: string;
  index: number;
  /** Who signs its statements: gateways are told to take them from it. */
  releaseSigner: Address;
  /** Stops taking requests, lets the open ones finish for up to `graceMs` milliseconds, then closes. */
  close(graceMs?: number): Promise<void>;
}

/** Starts a key node and resolves once it listens. Rejects when the port is taken, or its outbox cannot be written. */
export async function startKeyNode(options: KeyNodeOptions): Promise<RunningKeyNode> {
  const { config, share, now = Date.now } = options;
  const log = options.log ?? createLogger(config.logLevel, share.share.index);
  const chains = new Map(
    Object.entries(config.chains).map(([name, chain]) => [name, new ChainReader(name, chain, now)]),
  );
  const nonces = new NonceCache(now);
  const metrics = new NodeMetrics(share.share.index, chains, nonces);
  const account = releaseAccount(share.share);
  const releases = await openReleaseLogs({ config, share, account, metrics, log, now });
  let stopping = false;
  let urls: string[] = [];
  const app = createKeyNodeApp({
    config,
    chains,
    nonces,
    now,
    log,
    signer: new ShareSigner(share),
    limiter: new RateLimiter(config.rateLimitPerMinute, now),
    metrics,
    releases,
    releaseSigner: account.address,
    nodeUrls: () => urls,
    stopping: () => stopping,
  });
  const server = await listen(app.fetch, config);
  for (const each of releases.values()) each.start();
  const { port } = server.address() as AddressInfo;
  const host = isIPv6(config.host) ? `[${config.host}]` : config.host;
  const url = config.publicUrl ?? `http://${host}:${port}`;
  urls = [...new Set([url, `http://${host}:${port}`])];
  log.info({ url }, "listening");
  return {
    url,
    index: share.share.index,
    releaseSigner: account.address,
    close: async (graceMs = 5000) => {
      if (stopping) return;
      stopping = true;
      await closeServer(server, graceMs);
      await Promise.all([...releases.values()].map((each) => each.close()));
      log.info("stopped");
    },
  };
}

/** One for each chain whose releases somebody is told of. */
async function openReleaseLogs({
  config,
  share,
  ...common
}: Pick<KeyNodeOptions, "config" | "share"> & Pick<ReleaseLogOptions, "account" | "metrics" | "log" | "now">): Promise<
  Map<string, ReleaseLog>
> {
  const node = { index: share.share.index, networkKey: share.publicKey };
  const logs = new Map<string, ReleaseLog>();
  for (const [name, chain] of Object.entries(config.chains)) {
    const { gatewayUrl } = chain;
    if (gatewayUrl === undefined) continue;
    const file = `${config.outboxFile}.${encodeURIComponent(name)}`;
    const outbox = await Outbox.open<SignedRelease>(file, OUTBOX_CAPACITY);
    logs.set(name, new ReleaseLog({ ...common, chain, gatewayUrl, node, outbox }));
  }
  return logs;
}

/** Structured log on stderr; stdout belongs to the one ready line. Anything that could be a secret is cut by name. */
function createLogger(level: string, index: number): Logger {
  return pino(
    {
      level,
      base: { service: "colophon-keynode", node: index },
      redact: {
        paths: ["signature", "authSig", "share", "secret", "passphrase", "*.signature", "*.secret"],
        remove: true,
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

function listen(fetch: Parameters<typeof serve>[0]["fetch"], config: KeyNodeConfig): Promise<Server> {
  return new Promise((resolve, reject) => {
    // Replaced globals would break a gateway in the same process, which writes to sockets itself.
    const options = { fetch, hostname: config.host, port: config.port, overrideGlobalObjects: false };
    const server = serve(options, () => resolve(server)) as Server;
    server.requestTimeout = 15_000;
    server.headersTimeout = 10_000;
    server.once("error", reject);
  });
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
