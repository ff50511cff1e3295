/** Takes jobs, runs so many at once, and tells how they stand. */
import { randomUUID } from "node:crypto";
import type { JobKindDescription, JobStatus } from "@colophon-protocol/sdk/delivery";
import type { Logger } from "pino";
import type { Address } from "viem";
import type { ChainConfig } from "../chain/reader.js";
import { notFound, Problem, unavailable } from "../errors.js";
import { RateLimiter } from "../rate-limit.js";
import type { CheckedInput, JobInputs } from "./inputs.js";
import type { JobKind, JobKinds } from "./kinds.js";
import { type JobRequest, jobRequest, requireOwn } from "./request.js";
import { JobAborted, type JobRunner, type RunningJob, reasonOf } from "./runner.js";
import { INTERRUPTED, type JobEnd, type JobStore, LEASE, statusOf } from "./store.js";

/** Sizes in bytes, times in seconds. */
export interface JobLimits {
  /** Jobs of one account that have not ended, and jobs a minute. */
  jobsPerAccount: number;
  jobsPerMinute: number;
  /** Jobs of this process that run, and that have not ended. */
  jobsAtOnce: number;
  jobsPerProcess: number;
  /** What a job's inputs may have in all. */
  jobInputBytes: number;
  jobSeconds: number;
  /** For which an ended job is kept. */
  jobTtl: number;
}

/** A job of this process that has not ended. */
interface LiveJob extends RunningJob {
  release: () => void;
}

export interface JobServiceOptions {
  chain: ChainConfig;
  kinds: JobKinds;
  inputs: JobInputs;
  store: JobStore;
  runner: JobRunner;
  /** `drainMs`: milliseconds that shutdown waits for receipts that are being recorded. */
  limits: JobLimits & { drainMs: number };
  log: Logger;
  /** Milliseconds. */
  now: () => number;
}

