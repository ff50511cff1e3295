/** The newest usage voucher of each license. */
import type { Message } from "@colophon-protocol/sdk/formats";
import { and, asc, eq } from "drizzle-orm";
import { type Address, getAddress, type Hex } from "viem";
import type { Database } from "../db/open.js";
import { meterVouchers } from "../db/schema.js";
import { appendEvent } from "../log/store.js";

export interface StoredVoucher {
  voucher: Message<"UsageVoucher">;
  signer: Address;
  signature: Hex;
  receivedAt: number;
  /** Time of the oldest voucher that was kept for the license and not billed when the next one came. */
  waitingSince: number;
}

export class VoucherStore {
  constructor(private readonly db: Database) {}

  /** The newest voucher of a license. */
  async newest(licenseId: bigint): Promise<StoredVoucher | undefined> {
    const of = eq(meterVouchers.licenseId, licenseId.toString());
    const rows = await this.db.run((db) => db.select().from(meterVouchers).where(of));
    return rows[0] && fromRow(rows[0]);
  }

  /** Vouchers that were not seen billed, longest waiting first. */
  async waiting(limit: number): Promise<StoredVoucher[]> {
    const of = eq(meterVouchers.billed, false);
    const rows = await this.db.run((db) =>
      db.select().from(meterVouchers).where(of).orderBy(asc(meterVouchers.waitingSince)).limit(limit),
    );
    return rows.map(fromRow);
  }

  /** Marks a voucher as billed, unless a newer one has come. */
  async markBilled({ voucher, signature }: StoredVoucher): Promise<void> {
    const id = voucher.licenseId.toString();
    const same = and(eq(meterVouchers.licenseId, id), eq(meterVouchers.signature, signature));
    await this.db.run((db) => db.update(meterVouchers).set({ billed: true }).where(same));
  }

  /**
   * Keeps a voucher in the place of `replaced`.
   * @returns false when another voucher came first
   */
  async keep(stored: StoredVoucher, replaced: StoredVoucher | undefined): Promise<boolean> {
    const { licenseId, ...rest } = toRow(stored);
    return this.db.transaction(async (db) => {
      const of = eq(meterVouchers.licenseId, licenseId);
      const [present] = await db.select().from(meterVouchers).where(of).for("update");
      if (present?.signature !== replaced?.signature) return false;
      const kept = present
        ? await db
            .update(meterVouchers)
            .set({ ...rest, billed: false })
            .where(of)
            .returning()
        : await db
            .insert(meterVouchers)
            .values({ licenseId, ...rest })
            .onConflictDoNothing()
            .returning();
      if (kept.length === 0) return false;
      const { sequence, units } = stored.voucher;
      const event = { licenseId, sequence: sequence.toString(), units: units.toString() };
      await appendEvent(db, { type: "metering", ...event }, stored.receivedAt);
      return true;
    });
  }
}

function toRow({ voucher, ...rest }: StoredVoucher): typeof meterVouchers.$inferInsert {
  const { licenseId, units, amount, sequence } = voucher;
  return { ...rest, licenseId: licenseId.toString(), units, amount: amount.toString(), sequence };
}

function fromRow(row: typeof meterVouchers.$inferSelect): StoredVoucher {
  const { licenseId, units, amount, sequence, signer, signature, receivedAt, waitingSince } = row;
  return {
    voucher: { licenseId: BigInt(licenseId), units, amount: BigInt(amount), sequence },
    signer: getAddress(signer),
    signature: signature as Hex,
    receivedAt,
    waitingSince,
  };
}
