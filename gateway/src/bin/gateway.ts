#!/usr/bin/env node
/** `colophon-gateway`: configured by the environment, prints one JSON line when ready, drains on SIGINT and SIGTERM. */
import { GatewayConfigError, loadConfig } from "../config.js";
import { loadKeeper } from "../keeper/settings.js";
import { describeError } from "../logger.js";
import { startGateway } from "../server.js";

try {
  const keeper = loadKeeper(process.env);
  const gateway = await startGateway(loadConfig(process.env), keeper ? { keeper } : {});
  process.stdout.write(`${JSON.stringify({ ready: true, url: gateway.url, port: gateway.port, pid: process.pid })}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, async () => {
      gateway.log.info({ signal }, "draining");
      await gateway.close();
      process.exit(0);
    });
  }
} catch (error) {
  const said =
    error instanceof GatewayConfigError ? error.message : `cannot start: ${JSON.stringify(describeError(error))}`;
  process.stderr.write(`colophon-gateway: ${said}\n`);
  process.exit(1);
}
