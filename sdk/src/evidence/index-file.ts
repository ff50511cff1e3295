/** bundle.json, what it holds and lacks, and bundle.dsse.json, the signature over it. */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { base64pad } from "multiformats/bases/base64";
import type { Address, LocalAccount } from "viem";
import { publicKeyToAddress } from "viem/utils";
import { equalBytes, fromHex, type Hex, toHex } from "../formats/bytes.js";
import { DocumentFormat } from "../formats/document.js";
import schema from "../formats/generated/evidence-bundle-validator.js";
import { sha256 } from "../formats/hash.js";
import { canonicalBytes, parseCanonical } from "../formats/jcs.js";
import { type DsseEnvelope, dssePae } from "../provenance/dsse.js";
import { IN_TOTO_TYPE, type InTotoStatement, inTotoStatement, sha256Digest } from "../provenance/in-toto.js";
import { demand, within } from "./refusal.js";

export const INDEX_PATH = "bundle.json";
export const SIGNATURE_PATH = "bundle.dsse.json";
/** Media type of a whole bundle. */
export const EVIDENCE_MEDIA_TYPE = "application/vnd.colophon.evidence-bundle.v1+tar";
/** Predicate of the statement that is signed. */
export const EVIDENCE_PREDICATE_TYPE = "urn:colophon:predicate:evidence-bundle.v1";

/** Every part that a bundle has, or says why it has not. */
export const EVIDENCE_ROLES = [
  "record",
  "license",
  "payments",
  "revocations",
  "chain-state",
  "proof",
  "run-manifest",
  "compute-receipt",
  "attestation",
  "delivery-receipt",
  "manifest",
  "terms",
  "log-inclusion",
] as const;
export type EvidenceRole = (typeof EVIDENCE_ROLES)[number];

/** A part: its role, and what it is about where there are several (`license 1`, `version 1 of dataset 1`). */
export interface EvidencePart {
  role: EvidenceRole;
  of?: string;
}

/** A file of the bundle. */
export interface EvidenceFile extends EvidencePart {
  path: string;
  mediaType: string;
  sha256: Hex;
  size: number;
}

/** A part that the bundle lacks. */
export interface AbsentPart extends EvidencePart {
  reason: string;
}

/** Content of bundle.json; see spec/schemas/evidence-bundle.v1.schema.json. */
export interface EvidenceIndex {
  format: "colophon-evidence-bundle";
  formatVersion: 1;
  chainId: number;
  recordId: string;
  /** The block whose state is proven. `timestamp` in seconds. */
  block: { number: number; hash: Hex; timestamp: number };
  /** Ascending by name. */
  contracts: { name: string; address: Hex }[];
  signer: { algorithm: "secp256k1"; publicKey: Hex };
  /** Ascending by path. */
  files: EvidenceFile[];
  absent: AbsentPart[];
}

/** Signs a bundle: a secp256k1 key that signs SHA-256 hashes. */
export interface EvidenceSigner {
  /** Compressed, 33 bytes. */
  publicKey: Hex;
  /** r ‖ s with the lower s, 64 bytes, over a hash of 32 bytes. */
  sign(hash: Uint8Array): Promise<Uint8Array>;
}

const MAX_INDEX = 4_194_304;
const indexFormat = /*#__PURE__*/ new DocumentFormat<EvidenceIndex>("bundle's index", schema, MAX_INDEX);

/** A bundle's signer over a local account of viem, as `privateKeyToAccount` gives it. */
export function accountSigner(account: Pick<LocalAccount, "publicKey" | "sign">): EvidenceSigner {
  const { sign } = account;
  if (!sign) throw new TypeError("The account cannot sign hashes: expected a local account.");
  return {
    publicKey: toHex(secp256k1.Point.fromBytes(fromHex(account.publicKey)).toBytes(true)),
    sign: async (hash) => fromHex(await sign({ hash: toHex(hash) })).subarray(0, 64),
  };
}

/** Address of the key that an index names. */
function signerAddress({ signer }: Pick<EvidenceIndex, "signer">): Address {
  return publicKeyToAddress(toHex(secp256k1.Point.fromBytes(fromHex(signer.publicKey, 33)).toBytes(false)));
}

/** Canonical bytes. @throws FormatError `schema` or `value` */
export const indexBytes = (index: EvidenceIndex): Uint8Array => indexFormat.write(index);

/** Reads bundle.json. @throws EvidenceRefused `index` */
export function readIndex(bytes: Uint8Array): EvidenceIndex {
  return within("index", INDEX_PATH, () => indexFormat.read(bytes));
}

/** What is signed: that bundle.json has this digest, and of which run it is. */
function statementOf(index: EvidenceIndex, bytes: Uint8Array): InTotoStatement {
  const { chainId, recordId, block } = index;
  const subject = [{ name: INDEX_PATH, digest: sha256Digest(toHex(sha256(bytes))) }];
  return inTotoStatement(subject, EVIDENCE_PREDICATE_TYPE, { chainId, recordId, block });
}

function envelopeBytes(index: EvidenceIndex, payload: Uint8Array, signature: Uint8Array): Uint8Array {
  const envelope: DsseEnvelope = {
    payload: base64pad.baseEncode(payload),
    payloadType: IN_TOTO_TYPE,
    signatures: [{ keyid: signerAddress(index).toLowerCase(), sig: base64pad.baseEncode(signature) }],
  };
  return canonicalBytes(envelope);
}

/** bundle.dsse.json: an in-toto statement about bundle.json in a DSSE envelope. */
export async function signIndex(index: EvidenceIndex, bytes: Uint8Array, signer: EvidenceSigner): Promise<Uint8Array> {
  const payload = canonicalBytes(statementOf(index, bytes));
  const signature = await signer.sign(sha256(dssePae(IN_TOTO_TYPE, payload)));
  return envelopeBytes(index, payload, signature);
}

/**
 * Checks bundle.dsse.json: there is one envelope for an index and a signature, and this must be it, to the byte.
 * @returns who signed
 * @throws EvidenceRefused `signature`
 */
export function verifyIndexSignature(index: EvidenceIndex, bytes: Uint8Array, envelope: Uint8Array): Address {
  const payload = canonicalBytes(statementOf(index, bytes));
  // A key that is no point of the curve signs nothing.
  const signer = within("signature", INDEX_PATH, () => signerAddress(index));
  const signature = within("signature", SIGNATURE_PATH, () => signatureIn(envelope));
  const same = equalBytes(envelopeBytes(index, payload, signature), envelope);
  demand(
    same,
    "signature",
    "the envelope is not the one of this bundle.json, its signer and signature.",
    SIGNATURE_PATH,
  );
  const signed = within("signature", SIGNATURE_PATH, () =>
    secp256k1.verify(signature, dssePae(IN_TOTO_TYPE, payload), fromHex(index.signer.publicKey, 33), {
      ...{ prehash: true, lowS: true, format: "compact" },
    }),
  );
  demand(signed, "signature", `${signer} did not sign this bundle.json.`, SIGNATURE_PATH);
  return signer;
}

function signatureIn(envelope: Uint8Array): Uint8Array {
  const { signatures } = parseCanonical(envelope) as Partial<DsseEnvelope>;
  return base64pad.baseDecode(String(signatures?.[0]?.sig));
}
