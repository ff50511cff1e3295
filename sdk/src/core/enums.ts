/** Names of the contracts' enums and bits, in their order. Append-only, as on chain. */
import { ColophonError } from "../errors/colophon-error.js";
import { bitsOf, USE_NAMES, type UseName } from "../formats/terms.js";
import { ACCESS_REASONS, type AccessReason } from "../keys/access.js";

export { ACCESS_REASONS, type AccessReason };

/** `IDatasetRegistry.Status`. */
export const VERSION_STATUS = ["None", "Trainable", "Quarantined", "Suspended", "Retired"] as const;
export type VersionStatus = (typeof VERSION_STATUS)[number];

/** `ILicenseMarket.OfferStatus`. */
export const OFFER_STATUS = ["None", "Open", "Closed"] as const;
export type OfferStatus = (typeof OFFER_STATUS)[number];

/** `IEscrowRail.HoldState`. */
export const HOLD_STATE = ["None", "Held", "Delivered", "Contested", "Withdrawing", "Released", "Refunded"] as const;
export type HoldState = (typeof HOLD_STATE)[number];

/** `IPaymentRail.Standing`. */
export const STANDING = ["None", "Current", "Grace", "Lapsed", "Exhausted", "Frozen", "Breach", "Closed"] as const;
export type Standing = (typeof STANDING)[number];

/** Flags of a license head, as in `contracts/types/LicenseHead.sol`. */
export const LICENSE_FLAG_BITS = {
  live: 1,
  "frozen-by-rail": 2,
  ended: 4,
  revoked: 8,
  transferable: 16,
  "later-versions": 32,
  "frozen-by-dispute": 64,
  exclusive: 128,
} as const;
export type LicenseFlag = keyof typeof LICENSE_FLAG_BITS;

/** Name of an enum value; a value that this SDK is too old to know reads as "None", the safe one. */
export function enumName<names extends readonly ["None", ...string[]]>(names: names, value: number): names[number] {
  return names[value] ?? "None";
}

/** Names of the flags of a license head, in the order of the bits. */
export function licenseFlagNames(bits: number): LicenseFlag[] {
  return (Object.keys(LICENSE_FLAG_BITS) as LicenseFlag[]).filter((name) => (bits & LICENSE_FLAG_BITS[name]) !== 0);
}

/** Uses as bits, or by name: `["read-raw", "train"]`. */
export type Uses = number | readonly UseName[];

/**
 * Use bits of a number (as it is) or of names.
 * @throws ColophonError `input` on a name that is no use
 */
export function usesBits(uses: Uses): number {
  if (typeof uses === "number") return uses;
  const unknown = uses.find((name) => !USE_NAMES.includes(name));
  if (unknown === undefined) return bitsOf(uses, USE_NAMES);
  throw new ColophonError(`"${unknown}" is no use.`, {
    code: "input",
    hint: `Expected some of: ${USE_NAMES.join(", ")}.`,
  });
}
