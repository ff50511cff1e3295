/** Answers "may this user have this now?" by asking LicenseToken and Recalls, remembering each yes for a few seconds at most. */
import { ACCESS_REASONS, type AccessReason, USE_READ_RAW } from "@colophon-protocol/sdk/keys";
import type { Address } from "viem";
import { accessDenied } from "../errors.js";
import type { Metrics } from "../metrics.js";
import type { BlockRef, ChainReader } from "./reader.js";
import { RecallBook } from "./recalls.js";

/** What a license pins, from its head. */
export interface LicenseHead {
  datasetId: bigint;
  version: number;
  encoding: number;
  /** Index of the payment rail. */
  rail: number;
  /** The rail is not asked at every access: the money waits in escrow for the provider's receipt. */
  escrowed: boolean;
}

/** Bit of a license's flags: its rail is asked for its standing at every access. */
const FLAG_LIVE = 1;

/** Access to one version of a dataset under one license: its own, or a component of the bundle that was sold. */
export interface AccessQuery {
  licenseId: bigint;
  user: Address;
  datasetId: bigint;
  version: number;
  /** Bits of what it is wanted for; to read raw data unless told. */
  uses?: number;
}

interface Answer extends BlockRef {
  reason: AccessReason | "Unknown" | "RecallBreach";
}

const MAX_CACHED = 10_000;

/** Asks the chain; decides nothing itself. */
export class AccessOracle {
  private readonly recalls: RecallBook;
  private readonly cache = new Map<string, { at: number; answer: Promise<Answer> }>();

  /**
   * @param ttlMs how long an answer is believed
   * @param now milliseconds
   */
  constructor(
    private readonly chain: ChainReader,
    private readonly metrics: Metrics,
    private readonly ttlMs: number,
    private readonly now: () => number = Date.now,
  ) {
    this.recalls = new RecallBook(chain);
  }

  /**
   * The block at which `accessTo` said Granted.
   * @param fresh asks the chain even if an answer is at hand: for issuing tokens
   * @throws Problem 403 with the chain's reason, 503 when the chain cannot be asked
   */
  async require(query: AccessQuery, fresh = false): Promise<BlockRef> {
    const { reason, block, time } = await this.ask(query, fresh);
    this.metrics.access.inc({ answer: reason });
    if (reason === "Granted") return { block, time };
    if (reason === "RecallBreach") {
      throw accessDenied(
        reason,
        `License ${query.licenseId} left a recall of dataset ${query.datasetId} unanswered beyond its deadline. Expected an acknowledgement on chain: Recalls.acknowledge clears the breach at once.`,
      );
    }
    throw accessDenied(
      reason,
      `License ${query.licenseId} does not let ${query.user} use version ${query.version} of dataset ${query.datasetId}: ${reason}. Expected Granted from LicenseToken.accessTo; check the license, its holder and its standing.`,
    );
  }

  /** Whether `require` would go through. @throws Problem 503 when the chain cannot be asked */
  async allows(query: AccessQuery): Promise<boolean> {
    return (await this.ask(query, false)).reason === "Granted";
  }

  /** A license's pinned version and encoding. @throws Problem 403 when there is no such license */
  async licenseOf(licenseId: bigint, block: bigint): Promise<LicenseHead> {
    const head = await this.chain.read("licenseToken", "licenseOf", [licenseId], block);
    if (!head)
      throw accessDenied("Unknown", `License ${licenseId} does not exist on chain ${this.chain.config.chainId}.`);
    const { datasetId, version, encoding, rail, flags } = head;
    return { datasetId: BigInt(datasetId), version, encoding, rail, escrowed: (flags & FLAG_LIVE) === 0 };
  }

  private ask(query: AccessQuery, fresh: boolean): Promise<Answer> {
    const { licenseId, datasetId, version, user, uses = USE_READ_RAW } = query;
    const key = `${licenseId}/${datasetId}/${version}/${user.toLowerCase()}/${uses}`;
    const at = this.now();
    const known = this.cache.get(key);
    if (!fresh && known && at - known.at < this.ttlMs) return known.answer;
    const answer = this.read(query, fresh);
    if (this.cache.size >= MAX_CACHED) this.cache.clear();
    this.cache.set(key, { at, answer });
    const forget = () => {
      if (this.cache.get(key)?.answer === answer) this.cache.delete(key);
    };
    answer.then(
      ({ reason }) => reason !== "Granted" && forget(),
      () => {
        this.metrics.access.inc({ answer: "unavailable" });
        forget();
      },
    );
    return answer;
  }

  private async read(
    { licenseId, user, datasetId, version, uses = USE_READ_RAW }: AccessQuery,
    fresh: boolean,
  ): Promise<Answer> {
    const at = await this.chain.confirmed(fresh);
    const access = await this.chain.read(
      "licenseToken",
      "accessTo",
      [licenseId, user, datasetId, version, uses],
      at.block,
    );
    const reason = access === undefined ? "Unknown" : (ACCESS_REASONS[access] ?? "None");
    if (reason === "Granted" && (await this.recalls.isInBreach(licenseId, datasetId, at.block))) {
      return { ...at, reason: "RecallBreach" };
    }
    return { ...at, reason };
  }
}
