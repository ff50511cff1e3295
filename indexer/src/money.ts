import type { Context } from "ponder:registry";
import { license, payment, type paymentKind, payout, type payoutKind } from "ponder:schema";
import type { Address } from "viem";
import { type AnyEvent, addToDay, chainId, idOf, logId, touchAccount } from "./shared";

type PaymentKind = (typeof paymentKind.enumValues)[number];
type PayoutKind = (typeof payoutKind.enumValues)[number];

/** Bonds are the contest's, not the license's, and resales pass no rail: they count in no volume. */
const IN_VOLUME: Record<PaymentKind, "volume" | "refunded" | null> = {
  DEPOSIT: "volume",
  BILL: "volume",
  STATEMENT: "volume",
  DEBT: "volume",
  STREAM: "volume",
  BOND: null,
  REFUND: "refunded",
  WITHDRAWAL: "refunded",
  BOND_RETURNED: null,
  RESALE: null,
  RESALE_SOLD: null,
};

/** Records what moved between an account and a rail, or its `counterparty`; nothing when nothing did. */
export async function recordPayment(
  context: Context,
  event: AnyEvent,
  kind: PaymentKind,
  {
    licenseId,
    amount,
    ...values
  }: { licenseId: bigint; account: Address; counterparty?: Address; token: Address; amount: bigint },
) {
  if (amount === 0n) return;
  await context.db.insert(payment).values({
    // One event may tell of a payment each way.
    id: `${logId(event)}-${kind.toLowerCase()}`,
    chainId,
    kind,
    licenseRef: idOf(licenseId),
    licenseId,
    ...values,
    amount,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
    logIndex: event.log.logIndex,
  });
  const sum = IN_VOLUME[kind];
  if (sum) await addToDay(context.db, event, values.token, { [sum]: amount });
  await touchAccount(context.db, event, values.account);
}

/** Records what an account was paid or credited. `gross` and `distributed`: see the entity. */
export async function recordPayout(
  context: Context,
  event: AnyEvent,
  kind: PayoutKind,
  {
    gross,
    ...values
  }: {
    account: Address;
    token: Address;
    amount: bigint;
    gross?: bigint;
    distributed?: bigint;
    datasetRef?: string;
  },
) {
  await context.db.insert(payout).values({
    id: logId(event),
    chainId,
    kind,
    ...values,
    gross: gross ?? values.amount,
    source: event.log.address,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
    logIndex: event.log.logIndex,
  });
  await touchAccount(context.db, event, values.account);
}

/** Says who the license's next releases are charged to; null is its holder. */
export async function billTo(context: Context, licenseId: bigint, account: Address | null): Promise<void> {
  const id = idOf(licenseId);
  const row = await context.db.find(license, { id });
  const billedTo = account ?? row?.holder;
  if (row && row.billedTo !== billedTo) await context.db.update(license, { id }).set({ billedTo });
}

/** An event that says which account in which token a payout waits for, or was paid late. */
interface Deferral {
  context: Context;
  event: AnyEvent & { args: { account: Address; token: Address; amount: bigint } };
}

/** A rail could not send what was due: it waits there. The same on every rail. */
export const payoutDeferred = ({ event, context }: Deferral) =>
  recordPayout(context, event, "DEFERRED", pick(event.args));

/** What waited at a rail was paid. */
export const deferredClaimed = ({ event, context }: Deferral) =>
  recordPayout(context, event, "CLAIM", pick(event.args));

const pick = ({ account, token, amount }: Deferral["event"]["args"]) => ({ account, token, amount });
