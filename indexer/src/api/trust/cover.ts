import { db } from "ponder:api";
import { allocation, bondAccount, bondSetting, bondToken, offer } from "ponder:schema";
import { eq, sql } from "ponder";
import type { SQL } from "../sql";

// How far a bond covers an offer: ProviderBond.coverOf as SQL. All rows hold what the contract does; the arithmetic is on whole numbers.

const MOST = sql`(2::numeric ^ 128 - 1)`;
const BPS = sql`10000::numeric`;

/** What the allocation is worth that does not thaw. */
const worth = sql`case
  when ${allocation.epoch} = ${bondAccount.allocationEpoch} and ${bondAccount.allocationShares} > 0
  then div(greatest(${allocation.shares} - ${allocation.thawingShares}, 0) * ${bondAccount.allocated}, ${bondAccount.allocationShares})
  else 0 end`;
const own = sql`greatest(${bondAccount.own} - ${bondAccount.thawing}, 0)`;
const pool = sql`(${bondAccount.delegated} - case when ${bondAccount.shares} = 0 then 0
  else div(${bondAccount.thawingShares} * ${bondAccount.delegated}, ${bondAccount.shares}) end)`;
const coverable = sql`greatest(${own} + least(${pool}, ${own} * ${bondSetting.delegationRatio}) - ${bondAccount.locked}, 0)`;
/** All of it, or its part of what can stand behind offers at all. */
const stands = sql`coalesce(case when ${coverable} < ${bondAccount.allocated}
  then div((${worth}) * ${coverable}, ${bondAccount.allocated}) else ${worth} end, 0)`;
const risk = sql`greatest(least(greatest(${offer.sold}, 1) * ${offer.price}, ${MOST}), coalesce(${allocation.valueAtRisk}, 0))`;
const required = sql`least(coalesce(${bondToken.minimum}, 0)
  + div(${risk} * coalesce(${bondToken.ratioBps}, 0) + ${BPS} - 1, ${BPS}), ${MOST})`;
const cap = sql`coalesce(div((${bondAccount.own} + ${bondAccount.delegated})
  * least(${bondSetting.capFaultsBps}, ${bondSetting.capDisputesBps}), ${BPS}), 0)`;
const perPurchase = sql`least(${offer.price},
  case when ${risk} = 0 then ${stands} else div(${stands} * ${offer.price}, ${risk}) end, ${cap})`;

/** Whether the bond covers the offer, in queries that join `coverTables`. */
export const isCovered: SQL<boolean> = sql<boolean>`(coalesce(${bondToken.accepted}, false) and ${stands} >= ${required})`;

/** What stands behind offers that a condition picks. */
export function coverQuery(where: SQL) {
  return db
    .select({
      id: offer.id,
      offerId: offer.offerId,
      provider: offer.provider,
      token: offer.token,
      price: offer.price,
      allocated: sql<string>`(${stands})::text`,
      required: sql<string>`(${required})::text`,
      perPurchase: sql<string>`(${perPurchase})::text`,
      covered: isCovered,
    })
    .from(offer)
    .leftJoin(allocation, eq(allocation.id, offer.id))
    .leftJoin(bondAccount, eq(bondAccount.id, allocation.accountRef))
    .leftJoin(bondToken, sql`${bondToken.chainId} = ${offer.chainId} and ${bondToken.token} = ${offer.token}`)
    .leftJoin(bondSetting, eq(bondSetting.chainId, offer.chainId))
    .where(where);
}

/** Ids of the datasets that a covered open offer sells. */
export const coveredDatasets = () =>
  db
    .select({ ref: offer.datasetRef })
    .from(offer)
    .innerJoin(allocation, eq(allocation.id, offer.id))
    .innerJoin(bondAccount, eq(bondAccount.id, allocation.accountRef))
    .innerJoin(bondToken, sql`${bondToken.chainId} = ${offer.chainId} and ${bondToken.token} = ${offer.token}`)
    .innerJoin(bondSetting, eq(bondSetting.chainId, offer.chainId))
    .where(sql`${offer.status} = 'OPEN' and ${isCovered}`);
