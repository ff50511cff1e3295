/** Terms of any rail, told apart by `rail`: what an offer's two words say, and which rail reads them. */
import type { Hex } from "viem";
import { ColophonError } from "../errors/colophon-error.js";
import { type EscrowTerms, escrowTermsDefaults, packEscrowTerms, unpackEscrowTerms } from "./escrow-terms.js";
import { type LiveTerms, liveTermsDefaults, packLiveTerms, unpackLiveTerms } from "./live-terms.js";
import { type MeterTerms, meterTermsDefaults, packMeterTerms, unpackMeterTerms } from "./meter-terms.js";
import { packShareTerms, type ShareTerms, shareTermsDefaults, unpackShareTerms } from "./share-terms.js";
import { packStreamTerms, type StreamTerms, streamDefaultsFor, unpackStreamTerms } from "./stream-terms.js";

/** Index of each payment rail, fixed at deployment. */
export const RAILS = { escrow: 1, stream: 2, meter: 3, share: 4, live: 5 } as const;
export type RailName = keyof typeof RAILS;

/** Terms of an offer's rail, whole. */
export type RailTerms =
  | ({ rail: "escrow" } & EscrowTerms)
  | ({ rail: "stream" } & StreamTerms)
  | ({ rail: "meter" } & MeterTerms)
  | ({ rail: "share" } & ShareTerms)
  | ({ rail: "live" } & LiveTerms);

/** Terms with what has a default left out. Escrow unless `rail` says otherwise. */
export type RailTermsInput =
  | ({ rail?: "escrow" } & Partial<EscrowTerms>)
  | ({ rail: "stream" } & Partial<StreamTerms>)
  | ({ rail: "meter" } & Partial<MeterTerms> & Pick<MeterTerms, "kind">)
  | ({ rail: "share" } & Partial<ShareTerms> & Pick<ShareTerms, "shareBps">)
  | ({ rail: "live" } & Partial<LiveTerms>);

/** Name of a rail by its index, undefined for one that this SDK does not know. */
export function railName(index: number): RailName | undefined {
  return (Object.keys(RAILS) as RailName[]).find((name) => RAILS[name] === index);
}

/** Terms with their defaults filled in. */
export function completeRailTerms(input: RailTermsInput): RailTerms {
  switch (input.rail) {
    case "stream":
      return { ...streamDefaultsFor(input.proof), ...input };
    case "meter":
      return { ...meterTermsDefaults, ...input };
    case "share":
      return { ...shareTermsDefaults, ...input };
    case "live":
      return { ...liveTermsDefaults, ...input };
    default:
      return { ...escrowTermsDefaults, ...input, rail: "escrow" };
  }
}

/**
 * The two words of an offer, and the index of the rail that reads them.
 * @throws ColophonError `input` when a field does not fit its bits
 */
export function packRailTerms(terms: RailTerms): { rail: number; railTerms: readonly [Hex, Hex] } {
  const rail = RAILS[terms.rail];
  switch (terms.rail) {
    case "stream":
      return { rail, railTerms: packStreamTerms(terms) };
    case "meter":
      return { rail, railTerms: packMeterTerms(terms) };
    case "share":
      return { rail, railTerms: packShareTerms(terms) };
    case "live":
      return { rail, railTerms: packLiveTerms(terms) };
    default:
      return { rail, railTerms: packEscrowTerms(terms) };
  }
}

/**
 * What an offer's words say.
 * @throws ColophonError `input` when its rail is not known here
 */
export function unpackRailTerms({ rail, railTerms }: { rail: number; railTerms: readonly [Hex, Hex] }): RailTerms {
  switch (railName(rail)) {
    case "escrow":
      return { rail: "escrow", ...unpackEscrowTerms(railTerms) };
    case "stream":
      return { rail: "stream", ...unpackStreamTerms(railTerms) };
    case "meter":
      return { rail: "meter", ...unpackMeterTerms(railTerms) };
    case "share":
      return { rail: "share", ...unpackShareTerms(railTerms) };
    case "live":
      return { rail: "live", ...unpackLiveTerms(railTerms) };
    default:
      throw new ColophonError(`The offer is paid through rail ${rail}, which is not known.`, {
        code: "input",
        hint: `Known rails: ${Object.entries(RAILS)
          .map(([name, index]) => `${index} ${name}`)
          .join(", ")}. A newer SDK may know it.`,
      });
  }
}
