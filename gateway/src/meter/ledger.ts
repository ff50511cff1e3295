/**
 * What was used under metered licenses. Units are reserved before they are served and counted after: a crash in between leaves a
 * reservation, which lapses, so that what was not counted was at most being served. Every use has a key that counts once, so nothing
 * is ever counted twice, whoever repeats it.
 */
import {
  type MeterEvent,
  meterEventData,
  meterEventHash,
  type SignedMeterEvent,
} from "@colophon-protocol/sdk/delivery";
import type { DomainParameters } from "@colophon-protocol/sdk/formats";
import { and, asc, eq, gt, lte } from "drizzle-orm";
import { type Hex, type LocalAccount, zeroHash } from "viem";
import type { Database, Drizzle } from "../db/open.js";
import { meterEvents, meterReservations, meters } from "../db/schema.js";
import { Problem } from "../errors.js";

/** One use of a license. */
export interface Usage {
  licenseId: bigint;
  /** Names what is used, 1 to 200 characters. */
  key: string;
  units: bigint;
}

/** A meter's counts. */
export interface Counts {
  /** Units counted. */
  units: bigint;
  /** Units being served by anyone. */
  reserved: bigint;
  /** Number of the last event, 0 when there is none. */
  sequence: bigint;
}

/** Keeps the counts of all processes on one database. */
export class MeterLedger {
  /**
   * @param ttl seconds after which a reservation that nobody settled lapses
   * @param now milliseconds
   */
  constructor(
    private readonly db: Database,
    private readonly provider: LocalAccount,
    private readonly domain: DomainParameters,
    private readonly ttl: number,
    private readonly now: () => number,
  ) {}

  /**
   * Reserves units for a use that is about to be served.
   * @param check told what would be counted and reserved with it; throws to refuse
   * @returns whether the use was counted before, so that serving it again costs nothing
   */
  async reserve({ licenseId, key, units }: Usage, check: (counts: Counts) => void): Promise<"reserved" | "counted"> {
    const id = licenseId.toString();
    return this.db.transaction(async (db) => {
      const meter = await lockedMeter(db, id);
      if (await findEvent(db, id, key)) return "counted";
      const reserved = await this.liveReservations(db, id, key);
      check({ units: meter.units, sequence: meter.sequence, reserved: reserved + units });
      const expiresAt = this.seconds() + this.ttl;
      await db
        .insert(meterReservations)
        .values({ licenseId: id, key, units, expiresAt })
        .onConflictDoUpdate({
          target: [meterReservations.licenseId, meterReservations.key],
          set: { units, expiresAt },
        });
      return "reserved";
    });
  }

  /**
   * Counts a use that was served, whether its reservation still stands or not; the same event again for the same key.
   * @param time seconds of the chain's clock
   */
  async settle({ licenseId, key, units }: Usage, time: number): Promise<SignedMeterEvent> {
    const id = licenseId.toString();
    return this.db.transaction(async (db) => {
      const meter = await lockedMeter(db, id);
      await db.delete(meterReservations).where(reservation(id, key));
      const known = await findEvent(db, id, key);
      if (known) return fromRow(known);
      return this.append(db, { ...meter, licenseId: id }, { key, units, time });
    });
  }

  /** Gives back what was reserved for a use that was not served. */
  async release({ licenseId, key }: Omit<Usage, "units">): Promise<void> {
    await this.db.run((db) => db.delete(meterReservations).where(reservation(licenseId.toString(), key)));
  }

  /** Units that were reserved for a use and not served yet; undefined without a reservation. */
  async reserved({ licenseId, key }: Omit<Usage, "units">): Promise<bigint | undefined> {
    const at = reservation(licenseId.toString(), key);
    const rows = await this.db.run((db) => db.select().from(meterReservations).where(at));
    return rows[0]?.units;
  }

  /** The event that counted a use; undefined when it was not counted. */
  async eventOf({ licenseId, key }: Omit<Usage, "units">): Promise<SignedMeterEvent | undefined> {
    const row = await this.db.run((db) => findEvent(db, licenseId.toString(), key));
    return row && fromRow(row);
  }

