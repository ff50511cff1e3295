/** Jobs in the database: what is left of them when their process ends. */
import type { JobReason, JobState, JobStatus } from "@colophon-protocol/sdk/delivery";
import type { JobResult } from "@colophon-protocol/sdk/provenance";
import { and, eq, inArray, lt } from "drizzle-orm";
import type { Database } from "../db/open.js";
import { jobOutputs, jobs } from "../db/schema.js";

/** Seconds after which the process that has a job is taken for dead, unless it says otherwise. */
export const LEASE = 30;
const UNFINISHED: JobState[] = ["queued", "running"];

type Row = typeof jobs.$inferSelect;

/** A job that is about to be kept. */
export type NewJob = Pick<Row, "id" | "account" | "idempotencyKey" | "requestHash" | "manifest">;

/** How a job ended. */
export interface JobEnd {
  state: Exclude<JobState, "queued" | "running">;
  reason?: JobReason;
  result?: JobResult;
  outputs?: ReadonlyMap<string, Uint8Array>;
}

export const INTERRUPTED: JobReason = {
  code: "interrupted",
  detail:
    "The gateway's process ended before the job did, and with it the enclave's key. No result is kept; submit the job again, under a new idempotency key.",
};

export class JobStore {
  /** @param now milliseconds */
  constructor(
    private readonly db: Database,
    private readonly now: () => number,
  ) {}

  /** Keeps a job. @returns whether it is new: another request may have brought the same idempotency key */
  async insert(job: NewJob): Promise<boolean> {
    const at = this.seconds();
    const row = { ...job, state: "queued" as const, submittedAt: at, leaseUntil: at + LEASE };
    const rows = await this.db.run((db) =>
      db.insert(jobs).values(row).onConflictDoNothing().returning({ id: jobs.id }),
    );
    return rows.length === 1;
  }

  /** A job of an account; undefined when there is none, or it is somebody else's. */
  async find(account: string, id: string): Promise<Row | undefined> {
    await this.expire();
    return this.first(and(eq(jobs.id, id), eq(jobs.account, account)));
  }

  async findByKey(account: string, idempotencyKey: string): Promise<Row | undefined> {
    await this.expire();
    return this.first(and(eq(jobs.account, account), eq(jobs.idempotencyKey, idempotencyKey)));
  }

  /** One output; undefined when there is none such. */
  async output(id: string, name: string): Promise<Uint8Array | undefined> {
    const [row] = await this.db.run((db) =>
      db
        .select()
        .from(jobOutputs)
        .where(and(eq(jobOutputs.jobId, id), eq(jobOutputs.name, name))),
    );
    return row && new Uint8Array(Buffer.from(row.content, "base64"));
  }

  async setRunning(id: string): Promise<void> {
    await this.db.run((db) => db.update(jobs).set({ state: "running" }).where(eq(jobs.id, id)));
  }

  /** Ends a job that has not ended. */
  async end(id: string, { state, reason, result, outputs }: JobEnd): Promise<void> {
    const set = { state, reason: reason ?? null, result: result ?? null, endedAt: this.seconds() };
    await this.db.transaction(async (db) => {
      const open = and(eq(jobs.id, id), inArray(jobs.state, UNFINISHED));
      const ended = await db.update(jobs).set(set).where(open).returning({ id: jobs.id });
      if (ended.length === 0 || !outputs) return;
      const rows = [...outputs].map(([name, bytes]) => {
        return { jobId: id, name, content: Buffer.from(bytes).toString("base64") };
      });
      await db.insert(jobOutputs).values(rows);
    });
  }

  /** Says that this process still has these jobs. */
  async renew(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const leaseUntil = this.seconds() + LEASE;
    await this.db.run((db) =>
      db
        .update(jobs)
        .set({ leaseUntil })
        .where(inArray(jobs.id, [...ids])),
    );
  }

  /** Marks what dead processes left. @param all also what is still within its lease: PGlite belongs to one process, which starts */
  async expire(all = false): Promise<void> {
    const left = all
      ? inArray(jobs.state, UNFINISHED)
      : and(inArray(jobs.state, UNFINISHED), lt(jobs.leaseUntil, this.seconds()));
    const set = { state: "interrupted" as const, reason: INTERRUPTED, endedAt: this.seconds() };
    await this.db.run((db) => db.update(jobs).set(set).where(left));
  }

  /** Forgets jobs that ended more than `ttl` seconds ago, with what they made. */
  async prune(ttl: number): Promise<void> {
    await this.expire();
    await this.db.transaction(async (db) => {
      const old = await db
        .delete(jobs)
        .where(lt(jobs.endedAt, this.seconds() - ttl))
        .returning({ id: jobs.id });
      const ids = old.map(({ id }) => id);
      if (ids.length > 0) await db.delete(jobOutputs).where(inArray(jobOutputs.jobId, ids));
    });
  }

  private async first(where: ReturnType<typeof and>): Promise<Row | undefined> {
    const [row] = await this.db.run((db) => db.select().from(jobs).where(where));
    return row;
  }

  private seconds(): number {
    return Math.floor(this.now() / 1000);
  }
}

/** A job as its account is told of it. */
export function statusOf({ id, state, manifest, submittedAt, endedAt, reason, result }: Row): JobStatus {
  return {
    ...{ id, state, simulated: true, manifest, submittedAt },
    ...(endedAt === null ? {} : { endedAt }),
    ...(reason === null ? {} : { reason }),
    ...(result === null ? {} : { result }),
  };
}
