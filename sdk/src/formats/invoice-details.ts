import { type Hex, toHex } from "./bytes.js";
import { DocumentFormat } from "./document.js";
import { FormatError } from "./errors.js";
import schema from "./generated/invoice-details-validator.js";
import { type Sha256, sha256 } from "./hash.js";

/** Most bytes of canonical invoice details. */
export const INVOICE_DETAILS_MAX_BYTES = 16_384;

/** Buyer or seller, as invoices name them. */
export interface InvoiceParty {
  name: string;
  address: readonly string[];
  /** ISO 3166-1 alpha-2. */
  country: string;
  taxId?: string;
  account?: Hex;
}

/** `charged`: what is paid contains the tax, at `rateBps` basis points of the amount without it. */
export interface InvoiceTax {
  treatment: "charged" | "reverse-charge" | "exempt" | "out-of-scope";
  rateBps: number;
  country: string;
  note?: string;
}

/** What an invoice needs and no chain should know; see spec/schemas/invoice-details.v1.schema.json. */
export interface InvoiceDetails {
  format: "colophon-invoice-details";
  formatVersion: 1;
  /** 32 random bytes, so that the hash cannot be guessed from the contents. */
  salt: Hex;
  purchaseReference: string;
  buyer: InvoiceParty;
  seller?: InvoiceParty;
  tax: InvoiceTax;
  note?: string;
}

/** @param salt 32 random bytes */
export function createInvoiceDetails(
  fields: Omit<InvoiceDetails, "format" | "formatVersion" | "salt">,
  salt: Uint8Array,
): InvoiceDetails {
  return { format: "colophon-invoice-details", formatVersion: 1, ...fields, salt: toHex(salt) };
}

const invoiceDetailsFormat = /*#__PURE__*/ new DocumentFormat<InvoiceDetails>(
  "invoice details",
  schema,
  INVOICE_DETAILS_MAX_BYTES,
);

/** Canonical bytes. @throws FormatError `schema` or `value` (a rate without a charged tax, or the other way round) */
export function invoiceDetailsBytes(details: InvoiceDetails): Uint8Array {
  const bytes = invoiceDetailsFormat.write(details);
  requireConsistent(details);
  return bytes;
}

/**
 * Reads canonical bytes.
 * @param reference the purchase's reference on chain, when it must be that document
 * @throws FormatError `not-canonical`, `schema`, `value` or `mismatch`
 */
export function readInvoiceDetails(bytes: Uint8Array, reference?: Hex, hash: Sha256 = sha256): InvoiceDetails {
  const details = invoiceDetailsFormat.read(bytes);
  requireConsistent(details);
  const own = invoiceDetailsHash(bytes, hash);
  if (reference !== undefined && own !== reference) {
    throw new FormatError("mismatch", `the invoice details hash to ${own}, the purchase refers to ${reference}.`);
  }
  return details;
}

/** SHA-256 of the canonical bytes: the reference of the purchase (`buy`, `LicenseSold`). */
export function invoiceDetailsHash(bytes: Uint8Array, hash: Sha256 = sha256): Hex {
  return toHex(hash(bytes));
}

/** The tax contained in `gross`, rounded down; both base units. */
export function taxWithin(tax: InvoiceTax, gross: bigint): bigint {
  const rate = BigInt(tax.rateBps);
  return (gross * rate) / (10_000n + rate);
}

function requireConsistent({ tax }: InvoiceDetails): void {
  if ((tax.treatment === "charged") !== tax.rateBps > 0) {
    throw new FormatError(
      "value",
      `tax is ${tax.treatment} at ${tax.rateBps} basis points: the rate is above zero exactly when tax is charged.`,
    );
  }
}
