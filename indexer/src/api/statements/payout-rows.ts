import { db } from "ponder:api";
import {
  contributorList,
  contributorPayout,
  distribution,
  payment,
  payout,
  pool,
  royaltyAccrual,
  split,
  splitMember,
} from "ponder:schema";
import type { Period } from "@colophon-protocol/sdk/indexer";
import { and, eq, exists, gt, inArray, lt, not, sql } from "ponder";
import type { Address } from "viem";
import { limited, type Sql, sumAs, within } from "./limits";
import type { PayoutRows } from "./payouts";
import type { Sums } from "./rows";

/** Reads what an account's payout statement is made of. @throws TooLong */
export async function readPayoutRows(account: Address, period: Period): Promise<PayoutRows> {
  const [owned, pools, payouts, waitingBefore, accrued, royaltiesPaid, bonds, resales, lists] = await Promise.all([
    ownedBy(account, period),
    poolsOf(account, period),
    payoutsTo(account, period),
    waitingBeforeOf(account, period),
    sums(royaltyAccrual, royaltyAccrual.amount, eq(royaltyAccrual.owner, account), period),
    sums(payout, payout.gross, and(eq(payout.account, account), eq(payout.kind, "ROYALTY")), period),
    bondsWonBy(account, period),
    soldBy(account, period),
    listedTo(account, period),
  ]);
  const shared = [...pools, ...payouts.filter(({ kind }) => kind === "CREDIT")];
  const releases = await releasesIn([...new Set(shared.map(({ transactionHash }) => transactionHash))]);
  return { owned, pools, payouts, waitingBefore, accrued, royaltiesPaid, bonds, resales, lists, releases };
}

const ownedBy = async (account: Address, period: Period) =>
  limited(
    await db
      .select()
      .from(distribution)
      .where(and(eq(distribution.owner, account), gt(distribution.toOwner, 0n), within(distribution.at, period)))
      .limit(limited.rows),
  );

const poolsOf = async (account: Address, period: Period) =>
  limited(
    await db
      .select({
        at: payout.at,
        transactionHash: payout.transactionHash,
        logIndex: payout.logIndex,
        superToken: pool.superToken,
        distributed: sql<string>`${payout.distributed}::text`,
        shareBps: splitMember.shareBps,
        totalBps: split.totalBps,
      })
      .from(splitMember)
      .innerJoin(split, eq(split.id, splitMember.splitRef))
      .innerJoin(pool, eq(pool.splitRef, split.id))
      .innerJoin(payout, and(eq(payout.account, pool.pool), eq(payout.kind, "POOL")))
      .where(and(eq(splitMember.account, account), gt(payout.distributed, 0n), within(payout.at, period)))
      .limit(limited.rows),
  ).map((row) => ({ ...row, distributed: BigInt(row.distributed) }));

const payoutsTo = async (account: Address, period: Period) =>
  limited(
    await db
      .select()
      .from(payout)
      .where(and(eq(payout.account, account), within(payout.at, period)))
      .limit(limited.rows),
  );

async function waitingBeforeOf(account: Address, { from }: Period) {
  const added = sumAs(payout.amount, inArray(payout.kind, ["DEFERRED", "CREDIT"]));
  const claimed = sumAs(payout.amount, eq(payout.kind, "CLAIM"));
  const rows = await db
    .select({ source: payout.source, token: payout.token, added, claimed })
    .from(payout)
    .where(and(eq(payout.account, account), inArray(payout.kind, ["DEFERRED", "CREDIT", "CLAIM"]), lt(payout.at, from)))
    .groupBy(payout.source, payout.token);
  return rows.map((row) => ({ ...row, added: BigInt(row.added), claimed: BigInt(row.claimed) }));
}

/** Sums per token of an amount, before a period and within it. */
async function sums(
  table: typeof payout | typeof royaltyAccrual,
  amount: typeof payout.gross | typeof royaltyAccrual.amount,
  of: Sql | undefined,
  { from, to }: Period,
): Promise<Sums[]> {
  const rows = await db
    .select({
      token: table.token,
      before: sumAs(amount, lt(table.at, from)),
      within: sumAs(amount, not(lt(table.at, from))),
    })
    .from(table)
    .where(and(of, to === null ? undefined : lt(table.at, to)))
    .groupBy(table.token);
  return rows.map((row) => ({ ...row, before: BigInt(row.before), within: BigInt(row.within) }));
}

/** A bond that comes back to an account that posted one for the license is no income. */
async function bondsWonBy(account: Address, period: Period) {
  const posted = db
    .select({ one: sql`1` })
    .from(sql`${payment} as posted`)
    .where(sql`posted.kind = 'BOND' and posted.account = ${account} and posted.license_ref = ${payment.licenseRef}`);
  return limited(
    await db
      .select()
      .from(payment)
      .where(
        and(
          eq(payment.account, account),
          eq(payment.kind, "BOND_RETURNED"),
          within(payment.at, period),
          not(exists(posted)),
        ),
      )
      .limit(limited.rows),
  );
}

const soldBy = async (account: Address, period: Period) =>
  limited(
    await db
      .select()
      .from(payment)
      .where(and(eq(payment.account, account), eq(payment.kind, "RESALE_SOLD"), within(payment.at, period)))
      .limit(limited.rows),
  );

/** What lists paid of an account's part, to whomever it had it sent. */
const listedTo = async (account: Address, period: Period) =>
  limited(
    await db
      .select({
        at: contributorPayout.at,
        transactionHash: contributorPayout.transactionHash,
        logIndex: contributorPayout.logIndex,
        datasetId: contributorList.datasetId,
        token: contributorPayout.token,
        amount: contributorPayout.amount,
      })
      .from(contributorPayout)
      .innerJoin(contributorList, eq(contributorList.id, contributorPayout.listRef))
      .where(and(eq(contributorPayout.account, account), within(contributorPayout.at, period)))
      .limit(limited.rows),
  );

/** In pieces, because a statement takes a bounded number of parameters. */
async function releasesIn(hashes: `0x${string}`[]) {
  const pieces = Array.from({ length: Math.ceil(hashes.length / 1000) }, (_, i) =>
    hashes.slice(i * 1000, i * 1000 + 1000),
  );
  const found = await Promise.all(
    pieces.map((piece) => db.select().from(distribution).where(inArray(distribution.transactionHash, piece))),
  );
  return found.flat();
}
