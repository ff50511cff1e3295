import { parseTilePath } from "@colophon-protocol/sdk/log";
import { Hono } from "hono";
import { notFound } from "../errors.js";
import type { GatewayEnv } from "../http/context.js";
import type { LogService } from "./service.js";

/** The log as C2SP tlog-tiles has it, for anybody: `/checkpoint`, `/tile/…`, and the key that heads are signed with. */
export function logRoutes(log: LogService): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  app.get("/checkpoint", async (c) =>
    c.text(await log.checkpoint(), 200, {
      "cache-control": "public, max-age=1",
      "content-type": "text/plain; charset=utf-8",
    }),
  );
  // Convenient, and no proof of whose log it is: that is what the provider's registered endpoints say.
  app.get("/key", (c) => c.text(`${log.verifierKey}\n`));
  app.get("/tile/*", async (c) => {
    const tile = parseTilePath(c.req.path.slice(c.req.path.indexOf("/tile/") + 1));
    if (!tile)
      throw notFound(
        "This names no tile: expected tile/<level>/<index>[.p/<width>] or tile/entries/<index>[.p/<width>].",
      );
    const bytes = await log.tile(tile);
    return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
      "content-type": "application/octet-stream",
      "cache-control": "public, max-age=31536000, immutable",
    });
  });
  return app;
}
