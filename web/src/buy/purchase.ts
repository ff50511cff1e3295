import {
  meterAmountFor,
  meterDeposits,
  type PrepareBuyParameters,
  type PreparedBuy,
  unitsToBase,
} from "@colophon-protocol/sdk";
import type { OfferEntity } from "@colophon-protocol/sdk/indexer";
import type { Token } from "../data/tokens";
import type { PurchaseSearch } from "../router";
import { amountFrom } from "../ui/amounts";
import { money, period } from "../ui/format";
import { priceInWords, railOf, termsOf } from "./price";

const DAY = 86_400;

/** What a buyer sets with the purchase, base units and days, and the same as `prepareBuy` takes it. */
export interface PurchaseChoices {
  deposit?: bigint;
  limit?: bigint;
  runwayDays?: number;
  /** Why the purchase cannot be made like this. */
  problem?: string;
  parameters: Pick<PrepareBuyParameters, "deposit" | "spendingLimit" | "runway">;
}

/** The choices of an offer's rail: what the URL says, else what is usual. */
export function choicesOf(offer: OfferEntity, search: PurchaseSearch, token: Token): PurchaseChoices {
  const { decimals, symbol } = token;
  const terms = termsOf(offer);
  if (terms?.rail === "stream" || terms?.rail === "live") {
    const runwayDays = search.runway ?? Math.max(1, Math.ceil(terms.period / DAY));
    return { runwayDays, parameters: { runway: runwayDays * DAY } };
  }
  if (terms?.rail !== "meter") return { parameters: {} };
  const { least, usual } = meterDeposits(railOf(offer));
  const deposit = amountFrom(search.deposit ?? "", decimals) ?? usual;
  const problem =
    deposit < least ? { problem: `The first deposit is at least ${money(least, decimals, symbol)}.` } : {};
  if (terms.mode === "Prepaid") return { ...problem, deposit, parameters: { deposit } };
  const limit = amountFrom(search.limit ?? "", decimals) ?? meterAmountFor(railOf(offer), terms.cap);
  return { ...problem, deposit, limit, parameters: { deposit, spendingLimit: limit } };
}

/** The purchase itself, as a step and as a button. */
export function writeOf(offer: OfferEntity, plan: PreparedBuy, token: Token) {
  const amount = (value: bigint) => money(value, token.decimals, token.symbol);
  const terms = termsOf(offer);
  const due = amount(plan.due);
  switch (terms?.rail) {
    case "stream": {
      const locked = amount(unitsToBase(plan.flow?.deposit ?? 0n, token.decimals));
      return {
        title: "Subscribe and receive",
        text: `Your flow of ${priceInWords(offer, amount)} opens, and you receive the license, in one transaction. ${locked} stay locked while it runs and come back when it ends in time; if your money runs out first, they are lost.`,
        button: `Subscribe for ${priceInWords(offer, amount)}`,
      };
    }
    case "live": {
      const buffer = amount(plan.flow?.buffer ?? 0n);
      return {
        title: "Subscribe and receive",
        text: `Your flow of ${priceInWords(offer, amount)} opens and goes straight to the owners, and you receive the license, in one transaction. ${buffer} fill the license's buffer; what is left of it comes back at the end. What was passed on does not.`,
        button: `Subscribe for ${priceInWords(offer, amount)}`,
      };
    }
    case "meter": {
      const deposit = plan.due > 0n ? `You deposit ${due} and receive` : "You receive";
      return {
        title: plan.due > 0n ? "Deposit and receive" : "Receive",
        text: `${deposit} the license, in one transaction. Only what you use and sign for is billed; the rest comes back on request, ${period(terms.thaw)} later.`,
        button: plan.due > 0n ? `Deposit ${due}` : "Take the license",
      };
    }
    case "share": {
      const paid = plan.due > 0n ? `You pay ${due}, the guarantee of the first period, and receive` : "You receive";
      return {
        title: plan.due > 0n ? "Pay and receive" : "Receive",
        text: `${paid} the license, in one transaction. The first statement is due ${period(terms.period + terms.due)} from now.`,
        button: plan.due > 0n ? `Pay ${due}` : "Take the license",
      };
    }
    default:
      return {
        title: "Pay and receive",
        text: `You pay ${due} into escrow and receive the license, in one transaction.`,
        button: `Pay ${due}`,
      };
  }
}
