import { type Context, ponder } from "ponder:registry";
import {
  arbitratorCase,
  chunkKey,
  dispute,
  disputeEvent,
  type disputeEventKind,
  disputeOutcome,
  disputeReason,
  disputeSubject,
  evidence,
  recall,
  ruling,
  settlement,
} from "ponder:schema";
import { type Address, type Hex, numberToHex, zeroHash } from "viem";
import { deferredClaimed, payoutDeferred } from "../money";
import {
  type AnyEvent,
  chainId,
  idOf,
  logAction,
  logId,
  momentOrNull,
  placeOf,
  positionOf,
  touchAccount,
} from "../shared";
import { claimIdOf, refsOf } from "./faults";

type Kind = (typeof disputeEventKind.enumValues)[number];
type Subject = (typeof disputeSubject.enumValues)[number];

/** Bits of a dispute's flags, as DisputeFlags has them. */
const MONEY = 1;
const SALES = 2;
const LOCKED = 4;
const BUYER = 32;

ponder.on("DisputeManager:DisputeOpened", async ({ event, context }) => {
  const { disputeId, subjectId, claimant, respondent, claim, token, bond, judge, numbers, flags, respondBy } =
    event.args;
  const subject = disputeSubject.enumValues[event.args.subject] ?? "NONE";
  const refs = await subjectRefs(context, subject, subjectId);
  await context.db.insert(dispute).values({
    id: idOf(disputeId),
    chainId,
    disputeId,
    subject,
    subjectId,
    ...refs,
    claimRef: idOf(claimIdOf(event.log.address, disputeId)),
    claimant,
    respondent,
    reason: disputeReason.enumValues[claim.reason] ?? "NONE",
    claimed: claim.claimed,
    occurredAt: BigInt(claim.occurredAt),
    token,
    bond,
    judgeRef: idOf(judge),
    settingRef: idOf(numbers),
    holdsMoney: (flags & MONEY) !== 0,
    stopsSales: (flags & SALES) !== 0,
    locksBond: (flags & LOCKED) !== 0,
    byBuyer: (flags & BUYER) !== 0,
    phase: "OPEN",
    round: 0,
    deadline: BigInt(respondBy),
    outcome: "NONE",
    evidenceCount: 0,
    compensated: 0n,
    openedAt: event.block.timestamp,
    updatedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await touchAccount(context.db, event, claimant);
  await tell(context, event, disputeId, "OPENED", { by: claimant, token, amount: bond, until: BigInt(respondBy) });
  await logAction(context.db, event, "OPEN_DISPUTE", { actor: claimant, ...actionRefs(refs) });
});

ponder.on("DisputeManager:EvidenceSubmitted", async ({ event, context }) => {
  const { disputeId, by, hash, uri, recipient } = event.args;
  await context.db.insert(evidence).values({
    id: logId(event),
    disputeRef: idOf(disputeId),
    by,
    hash,
    uri,
    recipient: recipient === zeroHash ? null : recipient,
    position: positionOf(event),
    ...placeOf(event),
  });
  await context.db
    .update(dispute, { id: idOf(disputeId) })
    .set((row) => ({ evidenceCount: row.evidenceCount + 1, updatedAt: event.block.timestamp }));
  await tell(context, event, disputeId, "EVIDENCE", { by, hash });
  await logAction(context.db, event, "SUBMIT_EVIDENCE", { actor: by });
});

ponder.on("DisputeManager:ChunkKeyShown", async ({ event, context }) => {
  const { disputeId, by, encoding, evidence: shown } = event.args;
  await context.db.insert(chunkKey).values({
    id: logId(event),
    chainId,
    disputeRef: idOf(disputeId),
    by,
    encoding,
    index: shown.index,
    file: BigInt(shown.file),
    counter: BigInt(shown.counter),
    flags: shown.flags,
    keyRoot: shown.keyRoot,
    chunkKey: shown.chunkKey,
    cipher: shown.cipher,
    cipherSize: BigInt(shown.cipherSize),
    plain: shown.plain,
    plainSize: BigInt(shown.plainSize),
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await tell(context, event, disputeId, "CHUNK_KEY", { by, hash: shown.plain });
  await logAction(context.db, event, "SHOW_CHUNK_KEY", { actor: by });
});

ponder.on("DisputeManager:DisputeAnswered", async ({ event, context }) => {
  const { disputeId, by } = event.args;
  await setDispute(context, event, disputeId, { answeredBy: by, answeredAt: event.block.timestamp });
  await tell(context, event, disputeId, "ANSWERED", { by });
  await logAction(context.db, event, "ANSWER_DISPUTE", { actor: by });
});

ponder.on("DisputeManager:CounterBondPosted", async ({ event, context }) => {
  const { disputeId, by, token, bond } = event.args;
  await setDispute(context, event, disputeId, { counterBond: bond, stopsSales: false });
  await tell(context, event, disputeId, "COUNTER_BOND", { by, token, amount: bond });
  await logAction(context.db, event, "POST_COUNTER_BOND", { actor: by });
});

ponder.on("DisputeManager:DisputeReferred", async ({ event, context }) => {
  const { disputeId, round, arbitrator } = event.args;
  const deadline = BigInt(event.args.ruleBy);
  await setDispute(context, event, disputeId, { phase: "ASKED", round, arbitrator, deadline });
  const by = event.transaction.from;
  await tell(context, event, disputeId, "REFERRED", { by, round, until: deadline });
  await logAction(context.db, event, "REFER_DISPUTE", { actor: by });
});

ponder.on("DisputeManager:DisputeRuled", async ({ event, context }) => {
  const { disputeId, round, ruling: ruled, appealBy } = event.args;
  const deadline = BigInt(appealBy);
  const { arbitrator } = await setDispute(context, event, disputeId, { phase: "RULED", deadline });
  await context.db.insert(ruling).values({
    id: idOf(disputeId, round),
    chainId,
    disputeRef: idOf(disputeId),
    round,
    arbitrator,
    upheld: ruled.upheld,
    refund: ruled.refund,
    loss: ruled.loss,
    penalty: ruled.penalty,
    endsAt: momentOrNull(ruled.endsAt),
    status: ruled.status,
    corrects: ruled.correct,
    revokesRecord: ruled.revokeRecord,
    revokedRoot: ruled.revokedRoot,
    leaves: ruled.leaves === zeroHash ? null : ruled.leaves,
    reasons: ruled.reasons,
    appealBy: deadline,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  const by = arbitrator ?? event.transaction.from;
  const asked = { id: idOf(by, disputeId, round) };
  if (await context.db.find(arbitratorCase, asked)) await context.db.update(arbitratorCase, asked).set({ taken: true });
  await tell(context, event, disputeId, "RULED", { by, round, hash: ruled.reasons, until: deadline });
  await logAction(context.db, event, "RULE_DISPUTE", { actor: by });
});

ponder.on("DisputeManager:DisputeAppealed", async ({ event, context }) => {
  const { disputeId, by, token, bond } = event.args;
  await setDispute(context, event, disputeId, { appellant: by, appealBond: bond });
  await tell(context, event, disputeId, "APPEALED", { by, token, amount: bond });
  await logAction(context.db, event, "APPEAL_DISPUTE", { actor: by });
});

ponder.on("DisputeManager:SettlementOffered", async ({ event, context }) => {
  const { disputeId, by, terms } = event.args;
  await keepSettlement(context, event, disputeId, by, terms, false);
  await tell(context, event, disputeId, "SETTLEMENT_OFFERED", {
    by,
    amount: terms.refund,
    until: BigInt(terms.deadline),
  });
  await logAction(context.db, event, "OFFER_SETTLEMENT", { actor: by });
});

ponder.on("DisputeManager:DisputeSettled", async ({ event, context }) => {
  const { disputeId, terms } = event.args;
  const by = event.transaction.from;
  await keepSettlement(context, event, disputeId, by, terms, true);
  await tell(context, event, disputeId, "SETTLED", { by, amount: terms.refund });
  await logAction(context.db, event, "SETTLE_DISPUTE", { actor: by });
});

ponder.on("DisputeManager:LossCompensated", async ({ event, context }) => {
  const { disputeId, harmed, token, paid } = event.args;
  await context.db
    .update(dispute, { id: idOf(disputeId) })
    .set((row) => ({ compensated: row.compensated + paid, updatedAt: event.block.timestamp }));
  await tell(context, event, disputeId, "COMPENSATED", { by: harmed, token, amount: paid });
  await logAction(context.db, event, "COMPENSATE", { actor: harmed });
});

ponder.on("DisputeManager:RemedyFailed", async ({ event, context }) => {
  const { disputeId, target, remedy } = event.args;
  await tell(context, event, disputeId, "REMEDY_FAILED", { by: target, hash: remedy });
  await logAction(context.db, event, "FAIL_REMEDY");
});

ponder.on("DisputeManager:DisputeClosed", async ({ event, context }) => {
  const { disputeId, outcome, toClaimant, toRespondent } = event.args;
  const closed = { phase: "CLOSED", deadline: null, closedAt: event.block.timestamp } as const;
  const held = { holdsMoney: false, stopsSales: false, locksBond: false };
  const row = await setDispute(context, event, disputeId, {
    ...closed,
    ...held,
    outcome: disputeOutcome.enumValues[outcome] ?? "NONE",
    toClaimant,
    toRespondent,
  });
  await tell(context, event, disputeId, "CLOSED", { by: event.transaction.from, token: row.token, amount: toClaimant });
  await logAction(context.db, event, "CLOSE_DISPUTE", actionRefs(row));
});

ponder.on("DisputeManager:PayoutDeferred", payoutDeferred);
ponder.on("DisputeManager:DeferredClaimed", deferredClaimed);

interface Told {
  by: Address;
  round?: number;
  token?: Address;
  amount?: bigint;
  hash?: Hex;
  until?: bigint;
}

/** Adds to a dispute's timeline. */
export async function tell(context: Context, event: AnyEvent, disputeId: bigint, kind: Kind, told: Told) {
  await context.db.insert(disputeEvent).values({
    id: logId(event),
    disputeRef: idOf(disputeId),
    kind,
    ...told,
    position: positionOf(event),
    ...placeOf(event),
  });
}

/** What a claim is about, where that has a row. */
async function subjectRefs(context: Context, subject: Subject, id: bigint) {
  switch (subject) {
    case "LICENSE":
      return refsOf(context, id);
    case "VERSION": {
      const [datasetId, version] = [id >> 32n, id & 0xffffffffn];
      return { datasetRef: idOf(datasetId), versionRef: idOf(datasetId, version) };
    }
    case "PROVIDER":
      return { providerRef: idOf(numberToHex(id, { size: 20 })) };
    case "ATTESTATION":
      return { badgeRef: idOf(id) };
    case "PROOF":
      return { runRef: idOf(id) };
    case "RECEIPT":
      return { receiptRef: idOf(numberToHex(id, { size: 32 })) };
    case "RECALL": {
      const recallRef = idOf(id);
      const row = await context.db.find(recall, { id: recallRef });
      return row ? { recallRef, datasetRef: row.datasetRef, versionRef: row.versionRef } : { recallRef };
    }
    default:
      return {};
  }
}

const actionRefs = ({ licenseRef, datasetRef }: { licenseRef?: string | null; datasetRef?: string | null }) => ({
  ...(licenseRef && { licenseRef }),
  ...(datasetRef && { datasetRef }),
});

interface SettlementTerms {
  refund: bigint;
  revoke: boolean;
  claimantBond: bigint;
  deadline: number;
}

async function keepSettlement(
  context: Context,
  event: AnyEvent,
  disputeId: bigint,
  by: Address,
  { refund, revoke, claimantBond, deadline }: SettlementTerms,
  agreed: boolean,
) {
  await context.db.insert(settlement).values({
    id: logId(event),
    chainId,
    disputeRef: idOf(disputeId),
    by,
    refund,
    revoke,
    claimantBond,
    deadline: BigInt(deadline),
    agreed,
    position: positionOf(event),
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
}

/** Changes a dispute's row; every change carries the time of its event. */
function setDispute(
  context: Context,
  event: AnyEvent,
  disputeId: bigint,
  values: Partial<typeof dispute.$inferInsert>,
) {
  return context.db.update(dispute, { id: idOf(disputeId) }).set({ ...values, updatedAt: event.block.timestamp });
}
