/** LiveStreamRail: flows that go on to the owners while they come in. Writes present the license's whole offer. */
import { liveStreamRailAbi, liveVaultAbi, streamOffersAbi } from "@colophon-protocol/contracts";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { enumName, STANDING, type Standing } from "../core/enums.js";
import type { Offer } from "../core/offer.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Deal } from "./escrow.js";
import type { LicenseId } from "./license.js";

const hints = async () => {
  const [{ streamHints }, { paymentsHints }] = await Promise.all([
    import("../errors/hints-stream.js"),
    import("../errors/hints-payments.js"),
  ]);
  return { ...paymentsHints, ...streamHints };
};
const read = /*#__PURE__*/ readsOf("LiveStreamRail", liveStreamRailAbi, hints);
const readOffers = /*#__PURE__*/ readsOf("StreamOffers", streamOffersAbi, hints);
const readVault = /*#__PURE__*/ readsOf("LiveVault", liveVaultAbi, hints);

const dealArgs = ({ licenseId, offer }: Deal) => [licenseId, offer] as const;
const licenseArgs = ({ licenseId }: LicenseId) => [licenseId] as const;

/**
 * Books what was passed on, stops what only the buffers pay, and passes on again what flows again. Anyone. Emits Passed,
 * Passing or both: so it has no `Sync` twin.
 */
export const settleLive = /*#__PURE__*/ defineWrite({
  contract: "LiveStreamRail",
  abi: liveStreamRailAbi,
  functionName: "settle",
  event: "Passed",
  args: dealArgs,
});

/** Ends the payer's flow and passing on, and access, until reopened. Only the payer. Emits Passing. */
export const pauseLive = /*#__PURE__*/ defineWrite({
  contract: "LiveStreamRail",
  abi: liveStreamRailAbi,
  functionName: "pause",
  event: "Passing",
  args: dealArgs,
});
/** `pauseLive`, waiting for its receipt. */
export const pauseLiveSync = /*#__PURE__*/ syncOf(pauseLive);

/**
 * Sets the payer's flow by its flow permission, adds `buffer` base units out of an allowance to the rail, and passes on
 * again (`prepareReopenLive` asks for both). Only the payer. Emits Passing, first off and then on: so it has no `Sync` twin.
 */
export const reopenLive = /*#__PURE__*/ defineWrite({
  contract: "LiveStreamRail",
  abi: liveStreamRailAbi,
  functionName: "reopen",
  event: "Passing",
  args: ({ licenseId, offer, buffer = 0n }: Deal & { buffer?: bigint }) => [licenseId, offer, buffer],
});

/**
 * Gives notice, from holder, payer, owner or provider; once it has run, anyone ends the license by the same call.
 * Emits NoticeGiven, LiveEnded or both: so it has no `Sync` twin.
 */
export const closeLive = /*#__PURE__*/ defineWrite({
  contract: "LiveStreamRail",
  abi: liveStreamRailAbi,
  functionName: "close",
  event: "NoticeGiven",
  args: dealArgs,
});

/** After the end: ends a flow that was opened since, and sends what came to the payer. Anyone. Emits LiveEnded. */
export const sweepLive = /*#__PURE__*/ defineWrite({
  contract: "LiveStreamRail",
  abi: liveStreamRailAbi,
  functionName: "sweep",
  event: "LiveEnded",
  args: licenseArgs,
});
/** `sweepLive`, waiting for its receipt. */
export const sweepLiveSync = /*#__PURE__*/ syncOf(sweepLive);

/**
 * Brings what flowed of all live licenses in a super token, but for contributors, to the distributor, where owners and
 * parents claim it. Anyone. Emits CollectorCreated only at the first use: so it has no `Sync` twin.
 */
export const collectLive = /*#__PURE__*/ defineWrite({
  contract: "LiveStreamRail",
  abi: liveStreamRailAbi,
  functionName: "collect",
  event: "CollectorCreated",
  args: ({ superToken }: { superToken: Address }) => [superToken],
});

/** The live stream of a license; all zero when none. `readLive` adds what vaults and flows say. */
export const liveOf = /*#__PURE__*/ read({
  functionName: "liveOf",
  args: licenseArgs,
  result: (live) => ({ ...live }),
});

/** What the rail says of a license now. */
export const liveStanding = /*#__PURE__*/ read({
  functionName: "standing",
  args: licenseArgs,
  result: (standing): Standing => enumName(STANDING, standing),
});

/** The pool whose only member is the distributor; undefined before its first use. */
export const liveCollectorOf = /*#__PURE__*/ read({
  functionName: "collectorOf",
  args: ({ superToken }: { superToken: Address }) => [superToken],
  result: (pool): Address | undefined => (isAddressEqual(pool, zeroAddress) ? undefined : pool),
});

/** What a live offer comes to: super token, decimals of the payment token, units per second. Reverts for terms out of bounds. */
export const liveDealOf = /*#__PURE__*/ readOffers({
  functionName: "liveDealOf",
  args: ({ offer: { token, price, railTerms } }: { offer: Pick<Offer, "token" | "price" | "railTerms"> }) => [
    token,
    price,
    railTerms,
  ],
  result: ({ superToken, decimals, rate }) => ({ superToken, decimals, rate }),
});

/** What is fixed in one of a license's vaults, whose addresses `liveOf` gives: super token, payer, rate, pool. Needs `address`. */
export const liveVaultDealOf = /*#__PURE__*/ readVault({
  functionName: "deal",
  args: (_: object) => [],
  result: (deal) => ({ ...deal }),
});

/** Whether the payer's flow comes into a vault at the whole rate, and whether it is passed on. Needs `address`. */
export const liveVaultFlows = /*#__PURE__*/ readVault({
  functionName: "flows",
  args: (_: object) => [],
  result: ([comes, passes]) => ({ comes, passes }),
});

/** Units that a vault passed on and that are not booked yet, and the seconds that it took. Needs `address`. */
export const liveVaultPassed = /*#__PURE__*/ readVault({
  functionName: "passed",
  args: (_: object) => [],
  result: ([units, duration]) => ({ units, duration }),
});
