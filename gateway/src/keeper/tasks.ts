/** What the keeper looks after, and when it looks again; failures wait longer each time. */
import { and, asc, eq, lte, sql } from "drizzle-orm";
import type { Database } from "../db/open.js";
import { keeperCursors, keeperTasks } from "../db/schema.js";

const FIRST_WAIT = 60;
const LONGEST_WAIT = 6 * 3600;

export type TaskKind = "stream" | "live" | "voucher" | "debt";

export class KeeperTasks {
  /** @param now milliseconds */
  constructor(
    private readonly db: Database,
    private readonly now: () => number,
  ) {}

  /** Takes licenses on. */
  async add(kind: TaskKind, licenseIds: readonly bigint[]): Promise<void> {
    if (licenseIds.length === 0) return;
    const rows = licenseIds.map((id) => ({ kind, licenseId: id.toString(), done: false, failures: 0, nextAt: 0 }));
    await this.db.run((db) => db.insert(keeperTasks).values(rows).onConflictDoNothing());
  }

  /** Takes licenses on, each once, also those that were done: they are looked at now. */
  async wake(kind: TaskKind, licenseIds: readonly bigint[]): Promise<void> {
    if (licenseIds.length === 0) return;
    const rows = licenseIds.map((id) => ({ kind, licenseId: id.toString(), done: false, failures: 0, nextAt: 0 }));
    const target = [keeperTasks.kind, keeperTasks.licenseId];
    const set = { done: false, nextAt: 0 };
    await this.db.run((db) => db.insert(keeperTasks).values(rows).onConflictDoUpdate({ target, set }));
  }

  /** Licenses to look at now. */
  async due(kind: TaskKind, limit: number): Promise<bigint[]> {
    const of = and(eq(keeperTasks.kind, kind), eq(keeperTasks.done, false), lte(keeperTasks.nextAt, this.seconds()));
    const rows = await this.db.run((db) =>
      db.select().from(keeperTasks).where(of).orderBy(asc(keeperTasks.nextAt)).limit(limit),
    );
    return rows.map(({ licenseId }) => BigInt(licenseId));
  }

  /** Licenses of a kind that wait after a failure. */
  async waiting(kind: TaskKind): Promise<Set<bigint>> {
    const of = and(eq(keeperTasks.kind, kind), sql`${keeperTasks.nextAt} > ${this.seconds()}`);
    const rows = await this.db.run((db) => db.select().from(keeperTasks).where(of));
    return new Set(rows.map(({ licenseId }) => BigInt(licenseId)));
  }

  /** Licenses that are not done. */
  async count(kind: TaskKind): Promise<number> {
    const of = and(eq(keeperTasks.kind, kind), eq(keeperTasks.done, false));
    return (await this.db.run((db) => db.select().from(keeperTasks).where(of))).length;
  }

  /** Looks again after some seconds. */
  async again(kind: TaskKind, licenseId: bigint, seconds: number): Promise<void> {
    await this.set(kind, licenseId, { failures: 0, nextAt: this.seconds() + seconds, lastError: null });
  }

  /** Leaves a license alone for good. */
  async finish(kind: TaskKind, licenseId: bigint): Promise<void> {
    await this.set(kind, licenseId, { done: true });
  }

  /** Looks again after a wait that doubles with each failure in a row. */
  async fail(kind: TaskKind, licenseId: bigint, why: string): Promise<void> {
    const wait = sql`${this.seconds()} + least(${LONGEST_WAIT}::bigint, ${FIRST_WAIT} * (1::bigint << least(${keeperTasks.failures}, 20)))`;
    const change = { failures: sql`${keeperTasks.failures} + 1`, nextAt: wait, lastError: why.slice(0, 500) };
    await this.set(kind, licenseId, change);
  }

  /** How far a contract's events were read. */
  async cursor(name: string): Promise<bigint | undefined> {
    const rows = await this.db.run((db) => db.select().from(keeperCursors).where(eq(keeperCursors.name, name)));
    return rows[0]?.block;
  }

  async moveCursor(name: string, block: bigint): Promise<void> {
    const target = keeperCursors.name;
    await this.db.run((db) =>
      db.insert(keeperCursors).values({ name, block }).onConflictDoUpdate({ target, set: { block } }),
    );
  }

  private async set(kind: TaskKind, licenseId: bigint, change: object): Promise<void> {
    const of = and(eq(keeperTasks.kind, kind), eq(keeperTasks.licenseId, licenseId.toString()));
    await this.db.run((db) => db.update(keeperTasks).set(change).where(of));
  }

  private seconds(): number {
    return Math.floor(this.now() / 1000);
  }
}
