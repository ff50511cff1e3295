import { db } from "ponder:api";
import { distribution, payment, sale } from "ponder:schema";
import type { Period } from "@colophon-protocol/sdk/indexer";
import { and, eq, inArray, lt, not, sql } from "ponder";
import type { Address } from "viem";
import { type InvoiceRows, isBilled, RETURNS } from "./invoice";
import { limited, sumAs, within } from "./limits";

/** Reads what an account's invoice is made of. @throws TooLong */
export async function readInvoiceRows(account: Address, period: Period): Promise<InvoiceRows> {
  const [charged, payments, bought] = await Promise.all([
    db
      .select()
      .from(distribution)
      .where(and(eq(distribution.billedTo, account), within(distribution.at, period)))
      .limit(limited.rows)
      .then(limited),
    db
      .select()
      .from(payment)
      .where(and(eq(payment.account, account), within(payment.at, period)))
      .limit(limited.rows)
      .then(limited)
      .then((rows) => rows.filter(isBilled)),
    db
      .select()
      .from(sale)
      .where(and(eq(sale.payer, account), within(sale.soldAt, period)))
      .limit(limited.rows)
      .then(limited),
  ]);
  const refs = [...new Set([...charged, ...payments, ...bought].map(({ licenseRef }) => licenseRef))];
  const pieces = Array.from({ length: Math.ceil(refs.length / 1000) }, (_, i) => refs.slice(i * 1000, i * 1000 + 1000));
  const parts = await Promise.all(pieces.map((piece) => licensesOf(piece, period)));
  return {
    charged,
    payments,
    bought: bought.map(withPlace),
    sales: parts.flatMap(({ sales }) => sales.map(withPlace)),
    balances: parts.flatMap(({ balances }) => balances),
  };
}

/** Sales of licenses, and what came in, went back and was released of each until the period's end, whoever paid. */
async function licensesOf(refs: string[], { to }: Period) {
  const until = (at: typeof payment.at | typeof distribution.at | typeof sale.soldAt) =>
    to === null ? undefined : lt(at, to);
  const back = inArray(payment.kind, [...RETURNS]);
  const [sales, moved, released] = await Promise.all([
    db.select().from(sale).where(inArray(sale.licenseRef, refs)),
    db
      .select({
        licenseId: payment.licenseId,
        paid: sumAs(payment.amount, and(not(back), not(eq(payment.kind, "RESALE_SOLD")))),
        returned: sumAs(payment.amount, back),
        resold: sumAs(payment.amount, eq(payment.kind, "RESALE")),
      })
      .from(payment)
      .where(and(inArray(payment.licenseRef, refs), until(payment.at)))
      .groupBy(payment.licenseId),
    db
      .select({ licenseId: distribution.licenseId, charged: sql<string>`sum(${distribution.billed})::text` })
      .from(distribution)
      .where(and(inArray(distribution.licenseRef, refs), until(distribution.at)))
      .groupBy(distribution.licenseId),
  ]);
  const balances = sales.map(({ licenseId, amount, soldAt }) => {
    const own = moved.find((row) => row.licenseId === licenseId);
    const due = to === null || soldAt < to ? amount : 0n;
    const charged = released.find((row) => row.licenseId === licenseId)?.charged;
    return {
      licenseId,
      paid: due + BigInt(own?.paid ?? 0),
      returned: BigInt(own?.returned ?? 0),
      charged: BigInt(charged ?? 0) + BigInt(own?.resold ?? 0),
    };
  });
  return { sales, balances };
}

/** A sale's id ends with its place in the block. */
const withPlace = (row: typeof sale.$inferSelect) => ({
  ...row,
  at: row.soldAt,
  logIndex: Number(row.id.slice(row.id.lastIndexOf("-") + 1)),
});
