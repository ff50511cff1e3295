import type { Context } from "ponder:registry";
import { license, offer, refund, type refundCause } from "ponder:schema";
import type { Address } from "viem";
import { type AnyEvent, idOf, logId, placeOf } from "./shared";

/** Records that money went back to a license's payer, and why; nothing when none did. */
export async function recordRefund(
  context: Context,
  event: AnyEvent,
  cause: (typeof refundCause.enumValues)[number],
  { licenseId, token, amount }: { licenseId: bigint; token: Address; amount: bigint },
): Promise<void> {
  if (amount === 0n) return;
  const licenseRef = idOf(licenseId);
  const sold = await context.db.find(license, { id: licenseRef });
  const terms = sold && (await context.db.find(offer, { id: sold.offerRef }));
  if (!terms) return;
  const { datasetRef, seller, provider } = terms;
  await context.db
    .insert(refund)
    .values({ id: logId(event), licenseRef, datasetRef, seller, provider, token, amount, cause, ...placeOf(event) });
}
