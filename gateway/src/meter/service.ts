/** Metered licenses: what may be served, what was, and what a voucher should say. */
import { type MeterTerms, type Offer, RAILS, unpackMeterTerms } from "@colophon-protocol/sdk";
import type { SignedMeterEvent } from "@colophon-protocol/sdk/delivery";
import { type Address, erc20Abi, isAddressEqual, parseUnits } from "viem";
import type { LicenseDeals } from "../chain/deals.js";
import type { BlockRef, ChainReader } from "../chain/reader.js";
import { Problem, unavailable } from "../errors.js";
import type { Metrics } from "../metrics.js";
import type { MeterLedger, Usage } from "./ledger.js";
import { coveredAmount, dueVoucher, type Position, requireCovered, unvouchered, wantsVoucher } from "./position.js";
import type { StoredVoucher, VoucherStore } from "./voucher-store.js";

/** How much is served on trust. */
export interface MeterLimits {
  /** Worth of what may be served without a voucher, in whole tokens of the offer, as decimal text. */
  unvouchered: string;
  /** Basis points of it from which a voucher is asked for. */
  softBps: number;
  /** Milliseconds for which the chain's word on a meter is believed. */
  positionTtlMs: number;
}

/** A metered license's fixed facts. */
export interface MeteredLicense {
  licenseId: bigint;
  offer: Offer;
  terms: MeterTerms;
}

/** A meter's position with what else the chain says of it. */
export interface MeterState extends Position, BlockRef {
  holder: Address;
  /** Last second in which vouchers count; undefined while no end is in sight. */
  redeemableUntil: number | undefined;
  frozen: boolean;
  finished: boolean;
}

type ChainState = Omit<MeterState, "vouchered">;

const MAX_CACHED = 10_000;
const MAX_TIME = 2n ** 53n;

export class MeterService {
  private readonly cache = new Map<bigint, { at: number; state: Promise<ChainState> }>();
  private readonly decimals = new Map<Address, number>();

  /** @param now milliseconds */
  constructor(
    readonly ledger: MeterLedger,
    readonly vouchers: VoucherStore,
    private readonly chain: ChainReader,
    private readonly deals: LicenseDeals,
    private readonly limits: MeterLimits,
    private readonly metrics: Metrics,
    private readonly now: () => number,
  ) {}

  /** A license's meter; undefined when it is paid in another way. */
  async find(licenseId: bigint): Promise<MeteredLicense | undefined> {
    if ((await this.deals.railOf(licenseId)) !== RAILS.meter) return undefined;
    const offer = await this.deals.offerOf(licenseId);
    return { licenseId, offer, terms: unpackMeterTerms(offer.railTerms) };
  }

  /** As `find`. @throws Problem 409 when the license is not metered */
  async require(licenseId: bigint): Promise<MeteredLicense> {
    const license = await this.find(licenseId);
    if (license) return license;
    throw new Problem(409, "conflict", `License ${licenseId} is not paid by use: it has no meter.`);
  }

  /**
   * Reserves units before they are served.
   * @returns whether they were counted before, and whether a voucher is asked for
   * @throws Problem 402 with what is needed; 429
   */
  async begin(license: MeteredLicense, usage: Usage): Promise<{ counted: boolean; wantsVoucher: boolean }> {
    const position = await this.state(license);
    const check = (at: Position) => this.ledger.reserve(usage, (counts) => requireCovered(at, counts, usage.units));
    const outcome = await check(position).catch(async (error) => {
      if (!(error instanceof Problem && error.status === 402)) throw error;
      // A deposit or voucher may have come since the chain was asked.
      return check(await this.state(license, true)).catch((refusal) => this.refused(refusal));
    });
    const counts = await this.ledger.counts(license.licenseId);
    const wanted = wantsVoucher(position, counts, BigInt(this.limits.softBps));
    if (wanted) this.metrics.meterCaps.inc({ cap: "soft" });
    return { counted: outcome === "counted", wantsVoucher: wanted };
  }

  /** Counts units that were served. */
  async finish({ licenseId, terms }: MeteredLicense, usage: Usage): Promise<SignedMeterEvent> {
    const { time } = await this.chain.confirmed();
    const before = await this.ledger.counts(licenseId);
    const event = await this.ledger.settle(usage, time);
    if (event.sequence > before.sequence) this.metrics.meteredUnits.inc({ kind: terms.kind }, Number(event.units));
    return event;
  }

