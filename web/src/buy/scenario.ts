import type { UnitKind } from "@colophon-protocol/sdk";
import type { OfferEntity } from "@colophon-protocol/sdk/indexer";
import { amountFrom } from "../ui/amounts";
import type { Scenario } from "./estimate";
import { termsOf } from "./price";

/** What a comparison reads from the URL: days, units by kind, revenue as typed. */
export interface ScenarioSearch {
  days?: number;
  rows?: number;
  bytes?: number;
  tokens?: number;
  chunks?: number;
  jobs?: number;
  seconds?: number;
  revenue?: string;
}

/** Where each kind of unit stands in the URL. */
export const UNIT_FIELDS = {
  Rows: "rows",
  Bytes: "bytes",
  Tokens: "tokens",
  Chunks: "chunks",
  Jobs: "jobs",
  Seconds: "seconds",
} as const satisfies Partial<Record<UnitKind, keyof ScenarioSearch>>;
export type CountedKind = keyof typeof UNIT_FIELDS;

/** A year: what most licenses last. */
const USUAL_DAYS = 365;
/** Blocks that a metered offer is compared at, unless told. */
const USUAL_BLOCKS = 100n;

/** What the comparison of some offers depends on, and what it is compared at: their kinds of units, whether any shares revenue. */
export function scenarioOf(offers: readonly OfferEntity[], search: ScenarioSearch, decimals: number) {
  const kinds = new Map<CountedKind, bigint>();
  let shares = false;
  for (const offer of offers) {
    const terms = termsOf(offer);
    if (terms?.rail === "share" && terms.shareBps > 0) shares = true;
    if (terms?.rail !== "meter" || terms.kind === "None" || kinds.has(terms.kind)) continue;
    const asked = search[UNIT_FIELDS[terms.kind]];
    kinds.set(terms.kind, asked === undefined ? USUAL_BLOCKS * 10n ** BigInt(terms.scale) : BigInt(asked));
  }
  const scenario: Scenario = {
    days: search.days ?? USUAL_DAYS,
    units: Object.fromEntries(kinds),
    revenue: amountFrom(search.revenue ?? "0", decimals) ?? 0n,
  };
  return { scenario, kinds: [...kinds.keys()], shares };
}
