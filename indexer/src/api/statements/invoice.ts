import {
  type InvoiceDetails,
  invoiceDetailsBytes,
  invoiceDetailsHash,
  taxWithin,
} from "@colophon-protocol/sdk/formats";
import type {
  Invoice,
  InvoiceLine,
  InvoicePayment,
  InvoiceTotal,
  LicenseBalance,
  PaymentTotal,
  Period,
  ReferredDetails,
} from "@colophon-protocol/sdk/indexer";
import { type Address, zeroHash } from "viem";
import { type DistributionRow, groupBy, inOrder, numberOf, type PaymentRow, type SaleRow, sumOf } from "./rows";

/** What an account paid or got back: all kinds but what it was paid for a license, which is income. */
export type BilledPayment = PaymentRow & { kind: Exclude<PaymentRow["kind"], "RESALE_SOLD"> };
export const isBilled = <row extends PaymentRow>(row: row): row is row & BilledPayment => row.kind !== "RESALE_SOLD";

/** What an account's invoice is made of. */
export interface InvoiceRows {
  /** Releases billed to the account within the period. */
  charged: readonly DistributionRow[];
  /** What it paid or got back within the period, purchases aside. */
  payments: readonly BilledPayment[];
  /** Its purchases within the period. */
  bought: readonly SaleRow[];
  /** The sales of all licenses named in the rows above. */
  sales: readonly SaleRow[];
  /** Of the same licenses until the period's end, whoever paid: what came in, went back and was released. */
  balances: readonly { licenseId: bigint; paid: bigint; returned: bigint; charged: bigint }[];
}

/** Payment kinds that go back to an account. */
export const RETURNS = ["REFUND", "WITHDRAWAL", "BOND_RETURNED"] as const satisfies PaymentRow["kind"][];
const OUT: ReadonlySet<string> = new Set(RETURNS);

/**
 * An account's invoice, from rows and from what it handed in alone.
 * @throws FormatError for details that are none
 */
export function buildInvoice(
  { chainId, account, period }: { chainId: number; account: Address; period: Period },
  rows: InvoiceRows,
  given: readonly InvoiceDetails[],
): Omit<Invoice, "tokens"> {
  const saleOf = new Map(rows.sales.map((sale) => [sale.licenseId, sale]));
  const details = referredTo(rows.sales, given);
  const lines = [
    ...rows.charged.map((row) => lineOf(row, required(saleOf, row.licenseId), details)),
    ...rows.payments
      .filter(({ kind }) => kind === "RESALE")
      .map((row) => resaleOf(row, required(saleOf, row.licenseId))),
  ].sort(inOrder);
  const payments = paymentsOf(rows, saleOf).sort(inOrder);
  return {
    document: "colophon-invoice",
    chainId,
    account,
    period,
    lines,
    totals: totalsOf(lines),
    payments,
    paid: paidOf(payments),
    licenses: rows.balances.map((row) => balanceOf(row, required(saleOf, row.licenseId))),
    details,
  };
}

function lineOf(row: DistributionRow, sale: SaleRow, details: readonly ReferredDetails[]): InvoiceLine {
  const { seller, licensee, reference } = sale;
  const tax = details.find((each) => each.reference === reference)?.details.tax;
  return {
    kind: "RELEASE",
    time: row.at,
    licenseId: row.licenseId,
    datasetId: numberOf(row.datasetRef),
    seller,
    licensee,
    reference,
    token: row.token,
    gross: row.amount,
    fee: row.fee,
    royalty: row.parents,
    net: row.amount - row.fee - row.parents,
    tax: tax ? taxWithin(tax, row.amount) : null,
    transactionHash: row.transactionHash,
    logIndex: row.logIndex,
  };
}

/** A license that the account took over from its holder, as the dataset's owner: charged and paid in one. */
function resaleOf(row: PaymentRow, { licensee, datasetRef }: SaleRow): InvoiceLine {
  const { licenseId, token, amount, counterparty, transactionHash, logIndex } = row;
  if (!counterparty) throw new Error(`The resale of license ${licenseId} names no seller.`);
  return {
    kind: "RESALE",
    time: row.at,
    licenseId,
    datasetId: numberOf(datasetRef),
    seller: counterparty,
    licensee,
    reference: zeroHash,
    token,
    gross: amount,
    fee: 0n,
    royalty: 0n,
    net: amount,
    tax: null,
    transactionHash,
    logIndex,
  };
}

function paymentsOf({ payments, bought }: InvoiceRows, saleOf: Map<bigint, SaleRow>): InvoicePayment[] {
  const due = bought.filter((sale) => sale.amount > 0n);
  return [
    ...due.map(({ at: time, licenseId, reference, token, amount, transactionHash, logIndex }) => ({
      time,
      kind: "PURCHASE" as const,
      in: true,
      licenseId,
      reference,
      token,
      amount,
      transactionHash,
      logIndex,
    })),
    ...payments.map(({ at: time, kind, licenseId, token, amount, transactionHash, logIndex }) => ({
      time,
      kind,
      in: !OUT.has(kind),
      licenseId,
      reference: kind === "RESALE" ? zeroHash : required(saleOf, licenseId).reference,
      token,
      amount,
      transactionHash,
      logIndex,
    })),
  ];
}

function totalsOf(lines: readonly InvoiceLine[]): InvoiceTotal[] {
  return groupBy(lines, (line) => `${line.seller} ${line.token}`).map((group) => {
    const [{ seller, token }] = group as [InvoiceLine];
    const taxed = group.filter((line) => line.tax !== null);
    return {
      seller,
      token,
      lines: group.length,
      gross: sumOf(group, (line) => line.gross),
      fee: sumOf(group, (line) => line.fee),
      royalty: sumOf(group, (line) => line.royalty),
      net: sumOf(group, (line) => line.net),
      tax: taxed.length > 0 ? sumOf(taxed, (line) => line.tax ?? 0n) : null,
    };
  });
}

function paidOf(payments: readonly InvoicePayment[]): PaymentTotal[] {
  return groupBy(payments, ({ token }) => token).map((group) => {
    const [{ token }] = group as [InvoicePayment];
    const sum = (inward: boolean) =>
      sumOf(
        group.filter((row) => row.in === inward),
        ({ amount }) => amount,
      );
    return { token, paid: sum(true), returned: sum(false) };
  });
}

function balanceOf(row: InvoiceRows["balances"][number], { token }: SaleRow): LicenseBalance {
  return { ...row, token, held: row.paid - row.returned - row.charged };
}

/** The details that some purchase refers to; others say nothing about this invoice and are left out. */
function referredTo(sales: readonly SaleRow[], given: readonly InvoiceDetails[]): ReferredDetails[] {
  const references = new Set(sales.map(({ reference }) => reference));
  return given
    .map((details) => ({ reference: invoiceDetailsHash(invoiceDetailsBytes(details)), details }))
    .filter(({ reference }) => references.has(reference));
}

function required(saleOf: Map<bigint, SaleRow>, licenseId: bigint): SaleRow {
  const sale = saleOf.get(licenseId);
  if (!sale) throw new Error(`License ${licenseId} has rows but was never sold.`);
  return sale;
}
