import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { Logger } from "pino";
import type { AuthRequest } from "../auth/service.js";
import { badRequest, Problem } from "../errors.js";

/** What handlers find in Hono's context. */
export interface GatewayEnv {
  Bindings: HttpBindings;
  Variables: { log: Logger; requestId: string };
}

export type GatewayContext = Context<GatewayEnv>;

/** A request as authentication sees it. */
export function authRequest(c: GatewayContext): AuthRequest {
  const { method, path } = c.req;
  return { method, path, authorization: c.req.header("authorization"), dpop: c.req.header("dpop") };
}

/** A JSON object from the body. @throws Problem 400 */
export async function jsonBody(c: GatewayContext): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch((error: unknown) => {
    if (error instanceof Problem) throw error;
    throw new Problem(400, "invalid_json", "The body could not be parsed, expected one JSON object.");
  });
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new Problem(400, "invalid_json", "The body is JSON, but not an object.");
}

/** A string field. @throws Problem 400 */
export function stringField(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value === "string" && value !== "") return value;
  throw badRequest(`\`${name}\` is missing or not a string.`);
}

/** Headers that middleware has set so far, for answers that are written past Hono. */
export function headersSoFar(c: GatewayContext): Record<string, string> {
  return Object.fromEntries(c.res.headers);
}

/** Tells Hono that a handler wrote the answer itself. */
export function alreadySent(): Response {
  return RESPONSE_ALREADY_SENT;
}
