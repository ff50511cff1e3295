/** What is paid at purchase, and what a metered offer may take later. */
import { decodeAbiParameters, encodeAbiParameters, type Hex } from "viem";
import { resolveAddress } from "../core/deployment.js";
import { meterAmountFor, meterDeposits, unpackMeterTerms } from "../core/meter-terms.js";
import type { Offer } from "../core/offer.js";
import { RAILS } from "../core/rail-terms.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";
import { approval } from "./parts.js";
import type { Requirement } from "./requirements.js";
import { tokenState } from "./token.js";

const DEPOSIT = [{ type: "uint128" }] as const;

/** Rail data of a metered purchase: the first deposit, base units. */
export function meterRailData(deposit: bigint): Hex {
  return encodeAbiParameters(DEPOSIT, [deposit]);
}

/**
 * Base units that a purchase takes at once, and the rail data that says so: a meter's first deposit, nothing for a stream,
 * the price elsewhere.
 * @throws ColophonError `input` when a deposit is below the offer's minimum, or named where there is none
 */
export function dueAtPurchase(
  offer: Offer,
  { deposit, railData }: { deposit?: bigint; railData?: Hex },
): { due: bigint; railData: Hex } {
  if (offer.rail !== RAILS.meter) {
    if (deposit !== undefined) {
      throw new ColophonError("Only metered offers take a deposit.", { code: "input", hint: "Leave it out." });
    }
    const flows = offer.rail === RAILS.stream || offer.rail === RAILS.live;
    return { due: flows ? 0n : offer.price, railData: railData ?? "0x" };
  }
  const { least, usual } = meterDeposits(offer);
  const named = deposit ?? (railData && railData !== "0x" ? decodeAbiParameters(DEPOSIT, railData)[0] : usual);
  if (named < least) {
    throw new ColophonError(`The first deposit is ${named} base units, the offer asks for at least ${least}.`, {
      code: "input",
      hint: "Deposit more.",
    });
  }
  // Without rail data signatures for exactly the price work too, so it is left out where it says nothing.
  return { due: named, railData: named === usual ? "0x" : meterRailData(named) };
}

/** The allowance that lets the meter rail collect bills of a post-paid offer; empty when it is there, or not wanted. */
export async function billsApproval(
  client: ColophonClient,
  { offer, spendingLimit, deployment }: CallOptions & { offer: Offer; spendingLimit?: bigint },
  payer: Hex,
): Promise<Requirement[]> {
  if (offer.rail !== RAILS.meter) return [];
  const { mode, cap } = unpackMeterTerms(offer.railTerms);
  if (mode !== "Postpaid") return [];
  const limit = spendingLimit ?? meterAmountFor(offer, cap);
  const spender = resolveAddress(client, "MeterRail", { deployment });
  const { allowance } = await tokenState(client, { token: offer.token, account: payer, spender });
  return allowance >= limit ? [] : [approval(offer.token, spender, limit)];
}
