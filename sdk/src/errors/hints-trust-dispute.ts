import type { ErrorHint } from "./words.js";

/** Errors of DisputeManager and its arbitrators. */
export const trustDisputeHints = {
  Arbitrator_AlreadyAsked: {
    title: "The arbitrator was asked about this round before",
    hint: "Wait for its ruling.",
  },
  Arbitrator_NotAsked: {
    title: "The arbitrator was not asked about this dispute",
    hint: "Refer the dispute first.",
  },
  Arbitrator_NotDisputeManager: {
    title: "Only the dispute manager may ask the arbitrator",
    hint: "Call referDispute or appealDispute instead.",
  },
  CouncilArbitrator_BadCouncil: {
    title: "Members, names or thresholds do not fit",
    hint: "Members ascend and are distinct; more than half must agree. Correct the named part.",
  },
  CouncilArbitrator_Decided: {
    title: "The council has ruled on this",
    hint: "Nothing to do: its vote is over.",
  },
  CouncilArbitrator_NotMember: {
    title: "This account does not sit on the case",
    hint: "A case keeps the members who sat when the council was asked.",
  },
  DisputeManager_AnsweredByChain: {
    title: "The chain itself answers this claim",
    hint: "Ask `checkClaim` how: too old, nothing held, over, ruled already, suspended already, not contested, or unknown.",
  },
  DisputeManager_BadClaim: {
    title: "This cannot be a claim",
    hint: "Correct the named field: reason, id, offer, token or time.",
  },
  DisputeManager_BadEvidence: {
    title: "The chunk's evidence does not hold",
    hint: "Build key, cipher and plain leaf with their proofs again; the named one is wrong.",
  },
  DisputeManager_BadRuling: {
    title: "The ruling orders what this reason does not allow",
    hint: "Leave the named part out; `reliefOf` shows what a claim can give.",
  },
  DisputeManager_BadSettlement: {
    title: "The settlement cannot be carried out",
    hint: "Correct the named part: refund, bond or deadline.",
  },
  DisputeManager_CostNotPaid: {
    title: "The arbitrator asks for more native currency",
    hint: "Send at least what `arbitrationCost` says along.",
  },
  DisputeManager_NoArbitrator: {
    title: "No arbitrator would judge",
    hint: "The offer names none that is listed, and governance set no default; or there is no appeal.",
  },
  DisputeManager_NotAllowed: {
    title: "This account may not do this in this dispute",
    hint: "Send from the claimant, the respondent or the arbitrator, as the call needs.",
  },
  DisputeManager_NotVerifier: {
    title: "Only contracts that prove faults may do this",
    hint: "Bring the evidence to ObjectiveFaults or ServiceChallenges.",
  },
  DisputeManager_NothingDue: {
    title: "Nothing waits to be done with this license",
    hint: "Its money went already, or no ruling is about it.",
  },
  DisputeManager_OutOfBounds: {
    title: "A governed number is out of its bounds",
    hint: "Choose a number within the contract's bounds.",
  },
  DisputeManager_TooEarly: {
    title: "It is too early",
    hint: "Wait until the named second.",
  },
  DisputeManager_TooLate: {
    title: "It is too late",
    hint: "The last second was the named one; conclude the dispute instead.",
  },
  DisputeManager_Unknown: {
    title: "There is no such dispute",
    hint: "Disputes count from 1.",
  },
  DisputeManager_WrongOffer: {
    title: "This is not the offer that the license was bought from",
    hint: "Pass the license's own offer, unchanged; `findOffer` finds it.",
  },
  DisputeManager_WrongPhase: {
    title: "The dispute is in another phase",
    hint: "Read it with `disputeOf`: open, asked, ruled or closed.",
  },
  Erc792Arbitrator_CostNotPaid: {
    title: "The court asks for more native currency",
    hint: "Send at least what `arbitrationCost` says along.",
  },
  ExternalArbitrator_NotOracle: {
    title: "Only the protocol that was asked may answer",
    hint: "Settle the case there: it calls the adapter by itself.",
  },
  ExternalArbitrator_NothingToDeliver: {
    title: "No answer waits to be delivered",
    hint: "It was delivered, refused to say, or has not come yet; `outsideCaseOf` tells which.",
  },
  ExternalArbitrator_TooLittleGas: {
    title: "The answer needs more gas to be delivered",
    hint: "Send the same call again with at least the named gas on top.",
  },
} as const satisfies Record<string, ErrorHint>;
