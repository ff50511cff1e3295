/** Options of `offer open` that say how the offer is paid, a group per payment rail. */
import {
  isStreamEvidence,
  RAILS,
  type RailName,
  type RailTermsInput,
  ReleaseCondition,
  UNIT_KINDS,
} from "@colophon-protocol/sdk";
import { type Command, Option } from "commander";
import { parseAddress } from "../account.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseAmount, parseDuration, parseInteger } from "../parse.js";

/** As commander gives them: texts, or true for flags. */
export interface RailOptions {
  rail: RailName;
  window?: string;
  sla?: string;
  defaultAfter?: string;
  coolingOff?: string;
  objection?: string;
  defaultRefund?: boolean;
  contestBond?: string;
  condition?: keyof typeof CONDITIONS;
  leastAssurance?: string;
  per?: string;
  epoch?: string;
  proof?: keyof typeof PROOFS;
  reportWithin?: string;
  notice?: string;
  grace?: string;
  unit?: string;
  perUnits?: string;
  postpaid?: boolean;
  thaw?: string;
  included?: string;
  cap?: string;
  minimumBlocks?: string;
  tier?: string[];
  share?: string;
  due?: string;
  cure?: string;
  auditor?: string;
  auditWindow?: string;
  countersigned?: boolean;
}

/** Names of evidence on the command line. */
const CONDITIONS = {
  "compute-receipt": ReleaseCondition.ComputeReceipt,
  adherence: ReleaseCondition.Adherence,
  quality: ReleaseCondition.Quality,
} as const;
/** Names of what proves an epoch on the command line. */
const PROOFS = { time: "Time", report: "Report", receipt: "ComputeReceipt", adherence: "Adherence" } as const;
const KINDS = UNIT_KINDS.slice(1).map((kind) => kind.toLowerCase());
type Field = Exclude<keyof RailOptions, "rail">;

/** Which options each rail knows. */
const KNOWN: Record<RailName, readonly Field[]> = {
  escrow: [
    "window",
    "sla",
    "defaultAfter",
    "coolingOff",
    "objection",
    "defaultRefund",
    "contestBond",
    "condition",
    "leastAssurance",
  ],
  stream: [
    "per",
    "epoch",
    "proof",
    "reportWithin",
    "window",
    "defaultAfter",
    "defaultRefund",
    "contestBond",
    "leastAssurance",
    "notice",
    "grace",
  ],
  meter: ["unit", "perUnits", "postpaid", "thaw", "grace", "included", "cap", "minimumBlocks", "tier"],
  share: ["share", "per", "due", "cure", "auditor", "auditWindow", "countersigned"],
  live: ["per", "notice"],
};

export function addRailOptions(command: Command): Command {
  return command
    .addOption(new Option("--rail <rail>", "how it is paid").choices(Object.keys(RAILS)).default("escrow"))
    .option("--window <duration>", "escrow, stream: in which a delivery or report can be contested")
    .option("--sla <duration>", "escrow: time for delivery")
    .option("--default-after <duration>", "escrow, stream: time for a ruling")
    .option("--cooling-off <duration>", "escrow: time to withdraw; needs --objection")
    .option("--objection <duration>", "escrow: time to object to a withdrawal")
    .option("--default-refund", "escrow, stream: refund when nobody rules, reports or shows evidence")
    .option("--contest-bond <amount>", "escrow, stream: bond of a contest, in whole tokens")
    .addOption(
      new Option("--condition <evidence>", "escrow: what releases the money besides the licensee and rulings").choices(
        Object.keys(CONDITIONS),
      ),
    )
    .option(
      "--least-assurance <n>",
      "escrow, stream: how strong evidence must be, from 1; needs --condition or --proof",
    )
    .option("--per <duration>", "stream, share, live: what the price is for (30d, 90d)")
    .option("--epoch <duration>", "stream: length of an epoch (1d)")
    .addOption(new Option("--proof <what>", "stream: what proves an epoch").choices(Object.keys(PROOFS)))
    .option("--report-within <duration>", "stream: time for a report or evidence after an epoch")
    .option("--notice <duration>", "stream, live: between either side's notice and the end")
    .option("--grace <duration>", "stream, post-paid meter: missing payment that leaves access open")
    .addOption(new Option("--unit <kind>", "meter: what is counted").choices(KINDS))
    .option("--per-units <n>", "meter: units that the price pays for, a power of ten", "1")
    .option("--postpaid", "meter: bills after use, out of an allowance; needs --cap")
    .option("--thaw <duration>", "meter: time that a withdrawal takes, and the final window")
    .option("--included <n>", "meter: units that cost nothing")
    .option("--cap <n>", "meter: units that can be billed at most")
    .option("--minimum-blocks <n>", "meter: least first deposit, in times --per-units")
    .option("--tier <from:percent...>", "meter: from so many times --per-units on, this part of the price (10:50)")
    .option("--share <percent>", "share: of revenue, such as 5 or 2.5")
    .option("--due <duration>", "share: time for a statement after its period")
    .option("--cure <duration>", "share: time to make a missed statement good")
    .option("--auditor <address>", "share: who may correct statements; needs --audit-window")
    .option("--audit-window <duration>", "share: in which a statement can be corrected")
    .option("--countersigned", "share: every statement needs the auditor's signature");
}

