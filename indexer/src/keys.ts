import { ponder } from "ponder:registry";
import { keyEpoch } from "ponder:schema";
import { chainId, idOf, logAction } from "./shared";

ponder.on("KeyNetwork:EpochStarted", async ({ event, context }) => {
  const { epoch, threshold, publicKey, nodes } = event.args;
  await context.db.insert(keyEpoch).values({
    id: idOf(epoch),
    chainId,
    epoch,
    threshold,
    publicKey,
    nodes: nodes.map((node) => ({ ...node })),
    startedAt: event.block.timestamp,
  });
  await logAction(context.db, event, "START_KEY_EPOCH");
});