  /**
   * Counts what another service of the provider served, reserved before or not; the same event again for the same key.
   * @throws Problem 409 for a key that counted other units, or more units than were reserved; 402 for units that nothing would pay
   */
  async record(license: MeteredLicense, usage: Usage): Promise<SignedMeterEvent> {
    const known = await this.ledger.eventOf(usage);
    if (known?.units === usage.units) return known;
    if (known) throw conflict(usage, `counted ${known.units} units`);
    const reserved = await this.ledger.reserved(usage);
    if (reserved === undefined) await this.begin(license, usage);
    else if (usage.units > reserved) throw conflict(usage, `reserved ${reserved} units`);
    return this.finish(license, usage);
  }

  /** Everything about a meter. @param fresh asks the chain even if an answer is at hand */
  async state(license: MeteredLicense, fresh = false): Promise<MeterState> {
    const state = await this.chainState(license, fresh);
    const stored = await this.vouchers.newest(license.licenseId);
    return { ...state, vouchered: voucheredBy(state, stored) };
  }

  /** What licensee and operator are told. */
  async describe(license: MeteredLicense) {
    const [state, counts] = await Promise.all([this.state(license, true), this.ledger.counts(license.licenseId)]);
    const [last] = counts.sequence === 0n ? [] : await this.ledger.events(license.licenseId, counts.sequence - 1n, 1);
    return { state, counts, last, due: dueVoucher(state, counts.units), report: this.report(state, counts) };
  }

  private report(state: MeterState, counts: { units: bigint; reserved: bigint }) {
    const { chain } = state;
    return {
      held: chain.funded > chain.spent ? chain.funded - chain.spent : 0n,
      covered: coveredAmount(state),
      unvouchered: unvouchered(state, counts.units),
    };
  }

  private refused(error: unknown): never {
    if (error instanceof Problem && error.status === 402) this.metrics.meterCaps.inc({ cap: error.code });
    throw error;
  }

  private chainState(license: MeteredLicense, fresh: boolean): Promise<ChainState> {
    const { licenseId } = license;
    const known = this.cache.get(licenseId);
    if (!fresh && known && this.now() - known.at < this.limits.positionTtlMs) return known.state;
    const state = this.readChain(license, fresh);
    if (this.cache.size >= MAX_CACHED) this.cache.clear();
    this.cache.set(licenseId, { at: this.now(), state });
    state.catch(() => this.cache.get(licenseId)?.state === state && this.cache.delete(licenseId));
    return state;
  }

  private async readChain({ licenseId, offer, terms }: MeteredLicense, fresh: boolean): Promise<ChainState> {
    const at = await this.chain.confirmed(fresh);
    const [meter, holder, until, unvoucheredLimit] = await Promise.all([
      this.chain.read("meterRail", "meterOf", [licenseId], at.block),
      this.chain.read("licenseToken", "ownerOf", [licenseId], at.block),
      this.chain.read("meterRail", "redeemableUntil", [licenseId, offer], at.block),
      this.limitOf(offer.token, at.block),
    ]);
    if (!meter || !holder || until === undefined) {
      throw unavailable("chain_unavailable", `The chain does not know the meter of license ${licenseId} yet.`);
    }
    const { units, spent, sequence, funded, thawing, frozen, finished } = meter;
    const chain = { units, spent, sequence, funded, thawing };
    const redeemableUntil = until > MAX_TIME ? undefined : Number(until);
    return { ...at, licenseId, offer, terms, chain, unvoucheredLimit, holder, redeemableUntil, frozen, finished };
  }

  private async limitOf(token: Address, block: bigint): Promise<bigint> {
    let decimals = this.decimals.get(token);
    if (decimals === undefined) {
      decimals = await this.chain.readAt(token, erc20Abi, "decimals", [], block);
      // Without decimals a token is counted in base units.
      if (decimals === undefined) return parseUnits(this.limits.unvouchered, 0);
      this.decimals.set(token, decimals);
    }
    return parseUnits(this.limits.unvouchered, decimals);
  }
}

function conflict({ key, units }: Usage, what: string): Problem {
  return new Problem(
    409,
    "conflict",
    `Use ${key} ${what}, now it is said to be ${units}: name another use by another key.`,
  );
}

/** The newer of what the chain billed and what the present holder signed: a former holder's voucher counts for nothing. */
function voucheredBy({ chain, holder }: ChainState, stored: StoredVoucher | undefined) {
  const counts = stored && isAddressEqual(stored.signer, holder) && stored.voucher.sequence > chain.sequence;
  if (counts) return stored.voucher;
  return { units: chain.units, amount: chain.spent, sequence: chain.sequence };
}
