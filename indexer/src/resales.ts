import { type Context, ponder } from "ponder:registry";
import { license, offer, resale, type resaleState } from "ponder:schema";
import { recordPayment } from "./money";
import { type AnyEvent, chainId, idOf, logAction, logId, touchAccount } from "./shared";

type ResaleState = (typeof resaleState.enumValues)[number];

ponder.on("LicenseToken:ResaleAnnounced", async ({ event, context }) => {
  const { licenseId, holder, buyer, price, refusalUntil, openUntil } = event.args;
  const licenseRef = idOf(licenseId);
  const sold = await context.db.find(license, { id: licenseRef });
  const terms = sold && (await context.db.find(offer, { id: sold.offerRef }));
  if (!terms)
    throw new Error(`License ${licenseId} is announced for resale, but the offer it was bought from is unknown.`);
  await endResale(context, event, sold.resaleRef, "REPLACED");
  const { datasetRef } = sold;
  await context.db.insert(resale).values({
    id: logId(event),
    chainId,
    licenseRef,
    licenseId,
    datasetRef,
    holder,
    buyer,
    token: terms.token,
    price,
    state: "ANNOUNCED",
    refusalUntil: BigInt(refusalUntil),
    openUntil: BigInt(openUntil),
    announcedAt: event.block.timestamp,
    updatedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await context.db.update(license, { id: licenseRef }).set({ resaleRef: logId(event) });
  await touchAccount(context.db, event, buyer);
  await logAction(context.db, event, "ANNOUNCE_RESALE", { actor: holder, datasetRef, licenseRef });
});

ponder.on("LicenseToken:ResaleCancelled", async ({ event, context }) => {
  const { licenseId, holder } = event.args;
  const licenseRef = idOf(licenseId);
  const row = await context.db.find(license, { id: licenseRef });
  await endResale(context, event, row?.resaleRef, "CANCELLED");
  await logAction(context.db, event, "CANCEL_RESALE", { actor: holder, licenseRef });
});

ponder.on("LicenseMarket:ResaleTaken", async ({ event, context }) => {
  const { licenseId, owner, holder, token, price: amount } = event.args;
  const licenseRef = idOf(licenseId);
  const row = await context.db.find(license, { id: licenseRef });
  // The transfer came before, in the same transaction, and took the resale for done.
  if (row?.resaleRef) await context.db.update(resale, { id: row.resaleRef }).set({ state: "TAKEN", takenBy: owner });
  const paid = { licenseId, token, amount };
  await recordPayment(context, event, "RESALE", { ...paid, account: owner, counterparty: holder });
  await recordPayment(context, event, "RESALE_SOLD", { ...paid, account: holder, counterparty: owner });
  await logAction(context.db, event, "TAKE_RESALE", { actor: owner, licenseRef });
});

/** Says what became of a resale, if it is still announced. */
export async function endResale(
  context: Context,
  event: AnyEvent,
  id: string | null | undefined,
  state: ResaleState,
): Promise<void> {
  const row = id ? await context.db.find(resale, { id }) : null;
  if (row?.state !== "ANNOUNCED") return;
  await context.db.update(resale, { id: row.id }).set({ state, updatedAt: event.block.timestamp });
}