  /** A meter's counts now. */
  async counts(licenseId: bigint): Promise<Counts> {
    const id = licenseId.toString();
    return this.db.run(async (db) => {
      const [meter] = await db.select().from(meters).where(eq(meters.licenseId, id));
      const reserved = await this.liveReservations(db, id);
      return { units: meter?.units ?? 0n, sequence: meter?.sequence ?? 0n, reserved };
    });
  }

  /** Events after a sequence, ascending. */
  async events(licenseId: bigint, after: bigint, limit: number): Promise<SignedMeterEvent[]> {
    const of = and(eq(meterEvents.licenseId, licenseId.toString()), gt(meterEvents.sequence, after));
    const rows = await this.db.run((db) =>
      db.select().from(meterEvents).where(of).orderBy(asc(meterEvents.sequence)).limit(limit),
    );
    return rows.map(fromRow);
  }

  /** Deletes reservations that lapsed. */
  async prune(): Promise<void> {
    await this.db.run((db) => db.delete(meterReservations).where(lte(meterReservations.expiresAt, this.seconds())));
  }

  private async append(
    db: Drizzle,
    meter: typeof meters.$inferSelect,
    use: { key: string; units: bigint; time: number },
  ): Promise<SignedMeterEvent> {
    const event: MeterEvent = {
      licenseId: BigInt(meter.licenseId),
      sequence: meter.sequence + 1n,
      ...use,
      total: meter.units + use.units,
      previous: meter.head as Hex,
    };
    const hash = meterEventHash(this.domain, event);
    const signature = await this.provider.signTypedData(meterEventData(this.domain, event));
    await db.insert(meterEvents).values({ ...event, licenseId: meter.licenseId, hash, signature });
    await db
      .update(meters)
      .set({ units: event.total, sequence: event.sequence, head: hash })
      .where(eq(meters.licenseId, meter.licenseId));
    return { ...event, signature };
  }

  /** Units that others have reserved. Those of `except` are its own. */
  private async liveReservations(db: Drizzle, licenseId: string, except?: string): Promise<bigint> {
    const rows = await db
      .select({ key: meterReservations.key, units: meterReservations.units })
      .from(meterReservations)
      .where(and(eq(meterReservations.licenseId, licenseId), gt(meterReservations.expiresAt, this.seconds())));
    return rows.reduce((sum, { key, units }) => (key === except ? sum : sum + units), 0n);
  }

  private seconds(): number {
    return Math.floor(this.now() / 1000);
  }
}

/** The meter's row, made when missing, locked until the transaction ends. */
async function lockedMeter(db: Drizzle, licenseId: string): Promise<typeof meters.$inferSelect> {
  const read = () => db.select().from(meters).where(eq(meters.licenseId, licenseId)).for("update");
  const [known] = await read();
  if (known) return known;
  await db.insert(meters).values({ licenseId, units: 0n, sequence: 0n, head: zeroHash }).onConflictDoNothing();
  const [made] = await read();
  if (made) return made;
  throw new Problem(503, "database_unavailable", "The meter could not be locked. Try again shortly.");
}

async function findEvent(db: Drizzle, licenseId: string, key: string) {
  const [row] = await db
    .select()
    .from(meterEvents)
    .where(and(eq(meterEvents.licenseId, licenseId), eq(meterEvents.key, key)));
  return row;
}

function reservation(licenseId: string, key: string) {
  return and(eq(meterReservations.licenseId, licenseId), eq(meterReservations.key, key));
}

function fromRow(row: typeof meterEvents.$inferSelect): SignedMeterEvent {
  const { licenseId, sequence, key, units, total, time, previous, signature } = row;
  return {
    licenseId: BigInt(licenseId),
    sequence,
    key,
    units,
    total,
    time,
    previous: previous as Hex,
    signature: signature as Hex,
  };
}
