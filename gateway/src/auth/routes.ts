import { Hono } from "hono";
import { authRequest, type GatewayEnv, jsonBody, stringField } from "../http/context.js";
import type { AuthService } from "./service.js";

const NO_STORE = { "cache-control": "no-store" };

/** Sign-in: challenge → verify (with a DPoP proof) → token; refresh with the token until the session ends. */
export function authRoutes(auth: AuthService): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  app.post("/auth/challenge", async (c) => c.json(await auth.signIn.challenge(), 200, NO_STORE));
  app.post("/auth/verify", async (c) => {
    const body = await jsonBody(c);
    const answer = await auth.login(authRequest(c), stringField(body, "message"), stringField(body, "signature"));
    return c.json(answer, 200, NO_STORE);
  });
  app.post("/auth/refresh", async (c) => c.json(await auth.refresh(authRequest(c)), 200, NO_STORE));
  return app;
}
