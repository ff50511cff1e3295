import { type Context, ponder } from "ponder:registry";
import {
  activation,
  dataset,
  delegation,
  license,
  offer,
  rail,
  runningDelegation,
  sale,
  termsSet,
  termsTemplate,
} from "ponder:schema";
import { zeroAddress, zeroHash } from "viem";
import { endResale } from "./resales";
import { addToDay, chainId, idOf, logAction, logId, touchAccount } from "./shared";

ponder.on("TermsRegistry:TermsRegistered", async ({ event, context }) => {
  const { termsId, index, terms: t } = event.args;
  await context.db.insert(termsSet).values({
    id: idOf(termsId),
    chainId,
    termsId,
    termsIndex: BigInt(index),
    uses: t.uses,
    flags: t.flags,
    duration: BigInt(t.duration),
    revocationNotice: BigInt(t.revocationNotice),
    derivativeShareBps: t.derivativeShareBps,
    resaleRoyaltyBps: t.resaleRoyaltyBps,
    quota: t.quota,
    territoryHash: t.territoryHash,
    documentHash: t.documentHash,
    registeredAt: event.block.timestamp,
  });
  await logAction(context.db, event, "REGISTER_TERMS");
});

ponder.on("TermsRegistry:TemplateSet", async ({ event, context }) => {
  const { name, termsId } = event.args;
  const id = idOf(name);
  if (termsId === zeroHash) await context.db.delete(termsTemplate, { id });
  else await context.db.insert(termsTemplate).values({ id, chainId, name, termsId }).onConflictDoUpdate({ termsId });
});

