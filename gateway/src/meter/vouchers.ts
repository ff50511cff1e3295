/** Takes usage vouchers: only such as the chain will take when they are redeemed, and for no more than was served. */
import { meterAmountFor } from "@colophon-protocol/sdk";
import { type Message, typedData } from "@colophon-protocol/sdk/formats";
import { type Hex, hashTypedData, isAddressEqual } from "viem";
import type { ChainReader } from "../chain/reader.js";
import { badRequest, Problem } from "../errors.js";
import type { Metrics } from "../metrics.js";
import { amountDue } from "./position.js";
import type { MeterService, MeterState } from "./service.js";
import type { StoredVoucher } from "./voucher-store.js";

type UsageVoucher = Message<"UsageVoucher">;

/** A voucher with its signature. */
export interface SignedVoucher {
  voucher: UsageVoucher;
  signature: Hex;
}

export class Vouchers {
  constructor(
    private readonly chain: ChainReader,
    private readonly meter: MeterService,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Keeps a voucher; it replaces the one before. The same one again changes nothing.
   * @throws Problem 400 when it does not fit the price list or what was used, 403 when the holder did not sign it, 409 when it is not
   *   newer, or the chain would not take it any more, 402 when the deposit does not cover it
   */
  async submit({ voucher, signature }: SignedVoucher): Promise<StoredVoucher> {
    const license = await this.meter.require(voucher.licenseId);
    const before = await this.meter.vouchers.newest(voucher.licenseId);
    const state = await this.meter.state(license, true);
    // First who signed: what was used is the licensee's business.
    await this.requireSigned(state, { voucher, signature });
    if (before?.signature === signature && saysTheSame(before.voucher, voucher)) return before;
    requireNewer(state, voucher);
    requireOpen(state);
    await this.requireUsed(voucher);
    requirePriced(state, voucher);
    const { time } = state;
    const waits =
      before && before.voucher.sequence > state.chain.sequence && isAddressEqual(before.signer, state.holder);
    const waitingSince = waits ? before.waitingSince : time;
    const stored = { voucher, signer: state.holder, signature, receivedAt: time, waitingSince };
    if (!(await this.meter.vouchers.keep(stored, before)))
      throw conflict("Another voucher came first: ask for the meter again.");
    this.metrics.vouchers.inc();
    return stored;
  }

  private async requireSigned({ holder, block }: MeterState, { voucher, signature }: SignedVoucher): Promise<void> {
    const { chainId, licenseToken } = this.chain.config;
    const hash = hashTypedData(typedData("UsageVoucher", { chainId, licenseToken }, voucher) as never);
    if (await this.chain.isSignedByHolder(holder, hash, signature, block)) return;
    const detail = `The voucher is not signed by ${holder}, who holds license ${voucher.licenseId}, for chain ${chainId}.`;
    throw new Problem(403, "not_allowed", detail);
  }

  private async requireUsed({ licenseId, units }: UsageVoucher): Promise<void> {
    const counts = await this.meter.ledger.counts(licenseId);
    if (units <= counts.units) return;
    throw badRequest(`The voucher says ${units} units, but ${counts.units} were used: sign what was used.`);
  }
}

function requireNewer({ vouchered, licenseId }: MeterState, { units, amount, sequence }: UsageVoucher): void {
  const rises = units >= vouchered.units && amount >= vouchered.amount;
  const same = units === vouchered.units && amount === vouchered.amount;
  if (sequence > vouchered.sequence && rises && !same) return;
  const last = `sequence ${vouchered.sequence}, ${vouchered.units} units, amount ${vouchered.amount}`;
  throw conflict(
    `License ${licenseId} has a voucher with ${last}: the next needs a higher sequence, and more than that.`,
  );
}

function requireOpen({ licenseId, frozen, finished, redeemableUntil, time }: MeterState): void {
  if (finished) throw conflict(`The meter of license ${licenseId} is settled: no voucher counts any more.`);
  // A frozen meter takes vouchers again when the freeze ends.
  if (frozen || redeemableUntil === undefined || redeemableUntil > time) return;
  throw conflict(`Vouchers of license ${licenseId} counted until ${redeemableUntil}; it is ${time}.`);
}

function requirePriced(state: MeterState, { licenseId, units, amount }: UsageVoucher): void {
  const { offer, terms, chain } = state;
  if (terms.cap > 0n && units > terms.cap) {
    throw badRequest(`The voucher says ${units} units, above the license's cap of ${terms.cap}.`);
  }
  const due = amountDue(state, units);
  if (amount !== due || amount > meterAmountFor(offer, units)) {
    throw badRequest(
      `${units} units of license ${licenseId} cost ${due} base units in all, the voucher says ${amount}.`,
    );
  }
  if (terms.mode === "Prepaid" && amount > chain.funded) {
    const missing = (amount - chain.funded).toString();
    const detail = `The voucher says ${amount}, the meter of license ${licenseId} holds ${chain.funded} in all: pay ${missing} more in first.`;
    throw new Problem(402, "deposit_needed", detail, { needed: { deposit: missing, token: offer.token } });
  }
}

function saysTheSame(a: UsageVoucher, b: UsageVoucher): boolean {
  return a.units === b.units && a.amount === b.amount && a.sequence === b.sequence;
}

function conflict(detail: string): Problem {
  return new Problem(409, "conflict", detail);
}
