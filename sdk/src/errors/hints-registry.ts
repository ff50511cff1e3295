import type { ErrorHint } from "./words.js";

/** Errors of DatasetRegistry and TermsRegistry. */
export const registryHints = {
  DatasetRegistry_AlreadyRetired: {
    title: "This encoding is retired already",
    hint: "Nothing to do: sales of it have stopped. Add a new encoding if the version should sell again.",
  },
  DatasetRegistry_BadSignature: {
    title: "A signature is not of the expected signer",
    hint: "Have the named account sign the message again; check chain id, license token address, number and deadline in it.",
  },
  DatasetRegistry_BundleNeedsGrant: {
    title: "Only the parent's owner can make a link a bundle",
    hint: "Ask the parent's owner for a grant with `bundle` set, or link without `bundle`.",
  },
  DatasetRegistry_DuplicateParent: {
    title: "The same parent is linked twice",
    hint: "Name each parent once; add the shares up if two links were meant.",
  },
  DatasetRegistry_Expired: {
    title: "A signed message is past its deadline",
    hint: "Have it signed again with a later deadline.",
  },
  DatasetRegistry_GrantUsed: {
    title: "This parent grant was used or cancelled",
    hint: "Ask the parent's owner for a grant with another nonce.",
  },
  DatasetRegistry_LicenseDoesNotDerive: {
    title: "The license does not let you derive",
    hint: "Use a live license of the parent whose terms carry `derive` and that the publisher holds, or a grant of the parent's owner.",
  },
  DatasetRegistry_LicenseOfOtherDataset: {
    title: "The license is of another dataset",
    hint: "Name a license of the parent itself.",
  },
  DatasetRegistry_NotOwner: {
    title: "Only the dataset's owner may do this",
    hint: "Use the owner's account; the title may have moved.",
  },
  DatasetRegistry_ShareTooLow: {
    title: "The parent's share is below what its terms ask",
    hint: "Raise the share to at least the required basis points.",
  },
  DatasetRegistry_SharesTooHigh: {
    title: "The parents' shares add up to more than 100 %",
    hint: "Lower the shares so that they total at most 10,000 basis points.",
  },
  DatasetRegistry_StatusChange: {
    title: "This change of status is not allowed",
    hint: "Owners move between Trainable and Quarantined and to Retired; what a guardian set, only governance lifts.",
  },
  DatasetRegistry_TooManyParents: {
    title: "Too many parents",
    hint: "Link at most the number that the registry allows; make an intermediate dataset otherwise.",
  },
  DatasetRegistry_UnknownEncoding: {
    title: "There is no such encoding",
    hint: "Encodings run from 1 to the version's encodingCount; check dataset, version and number.",
  },
  DatasetRegistry_UnknownVersion: {
    title: "There is no such dataset or version",
    hint: "Check the ids; versions run from 1 to the dataset's version count.",
  },
  DatasetRegistry_ZeroField: {
    title: "A required field is empty",
    hint: "Set the named field; roots, hashes, counts and addresses must not be zero.",
  },
  TermsRegistry_BpsTooHigh: {
    title: "A share or royalty is above 100 %",
    hint: "Give basis points, at most 10,000.",
  },
  TermsRegistry_FieldNeedsFlag: {
    title: "A field of the terms needs a flag that is not set",
    hint: "Set the flag, or leave the named field at zero.",
  },
  TermsRegistry_NoDocument: {
    title: "The terms name no document",
    hint: "Set documentHash to the SHA-256 of the canonical terms document.",
  },
  TermsRegistry_NoUse: {
    title: "The terms allow nothing",
    hint: "Set at least one use bit.",
  },
  TermsRegistry_Unknown: {
    title: "These terms are not registered",
    hint: "Register them first; the id follows from the content.",
  },
  TermsRegistry_UnknownBits: {
    title: "The terms set bits that have no meaning",
    hint: "Use only the use and flag bits of the SDK's tables.",
  },
} as const satisfies Record<string, ErrorHint>;
