/** Values that badges, consents and scores are made of: subjects, data, leaves, commitments. Pure. */
import {
  type Address,
  encodeAbiParameters,
  getAddress,
  type Hex,
  hashStruct,
  hexToBytes,
  keccak256,
  parseAbiParameters,
  stringToHex,
  toHex,
} from "viem";
import { ColophonError } from "../errors/colophon-error.js";
import { messageTypes } from "../formats/generated/eip712.js";
import { leafHash, MerkleTree } from "../formats/tree.js";
import type { Message } from "../formats/typed-data.js";
import { SUBJECT_KIND, type SubjectKind } from "./trust-enums.js";

type Consent = Message<"Consent">;

/** Why something was revoked: 32 bytes, or up to 32 bytes of text. */
export type RevocationReason = Hex | { text: string };

/** A reason as the contracts take it. */
export const reasonToChain = (reason: RevocationReason): Hex =>
  typeof reason === "string" ? reason : stringToHex(reason.text, { size: 32 });

// ---- subjects of badges

const KIND_SHIFT = 248n;
const VERSION_SHIFT = 40n;
const DATASET_LIMIT = 1n << VERSION_SHIFT;

/** What a badge is about, read. */
export type Subject =
  | { kind: "Dataset"; datasetId: bigint }
  | { kind: "Version"; datasetId: bigint; version: number }
  | { kind: "Provider" | "Person"; account: Address };

/** The packed subject of a dataset. @throws ColophonError `input` on an id that no dataset has */
export const datasetSubject = (datasetId: bigint): Hex => packed("Dataset", requireDataset(datasetId));

/** The packed subject of a version. @throws ColophonError `input` on numbers that no version has */
export function versionSubject(datasetId: bigint, version: number): Hex {
  if (!Number.isInteger(version) || version < 1 || version > 0xffff_ffff) {
    throw badSubject(`version ${version}`, "a version counts from 1");
  }
  return packed("Version", (BigInt(version) << VERSION_SHIFT) | requireDataset(datasetId));
}

/** The packed subject of a provider. */
export const providerSubject = (provider: Address): Hex => packed("Provider", BigInt(provider));

/** The packed subject of a person. */
export const personSubject = (person: Address): Hex => packed("Person", BigInt(person));

/** What a packed subject names. @throws ColophonError `input` when it is not well packed */
export function readSubject(subject: Hex): Subject {
  const raw = BigInt(subject);
  const kind: SubjectKind = SUBJECT_KIND[Number(raw >> KIND_SHIFT)] ?? "None";
  const rest = raw & ((1n << KIND_SHIFT) - 1n);
  if (kind === "Dataset" && rest > 0n && rest < DATASET_LIMIT) return { kind, datasetId: rest };
  if (kind === "Version") {
    const [datasetId, version] = [rest % DATASET_LIMIT, rest / DATASET_LIMIT];
    if (datasetId > 0n && version > 0n && version < 1n << 32n) return { kind, datasetId, version: Number(version) };
  }
  if ((kind === "Provider" || kind === "Person") && rest > 0n && rest < 1n << 160n) {
    return { kind, account: getAddress(toHex(rest, { size: 20 })) };
  }
  throw badSubject(subject, "expected what `datasetSubject` and its sisters make");
}

function packed(kind: Exclude<SubjectKind, "None">, rest: bigint): Hex {
  return toHex((BigInt(SUBJECT_KIND.indexOf(kind)) << KIND_SHIFT) | rest, { size: 32 });
}

function requireDataset(datasetId: bigint): bigint {
  if (datasetId > 0n && datasetId < DATASET_LIMIT) return datasetId;
  throw badSubject(`dataset ${datasetId}`, "a dataset's number counts from 1, within 40 bits");
}

const badSubject = (what: string, hint: string) =>
  new ColophonError(`No badge can be about ${what}.`, { code: "input", hint: `Correct it: ${hint}.` });

// ---- badges

/**
 * A badge's data: values in the order of the schema's fields, ABI-encoded.
 * @param fields as the schema has them: `uint16 shareBps,bytes32 reportHash`
 * @throws ColophonError `input` when a value does not fit its field
 */
export function encodeBadgeData(fields: string, values: readonly unknown[]): Hex {
  try {
    return encodeAbiParameters(parseAbiParameters(fields), values as never);
  } catch (cause) {
    throw new ColophonError(`The values do not fit the schema's fields "${fields}".`, {
      code: "input",
      hint: "Give one value for each field, in their order.",
      cause,
    });
  }
}

// ---- consents

/** Where a consent is in a batch. */
export interface ConsentProof {
  root: Hex;
  index: bigint;
  /** SHA-256 of the canonical list of leaves and records that came with the consent. */
  leavesHash: Hex;
  path: readonly Hex[];
}

/** A consent of a batch. */
export interface BatchedConsent {
  consent: Consent;
  signature: Hex;
  leavesHash: Hex;
}

/** The hash that a consent goes by, without asking the chain: its EIP-712 struct hash. */
export const consentHashOf = (consent: Consent): Hex =>
  hashStruct({ data: { ...consent }, primaryType: "Consent", types: { Consent: messageTypes.Consent } });

/**
 * A batch of consents: its root and size for `anchorConsents`, and a proof for each in the same order.
 * @throws ColophonError `input` when there are none
 */
export function consentBatch(consents: readonly BatchedConsent[]): { root: Hex; size: bigint; proofs: ConsentProof[] } {
  if (consents.length === 0) {
    throw new ColophonError("A batch needs a consent.", { code: "input", hint: "Give at least one." });
  }
  const tree = MerkleTree.from(consents.map((consent) => leafHash(consentLeaf(consent))));
  const root = toHex(tree.root());
  const proofs = consents.map(({ leavesHash }, index) => ({
    root,
    index: BigInt(index),
    leavesHash,
    path: tree.inclusionProof(index).map((node) => toHex(node)),
  }));
  return { root, size: BigInt(consents.length), proofs };
}

/** A batch's leaf before hashing: consent hash, keccak256 of the signature, hash of its list; 96 bytes. */
export function consentLeaf({ consent, signature, leavesHash }: BatchedConsent): Uint8Array {
  return hexToBytes(
    `0x${[consentHashOf(consent), keccak256(signature), leavesHash].map((part) => part.slice(2)).join("")}`,
  );
}

/** What a grantor signs to withdraw a consent: the same two parties, no use, naming the consent by its hash. */
export const withdrawalOf = (consent: Consent, signedAt: number): Consent => ({
  receiptHash: consentHashOf(consent),
  grantor: consent.grantor,
  controller: consent.controller,
  uses: 0,
  validFrom: signedAt,
  validUntil: 0,
  nonce: consent.nonce,
});

// ---- scores

/** What a reporter commits to: keccak256(abi.encode(requestId, reporter, score, salt)). Keep the salt until the reveal. */
export function qualityCommitment(parameters: { requestId: bigint; reporter: Address; score: number; salt: Hex }): Hex {
  const { requestId, reporter, score, salt } = parameters;
  const types = parseAbiParameters("uint256 requestId,address reporter,uint16 score,bytes32 salt");
  return keccak256(encodeAbiParameters(types, [requestId, reporter, score, salt]));
}
