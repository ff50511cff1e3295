import type { Address } from "viem";
import { ask, type IndexerOptions, type Page, query, queryString } from "./client.js";
import type { DatasetEntity, LicenseEntity, SearchResult } from "./entities.js";
import { revive } from "./revive.js";

const TERMS =
  "termsId uses flags duration revocationNotice derivativeShareBps resaleRoyaltyBps quota territoryHash documentHash";
const OFFER = `id offerId status sold seller salt datasetId version encoding termsId split token price rail railTerms
  provider arbitrator opensAt closesAt editions exclusive openedAt terms { ${TERMS} }`;
const VERSION = `version contentRoot recordRoot manifestHash chunkCount recordCount byteSize status revokedRoot manifest
  publishedAt transactionHash encodings(orderBy: "encoding", orderDirection: "asc", limit: 50) {
    items { encoding encodingRoot envelopeHash provider servedUntil addedAt } }`;
const DATASET = `id chainId datasetId owner status versionCount offerCount licenseCount name description modality
  dataLicense languages keywords publishedAt updatedAt`;
const PARENT = "childVersion parentVersion shareBps bundle parent { datasetId name status }";
const SALE = "licenseId licensee payer token amount reference soldAt transactionHash";
const HOLD =
  "payer token amount state frozen slaDeadline deadline condition provenAt released refunded openedAt updatedAt";
const LICENSE = `id licenseId holder licensee payer offerId datasetId version encoding uses flags rail feeBps start expiry
  frozen endedAt revokedAt transactionHash dataset { name description owner } offer { ${OFFER} } hold { ${HOLD} }`;

/** What narrows a search. */
export interface SearchParameters {
  /** Words; full-text search over name, description, modality and keywords. */
  q?: string;
  /** Bits of uses of which an open offer allows at least one. */
  use?: number;
  modality?: string;
  /** License of the data itself, as the manifest states it. */
  license?: string;
  token?: Address;
  /** Base units. */
  maxPrice?: bigint;
  /** Name of a known schema such as `gdpr-audited`, or a schema's id: a valid badge of it stands on the dataset or a version. */
  badge?: string;
  /** Whether an open offer must be covered by its provider's bond. */
  covered?: boolean;
  limit?: number;
  offset?: number;
}

/** Searches the catalogue. */
export async function searchDatasets(options: IndexerOptions, parameters: SearchParameters): Promise<SearchResult> {
  const { covered, ...rest } = parameters;
  const search = queryString({ ...rest, covered: covered ? 1 : undefined });
  return revive(await ask<SearchResult>(options, `/search${search}`));
}

/** A dataset whole, null when the indexer does not know it. */
export async function getDataset(
  options: IndexerOptions,
  parameters: { chainId: number; datasetId: bigint },
): Promise<DatasetEntity | null> {
  const { dataset } = await query<{ dataset: unknown }>(
    options,
    `query ($id: String!) { dataset(id: $id) { ${DATASET}
      versions(orderBy: "version", orderDirection: "desc", limit: 100) { items { ${VERSION} } }
      offers(orderBy: "price", orderDirection: "asc", limit: 100) { items { ${OFFER} } }
      parents(orderBy: "childVersion", orderDirection: "desc", limit: 100) { items { ${PARENT} } }
      sales(orderBy: "soldAt", orderDirection: "desc", limit: 20) { items { ${SALE} } } } }`,
    { id: `${parameters.chainId}-${parameters.datasetId}` },
  );
  return dataset ? revive<DatasetEntity>(dataset) : null;
}

/** Licenses that an account holds, newest first, a page at a time. */
export async function getLicenses(
  options: IndexerOptions,
  parameters: { chainId: number; holder: Address; cursor?: string; limit?: number },
): Promise<Page<LicenseEntity>> {
  const { chainId, holder, cursor = null, limit = 50 } = parameters;
  const { licenses } = await query<{
    licenses: { items: unknown[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } };
  }>(
    options,
    `query ($chainId: Int!, $holder: String!, $after: String, $limit: Int!) {
      licenses(where: { chainId: $chainId, holder: $holder }, orderBy: "licenseId", orderDirection: "desc", after: $after, limit: $limit) {
        items { ${LICENSE} } pageInfo { endCursor hasNextPage } } }`,
    { chainId, holder: holder.toLowerCase(), after: cursor, limit },
  );
  return {
    items: revive<LicenseEntity[]>(licenses.items),
    cursor: licenses.pageInfo.hasNextPage ? licenses.pageInfo.endCursor : null,
  };
}

/** A license with its offer and hold, null when the indexer does not know it. */
export async function getLicense(
  options: IndexerOptions,
  parameters: { chainId: number; licenseId: bigint },
): Promise<LicenseEntity | null> {
  const { license } = await query<{ license: unknown }>(
    options,
    `query ($id: String!) { license(id: $id) { ${LICENSE} } }`,
    { id: `${parameters.chainId}-${parameters.licenseId}` },
  );
  return license ? revive<LicenseEntity>(license) : null;
}

/** Number of the newest block that the indexer has taken in. */
export async function getIndexedBlock(options: IndexerOptions): Promise<number> {
  const status = await ask<Record<string, { block: { number: number } }>>(options, "/status");
  const chain = Object.values(status)[0];
  return chain?.block.number ?? 0;
}
