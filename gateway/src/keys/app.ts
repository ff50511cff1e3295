/** HTTP surface of a key node. */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import type { Logger } from "pino";
import type { Address } from "viem";
import { clientAddress } from "../http/client-address.js";
import type { RateLimiter } from "../rate-limit.js";
import { KeyNodeError } from "./errors.js";
import { litEncryptionSign, litError, litHandshake } from "./lit.js";
import type { NodeMetrics } from "./metrics.js";
import { type NodeContext, releaseShare } from "./native.js";
import { publicPart } from "./share-file.js";

export interface AppParts extends NodeContext {
  metrics: NodeMetrics;
  limiter: RateLimiter;
  log: Logger;
  /** Who signs this node's statements. */
  releaseSigner: Address;
  /** URLs under which clients may know this node; known only once it listens. */
  nodeUrls: () => readonly string[];
  /** True from the moment the node was asked to stop. */
  stopping: () => boolean;
}

type Handler = (body: unknown) => Promise<object>;

/** Routes, limits and error answers of a key node. */
export function createKeyNodeApp(parts: AppParts): Hono {
  // Lit's client puts a slash behind its paths.
  const app = new Hono({ strict: false });
  const { config, metrics } = parts;
  app.use(
    "*",
    cors({
      origin: config.corsOrigins.includes("*") ? "*" : config.corsOrigins,
      allowMethods: ["GET", "POST", "OPTIONS"],
      allowHeaders: ["Content-Type", "Accept", "X-Lit-SDK-Version", "X-Lit-SDK-Type", "X-Request-Id"],
      maxAge: 600,
    }),
  );
  app.get("/health", (c) => c.json({ status: "ok", index: parts.signer.node.share.index }));
  app.get("/ready", (c) => readiness(c, parts));
  app.get("/metrics", async (c) =>
    c.text(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType }),
  );
  app.get("/v1/info", (c) =>
    c.json({ ...publicPart(parts.signer.node), chains: [...parts.chains.keys()], releaseSigner: parts.releaseSigner }),
  );

  const native = guarded(parts, "release", (body) => releaseShare(parts, body), nativeError);
  const handshake = guarded(parts, "lit_handshake", () => litHandshake(parts), litError);
  const sign = guarded(parts, "lit_sign", (body) => litEncryptionSign(parts, body, parts.nodeUrls()), litError);
  const limit = (onError: typeof nativeError) =>
    bodyLimit({
      maxSize: config.maxBodyBytes,
      onError: (c) =>
        onError(c, new KeyNodeError("too_large", `The body may have ${config.maxBodyBytes} bytes at most.`)),
    });
  app.post("/v1/release", limit(nativeError), native);
  app.post("/web/handshake", limit(litError), handshake);
  app.post("/web/encryption/sign", limit(litError), sign);
  app.notFound((c) => nativeError(c, new KeyNodeError("not_found", "No such endpoint; see /v1/info.")));
  app.onError((error, c) => {
    parts.log.error({ err: error.message }, "request failed");
    return nativeError(c, new KeyNodeError("internal", "The node failed; its log says why."));
  });
  return app;
}

/** Wraps a handler with the rate limit, JSON parsing, error answers, log and metrics. Bodies are never logged. */
function guarded(
  parts: AppParts,
  endpoint: string,
  handler: Handler,
  onError: (c: Context, error: KeyNodeError) => Response,
): (c: Context) => Promise<Response> {
  return async (c) => {
    const start = performance.now();
    let outcome = "ok";
    try {
      if (parts.stopping()) throw new KeyNodeError("shutting_down", "This node is stopping; ask another.");
      const wait = parts.limiter.take(clientAddress(c, parts.config.trustProxy));
      if (wait > 0) {
        c.header("Retry-After", String(wait));
        throw new KeyNodeError("rate_limited", `Too many requests; try again in ${wait} s.`);
      }
      return c.json(await handler(await readJson(c)));
    } catch (error) {
      const known =
        error instanceof KeyNodeError ? error : new KeyNodeError("internal", "The node failed; its log says why.");
      if (known !== error) parts.log.error({ endpoint, err: (error as Error).message }, "request failed");
      outcome = known.reason ? `${known.code}:${known.reason}` : known.code;
      return onError(c, known);
    } finally {
      const milliseconds = performance.now() - start;
      parts.metrics.record(endpoint, outcome, milliseconds / 1000);
      parts.log.info({ endpoint, outcome, ms: Math.round(milliseconds) }, "answered");
    }
  };
}

async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    throw new KeyNodeError("malformed", "The body is not JSON.");
  }
}

function nativeError(c: Context, error: KeyNodeError): Response {
  const { code, message, reason, status } = error;
  return c.json({ error: { code, message, ...(reason ? { reason } : {}) } }, status);
}

/** Ready means: not stopping, and every chain has a head that may be answered from. */
async function readiness(c: Context, parts: AppParts): Promise<Response> {
  const checks = await Promise.all(
    [...parts.chains.values()].map(async (chain) => {
      try {
        return { chain: chain.name, ok: true, block: String(await chain.confirmedBlock()) };
      } catch (error) {
        return { chain: chain.name, ok: false, code: (error as KeyNodeError).code, message: (error as Error).message };
      }
    }),
  );
  const ready = !parts.stopping() && checks.every((check) => check.ok);
  return c.json({ ready, chains: checks }, ready ? 200 : 503);
}
