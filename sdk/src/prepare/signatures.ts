/** The three signatures that pay for a purchase: EIP-2612, EIP-3009 and Permit2, as typed data and as call arguments. */
import { type Address, type Hex, parseSignature, type TypedDataDomain } from "viem";
import type { Authorization, Permit, Permit2Transfer } from "../actions/market.js";
import { authorizationNonce, type PurchaseBinding } from "../core/offer.js";
import type { SignableTypedData } from "./requirements.js";

/** Permit2 has one address on every chain. */
export const PERMIT2_ADDRESS: Address = "0x000000000022D473030F116dDEE9F6B43aC78BA3";

interface Terms {
  /** Who pays and signs. */
  payer: Address;
  /** Who may take the money: the market. */
  spender: Address;
  /** Base units. */
  amount: bigint;
  /** Last second at which the signature may be used. */
  deadline: bigint;
}

const uint = (name: string) => ({ name, type: "uint256" });
const address = (name: string) => ({ name, type: "address" });
const bytes32 = (name: string) => ({ name, type: "bytes32" });

/** EIP-2612: lets the spender take the amount, once. */
export function permitTypedData(terms: Terms, domain: TypedDataDomain, nonce: bigint): SignableTypedData {
  return {
    domain,
    types: { Permit: [address("owner"), address("spender"), uint("value"), uint("nonce"), uint("deadline")] },
    primaryType: "Permit",
    message: { owner: terms.payer, spender: terms.spender, value: terms.amount, nonce, deadline: terms.deadline },
  };
}

/** EIP-3009: moves the amount to the market; its nonce binds it to one purchase. */
export function authorizationTypedData(
  terms: Terms,
  domain: TypedDataDomain,
  purchase: PurchaseBinding,
): SignableTypedData {
  return {
    domain,
    types: {
      ReceiveWithAuthorization: [
        address("from"),
        address("to"),
        uint("value"),
        uint("validAfter"),
        uint("validBefore"),
        bytes32("nonce"),
      ],
    },
    primaryType: "ReceiveWithAuthorization",
    message: {
      from: terms.payer,
      to: terms.spender,
      value: terms.amount,
      validAfter: 0n,
      validBefore: terms.deadline,
      nonce: authorizationNonce(purchase),
    },
  };
}

/** Permit2 SignatureTransfer with a witness that binds it to one purchase. */
export function permit2TypedData(
  terms: Terms,
  token: Address,
  chainId: number,
  nonce: bigint,
  purchase: PurchaseBinding,
): SignableTypedData {
  return {
    domain: { name: "Permit2", chainId, verifyingContract: PERMIT2_ADDRESS },
    types: {
      PermitWitnessTransferFrom: [
        { name: "permitted", type: "TokenPermissions" },
        address("spender"),
        uint("nonce"),
        uint("deadline"),
        { name: "witness", type: "PurchaseWitness" },
      ],
      TokenPermissions: [address("token"), uint("amount")],
      PurchaseWitness: [bytes32("offerId"), address("licensee"), bytes32("reference")],
    },
    primaryType: "PermitWitnessTransferFrom",
    message: {
      permitted: { token, amount: terms.amount },
      spender: terms.spender,
      nonce,
      deadline: terms.deadline,
      witness: { offerId: purchase.offerId, licensee: purchase.licensee, reference: purchase.reference },
    },
  };
}

/** A signature as the market's `Permit`. */
export function toPermit(terms: Terms, signature: Hex): Permit {
  return { value: terms.amount, deadline: terms.deadline, ...vrs(signature) };
}

/** A signature as the market's `Authorization`. */
export function toAuthorization(terms: Terms, signature: Hex): Authorization {
  return { from: terms.payer, validAfter: 0n, validBefore: terms.deadline, ...vrs(signature) };
}

/** A signature as the market's `Permit2Transfer`. */
export function toPermit2Transfer(terms: Terms, nonce: bigint, signature: Hex): Permit2Transfer {
  return { from: terms.payer, nonce, deadline: terms.deadline, signature };
}

function vrs(signature: Hex): { v: number; r: Hex; s: Hex } {
  const { r, s, yParity } = parseSignature(signature);
  return { v: yParity + 27, r, s };
}
