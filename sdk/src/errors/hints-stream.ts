import type { ErrorHint } from "./words.js";

/** Errors of StreamRail, LiveStreamRail and their vaults. */
export const streamHints = {
  LiveStreamRail_NothingDue: {
    title: "Nothing was passed on since the last settlement",
    hint: "Settle again once the stream has run for a while.",
  },
  LiveStreamRail_PoolCallFailed: {
    title: "Superfluid refuses the pool",
    hint: "Try again later; nothing was taken.",
  },
  LiveStreamRail_WrongState: {
    title: "The live stream is in another state than this needs",
    hint: "Read it with liveOf: it may be unknown, ended, under notice already or not frozen.",
  },
  LiveVault_NotRail: {
    title: "Only the rail moves what is in a live vault",
    hint: "Call the live stream rail instead.",
  },
  LiveVault_Refused: {
    title: "Superfluid passes nothing on into the pool",
    hint: "Try again once the pool's members are all set.",
  },
  StreamRail_AmountTooHigh: {
    title: "The refund is larger than what the contested epochs hold",
    hint: "Refund at most the amount given as held.",
  },
  StreamRail_BadSignature: {
    title: "The service report is not signed by the offer's provider",
    hint: "Get a service report from the provider that the offer names, or of a key that it registered for receipts; check chain id and license token in its domain.",
  },
  StreamRail_NoEvidenceKept: {
    title: "Nobody on this chain keeps the evidence that the offer names",
    hint: "Choose another proof, or wait until ComputeReceipts or ProofRegistry is deployed here.",
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
  StreamVault_NotDistributor: {
    title: "Only the distributor releases from a vault",
    hint: "Settle the license's stream; the rail has the distributor release.",
  },
  StreamVault_NotTaken: {
    title: "More is released than the rail has taken",
    hint: "Settle the license's stream; only what it concludes can be released.",
  },
  StreamVault_NothingDue: {
    title: "Nothing waits in this vault for the distributor",
    hint: "It was collected already, or the license has no pool that is paid from its vault.",
  },
  StreamVault_NotRail: {
    title: "Only the rail moves what is in a vault",
    hint: "Call the stream rail instead.",
  },
} as const satisfies Record<string, ErrorHint>;
