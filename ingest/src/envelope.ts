import { type Envelope, type EnvelopeKey, envelopeBytes, envelopeHash, type Hex } from "@colophon-protocol/sdk/formats";
import type { BlobName, BlobStore } from "./blobs.js";
import { nodeSha256 } from "./engine.js";
import { putBlob } from "./ingest.js";
import type { EncodingRecord } from "./record.js";

/** What is known only once the version is on chain. */
export interface SealParameters {
  store: BlobStore;
  record: EncodingRecord;
  chainId: number;
  licenseToken: Hex;
  datasetId: bigint;
  version: number;
  /** The dataset key, wrapped by `@colophon-protocol/sdk/keys`. */
  key: EnvelopeKey;
  /** Who is to accept and serve the encoding. */
  provider: Hex;
  /** Seconds since 1970; now by default. */
  created?: number;
}

/** A sealed envelope: `hash` goes on chain with the encoding, `name` is its blob. */
export interface SealedEnvelope {
  envelope: Envelope;
  hash: Hex;
  name: BlobName;
}

/**
 * Writes the key envelope of an encoding into the store.
 * @throws FormatError when the wrapped key or an address does not fit the schema
 */
export async function sealEnvelope(parameters: SealParameters): Promise<SealedEnvelope> {
  const { store, record, datasetId } = parameters;
  const envelope: Envelope = {
    format: "colophon-envelope",
    formatVersion: 1,
    chainId: parameters.chainId,
    licenseToken: parameters.licenseToken.toLowerCase() as Hex,
    datasetId: datasetId.toString(),
    version: parameters.version,
    contentRoot: record.contentRoot,
    encodingId: record.encodingId,
    encodingRoot: record.encodingRoot,
    header: record.header,
    key: parameters.key,
    provider: parameters.provider.toLowerCase() as Hex,
    created: parameters.created ?? Math.floor(Date.now() / 1000),
  };
  const bytes = envelopeBytes(envelope);
  return { envelope, hash: envelopeHash(bytes, nodeSha256), name: await putBlob(store, bytes) };
}
