import type { ErrorHint } from "./words.js";

/** Errors of MeterRail. */
export const meterHints = {
  MeterRail_AmountTooHigh: {
    title: "More is asked for than the meter holds",
    hint: "Ask for at most what is funded and not spent.",
  },
  MeterRail_BadSignature: {
    title: "The voucher is not signed by the license's holder",
    hint: "Get a voucher from the present holder; check chain id and license token in its domain.",
  },
  MeterRail_BatchSize: {
    title: "A batch needs at least one voucher and at most the allowed number",
    hint: "Split the batch.",
  },
  MeterRail_Closed: {
    title: "The meter is closed",
    hint: "Buy a new license. Vouchers count until the final window ends; then settle returns the rest.",
  },
  MeterRail_DebtFirst: {
    title: "An earlier holder still owes for this license",
    hint: "Deposit the debt, or settle it once the debtor's allowance is back; then redeem again.",
  },
  MeterRail_DepositTooLow: {
    title: "The first deposit is below the offer's minimum",
    hint: "Put at least the minimum into the rail data, or leave the rail data empty.",
  },
  MeterRail_NoWithdrawal: {
    title: "No withdrawal is thawing",
    hint: "Request one first.",
  },
  MeterRail_NotFrozen: {
    title: "The meter is not frozen",
    hint: "There is no freeze to end.",
  },
  MeterRail_NotSelf: {
    title: "Only the rail itself may do this",
    hint: "Call redeem or redeemMany instead.",
  },
  MeterRail_NothingToSettle: {
    title: "There is nothing to settle",
    hint: "The meter still runs, its final window is not over, or the debtor's allowance pays nothing.",
  },
  MeterRail_OverCap: {
    title: "The voucher is above the license's cap",
    hint: "Bill at most the cap; more use needs another license.",
  },
  MeterRail_OverDeposit: {
    title: "The voucher is above what was deposited",
    hint: "Deposit more, or ask the holder for a voucher within the deposit.",
  },
  MeterRail_OverPrice: {
    title: "The voucher asks for more than the units cost",
    hint: "Ask for at most amountFor(offer, units).",
  },
  MeterRail_Regression: {
    title: "The voucher is below what was billed already",
    hint: "Vouchers are cumulative: units and amount never fall, and one of them rises.",
  },
  MeterRail_StaleVoucher: {
    title: "A newer voucher was redeemed already",
    hint: "Present the newest voucher; each needs a higher sequence.",
  },
  MeterRail_Unknown: {
    title: "This license has no meter",
    hint: "It was bought through another payment rail.",
  },
  MeterRail_WrongPayer: {
    title: "The deposit would belong to somebody else than expected",
    hint: "The license changed hands. Read its meter and name the present payer.",
  },
  MeterRail_ZeroAmount: {
    title: "The amount is zero",
    hint: "Deposit at least one base unit.",
  },
} as const satisfies Record<string, ErrorHint>;
