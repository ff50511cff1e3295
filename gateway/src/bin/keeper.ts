#!/usr/bin/env node
/** `colophon-keeper`: the keeper alone, beside gateways on the same Postgres. Prints one JSON line when ready; /health and /metrics. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GatewayConfigError, loadConfig } from "../config.js";
import { Keeper } from "../keeper/keeper.js";
import { loadKeeper } from "../keeper/settings.js";
import { createLogger, describeError } from "../logger.js";
import { createServices } from "../services.js";

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const keeperConfig = loadKeeper(process.env);
  if (!keeperConfig)
    throw new GatewayConfigError("COLOPHON_KEEPER_KEY (or _FILE) is missing: it pays the keeper's gas.");
  const log = createLogger(config.logLevel);
  const services = await createServices(
    config,
    () => [],
    (err) => log.error({ err }, "background failure"),
  );
  const keeper = new Keeper(services, keeperConfig, log.child({ part: "keeper" }));
  const server = createServer(async (request, response) => {
    const { registry } = services.metrics;
    if (request.url === "/health") response.end('{"status":"ok"}');
    else if (request.url === "/metrics") {
      response.setHeader("content-type", registry.contentType).end(await registry.metrics());
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(keeperConfig.port, config.host, resolve));
  keeper.start();
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, service: "colophon-keeper", port, pid: process.pid })}\n`);
  const stop = async () => {
    await keeper.stop();
    server.close();
    await services.accounting.close();
    await services.db.close();
    process.exit(0);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

main().catch((error: unknown) => {
  const said = error instanceof GatewayConfigError ? error.message : JSON.stringify(describeError(error));
  process.stderr.write(`colophon-keeper: ${said}\n`);
  process.exit(1);
});
