/** Asking to be served a later encoding of a license's version than the one that the license names. */
import type { Address } from "viem";
import { type Hex, type Message, type TypedData, typedData } from "../formats/index.js";

/** Who signs: a viem account, or a wallet's address with its `signTypedData`. */
export interface EncodingRequestSigner {
  address: Address;
  signTypedData: (typedData: TypedData<"EncodingRequest">) => Promise<Hex>;
}

/** A request with its signature, ready for the gateway and for `submitReceiptOfLaterEncoding`. */
export interface SignedEncodingRequest {
  request: Message<"EncodingRequest">;
  signature: Hex;
  signer: Address;
}

/** What to ask for, and who asks. */
export interface SignEncodingRequestParameters {
  chainId: number;
  licenseToken: Address;
  licenseId: bigint;
  /** The license's own version. */
  version: number;
  /** Later than the one that the license names. */
  encoding: number;
  /** The holder; where the license's rail is a live one (no escrow), a delegate may sign too. */
  signer: EncodingRequestSigner;
  /** Milliseconds; the local clock's unless told, and refused by a gateway whose clock is far from it. */
  now?: number | undefined;
  /** Above all that this signer used for this license; `now` unless told. */
  sequence?: bigint | undefined;
}

/** Signs a request. Nothing is sent; a delegate may hand it in for the holder. */
export async function signEncodingRequest(parameters: SignEncodingRequestParameters): Promise<SignedEncodingRequest> {
  const { chainId, licenseToken, licenseId, version, encoding, signer } = parameters;
  const { now = Date.now(), sequence = BigInt(Math.floor(now)) } = parameters;
  const request = { licenseId, version, encoding, sequence, signedAt: Math.floor(now / 1000) };
  const signature = await signer.signTypedData(typedData("EncodingRequest", { chainId, licenseToken }, request));
  return { request, signature, signer: signer.address };
}

/** A request as it is sent: big integers as decimal text. */
export function encodingRequestJson({ request, signature, signer }: SignedEncodingRequest): string {
  const { licenseId, sequence, ...small } = request;
  const fields = { licenseId: licenseId.toString(), ...small, sequence: sequence.toString() };
  return JSON.stringify({ request: fields, signature, signer });
}

/** A request as a gateway answers it, with its integers as the typed data wants them. */
export function parseEncodingRequest(answer: unknown): SignedEncodingRequest {
  const { request, signature, signer } = answer as {
    request: Record<string, string | number>;
    signature: Hex;
    signer: Address;
  };
  return {
    request: {
      licenseId: BigInt(request.licenseId as string),
      version: Number(request.version),
      encoding: Number(request.encoding),
      sequence: BigInt(request.sequence as string),
      signedAt: Number(request.signedAt),
    },
    signature,
    signer,
  };
}
