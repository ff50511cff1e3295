import type { Address, Hex } from "viem";

// Entities as the indexer serves them. Names of entities and fields stand here and nowhere else in the SDK.
// Amounts and times are bigint (base units, seconds); ids carry the chain id in front.

/** Status of a dataset or version. */
export type DatasetStatus = "NONE" | "TRAINABLE" | "QUARANTINED" | "SUSPENDED" | "RETIRED";
/** State of an escrow hold. */
export type HoldState = "HELD" | "DELIVERED" | "CONTESTED" | "WITHDRAWING" | "RELEASED" | "REFUNDED";

/** Registered terms (enforceable part). `uses` and `flags` are bits as in `formats`. */
export interface TermsEntity {
  termsId: Hex;
  uses: number;
  flags: number;
  duration: bigint;
  revocationNotice: bigint;
  derivativeShareBps: number;
  resaleRoyaltyBps: number;
  quota: bigint;
  territoryHash: Hex;
  documentHash: Hex;
}

/** An offer with its terms. */
export interface OfferEntity {
  id: string;
  offerId: Hex;
  status: "OPEN" | "CLOSED";
  sold: number;
  seller: Address;
  salt: bigint;
  datasetId: bigint;
  version: number;
  encoding: number;
  termsId: Hex;
  split: number;
  token: Address;
  price: bigint;
  rail: number;
  railTerms: Hex[];
  provider: Address;
  arbitrator: Address;
  opensAt: bigint;
  closesAt: bigint;
  editions: bigint;
  exclusive: boolean;
  openedAt: bigint;
  terms: TermsEntity;
}

/** An encoding of a version. */
export interface EncodingEntity {
  encoding: number;
  encodingRoot: Hex;
  envelopeHash: Hex;
  provider: Address;
  servedUntil: bigint | null;
  addedAt: bigint;
}

/** A version with its encodings; `manifest` is null until a source had it. */
export interface VersionEntity {
  version: number;
  contentRoot: Hex;
  recordRoot: Hex;
  manifestHash: Hex;
  chunkCount: bigint;
  recordCount: bigint;
  byteSize: bigint;
  status: DatasetStatus;
  revokedRoot: Hex;
  manifest: Record<string, unknown> | null;
  publishedAt: bigint;
  transactionHash: Hex;
  encodings: EncodingEntity[];
}

/** What a row of the catalogue shows of a dataset. */
export interface DatasetSummary {
  id: string;
  chainId: number;
  datasetId: bigint;
  owner: Address;
  status: DatasetStatus;
  versionCount: number;
  offerCount: number;
  licenseCount: number;
  name: string | null;
  description: string | null;
  modality: string[] | null;
  dataLicense: string | null;
  languages: string[] | null;
  keywords: string[] | null;
  publishedAt: bigint;
  updatedAt: bigint;
}

/** A catalogue row: dataset, newest version, cheapest open offer. */
export interface SearchItem extends DatasetSummary {
  newestVersion: Omit<VersionEntity, "manifest" | "encodings"> | null;
  cheapestOffer: OfferEntity | null;
}

/** A value of a facet and how many datasets have it. */
export interface FacetCount {
  value: string | null;
  count: number;
}

/** How many datasets have a valid badge of a schema, by the name that governance lists it under. */
export interface BadgeFacet extends FacetCount {
  schema: Hex;
}

/** A page of search results. */
export interface SearchResult {
  total: number;
  items: SearchItem[];
  facets: { modality: FacetCount[]; dataLicense: FacetCount[]; badge: BadgeFacet[] };
}

/** A dataset whole: versions newest first, all offers cheapest first, recent sales. */
export interface DatasetEntity extends DatasetSummary {
  versions: VersionEntity[];
  offers: OfferEntity[];
  /** What its versions were made from, newest version first. */
  parents: ParentEntity[];
  sales: SaleEntity[];
}

/** A version's parent. */
export interface ParentEntity {
  childVersion: number;
  parentVersion: number;
  /** Its part of what the child earns, in basis points. */
  shareBps: number;
  /** A component: a license of the child opens this version of the parent too. */
  bundle: boolean;
  /** Null until the indexer knows the parent. */
  parent: { datasetId: bigint; name: string | null; status: DatasetStatus } | null;
}

/** A sale. */
export interface SaleEntity {
  licenseId: bigint;
  licensee: Address;
  payer: Address;
  token: Address;
  amount: bigint;
  reference: Hex;
  soldAt: bigint;
  transactionHash: Hex;
}

/** An escrow hold. */
export interface HoldEntity {
  payer: Address;
  token: Address;
  amount: bigint;
  state: HoldState;
  frozen: boolean;
  slaDeadline: bigint;
  deadline: bigint | null;
  /** Evidence that released the money, and when it was recorded; null otherwise. */
  condition: "NONE" | "COMPUTE_RECEIPT" | "ADHERENCE" | "QUALITY" | null;
  provenAt: bigint | null;
  released: bigint;
  refunded: bigint;
  openedAt: bigint;
  updatedAt: bigint;
}

/** A license with its dataset's name, its offer and its hold. */
export interface LicenseEntity {
  id: string;
  licenseId: bigint;
  holder: Address;
  licensee: Address;
  payer: Address | null;
  offerId: Hex;
  datasetId: bigint;
  version: number;
  encoding: number;
  uses: number;
  flags: number;
  rail: number;
  feeBps: number;
  start: bigint;
  expiry: bigint;
  frozen: boolean;
  endedAt: bigint | null;
  revokedAt: bigint | null;
  transactionHash: Hex;
  dataset: { name: string | null; description: string | null; owner: Address };
  offer: OfferEntity;
  hold: HoldEntity | null;
}
