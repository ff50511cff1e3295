/** The HTTP surface: every route, and what holds for all of them. */
import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { routePath } from "hono/route";
import type { Logger } from "pino";
import { authRoutes } from "../auth/routes.js";
import { deliveryRoutes } from "../delivery/routes.js";
import { ClientGone } from "../delivery/stream.js";
import { notFound, Problem } from "../errors.js";
import { jobRoutes } from "../jobs/routes.js";
import { logRoutes } from "../log/routes.js";
import { VOUCHER_WANTED } from "../meter/delivery.js";
import { meterRoutes } from "../meter/routes.js";
import { publishRoutes } from "../publish/routes.js";
import { receiptRoutes } from "../receipts/routes.js";
import { keyReleaseRoutes } from "../releases/routes.js";
import { encodingRequestRoutes } from "../requests/routes.js";
import type { Services } from "../services.js";
import { sampleRoutes } from "../x402/routes.js";
import { PAYMENT_REQUIRED, PAYMENT_RESPONSE, PAYMENT_SIGNATURE } from "../x402/wire.js";
import { alreadySent, type GatewayContext, type GatewayEnv } from "./context.js";

const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "cross-origin",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
};
const ALLOWED = [
  "authorization",
  "dpop",
  "content-type",
  "range",
  "if-range",
  "if-none-match",
  "idempotency-key",
  PAYMENT_SIGNATURE,
];
const EXPOSED = [
  "etag",
  "content-range",
  "accept-ranges",
  "colophon-proof",
  "retry-after",
  "date",
  "www-authenticate",
  "x-request-id",
  VOUCHER_WANTED,
  PAYMENT_REQUIRED,
  PAYMENT_RESPONSE,
];

/** Builds the app. @param isDraining true once shutdown began */
export function createApp(services: Services, log: Logger, isDraining: () => boolean): Hono<GatewayEnv> {
  const { config, auth, catalog, delivery, blobs, publish, receipts, requests, meter, vouchers, samples, jobs, now } =
    services;
  const app = new Hono<GatewayEnv>();
  app.use(observe(services, log));
  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    await next();
  });
  app.use(
    cors({
      origin: config.corsOrigins.includes("*") ? "*" : config.corsOrigins,
      allowMethods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
      allowHeaders: ALLOWED,
      exposeHeaders: EXPOSED,
      maxAge: 3600,
    }),
  );
  const tooLarge = () => {
    throw new Problem(
      413,
      "body_too_large",
      `The body is too large: at most ${config.limits.maxBodyBytes} bytes are read here.`,
      { headers: { connection: "close" } },
    );
  };
  const limited = bodyLimit({ maxSize: config.limits.maxBodyBytes, onError: tooLarge });
  // Blobs are streamed, and no DELETE reads a body before it knows who asks.
  app.use((c, next) => (["PUT", "DELETE"].includes(c.req.method) ? next() : limited(c, next)));

  operations(app, services, isDraining);
  app.route("/v1", authRoutes(auth, config.trustProxy));
  // Indexers know manifests by an address without version.
  app.get("/manifests/:hash", (c) => c.redirect(`/v1/manifests/${encodeURIComponent(c.req.param("hash"))}`, 308));
  app.route("/v1", deliveryRoutes({ auth, catalog, delivery, requests, blobs, stallMs: config.limits.stallMs }));
  app.route("/v1", publishRoutes(auth, blobs, publish, config.limits));
  app.route("/v1", receiptRoutes(auth, receipts, config.operatorToken));
  app.route("/v1", encodingRequestRoutes(auth, requests, config.operatorToken));
  app.route(
    "/v1",
    meterRoutes({
      auth,
      meter,
      vouchers,
      operatorToken: config.operatorToken,
      vouchersPerMinute: config.limits.vouchersPerMinute,
      trustProxy: config.trustProxy,
      now,
    }),
  );
  app.route("/log", logRoutes(services.log));
  app.route(
    "/v1",
    keyReleaseRoutes({
      keyReleases: services.keyReleases,
      perMinute: config.limits.keyReleasesPerMinute,
      trustProxy: config.trustProxy,
      now,
    }),
  );
  app.route("/v1", sampleRoutes({ auth, samples, blobs, stallMs: config.limits.stallMs }));
  app.route("/v1", jobRoutes(auth, jobs));
  app.notFound((c) =>
    problemAnswer(c as GatewayContext, notFound(`There is no ${c.req.method} ${c.req.path.slice(0, 200)} here.`)),
  );
  app.onError((error, c) => failed(error, c as GatewayContext));
  return app;
}

function operations(app: Hono<GatewayEnv>, { db, chain, auth, metrics }: Services, isDraining: () => boolean): void {
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/ready", async (c) => {
    const state = async (check: Promise<unknown>) =>
      check.then(
        () => "ok",
        (error) => (error as Problem).code ?? "down",
      );
    const [database, head] = await Promise.all([state(db.ping()), state(chain.confirmed())]);
    const ready = !isDraining() && database === "ok" && head === "ok";
    return c.json(
      { status: ready ? "ready" : "not ready", database, chain: head, draining: isDraining() },
      ready ? 200 : 503,
    );
  });
  app.get("/metrics", async (c) =>
    c.text(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType }),
  );
  app.get("/.well-known/jwks.json", (c) => c.json(auth.tokens.jwks, 200, { "cache-control": "public, max-age=300" }));
}

/** One log line and one count per request; nothing of headers, queries or bodies. */
function observe({ metrics }: Services, log: Logger) {
  return async (c: GatewayContext, next: () => Promise<void>): Promise<void> => {
    const started = performance.now();
    const requestId = randomUUID();
    c.set("requestId", requestId);
    c.set("log", log.child({ requestId }));
    c.header("x-request-id", requestId);
    await next();
    const seconds = (performance.now() - started) / 1000;
    const { method, path } = c.req;
    const route = c.res.status === 404 ? "other" : routePath(c, -1);
    const status = c.env.outgoing?.headersSent ? c.env.outgoing.statusCode : c.res.status;
    metrics.requests.inc({ route, method, status });
    metrics.duration.observe({ route }, seconds);
    c.get("log").info({ method, path, status, ms: Math.round(seconds * 1000) }, "request");
  };
}

function failed(error: Error, c: GatewayContext): Response {
  const log = c.get("log");
  if (error instanceof ClientGone) {
    log.debug({ path: c.req.path }, "client went away");
    return alreadySent();
  }
  const problem =
    error instanceof Problem
      ? error
      : new Problem(500, "internal", "The gateway failed. Tell its operator the request id.");
  if (problem.status >= 500) log.error({ err: error }, problem.code);
  else log.info({ code: problem.code, reason: problem.reason }, "refused");
  // The head is out: the connection was cut instead, which tells the client that the answer is not whole.
  return c.env.outgoing?.headersSent ? alreadySent() : problemAnswer(c, problem);
}

function problemAnswer(c: GatewayContext, problem: Problem): Response {
  const headers = { ...problem.headers, "content-type": "application/problem+json", "cache-control": "no-store" };
  const requestId = c.get("requestId");
  return c.body(JSON.stringify({ ...problem.toJSON(), requestId }), problem.status as 400, headers);
}
