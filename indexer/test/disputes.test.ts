// What other protocols' courts, appeals, counter-bonds and settlements leave in rows, held against the contracts' own words.
import { disputeOf } from "@colophon-protocol/sdk";
import { getDispute } from "@colophon-protocol/sdk/indexer";
import { startTestChain } from "@colophon-protocol/tools/testing";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { councilOf, fundParties, hearAtCourt, hearAtOracle, takeDownAndSettle } from "./disputes.js";
import { actor, head, manifest, publish, type World } from "./history.js";
import { WHO } from "./market.js";
import { graphql, type Indexer, startIndexer, waitForBlock } from "./support.js";

let world: World & { deploymentFile: string; stop: () => unknown };
let indexer: Indexer;
let sale: Awaited<ReturnType<typeof publish>>;
let settled: Awaited<ReturnType<typeof takeDownAndSettle>>;
let oracle: Awaited<ReturnType<typeof hearAtOracle>>;
let court: Awaited<ReturnType<typeof hearAtCourt>>;

const account = (who: number) => actor(world, who).address.toLowerCase();
const id = (...parts: (bigint | number | string)[]) => [31337, ...parts].join("-").toLowerCase();
const rowOf = (disputeId: bigint) => getDispute({ url: indexer.url }, { chainId: 31337, disputeId });
const onChain = (disputeId: bigint) => disputeOf(actor(world, 0).client, { disputeId, deployment: world.deployment });
/** Categories of the log of actions, and who acted. */
const actionsOf = async (category: string) =>
  (
    await graphql<{ actions: { items: { actor: string }[] } }>(
      indexer.url,
      `{ actions(where: { category: "${category}" }) { items { actor } } }`,
    )
  ).actions.items.map((row) => row.actor);
const casesOf = async (disputeId: bigint) =>
  (
    await graphql<{ rows: { items: Record<string, unknown>[] } }>(
      indexer.url,
      `{ rows: arbitratorCases(where: { disputeRef: "${id(disputeId)}" }, orderBy: "round") {
        items { round arbitrator payer key result taken askedAt answeredAt } } }`,
    )
  ).rows.items;

beforeAll(async () => {
  world = (await startTestChain()) as unknown as typeof world;
  sale = await publish(world, manifest("Letters").hash, 250_000_007n);
  await fundParties(world);
  settled = await takeDownAndSettle(world, sale);
  oracle = await hearAtOracle(world, sale);
  court = await hearAtCourt(world, sale);
  indexer = await startIndexer({ rpcUrl: world.url, deploymentFile: world.deploymentFile });
  await waitForBlock(indexer.url, await head(world));
}, 600_000);
afterAll(async () => {
  await indexer?.stop();
  await world?.stop();
});

describe("a takedown", () => {
  it("is answered by a counter-bond, which lets sales go on", async () => {
    const row = await rowOf(settled.disputeId);
    expect(row).toMatchObject({ subject: "VERSION", reason: "COPYRIGHT", claimant: account(WHO.friend) });
    expect(row).toMatchObject({ counterBond: settled.counterBond, stopsSales: false, chunkKeys: [] });
    const posted = row?.events.find(({ kind }) => kind === "COUNTER_BOND");
    expect(posted).toMatchObject({ by: account(WHO.owner), amount: settled.counterBond });
    const { salesStop } = await graphql<{ salesStop: Record<string, unknown> }>(
      indexer.url,
      `{ salesStop(id: "${id(sale.datasetId, 1)}") { stopped holds } }`,
    );
    expect(salesStop).toEqual({ stopped: false, holds: 0 });
    expect(await actionsOf("STOP_SALES")).toHaveLength(1);
    expect(await actionsOf("RESUME_SALES")).toHaveLength(1);
  });

  it("is settled on the same terms by both sides", async () => {
    const { disputeId, terms, counterBond } = settled;
    const row = await rowOf(disputeId);
    const same = { refund: 0n, revoke: false, claimantBond: terms.claimantBond, deadline: BigInt(terms.deadline) };
    expect(row?.settlements).toMatchObject([
      { ...same, by: account(WHO.friend), agreed: false },
      { ...same, by: account(WHO.owner), agreed: true },
    ]);
    expect(row).toMatchObject({ phase: "CLOSED", outcome: "SETTLED", toClaimant: terms.claimantBond });
    expect((row?.toClaimant ?? 0n) + (row?.toRespondent ?? 0n)).toBe((row?.bond ?? 0n) + counterBond);
    expect((await onChain(disputeId))?.outcome).toBe("Settled");
    const kinds = row?.events.map(({ kind }) => kind);
    // A counter-bond is an answer too.
    expect(kinds).toEqual([
      ...["OPENED", "EVIDENCE", "COUNTER_BOND", "ANSWERED"],
      ...["SETTLEMENT_OFFERED", "SETTLED", "CLOSED"],
    ]);
  });
});

