import type { ErrorHint } from "./hints.js";

/** Errors of EscrowRail, RevenueDistributor, ProtocolConfig, KeyNetwork and the factory. */
export const paymentHints = {
  EscrowRail_AmountTooHigh: {
    title: "The refund is larger than what is held",
    hint: "Refund at most the amount of the hold.",
  },
  EscrowRail_BadSignature: {
    title: "The receipt is not signed by the offer's provider",
    hint: "Get a delivery receipt from the provider that the offer names; check chain id and license token in its domain.",
  },
  PaymentRail_BadTerms: {
    title: "The escrow terms are out of bounds",
    hint: "Correct the named field: windows have floors, SLA is at least one hour.",
  },
  PaymentRail_Frozen: {
    title: "A dispute holds this money",
    hint: "Wait for the dispute to end.",
  },
  PaymentRail_NotAllowed: {
    title: "This account may not do this for the license",
    hint: "Confirming is the holder's, contesting the holder's or payer's, ruling the arbitrator's.",
  },
  PaymentRail_NotDisputeManager: {
    title: "Only the dispute manager may do this",
    hint: "Open a dispute instead.",
  },
  PaymentRail_NotMarket: {
    title: "Only the market opens a hold",
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
    hint: "The time for this ended. See the states of a hold for what can follow.",
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
  RevenueDistributor_UnknownSplit: {
    title: "There is no such split",
    hint: "Splits run from 1 to the dataset's split count; 0 is the owner alone.",
  },
  RevenueDistributor_ZeroShare: {
    title: "A member's share is zero",
    hint: "Leave the member out, or give it a share.",
  },
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
  StreamRail_AmountTooHigh: {
    title: "The refund is larger than what the contested epochs hold",
    hint: "Refund at most the amount given as held.",
  },
  StreamRail_BadSignature: {
    title: "The service report is not signed by the offer's provider",
    hint: "Get a service report from the provider that the offer names; check chain id and license token in its domain.",
  },
  StreamRail_NothingDue: {
    title: "All epochs of this license are concluded",
    hint: "Nothing is left to settle; sweep returns what else is in the vault.",
  },
  StreamRail_WrongEpoch: {
    title: "These epochs are not over, or concluded already",
    hint: "Name an end between the two numbers given: epochs are concluded in order, once they are over.",
  },
  StreamRail_WrongRate: {
    title: "The rate cannot be changed so",
    hint: "The payer may raise the rate, the dataset's owner may lower it; reopening needs a flow below the agreed rate.",
  },
  StreamRail_WrongReport: {
    title: "The service report does not fit the license",
    hint: "Check the named field; a report starts at the first epoch that is not concluded.",
  },
  StreamRail_WrongState: {
    title: "The stream is in another state than this needs",
    hint: "Read the stream's flags: it may be unknown, ended, under notice, reported or contested.",
  },
  StreamVault_NotRail: {
    title: "Only the rail moves what is in a vault",
    hint: "Call the stream rail instead.",
  },
  ProtocolConfig_FeeTooHigh: {
    title: "The fee is above the hard cap",
    hint: "Set at most the cap that the contract names.",
  },
  ProtocolConfig_NoChange: {
    title: "This would change nothing",
    hint: "The value is set already.",
  },
  ProtocolConfig_SuperTokenFixed: {
    title: "The super token of a listed token cannot change",
    hint: "Pools exist in it. List another token instead.",
  },
  ProtocolConfig_WrongSuperToken: {
    title: "The super token does not wrap this token",
    hint: "Name the Superfluid wrapper whose underlying token it is.",
  },
  ProtocolConfig_ZeroAddress: {
    title: "An address that must be set is zero",
    hint: "Give the address.",
  },
  KeyNetwork_BadNode: {
    title: "A key node has no operator or endpoint",
    hint: "Complete the node at the position given.",
  },
  KeyNetwork_BadNodeCount: {
    title: "A key network needs at least two nodes and at most the allowed number",
    hint: "Change the number of nodes.",
  },
  KeyNetwork_BadPublicKey: {
    title: "The network's public key is not 48 bytes",
    hint: "Give a compressed BLS12-381 G1 point.",
  },
  KeyNetwork_BadThreshold: {
    title: "The threshold does not fit the number of nodes",
    hint: "Use at least 2 and at most the number of nodes.",
  },
  ColophonFactory_SaltUsed: {
    title: "Something was deployed with this salt already",
    hint: "The address is taken for good; use the contract there, or another salt.",
  },
} as const satisfies Record<string, ErrorHint>;
