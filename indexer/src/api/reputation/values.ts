import { db } from "ponder:api";
import { distribution, paymentToken } from "ponder:schema";
import { REPUTATION_V1, type TokenUnits } from "@colophon-protocol/sdk/reputation";
import { eq, sql } from "ponder";
import type { Address } from "viem";
import type { SQL } from "../sql";
import { describeTokens } from "../statements/tokens";

/** What tokens are worth when nobody says otherwise: a whole payment token, or super token of one, is a unit of account. */
async function byDecimals(): Promise<TokenUnits> {
  const rows = await db.select().from(paymentToken).where(eq(paymentToken.allowed, true));
  const tokens = await describeTokens(rows.flatMap(({ token, superToken }) => [token, superToken]));
  return Object.fromEntries(
    tokens.flatMap(({ token, decimals }) =>
      decimals === null ? [] : [[token.toLowerCase(), 10n ** BigInt(decimals)]],
    ),
  );
}

/** `0xtoken=base units in a unit of account`, separated by commas. */
function given(text: string): TokenUnits {
  const pairs = text.split(",").map((pair) => pair.trim().split("="));
  for (const [token, unit] of pairs) {
    if (!/^0x[0-9a-fA-F]{40}$/.test(token ?? "") || !/^[1-9]\d{0,37}$/.test(unit ?? ""))
      throw new Error(
        `COLOPHON_TOKEN_UNITS must be a list of token=unit, separated by commas; it has "${token}=${unit}".`,
      );
  }
  return Object.fromEntries(pairs.map(([token, unit]) => [(token as Address).toLowerCase(), BigInt(unit as string)]));
}

const configured = process.env.COLOPHON_TOKEN_UNITS ? given(process.env.COLOPHON_TOKEN_UNITS) : null;

/** What tokens are worth here: COLOPHON_TOKEN_UNITS, else by their decimals. */
export const tokenUnits = async (): Promise<TokenUnits> => configured ?? byDecimals();

/** An amount as value: `amount * 1,000,000 / unit`, 0 for tokens without one. */
export function worthOf(amount: SQL, token: SQL, units: TokenUnits): SQL {
  const cases = Object.entries(units).map(
    ([address, unit]) => sql`when ${token} = ${address} then div(${amount} * 1000000, ${unit}::numeric)`,
  );
  return cases.length === 0 ? sql`0::numeric` : sql`case ${sql.join(cases, sql` `)} else 0 end`;
}

/** The part of a release that a fee was paid on. */
export function backed(units: TokenUnits): SQL {
  const value = worthOf(sql`${distribution.amount}`, sql`${distribution.token}`, units);
  const fee = worthOf(sql`${distribution.fee}`, sql`${distribution.token}`, units);
  return sql`least(${value}, div((${fee}) * 10000, ${REPUTATION_V1.referenceFeeBps}::numeric))`;
}
