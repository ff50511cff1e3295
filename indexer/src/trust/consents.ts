import { type Context, ponder } from "ponder:registry";
import { consent, consentAnchor, consentGuardian, consentLink } from "ponder:schema";
import { zeroAddress, zeroHash } from "viem";
import { chainId, idOf, logAction, touchAccount } from "../shared";

ponder.on("ConsentRegistry:ConsentRecorded", async ({ event, context }) => {
  const { consentHash, grantor, controller, batch, validFrom, validUntil, recordedAt, ...rest } = event.args;
  const record = {
    ...rest,
    validFrom: BigInt(validFrom),
    validUntil: BigInt(validUntil),
    batchRef: batch === zeroHash ? null : idOf(controller, batch),
    recordedAt: BigInt(recordedAt),
  };
  const { hash: transactionHash } = event.transaction;
  // Recorded again with the earlier time of a batch, or after it was revoked.
  await context.db
    .insert(consent)
    .values({ id: idOf(consentHash), chainId, consentHash, grantor, controller, ...record, transactionHash })
    .onConflictDoUpdate(record);
  await touchAccount(context.db, event, grantor);
  await logAction(context.db, event, "RECORD_CONSENT", { actor: controller });
});

ponder.on("ConsentRegistry:ConsentsAnchored", async ({ event, context }) => {
  const { controller, root, size } = event.args;
  await context.db.insert(consentAnchor).values({
    id: idOf(controller, root),
    chainId,
    controller,
    root,
    size,
    anchoredAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await logAction(context.db, event, "ANCHOR_CONSENTS", { actor: controller });
});

ponder.on("ConsentRegistry:ConsentLinked", async ({ event, context }) => {
  const { consentHash, datasetId, version, leavesHash } = event.args;
  const datasetRef = idOf(datasetId);
  const linked = {
    leavesHash: leavesHash === zeroHash ? null : leavesHash,
    linkedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  };
  await context.db
    .insert(consentLink)
    .values({
      id: idOf(consentHash, datasetId, version),
      chainId,
      consentRef: idOf(consentHash),
      datasetRef,
      versionRef: idOf(datasetId, version),
      ...linked,
    })
    .onConflictDoUpdate(linked);
  await logAction(context.db, event, "LINK_CONSENT", { datasetRef });
});

ponder.on("ConsentRegistry:BatchLinked", async ({ event, context }) => {
  const { controller, root, datasetId, version } = event.args;
  const datasetRef = idOf(datasetId);
  await context.db.insert(consentLink).values({
    id: idOf(controller, root, datasetId, version),
    chainId,
    batchRef: idOf(controller, root),
    datasetRef,
    versionRef: idOf(datasetId, version),
    linkedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await logAction(context.db, event, "LINK_CONSENTS", { actor: controller, datasetRef });
});

ponder.on("ConsentRegistry:GuardianNamed", async ({ event, context }) => {
  const { grantor } = event.args;
  const guardian = event.args.guardian === zeroAddress ? null : event.args.guardian;
  const named = { guardian, namedAt: event.block.timestamp };
  await context.db
    .insert(consentGuardian)
    .values({ id: idOf(grantor), chainId, grantor, ...named })
    .onConflictDoUpdate(named);
  await logAction(context.db, event, "NAME_GUARDIAN", { actor: grantor });
});

ponder.on("ConsentRegistry:ConsentRevoked", async ({ event, context }) => {
  const { consentHash, grantor, by, controller, reason } = event.args;
  const revoked = { revokedAt: event.block.timestamp, revokedBy: by, revocationReason: reason };
  const { hash: transactionHash } = event.transaction;
  await context.db
    .insert(consent)
    .values({ id: idOf(consentHash), chainId, consentHash, grantor, controller, ...revoked, transactionHash })
    .onConflictDoUpdate(revoked);
  await logAction(context.db, event, "REVOKE_CONSENT", { actor: by });
});

ponder.on("ConsentRegistry:RecallStarted", async ({ event, context }) => {
  const { consentHash, datasetId, version, recallId } = event.args;
  await startRecall(context, idOf(consentHash, datasetId, version), {
    chainId,
    consentRef: idOf(consentHash),
    datasetRef: idOf(datasetId),
    versionRef: idOf(datasetId, version),
    recallRef: idOf(recallId),
    transactionHash: event.transaction.hash,
  });
  await logAction(context.db, event, "RECALL_CONSENT", { datasetRef: idOf(datasetId) });
});

/** Notes the recall at the consent's own link; one that its batch alone linked gets a row here. */
async function startRecall(context: Context, id: string, row: Omit<typeof consentLink.$inferInsert, "id">) {
  const { recallRef } = row;
  await context.db
    .insert(consentLink)
    .values({ id, ...row })
    .onConflictDoUpdate({ recallRef });
}
