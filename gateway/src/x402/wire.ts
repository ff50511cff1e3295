/** x402 version 2, scheme `exact` on EVM chains with EIP-3009: what goes over the wire. */
import { type Address, getAddress, type Hex, isAddress, isHex } from "viem";
import { badRequest } from "../errors.js";

/** Headers, base64 of JSON each. */
export const PAYMENT_REQUIRED = "payment-required";
export const PAYMENT_SIGNATURE = "payment-signature";
export const PAYMENT_RESPONSE = "payment-response";

/** What is asked for. `extra` is the token's EIP-712 domain. */
export interface PaymentRequirements {
  scheme: "exact";
  network: `eip155:${number}`;
  asset: Address;
  amount: string;
  payTo: Address;
  maxTimeoutSeconds: number;
  extra: { name: string; version: string };
}

/** EIP-3009 `TransferWithAuthorization`. Times in chain seconds. */
export interface Authorization {
  from: Address;
  to: Address;
  value: bigint;
  validAfter: bigint;
  validBefore: bigint;
  nonce: Hex;
}

/** What a payer hands in. */
export interface Payment {
  accepted: { scheme: unknown; network: unknown; asset: unknown; amount: unknown; payTo: unknown };
  authorization: Authorization;
  signature: Hex;
}

export function encodeHeader(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64");
}

/** Reads a `PAYMENT-SIGNATURE`. @throws Problem 400 naming what is wrong */
export function readPayment(header: string): Payment {
  const value = decode(header);
  const { x402Version, accepted, payload } = value;
  if (x402Version !== 2) throw badRequest(`The payment is of x402 version ${String(x402Version)}, expected 2.`);
  const { authorization, signature } = object(payload, "payload");
  const fields = object(authorization, "payload.authorization");
  if (!isHex(signature) || signature.length !== 132)
    throw badRequest("The payment's signature is not 65 bytes of hex.");
  if (!isHex(fields.nonce) || fields.nonce.length !== 66)
    throw badRequest("The payment's nonce is not 32 bytes of hex.");
  return {
    accepted: object(accepted, "accepted") as Payment["accepted"],
    signature,
    authorization: {
      from: address(fields.from, "from"),
      to: address(fields.to, "to"),
      value: uint(fields.value, "value"),
      validAfter: uint(fields.validAfter, "validAfter"),
      validBefore: uint(fields.validBefore, "validBefore"),
      nonce: fields.nonce.toLowerCase() as Hex,
    },
  };
}

function decode(header: string): Record<string, unknown> {
  try {
    return object(JSON.parse(Buffer.from(header, "base64").toString("utf8")), "payment");
  } catch {
    throw badRequest("PAYMENT-SIGNATURE is not base64 of a JSON object.");
  }
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw badRequest(`The payment's ${what} is missing or not an object.`);
}

function address(value: unknown, what: string): Address {
  if (typeof value === "string" && isAddress(value, { strict: false })) return getAddress(value);
  throw badRequest(`The authorization's ${what} is not an address.`);
}

function uint(value: unknown, what: string): bigint {
  if (/^\d{1,77}$/.test(String(value))) return BigInt(String(value));
  throw badRequest(`The authorization's ${what} is not an unsigned integer.`);
}
