import type { ErrorHint } from "./words.js";

/** Errors of RevenueShareRail. */
export const shareHints = {
  RevenueShareRail_AlreadyAudited: {
    title: "The auditor has spoken of this period before",
    hint: "One audit per period counts.",
  },
  RevenueShareRail_AmountTooHigh: {
    title: "The amount is more than there is",
    hint: "Pay or refund at most what the error names.",
  },
  RevenueShareRail_BadSignature: {
    title: "Not signed by who must sign it",
    hint: "The holder signs a statement, the offer's auditor an audit and what it countersigns; check chain and license too.",
  },
  RevenueShareRail_NothingDue: {
    title: "Nothing is due",
    hint: "There is nothing to settle, remind of, unfreeze or pay now.",
  },
  RevenueShareRail_NotOpen: {
    title: "This license does not pay a share of revenue, or no longer",
    hint: "Use the rail that the license's offer names; what was ended stays ended.",
  },
  RevenueShareRail_WrongStatement: {
    title: "The statement does not fit",
    hint: "Correct the named field: periods are stated in order, in the offer's token, and signed after their end.",
  },
} as const satisfies Record<string, ErrorHint>;