ponder.on("LicenseMarket:OfferOpened", async ({ event, context }) => {
  const { offerId, datasetId, offer: o } = event.args;
  const datasetRef = idOf(datasetId);
  await context.db.insert(offer).values({
    id: idOf(offerId),
    chainId,
    offerId,
    status: "OPEN",
    sold: 0,
    ...o,
    datasetRef,
    termsRef: idOf(o.termsId),
    railTerms: [...o.railTerms],
    opensAt: BigInt(o.opensAt),
    closesAt: BigInt(o.closesAt),
    editions: BigInt(o.editions),
    openedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await context.db.update(dataset, { id: datasetRef }).set((row) => ({ offerCount: row.offerCount + 1 }));
  await logAction(context.db, event, "OPEN_OFFER", { actor: o.seller, datasetRef });
});

ponder.on("LicenseMarket:OfferClosed", async ({ event, context }) => {
  const row = await context.db
    .update(offer, { id: idOf(event.args.offerId) })
    .set({ status: "CLOSED", closedAt: event.block.timestamp });
  await logAction(context.db, event, "CLOSE_OFFER", { datasetRef: row.datasetRef });
});

ponder.on("LicenseToken:LicenseMinted", async ({ event, context }) => {
  const { licenseId, offerId, licensee, license: l } = event.args;
  const datasetRef = idOf(l.datasetId);
  await context.db.insert(license).values({
    id: idOf(licenseId),
    chainId,
    licenseId,
    holder: licensee,
    licensee,
    offerRef: idOf(offerId),
    offerId,
    datasetRef,
    ...l,
    datasetId: BigInt(l.datasetId),
    termsIndex: BigInt(l.termsIndex),
    start: BigInt(l.start),
    expiry: BigInt(l.expiry),
    frozen: false,
    transactionHash: event.transaction.hash,
  });
  await context.db.update(dataset, { id: datasetRef }).set((row) => ({ licenseCount: row.licenseCount + 1 }));
  await touchAccount(context.db, event, licensee, { licenses: 1 });
});

ponder.on("LicenseMarket:LicenseSold", async ({ event, context }) => {
  const { licenseId, offerId, licensee, payer, due, sold, reference_: reference } = event.args;
  const row = await context.db.update(offer, { id: idOf(offerId) }).set({ sold });
  await context.db.update(license, { id: idOf(licenseId) }).set({ payer, billedTo: payer });
  await context.db.insert(sale).values({
    id: logId(event),
    chainId,
    licenseRef: idOf(licenseId),
    licenseId,
    offerRef: idOf(offerId),
    datasetRef: row.datasetRef,
    seller: row.seller,
    licensee,
    payer,
    token: row.token,
    amount: due,
    sold,
    reference,
    soldAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await touchAccount(context.db, event, payer);
  await addToDay(context.db, event, row.token, { sales: 1, volume: due });
  await logAction(context.db, event, "BUY", {
    actor: payer,
    datasetRef: row.datasetRef,
    licenseRef: idOf(licenseId),
  });
});

ponder.on("LicenseToken:Transfer", async ({ event, context }) => {
  const { from, to, tokenId } = event.args;
  if (from === zeroAddress) return; // The mint is told whole by LicenseMinted.
  const { resaleRef } = await context.db.update(license, { id: idOf(tokenId) }).set({ holder: to });
  await endResale(context, event, resaleRef, "DONE");
  await touchAccount(context.db, event, from, { licenses: -1 });
  await touchAccount(context.db, event, to, { licenses: 1 });
  await logAction(context.db, event, "TRANSFER_LICENSE", { actor: from, licenseRef: idOf(tokenId) });
});

ponder.on("LicenseToken:LicenseActivated", async ({ event, context }) => {
  const { user, datasetId, version, licenseId } = event.args;
  await context.db
    .insert(activation)
    .values({ id: idOf(user, datasetId, version), chainId, user, datasetId, version, licenseId })
    .onConflictDoUpdate({ licenseId });
  await logAction(context.db, event, "ACTIVATE", { actor: user, datasetRef: idOf(datasetId) });
});

ponder.on("LicenseToken:AccessDelegated", async ({ event, context }) => {
  const { licenseId, holder, delegate, until } = event.args;
  await context.db.insert(delegation).values({
    id: logId(event),
    chainId,
    licenseRef: idOf(licenseId),
    holder,
    delegate,
    from: event.block.timestamp,
    until: BigInt(until),
  });
  await context.db
    .insert(runningDelegation)
    .values({ id: idOf(licenseId, delegate), chainId, delegations: [logId(event)] })
    .onConflictDoUpdate((row) => ({ delegations: [...row.delegations, logId(event)] }));
  await logAction(context.db, event, "DELEGATE", { actor: holder, licenseRef: idOf(licenseId) });
});

ponder.on("LicenseToken:DelegationEnded", async ({ event, context }) => {
  const { licenseId, holder, delegate } = event.args;
  await logAction(context.db, event, "UNDELEGATE", { actor: holder, licenseRef: idOf(licenseId) });
  await endDelegations(context, idOf(licenseId, delegate), event.block.timestamp);
});

ponder.on("LicenseToken:LicenseFrozen", async ({ event, context }) => {
  const { licenseId, frozen } = event.args;
  await context.db.update(license, { id: idOf(licenseId) }).set({ frozen });
  await logAction(context.db, event, frozen ? "FREEZE" : "UNFREEZE", { licenseRef: idOf(licenseId) });
});

ponder.on("LicenseToken:LicenseEnded", async ({ event, context }) => {
  const id = idOf(event.args.licenseId);
  await context.db.update(license, { id }).set({ endedAt: event.block.timestamp });
  await logAction(context.db, event, "END_LICENSE", { licenseRef: id });
});

ponder.on("LicenseToken:LicenseRevoked", async ({ event, context }) => {
  const { licenseId, by, effectiveAt } = event.args;
  await context.db.update(license, { id: idOf(licenseId) }).set({ revokedAt: BigInt(effectiveAt) });
  await logAction(context.db, event, "REVOKE", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("LicenseToken:RailAdded", async ({ event, context }) => {
  const { index, rail: address, live } = event.args;
  await context.db.insert(rail).values({ id: idOf(index), chainId, index, rail: address, live, sells: true });
});

ponder.on("LicenseToken:RailSellsSet", async ({ event, context }) => {
  await context.db.update(rail, { id: idOf(event.args.index) }).set({ sells: event.args.sells });
});

/** Ends the running delegations of a license to one delegate: a renewed delegation leaves several rows. */
async function endDelegations(context: Context, id: string, endedAt: bigint) {
  const running = await context.db.find(runningDelegation, { id });
  if (!running) return;
  for (const each of running.delegations) await context.db.update(delegation, { id: each }).set({ endedAt });
  await context.db.update(runningDelegation, { id }).set({ delegations: [] });
}
