/** DatasetRegistry: titles, versions, encodings, lineage and status. */
import { datasetRegistryAbi } from "@colophon-protocol/contracts";
import type { Address, ContractFunctionArgs, Hex } from "viem";
import { enumName, VERSION_STATUS, type VersionStatus } from "../core/enums.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";

const read = /*#__PURE__*/ readsOf(
  "DatasetRegistry",
  datasetRegistryAbi,
  async () => (await import("../errors/hints-registry.js")).registryHints,
);

type PublishArgs = ContractFunctionArgs<typeof datasetRegistryAbi, "nonpayable", "publish">;
/** Roots, hashes and counts of a version; see `IDatasetRegistry.VersionInput`. */
export type VersionInput = PublishArgs[1];
/** A link to a parent version; see `IDatasetRegistry.ParentLink`. */
export type ParentLink = PublishArgs[2][number];
/** An encoding with its provider's acceptance; see `IDatasetRegistry.EncodingInput`. */
export type EncodingInput = ContractFunctionArgs<typeof datasetRegistryAbi, "nonpayable", "addEncoding">[2];

/** A version of a dataset. */
export interface VersionId {
  datasetId: bigint;
  version: number;
}
/** An encoding of a version. */
export interface EncodingId extends VersionId {
  encoding: number;
}

/** Publishes a dataset with its first version; `owner` gets the title. Emits DatasetPublished. */
export const publishDataset = /*#__PURE__*/ defineWrite({
  contract: "DatasetRegistry",
  abi: datasetRegistryAbi,
  functionName: "publish",
  event: "DatasetPublished",
  args: ({ owner, input, parents = [] }: { owner: Address; input: VersionInput; parents?: readonly ParentLink[] }) => [
    owner,
    input,
    parents,
  ],
});
/** `publishDataset`, waiting for its receipt. */
export const publishDatasetSync = /*#__PURE__*/ syncOf(publishDataset);

/** Adds a version. Only the owner. Emits VersionAdded. */
export const addVersion = /*#__PURE__*/ defineWrite({
  contract: "DatasetRegistry",
  abi: datasetRegistryAbi,
  functionName: "addVersion",
  event: "VersionAdded",
  args: ({
    datasetId,
    input,
    parents = [],
  }: {
    datasetId: bigint;
    input: VersionInput;
    parents?: readonly ParentLink[];
  }) => [datasetId, input, parents],
});
/** `addVersion`, waiting for its receipt. */
export const addVersionSync = /*#__PURE__*/ syncOf(addVersion);

/** Adds an encoding that its provider accepted by signature. Only the owner. Emits EncodingAdded. */
export const addEncoding = /*#__PURE__*/ defineWrite({
  contract: "DatasetRegistry",
  abi: datasetRegistryAbi,
  functionName: "addEncoding",
  event: "EncodingAdded",
  args: ({ datasetId, version, input }: VersionId & { input: EncodingInput }) => [datasetId, version, input],
});
/** `addEncoding`, waiting for its receipt. */
export const addEncodingSync = /*#__PURE__*/ syncOf(addEncoding);

/** Stops sales of an encoding. Only the owner or the provider. Emits EncodingRetired. */
export const retireEncoding = /*#__PURE__*/ defineWrite({
  contract: "DatasetRegistry",
  abi: datasetRegistryAbi,
  functionName: "retireEncoding",
  event: "EncodingRetired",
  args: ({ datasetId, version, encoding }: EncodingId) => [datasetId, version, encoding],
});
/** `retireEncoding`, waiting for its receipt. */
export const retireEncodingSync = /*#__PURE__*/ syncOf(retireEncoding);

/** Sets the root of withdrawn entries of a version, from now on; zero for none. Only the owner. Emits RevokedRootSet. */
export const setRevokedRoot = /*#__PURE__*/ defineWrite({
  contract: "DatasetRegistry",
  abi: datasetRegistryAbi,
  functionName: "setRevokedRoot",
  event: "RevokedRootSet",
  args: ({ datasetId, version, revokedRoot }: VersionId & { revokedRoot: Hex }) => [datasetId, version, revokedRoot],
});
/** `setRevokedRoot`, waiting for its receipt. */
export const setRevokedRootSync = /*#__PURE__*/ syncOf(setRevokedRoot);

