import type { ErrorHint } from "./words.js";

/** Errors of LicenseMarket and LicenseToken. */
export const licensingHints = {
  LicenseMarket_BulkSize: {
    title: "A bulk purchase must have between one and the allowed number of entries",
    hint: "Split the purchases into several calls.",
  },
  LicenseMarket_DueMismatch: {
    title: "The signed amount is not what the rail takes",
    hint: "Sign for exactly what is due now, or pay from an allowance.",
  },
  LicenseMarket_EncodingNotForSale: {
    title: "The encoding of this offer does not sell",
    hint: "It was retired or another provider serves it. Ask the seller for an offer of a live encoding.",
  },
  LicenseMarket_ExclusivelyLicensed: {
    title: "Somebody holds an exclusive license of this version",
    hint: "Wait until that license ends, or choose another version. Of a bundle, the version named is one of its components.",
  },
  LicenseMarket_NotCanonical: {
    title: "The offer has bits beyond the width of a field",
    hint: "Encode the offer with its ABI, as `openOffer` does; values must fit their types.",
  },
  LicenseMarket_NotSeller: {
    title: "Only the offer's seller may do this",
    hint: "Use the seller's account, or the account that owns the dataset now.",
  },
  LicenseMarket_NotYetOpen: {
    title: "The offer opens later",
    hint: "Try again at or after the offer's opening time.",
  },
  LicenseMarket_OfferEnded: {
    title: "The offer's time is over",
    hint: "Ask the seller for a new offer.",
  },
  LicenseMarket_OfferExists: {
    title: "This very offer was opened before",
    hint: "Change the salt to open equal conditions again; a closed offer stays closed.",
  },
  LicenseMarket_OfferNotOpen: {
    title: "The offer is not open",
    hint: "It was closed, or differs from what the seller opened. Get the offer again and compare it.",
  },
  LicenseMarket_RailNotForSale: {
    title: "This way of paying takes no new sales",
    hint: "Use an offer on another payment rail.",
  },
  LicenseMarket_PriceChanged: {
    title: "The license is announced at another price",
    hint: "Read the announcement anew with `resaleOf`, and agree to its price if you want it.",
  },
  LicenseMarket_RailDataNotSigned: {
    title: "Rail data can only come from the payer",
    hint: "A Permit2 signature does not cover it: let the signer send the purchase, or leave railData empty.",
  },
  LicenseMarket_SellerNotOwner: {
    title: "The seller does not own the dataset any more",
    hint: "Offers of former owners do not sell. Look for an offer of the present owner.",
  },
  LicenseMarket_SoldOut: {
    title: "All editions are sold",
    hint: "Ask the seller for a new offer.",
  },
  LicenseMarket_TokenNotAllowed: {
    title: "The payment token is not allowed for new sales",
    hint: "Use a token that the protocol configuration lists.",
  },
  LicenseMarket_TransferTax: {
    title: "The token takes a fee on transfer",
    hint: "Such tokens are refused, because less than the price arrives. Use another token.",
  },
  LicenseMarket_UnknownSplit: {
    title: "The offer names a split that does not exist",
    hint: "Create the split first, or use 0 for the owner alone.",
  },
  LicenseMarket_VersionNotForSale: {
    title: "This version does not sell now",
    hint: "It is quarantined, suspended or retired. Look at the version's status.",
  },
  LicenseMarket_WrongOffer: {
    title: "This is not the offer that the license was bought from",
    hint: "Present the offer whose id the license stores.",
  },
  LicenseMarket_ZeroField: {
    title: "A required field of the offer is empty",
    hint: "Set the named field.",
  },
  LicenseToken_AlreadyEnded: {
    title: "The license already ended",
    hint: "Nothing to do: it was ended or revoked before.",
  },
  LicenseToken_BadDelegation: {
    title: "This delegation makes no sense",
    hint: "Name another address than the holder's and an end in the future.",
  },
  LicenseToken_BadRail: {
    title: "The payment rail cannot be added so",
    hint: "Use an unused index above 0 and the address of a contract.",
  },
  LicenseToken_FirstRefusal: {
    title: "The rightsholder has the first refusal of this license",
    hint: "Announce buyer and price with `announceResale`, wait until the rightsholder's time is over, then move it to that buyer while it is open.",
  },
  LicenseToken_Locked: {
    title: "This license cannot be transferred",
    hint: "Its terms do not allow transfer. Delegate access instead.",
  },
  LicenseToken_NoChange: {
    title: "The rail's sales are already as asked",
    hint: "Nothing to do.",
  },
  LicenseToken_NotDatasetOwner: {
    title: "Only the owner of the licensed dataset may do this",
    hint: "Use the account that owns the dataset.",
  },
  LicenseToken_NotHolder: {
    title: "Only the holder of the license may do this",
    hint: "Use the account that holds the license.",
  },
  LicenseToken_NotMarket: {
    title: "Only the market mints licenses",
    hint: "Buy through LicenseMarket.",
  },
  LicenseToken_NotRail: {
    title: "Only the license's payment rail may do this",
    hint: "Use the rail's own functions (confirm, refund, close).",
  },
  LicenseToken_NotRailOrDispute: {
    title: "Only the payment rail or the dispute manager may do this",
    hint: "Contest the payment or open a dispute instead.",
  },
  LicenseToken_NotRegistry: {
    title: "Only the dataset registry may do this",
    hint: "Restrict or reinstate the version at the registry, which tells the licenses.",
  },
  LicenseToken_NotRevocable: {
    title: "The terms do not let the owner revoke",
    hint: "Only terms that carry `revocable` do; otherwise only a refund or a ruling ends a license.",
  },
  LicenseToken_NothingToAnnounce: {
    title: "There is nothing to announce for this license",
    hint: "Its terms give nobody a first refusal, so transfer it directly; or the buyer announced is the zero address.",
  },
  LicenseToken_NothingToTake: {
    title: "No resale of this license waits",
    hint: "None is announced, or the time to take it is over. Read `resaleOf`.",
  },
  LicenseToken_NotTransferableNow: {
    title: "This license cannot be transferred now",
    hint: "It is frozen or has ended.",
  },
  LicenseToken_RailNotForSale: {
    title: "This way of paying takes no new sales",
    hint: "Use an offer on another payment rail.",
  },
  LicenseToken_Unknown: {
    title: "There is no such license",
    hint: "Check the license id and the chain.",
  },
  LicenseToken_WrongDataset: {
    title: "The license does not cover this dataset or version",
    hint: "Activate it for the dataset and version that it licenses.",
  },
} as const satisfies Record<string, ErrorHint>;
