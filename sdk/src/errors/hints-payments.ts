import type { ErrorHint } from "./words.js";

/** Errors that all rails share, of EscrowRail, of RevenueDistributor and of lists of contributors. */
export const paymentsHints = {
  ContributorList_NotAccount: {
    title: "Only the contributor itself may send its claim elsewhere",
    hint: "Claim to the contributor's account, or let that account send the claim.",
  },
  ContributorList_NotListed: {
    title: "This list does not name the account with these units",
    hint: "Make units and proof with `contributorProof` from the whole list, as its ListCreated event tells it.",
  },
  ContributorList_NothingToClaim: {
    title: "Nothing is due to this contributor in this token",
    hint: "Claim again once more has reached the list; `collectFromList` brings there what waits in pools first.",
  },
  ContributorLists_Count: {
    title: "A list needs at least one and at most the allowed number of contributors",
    hint: "Change the number of contributors, or make several lists: a split can have more than one.",
  },
  ContributorLists_NotSorted: {
    title: "The contributors are not in order",
    hint: "Sort by address, each once, none zero. `sortContributors` of the SDK does it.",
  },
  ContributorLists_ZeroUnits: {
    title: "A contributor has no units",
    hint: "Leave the contributor out, or give it units.",
  },
  EscrowRail_AmountTooHigh: {
    title: "The refund is larger than what is held",
    hint: "Refund at most the amount of the hold.",
  },
  EscrowRail_BadSignature: {
    title: "The receipt is not signed by the offer's provider",
    hint: "Get a delivery receipt from the provider that the offer names, or of a key that it registered for receipts; check chain id and license token in its domain.",
  },
  EscrowRail_EvidenceNeeded: {
    title: "Only the evidence that the offer names releases this money",
    hint: "Record it before the delivery deadline, or let the licensee confirm; without it the money goes back after the deadline.",
  },
  EscrowRail_NoEvidenceKept: {
    title: "No contract on this chain keeps the evidence that the offer names",
    hint: "Name another release condition, or none, until that contract is deployed.",
  },
  EscrowRail_Proven: {
    title: "The money was earned: the evidence that the offer names is on record",
    hint: "Call settle, which releases it; it cannot be refunded by time.",
  },
  PaymentRail_BadTerms: {
    title: "The rail terms are out of bounds",
    hint: "Correct the named field; the payment rail's page says which bounds it keeps.",
  },
  PaymentRail_Frozen: {
    title: "A dispute holds this money",
    hint: "Wait for the dispute to end.",
  },
  PaymentRail_NotAllowed: {
    title: "This account may not do this for the license",
    hint: "Send it from the holder's, the payer's or the arbitrator's account, as the call's documentation says.",
  },
  PaymentRail_NotDisputeManager: {
    title: "Only the dispute manager may do this",
    hint: "Open a dispute instead.",
  },
  PaymentRail_NotMarket: {
    title: "Only the market opens a payment",
    hint: "Buy through LicenseMarket.",
  },
  PaymentRail_NothingToClaim: {
    title: "There is nothing to claim",
    hint: "No payout to this account in this token is waiting.",
  },
  PaymentRail_TooEarly: {
    title: "It is too early",
    hint: "Try again at or after the time given.",
  },
  PaymentRail_TooLate: {
    title: "It is too late",
    hint: "The time for this ended. The rail's states say what can follow.",
  },
  PaymentRail_TransferTax: {
    title: "The token takes a fee on transfer",
    hint: "Less than the bond arrived. Such tokens are refused.",
  },
  PaymentRail_WrongOffer: {
    title: "This is not the offer that the license was bought from",
    hint: "Present the offer whose id the license stores.",
  },
  EscrowRail_WrongReceipt: {
    title: "The receipt does not fit the license",
    hint: "Check the named field: license, dataset, version, encoding and a chunk count above zero.",
  },
  EscrowRail_WrongState: {
    title: "The payment is in another state than this needs",
    hint: "Read the hold: released or refunded money stays so; only delivered money can be contested or settled.",
  },
  RevenueDistributor_ConsentMissing: {
    title: "A contributor's share would drop without consent",
    hint: "Bring that contributor's signed SplitConsent, or keep the share.",
  },
  RevenueDistributor_MemberCount: {
    title: "A split needs at least one and at most the allowed number of members",
    hint: "Change the number of members.",
  },
  RevenueDistributor_MembersNotSorted: {
    title: "The members are not in order",
    hint: "Sort by address, each once, none zero. `sortMembers` of the SDK does it.",
  },
  RevenueDistributor_NoSuperToken: {
    title: "This token cannot be paid through a pool",
    hint: "It has no super token listed. Use another token, or split 0.",
  },
  RevenueDistributor_NotAccount: {
    title: "Only the account itself may send its claim elsewhere",
    hint: "Claim to the account, or let the account send the claim.",
  },
  RevenueDistributor_NotOwner: {
    title: "Only the dataset's owner may do this",
    hint: "Use the account that owns the dataset now.",
  },
  RevenueDistributor_NotRail: {
    title: "Only the license's payment rail distributes",
    hint: "Settle through the rail.",
  },
  RevenueDistributor_NotReceived: {
    title: "The money did not arrive before it was distributed",
    hint: "This is a fault of the payment rail or of the token; report it.",
  },
  RevenueDistributor_NotSelf: {
    title: "Only the contract itself may do this",
    hint: "Settle through the payment rail instead.",
  },
  RevenueDistributor_NothingToPay: {
    title: "There is nothing to pay",
    hint: "Nothing has accrued since the last payment.",
  },
  RevenueDistributor_PoolNotReady: {
    title: "The pool of this split is not complete yet",
    hint: "Call preparePool until all members have their units, then release again.",
  },
  RevenueDistributor_PoolCallFailed: {
    title: "Superfluid refused a call",
    hint: "Look at the pool and the super token; try again.",
  },
  RevenueDistributor_SharesTooHigh: {
    title: "The shares add up to more than 100 %",
    hint: "Lower the shares so that they total at most 10,000 basis points.",
  },
  RevenueDistributor_Suspended: {
    title: "This royalty waits: the version that earned it is suspended",
    hint: "Pay it once the version is reinstated; it keeps accruing until then.",
  },
  RevenueDistributor_UnknownSplit: {
    title: "There is no such split",
    hint: "Splits run from 1 to the dataset's split count; 0 is the owner alone.",
  },
  RevenueDistributor_ZeroShare: {
    title: "A member's share is zero",
    hint: "Leave the member out, or give it a share.",
  },
} as const satisfies Record<string, ErrorHint>;
