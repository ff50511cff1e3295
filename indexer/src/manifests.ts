import { createHash } from "node:crypto";
import { CID } from "multiformats/cid";
import * as digest from "multiformats/hashes/digest";
import { type Hex, hexToBytes } from "viem";
import { manifestSources } from "./settings";

const RAW = 0x55;
const SHA2_256 = 0x12;
const MAX_BYTES = 1 << 20;
const TIMEOUT_MS = 3_000;

/** The fields of a manifest that the catalogue shows and searches. */
export interface CatalogueFields {
  name: string | null;
  description: string | null;
  modality: string[] | null;
  dataLicense: string | null;
  languages: string[] | null;
  keywords: string[] | null;
  searchText: string;
}

/**
 * Fetches a manifest from the first source that has the bytes behind `manifestHash`; null when none has. Content
 * addressing makes the answer independent of who gave it.
 */
export async function fetchManifest(manifestHash: Hex): Promise<Record<string, unknown> | null> {
  if (manifestSources.length === 0) return null;
  const hash = manifestHash.slice(2);
  const cid = CID.createV1(RAW, digest.create(SHA2_256, hexToBytes(manifestHash))).toString();
  for (const template of manifestSources) {
    const manifest = await tryFetch(template.replace("{hash}", hash).replace("{cid}", cid), hash);
    if (manifest) return manifest;
  }
  return null;
}

async function tryFetch(url: string, hash: string): Promise<Record<string, unknown> | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) return null;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length > MAX_BYTES || createHash("sha256").update(bytes).digest("hex") !== hash) return null;
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return null; // A source that is down is no reason to stop indexing: the version is asked for again later.
  }
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

const texts = (value: unknown): string[] | null =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : null;

/** Picks the catalogue's fields out of a manifest (spec/schemas/manifest.v1); nothing is assumed about its shape. */
export function catalogueFields(manifest: Record<string, unknown>): CatalogueFields {
  const source = (manifest.source ?? {}) as Record<string, unknown>;
  const name = text(manifest.name);
  const description = text(manifest.description);
  const modality = texts(manifest.modality);
  const keywords = texts(manifest.keywords);
  return {
    name,
    description,
    modality,
    dataLicense: text(source.license),
    languages: texts(manifest.languages),
    keywords,
    searchText: [name, description, ...(modality ?? []), ...(keywords ?? [])].filter(Boolean).join(" "),
  };
}
