/** A signed EncodingRequest as it travels: JSON with big integers as decimal text. */
import type { Message } from "@colophon-protocol/sdk/formats";
import { type Address, getAddress, type Hex, isAddress } from "viem";
import { uint } from "../delivery/requests.js";
import { badRequest } from "../errors.js";

type EncodingRequest = Message<"EncodingRequest">;

/** A request with who signed it. */
export interface SignedRequest {
  request: EncodingRequest;
  signature: Hex;
  signer: Address;
}

/** Signatures of contract accounts may be long, within reason. */
const MAX_SIGNATURE_BYTES = 8192;
/** Sequences are 64 bits signed in the database. */
const MAX_SEQUENCE = 2n ** 63n - 1n;

/**
 * Reads a request out of a body.
 * @param account who signed when the body names no `signer`
 * @throws Problem 400 naming the field
 */
export function parseSignedRequest(body: Record<string, unknown>, account: Address): SignedRequest {
  const { request, signature, signer = account } = body;
  if (typeof request !== "object" || request === null) throw badRequest("`request` is missing or not an object.");
  if (typeof signature !== "string" || !new RegExp(`^0x([0-9a-fA-F]{2}){1,${MAX_SIGNATURE_BYTES}}$`).test(signature)) {
    throw badRequest(`\`signature\` is not 1 to ${MAX_SIGNATURE_BYTES} bytes of hex.`);
  }
  if (typeof signer !== "string" || !isAddress(signer, { strict: false }))
    throw badRequest("`signer` is not an address.");
  const fields = request as Record<string, unknown>;
  const text = (name: string) => (fields[name] === undefined ? undefined : String(fields[name]));
  return {
    request: {
      licenseId: big(text("licenseId"), 2n ** 256n - 1n, "`request.licenseId`"),
      version: uint(text("version"), 0xffff_ffff, "`request.version`"),
      encoding: uint(text("encoding"), 0xffff, "`request.encoding`"),
      sequence: big(text("sequence"), MAX_SEQUENCE, "`request.sequence`"),
      signedAt: uint(text("signedAt"), 2 ** 40 - 1, "`request.signedAt`"),
    },
    signature: signature as Hex,
    signer: getAddress(signer),
  };
}

/** As it is answered. */
export function signedRequestJson({ request, signature, signer }: SignedRequest) {
  const { licenseId, sequence, ...small } = request;
  return {
    request: { licenseId: licenseId.toString(), ...small, sequence: sequence.toString() },
    signature,
    signer,
  };
}

function big(text: string | undefined, max: bigint, what: string): bigint {
  if (/^\d{1,78}$/.test(text ?? "") && BigInt(text as string) <= max) return BigInt(text as string);
  throw badRequest(`${what} is ${JSON.stringify(text)?.slice(0, 90)}, expected an integer from 0 to ${max}.`);
}
