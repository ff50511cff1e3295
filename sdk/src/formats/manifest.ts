import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";
import { fromHex, type Hex, toHex } from "./bytes.js";
import { DocumentFormat } from "./document.js";
import { FormatError } from "./errors.js";
import schema from "./generated/manifest-validator.js";
import { type Sha256, sha256 } from "./hash.js";

/** Most bytes of a canonical manifest: 1 MiB. */
export const MANIFEST_MAX_BYTES = 1_048_576;

const RAW_CODEC = 0x55;
const SHA2_256 = 0x12;

export type Modality =
  | "text"
  | "image"
  | "audio"
  | "video"
  | "tabular"
  | "time-series"
  | "graph"
  | "3d"
  | "code"
  | "other";

/** One step that produced or checked the contents. */
export interface PipelineStep {
  step: string;
  tool: string;
  version: string;
  status: "passed" | "failed" | "skipped";
  configHash?: Hex;
  counts?: { name: string; value: number }[];
  note?: string;
}

/** What a version holds; see spec/schemas/manifest.v1.schema.json for every rule. */
export interface Manifest {
  format: "colophon-manifest";
  formatVersion: 1;
  name: string;
  description: string;
  image: string;
  /** Seconds since 1970. */
  created: number;
  publisher: { name: string; url?: string; account?: Hex };
  modality: Modality[];
  languages?: string[];
  keywords?: string[];
  content: {
    root: Hex;
    chunkSize: 1_048_560;
    chunks: number;
    files: number;
    bytes: number;
    fileListFirst: number;
    mediaTypes: string[];
  };
  records: { root: Hex; count: number; ids: "derived" | "publisher"; record: string } | null;
  /** License and origin of the data itself. */
  source: {
    license: string;
    licenseUrl?: string;
    attribution?: string;
    origins: { title: string; url?: string; license?: string; retrieved?: number }[];
  };
  pipeline: PipelineStep[];
  consents: { basis: "not-required" | "source-license" | "receipts"; root?: Hex; count?: number; note?: string };
  contentCredentials: { policy: "none" | "kept" | "required"; checked?: number; valid?: number; invalid?: number };
  privacy: {
    mode:
      | "no-personal-data"
      | "personal-data"
      | "pseudonymized"
      | "anonymized"
      | "synthetic"
      | "differentially-private";
    note?: string;
  };
  parents: {
    chainId: number;
    registry: Hex;
    datasetId: string;
    version: number;
    contentRoot: Hex;
    relation: "derived" | "bundled";
  }[];
  /** What the publisher means to offer; the offer on chain decides. Prices are base units. */
  offerDefaults: {
    terms: string;
    chainId: number;
    token: Hex;
    price: string;
    rail: "escrow" | "stream" | "meter" | "revenue-share";
  }[];
}

const manifestFormat = /*#__PURE__*/ new DocumentFormat<Manifest>("manifest", schema, MANIFEST_MAX_BYTES);

/**
 * Canonical bytes of a manifest.
 * @throws FormatError `schema` or `value`
 */
export function manifestBytes(manifest: Manifest): Uint8Array {
  const bytes = manifestFormat.write(manifest);
  requireConsistent(manifest);
  return bytes;
}

/**
 * Reads canonical bytes.
 * @param expectedHash manifestHash from the chain, when known
 * @throws FormatError `mismatch` on other bytes than the hash names, `not-canonical`, `schema` or `value`
 */
export function readManifest(bytes: Uint8Array, expectedHash?: Hex, hash: Sha256 = sha256): Manifest {
  if (expectedHash !== undefined && manifestHash(bytes, hash) !== expectedHash.toLowerCase()) {
    throw new FormatError("mismatch", `the manifest's hash is ${manifestHash(bytes, hash)}, expected ${expectedHash}.`);
  }
  const manifest = manifestFormat.read(bytes);
  requireConsistent(manifest);
  return manifest;
}

/** SHA-256 of a manifest's canonical bytes. */
export function manifestHash(bytes: Uint8Array, hash: Sha256 = sha256): Hex {
  return toHex(hash(bytes));
}

/** CIDv1 (raw codec, sha2-256, base32) of a block whose SHA-256 is `digest`: manifests and ciphertext chunks. */
export function cidOf(digest: Hex): string {
  return CID.createV1(RAW_CODEC, createDigest(SHA2_256, fromHex(digest, 32))).toString();
}

/** What `tokenURI` computes on chain. */
export function tokenUri(digest: Hex): string {
  return `ipfs://${cidOf(digest)}`;
}

/** What the schema cannot say. */
function requireConsistent(manifest: Manifest): void {
  const { content } = manifest;
  if (content.fileListFirst >= content.chunks || content.files > content.chunks) {
    throw new FormatError(
      "value",
      `the manifest's content has ${content.chunks} chunks, too few for ${content.files} files and a list at ${content.fileListFirst}.`,
    );
  }
}
