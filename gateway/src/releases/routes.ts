import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Problem } from "../errors.js";
import { clientAddress } from "../http/client-address.js";
import { type GatewayEnv, jsonBody } from "../http/context.js";
import { RateLimiter } from "../rate-limit.js";
import { type KeyReleases, parseSignedRelease } from "./service.js";

/** A statement has about 900 bytes. */
const MAX_BODY = 4096;

/** What the routes need. */
export interface KeyReleaseRoutesOptions {
  keyReleases: KeyReleases;
  /** Statements a minute from one client address. */
  perMinute: number;
  /** Limits count the client that a proxy in front names. */
  trustProxy: boolean;
  now: () => number;
}

/** POST a key node's signed statement about a release, which is its own proof: the log gets an entry of it, once. */
export function keyReleaseRoutes({
  keyReleases,
  perMinute,
  trustProxy,
  now,
}: KeyReleaseRoutesOptions): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const limiter = new RateLimiter(perMinute, now);
  const onError = () => {
    throw new Problem(413, "body_too_large", `A statement has at most ${MAX_BODY} bytes.`, {
      headers: { connection: "close" },
    });
  };
  app.post("/key-releases", bodyLimit({ maxSize: MAX_BODY, onError }), async (c) => {
    const wait = limiter.take(clientAddress(c, trustProxy));
    if (wait > 0) {
      const headers = { "retry-after": String(wait) };
      throw new Problem(429, "rate_limited", `Too many statements; try again in ${wait} s.`, { headers });
    }
    const { releaseHash, isNew } = await keyReleases.submit(parseSignedRelease(await jsonBody(c)));
    return c.json({ releaseHash }, isNew ? 201 : 200);
  });
  return app;
}
