import { type Context, ponder } from "ponder:registry";
import { bondSetting, bondToken, provider, providerKey } from "ponder:schema";
import { chainId, idOf, logAction, touchAccount } from "../shared";

ponder.on("ProviderBond:ProviderRegistered", async ({ event, context }) => {
  const { provider: address, ...profile } = event.args;
  const said = { ...profile, updatedAt: event.block.timestamp };
  await context.db
    .insert(provider)
    .values({
      id: idOf(address),
      chainId,
      address,
      ...said,
      delegatorBps: 0,
      registeredAt: event.block.timestamp,
      transactionHash: event.transaction.hash,
    })
    .onConflictDoUpdate(said);
  await touchAccount(context.db, event, address);
  await logAction(context.db, event, "REGISTER_PROVIDER", { actor: address });
});

ponder.on("ProviderBond:KeyAdded", async ({ event, context }) => {
  const { provider: address, key, purposes } = event.args;
  const providerRef = idOf(address);
  await context.db
    .insert(providerKey)
    .values({ id: idOf(address, key), chainId, providerRef, key, purposes, from: event.block.timestamp });
  await logAction(context.db, event, "ADD_KEY", { actor: address });
});

ponder.on("ProviderBond:KeyRevoked", async ({ event, context }) => {
  const { provider: address, key } = event.args;
  await context.db.update(providerKey, { id: idOf(address, key) }).set({ until: event.block.timestamp });
  await logAction(context.db, event, "REVOKE_KEY", { actor: address });
});

ponder.on("ProviderBond:DelegatorShareSet", async ({ event, context }) => {
  const { provider: address, bps, effectiveAt } = event.args;
  const now = event.block.timestamp;
  const at = BigInt(effectiveAt);
  await context.db.update(provider, { id: idOf(address) }).set((row) => {
    const present = row.nextAt !== null && row.nextAt <= now ? (row.nextBps ?? 0) : row.delegatorBps;
    const share = at <= now ? { delegatorBps: bps, nextBps: null, nextAt: null } : null;
    return { ...(share ?? { delegatorBps: present, nextBps: bps, nextAt: at }), updatedAt: now };
  });
  await logAction(context.db, event, "SET_DELEGATOR_SHARE", { actor: address });
});

ponder.on("ProviderBond:BondTokenSet", async ({ event, context }) => {
  const { token, ...values } = event.args;
  await context.db
    .insert(bondToken)
    .values({ id: idOf(token), chainId, token, ...values, treasuryPaid: 0n })
    .onConflictDoUpdate(values);
});

ponder.on("ProviderBond:TreasuryPaid", async ({ event, context }) => {
  const { token, amount } = event.args;
  await context.db.update(bondToken, { id: idOf(token) }).set((row) => ({ treasuryPaid: row.treasuryPaid + amount }));
  await logAction(context.db, event, "PAY_TREASURY");
});

ponder.on("ProviderBond:ParametersSet", async ({ event, context }) => {
  const { thawingTime, ...rest } = event.args;
  await setParameters(context, { thawingTime: BigInt(thawingTime), ...rest });
});

ponder.on("ProviderBond:SlashCapSet", async ({ event, context }) => {
  const { verifier, capBps } = event.args;
  const column = ([null, "capFaultsBps", "capChallengesBps", "capDisputesBps"] as const)[verifier];
  if (column) await setParameters(context, { [column]: capBps });
});

const setParameters = (context: Context, values: Partial<typeof bondSetting.$inferInsert>) =>
  context.db
    .insert(bondSetting)
    .values({
      ...{ id: String(chainId), chainId, thawingTime: 0n, rewardBps: 0, delegationRatio: 0 },
      ...{ capFaultsBps: 0, capChallengesBps: 0, capDisputesBps: 0 },
      ...values,
    })
    .onConflictDoUpdate(values);
