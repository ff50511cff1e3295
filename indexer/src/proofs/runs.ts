import { ponder } from "ponder:registry";
import { adherence, assurance, cancelledStatements, proofProgram, proofRoute, run, runVersion } from "ponder:schema";
import { zeroHash } from "viem";
import { chainId, idOf, logAction, momentOrNull, touchAccount } from "../shared";

/** The strongest: a receipt of an attested enclave bounds the times. Below it they are declared. */
const GRADE_WITH_BOUND_TIMES = 4;

ponder.on("ProofRegistry:ProgramAdded", async ({ event, context }) => {
  const { program, statement, vkey, statementVersion, from, until } = event.args;
  await context.db.insert(proofProgram).values({
    id: idOf(program),
    chainId,
    program,
    statement,
    vkey,
    statementVersion,
    from: BigInt(from),
    until: momentOrNull(until),
    addedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
});

ponder.on("ProofRegistry:ProgramEndSet", async ({ event, context }) => {
  const { program, until } = event.args;
  await context.db.update(proofProgram, { id: idOf(program) }).set({ until: momentOrNull(until) });
});

ponder.on("ProofRegistry:ProgramUnsound", async ({ event, context }) => {
  const { program, reasonHash } = event.args;
  await context.db
    .update(proofProgram, { id: idOf(program) })
    .set({ unsoundAt: event.block.timestamp, unsoundReason: reasonHash });
  await logAction(context.db, event, "MARK_PROGRAM_UNSOUND");
});

ponder.on("ProofRegistry:RouteAdded", async ({ event, context }) => {
  const { selector, verifier, assurance: index, codeHash } = event.args;
  await context.db.insert(proofRoute).values({
    id: idOf(selector),
    chainId,
    selector,
    verifier,
    assurance: assurance.enumValues[index] ?? "NONE",
    codeHash,
    addedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
});

ponder.on("ProofRegistry:RouteStopped", async ({ event, context }) => {
  await context.db.update(proofRoute, { id: idOf(event.args.selector) }).set({ stoppedAt: event.block.timestamp });
});

ponder.on("ProofRegistry:RunRecorded", async ({ event, context }) => {
  const { recordId, runner, runManifestHash, program, route, grade, values, entries } = event.args;
  const runRef = idOf(recordId);
  const through = await context.db.find(proofRoute, { id: idOf(route) });
  await context.db.insert(run).values({
    id: runRef,
    chainId,
    recordId,
    programRef: idOf(program),
    routeRef: idOf(route),
    assurance: through?.assurance ?? "NONE",
    grade,
    timesBound: grade === GRADE_WITH_BOUND_TIMES,
    runner,
    submitter: event.transaction.from,
    runManifestHash,
    licenseSetHash: values.licenseSetHash,
    attestationDigest: values.attestationDigest === zeroHash ? null : values.attestationDigest,
    entries: values.entries,
    distinctEntries: values.distinctEntries,
    runStart: BigInt(values.runStart),
    runEnd: BigInt(values.runEnd),
    recordedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  const rows = entries.map(({ licenseId, datasetId, version, uses }) => ({
    id: idOf(recordId, licenseId, datasetId, version),
    chainId,
    runRef,
    licenseRef: idOf(licenseId),
    datasetRef: idOf(datasetId),
    versionRef: idOf(datasetId, version),
    uses,
  }));
  await context.db.insert(runVersion).values(rows);
  // Several versions under one license stand side by side, and count once.
  const licenses = [...new Set(entries.map(({ licenseId }) => licenseId))];
  const adheres = licenses.map((licenseId) => ({
    id: idOf(licenseId, recordId),
    chainId,
    licenseRef: idOf(licenseId),
    runRef,
    grade,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  }));
  await context.db.insert(adherence).values(adheres);
  await touchAccount(context.db, event, runner);
  await logAction(context.db, event, "RECORD_RUN", { actor: runner });
});

ponder.on("ProofRegistry:RecordRevoked", async ({ event, context }) => {
  const { recordId, reason } = event.args;
  await context.db.update(run, { id: idOf(recordId) }).set({ revokedAt: event.block.timestamp, revokedReason: reason });
  await logAction(context.db, event, "REVOKE_RUN");
});

ponder.on("ProofRegistry:StatementsCancelled", async ({ event, context }) => {
  const { runner, upTo } = event.args;
  const at = event.block.timestamp;
  await context.db
    .insert(cancelledStatements)
    .values({ id: idOf(runner), chainId, runner, upTo, at })
    .onConflictDoUpdate({ upTo, at });
});
