import { type Context, ponder } from "ponder:registry";
import {
  qualityEvidence,
  qualityMethod,
  qualityMove,
  qualityReport,
  qualityReporter,
  qualityRequest,
  qualitySetting,
  qualityState,
  qualityToken,
} from "ponder:schema";
import { type Address, zeroHash } from "viem";
import { type AnyEvent, chainId, idOf, logAction, logId, touchAccount } from "../shared";

ponder.on("QualityOracle:QualityRequested", async ({ event, context }) => {
  const { requestId, datasetId, version, request: r } = event.args;
  const datasetRef = idOf(datasetId);
  const { tolerance, outlierPenaltyBps, silencePenaltyBps } = r.rules;
  await context.db.insert(qualityRequest).values({
    id: idOf(requestId),
    chainId,
    requestId,
    requester: r.requester,
    datasetRef,
    versionRef: idOf(datasetId, version),
    version,
    licenseRef: r.licenseId === 0n ? null : idOf(r.licenseId),
    method: r.method,
    token: r.token,
    reward: r.reward,
    stake: r.stake,
    seats: r.seats,
    committed: r.committed,
    revealed: r.revealed,
    state: qualityState.enumValues[r.state] ?? "NONE",
    commitUntil: BigInt(r.commitUntil),
    revealUntil: BigInt(r.revealUntil),
    tolerance,
    outlierPenaltyBps,
    silencePenaltyBps,
    requestedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await touchAccount(context.db, event, r.requester);
  await logAction(context.db, event, "REQUEST_QUALITY", { actor: r.requester, datasetRef });
});

ponder.on("QualityOracle:ScoreCommitted", async ({ event, context }) => {
  const { requestId, reporter, commitment } = event.args;
  const requestRef = idOf(requestId);
  const committedAt = event.block.timestamp;
  await context.db
    .insert(qualityReport)
    .values({ id: idOf(requestId, reporter), chainId, requestRef, reporter, commitment, committedAt });
  await context.db.update(qualityRequest, { id: requestRef }).set((row) => ({ committed: row.committed + 1 }));
  await logAction(context.db, event, "COMMIT_SCORE", { actor: reporter });
});

ponder.on("QualityOracle:SeatsTaken", async ({ event, context }) => {
  const { requestId, revealUntil } = event.args;
  await context.db
    .update(qualityRequest, { id: idOf(requestId) })
    .set({ commitUntil: event.block.timestamp, revealUntil: BigInt(revealUntil) });
});

ponder.on("QualityOracle:ScoreRevealed", async ({ event, context }) => {
  const { requestId, reporter, score } = event.args;
  await context.db
    .update(qualityReport, { id: idOf(requestId, reporter) })
    .set({ score, revealedAt: event.block.timestamp });
  await context.db.update(qualityRequest, { id: idOf(requestId) }).set((row) => ({ revealed: row.revealed + 1 }));
  await logAction(context.db, event, "REVEAL_SCORE", { actor: reporter });
});

ponder.on("QualityOracle:SeatSettled", async ({ event, context }) => {
  const { requestId, reporter, reward, penalty } = event.args;
  await context.db
    .update(qualityReport, { id: idOf(requestId, reporter) })
    .set({ reward, penalty, settledAt: event.block.timestamp });
});

ponder.on("QualityOracle:QualityScored", async ({ event, context }) => {
  const { requestId, datasetId, score } = event.args;
  const settledAt = event.block.timestamp;
  await context.db.update(qualityRequest, { id: idOf(requestId) }).set({ state: "SCORED", score, settledAt });
  await logAction(context.db, event, "SCORE_QUALITY", { datasetRef: idOf(datasetId) });
});

ponder.on("QualityOracle:QualityFailed", async ({ event, context }) => {
  const { requestId, requester, refunded } = event.args;
  const { datasetRef } = await context.db
    .update(qualityRequest, { id: idOf(requestId) })
    .set({ state: "FAILED", refunded, settledAt: event.block.timestamp });
  await logAction(context.db, event, "FAIL_QUALITY", { actor: requester, datasetRef });
});

ponder.on("QualityOracle:ReleaseEvidenceRecorded", async ({ event, context }) => {
  const { licenseId, requestId, score } = event.args;
  const licenseRef = idOf(licenseId);
  const at = event.block.timestamp;
  await context.db
    .insert(qualityEvidence)
    .values({ id: licenseRef, chainId, licenseRef, requestRef: idOf(requestId), score, at });
  await logAction(context.db, event, "RECORD_QUALITY", { licenseRef });
});

ponder.on("QualityOracle:MethodDeclared", async ({ event, context }) => {
  const { datasetId, version, method } = event.args;
  const declared = { method: method === zeroHash ? null : method, at: event.block.timestamp };
  await context.db
    .insert(qualityMethod)
    .values({ id: logId(event), chainId, versionRef: idOf(datasetId, version), ...declared });
  await logAction(context.db, event, "DECLARE_METHOD", { datasetRef: idOf(datasetId) });
});

ponder.on("QualityOracle:Deposited", async ({ event, context }) => {
  const { account, token, by, amount } = event.args;
  await move(context, event, true, { account, token, other: by, amount });
  await logAction(context.db, event, "DEPOSIT_QUALITY", { actor: by });
});

ponder.on("QualityOracle:Withdrawn", async ({ event, context }) => {
  const { account, token, to, amount } = event.args;
  await move(context, event, false, { account, token, other: to, amount });
  await logAction(context.db, event, "WITHDRAW_QUALITY", { actor: account });
});

ponder.on("QualityOracle:ReporterSet", async ({ event, context }) => {
  const { reporter, admitted } = event.args;
  const values = { admitted, since: event.block.timestamp };
  await context.db
    .insert(qualityReporter)
    .values({ id: idOf(reporter), chainId, reporter, ...values })
    .onConflictDoUpdate(values);
  await logAction(context.db, event, admitted ? "ADMIT_REPORTER" : "STOP_REPORTER", { actor: reporter });
});

ponder.on("QualityOracle:QualityRulesSet", async ({ event, context }) => {
  const { commitWindow, revealWindow, ...rest } = event.args.rules;
  const values = { commitWindow: BigInt(commitWindow), revealWindow: BigInt(revealWindow), ...rest };
  await context.db
    .insert(qualitySetting)
    .values({ id: String(chainId), chainId, ...values })
    .onConflictDoUpdate(values);
});

ponder.on("QualityOracle:TokenTermsSet", async ({ event, context }) => {
  const { token, ...terms } = event.args;
  await context.db
    .insert(qualityToken)
    .values({ id: idOf(token), chainId, token, ...terms })
    .onConflictDoUpdate(terms);
});

interface Move {
  account: Address;
  token: Address;
  other: Address;
  amount: bigint;
}

async function move(context: Context, event: AnyEvent, inward: boolean, moved: Move) {
  await context.db.insert(qualityMove).values({
    id: logId(event),
    chainId,
    in: inward,
    ...moved,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
}
