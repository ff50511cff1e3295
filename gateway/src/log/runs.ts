/**
 * Brings recorded runs into the provider's log: those under licenses that it serves. The chain is read at confirmation depth, and a
 * stretch of it again at every look, so that a reorganization neither hides a run nor brings it in twice.
 */
import { assuranceOfGrade, type LogEvent } from "@colophon-protocol/sdk/log";
import { and, eq } from "drizzle-orm";
import { zeroHash } from "viem";
import type { ChainReader, RecordedRun } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { deliveries, encodings, loggedRuns } from "../db/schema.js";
import { KeeperTasks } from "../keeper/tasks.js";
import { appendEvent } from "./store.js";

/** Any constant: processes on one database look one after the other. */
const RUNS_LOCK = 7_480_003;
/** Blocks asked for at once. */
const RANGE = 5000n;
/** Blocks that are read again. */
const AGAIN = 64n;

export class RunFollower {
  private readonly cursors: KeeperTasks;
  private readonly cursor: string;
  private running: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** @param onError told of what failed; it is tried again */
  constructor(
    private readonly db: Database,
    private readonly chain: ChainReader,
    private readonly everyMs: number,
    private readonly onError: (error: unknown) => void,
    now: () => number,
  ) {
    this.cursors = new KeeperTasks(db, now);
    this.cursor = `runs ${chain.config.chainId} ${chain.addressOf("proofRegistry")}`;
  }

  /** Looks now and then again and again, until `stop`. */
  start(): void {
    const turn = async () => {
      await this.run().catch(this.onError);
      if (!this.stopped) this.timer = setTimeout(turn, this.everyMs);
    };
    void turn();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** One look, after the one that is under way. @throws Problem 503 when chain or database do not answer */
  run(): Promise<void> {
    const run = this.running.then(async () => {
      await this.db.exclusively(RUNS_LOCK, () => this.look());
    });
    this.running = run.catch(() => undefined);
    return run;
  }

  private async look(): Promise<void> {
    const { block } = await this.chain.confirmed(true);
    const { fromBlock } = this.chain.config;
    const known = await this.cursors.cursor(this.cursor);
    const again = known === undefined ? fromBlock : least(known, block) + 1n - AGAIN;
    for (let from = again < fromBlock ? fromBlock : again; from <= block && !this.stopped; from += RANGE) {
      const to = least(from + RANGE - 1n, block);
      for (const run of await this.chain.runsRecorded(from, to)) await this.take(run, block);
      await this.cursors.moveCursor(this.cursor, to);
    }
  }

  private async take(run: RecordedRun, block: bigint): Promise<void> {
    for (const licenseId of run.licenseIds) {
      const isNews = !(await this.isLogged(run.recordId, licenseId)) && (await this.isServed(licenseId, block));
      if (isNews) await this.log(run, licenseId);
    }
  }

  private async isLogged(recordId: bigint, licenseId: bigint): Promise<boolean> {
    const of = and(eq(loggedRuns.recordId, recordId.toString()), eq(loggedRuns.licenseId, licenseId.toString()));
    return (await this.db.run((db) => db.select().from(loggedRuns).where(of))).length > 0;
  }

  /** Whether something went out under a license here, or the encoding that it names was taken in here. */
  private async isServed(licenseId: bigint, block: bigint): Promise<boolean> {
    const delivered = eq(deliveries.licenseId, licenseId.toString());
    if ((await this.db.run((db) => db.select().from(deliveries).where(delivered).limit(1))).length > 0) return true;
    const license = await this.chain.read("licenseToken", "licenseOf", [licenseId], block);
    if (!license) return false;
    const { datasetId, version, encoding } = license;
    const named = and(
      eq(encodings.datasetId, String(datasetId)),
      eq(encodings.version, version),
      eq(encodings.encoding, encoding),
    );
    return (await this.db.run((db) => db.select().from(encodings).where(named))).length > 0;
  }

  private async log(run: RecordedRun, licenseId: bigint): Promise<void> {
    const time = await this.chain.timeOf(run.block);
    const row = { recordId: run.recordId.toString(), licenseId: licenseId.toString() };
    await this.db.transaction(async (db) => {
      const added = await db.insert(loggedRuns).values(row).onConflictDoNothing().returning();
      if (added.length > 0) await appendEvent(db, eventOf(run, row), time);
    });
  }
}

function eventOf(run: RecordedRun, ids: { recordId: string; licenseId: string }): LogEvent {
  const { runManifestHash, program, grade, attestationDigest, block, transactionHash } = run;
  return {
    ...{ type: "run", ...ids, runManifestHash, statement: "adherence", program, assurance: assuranceOfGrade(grade) },
    ...(attestationDigest === zeroHash ? {} : { receiptId: attestationDigest }),
    ...{ block: Number(block), transactionHash },
  };
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);
