import { FLAG_NAMES, type FlagName, namesOf, type TermsStruct, USE_NAMES, type UseName } from "./terms.js";

/** What terms say to a person: sentences, rights first. */
export interface TermsInWords {
  may: string[];
  mayNot: string[];
  /** Duties, limits and the rightsholder's rights. */
  conditions: string[];
}

/** What is known beyond the struct, for fuller sentences. */
export interface WordsContext {
  /** Number of the licensed version. */
  version?: number;
  /** Expiry of a bought license, seconds since 1970; 0 for none. Without it the duration is said instead. */
  expiresAt?: number;
  /** From the terms document. */
  quotaUnit?: string;
  /** From the terms document. */
  territory?: "world" | readonly string[];
}

/** `it` is the data; the sentence is completed with the time at the end. */
const USES: Record<UseName, { may: string; mayNot: string }> = {
  "read-raw": {
    may: "receive and read the raw data of {it}",
    mayNot: "receive the raw data; work runs where the data is",
  },
  train: { may: "train models on {it}", mayNot: "train models on it" },
  "fine-tune": { may: "fine-tune models on {it}", mayNot: "fine-tune models on it" },
  evaluate: { may: "evaluate and test models with {it}", mayNot: "evaluate models with it" },
  infer: {
    may: "use {it} as input when a model answers",
    mayNot: "use it as input when a model answers",
  },
  redistribute: { may: "pass {it} on to others", mayNot: "pass it on to others" },
  derive: { may: "make new datasets from {it}", mayNot: "make new datasets from it" },
  mint: { may: "issue tokens that stand for parts of {it}", mayNot: "issue tokens that stand for parts of it" },
};

/** Terms as may and may-not sentences, in plain words, for dApp, CLI and receipts. */
export function termsInWords(
  terms: Omit<TermsStruct, "documentHash" | "territoryHash">,
  context: WordsContext = {},
): TermsInWords {
  const allowed = new Set(namesOf(terms.uses, USE_NAMES));
  const flags = new Set(namesOf(terms.flags, FLAG_NAMES));
  const it = context.version === undefined ? "the data" : `version ${context.version}`;
  const time = timeOf(terms.duration, context.expiresAt);
  const may = USE_NAMES.filter((use) => allowed.has(use)).map(
    (use) => `You may ${USES[use].may.replace("{it}", it)}${time}.`,
  );
  const mayNot = USE_NAMES.filter((use) => !allowed.has(use)).map((use) => `You may not ${USES[use].mayNot}.`);
  if (flags.has("commercial")) may.push("You may use it commercially.");
  else mayNot.push("You may not use it commercially.");
  if (flags.has("transferable")) may.push(`You may sell or give away the license${royalty(terms.resaleRoyaltyBps)}.`);
  else mayNot.push("You may not transfer the license.");
  if (flags.has("later-versions")) may.push("You may ask for later versions, by number, at no extra price.");
  return { may, mayNot, conditions: conditionsOf(terms, flags, context) };
}

function conditionsOf(
  terms: Omit<TermsStruct, "documentHash" | "territoryHash">,
  flags: ReadonlySet<FlagName>,
  context: WordsContext,
): string[] {
  const conditions: string[] = [];
  if (terms.quota > 0n) conditions.push(`You may use at most ${grouped(terms.quota)} ${context.quotaUnit ?? "units"}.`);
  if (context.territory && context.territory !== "world") {
    conditions.push(`The license covers these countries only: ${context.territory.join(", ")}.`);
  }
  if (terms.derivativeShareBps > 0) {
    conditions.push(`What you derive from it owes at least ${percent(terms.derivativeShareBps)} of its earnings.`);
  }
  if (flags.has("share-alike")) conditions.push("What you derive from it carries the same terms.");
  if (flags.has("delete-on-expiry")) conditions.push("You delete your copies when the license ends.");
  if (flags.has("report-use")) conditions.push("You report what you used it for.");
  if (flags.has("first-refusal")) {
    conditions.push("Before you sell the license, the rightsholder has 7 days to take it at the price you announce.");
  }
  if (flags.has("revocable")) {
    const notice =
      terms.revocationNotice > 0 ? `with ${durationInWords(terms.revocationNotice)} notice` : "without notice";
    conditions.push(`The rightsholder may end the license ${notice}.`);
  } else {
    conditions.push("The rightsholder cannot end the license at will.");
  }
  return conditions;
}

/** Seconds as the largest whole unit: "1 year", "90 days", "36 hours", "90 minutes", "5 seconds". A year has 365 days. */
export function durationInWords(seconds: number): string {
  const units: [string, number][] = [
    ["year", 31_536_000],
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ];
  const [name, size] = units.find(([, unit]) => seconds >= unit && seconds % unit === 0) ?? ["second", 1];
  const count = seconds / size;
  return `${grouped(BigInt(count))} ${name}${count === 1 ? "" : "s"}`;
}

function timeOf(duration: number, expiresAt: number | undefined): string {
  if (expiresAt !== undefined && expiresAt > 0) return ` until ${dateInWords(expiresAt)}`;
  if (expiresAt === 0 || duration === 0) return " without end";
  return ` for ${durationInWords(duration)}`;
}

/** A day in UTC: "21 Nov 2027". */
function dateInWords(seconds: number): string {
  const format = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  return format.format(new Date(seconds * 1000));
}

function royalty(bps: number): string {
  return bps > 0 ? `; ${percent(bps)} of a resale goes to the rightsholder` : "";
}

function percent(bps: number): string {
  return `${bps / 100} %`;
}

function grouped(value: bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}
