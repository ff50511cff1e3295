// What a publisher does with an ingested version once its dataset is on chain: seal the key, hand the encoding over.
import {
  type EncodingRecord,
  type FolderBlobStore,
  type SealedEnvelope,
  sealEnvelope,
} from "@colophon-protocol/ingest";
import { addEncodingSync } from "@colophon-protocol/sdk";
import {
  type OfferEncodingParameters,
  offerEncoding,
  type SignedEncodingAcceptance,
} from "@colophon-protocol/sdk/delivery";
import {
  CHUNK_LEAF_SIZE,
  decodeChunkLeaf,
  type EnvelopeKey,
  type Hex,
  toHex,
  Use,
} from "@colophon-protocol/sdk/formats";
import { licenseConditions, wrapDatasetKey } from "@colophon-protocol/sdk/keys";
import type { Actor, LocalChain } from "./context.js";

/** The first encoding of a dataset's first version. */
export interface FirstEncoding {
  store: FolderBlobStore;
  record: EncodingRecord;
  datasetId: bigint;
}

/** Wraps the dataset key for the chain's key network and writes the envelope into the store. */
export async function seal(
  { endpoints, licenseToken, actors }: LocalChain,
  { store, record, datasetId }: FirstEncoding,
  { datasetKey, networkPublicKey }: { datasetKey: Uint8Array; networkPublicKey: Hex },
): Promise<SealedEnvelope> {
  const { chainId } = endpoints;
  const conditions = licenseConditions({ chainId, licenseToken, datasetId, version: 1, uses: Use.ReadRaw });
  return sealEnvelope({
    ...{ store, record, chainId, licenseToken, datasetId, version: 1 },
    key: wrapDatasetKey({ networkPublicKey, conditions, key: datasetKey }) as EnvelopeKey,
    provider: actors.provider.address,
  });
}

/** Uploads the encoding to the gateway. @returns the provider's signed acceptance */
export async function handOver(
  { endpoints }: LocalChain,
  owner: Actor,
  { store, record, datasetId }: FirstEncoding,
  envelope: string,
): Promise<SignedEncodingAcceptance> {
  const { gatewayUrl, chainId } = endpoints;
  const blob = (name: string) => store.get(name as Parameters<typeof store.get>[0]);
  const encodingLeaves = await blob(record.encodingLeaves);
  const parts: OfferEncodingParameters = {
    ...{ datasetId, version: 1, encoding: 1 },
    encodingRoot: record.encodingRoot,
    manifest: await blob(record.manifest),
    envelope: await blob(envelope),
    encodingLeaves,
    contentLeaves: await blob(record.contentLeaves),
    chunk: (index) => blob(chunkName(encodingLeaves, index)),
  };
  return offerEncoding({ gatewayUrl, chainId, account: owner.account, datasetId }, parts);
}

/** Puts the accepted encoding on chain. */
export function addFirstEncoding(
  { deployment }: LocalChain,
  owner: Actor,
  datasetId: bigint,
  { acceptance, signature }: SignedEncodingAcceptance,
) {
  const { encodingRoot, envelopeHash, provider, retirementNotice, deadline } = acceptance;
  const input = { encodingRoot, envelopeHash, provider, retirementNotice, deadline, signature };
  return addEncodingSync(owner.client, { datasetId, version: 1, input, deployment });
}

/** A chunk's blob is named by its digest. */
function chunkName(leaves: Uint8Array, index: number): string {
  const { digest } = decodeChunkLeaf(leaves.subarray(index * CHUNK_LEAF_SIZE, (index + 1) * CHUNK_LEAF_SIZE));
  return toHex(digest).slice(2);
}
