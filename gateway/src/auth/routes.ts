import { Hono } from "hono";
import { type Address, getAddress, isAddress } from "viem";
import { badRequest } from "../errors.js";
import { clientAddress } from "../http/client-address.js";
import { authRequest, type GatewayContext, type GatewayEnv, jsonBody, stringField } from "../http/context.js";
import type { AuthService } from "./service.js";

const NO_STORE = { "cache-control": "no-store" };

/**
 * Sign-in: challenge → verify (with a DPoP proof) → token; refresh with the token until the session ends.
 * @param trustProxy limits count the client that a proxy in front names
 */
export function authRoutes(auth: AuthService, trustProxy: boolean): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  app.post("/auth/challenge", async (c) => {
    auth.limits.challenge(clientAddress(c, trustProxy), await namedAccount(c));
    return c.json(await auth.signIn.challenge(), 200, NO_STORE);
  });
  app.post("/auth/verify", async (c) => {
    const body = await jsonBody(c);
    const answer = await auth.login(authRequest(c), stringField(body, "message"), stringField(body, "signature"));
    return c.json(answer, 200, NO_STORE);
  });
  app.post("/auth/refresh", async (c) => c.json(await auth.refresh(authRequest(c)), 200, NO_STORE));
  return app;
}

/** The account of a challenge's body, which may be empty. @throws Problem 400 */
async function namedAccount(c: GatewayContext): Promise<Address | undefined> {
  if ((await c.req.text()).trim() === "") return undefined;
  const { account } = await jsonBody(c);
  if (account === undefined) return undefined;
  if (typeof account === "string" && isAddress(account, { strict: false })) return getAddress(account);
  throw badRequest("`account` is not an address: name the account that will sign, or none.");
}
