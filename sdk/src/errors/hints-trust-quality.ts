import type { ErrorHint } from "./words.js";

/** Errors of QualityOracle. */
export const trustQualityHints = {
  QualityOracle_AlreadyScored: {
    title: "The license has its score",
    hint: "The first one is for good.",
  },
  QualityOracle_BadAmount: {
    title: "The amount is zero or more than is free",
    hint: "Take at most what no seat locks.",
  },
  QualityOracle_BadScore: {
    title: "The score is above 10,000",
    hint: "Scores are basis points of the method's scale.",
  },
  QualityOracle_BadSeats: {
    title: "The number of seats is out of bounds",
    hint: "Choose one within the named bounds.",
  },
  QualityOracle_CommitOver: {
    title: "No seats can be taken any more",
    hint: "The seats are full, or the time is over.",
  },
  QualityOracle_LicenseNotLive: {
    title: "The license is not live",
    hint: "Only a live license is scored.",
  },
  QualityOracle_NoChange: {
    title: "This would change nothing",
    hint: "Read the present value.",
  },
  QualityOracle_NoCommitment: {
    title: "There is no commitment",
    hint: "Make one with `qualityCommitment`.",
  },
  QualityOracle_NoMethod: {
    title: "No method is named, or none was declared when the license was bought",
    hint: "Name a method; owners declare theirs before they sell.",
  },
  QualityOracle_NotAccount: {
    title: "Only its holder may do this with the account",
    hint: "Send from the holder; a reporter's account pays only at its own call.",
  },
  QualityOracle_NotOwner: {
    title: "Only the dataset's owner may do this",
    hint: "Send from the owner.",
  },
  QualityOracle_NotParty: {
    title: "Only the license's holder or the dataset's owner may ask",
    hint: "Send from one of the two.",
  },
  QualityOracle_NotReporter: {
    title: "This account may not report here",
    hint: "It is not admitted, or is party to the request.",
  },
  QualityOracle_NotRevealing: {
    title: "It is not the time to reveal",
    hint: "Reveal within the named seconds.",
  },
  QualityOracle_NothingToReveal: {
    title: "This account has nothing to reveal here",
    hint: "It took no seat, or revealed already.",
  },
  QualityOracle_OutOfBounds: {
    title: "A governed number is out of its bounds",
    hint: "Choose a number within the named bounds.",
  },
  QualityOracle_RequestRuns: {
    title: "A request of this side is still open",
    hint: "Settle it first.",
  },
  QualityOracle_RewardTooLow: {
    title: "The reward is too low for so many seats",
    hint: "Pay at least the named amount.",
  },
  QualityOracle_SeatTaken: {
    title: "This reporter has a seat",
    hint: "Each reporter has one.",
  },
  QualityOracle_Settled: {
    title: "The request is settled",
    hint: "Read its score.",
  },
  QualityOracle_StakeTooLow: {
    title: "Too little of the reporter's stake is free",
    hint: "Deposit stake at the oracle first.",
  },
  QualityOracle_TokenNotTaken: {
    title: "Requests are not made in this token",
    hint: "Choose a listed payment token with a stake; ask `qualityTokenTerms`.",
  },
  QualityOracle_TooEarly: {
    title: "The request still runs",
    hint: "Settle it from the named second on.",
  },
  QualityOracle_TransferTax: {
    title: "The token kept a part of the transfer",
    hint: "Tokens that take a fee are not supported.",
  },
  QualityOracle_Unknown: {
    title: "There is no such request",
    hint: "Requests count from 1.",
  },
  QualityOracle_UnknownVersion: {
    title: "There is no such version",
    hint: "Check dataset and version.",
  },
  QualityOracle_WrongReveal: {
    title: "Score and salt are not what was committed to",
    hint: "Reveal exactly what the commitment was made of, as its reporter.",
  },
} as const satisfies Record<string, ErrorHint>;
