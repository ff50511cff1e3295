import type { ErrorHint } from "./words.js";

/** Errors of StreamRail and its vaults. */
export const streamHints = {
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
} as const satisfies Record<string, ErrorHint>;
