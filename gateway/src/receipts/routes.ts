import { Hono } from "hono";
import { isOperator } from "../auth/operator.js";
import type { AuthService } from "../auth/service.js";
import { uint, uint256 } from "../delivery/requests.js";
import { Problem } from "../errors.js";
import { authRequest, type GatewayContext, type GatewayEnv } from "../http/context.js";
import type { ReceiptService } from "./service.js";

/**
 * GET the last receipt of a license, POST for one over everything delivered so far. For whoever holds a token for that license, and for
 * the provider's operator (`Authorization: Bearer <operator token>`).
 */
export function receiptRoutes(
  auth: AuthService,
  receipts: ReceiptService,
  operatorToken: string | undefined,
): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const licenseOf = async (c: GatewayContext): Promise<bigint> => {
    const licenseId = uint256(c.req.param("license"), "the license id");
    if (isOperator(c.req.header("authorization"), operatorToken)) return licenseId;
    const capability = await auth.requireRead(authRequest(c));
    if (capability.licenseId === licenseId) return licenseId;
    throw new Problem(403, "not_allowed", `This token is for license ${capability.licenseId}, not ${licenseId}.`);
  };
  const encodingOf = (c: GatewayContext): number | undefined => {
    const text = c.req.query("encoding");
    return text === undefined ? undefined : uint(text, 0xffff, "`encoding`");
  };
  app.get("/licenses/:license/receipt", async (c) => c.json(await receipts.latest(await licenseOf(c), encodingOf(c))));
  app.post("/licenses/:license/receipt", async (c) => c.json(await receipts.issue(await licenseOf(c), encodingOf(c))));
  return app;
}
