import { type Context, ponder } from "ponder:registry";
import { arbitratorCase, council, councilVote, oracleResult } from "ponder:schema";
import type { Address } from "viem";
import { deployment } from "../settings";
import { type AnyEvent, chainId, idOf, logAction } from "../shared";
import { tell } from "./disputes";

// Who rules: the council, and the adapters of other protocols, which are found through the dispute manager's list of arbitrators.

const councilAddress = deployment.contracts.CouncilArbitrator?.address.toLowerCase();

ponder.on("CouncilArbitrator:RulingRequested", ({ event, context }) => openCase(context, event, event.args));

ponder.on("CouncilArbitrator:CouncilSet", async ({ event, context }) => {
  const { council: number, members, names, threshold, appealThreshold } = event.args;
  await context.db.insert(council).values({
    id: idOf(number),
    chainId,
    council: number,
    members: members.map((account, index) => ({ account: account.toLowerCase(), name: names[index] ?? "" })),
    threshold,
    appealThreshold,
    setAt: event.block.timestamp,
  });
  await logAction(context.db, event, "APPOINT_COUNCIL");
});

ponder.on("CouncilArbitrator:Voted", async ({ event, context }) => {
  const { disputeId, round, member, rulingHash, ruling, votes } = event.args;
  const vote = { rulingHash, upheld: ruling.upheld, votes, at: event.block.timestamp };
  await context.db
    .insert(councilVote)
    .values({ id: idOf(disputeId, round, member), chainId, disputeRef: idOf(disputeId), round, member, ...vote })
    .onConflictDoUpdate(vote);
  await tell(context, event, disputeId, "VOTED", { by: member, round, hash: rulingHash });
  await logAction(context.db, event, "VOTE", { actor: member });
});

ponder.on("ExternalArbitrator:RulingRequested", async ({ event, context }) => {
  // The council is on the same list.
  if (event.log.address.toLowerCase() !== councilAddress) await openCase(context, event, event.args);
});

ponder.on("ExternalArbitrator:Answered", async ({ event, context }) => {
  const { disputeId, round, key, result } = event.args;
  const answer = { key, result: oracleResult.enumValues[result] ?? "NONE", answeredAt: event.block.timestamp };
  await setCase(context, event, disputeId, round, answer);
  await tell(context, event, disputeId, "ORACLE_ANSWERED", { by: event.log.address, round, hash: key });
  await logAction(context.db, event, "ANSWER_CASE", { actor: event.log.address });
});

ponder.on("ExternalArbitrator:NotDelivered", async ({ event, context }) => {
  const { disputeId, round } = event.args;
  await setCase(context, event, disputeId, round, { taken: false });
  await tell(context, event, disputeId, "ORACLE_NOT_TAKEN", { by: event.log.address, round });
  await logAction(context.db, event, "REFUSE_ANSWER", { actor: event.log.address });
});

ponder.on("ExternalArbitrator:AssertionDisputed", async ({ event, context }) => {
  // UMA's voters decide now; its own number of the case says which it is.
  await logAction(context.db, event, "CONTEST_ASSERTION", { actor: event.log.address });
});

ponder.on("ExternalArbitrator:CourtAppealed", async ({ event, context }) => {
  const { disputeId, round, by } = event.args;
  await tell(context, event, disputeId, "COURT_APPEALED", { by, round });
  await logAction(context.db, event, "APPEAL_AT_COURT", { actor: by });
});

interface Asked {
  disputeId: bigint;
  round: number;
  payer: Address;
}

async function openCase(context: Context, event: AnyEvent, { disputeId, round, payer }: Asked) {
  await context.db.insert(arbitratorCase).values({
    id: idOf(event.log.address, disputeId, round),
    chainId,
    disputeRef: idOf(disputeId),
    round,
    arbitrator: event.log.address,
    payer,
    askedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await logAction(context.db, event, "ASK_ARBITRATOR", { actor: payer });
}

/** Changes a case of the arbitrator that the event is of. */
function setCase(
  context: Context,
  event: AnyEvent,
  disputeId: bigint,
  round: number,
  values: Partial<typeof arbitratorCase.$inferInsert>,
) {
  return context.db.update(arbitratorCase, { id: idOf(event.log.address, disputeId, round) }).set(values);
}
