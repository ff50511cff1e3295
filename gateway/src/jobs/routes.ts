import { Hono } from "hono";
import type { AuthService } from "../auth/service.js";
import { notFound } from "../errors.js";
import { authRequest, type GatewayContext, type GatewayEnv, jsonBody } from "../http/context.js";
import { idempotencyKey } from "./request.js";
import type { JobService } from "./service.js";

const PRIVATE = { "cache-control": "private, no-store" };

/**
 * Jobs: what runs here, for anyone; submit, look at, fetch from and cancel one's own, with a token of any license of the account.
 * @param jobs undefined where none are run
 */
export function jobRoutes(auth: AuthService, jobs: JobService | undefined): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const service = (): JobService => {
    if (jobs) return jobs;
    throw notFound("This gateway runs no jobs: its operator can register kinds of them.");
  };
  const accountOf = async (c: GatewayContext) => (await auth.requireRead(authRequest(c))).sub;
  const idOf = (c: GatewayContext) => c.req.param("job") ?? "";
  app.get("/job-kinds", (c) => c.json({ kinds: service().kinds() }));
  app.post("/jobs", async (c) => {
    const account = await accountOf(c);
    const key = idempotencyKey(c.req.header("idempotency-key"));
    const { job, created } = await service().submit(account, key, await jsonBody(c));
    return c.json(job, created ? 201 : 200, { ...PRIVATE, location: `/v1/jobs/${job.id}` });
  });
  app.get("/jobs/:job", async (c) => c.json(await service().status(await accountOf(c), idOf(c)), 200, PRIVATE));
  app.delete("/jobs/:job", async (c) => c.json(await service().cancel(await accountOf(c), idOf(c)), 200, PRIVATE));
  app.get("/jobs/:job/outputs/:name", async (c) => {
    const bytes = await service().output(await accountOf(c), idOf(c), c.req.param("name") ?? "");
    const headers = { ...PRIVATE, "content-type": "application/octet-stream", "content-disposition": "attachment" };
    return c.body(bytes as Uint8Array<ArrayBuffer>, 200, headers);
  });
  return app;
}
