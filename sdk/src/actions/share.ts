/** RevenueShareRail: a guarantee per period, or a share of revenue, by signed statements. Writes present the license's whole offer. */
import { revenueShareRailAbi } from "@colophon-protocol/contracts";
import type { Hex } from "viem";
import { enumName, STANDING, type Standing } from "../core/enums.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";
import type { Deal } from "./escrow.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf("RevenueShareRail", revenueShareRailAbi, async () => {
  const [{ shareHints }, { paymentsHints }] = await Promise.all([
    import("../errors/hints-share.js"),
    import("../errors/hints-payments.js"),
  ]);
  return { ...paymentsHints, ...shareHints };
});

/** A statement with the holder's signature, and the auditor's where the offer wants it. */
export interface SignedStatement extends Deal {
  statement: Message<"RevenueStatement">;
  signature: Hex;
  auditorSignature?: Hex;
}

const dealArgs = ({ licenseId, offer }: Deal) => [licenseId, offer] as const;

/**
 * States the next period and pays for it, out of the sender's allowance to the rail. Anyone with the holder's signature.
 * `prepareStatement` finds out what is due and what is needed first. Emits RevenueStated.
 */
export const submitStatement = /*#__PURE__*/ defineWrite({
  contract: "RevenueShareRail",
  abi: revenueShareRailAbi,
  functionName: "submitStatement",
  event: "RevenueStated",
  args: ({ licenseId, offer, statement, signature, auditorSignature = "0x" }: SignedStatement) => [
    licenseId,
    offer,
    statement,
    signature,
    auditorSignature,
  ],
});
/** `submitStatement`, waiting for its receipt. */
export const submitStatementSync = /*#__PURE__*/ syncOf(submitStatement);

/** Puts an audit on record; more than stated becomes a debt, less a credit. Anyone with the auditor's signature. Emits RevenueAudited. */
export const submitAudit = /*#__PURE__*/ defineWrite({
  contract: "RevenueShareRail",
  abi: revenueShareRailAbi,
  functionName: "submitAudit",
  event: "RevenueAudited",
  args: ({ licenseId, offer, audit, signature }: Deal & { audit: Message<"RevenueAudit">; signature: Hex }) => [
    licenseId,
    offer,
    audit,
    signature,
  ],
});
/** `submitAudit`, waiting for its receipt. */
export const submitAuditSync = /*#__PURE__*/ syncOf(submitAudit);

/** Pays `amount` base units of the debt, out of the sender's allowance to the rail. Anyone. Emits DebtPaid. */
export const payShareDebt = /*#__PURE__*/ defineWrite({
  contract: "RevenueShareRail",
  abi: revenueShareRailAbi,
  functionName: "payDebt",
  event: "DebtPaid",
  args: ({ licenseId, offer, amount }: Deal & { amount: bigint }) => [licenseId, offer, amount],
});
/** `payShareDebt`, waiting for its receipt. */
export const payShareDebtSync = /*#__PURE__*/ syncOf(payShareDebt);

/** Puts on record that the next statement is overdue. Anyone, once per period. Emits StatementMissed. */
export const remindStatement = /*#__PURE__*/ defineWrite({
  contract: "RevenueShareRail",
  abi: revenueShareRailAbi,
  functionName: "remind",
  event: "StatementMissed",
  args: dealArgs,
});
/** `remindStatement`, waiting for its receipt. */
export const remindStatementSync = /*#__PURE__*/ syncOf(remindStatement);

/** Releases the guarantee of the first period. Anyone. Emits GuaranteeReleased. */
export const settleGuarantee = /*#__PURE__*/ defineWrite({
  contract: "RevenueShareRail",
  abi: revenueShareRailAbi,
  functionName: "settle",
  event: "GuaranteeReleased",
  args: dealArgs,
});
/** `settleGuarantee`, waiting for its receipt. */
export const settleGuaranteeSync = /*#__PURE__*/ syncOf(settleGuarantee);

/**
 * Ends the license with the running period, from the holder; once that is over, anyone puts the end on record by the same call.
 * Emits ShareClosing, or ShareClosed: so it has no `Sync` twin.
 */
export const closeShare = /*#__PURE__*/ defineWrite({
  contract: "RevenueShareRail",
  abi: revenueShareRailAbi,
  functionName: "close",
  event: "ShareClosing",
  args: dealArgs,
});

/** `lastPeriod` of an account that has none. */
const NO_LAST_PERIOD = 2 ** 32 - 1;

/** Where a license stands with its statements; all zero when it does not pay through this rail. */
export const shareAccountOf = /*#__PURE__*/ read({
  functionName: "accountOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: ({ lastPeriod, ...account }) => ({
    ...account,
    /** Last period for which anything is due; undefined while none is set. */
    lastPeriod: lastPeriod === NO_LAST_PERIOD ? undefined : lastPeriod,
  }),
});

/** A period as stated: what was owed, when it was stated (0 for not), whether the auditor has spoken. */
export const sharePeriodOf = /*#__PURE__*/ read({
  functionName: "periodOf",
  args: ({ licenseId, period }: LicenseId & { period: number }) => [licenseId, period],
  result: (period) => ({ ...period }),
});

/** What the rail says of a license now. */
export const shareStanding = /*#__PURE__*/ read({
  functionName: "standing",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (standing): Standing => enumName(STANDING, standing),
});
