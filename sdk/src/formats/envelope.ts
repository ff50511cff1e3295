import { fromHex, type Hex, toHex } from "./bytes.js";
import { type Col1Header, decodeCol1Header } from "./col1-header.js";
import { DocumentFormat } from "./document.js";
import { FormatError } from "./errors.js";
import schema from "./generated/envelope-validator.js";
import { type Sha256, sha256 } from "./hash.js";

/** Most bytes of a canonical envelope. */
export const ENVELOPE_MAX_BYTES = 65_536;

interface AbiParameter {
  internalType?: string;
  name: string;
  type: string;
}

/** A condition in Lit's `evmContractConditions` form. */
export interface EnvelopeCondition {
  contractAddress: string;
  functionName: string;
  functionParams: string[];
  functionAbi: {
    type?: "function";
    name: string;
    inputs: AbiParameter[];
    outputs: AbiParameter[];
    constant: boolean;
    stateMutability: string;
  };
  chain: string;
  returnValueTest: { key: string; comparator: string; value: string };
}

/** The dataset key, wrapped for a key network; made and opened by `@colophon-protocol/sdk/keys`. */
export interface EnvelopeKey {
  scheme: "bls12381-g2-ibe";
  networkPublicKey: Hex;
  conditions: EnvelopeCondition[];
  keyHash: Hex;
  ciphertext: string;
}

/** What opens one encoding of a version; see spec/schemas/envelope.v1.schema.json. */
export interface Envelope {
  format: "colophon-envelope";
  formatVersion: 1;
  chainId: number;
  licenseToken: Hex;
  datasetId: string;
  version: number;
  contentRoot: Hex;
  encodingId: Hex;
  encodingRoot: Hex;
  /** The 136 bytes of the COL1 header. */
  header: Hex;
  key: EnvelopeKey;
  provider: Hex;
  /** Seconds since 1970. */
  created: number;
}

const envelopeFormat = /*#__PURE__*/ new DocumentFormat<Envelope>("key envelope", schema, ENVELOPE_MAX_BYTES);

/**
 * Canonical bytes of an envelope.
 * @throws FormatError `schema`, or `mismatch` when its encoding id is not the header's
 */
export function envelopeBytes(envelope: Envelope): Uint8Array {
  const bytes = envelopeFormat.write(envelope);
  envelopeHeader(envelope);
  return bytes;
}

/**
 * Reads canonical bytes.
 * @param expectedHash envelopeHash from the chain, when known
 * @throws FormatError `mismatch`, `not-canonical`, `schema` or `value`
 */
export function readEnvelope(bytes: Uint8Array, expectedHash?: Hex, hash: Sha256 = sha256): Envelope {
  if (expectedHash !== undefined && envelopeHash(bytes, hash) !== expectedHash.toLowerCase()) {
    throw new FormatError("mismatch", `the envelope's hash is ${envelopeHash(bytes, hash)}, expected ${expectedHash}.`);
  }
  const envelope = envelopeFormat.read(bytes);
  envelopeHeader(envelope);
  return envelope;
}

/** SHA-256 of an envelope's canonical bytes. */
export function envelopeHash(bytes: Uint8Array, hash: Sha256 = sha256): Hex {
  return toHex(hash(bytes));
}

/**
 * The decoded COL1 header of an envelope.
 * @throws FormatError `value` on a bad header, `mismatch` when it names another encoding id
 */
export function envelopeHeader(envelope: Envelope): Col1Header {
  const header = decodeCol1Header(fromHex(envelope.header));
  if (toHex(header.encodingId) !== envelope.encodingId) {
    throw new FormatError("mismatch", "the envelope's encoding id is not the one in its COL1 header.");
  }
  return header;
}
