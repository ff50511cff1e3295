/** What must be done before a write, as data: for a wallet, a smart account or a page that shows the steps. */
import type { Address, Hex, TypedDataDomain, TypedDataParameter } from "viem";
import type { Transaction } from "../core/types.js";

/** How a purchase is paid: out of an allowance, or with a signature of one of three kinds. */
export type Funding = "allowance" | "permit" | "authorization" | "permit2";
/** Signatures that a requirement may ask for. */
export type SignatureKind = Exclude<Funding, "allowance">;

/** EIP-712 typed data, ready for `signTypedData`. */
export interface SignableTypedData {
  domain: TypedDataDomain;
  types: Record<string, readonly TypedDataParameter[]>;
  primaryType: string;
  message: Record<string, unknown>;
}

/** The account lacks tokens. Nothing the SDK can send helps; amounts in base units. */
export interface BalanceRequirement {
  type: "balance";
  token: Address;
  account: Address;
  required: bigint;
  available: bigint;
  missing: bigint;
}

/** An allowance must be raised: send `transaction`. */
export interface ApprovalRequirement {
  type: "approval";
  token: Address;
  spender: Address;
  /** Base units that the spender may take after this. */
  amount: bigint;
  transaction: Transaction;
}

/** A message must be signed and handed to `build` under its `kind`. Costs no gas. */
export interface SignatureRequirement {
  type: "signature";
  kind: SignatureKind;
  /** Base units that the signature lets move. */
  amount: bigint;
  typedData: SignableTypedData;
}

/**
 * Superfluid must let the rail open the payer's flow, and there must be enough to stream: send `build(signatures)`,
 * one transaction that wraps and permits. It uses the permit signature where one was asked for before it.
 */
export interface PermissionRequirement {
  type: "permission";
  superToken: Address;
  /** Who may act on the payer's flows after this: the offer's rail. */
  operator: Address;
  /** Super token units per second that the operator may add. */
  rate: bigint;
  /** Base units of the payment token that are wrapped along; 0 for none. */
  wrap: bigint;
  /** @throws ColophonError `requirement` when the permit signature is missing */
  build(signatures?: Signatures): Transaction;
}

export type Requirement = BalanceRequirement | ApprovalRequirement | SignatureRequirement | PermissionRequirement;

/** Signatures by kind. */
export type Signatures = Partial<Record<SignatureKind, Hex>>;

/** A write with what it needs first. */
export interface Prepared {
  /** What is to be done, in order; empty when the write can go out at once. */
  requirements: readonly Requirement[];
  /**
   * The transaction itself.
   * @throws ColophonError `requirement` when a signature that it needs is missing
   */
  build(signatures?: Signatures): Transaction;
}

/**
 * Approvals, permissions and the write as one list, for wallets that send several calls at once (EIP-5792).
 * @throws ColophonError `requirement` when a signature is needed: such a write is one call anyway
 */
export function batchOf(prepared: Prepared): Transaction[] {
  const first = prepared.requirements.flatMap((needed) => {
    if (needed.type === "approval") return [needed.transaction];
    return needed.type === "permission" ? [needed.build()] : [];
  });
  return [...first, prepared.build()];
}
