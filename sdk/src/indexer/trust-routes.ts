import type { Address, Hex } from "viem";
import type { ReputationSubject, SubjectKind, TokenUnits } from "../reputation/types.js";
import type { CoverEntity } from "./bond-entities.js";
import { ask, askOrNull, type IndexerOptions, queryString } from "./client.js";
import { revive } from "./revive.js";
import type {
  BadgeEntity,
  BadgeStandingName,
  IssuerEntity,
  RecallLicenseEntity,
  ReputationAnswer,
} from "./trust-entities.js";

// What the clock decides is told by the indexer's own paths, by the contracts' rules, as of its newest block or the second that is asked for.

/** For which second an answer is told, and which of its rows: 50 unless told, at most 200. */
export interface TrustPage {
  /** Seconds; the newest block's time unless told. */
  at?: bigint | number;
  limit?: number;
  offset?: number;
}

/** Rows as of a second. */
export interface AsOf<T> {
  at: bigint;
  items: T[];
}

/** What a purchase of an offer is covered with; null for an offer that the indexer does not know. */
export async function getCover(options: IndexerOptions, { offerId }: { offerId: Hex }): Promise<CoverEntity | null> {
  const found = await askOrNull<object>(options, `/cover/${offerId}`);
  return found && revive<CoverEntity>(found);
}

/** What narrows a list of badges. */
export interface BadgesParameters extends TrustPage {
  datasetId?: bigint;
  provider?: Address;
  /** A person. */
  account?: Address;
  /** Id of a schema. */
  schema?: Hex;
  issuer?: Address;
  standing?: BadgeStandingName;
}

/** Badges with their schemas and what they are worth, newest first. A dataset's include those of its versions. */
export async function getBadges(options: IndexerOptions, parameters: BadgesParameters): Promise<AsOf<BadgeEntity>> {
  const { datasetId, ...rest } = parameters;
  return revive(await ask(options, `/badges${queryString({ dataset: datasetId, ...rest })}`));
}

/** An issuer with its accreditation and its own weight; null for somebody whom nobody ever accredited. */
export async function getIssuer(
  options: IndexerOptions,
  { issuer, at }: { issuer: Address; at?: bigint | number },
): Promise<(IssuerEntity & { at: bigint }) | null> {
  const found = await askOrNull<object>(options, `/issuers/${issuer}${queryString({ at })}`);
  return found && revive<IssuerEntity & { at: bigint }>(found);
}

/** The licenses that a recall is about, and how each stands. */
export async function getRecallLicenses(
  options: IndexerOptions,
  { recallId, ...page }: TrustPage & { recallId: bigint },
): Promise<AsOf<RecallLicenseEntity>> {
  return revive(await ask(options, `/recalls/${recallId}/licenses${queryString(page)}`));
}

/** A licensee's inbox: its licenses under all recalls, newest recalls first, and how each stands. */
export async function getRecallInbox(
  options: IndexerOptions,
  parameters: TrustPage & { holder: Address },
): Promise<AsOf<RecallLicenseEntity>> {
  return revive(await ask(options, `/recalls${queryString(parameters)}`));
}

/** A subject of reputation: a dataset by its number, anybody else by address. */
export type ReputationOf = { kind: "dataset"; id: bigint } | { kind: Exclude<SubjectKind, "dataset">; id: Address };

/** A score from 0 to 10,000 with every term, and the facts that it was computed from. */
export async function getReputation(options: IndexerOptions, { kind, id }: ReputationOf): Promise<ReputationAnswer> {
  const answer = await ask<Record<string, unknown>>(options, `/reputation/${kind}/${id}`);
  return whole(answer) as ReputationAnswer;
}

/** Fields of an answer about reputation that stay as they are; all other text of digits are numbers. */
const AS_IS: ReadonlySet<string> = new Set<keyof ReputationSubject | keyof ReputationAnswer>([
  "id",
  "subject",
  "known",
]);

function whole(value: unknown, name = ""): unknown {
  if (AS_IS.has(name)) return value;
  if (typeof value === "string") return /^-?\d+$/.test(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => whole(item));
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).map(([key, field]) => [key, whole(field, key)] as const);
  return Object.fromEntries(fields) as TokenUnits | Record<string, unknown>;
}
