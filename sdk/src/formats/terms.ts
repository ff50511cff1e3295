import { keccak_256 } from "@noble/hashes/sha3.js";
import { concat, fromHex, type Hex, toHex, utf8 } from "./bytes.js";
import { DocumentFormat } from "./document.js";
import { FormatError } from "./errors.js";
import { termsTemplateDocuments } from "./generated/terms-templates.js";
import schema from "./generated/terms-validator.js";
import { type Sha256, sha256 } from "./hash.js";
import { canonicalHash } from "./jcs.js";

/** Most bytes of a canonical terms document. */
export const TERMS_MAX_BYTES = 65_536;

/** Use bits, as in contracts/types/Uses.sol. Append-only. */
export const Use = {
  ReadRaw: 1,
  Train: 2,
  FineTune: 4,
  Evaluate: 8,
  Infer: 16,
  Redistribute: 32,
  Derive: 64,
  Mint: 128,
} as const;

/** Flag bits, as in contracts/types/Uses.sol. Append-only. */
export const TermsFlag = {
  Commercial: 1,
  Transferable: 2,
  ShareAlike: 4,
  Revocable: 8,
  LaterVersions: 16,
  DeleteOnExpiry: 32,
  ReportUse: 64,
  FirstRefusal: 128,
} as const;

/** Names in documents, in the order of the bits. */
export const USE_NAMES = [
  "read-raw",
  "train",
  "fine-tune",
  "evaluate",
  "infer",
  "redistribute",
  "derive",
  "mint",
] as const;
export const FLAG_NAMES = [
  "commercial",
  "transferable",
  "share-alike",
  "revocable",
  "later-versions",
  "delete-on-expiry",
  "report-use",
  "first-refusal",
] as const;

export type UseName = (typeof USE_NAMES)[number];
export type FlagName = (typeof FLAG_NAMES)[number];

/** License terms; see spec/schemas/terms.v1.schema.json. Durations are seconds, shares basis points. */
export interface TermsDocument {
  format: "colophon-terms";
  formatVersion: 1;
  name: string;
  title: string;
  uses: readonly UseName[];
  flags: readonly FlagName[];
  duration: number;
  revocationNotice: number;
  derivativeShareBps: number;
  resaleRoyaltyBps: number;
  quota: { unit: "records" | "tokens" | "bytes" | "chunks" | "jobs"; amount: string } | null;
  territory: "world" | readonly string[];
  prose: { hash: Hex; language: string; mediaType: string };
}

/** `ITermsRegistry.Terms`, as viem encodes it. */
export interface TermsStruct {
  uses: number;
  flags: number;
  duration: number;
  revocationNotice: number;
  derivativeShareBps: number;
  resaleRoyaltyBps: number;
  quota: bigint;
  territoryHash: Hex;
  documentHash: Hex;
}

const ZERO_HASH: Hex = `0x${"00".repeat(32)}`;

/** Names of the templates in `spec/terms`. */
export type TermsTemplateName = keyof typeof termsTemplateDocuments;

/** The catalogue of template terms. Change any field, and it is other terms with another id. */
export const termsTemplates: Readonly<Record<TermsTemplateName, TermsDocument>> = termsTemplateDocuments;

const termsFormat = /*#__PURE__*/ new DocumentFormat<TermsDocument>("terms document", schema, TERMS_MAX_BYTES);

/**
 * Canonical bytes of a terms document.
 * @throws FormatError `schema`, or `value` when lists are out of order or a field lacks its flag
 */
export function termsBytes(document: TermsDocument): Uint8Array {
  const bytes = termsFormat.write(document);
  requireConsistent(document);
  return bytes;
}

/** Reads canonical bytes. @throws FormatError `not-canonical`, `schema` or `value` */
export function readTerms(bytes: Uint8Array): TermsDocument {
  const document = termsFormat.read(bytes);
  requireConsistent(document);
  return document;
}

/** The enforceable part of a document, with the document's hash: what is registered on chain. */
export function termsStruct(document: TermsDocument, hash: Sha256 = sha256): TermsStruct {
  return {
    uses: bitsOf(document.uses, USE_NAMES),
    flags: bitsOf(document.flags, FLAG_NAMES),
    duration: document.duration,
    revocationNotice: document.revocationNotice,
    derivativeShareBps: document.derivativeShareBps,
    resaleRoyaltyBps: document.resaleRoyaltyBps,
    quota: document.quota ? BigInt(document.quota.amount) : 0n,
    territoryHash: document.territory === "world" ? ZERO_HASH : canonicalHash(document.territory, hash),
    documentHash: toHex(hash(termsBytes(document))),
  };
}

/** `keccak256(abi.encode(terms))`: the id that the registry gives. */
export function termsId(struct: TermsStruct): Hex {
  const { uses, flags, duration, revocationNotice, derivativeShareBps, resaleRoyaltyBps, quota } = struct;
  const words = [uses, flags, duration, revocationNotice, derivativeShareBps, resaleRoyaltyBps, quota].map(uintWord);
  return toHex(keccak_256(concat(...words, fromHex(struct.territoryHash, 32), fromHex(struct.documentHash, 32))));
}

/** A template's name as the bytes32 of the catalogue on chain. */
export function templateKey(name: string): Hex {
  const bytes = new Uint8Array(32);
  bytes.set(utf8(name));
  return toHex(bytes);
}

/** Bits of names. */
export function bitsOf<Name extends string>(names: readonly Name[], all: readonly Name[]): number {
  return names.reduce((bits, name) => bits | (1 << all.indexOf(name)), 0);
}

/** Names of bits, in the order of the bits. */
export function namesOf<Name extends string>(bits: number, all: readonly Name[]): Name[] {
  return all.filter((_, i) => (bits & (1 << i)) !== 0);
}

/** What the schema cannot say, so that equal terms are equal documents and the registry accepts them. */
function requireConsistent(document: TermsDocument): void {
  requireOrder("uses", document.uses, namesOf(bitsOf(document.uses, USE_NAMES), USE_NAMES));
  requireOrder("flags", document.flags, namesOf(bitsOf(document.flags, FLAG_NAMES), FLAG_NAMES));
  if (document.territory !== "world") {
    requireOrder("territory", document.territory, [...document.territory].sort());
  }
  requireFlag(document, "revocationNotice", "revocable");
  requireFlag(document, "resaleRoyaltyBps", "transferable");
  if (document.flags.includes("first-refusal") && !document.flags.includes("transferable")) {
    throw new FormatError("value", "terms have the flag first-refusal, expected the flag transferable with it.");
  }
  if (document.quota && BigInt(document.quota.amount) >= 2n ** 128n) {
    throw new FormatError("value", `terms quota ${document.quota.amount} does not fit 128 bits.`);
  }
}

function requireOrder(field: string, given: readonly string[], expected: readonly string[]): void {
  if (given.join() !== expected.join()) {
    throw new FormatError(
      "value",
      `terms ${field} are [${given.join(", ")}], expected the order [${expected.join(", ")}].`,
    );
  }
}

function requireFlag(document: TermsDocument, field: "revocationNotice" | "resaleRoyaltyBps", flag: FlagName): void {
  if (document[field] !== 0 && !document.flags.includes(flag)) {
    throw new FormatError("value", `terms ${field} is ${document[field]}, expected 0 without the flag ${flag}.`);
  }
}

function uintWord(value: number | bigint): Uint8Array {
  return fromHex(`0x${BigInt(value).toString(16).padStart(64, "0")}`, 32);
}
