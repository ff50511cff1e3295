import { type Context, ponder } from "ponder:registry";
import {
  challenge,
  challengeSetting,
  fault,
  faultCost,
  faultKind,
  faultSetting,
  license,
  logFork,
} from "ponder:schema";
import { type Address, encodeAbiParameters, type Hex, keccak256 } from "viem";
import { deferredClaimed, payoutDeferred } from "../money";
import { type AnyEvent, chainId, idOf, logAction, logId, placeOf, touchAccount } from "../shared";

const kinds = faultKind.enumValues;

ponder.on("ObjectiveFaults:FaultProven", async ({ event, context }) => {
  const { faultId, provider, fault: kind, licenseId, reporter, evidence, refunded } = event.args;
  const refs = licenseId === 0n ? {} : await refsOf(context, licenseId);
  await context.db.insert(fault).values({
    id: idOf(faultId),
    faultId,
    kind: kinds[kind] ?? "NONE",
    providerRef: idOf(provider),
    provider,
    ...refs,
    reporter,
    evidence,
    refunded,
    ...placeOf(event),
  });
  await touchAccount(context.db, event, reporter);
  await logAction(context.db, event, "PROVE_FAULT", { actor: reporter, ...refs });
});

ponder.on("ObjectiveFaults:LogForked", async ({ event, context }) => {
  const { provider, ...heads } = event.args;
  await context.db.insert(logFork).values({
    id: logId(event),
    chainId,
    providerRef: idOf(provider),
    ...heads,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await logAction(context.db, event, "FORK_LOG", { actor: provider });
});

ponder.on("ObjectiveFaults:PenaltySet", async ({ event, context }) => {
  const { fault: kind, ...numbers } = event.args;
  const name = kinds[kind] ?? "NONE";
  await context.db
    .insert(faultCost)
    .values({ id: idOf(name), chainId, kind: name, ...numbers })
    .onConflictDoUpdate(numbers);
});

ponder.on("ObjectiveFaults:ClockSet", async ({ event, context }) => {
  const numbers = { lateGrace: BigInt(event.args.lateGrace), maxAge: BigInt(event.args.maxAge) };
  await context.db
    .insert(faultSetting)
    .values({ id: String(chainId), chainId, ...numbers })
    .onConflictDoUpdate(numbers);
});

ponder.on("ServiceChallenges:ChallengeOpened", async ({ event, context }) => {
  const { challengeId, licenseId, provider, challenger, request, fee, penalty, deadline } = event.args;
  const refs = await refsOf(context, licenseId);
  await context.db.insert(challenge).values({
    id: idOf(challengeId),
    chainId,
    challengeId,
    claimRef: idOf(claimIdOf(event.log.address, challengeId)),
    providerRef: idOf(provider),
    provider,
    ...refs,
    challenger,
    version: request.version,
    encoding: request.encoding,
    chunk: request.chunk,
    sequence: request.sequence,
    requestSignedAt: BigInt(request.signedAt),
    fee,
    penalty,
    state: "OPEN",
    deadline: BigInt(deadline),
    openedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await touchAccount(context.db, event, challenger);
  await logAction(context.db, event, "CHALLENGE", { actor: challenger, ...refs });
});

ponder.on("ServiceChallenges:ChallengeAnswered", async ({ event, context }) => {
  const { challengeId, digest, signer, paidTo } = event.args;
  await closeChallenge(context, event, challengeId, { state: "ANSWERED", digest, signer, paidTo }, "ANSWER_CHALLENGE");
});

ponder.on("ServiceChallenges:ChallengeFaulted", async ({ event, context }) => {
  const { challengeId, refunded } = event.args;
  await closeChallenge(context, event, challengeId, { state: "FAULTED", refunded }, "FAULT_CHALLENGE");
});

ponder.on("ServiceChallenges:ChallengeVoided", async ({ event, context }) => {
  const { challengeId, access } = event.args;
  await closeChallenge(context, event, challengeId, { state: "VOID", access }, "VOID_CHALLENGE");
});

ponder.on("ServiceChallenges:TermsSet", async ({ event, context }) => {
  const { answerWindow, cooldown, ...rest } = event.args.terms;
  const values = { answerWindow: BigInt(answerWindow), cooldown: BigInt(cooldown), ...rest };
  await context.db
    .insert(challengeSetting)
    .values({ id: String(chainId), chainId, ...values })
    .onConflictDoUpdate(values);
});

ponder.on("ServiceChallenges:PayoutDeferred", payoutDeferred);
ponder.on("ServiceChallenges:DeferredClaimed", deferredClaimed);

/** The bond's name for a claim of a contract: keccak256 of its address and its own number of the claim. */
export const claimIdOf = (contract: Address, number: bigint): Hex =>
  keccak256(encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [contract, number]));

/** A license's ref, and its dataset's. */
export async function refsOf(context: Context, licenseId: bigint) {
  const licenseRef = idOf(licenseId);
  const row = await context.db.find(license, { id: licenseRef });
  return row ? { licenseRef, datasetRef: row.datasetRef } : { licenseRef };
}

async function closeChallenge(
  context: Context,
  event: AnyEvent,
  challengeId: bigint,
  values: Partial<typeof challenge.$inferInsert>,
  category: string,
) {
  const { licenseRef } = await context.db
    .update(challenge, { id: idOf(challengeId) })
    .set({ ...values, closedAt: event.block.timestamp });
  await logAction(context.db, event, category, { licenseRef });
}
