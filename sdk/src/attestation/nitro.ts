import { decode, encode } from "cborg";
import { equalBytes, type Hex, toHex } from "../formats/bytes.js";
import { readCertificate } from "./certificate.js";
import { date, verifyChain } from "./chain.js";
import { ecdsaHolds } from "./ecdsa.js";
import { demand, reading } from "./refusal.js";

/** COSE: header parameter `alg`, and ES384. */
const ALGORITHM = 1;
const ES384 = -35;
/** COSE_Sign1's tag, which AWS leaves out. */
const SIGN1_TAG = 18;
/** Bytes of a PCR: its digest is SHA-384. */
const PCR_BYTES = 48;
const MAX_PCRS = 32;

/** What AWS's Nitro Security Module says about an enclave. */
export interface NitroAttestation {
  moduleId: string;
  /** When the document was made, milliseconds since 1970, as the module counts. */
  timestamp: number;
  /** Platform configuration registers by number: 0 the image, 1 kernel and boot, 2 the application, 8 its signer. */
  pcrs: ReadonlyMap<number, Hex>;
  /** What the enclave put in. */
  userData?: Uint8Array;
  nonce?: Uint8Array;
  publicKey?: Uint8Array;
}

export interface VerifyNitroParameters {
  /** The attestation document: COSE_Sign1 in CBOR. */
  document: Uint8Array;
  /** AWS's root certificate for Nitro Enclaves in DER. */
  root: Uint8Array;
  /** The verifier's clock, seconds. */
  time: number;
  /** Most seconds between the document and `time`. Default: as long as its certificates hold, a few hours. */
  maxAge?: number;
  /** Measurements that must come out, by number. */
  pcrs?: Readonly<Record<number, Hex>>;
  /** Values that must come out. */
  nonce?: Uint8Array;
  userData?: Uint8Array;
  publicKey?: Uint8Array;
  /** Take enclaves in debug mode, whose memory can be read from outside. Default: no. */
  allowDebug?: boolean;
}

/**
 * Verifies an attestation document of an AWS Nitro enclave.
 *
 * @throws AttestationRefused with the first thing that fails
 */
export function verifyNitro(parameters: VerifyNitroParameters): NitroAttestation {
  const { document, root, time } = parameters;
  const { protectedHeader, payload, signature } = readSign1(document);
  const { certificates, ...attestation } = readPayload(payload);
  const leaf = verifyChain({ chain: certificates.map(readCertificate), root, time, what: "the module's chain" });
  const signed = encode(["Signature1", protectedHeader, new Uint8Array(0), payload]);
  demand(
    leaf.publicKey.curve === "P-384" && ecdsaHolds(leaf.publicKey, signed, signature, "compact"),
    "signature",
    "the document is not signed by the module's key",
  );
  demandFresh(attestation.timestamp, parameters);
  demandDocument(attestation, parameters);
  return attestation;
}

function readSign1(document: Uint8Array) {
  const parts = reading("format", "the document", () => decode(document, DECODING));
  demand(Array.isArray(parts) && parts.length === 4, "format", "the document is not COSE_Sign1");
  const [protectedHeader, , payload, signature] = parts as unknown[];
  demand(
    isBytes(protectedHeader) && isBytes(payload) && isBytes(signature),
    "format",
    "the document is not COSE_Sign1",
  );
  const header = reading("format", "the document's header", () => decode(protectedHeader, DECODING));
  demand(header instanceof Map && header.get(ALGORITHM) === ES384, "format", "the document's algorithm is not ES384");
  return { protectedHeader, payload, signature };
}

function readPayload(payload: Uint8Array): NitroAttestation & { certificates: Uint8Array[] } {
  const map = reading("format", "the payload", () => decode(payload, DECODING));
  demand(map instanceof Map, "format", "the payload is not a map");
  const moduleId = map.get("module_id");
  const timestamp = map.get("timestamp");
  demand(typeof moduleId === "string" && moduleId !== "", "format", "the payload has no module_id");
  demand(Number.isSafeInteger(timestamp) && timestamp > 0, "format", "the payload has no timestamp");
  demand(map.get("digest") === "SHA384", "format", "the payload's digest is not SHA384");
  const certificate = map.get("certificate");
  const bundle = map.get("cabundle");
  demand(isBytes(certificate), "format", "the payload has no certificate");
  demand(Array.isArray(bundle) && bundle.length > 0 && bundle.every(isBytes), "format", "the payload has no cabundle");
  return {
    moduleId,
    timestamp,
    pcrs: readPcrs(map.get("pcrs")),
    ...optional(map, "user_data", "userData", 512),
    ...optional(map, "nonce", "nonce", 512),
    ...optional(map, "public_key", "publicKey", 1024),
    // The bundle begins with the root.
    certificates: [certificate, ...bundle.toReversed()],
  };
}

function readPcrs(value: unknown): Map<number, Hex> {
  demand(value instanceof Map && value.size > 0 && value.size <= MAX_PCRS, "format", "the payload has no pcrs");
  const pcrs = new Map<number, Hex>();
  for (const [index, digest] of value) {
    const fits = Number.isInteger(index) && index >= 0 && index < MAX_PCRS;
    demand(fits && isBytes(digest) && digest.length === PCR_BYTES, "format", `PCR ${index} is not ${PCR_BYTES} bytes`);
    pcrs.set(index, toHex(digest));
  }
  return pcrs;
}

function optional<K extends "userData" | "nonce" | "publicKey">(
  map: Map<unknown, unknown>,
  key: string,
  name: K,
  max: number,
): Partial<Record<K, Uint8Array>> {
  const value = map.get(key) ?? undefined;
  if (value === undefined) return {};
  demand(isBytes(value) && value.length <= max, "format", `the payload's ${key} is not at most ${max} bytes`);
  return { [name]: value } as Partial<Record<K, Uint8Array>>;
}

function demandFresh(timestamp: number, { time, maxAge }: VerifyNitroParameters): void {
  const made = Math.floor(timestamp / 1000);
  demand(made <= time, "time", `the document is of ${date(made)}, after ${date(time)}`);
  if (maxAge === undefined) return;
  demand(time - made <= maxAge, "time", `the document is ${time - made} s old, and at most ${maxAge} s are allowed`);
}

/** What the caller asks of a document that is AWS's. */
export function demandDocument(
  found: NitroAttestation,
  expected: Omit<VerifyNitroParameters, "document" | "root" | "time" | "maxAge">,
): void {
  const isDebug = /^0x0*$/.test(found.pcrs.get(0) ?? "0x");
  demand(!isDebug || expected.allowDebug === true, "debug", "the enclave runs in debug mode: its PCR 0 is zero");
  for (const [index, digest] of Object.entries(expected.pcrs ?? {})) {
    const pcr = found.pcrs.get(Number(index));
    demand(pcr === digest.toLowerCase(), "expected", `PCR ${index} is ${pcr ?? "absent"}, expected ${digest}`);
  }
  for (const name of ["nonce", "userData", "publicKey"] as const) {
    const [value, wanted] = [found[name], expected[name]];
    if (!wanted) continue;
    demand(value !== undefined && equalBytes(value, wanted), "expected", `the document's ${name} is another one`);
  }
}

const DECODING = {
  useMaps: true,
  rejectDuplicateMapKeys: true,
  tags: { [SIGN1_TAG]: (inner: () => unknown) => inner() },
};
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
