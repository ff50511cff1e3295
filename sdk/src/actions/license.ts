/** LicenseToken: licenses, access with reasons, delegation. */
import { licenseTokenAbi } from "@colophon-protocol/contracts";
import type { Address, Hex } from "viem";
import { ACCESS_REASONS, type AccessReason, enumName, licenseFlagNames, type Uses, usesBits } from "../core/enums.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import { namesOf, USE_NAMES } from "../formats/terms.js";

const read = /*#__PURE__*/ readsOf(
  "LicenseToken",
  licenseTokenAbi,
  async () => (await import("../errors/hints-licensing.js")).licensingHints,
);

/** A license by its number, from 1. */
export interface LicenseId {
  licenseId: bigint;
}

/** A use of one version of one dataset under a license. */
export interface DatasetAccess extends LicenseId {
  user: Address;
  datasetId: bigint;
  version: number;
  uses: Uses;
}

/** Selects (with licenseId 0 clears) the license that answers `hasValidLicense` for the sender. Emits LicenseActivated. */
export const activateLicense = /*#__PURE__*/ defineWrite({
  contract: "LicenseToken",
  abi: licenseTokenAbi,
  functionName: "activate",
  event: "LicenseActivated",
  args: ({ licenseId, datasetId, version }: LicenseId & { datasetId: bigint; version: number }) => [
    licenseId,
    datasetId,
    version,
  ],
});
/** `activateLicense`, waiting for its receipt. */
export const activateLicenseSync = /*#__PURE__*/ syncOf(activateLicense);

/** Gives access to another address until a time (seconds). Only the holder. Emits AccessDelegated. */
export const delegateAccess = /*#__PURE__*/ defineWrite({
  contract: "LicenseToken",
  abi: licenseTokenAbi,
  functionName: "delegate",
  event: "AccessDelegated",
  args: ({ licenseId, delegate, until }: LicenseId & { delegate: Address; until: number }) => [
    licenseId,
    delegate,
    until,
  ],
});
/** `delegateAccess`, waiting for its receipt. */
export const delegateAccessSync = /*#__PURE__*/ syncOf(delegateAccess);

/** Takes delegated access back. Only the holder. Emits DelegationEnded. */
export const undelegateAccess = /*#__PURE__*/ defineWrite({
  contract: "LicenseToken",
  abi: licenseTokenAbi,
  functionName: "undelegate",
  event: "DelegationEnded",
  args: ({ licenseId, delegate }: LicenseId & { delegate: Address }) => [licenseId, delegate],
});
/** `undelegateAccess`, waiting for its receipt. */
export const undelegateAccessSync = /*#__PURE__*/ syncOf(undelegateAccess);

/** Revokes under terms that allow it, after their notice. Only the dataset's owner. Emits LicenseRevoked. */
export const revokeLicense = /*#__PURE__*/ defineWrite({
  contract: "LicenseToken",
  abi: licenseTokenAbi,
  functionName: "revoke",
  event: "LicenseRevoked",
  args: ({ licenseId }: LicenseId) => [licenseId],
});
/** `revokeLicense`, waiting for its receipt. */
export const revokeLicenseSync = /*#__PURE__*/ syncOf(revokeLicense);

/** Why `user` may (`Granted`) or may not use `version` of the license's dataset for all of `uses` now. */
export const accessOf = /*#__PURE__*/ read({
  functionName: "accessOf",
  args: ({ licenseId, user, version, uses }: LicenseId & { user: Address; version: number; uses: Uses }) => [
    licenseId,
    user,
    version,
    usesBits(uses),
  ],
  result: (access): AccessReason => enumName(ACCESS_REASONS, access),
});

/**
 * The same for any dataset: the license's own, or a component where the version that was sold is a bundle. What key nodes and
 * gateways ask.
 */
export const accessTo = /*#__PURE__*/ read({
  functionName: "accessTo",
  args: ({ licenseId, user, datasetId, version, uses }: DatasetAccess) => [
    licenseId,
    user,
    datasetId,
    version,
    usesBits(uses),
  ],
  result: (access): AccessReason => enumName(ACCESS_REASONS, access),
});

/** True exactly when `accessTo` is Granted for the license that `user` selected with `activateLicense`. */
export const hasValidLicense = /*#__PURE__*/ read({
  functionName: "hasValidLicense",
  args: ({ user, datasetId, version, uses }: { user: Address; datasetId: bigint; version: number; uses: Uses }) => [
    user,
    datasetId,
    version,
    usesBits(uses),
  ],
  result: (valid): boolean => valid,
});

/** A license's head, with uses and flags also by name. Expiry 0 means no end. @throws ColophonError `reverted` when unknown */
export const licenseOf = /*#__PURE__*/ read({
  functionName: "licenseOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (license) => ({
    ...license,
    datasetId: BigInt(license.datasetId),
    useNames: namesOf(license.uses, USE_NAMES),
    flagNames: licenseFlagNames(license.flags),
  }),
});

/** The offer that a license was bought from; zero when unknown. */
export const offerIdOfLicense = /*#__PURE__*/ read({
  functionName: "offerIdOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (offerId): Hex => offerId,
});

/** Whether the license is neither ended, revoked nor expired now (payment standing not asked). */
export const isLicenseLive = /*#__PURE__*/ read({
  functionName: "isLive",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (live): boolean => live,
});

/** The license that `user` selected for a version, 0 when none. */
export const activeLicense = /*#__PURE__*/ read({
  functionName: "activeLicense",
  args: ({ user, datasetId, version }: { user: Address; datasetId: bigint; version: number }) => [
    user,
    datasetId,
    version,
  ],
  result: (licenseId): bigint => licenseId,
});

/** The present holder's delegation to an address: from and until, seconds; zeros when none. */
export const delegationOf = /*#__PURE__*/ read({
  functionName: "delegationOf",
  args: ({ licenseId, delegate }: LicenseId & { delegate: Address }) => [licenseId, delegate],
  result: (delegation) => delegation,
});

/** Whether `user` was holder or delegate without a gap from `from` to `to` (seconds), by stored history. */
export const heldThroughout = /*#__PURE__*/ read({
  functionName: "heldThroughout",
  args: ({ licenseId, user, from, to }: LicenseId & { user: Address; from: number; to: number }) => [
    licenseId,
    user,
    from,
    to,
  ],
  result: (held): boolean => held,
});

/** Whether the license cannot be transferred (ERC-5192). */
export const isLicenseLocked = /*#__PURE__*/ read({
  functionName: "locked",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (locked): boolean => locked,
});

/** Number of licenses minted; ids run from 1 to this. */
export const licenseCount = /*#__PURE__*/ read({
  functionName: "licenseCount",
  args: (_: object) => [],
  result: (count): bigint => count,
});

/** The payment rail at an index: its address, whether access asks it live, whether it sells. */
export const railAt = /*#__PURE__*/ read({
  functionName: "railAt",
  args: ({ index }: { index: number }) => [index],
  result: ([rail, live, sells]) => ({ rail, live, sells }),
});