describe("a dispute at UMA's oracle", () => {
  it("keeps the oracle's number of the case, and what it answered", async () => {
    const { disputeId, adapter, key } = oracle;
    const [first] = await casesOf(disputeId);
    expect(first).toMatchObject({
      ...{ round: 0, arbitrator: adapter.address.toLowerCase(), payer: account(WHO.keeper) },
      ...{ key, result: "UPHELD", taken: true, answeredAt: expect.stringMatching(/^\d+$/) },
    });
    expect(await actionsOf("CONTEST_ASSERTION")).toEqual([adapter.address.toLowerCase()]);
    const row = await rowOf(disputeId);
    expect(row?.rulings[0]).toMatchObject({ round: 0, arbitrator: adapter.address.toLowerCase(), upheld: true });
    const answered = row?.events.find(({ kind }) => kind === "ORACLE_ANSWERED");
    expect(answered).toMatchObject({ by: adapter.address.toLowerCase(), round: 0, hash: key });
  });

  it("is appealed to the council, whose ruling stands", async () => {
    const { disputeId, bond } = oracle;
    const row = await rowOf(disputeId);
    expect(row).toMatchObject({
      ...{ round: 1, appellant: account(WHO.owner), appealBond: bond, phase: "CLOSED", outcome: "REJECTED" },
      ...{ arbitrator: councilOf(world).toLowerCase(), toClaimant: 0n },
    });
    expect(row?.toRespondent).toBe((row?.bond ?? 0n) + bond);
    expect(row?.rulings).toMatchObject([
      { round: 0, upheld: true },
      { round: 1, upheld: false, arbitrator: councilOf(world).toLowerCase() },
    ]);
    expect(row?.votes.map(({ round, upheld }) => [round, upheld])).toEqual([
      [1, false],
      [1, false],
      [1, false],
    ]);
    const [, second] = await casesOf(disputeId);
    // The council's votes are its answer: it keeps no number of another protocol.
    expect(second).toMatchObject({ round: 1, arbitrator: councilOf(world).toLowerCase(), key: null, taken: true });
    expect(row?.events.map(({ kind }) => kind)).toEqual([
      ...["OPENED", "EVIDENCE", "ANSWERED", "EVIDENCE", "REFERRED", "ORACLE_ANSWERED", "RULED"],
      ...["APPEALED", "REFERRED", "VOTED", "VOTED", "VOTED", "RULED", "CLOSED"],
    ]);
    const found = await onChain(disputeId);
    expect([found?.phase, found?.outcome]).toEqual(["Closed", "Rejected"]);
  });
});

describe("a dispute at an ERC-792 court", () => {
  it("keeps an appeal at the court itself, and an answer that came too late", async () => {
    const { disputeId, adapter } = court;
    const address = adapter.address.toLowerCase();
    const [only, ...others] = await casesOf(disputeId);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ round: 0, arbitrator: address, result: "UPHELD", taken: false });
    expect(BigInt(only?.answeredAt as string)).toBeGreaterThan(BigInt(only?.askedAt as string));
    const row = await rowOf(disputeId);
    expect(row).toMatchObject({ phase: "CLOSED", outcome: "UNRULED", rulings: [], appealBond: null });
    expect((await onChain(disputeId))?.outcome).toBe("Unruled");
    expect(row?.events.slice(4).map(({ kind, by }) => [kind, by])).toEqual([
      ["REFERRED", account(WHO.keeper)],
      ["COURT_APPEALED", account(WHO.friend)],
      ["CLOSED", account(WHO.keeper)],
      ["ORACLE_ANSWERED", address],
      ["ORACLE_NOT_TAKEN", address],
    ]);
    expect(await actionsOf("APPEAL_AT_COURT")).toEqual([account(WHO.friend)]);
    expect(await actionsOf("REFUSE_ANSWER")).toEqual([address]);
  });

  it("is listed with its terms, below the council", async () => {
    const { judges } = await graphql<{ judges: { items: Record<string, unknown>[] } }>(
      indexer.url,
      `{ judges(orderBy: "index") { items { arbitrator appealTo listed } } }`,
    );
    const above = { appealTo: 1, listed: true };
    expect(judges.items.slice(-2)).toEqual([
      { ...above, arbitrator: oracle.adapter.address.toLowerCase() },
      { ...above, arbitrator: court.adapter.address.toLowerCase() },
    ]);
    expect(judges.items[0]).toMatchObject({ arbitrator: councilOf(world).toLowerCase() });
    expect(judges.items.map(({ arbitrator }) => arbitrator)).not.toContain(zeroAddress);
  });
});
