/** MeterRail: pay by use, from a deposit or after the fact. Writes present the license's whole offer. */
import { meterRailAbi } from "@colophon-protocol/contracts";
import { type Address, type Hex, type Log, maxUint256, parseEventLogs } from "viem";
import { enumName, STANDING, type Standing } from "../core/enums.js";
import type { Offer } from "../core/offer.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";
import type { Deal } from "./escrow.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf("MeterRail", meterRailAbi, async () => {
  const [{ meterHints }, { paymentsHints }] = await Promise.all([
    import("../errors/hints-meter.js"),
    import("../errors/hints-payments.js"),
  ]);
  return { ...paymentsHints, ...meterHints };
});

/** A voucher with its signature, and the offer that its license was bought from. */
export interface SignedVoucher {
  offer: Offer;
  voucher: Message<"UsageVoucher">;
  signature: Hex;
}

const dealArgs = ({ licenseId, offer }: Deal) => [licenseId, offer] as const;

/** Bills a voucher: the difference to the last one goes to the distributor. Anyone. Emits VoucherRedeemed. */
export const redeemVoucher = /*#__PURE__*/ defineWrite({
  contract: "MeterRail",
  abi: meterRailAbi,
  functionName: "redeem",
  event: "VoucherRedeemed",
  args: ({ offer, voucher, signature }: SignedVoucher) => [offer, voucher, signature],
});
/** `redeemVoucher`, waiting for its receipt. */
export const redeemVoucherSync = /*#__PURE__*/ syncOf(redeemVoucher);

/** Gas that one redemption of a batch may use: enough to pay a pool. What needs more fails alone. */
const GAS_EACH = 600_000n;

/**
 * Bills many vouchers, of any offers, in one transaction. One that is refused leaves the others alone. Anyone.
 * Emits VoucherRedeemed for each billed; `refusedVouchers(receipt.logs)` tells the others.
 */
export const redeemVouchers = /*#__PURE__*/ defineWrite({
  contract: "MeterRail",
  abi: meterRailAbi,
  functionName: "redeemMany",
  event: "VoucherRedeemed",
  args: ({ vouchers, gasEach = GAS_EACH }: { vouchers: readonly SignedVoucher[]; gasEach?: bigint }) => {
    const offers = [...new Set(vouchers.map(({ offer }) => offer))];
    const entries = vouchers.map(({ offer, voucher, signature }) => ({
      offer: BigInt(offers.indexOf(offer)),
      voucher,
      signature,
    }));
    return [offers, entries, gasEach];
  },
  gas: ({ vouchers, gasEach = GAS_EACH }) => {
    // A call passes on at most 63 of 64 parts of its gas; each entry has its words to read and its log to write besides.
    const each = (gasEach * 64n) / 63n + 40_000n;
    return 100_000n + BigInt(vouchers.length) * each;
  },
});

/** Vouchers of a batch that were refused, from its receipt, with the selector of the reason; zero when it ran out of gas. */
export function refusedVouchers(logs: readonly Log[]): { licenseId: bigint; sequence: bigint; reason: Hex }[] {
  const events = parseEventLogs({ abi: meterRailAbi, eventName: "VoucherRefused", logs: logs as Log[], strict: true });
  return events.map(({ args }) => ({ ...args }));
}

/** Pays into a meter, out of an allowance to the rail; a debt is paid first. Anyone. Emits Deposited. */
export const depositToMeter = /*#__PURE__*/ defineWrite({
  contract: "MeterRail",
  abi: meterRailAbi,
  functionName: "deposit",
  event: "Deposited",
  args: ({ licenseId, offer, amount, payer }: Deal & { amount: bigint; payer: Address }) => [
    licenseId,
    offer,
    amount,
    payer,
  ],
});
/** `depositToMeter`, waiting for its receipt. */
export const depositToMeterSync = /*#__PURE__*/ syncOf(depositToMeter);

/** Asks for a part of the deposit back; it thaws first. Replaces an earlier request, zero cancels. Only the payer. Emits WithdrawalThawing. */
export const requestDeposit = /*#__PURE__*/ defineWrite({
  contract: "MeterRail",
  abi: meterRailAbi,
  functionName: "requestWithdrawal",
  event: "WithdrawalThawing",
  args: ({ licenseId, offer, amount }: Deal & { amount: bigint }) => [licenseId, offer, amount],
});
/** `requestDeposit`, waiting for its receipt. */
export const requestDepositSync = /*#__PURE__*/ syncOf(requestDeposit);

/** Pays the payer what thawed, as far as vouchers left it. Anyone. Emits DepositWithdrawn. */
export const withdrawDeposit = /*#__PURE__*/ defineWrite({
  contract: "MeterRail",
  abi: meterRailAbi,
  functionName: "completeWithdrawal",
  event: "DepositWithdrawn",
  args: dealArgs,
});
/** `withdrawDeposit`, waiting for its receipt. */
export const withdrawDepositSync = /*#__PURE__*/ syncOf(withdrawDeposit);

/** Ends the license at once; vouchers count for one thaw more. Only the holder. Emits MeterClosed. */
export const closeMeter = /*#__PURE__*/ defineWrite({
  contract: "MeterRail",
  abi: meterRailAbi,
  functionName: "close",
  event: "MeterClosed",
  args: dealArgs,
});
/** `closeMeter`, waiting for its receipt. */
export const closeMeterSync = /*#__PURE__*/ syncOf(closeMeter);

/**
 * After the final window, pays what is left to the payer; at any time, collects what a debtor's allowance now pays. Anyone.
 * Emits MeterFinished, or DebtPaid alone: so it has no `Sync` twin.
 */
export const settleMeter = /*#__PURE__*/ defineWrite({
  contract: "MeterRail",
  abi: meterRailAbi,
  functionName: "settle",
  event: "MeterFinished",
  args: dealArgs,
});

/** A license's meter: units and base units billed, deposit, withdrawal, debt. Reverts for a license without one. */
export const meterOf = /*#__PURE__*/ read({
  functionName: "meterOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (meter) => ({
    ...meter,
    /** Base units that are paid in and not billed. */
    held: meter.funded > meter.spent ? meter.funded - meter.spent : 0n,
    /** Base units that are billed and not paid. */
    debt: meter.spent > meter.funded ? meter.spent - meter.funded : 0n,
  }),
});
/** A meter as `meterOf` gives it. */
export type Meter = Awaited<ReturnType<typeof meterOf>>;

/** Last second in which vouchers of a license can be redeemed; undefined while no end is in sight. */
export const meterRedeemableUntil = /*#__PURE__*/ read({
  functionName: "redeemableUntil",
  args: ({ licenseId, offer }: Deal) => [licenseId, offer],
  result: (until): bigint | undefined => (until === maxUint256 ? undefined : until),
});

/** What the rail says of a license now. */
export const meterStanding = /*#__PURE__*/ read({
  functionName: "standing",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (standing): Standing => enumName(STANDING, standing),
});

/** Most vouchers in one `redeemVouchers`. */
export const maxVoucherBatch = /*#__PURE__*/ read({
  functionName: "MAX_BATCH",
  args: (_: object) => [],
  result: (max): number => Number(max),
});
