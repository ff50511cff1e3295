import { type Context, ponder } from "ponder:registry";
import {
  license,
  parentLink,
  recall,
  recallAcknowledgement,
  recallAction,
  recallEvent,
  type recallEventKind,
  recallLicense,
  recallReason,
  recallSetting,
} from "ponder:schema";
import { and, eq, exists, gt, isNull, lt, lte, or, sql } from "ponder";
import { type Address, type Hex, zeroHash } from "viem";
import { type AnyEvent, chainId, idOf, logAction, logId, placeOf } from "../shared";

type Kind = (typeof recallEventKind.enumValues)[number];

/** Bit of a license's flags, as LicenseFlags has it. */
const LATER_VERSIONS = 1 << 5;
const hashOrNull = (hash: Hex) => (hash === zeroHash ? null : hash);

ponder.on("Recalls:RecallOpened", async ({ event, context }) => {
  const { recallId, datasetId, version, recall: r } = event.args;
  const [id, datasetRef] = [idOf(recallId), idOf(datasetId)];
  const affected = await affectedBy(context, { datasetId, version, openedAt: BigInt(r.openedAt) });
  await context.db.insert(recall).values({
    id,
    chainId,
    recallId,
    datasetRef,
    versionRef: idOf(datasetId, version),
    version,
    reason: recallReason.enumValues[r.reason] ?? "NONE",
    openedBy: r.openedBy,
    openedAt: BigInt(r.openedAt),
    collectsUntil: BigInt(r.collectsUntil),
    deadline: BigInt(r.deadline),
    period: BigInt(r.period),
    contestPeriod: BigInt(r.contestPeriod),
    dismissed: false,
    leavesHash: r.leavesHash,
    revokedRoot: hashOrNull(r.revokedRoot),
    rootNamedAt: r.revokedRoot === zeroHash ? null : event.block.timestamp,
    affectedCount: affected.length,
    answeredCount: 0,
    contestedCount: 0,
    updatedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  if (affected.length > 0) {
    await context.db.insert(recallLicense).values(
      affected.map((licenseRef) => ({
        id: `${id}-${licenseRef.slice(String(chainId).length + 1)}`,
        ...{ chainId, recallRef: id, licenseRef, action: "NONE" as const, sequence: 0n },
      })),
    );
  }
  await tell(context, event, id, "OPENED", { by: r.openedBy, hash: r.leavesHash, until: BigInt(r.deadline) });
  await logAction(context.db, event, "OPEN_RECALL", { actor: r.openedBy, datasetRef });
});

ponder.on("Recalls:WithdrawalCollected", async ({ event, context }) => {
  const { recallId, consentHash, total } = event.args;
  await setRecall(context, event, recallId, { leavesHash: total });
  await tell(context, event, idOf(recallId), "COLLECTED", { by: event.transaction.from, hash: consentHash });
});

ponder.on("Recalls:RevokedRootNamed", async ({ event, context }) => {
  const { recallId, revokedRoot } = event.args;
  const { datasetRef } = await setRecall(context, event, recallId, { revokedRoot, rootNamedAt: event.block.timestamp });
  await tell(context, event, idOf(recallId), "ROOT_NAMED", { by: event.transaction.from, hash: revokedRoot });
  await logAction(context.db, event, "NAME_ROOT", { datasetRef });
});

ponder.on("Recalls:RecallAcknowledged", async ({ event, context }) => {
  const { recallId, licenseId, holder, evidenceHash, sequence } = event.args;
  const action = recallAction.enumValues[event.args.action] ?? "NONE";
  const [recallRef, licenseRef] = [idOf(recallId), idOf(licenseId)];
  const id = idOf(recallId, licenseId);
  const hash = hashOrNull(evidenceHash);
  // The row that is found is the one that changes below.
  const before = (await context.db.find(recallLicense, { id }))?.action;
  const answer = {
    ...{ action, answeredBy: holder, answeredAt: event.block.timestamp },
    ...{ sequence, evidenceHash: hash },
  };
  await context.db
    .insert(recallLicense)
    .values({ id, chainId, recallRef, licenseRef, ...answer })
    .onConflictDoUpdate(answer);
  await context.db.insert(recallAcknowledgement).values({
    id: logId(event),
    recallRef,
    recallLicenseRef: id,
    licenseRef,
    holder,
    action,
    evidenceHash: hash,
    sequence,
    ...placeOf(event),
  });
  const contests = (of: string | undefined) => (of === "CONTEST" ? 1 : 0);
  await context.db.update(recall, { id: recallRef }).set((row) => ({
    affectedCount: row.affectedCount + (before === undefined ? 1 : 0),
    answeredCount: row.answeredCount + (before === undefined || before === "NONE" ? 1 : 0),
    contestedCount: row.contestedCount + contests(action) - contests(before),
    updatedAt: event.block.timestamp,
  }));
  await logAction(context.db, event, "ACKNOWLEDGE_RECALL", { actor: holder, licenseRef });
});

ponder.on("Recalls:RecallDecided", async ({ event, context }) => {
  const { recallId, stands, deadline } = event.args;
  const againUntil = stands ? BigInt(deadline) : null;
  const decided = { decidedAt: event.block.timestamp, dismissed: !stands, againUntil };
  const { datasetRef } = await setRecall(context, event, recallId, decided);
  const by = event.transaction.from;
  await tell(context, event, idOf(recallId), "DECIDED", { by, stands, ...(againUntil && { until: againUntil }) });
  await logAction(context.db, event, "DECIDE_RECALL", { datasetRef });
});

ponder.on("Recalls:RecallResolved", async ({ event, context }) => {
  const { recallId, datasetId, newVersion, leavesHash, position } = event.args;
  await setRecall(context, event, recallId, { newVersion, newVersionRef: idOf(datasetId, newVersion), position });
  await tell(context, event, idOf(recallId), "RESOLVED", { by: event.transaction.from, hash: leavesHash });
  await logAction(context.db, event, "RESOLVE_RECALL", { datasetRef: idOf(datasetId) });
});

ponder.on("Recalls:RecallPeriodsSet", async ({ event, context }) => {
  const { leastPeriod, contestPeriod } = event.args;
  const values = { leastPeriod: BigInt(leastPeriod), contestPeriod: BigInt(contestPeriod) };
  await context.db
    .insert(recallSetting)
    .values({ id: String(chainId), chainId, ...values })
    .onConflictDoUpdate(values);
});

/**
 * The licenses that a recall is about, as Recalls.isAffected has it, at this place of the chain: a license that ended before is none, one that ends
 * after stays one. The one query of a handler in history: recalls are rare, and nothing else could list them.
 */
async function affectedBy(
  context: Context,
  { datasetId, version, openedAt }: { datasetId: bigint; version: number; openedAt: bigint },
): Promise<string[]> {
  const versions = or(
    eq(license.version, version),
    and(lt(license.version, version), sql`${license.flags} & ${LATER_VERSIONS} <> 0`),
  );
  const bundled = exists(
    context.db.sql
      .select({ id: parentLink.id })
      .from(parentLink)
      .where(
        and(
          eq(parentLink.childRef, license.datasetRef),
          eq(parentLink.childVersion, license.version),
          eq(parentLink.parentRef, idOf(datasetId)),
          eq(parentLink.parentVersion, version),
          eq(parentLink.bundle, true),
        ),
      ),
  );
  const expiry = or(eq(license.expiry, 0n), gt(license.expiry, openedAt));
  const revocation = or(isNull(license.revokedAt), gt(license.revokedAt, openedAt));
  const rows = await context.db.sql
    .select({ id: license.id })
    .from(license)
    .where(
      and(
        or(and(eq(license.datasetId, datasetId), versions), bundled),
        lte(license.start, openedAt),
        isNull(license.endedAt),
        expiry,
        revocation,
      ),
    )
    .orderBy(license.licenseId);
  return rows.map(({ id }) => id);
}

interface Told {
  by: Address;
  hash?: Hex;
  stands?: boolean;
  until?: bigint;
}

/** Adds to a recall's timeline. */
async function tell(context: Context, event: AnyEvent, recallRef: string, kind: Kind, told: Told) {
  await context.db.insert(recallEvent).values({ id: logId(event), recallRef, kind, ...told, ...placeOf(event) });
}

/** Changes a recall's row; every change carries the time of its event. */
function setRecall(context: Context, event: AnyEvent, recallId: bigint, values: Partial<typeof recall.$inferInsert>) {
  return context.db.update(recall, { id: idOf(recallId) }).set({ ...values, updatedAt: event.block.timestamp });
}
