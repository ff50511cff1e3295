/** Where contracts keep what evidence needs: ERC-7201 namespaces and members, which no upgrade moves (`layouts/`, docs/decisions/0001). */
import { concatHex, keccak256, numberToHex } from "viem";
import type { Hex } from "../formats/bytes.js";

/** A mapping, by its namespace and position in it. */
interface Member {
  namespace: string;
  base: Hex;
  member: number;
}

const member = (namespace: string, base: Hex, position: number): Member => ({ namespace, base, member: position });

const PROOF_REGISTRY = "0x59290c179abecdbe8d9958dd1622f324b8cc39ddef521dcc7ddb824cf7d58c00";
const DATASET_REGISTRY = "0xedfe42aff7ed7139ce540b4b77b508d08fd17177ac794f436f1b83f145c49300";
const LICENSE_TOKEN = "0x0ebf91fede575210df0ec20254209492ea948bebcade3d321521a4a29fc59f00";
const TERMS_REGISTRY = "0x3b0a5e0b6aa4c29550bc7c7844601e9f04c492689de4eddb75081cde43580000";
const COMPUTE_RECEIPTS = "0xccecc46676d41cdae3486dc1a70a80ffb02ec7a7ac141a2e00638d5ed5cfdf00";
const CHECKPOINT_LOG = "0xb97bf348bd650e1cd3e23978016508866f42a8fb8deb4dce6dcc15b906584900";
const ERC721 = "0x80bb2b638cc20bc4d0a60d66940f3ab4a00c1d7b313497ca82fb0b4ab0079300";

/** Members in the order of slots: every member before those used here takes one slot. */
export const MEMBERS = {
  programs: member("ProofRegistry", PROOF_REGISTRY, 1),
  records: member("ProofRegistry", PROOF_REGISTRY, 3),
  heads: member("LicenseToken", LICENSE_TOKEN, 1),
  offerIds: member("LicenseToken", LICENSE_TOKEN, 2),
  pastHolders: member("LicenseToken", LICENSE_TOKEN, 5),
  owners: member("LicenseToken", ERC721, 2),
  datasets: member("DatasetRegistry", DATASET_REGISTRY, 1),
  versions: member("DatasetRegistry", DATASET_REGISTRY, 2),
  encodings: member("DatasetRegistry", DATASET_REGISTRY, 3),
  revokedRoots: member("DatasetRegistry", DATASET_REGISTRY, 5),
  termsTails: member("TermsRegistry", TERMS_REGISTRY, 2),
  termsIds: member("TermsRegistry", TERMS_REGISTRY, 3),
  policies: member("ComputeReceipts", COMPUTE_RECEIPTS, 0),
  receipts: member("ComputeReceipts", COMPUTE_RECEIPTS, 3),
  logHeads: member("CheckpointLog", CHECKPOINT_LOG, 0),
} as const;

/** Slot of a value in a mapping, or in a mapping of mappings, by its keys from the outermost. */
export function slotIn({ base, member: position }: Member, ...keys: (bigint | Hex)[]): bigint {
  const start = BigInt(base) + BigInt(position);
  return keys.reduce<bigint>((slot, key) => BigInt(keccak256(concatHex([word(key), word(slot)]))), start);
}

/** First slot of a dynamic array's elements. */
export const arrayAt = (slot: bigint): bigint => BigInt(keccak256(word(slot)));

const word = (value: bigint | Hex): Hex => numberToHex(BigInt(value), { size: 32 });

/** Fields of the words read, from the lowest bit; as in the contracts' structs. */
export const WORDS = {
  record: { runner: 160, recordedAt: 40, program: 16, grade: 8, revoked: 8 },
  program: { statementVersion: 32, from: 40, until: 40, unsoundAt: 40, adherence: 8 },
  license: {
    ...{ datasetId: 40, version: 24, encoding: 16, start: 40, expiry: 40, termsIndex: 32 },
    ...{ split: 16, feeBps: 16, uses: 16, rail: 8, flags: 8 },
  },
  version: {
    ...{ chunkCount: 40, recordCount: 64, byteSize: 64, publishedAt: 40 },
    ...{ encodingCount: 16, parentCount: 8, ownerStatus: 8, restriction: 8 },
  },
  dataset: { versionCount: 32, restriction: 8 },
  encoding: { provider: 160, retirementNotice: 32, retiredAt: 40 },
  receiptSigner: { signer: 160, startedAt: 40, endedAt: 40 },
  receiptRunner: { runner: 160, recordedAt: 40, revoked: 8 },
  policy: { published: 8, simulated: 8 },
  logHead: { size: 64, signedAt: 40, anchoredAt: 40 },
} as const;
