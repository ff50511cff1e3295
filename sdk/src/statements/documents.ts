import type { Address, Hex } from "viem";
import type { InvoiceDetails } from "../formats/invoice-details.js";

// Documents as the indexer makes them from events alone. Amounts and times are bigint (base units, seconds), decimal text in JSON.

/** A span of time: `from` belongs to it, `to` does not; null is open. Seconds. */
export interface Period {
  from: bigint;
  to: bigint | null;
}

/** How a token is written; null when it could not be asked. */
export interface TokenInfo {
  token: Address;
  symbol: string | null;
  decimals: number | null;
}

/**
 * What one line of a payout statement is: OWNER, an owner's rest of a release; POOL, a contributor's share through a pool, in super
 * tokens; CREDIT, a contributor's share that waits in the distributor; ROYALTY, of a parent; FEE, the protocol's; BOND, of a lost contest;
 * RESALE, of a license that the dataset's owner took; LIST, a contributor's share out of a list, when it is claimed.
 */
export type PayoutLineKind = "OWNER" | "POOL" | "CREDIT" | "ROYALTY" | "FEE" | "BOND" | "RESALE" | "LIST";

/** `gross` = fee + royalty + others + own part, in `token`. `net` is the own part, in `netToken`: a super token for POOL, else the same. */
export interface PayoutLine {
  time: bigint;
  kind: PayoutLineKind;
  datasetId: bigint | null;
  licenseId: bigint | null;
  token: Address;
  gross: bigint;
  fee: bigint;
  royalty: bigint;
  netToken: Address;
  net: bigint;
  transactionHash: Hex;
  logIndex: number;
}

/** Sums of lines per token. */
export interface PayoutTotal {
  token: Address;
  netToken: Address;
  lines: number;
  gross: bigint;
  fee: bigint;
  royalty: bigint;
  net: bigint;
}

/** What waits at one contract until it is claimed: `opening + added - claimed = closing`. */
export interface WaitingTotal {
  source: Address;
  token: Address;
  opening: bigint;
  added: bigint;
  claimed: bigint;
  closing: bigint;
}

/** Royalties that nobody has had paid out yet: `opening + accrued - paid = closing`; `paid` with the own parents' part. */
export interface RoyaltyTotal {
  token: Address;
  opening: bigint;
  accrued: bigint;
  paid: bigint;
  closing: bigint;
}

/** What the distributor sent to the account directly: `earned - added + claimed` of its lines and of what waits there. */
export interface SentTotal {
  token: Address;
  sent: bigint;
}

/** What one account earned in a period. */
export interface PayoutStatement {
  document: "colophon-payout-statement";
  chainId: number;
  account: Address;
  period: Period;
  lines: PayoutLine[];
  totals: PayoutTotal[];
  waiting: WaitingTotal[];
  royalties: RoyaltyTotal[];
  sent: SentTotal[];
  tokens: TokenInfo[];
}

/**
 * A release charged to the account: `gross = fee + royalty + net`, where net is what owner and contributors got, in `token`: the
 * offer's, or for a stream perhaps its super token. `tax` is contained in gross, null without invoice details. A RESALE is a license
 * that the account took over as the dataset's owner, all of it `seller`'s, who held it.
 */
export interface InvoiceLine {
  kind: "RELEASE" | "RESALE";
  time: bigint;
  licenseId: bigint;
  datasetId: bigint;
  seller: Address;
  licensee: Address;
  reference: Hex;
  token: Address;
  gross: bigint;
  fee: bigint;
  royalty: bigint;
  net: bigint;
  tax: bigint | null;
  transactionHash: Hex;
  logIndex: number;
}

/** What the account paid in (`in`) or got back: a purchase's due, or a payment entity's kind. */
export interface InvoicePayment {
  time: bigint;
  kind:
    | "PURCHASE"
    | "DEPOSIT"
    | "BILL"
    | "STATEMENT"
    | "DEBT"
    | "STREAM"
    | "BOND"
    | "REFUND"
    | "WITHDRAWAL"
    | "BOND_RETURNED"
    | "RESALE";
  in: boolean;
  licenseId: bigint;
  reference: Hex;
  token: Address;
  amount: bigint;
  transactionHash: Hex;
  logIndex: number;
}

/** Sums of lines per seller and token. */
export interface InvoiceTotal {
  seller: Address;
  token: Address;
  lines: number;
  gross: bigint;
  fee: bigint;
  royalty: bigint;
  net: bigint;
  tax: bigint | null;
}

/** Sums of payments per token. */
export interface PaymentTotal {
  token: Address;
  paid: bigint;
  returned: bigint;
}

/**
 * A license on the invoice, over its life until the period's end and whoever paid: `paid - returned - charged = held`, contests'
 * bonds included. What a stream carries and no concluded epoch holds is not in here: it is in the stream's vault.
 */
export interface LicenseBalance {
  licenseId: bigint;
  token: Address;
  paid: bigint;
  returned: bigint;
  charged: bigint;
  held: bigint;
}

/** Details that were handed in, and that a purchase on the invoice refers to by hash. */
export interface ReferredDetails {
  reference: Hex;
  details: InvoiceDetails;
}

/** What one account was charged and paid in a period. */
export interface Invoice {
  document: "colophon-invoice";
  chainId: number;
  account: Address;
  period: Period;
  lines: InvoiceLine[];
  totals: InvoiceTotal[];
  payments: InvoicePayment[];
  paid: PaymentTotal[];
  licenses: LicenseBalance[];
  details: ReferredDetails[];
  tokens: TokenInfo[];
}