export class JobService {
  private readonly live = new Map<string, LiveJob>();
  private readonly waiting: LiveJob[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly places = new Map<string, number>();
  private readonly rate: RateLimiter;
  private readonly renewal: NodeJS.Timeout;
  private closing = false;

  constructor(private readonly options: JobServiceOptions) {
    const { limits, now, store, log } = options;
    this.rate = new RateLimiter(limits.jobsPerMinute, now);
    const renew = () => store.renew([...this.live.keys()]).catch((err) => log.warn({ err }, "jobs were not renewed"));
    this.renewal = setInterval(renew, (LEASE * 1000) / 3);
    this.renewal.unref();
  }

  kinds(): JobKindDescription[] {
    return this.options.kinds.list();
  }

  /**
   * Takes a job, or finds the one that came under the same idempotency key before.
   * @throws Problem 400, 403, 404, 409, 413, 429 or 503 saying what does not fit
   */
  async submit(account: Address, idempotencyKey: string, body: unknown): Promise<{ job: JobStatus; created: boolean }> {
    const { chain, kinds, store } = this.options;
    const request = jobRequest(body);
    const before = await this.before(account, idempotencyKey, request);
    if (before) return { job: before, created: false };
    requireOwn(request, account, chain);
    const kind = kinds.require(request.manifest);
    const release = this.takePlace(account);
    let job: LiveJob | undefined;
    try {
      const inputs = await this.check(account, request);
      const { manifest, hash: requestHash } = request;
      const id = randomUUID();
      const isNew = await store.insert({ id, account: idOf(account), idempotencyKey, requestHash, manifest });
      if (isNew) job = { ...startOf(id, account, request, kind, inputs), release };
    } finally {
      if (job) this.enqueue(job);
      else release();
    }
    return { job: (await this.before(account, idempotencyKey, request)) as JobStatus, created: job !== undefined };
  }

  /** @throws Problem 404, also for somebody else's */
  async status(account: Address, id: string): Promise<JobStatus> {
    const row = await this.options.store.find(idOf(account), id);
    if (row) return statusOf(row);
    throw notFound("You have no such job here. Ended jobs are forgotten after some time.");
  }

  /** @throws Problem 404 */
  async output(account: Address, id: string, name: string): Promise<Uint8Array> {
    await this.status(account, id);
    const bytes = await this.options.store.output(id, name);
    if (bytes) return bytes;
    throw notFound("The job made no such output: its result lists them, once it is done.");
  }

  /** Ends a job. @throws Problem 404, or 409 when it has ended, is recording its receipt, or runs in another process */
  async cancel(account: Address, id: string): Promise<JobStatus> {
    const { state } = await this.status(account, id);
    const job = this.live.get(id);
    if (!job || job.phase === "recording") {
      const why = job
        ? "its work is done and its receipt is being recorded"
        : `it is ${state}, and not in this process`;
      throw new Problem(409, "conflict", `The job cannot be cancelled: ${why}.`);
    }
    job.abort.abort(new JobAborted("cancelled"));
    const queued = this.waiting.indexOf(job);
    if (queued >= 0) {
      this.waiting.splice(queued, 1);
      await this.end(job, { state: "cancelled" });
    } else await job.ended;
    return this.status(account, id);
  }

  async prune(): Promise<void> {
    await this.options.store.prune(this.options.limits.jobTtl);
  }

  /** Takes no more jobs; ends those at work, and waits for receipts that are being recorded, but not for ever. */
  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.renewal);
    for (const job of this.live.values()) if (job.phase !== "recording") job.abort.abort(new JobAborted("stopped"));
    await Promise.all(
      this.waiting.splice(0).map((job) => this.end(job, { state: "interrupted", reason: INTERRUPTED })),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, this.options.limits.drainMs);
    });
    await Promise.race([Promise.allSettled(this.running), late]).finally(() => clearTimeout(timer));
  }

  /** The job under an idempotency key. @throws Problem 409 when it was asked for with other words */
  private async before(account: Address, key: string, { hash }: JobRequest): Promise<JobStatus | undefined> {
    const row = await this.options.store.findByKey(idOf(account), key);
    if (row && row.requestHash !== hash)
      throw new Problem(409, "conflict", "This idempotency key stands for another job: send a new one.");
    return row && statusOf(row);
  }

  private async check(account: Address, { manifest, inputs }: JobRequest): Promise<CheckedInput[]> {
    const checked: CheckedInput[] = [];
    for (const input of inputs) checked.push(await this.options.inputs.check(account, manifest.purpose, input));
    const bytes = checked.reduce((sum, { served }) => sum + served.row.cipherBytes, 0);
    const most = this.options.limits.jobInputBytes;
    if (bytes <= most) return checked;
    throw new Problem(413, "job_too_large", `The inputs have ${bytes} bytes, a job here may have at most ${most}.`);
  }

  /** @returns gives the place back; calling it again does nothing */
  private takePlace(account: Address): () => void {
    const { jobsPerAccount, jobsPerProcess } = this.options.limits;
    const id = idOf(account);
    const [mine, total] = [this.places.get(id) ?? 0, [...this.places.values()].reduce((sum, each) => sum + each, 0)];
    const tooMany = (code: "too_many_jobs" | "rate_limited", detail: string, seconds: number) =>
      new Problem(429, code, detail, { headers: { "retry-after": String(seconds) } });
    if (mine >= jobsPerAccount)
      throw tooMany("too_many_jobs", `You have ${mine} jobs under way, at most ${jobsPerAccount} at once.`, 10);
    if (this.closing || total >= jobsPerProcess)
      throw unavailable("busy", `The gateway has ${total} jobs under way. Try again later.`);
    const wait = this.rate.take(id);
    if (wait > 0) throw tooMany("rate_limited", `You submitted too many jobs: try again in ${wait} s.`, wait);
    this.places.set(id, mine + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.places.get(id) ?? 1) - 1;
      if (left > 0) this.places.set(id, left);
      else this.places.delete(id);
    };
  }

  private enqueue(job: LiveJob): void {
    this.live.set(job.id, job);
    this.waiting.push(job);
    this.startNext();
  }

  private startNext(): void {
    while (this.running.size < this.options.limits.jobsAtOnce) {
      const job = this.waiting.shift();
      if (!job) return;
      const run = this.run(job).finally(() => {
        this.running.delete(run);
        this.startNext();
      });
      job.ended = run;
      this.running.add(run);
    }
  }

  private async run(job: LiveJob): Promise<void> {
    const { limits, store, runner, log } = this.options;
    const late = setTimeout(() => job.abort.abort(new JobAborted("timeout")), limits.jobSeconds * 1000);
    try {
      await store.setRunning(job.id);
      await this.end(job, { state: "done", ...(await runner.run(job)) });
    } catch (error) {
      if (!(error instanceof JobAborted)) log.info({ err: error, job: job.id }, "a job failed");
      await this.end(job, endOf(error, limits.jobSeconds));
    } finally {
      clearTimeout(late);
    }
  }

  /** What cannot be written now is found by its lease later. */
  private async end(job: LiveJob, end: JobEnd): Promise<void> {
    await this.options.store
      .end(job.id, end)
      .catch((err) => this.options.log.error({ err }, "a job's end was not kept"));
    this.live.delete(job.id);
    job.release();
  }
}

const idOf = (account: Address) => account.toLowerCase();

function startOf(id: string, account: Address, request: JobRequest, kind: JobKind, inputs: CheckedInput[]): RunningJob {
  const { manifest, nonce } = request;
  return { id, account, manifest, nonce, kind, inputs, abort: new AbortController(), phase: "working" };
}

function endOf(error: unknown, seconds: number): JobEnd {
  if (!(error instanceof JobAborted)) return { state: "failed", reason: reasonOf(error) };
  if (error.why === "cancelled") return { state: "cancelled" };
  if (error.why === "stopped") return { state: "interrupted", reason: INTERRUPTED };
  const detail = `The job took longer than ${seconds} s, which is what one may take here.`;
  return { state: "failed", reason: { code: "timeout", detail } };
}
