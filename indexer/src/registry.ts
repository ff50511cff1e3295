import { type Context, ponder } from "ponder:registry";
import { dataset, datasetStatus, datasetVersion, encoding, parentLink, revokedRoot } from "ponder:schema";
import { isNull, sql } from "ponder";
import { type Hex, zeroAddress, zeroHash } from "viem";
import { catalogueFields, fetchManifest } from "./manifests";
import { manifestSources } from "./settings";
import { chainId, idOf, logAction, touchAccount } from "./shared";

const statusNames = datasetStatus.enumValues;
const statusName = (value: number) => statusNames[value] ?? "NONE";

ponder.on("DatasetRegistry:DatasetPublished", async ({ event, context }) => {
  const { datasetId, owner } = event.args;
  const fields = { owner, publisher: event.transaction.from, publishedAt: event.block.timestamp };
  // The ERC-721 Transfer of the mint comes first and has made the row.
  await context.db.update(dataset, { id: idOf(datasetId) }).set(fields);
  await logAction(context.db, event, "PUBLISH", { actor: owner, datasetRef: idOf(datasetId) });
});

ponder.on("DatasetRegistry:Transfer", async ({ event, context }) => {
  const { from, to, tokenId } = event.args;
  const id = idOf(tokenId);
  if (from === zeroAddress) {
    await context.db.insert(dataset).values({
      id,
      chainId,
      datasetId: tokenId,
      owner: to,
      publisher: event.transaction.from,
      status: "TRAINABLE",
      versionCount: 0,
      offerCount: 0,
      licenseCount: 0,
      searchText: "",
      publishedAt: event.block.timestamp,
      updatedAt: event.block.timestamp,
      transactionHash: event.transaction.hash,
    });
  } else {
    await context.db.update(dataset, { id }).set({ owner: to, updatedAt: event.block.timestamp });
    await touchAccount(context.db, event, from, { datasets: -1 });
    await logAction(context.db, event, "TRANSFER_TITLE", { actor: from, datasetRef: id });
  }
  await touchAccount(context.db, event, to, { datasets: 1 });
});

ponder.on("DatasetRegistry:VersionAdded", async ({ event, context }) => {
  const { datasetId, version, chunkCount, ...content } = event.args;
  const datasetRef = idOf(datasetId);
  await context.db.insert(datasetVersion).values({
    id: idOf(datasetId, version),
    chainId,
    datasetRef,
    datasetId,
    version,
    ...content,
    chunkCount: BigInt(chunkCount),
    encodingCount: 0,
    status: "TRAINABLE",
    revokedRoot: zeroHash,
    publishedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await context.db.update(dataset, { id: datasetRef }).set({ versionCount: version, updatedAt: event.block.timestamp });
  await describe(context, idOf(datasetId, version), datasetRef, version, content.manifestHash);
  await logAction(context.db, event, "ADD_VERSION", { datasetRef });
});

ponder.on("MissingManifests:block", async ({ context }) => {
  if (manifestSources.length === 0) return;
  const missing = await context.db.sql
    .select({
      id: datasetVersion.id,
      datasetRef: datasetVersion.datasetRef,
      version: datasetVersion.version,
      manifestHash: datasetVersion.manifestHash,
    })
    .from(datasetVersion)
    .where(isNull(datasetVersion.manifest))
    .orderBy(sql`random()`) // Manifests that nobody has must not keep the others from their turn.
    .limit(50);
  const found = await Promise.all(missing.map(({ manifestHash }) => fetchManifest(manifestHash)));
  for (const [index, row] of missing.entries()) {
    const manifest = found[index];
    if (manifest) await keepManifest(context, row.id, row.datasetRef, row.version, manifest);
  }
});

/** Reads a version's manifest, when a source has it. */
async function describe(context: Context, id: string, datasetRef: string, version: number, manifestHash: Hex) {
  const manifest = await fetchManifest(manifestHash);
  if (manifest) await keepManifest(context, id, datasetRef, version, manifest);
}

/** Writes a version's manifest and lets the newest version name the dataset. */
async function keepManifest(
  context: Context,
  id: string,
  datasetRef: string,
  version: number,
  manifest: Record<string, unknown>,
) {
  await context.db.update(datasetVersion, { id }).set({ manifest });
  const parent = await context.db.find(dataset, { id: datasetRef });
  if (parent && parent.versionCount === version) {
    await context.db.update(dataset, { id: datasetRef }).set(catalogueFields(manifest));
  }
}

ponder.on("DatasetRegistry:ParentLinked", async ({ event, context }) => {
  const { datasetId, version, parentId, ...link } = event.args;
  await context.db.insert(parentLink).values({
    id: idOf(datasetId, version, parentId),
    chainId,
    childRef: idOf(datasetId),
    childVersion: version,
    parentRef: idOf(parentId),
    ...link,
  });
});

ponder.on("DatasetRegistry:ParentGrantCancelled", async ({ event, context }) => {
  await logAction(context.db, event, "CANCEL_GRANT", { actor: event.args.owner });
});

ponder.on("DatasetRegistry:EncodingAdded", async ({ event, context }) => {
  const { datasetId, version, retirementNotice, ...rest } = event.args;
  const versionRef = idOf(datasetId, version);
  await context.db.insert(encoding).values({
    id: idOf(datasetId, version, rest.encoding),
    chainId,
    versionRef,
    datasetId,
    version,
    ...rest,
    retirementNotice: BigInt(retirementNotice),
    addedAt: event.block.timestamp,
  });
  const row = await context.db.update(datasetVersion, { id: versionRef }).set({ encodingCount: rest.encoding });
  // A provider that accepts an encoding has the manifest, even where nobody had it when the version was added.
  if (!row.manifest) await describe(context, row.id, row.datasetRef, version, row.manifestHash);
  await logAction(context.db, event, "ADD_ENCODING", { datasetRef: idOf(datasetId) });
});

ponder.on("DatasetRegistry:EncodingRetired", async ({ event, context }) => {
  const { datasetId, version, encoding: number, servedUntil } = event.args;
  await context.db.update(encoding, { id: idOf(datasetId, version, number) }).set({ servedUntil: BigInt(servedUntil) });
  await logAction(context.db, event, "RETIRE_ENCODING", { datasetRef: idOf(datasetId) });
});

ponder.on("DatasetRegistry:RevokedRootSet", async ({ event, context }) => {
  const { datasetId, version, position } = event.args;
  const versionRef = idOf(datasetId, version);
  const root = event.args.revokedRoot;
  await context.db.insert(revokedRoot).values({
    id: idOf(datasetId, version, position),
    chainId,
    versionRef,
    position,
    revokedRoot: root,
    since: event.block.timestamp,
  });
  await context.db.update(datasetVersion, { id: versionRef }).set({ revokedRoot: root });
  await logAction(context.db, event, "SET_REVOKED_ROOT", { datasetRef: idOf(datasetId) });
});

ponder.on("DatasetRegistry:VersionStatusSet", async ({ event, context }) => {
  const { datasetId, version, current } = event.args;
  await context.db.update(datasetVersion, { id: idOf(datasetId, version) }).set({ status: statusName(current) });
  await logAction(context.db, event, "SET_VERSION_STATUS", { datasetRef: idOf(datasetId) });
});

ponder.on("DatasetRegistry:DatasetStatusSet", async ({ event, context }) => {
  const { datasetId, current } = event.args;
  await context.db.update(dataset, { id: idOf(datasetId) }).set({ status: statusName(current) });
  await logAction(context.db, event, "SET_DATASET_STATUS", { datasetRef: idOf(datasetId) });
});
