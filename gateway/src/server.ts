/** One gateway process: listens, prunes, and drains before it ends. */
import type { Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { DestinationStream, Logger } from "pino";
import type { GatewayConfig } from "./config.js";
import { createApp } from "./http/app.js";
import type { KeeperConfig } from "./keeper/config.js";
import { Keeper } from "./keeper/keeper.js";
import { createLogger } from "./logger.js";
import { createServices, type ServiceOverrides, type Services } from "./services.js";

const PRUNE_MS = 60_000;

/** A gateway that listens. */
export interface RunningGateway {
  /** Origin under which it was told to be reached. */
  url: string;
  port: number;
  services: Services;
  log: Logger;
  /** Stops taking requests, lets open streams end, writes the accounting and closes the database. */
  close(): Promise<void>;
}

/**
 * Starts a gateway.
 * @throws when the database, its token key or the port cannot be had
 */
export async function startGateway(
  config: GatewayConfig,
  overrides: ServiceOverrides & { logDestination?: DestinationStream; keeper?: KeeperConfig } = {},
): Promise<RunningGateway> {
  const log = createLogger(config.logLevel, overrides.logDestination);
  let origins: string[] = config.publicUrl ? [config.publicUrl] : [];
  const services = await createServices(
    config,
    () => origins,
    (err) => log.error({ err }, "background failure"),
    overrides,
    log,
  );
  let draining = false;
  const app = createApp(services, log, () => draining);
  const { tls } = config;
  const scheme = tls ? "https" : "http";
  const server = createAdaptorServer({
    fetch: app.fetch,
    ...(tls ? { createServer: createTlsServer } : {}),
    // Its own Response class would try to answer again where a handler wrote to the socket itself.
    overrideGlobalObjects: false,
    serverOptions: { requestTimeout: 120_000, headersTimeout: 15_000, ...tls },
  }) as Server;
  const port = await listen(server, config).catch(async (error) => {
    await services.jobs?.close();
    await services.accounting.close();
    await services.db.close();
    throw error;
  });
  if (origins.length === 0) origins = [`${scheme}://${config.host}:${port}`, `${scheme}://localhost:${port}`];
  const pruning = setInterval(() => prune(services, log), PRUNE_MS);
  const keeper = overrides.keeper && new Keeper(services, overrides.keeper, log.child({ part: "keeper" }));
  keeper?.start();
  services.runs?.start();
  let closed: Promise<void> | undefined;
  const close = async () => {
    draining = true;
    clearInterval(pruning);
    await Promise.all([
      keeper?.stop(),
      services.runs?.stop(),
      services.jobs?.close(),
      drain(server, config.limits.drainMs),
    ]);
    await services.accounting.close().catch((err) => log.error({ err }, "accounting was not written"));
    await services.db.close();
  };
  return {
    url: origins[0] as string,
    port,
    services,
    log,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function listen(server: Server, { host, port }: GatewayConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function drain(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function prune({ auth, meter, jobs }: Services, log: Logger): Promise<void> {
  try {
    await auth.signIn.prune();
    await auth.dpop.prune();
    await meter.ledger.prune();
    await jobs?.prune();
  } catch (err) {
    log.warn({ err }, "old challenges, proofs, reservations and jobs were not deleted");
  }
}