/** Owner's change of status: Trainable to and from Quarantined, and to Retired. Emits VersionStatusSet. */
export const setVersionStatus = /*#__PURE__*/ defineWrite({
  contract: "DatasetRegistry",
  abi: datasetRegistryAbi,
  functionName: "setVersionStatus",
  event: "VersionStatusSet",
  args: ({ datasetId, version, status }: VersionId & { status: Exclude<VersionStatus, "None"> }) => [
    datasetId,
    version,
    VERSION_STATUS.indexOf(status),
  ],
});
/** `setVersionStatus`, waiting for its receipt. */
export const setVersionStatusSync = /*#__PURE__*/ syncOf(setVersionStatus);

/** Makes the caller's parent grant with this nonce unusable. Emits ParentGrantCancelled. */
export const cancelGrant = /*#__PURE__*/ defineWrite({
  contract: "DatasetRegistry",
  abi: datasetRegistryAbi,
  functionName: "cancelGrant",
  event: "ParentGrantCancelled",
  args: ({ nonce }: { nonce: bigint }) => [nonce],
});
/** `cancelGrant`, waiting for its receipt. */
export const cancelGrantSync = /*#__PURE__*/ syncOf(cancelGrant);

/** A version, with its status by name. @throws ColophonError `reverted` when unknown */
export const versionOf = /*#__PURE__*/ read({
  functionName: "versionOf",
  args: ({ datasetId, version }: VersionId) => [datasetId, version],
  result: (version) => ({ ...version, status: enumName(VERSION_STATUS, version.status) }),
});

/** An encoding; `retiredAt` is 0 while it sells. @throws ColophonError `reverted` when unknown */
export const encodingOf = /*#__PURE__*/ read({
  functionName: "encodingOf",
  args: ({ datasetId, version, encoding }: EncodingId) => [datasetId, version, encoding],
  result: (encoding) => encoding,
});

/** Parents of a version. */
export const parentsOf = /*#__PURE__*/ read({
  functionName: "parentsOf",
  args: ({ datasetId, version }: VersionId) => [datasetId, version],
  result: (parents) => parents,
});

/** The status that counts: the stricter of the dataset's and the version's. */
export const statusOf = /*#__PURE__*/ read({
  functionName: "statusOf",
  args: ({ datasetId, version }: VersionId) => [datasetId, version],
  result: (status): VersionStatus => enumName(VERSION_STATUS, status),
});

/** What a sale must know: owner, status, provider, and whether the encoding sells. */
export const saleState = /*#__PURE__*/ read({
  functionName: "saleState",
  args: ({ datasetId, version, encoding }: EncodingId) => [datasetId, version, encoding],
  result: (state) => ({ ...state, status: enumName(VERSION_STATUS, state.status) }),
});

/** The root of withdrawn entries in force at a time (seconds), zero when none. */
export const revokedRootAt = /*#__PURE__*/ read({
  functionName: "revokedRootAt",
  args: ({ datasetId, version, timestamp }: VersionId & { timestamp: number }) => [datasetId, version, timestamp],
  result: (root): Hex => root,
});

/** `ipfs://` address of a version's manifest. */
export const versionUri = /*#__PURE__*/ read({
  functionName: "versionURI",
  args: ({ datasetId, version }: VersionId) => [datasetId, version],
  result: (uri): string => uri,
});

/** Number of datasets published; ids run from 1 to this. */
export const datasetCount = /*#__PURE__*/ read({
  functionName: "datasetCount",
  args: (_: object) => [],
  result: (count): bigint => count,
});

/** Number of versions of a dataset, 0 when it does not exist. */
export const versionCount = /*#__PURE__*/ read({
  functionName: "versionCount",
  args: ({ datasetId }: { datasetId: bigint }) => [datasetId],
  result: (count): number => count,
});

/** Whether a parent grant of `owner` with this nonce was used or cancelled. */
export const isGrantUsed = /*#__PURE__*/ read({
  functionName: "isGrantUsed",
  args: ({ owner, nonce }: { owner: Address; nonce: bigint }) => [owner, nonce],
  result: (used): boolean => used,
});
