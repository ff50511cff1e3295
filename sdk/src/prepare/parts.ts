/** Requirements that several prepared writes share. */
import type { Address, Hex } from "viem";
import type { Transaction } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";
import type { Prepared, Requirement, SignatureKind, SignatureRequirement, Signatures } from "./requirements.js";
import { approveTransaction, type TokenState } from "./token.js";

/** Tokens check signatures against a key; contracts have none. An account that delegates to code (EIP-7702) keeps its key. */
export const canSign = (code: Hex | undefined) => code === undefined || code === "0x" || code.startsWith("0xef0100");

/** A write that one signature pays for. */
export function signed(
  kind: SignatureKind,
  amount: bigint,
  typedData: SignatureRequirement["typedData"],
  call: (signature: Hex) => Transaction,
): Prepared {
  return {
    requirements: [{ type: "signature", kind, amount, typedData }],
    build: (signatures = {}) => {
      return transactionOf(call(requireSignature(signatures, kind)));
    },
  };
}

/** @throws ColophonError `requirement` when the signature is not there */
export function requireSignature(signatures: Signatures, kind: SignatureKind): Hex {
  const signature = signatures[kind];
  if (signature) return signature;
  throw new ColophonError(`The ${kind} signature is missing.`, {
    code: "requirement",
    hint: `Sign the requirement's typed data and pass it as { ${kind}: signature }.`,
  });
}

/** An allowance to be raised to `amount` base units. */
export function approval(token: Address, spender: Address, amount: bigint): Requirement {
  return { type: "approval", token, spender, amount, transaction: approveTransaction(token, spender, amount) };
}

/** What an account lacks of `due` base units; empty when nothing. */
export function shortfall(account: Address, { address, balance }: TokenState, due: bigint): Requirement[] {
  if (balance >= due) return [];
  return [{ type: "balance", token: address, account, required: due, available: balance, missing: due - balance }];
}

/** The plain transaction of a contract call. */
export const transactionOf = ({ to, data, value }: Transaction): Transaction => ({ to, data, value });

const SIGNATURE_LIFETIME = 1200n;

/** Last second at which signatures may be used unless told: 20 minutes from the chain's present. */
export const signatureDeadline = ({ timestamp }: { timestamp: bigint }) => timestamp + SIGNATURE_LIFETIME;
