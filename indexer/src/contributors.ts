import { ponder } from "ponder:registry";
import { contributor, contributorList, contributorPayout } from "ponder:schema";
import { chainId, idOf, logAction, logId, touchAccount } from "./shared";

ponder.on("ContributorLists:ListCreated", async ({ event, context }) => {
  const { list, datasetId, root, totalUnits, contributors } = event.args;
  const [id, datasetRef] = [idOf(list), idOf(datasetId)];
  await context.db.insert(contributorList).values({
    id,
    chainId,
    list,
    datasetRef,
    datasetId,
    root,
    totalUnits,
    contributorCount: contributors.length,
    createdAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  // Anyone can list anyone: who is listed becomes an account here once it is paid.
  await context.db.insert(contributor).values(
    contributors.map(({ account, units }, position) => ({
      id: idOf(list, account),
      chainId,
      listRef: id,
      position,
      account,
      units,
    })),
  );
  await logAction(context.db, event, "CREATE_CONTRIBUTOR_LIST", { datasetRef });
});

ponder.on("ContributorList:ContributorPaid", async ({ event, context }) => {
  const { account, token, to: receiver, amount } = event.args;
  await context.db.insert(contributorPayout).values({
    id: logId(event),
    chainId,
    listRef: idOf(event.log.address),
    account,
    token,
    receiver,
    amount,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
    logIndex: event.log.logIndex,
  });
  await touchAccount(context.db, event, account);
  await logAction(context.db, event, "PAY_CONTRIBUTOR", { actor: account });
});
