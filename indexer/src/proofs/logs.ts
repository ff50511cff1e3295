import { ponder } from "ponder:registry";
import { logAnchor, providerLog } from "ponder:schema";
import { chainId, idOf, logAction, logId, placeOf, touchAccount } from "../shared";

// The head comes with CheckpointAnchored, in the same transaction.
ponder.on("CheckpointLog:LogOpened", async ({ event, context }) => {
  const { provider, originHash, origin } = event.args;
  await touchAccount(context.db, event, provider);
  await context.db.insert(providerLog).values({
    id: idOf(provider, originHash),
    chainId,
    providerRef: idOf(provider),
    originHash,
    origin,
    size: 0n,
    root: originHash,
    signedAt: 0n,
    anchoredAt: event.block.timestamp,
    anchorCount: 0,
    openedAt: event.block.timestamp,
  });
  await logAction(context.db, event, "OPEN_LOG", { actor: provider });
});

ponder.on("CheckpointLog:CheckpointAnchored", async ({ event, context }) => {
  const { provider, originHash, size, root, signer } = event.args;
  const logRef = idOf(provider, originHash);
  const signedAt = BigInt(event.args.signedAt);
  const anchoredAt = event.block.timestamp;
  await context.db
    .update(providerLog, { id: logRef })
    .set((row) => ({ size, root, signedAt, anchoredAt, anchorCount: row.anchorCount + 1 }));
  const place = placeOf(event);
  await context.db.insert(logAnchor).values({ id: logId(event), ...place, logRef, size, root, signer, signedAt });
  await logAction(context.db, event, "ANCHOR_LOG", { actor: provider });
});
