import { ponder } from "ponder:registry";
import { computeReceipt, enclavePolicy, enclaveSigner, evidenceVerifier, licenseReceipt } from "ponder:schema";
import { chainId, idOf, logAction, touchAccount } from "../shared";

ponder.on("ComputeReceipts:PolicyPublished", async ({ event, context }) => {
  const { policy, by, content } = event.args;
  await context.db.insert(enclavePolicy).values({
    id: idOf(policy),
    chainId,
    policyId: policy,
    publisher: by,
    platform: content.platform,
    rootHash: content.rootHash,
    minimumTcb: content.minimumTcb,
    simulated: content.simulated,
    debugForbidden: content.debugForbidden,
    measurements: [...content.measurements],
    deniedAdvisories: [...content.deniedAdvisories],
    publishedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
});

ponder.on("ComputeReceipts:VerifierSet", async ({ event, context }) => {
  const { verifier, admitted } = event.args;
  const since = event.block.timestamp;
  await context.db
    .insert(evidenceVerifier)
    .values({ id: idOf(verifier), chainId, verifier, admitted, since })
    .onConflictDoUpdate({ admitted, since });
});

ponder.on("ComputeReceipts:SignerRegistered", async ({ event, context }) => {
  const { policy, signer, verifier, evidence } = event.args;
  const values = {
    verifier,
    measurement: evidence.measurement,
    evidenceHash: evidence.evidenceHash,
    tcb: evidence.tcb,
    debug: evidence.debug,
    advisories: [...evidence.advisories],
    from: event.block.timestamp,
    expiresAt: BigInt(evidence.expiresAt),
    transactionHash: event.transaction.hash,
  };
  await context.db
    .insert(enclaveSigner)
    .values({ id: idOf(policy, signer), chainId, policyRef: idOf(policy), signer, ...values })
    .onConflictDoUpdate(values);
  await logAction(context.db, event, "REGISTER_SIGNER", { actor: verifier });
});

ponder.on("ComputeReceipts:SignerRevoked", async ({ event, context }) => {
  const { policy, signer, by, reasonHash } = event.args;
  await context.db
    .update(enclaveSigner, { id: idOf(policy, signer) })
    .set({ revokedAt: event.block.timestamp, revokedBy: by, revokedReason: reasonHash });
  await logAction(context.db, event, "REVOKE_SIGNER", { actor: by });
});

ponder.on("ComputeReceipts:ContradictionProven", async ({ event, context }) => {
  const { policy, signer, first, second } = event.args;
  await context.db.update(enclaveSigner, { id: idOf(policy, signer) }).set({ contradiction: [first, second] });
});

ponder.on("ComputeReceipts:ReceiptRecorded", async ({ event, context }) => {
  const { receiptId, runManifestHash, signer, grade, receipt } = event.args;
  await context.db.insert(computeReceipt).values({
    id: idOf(receiptId),
    chainId,
    receiptId,
    policyRef: idOf(receipt.policy),
    signerRef: idOf(receipt.policy, signer),
    grade,
    runner: receipt.runner,
    jobManifestHash: receipt.jobManifestHash,
    inputsHash: receipt.inputsHash,
    outputsHash: receipt.outputsHash,
    runManifestHash,
    evidenceHash: receipt.evidenceHash,
    startedAt: BigInt(receipt.startedAt),
    endedAt: BigInt(receipt.endedAt),
    recordedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await touchAccount(context.db, event, receipt.runner);
  await logAction(context.db, event, "RECORD_RECEIPT", { actor: receipt.runner });
});

ponder.on("ComputeReceipts:ReceiptRevoked", async ({ event, context }) => {
  const { receiptId, reason } = event.args;
  await context.db
    .update(computeReceipt, { id: idOf(receiptId) })
    .set({ revokedAt: event.block.timestamp, revokedReason: reason });
  await logAction(context.db, event, "REVOKE_RECEIPT");
});

ponder.on("ComputeReceipts:LicenseReceipt", async ({ event, context }) => {
  const { licenseId, receiptId, grade } = event.args;
  await context.db.insert(licenseReceipt).values({
    id: idOf(licenseId, receiptId),
    chainId,
    licenseRef: idOf(licenseId),
    receiptRef: idOf(receiptId),
    grade,
    at: event.block.timestamp,
  });
});
