/** A dispute on the command line: what it is about, in which money, and rulings as they are typed. */
import {
  type arbitrationCost,
  DISPUTE_REASON,
  type Dispute,
  type DisputeReason,
  type DisputeSubject,
  disputeNumbers,
  disputeOf,
  disputeStake,
  providerClaimId,
  type Ruling,
  reliefOf,
  subjectOfReason,
  VERSION_STATUS,
  type VersionRef,
  versionClaimId,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { formatEther, getAddress, toHex, zeroAddress } from "viem";
import { parseAddress } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import type { Printable } from "../output.js";
import { parseAmount, parseHash, parseId, parseTime } from "../parse.js";
import type { Settings } from "../settings.js";
import { amountText, tokenUnits } from "./token.js";
import { checkAmount, fileHash, kebab, licenseWithOffer, parseNamed, parseVersion } from "./trust-values.js";

type Units = Awaited<ReturnType<typeof tokenUnits>>;

/** A dispute with the offer of its license, and the units of its money. */
export interface DisputeContext {
  context: Context;
  disputeId: bigint;
  dispute: Dispute;
  /** What calls about it want; without an offer for other subjects than licenses. */
  case: { disputeId: bigint; offer?: Awaited<ReturnType<typeof licenseWithOffer>>["offer"] };
  /** Of its bonds, and of what a ruling refunds. */
  units: Units;
  /** Of the loss and penalty that a provider's bond pays. */
  stakeUnits: Units;
}

/** Connects, and reads a dispute. @throws CliError when there is none */
export async function disputeContext(id: string, options: Partial<Settings>): Promise<DisputeContext> {
  const disputeId = parseId("<dispute>", id);
  const context = await createContext(options);
  const { client, deployment } = context;
  const dispute = await disputeOf(client, { deployment, disputeId });
  if (!dispute) throw new CliError(`There is no dispute ${disputeId}.`, EXIT.usage, "Disputes count from 1.");
  if (dispute.subject === "License") {
    const { offer, units } = await licenseWithOffer(context, dispute.subjectId);
    return { context, disputeId, dispute, case: { disputeId, offer }, units, stakeUnits: units };
  }
  const [{ bondToken }, stake] = await Promise.all([
    disputeNumbers(client, { deployment, numbers: dispute.numbers }),
    disputeStake(client, { deployment, disputeId }),
  ]);
  const units = await tokenUnits(context, bondToken);
  const stakeUnits = stake.token === zeroAddress ? units : await tokenUnits(context, stake.token);
  return { context, disputeId, dispute, case: { disputeId }, units, stakeUnits };
}

/** What an arbitrator asks for, as people read it: tokens, native currency, both or nothing. */
export async function costText(
  context: Context,
  { token, amount, native }: Awaited<ReturnType<typeof arbitrationCost>>,
): Promise<{ cost: string; costNative?: string }> {
  const price = amount === 0n ? undefined : amountText(amount, await tokenUnits(context, token));
  const ether = native === 0n ? undefined : `${formatEther(native)} ETH`;
  return { cost: price ?? ether ?? "nothing", ...(price && ether ? { costNative: ether } : {}) };
}

// ---- what a claim is about

export interface SubjectOptions {
  license?: string;
  of?: string;
  provider?: string;
  badge?: string;
  proof?: string;
  recall?: string;
  receipt?: string;
}

/** Options of which one names what a claim is about. `--version` is taken by the program, so a version is `--of`. */
export const addSubjectOptions = (command: Command): Command =>
  command
    .option("--license <id>", "about a license")
    .option("--of <dataset/version>", "about a version, such as 1/2")
    .option("--provider <address>", "about a provider, with --token of the bond that is claimed from")
    .option("--badge <id>", "about a badge")
    .option("--proof <id>", "about a proof")
    .option("--recall <id>", "about a recall")
    .option("--receipt <id>", "about a compute receipt");

/** What a claim is about: exactly one thing, which its reason fits. @throws CliError */
export function subjectOf(options: SubjectOptions & { reason: string }): {
  reason: Exclude<DisputeReason, "None">;
  subject: DisputeSubject;
  id: bigint;
} {
  const reason = parseNamed("--reason", options.reason, DISPUTE_REASON) as Exclude<DisputeReason, "None">;
  const given = (
    [
      ["License", options.license, (value: string) => parseId("--license", value)],
      ["Version", options.of, (value: string) => claimOfVersion(parseVersion("--of", value))],
      ["Provider", options.provider, (value: string) => providerClaimId(parseAddress("--provider", value))],
      ["Attestation", options.badge, (value: string) => parseId("--badge", value)],
      ["Proof", options.proof, (value: string) => BigInt(parseHash("--proof", value))],
      ["Recall", options.recall, (value: string) => parseId("--recall", value)],
      ["Receipt", options.receipt, (value: string) => BigInt(parseHash("--receipt", value))],
    ] as const
  ).filter(([, value]) => value !== undefined);
  const [first] = given;
  if (!first || given.length > 1) {
    throw new CliError(
      "A claim is about one thing.",
      EXIT.usage,
      "Pass one of --license, --of, --provider, --badge, --proof, --recall and --receipt.",
    );
  }
  const [subject, value, parse] = first;
  if (subjectOfReason(reason) !== subject) {
    const fits = DISPUTE_REASON.filter((each) => each !== "None" && subjectOfReason(each) === subject);
    throw new CliError(
      `"${kebab(reason)}" is no reason for a claim about a ${subject.toLowerCase()}.`,
      EXIT.usage,
      `Expected one of: ${fits.map(kebab).join(", ")}.`,
    );
  }
  return { reason, subject, id: parse(value as string) };
}

const claimOfVersion = ({ datasetId, version }: VersionRef) => versionClaimId(datasetId, version);

/** What a claim is about as people write it: `1/2` for a version, an address for a provider, else the id. */
export function subjectText(subject: string, id: bigint): string {
  const kind = subject.toLowerCase();
  if (kind === "version") return `${id >> 32n}/${id & 0xffff_ffffn}`;
  if (kind === "provider") return getAddress(toHex(id, { size: 20 }));
  return kind === "proof" || kind === "receipt" ? toHex(id, { size: 32 }) : String(id);
}

// ---- rulings

export interface RulingOptions extends Settings {
  uphold?: boolean;
  reject?: boolean;
  all?: boolean;
  refund?: string;
  loss?: string;
  penalty?: string;
  endsAt?: string;
  status?: string;
  revokeRecord?: boolean;
  correct?: string;
  recallLeaves?: string;
  reasons?: string;
}

/** Options of a ruling; what is not given is nothing. */
export const addRulingOptions = (command: Command): Command =>
  command
    .option("--uphold", "the claim is right")
    .option("--reject", "the claim is wrong")
    .option("--all", "with --uphold: all that the claim can ask for")
    .option("--refund <amount>", "goes back out of what the license's rail holds; the license ends")
    .option("--loss <amount>", "the whole loss: what the refund does not cover comes from the provider's bond")
    .option("--penalty <amount>", "taken from the provider's bond on top")
    .option("--ends-at <time>", "when the license ends: seconds or date")
    .option("--status <status>", "of the version: quarantined stops sales, suspended stops access")
    .option("--revoke-record", "the proof or badge is revoked")
    .option("--correct <root>", "the version's revoked root becomes this one")
    .option("--recall-leaves <hash>", "a recall of these leaves starts")
    .option("--reasons <file>", "reasons of the ruling, or their SHA-256; they are kept off chain");

/** Checks a ruling's options before the chain is asked. @throws CliError */
export function checkRuling(options: RulingOptions): void {
  if (options.uphold === options.reject) {
    throw new CliError("A ruling upholds or rejects the claim.", EXIT.usage, "Pass one of --uphold and --reject.");
  }
  for (const name of ["refund", "loss", "penalty"] as const) {
    const value = options[name];
    if (value === undefined) continue;
    checkAmount(`--${name}`, value);
    if (options.reject)
      throw new CliError(`--${name} does not go with --reject.`, EXIT.usage, "A rejected claim pays nobody.");
  }
  if (options.status !== undefined) parseNamed("--status", options.status, VERSION_STATUS);
  if (options.endsAt !== undefined) parseTime("--ends-at", options.endsAt);
}

/** The ruling that they describe, in base units. */
export async function rulingOf(
  { context, disputeId, units, stakeUnits }: DisputeContext,
  options: RulingOptions,
): Promise<Partial<Ruling>> {
  const { client, deployment } = context;
  const upheld = options.uphold === true;
  const amount = (name: "refund" | "loss" | "penalty", of: Units) => {
    const value = options[name];
    return value === undefined ? {} : { [name]: parseAmount(`--${name}`, value, of.decimals) };
  };
  const { reasons, endsAt, status, correct, recallLeaves } = options;
  return {
    ...(options.all ? await reliefOf(client, { deployment, disputeId, upheld }) : { upheld }),
    ...amount("refund", units),
    ...amount("loss", stakeUnits),
    ...amount("penalty", stakeUnits),
    ...(endsAt === undefined ? {} : { endsAt: parseTime("--ends-at", endsAt) }),
    ...(status === undefined ? {} : { status: parseNamed("--status", status, VERSION_STATUS) }),
    ...(options.revokeRecord ? { revokeRecord: true } : {}),
    ...(correct === undefined ? {} : { correct: true, revokedRoot: parseHash("--correct", correct) }),
    ...(recallLeaves === undefined ? {} : { leaves: parseHash("--recall-leaves", recallLeaves) }),
    ...(reasons === undefined ? {} : { reasons: await fileHash("--reasons", reasons) }),
  };
}

/** A ruling's amounts that are at their maximum mean all there is. */
const ALL = 2n ** 128n - 1n;

/** A ruling as people read it. */
export function rulingText(ruling: Partial<Ruling>, units: Units, stakeUnits: Units): { [key: string]: Printable } {
  const text = (amount: bigint | undefined, of: Units) =>
    amount === undefined || amount === 0n ? undefined : amount >= ALL ? "all there is" : amountText(amount, of);
  const { upheld, refund, loss, penalty, endsAt, status, revokeRecord, correct } = ruling;
  return {
    upheld: upheld === true,
    refund: text(refund, units),
    loss: text(loss, stakeUnits),
    penalty: text(penalty, stakeUnits),
    endsAt: endsAt || undefined,
    status: status === undefined || status === "None" ? undefined : kebab(status),
    revokeRecord: revokeRecord || undefined,
    correct: correct || undefined,
  };
}
