import type { Logger } from "pino";
import type { GatewayConfig } from "../config.js";
import type { Database } from "../db/open.js";
import { JobInputs } from "./inputs.js";
import { JobKinds } from "./kinds.js";
import { JobRunner } from "./runner.js";
import { JobService } from "./service.js";
import { JobStore } from "./store.js";

/**
 * The service for jobs, where there is a key that pays for their receipts.
 * @throws GatewayConfigError when a kind cannot be loaded, or it is not known where receipts are recorded
 */
export async function openJobs(
  { jobs, chain: config, limits }: GatewayConfig,
  db: Database,
  parts: ConstructorParameters<typeof JobInputs>[0],
  log: Logger,
  now: () => number,
): Promise<JobService | undefined> {
  if (!jobs) return undefined;
  const inputs = new JobInputs(parts);
  const work = { memory: limits.jobMemory, outputBytes: limits.jobOutputBytes };
  const runner = new JobRunner(parts.chain, inputs, jobs.key, work);
  const kinds = await JobKinds.load(jobs.kinds);
  const store = new JobStore(db, now);
  await store.expire(db.kind === "pglite");
  return new JobService({ chain: config, kinds, inputs, store, runner, limits, log: log.child({ part: "jobs" }), now });
}
