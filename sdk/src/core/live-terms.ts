/** Terms of the live stream rail inside an offer: those of the stream rail with all but two at zero. */
import type { Hex } from "viem";
import { packStreamTerms, type StreamTerms, streamTermsDefaults, unpackStreamTerms } from "./stream-terms.js";

/** Times in seconds. See `ILiveStreamRail`. */
export interface LiveTerms {
  /** That `Offer.price` pays for. */
  period: number;
  /** Between either side's notice and the end. */
  notice: number;
}

/** A price for 30 days, a week's notice: those of streams. */
export const liveTermsDefaults: LiveTerms = {
  period: streamTermsDefaults.period,
  notice: streamTermsDefaults.notice,
};

/** Nothing waits for a proof: holdback 0, no epochs, no grace. */
const NOTHING_HELD: StreamTerms = {
  period: 0,
  epoch: 0,
  window: 0,
  openFor: 0,
  defaultAfter: 0,
  notice: 0,
  grace: 0,
  holdbackBps: 0,
  proof: "Time",
  defaultRefund: false,
  contestBond: 0n,
  leastAssurance: 0,
};

/**
 * Packs live terms for `Offer.railTerms`.
 * @throws ColophonError `input` when a field does not fit; bounds are the rail's to check (`checkRailTerms`)
 */
export function packLiveTerms({ period, notice }: LiveTerms): readonly [Hex, Hex] {
  return packStreamTerms({ ...NOTHING_HELD, period, notice });
}

/** Unpacks `Offer.railTerms` of a live offer. */
export function unpackLiveTerms(packed: readonly [Hex, Hex]): LiveTerms {
  const { period, notice } = unpackStreamTerms(packed);
  return { period, notice };
}
