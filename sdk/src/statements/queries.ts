import type { Address } from "viem";
import type { InvoiceDetails } from "../formats/invoice-details.js";
import { ask, type IndexerOptions } from "../indexer/client.js";
import type { Invoice, PayoutStatement } from "./documents.js";

/** Whose document, of when. Seconds; left out, the period is open at that end. */
export interface StatementParameters {
  account: Address;
  /** First second of the period. */
  from?: bigint;
  /** First second after it. */
  to?: bigint;
}

/** Documents are also made as a table and as a page to print. */
export type StatementFormat = "json" | "csv" | "html";

/** What an account earned in a period; throws IndexerError. */
export async function getPayoutStatement(
  options: IndexerOptions,
  parameters: StatementParameters,
): Promise<PayoutStatement> {
  return reviveDocument(await ask<PayoutStatement>(options, pathOf("statements", parameters)));
}

/**
 * What an account was charged and paid in a period; throws IndexerError.
 * @param parameters.details invoice details that its purchases refer to: the indexer checks their hashes and keeps nothing
 */
export async function getInvoice(
  options: IndexerOptions,
  parameters: StatementParameters & { details?: readonly InvoiceDetails[] },
): Promise<Invoice> {
  const { details } = parameters;
  return reviveDocument(await ask<Invoice>(options, pathOf("invoices", parameters), details));
}

/** Where an indexer serves a document, for downloads and links. */
export function statementUrl(
  options: Pick<IndexerOptions, "url">,
  kind: "statements" | "invoices",
  parameters: StatementParameters & { format: StatementFormat },
): string {
  return `${options.url.replace(/\/$/, "")}${pathOf(kind, parameters)}`;
}

function pathOf(kind: "statements" | "invoices", parameters: StatementParameters & { format?: StatementFormat }) {
  const { account, from, to, format } = parameters;
  const search = new URLSearchParams({
    ...(from !== undefined && { from: String(from) }),
    ...(to !== undefined && { to: String(to) }),
    ...(format && { format }),
  });
  return `/${kind}/${account}${search.size > 0 ? `?${search}` : ""}`;
}

/** Numbers that are text in the documents themselves. */
const TEXT = new Set(["symbol", "purchaseReference", "note", "name", "taxId"]);

/** Decimal text of amounts, times and ids becomes bigint again; what parties wrote stays as it is. */
function reviveDocument<T>(document: unknown, key = ""): T {
  if (typeof document === "string" && /^-?\d+$/.test(document) && !TEXT.has(key)) return BigInt(document) as T;
  if (key === "details" && !Array.isArray(document)) return document as T;
  if (Array.isArray(document)) return document.map((item) => reviveDocument(item)) as T;
  if (typeof document !== "object" || document === null) return document as T;
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [name, reviveDocument(value, name)])) as T;
}