/**
 * Rail terms of the options.
 * @param decimals of the payment token, for bonds
 * @throws CliError on an option of another rail, or one that is missing
 */
export function railTermsOf(options: RailOptions, decimals: number): RailTermsInput {
  refuseForeign(options);
  switch (options.rail) {
    case "stream":
      return streamTerms(options, decimals);
    case "meter":
      return meterTerms(options);
    case "share":
      return shareTerms(options);
    case "live":
      return { rail: "live", ...durations(options, { per: "period", notice: "notice" }) };
    default:
      return escrowTerms(options, decimals);
  }
}

/** Commander's name of an option: contestBond → --contest-bond. */
const flagOf = (field: string) => `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** An option that is silently ignored would be a promise that nobody keeps. */
function refuseForeign(options: RailOptions): void {
  const all = new Set(Object.values(KNOWN).flat());
  const foreign = [...all].find(
    (field) =>
      options[field] !== undefined &&
      !KNOWN[options.rail].includes(field) &&
      !(field === "perUnits" && options.perUnits === "1"),
  );
  if (!foreign) return;
  const rails = (Object.keys(KNOWN) as RailName[]).filter((rail) => KNOWN[rail].includes(foreign));
  throw new CliError(
    `${flagOf(foreign)} is no option of the ${options.rail} rail.`,
    EXIT.usage,
    `It is for --rail ${rails.join(" or ")}.`,
  );
}

/** Fields whose option was given, as durations. */
function durations<field extends string>(
  options: RailOptions,
  names: Readonly<Partial<Record<Field, field>>>,
): Partial<Record<field, number>> {
  const given = (Object.entries(names) as [Field, field][]).filter(([option]) => options[option] !== undefined);
  return Object.fromEntries(
    given.map(([option, field]) => [field, parseDuration(flagOf(option), String(options[option]))]),
  ) as Partial<Record<field, number>>;
}

function contestOf(options: RailOptions, decimals: number): { defaultRefund?: boolean; contestBond?: bigint } {
  return {
    ...(options.defaultRefund ? { defaultRefund: true } : {}),
    ...(options.contestBond ? { contestBond: parseAmount("--contest-bond", options.contestBond, decimals) } : {}),
  };
}

function escrowTerms(options: RailOptions, decimals: number): RailTermsInput {
  const windows = durations(options, {
    window: "challengeWindow",
    sla: "sla",
    defaultAfter: "defaultAfter",
    coolingOff: "coolingOff",
    objection: "objectionWindow",
  });
  if (Boolean(windows.coolingOff) !== Boolean(windows.objectionWindow)) {
    throw new CliError(
      "--cooling-off and --objection belong together.",
      EXIT.usage,
      "A provider must be able to object to a withdrawal.",
    );
  }
  return { rail: "escrow", ...windows, ...contestOf(options, decimals), ...conditionOf(options) };
}

function conditionOf({ condition, leastAssurance }: RailOptions): { condition?: number; leastAssurance?: number } {
  if (condition === undefined) {
    if (leastAssurance === undefined) return {};
    throw new CliError(
      "--least-assurance needs --condition.",
      EXIT.usage,
      `Say which evidence: ${Object.keys(CONDITIONS).join(", ")}.`,
    );
  }
  return { condition: CONDITIONS[condition], leastAssurance: leastOf(leastAssurance, 255) };
}

const leastOf = (given: string | undefined, most: number) => parseInteger("--least-assurance", given ?? "1", 1, most);

function streamTerms(options: RailOptions, decimals: number): RailTermsInput {
  const times = durations(options, {
    per: "period",
    epoch: "epoch",
    window: "window",
    reportWithin: "openFor",
    defaultAfter: "defaultAfter",
    notice: "notice",
    grace: "grace",
  });
  const proof = PROOFS[options.proof ?? "report"];
  const contest = contestOf(options, decimals);
  if (!isStreamEvidence(proof)) {
    if (options.leastAssurance === undefined) return { rail: "stream", proof, ...times, ...contest };
    throw new CliError(
      "--least-assurance needs evidence.",
      EXIT.usage,
      "Choose --proof receipt or --proof adherence: nothing else has grades.",
    );
  }
  refuseContests(options);
  const leastAssurance = leastOf(options.leastAssurance, proof === "Adherence" ? 4 : 2);
  return { rail: "stream", proof, leastAssurance, ...times, ...contest };
}

/** Evidence is not contested. */
function refuseContests(options: RailOptions): void {
  const useless = (["window", "defaultAfter", "contestBond"] as const).find((field) => options[field] !== undefined);
  if (!useless) return;
  throw new CliError(
    `${flagOf(useless)} does not go with --proof ${options.proof}.`,
    EXIT.usage,
    "Nobody contests evidence: --report-within and --default-refund say what becomes of epochs without it.",
  );
}

function meterTerms(options: RailOptions): RailTermsInput {
  const kind = UNIT_KINDS.find((name) => name.toLowerCase() === options.unit);
  if (!kind) throw new CliError("--unit is missing.", EXIT.usage, `Say what is counted: ${KINDS.join(", ")}.`);
  const count = (flag: string, value: string | undefined, max: number) =>
    value === undefined ? undefined : parseInteger(flag, value, 0, max);
  const included = count("--included", options.included, Number.MAX_SAFE_INTEGER);
  const cap = count("--cap", options.cap, Number.MAX_SAFE_INTEGER);
  const minimum = count("--minimum-blocks", options.minimumBlocks, 2 ** 40 - 1);
  if (options.postpaid && !cap) {
    throw new CliError("--postpaid needs --cap.", EXIT.usage, "A post-paid license must end somewhere.");
  }
  return {
    rail: "meter",
    kind,
    scale: scaleOf(options.perUnits ?? "1"),
    mode: options.postpaid ? "Postpaid" : "Prepaid",
    ...durations(options, { thaw: "thaw", grace: "grace" }),
    ...(included === undefined ? {} : { included: BigInt(included) }),
    ...(cap === undefined ? {} : { cap: BigInt(cap) }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(options.tier ? { tiers: options.tier.map(tierOf) } : {}),
  };
}

function scaleOf(perUnits: string): number {
  if (/^10{0,18}$/.test(perUnits)) return perUnits.length - 1;
  throw new CliError(`--per-units is "${perUnits}".`, EXIT.usage, "Expected a power of ten: 1, 1000, 1000000.");
}

function tierOf(value: string): { from: number; priceBps: number } {
  const [from, percent] = value.split(":");
  if (from === undefined || percent === undefined) {
    throw new CliError(`--tier is "${value}".`, EXIT.usage, 'Expected <from>:<percent>, such as "10:50".');
  }
  return {
    from: parseInteger("--tier", from, 1, 2 ** 40 - 1),
    priceBps: Number(parseAmount("--tier", percent, 2)),
  };
}

function shareTerms(options: RailOptions): RailTermsInput {
  if (options.share === undefined) {
    throw new CliError(
      "--share is missing.",
      EXIT.usage,
      "Say which part of revenue, in percent; 0 for the price alone.",
    );
  }
  if (Boolean(options.auditor) !== Boolean(options.auditWindow)) {
    throw new CliError("--auditor and --audit-window belong together.", EXIT.usage, "Give both, or neither.");
  }
  return {
    rail: "share",
    shareBps: Number(parseAmount("--share", options.share, 2)),
    ...durations(options, { per: "period", due: "due", cure: "cure", auditWindow: "auditWindow" }),
    ...(options.auditor ? { auditor: parseAddress("--auditor", options.auditor) } : {}),
    ...(options.countersigned ? { countersigned: true } : {}),
  };
}
