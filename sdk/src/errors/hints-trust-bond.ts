import type { ErrorHint } from "./words.js";

/** Errors of ProviderBond, ObjectiveFaults, ServiceChallenges, and of the money that trust contracts hold. */
export const trustBondHints = {
  ObjectiveFaults_AlreadyProven: {
    title: "This fork of the log was proven before",
    hint: "Each log and token is slashed once.",
  },
  ObjectiveFaults_BadField: {
    title: "A governed number is out of its bounds",
    hint: "Choose a number within the contract's bounds.",
  },
  ObjectiveFaults_BadProof: {
    title: "The proof does not show the leaf in the tree",
    hint: "Build it again from the leaves that were served and those of the encoding; see the named proof.",
  },
  ObjectiveFaults_BadSignature: {
    title: "The message is not signed by the provider, or its key at that time",
    hint: "Check who signed, the key's dates, chain id and license token.",
  },
  ObjectiveFaults_NoChange: {
    title: "This would change nothing",
    hint: "Read the present value.",
  },
  ObjectiveFaults_NoFault: {
    title: "The evidence shows no fault",
    hint: "What was served is what the encoding has, the heads agree, or the receipt is in time.",
  },
  ObjectiveFaults_TooOld: {
    title: "The message is too old to count",
    hint: "Evidence counts for a limited time; raise a dispute instead.",
  },
  ObjectiveFaults_WrongEvidence: {
    title: "The evidence is of something else",
    hint: "Correct the named part: dataset, provider, origin, size, index or path.",
  },
  ObjectiveFaults_WrongOffer: {
    title: "This is not the offer that the license was bought from",
    hint: "Pass the license's own offer, unchanged; `findOffer` finds it.",
  },
  ProviderBond_AlreadyMarked: {
    title: "The provider was slashed for this license and fault before",
    hint: "Each kind of fault counts once per license: there is nothing to prove again.",
  },
  ProviderBond_BadField: {
    title: "A field is empty or out of its bounds",
    hint: "Set the named field within the contract's bounds.",
  },
  ProviderBond_Imprecise: {
    title: "The delegation is too small to be counted in shares",
    hint: "Delegate more at once.",
  },
  ProviderBond_InUse: {
    title: "All that thawed stands behind allocations or open claims",
    hint: "Ask allocations back first, or wait until the claims end.",
  },
  ProviderBond_KeyUsed: {
    title: "This key was added before, or is the provider's own address",
    hint: "Add a new key: each is added once, and the own address signs anyway.",
  },
  ProviderBond_LessThanAgreed: {
    title: "The call would give less than was agreed to",
    hint: "A slash came in between. Read the account again and agree to the present worth.",
  },
  ProviderBond_LockExists: {
    title: "The claim has a lock already",
    hint: "Nothing to do: each claim locks once.",
  },
  ProviderBond_LockRuns: {
    title: "The lock may not be dropped yet",
    hint: "Wait until the named second, or until its claim ends.",
  },
  ProviderBond_NoChange: {
    title: "This would change nothing",
    hint: "Read the present value.",
  },
  ProviderBond_NoKey: {
    title: "This key does not sign for the provider",
    hint: "Name a key that was added and not revoked.",
  },
  ProviderBond_NoLock: {
    title: "The claim has no lock",
    hint: "Check the claim id; it may have ended.",
  },
  ProviderBond_NotProvider: {
    title: "Only the offer's provider may do this",
    hint: "Send from the account that the offer names as provider.",
  },
  ProviderBond_NotRegistered: {
    title: "The provider has not registered",
    hint: "Register first: payout address, endpoints and accepted terms.",
  },
  ProviderBond_NotVerifier: {
    title: "Only contracts that prove claims may lock and slash",
    hint: "Bring evidence to ObjectiveFaults, ServiceChallenges or DisputeManager.",
  },
  ProviderBond_NothingThawing: {
    title: "Nothing is asked back",
    hint: "Request the withdrawal or deallocation first.",
  },
  ProviderBond_NothingToPay: {
    title: "There is nothing to pay",
    hint: "Wait until something was slashed or rewarded.",
  },
  ProviderBond_StillThawing: {
    title: "It has not thawed yet",
    hint: "Wait until the named second.",
  },
  ProviderBond_TokenNotAccepted: {
    title: "This token is not accepted as bond",
    hint: "Bond an accepted token; ask `bondTokenOf`.",
  },
  ProviderBond_TooMuch: {
    title: "More is asked for than is there",
    hint: "Ask for at most what is available; thawing and locked stake do not count.",
  },
  ProviderBond_WrongLock: {
    title: "The lock is of another provider or token",
    hint: "Check claim id, provider and token.",
  },
  ServiceChallenges_BadAnswer: {
    title: "The answer does not fit the challenge",
    hint: "Correct the named part: chunk, root, leaf or proof.",
  },
  ServiceChallenges_BadField: {
    title: "A governed number is out of its bounds",
    hint: "Choose a number within the contract's bounds.",
  },
  ServiceChallenges_BadRequest: {
    title: "The request does not fit",
    hint: "Correct the named part: chunk, encoding, version, sequence or time of signing.",
  },
  ServiceChallenges_BadSignature: {
    title: "The message is not signed by who must have signed it",
    hint: "Requests are the holder's, answers the provider's or its key's; check chain id and license token.",
  },
  ServiceChallenges_EndsBefore: {
    title: "The license or encoding ends before an answer would be due",
    hint: "It can no longer be challenged; use a fresh encoding, or a dispute.",
  },
  ServiceChallenges_FeeTooHigh: {
    title: "The fee is more than you agreed to",
    hint: "Raise maxFee to what `challengeCost` says, or do not challenge.",
  },
  ServiceChallenges_NoAccess: {
    title: "The license gives no access now",
    hint: "Only live access can be challenged; ask `accessOf` why.",
  },
  ServiceChallenges_NoChange: {
    title: "This would change nothing",
    hint: "Read the present value.",
  },
  ServiceChallenges_Stopped: {
    title: "No challenges can be opened now",
    hint: "A guardian stopped them; raise a dispute instead.",
  },
  ServiceChallenges_TooEarly: {
    title: "The provider still has time to answer",
    hint: "Wait until the named second.",
  },
  ServiceChallenges_TooLate: {
    title: "It is too late to answer",
    hint: "The last second was the named one.",
  },
  ServiceChallenges_TooSoon: {
    title: "This license was challenged too recently",
    hint: "Wait until the named second.",
  },
  ServiceChallenges_WrongOffer: {
    title: "This is not the offer that the license was bought from",
    hint: "Pass the license's own offer, unchanged; `findOffer` finds it.",
  },
  ServiceChallenges_WrongState: {
    title: "The challenge is in another state",
    hint: "Read it with `challengeOf`: it may have been answered or ended.",
  },
  TrustMoney_NotAccount: {
    title: "Only the account itself chooses where its credit goes",
    hint: "Claim to the account itself, or send from it.",
  },
  TrustMoney_NothingToClaim: {
    title: "Nothing waits for this account",
    hint: "Check account and token.",
  },
  TrustMoney_TransferTax: {
    title: "The token kept a part of the transfer",
    hint: "Tokens that take a fee are not supported.",
  },
} as const satisfies Record<string, ErrorHint>;
