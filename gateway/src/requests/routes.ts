import { Hono } from "hono";
import { isOperator } from "../auth/operator.js";
import type { AuthService } from "../auth/service.js";
import { uint, uint256 } from "../delivery/requests.js";
import { badRequest, Problem } from "../errors.js";
import { authRequest, type GatewayContext, type GatewayEnv, jsonBody } from "../http/context.js";
import { parseSignedRequest, signedRequestJson } from "./message.js";
import type { EncodingRequests } from "./service.js";

const PATH = "/licenses/:license/encodings/:encoding";

/**
 * POST a signed EncodingRequest to be served a later encoding, GET the one that stands. With a token of that license; the operator may
 * read, since the provider's receipt is worth nothing on chain without the request.
 */
export function encodingRequestRoutes(
  auth: AuthService,
  requests: EncodingRequests,
  operatorToken: string | undefined,
): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const idOf = (c: GatewayContext) => ({
    licenseId: uint256(c.req.param("license"), "the license id"),
    encoding: uint(c.req.param("encoding"), 0xffff, "the encoding"),
  });
  const requireLicense = async (c: GatewayContext, licenseId: bigint) => {
    const capability = await auth.requireRead(authRequest(c));
    if (capability.licenseId === licenseId) return capability;
    throw new Problem(403, "not_allowed", `This token is for license ${capability.licenseId}, not ${licenseId}.`);
  };
  app.get(PATH, async (c) => {
    const { licenseId, encoding } = idOf(c);
    if (!isOperator(c.req.header("authorization"), operatorToken)) await requireLicense(c, licenseId);
    return c.json(signedRequestJson(await requests.requireStanding(licenseId, encoding)));
  });
  app.post(PATH, async (c) => {
    const { licenseId, encoding } = idOf(c);
    const { sub } = await requireLicense(c, licenseId);
    const signed = parseSignedRequest(await jsonBody(c), sub);
    if (signed.request.licenseId !== licenseId || signed.request.encoding !== encoding) {
      throw badRequest("The request names another license or encoding than the address it was sent to.");
    }
    return c.json(signedRequestJson(await requests.submit(signed)), 201);
  });
  return app;
}
