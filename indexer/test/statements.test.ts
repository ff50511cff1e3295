// Statements and invoices of a random history over all rails, held against the chain itself: balances, books and transfers that no
// handler of ours has touched. All sums agree to the last unit.
import { streamVaultAbi } from "@colophon-protocol/contracts";
import { paidFromList, receivedByList } from "@colophon-protocol/sdk";
import {
  getInvoice,
  getPayoutStatement,
  type Invoice,
  type PayoutStatement,
  statementUrl,
} from "@colophon-protocol/sdk/indexer";
import { startTestChain } from "@colophon-protocol/tools/testing";
import { type Address, erc20Abi, parseAbi, parseAbiItem } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actor, head, type World } from "./history.js";
import { coverOffers } from "./live.js";
import { type Bought, openMarket, WHO } from "./market.js";
import { details, makeRandomHistory } from "./moves.js";
import { at, fund, look, type Stack } from "./rails.js";
import { expectRowsThroughSdk } from "./readers.js";
import { answersOfReadme, graphql, type Indexer, startIndexer, waitForBlock } from "./support.js";

const SEED = 20_261_121;
const STEPS = 150;
const SCALE = 10n ** 12n;
const RAILS = ["EscrowRail", "StreamRail", "MeterRail", "RevenueShareRail"] as const;
/** Rails that are paid in super tokens. */
const FLOWING = new Set(["stream", "live"]);
const transferEvent = parseAbiItem("event Transfer(address indexed from, address indexed to, uint256 value)");
const passedEvent = parseAbiItem("event Passed(uint256 indexed licenseId, uint256 toPool, uint256 rest)");
const poolAbi = parseAbi(["function getTotalAmountReceivedByMember(address member) view returns (uint256)"]);

let world: World & { deployment: Stack; deploymentFile: string; stop: () => unknown };
let indexer: Indexer;
let licenses: Bought[];
let family: Awaited<ReturnType<typeof openMarket>>;
let usdc: Address;
let usdcx: Address;
let distributor: Address;

const lower = (address: Address) => address.toLowerCase() as Address;
const sum = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n);
const accounts = () => Object.values(WHO).map((index) => lower(actor(world, index).address));
const reader = () => actor(world, WHO.keeper).client;
const balance = (token: Address, account: Address) =>
  reader().readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [account] });

/** What one account got from another in a token, by the token's own events. */
async function transferred(token: Address, from: Address, to: Address): Promise<bigint> {
  const logs = await reader().getLogs({ address: token, event: transferEvent, args: { from, to }, fromBlock: 0n });
  return sum(logs.map((log) => log.args.value ?? 0n));
}

/** Everybody who has any part in the history: the fifteen small contributors and the treasury too. */
async function everybody(): Promise<Address[]> {
  const { accounts: rows } = await graphql<{ accounts: { items: { address: Address }[] } }>(
    indexer.url,
    "{ accounts(limit: 1000) { items { address } } }",
  );
  return [...new Set([...accounts(), ...rows.items.map(({ address }) => address)])];
}

beforeAll(async () => {
  world = (await startTestChain()) as unknown as typeof world;
  [usdc, usdcx] = [lower(at(world, "TestUSDC")), lower(world.deployment.external.testUSDCx)];
  distributor = lower(at(world, "RevenueDistributor"));
  family = await openMarket(world);
  for (const who of [WHO.buyer, WHO.sponsor, WHO.owner]) await fund(world, who, 10n ** 12n);
  await coverOffers(world, family.offers);
  licenses = await makeRandomHistory(world, family, SEED, STEPS);
  const rpcUrl = world.url.replace("http", "ws");
  indexer = await startIndexer({ rpcUrl, deploymentFile: world.deploymentFile });
  await waitForBlock(indexer.url, await head(world));
}, 600_000);
afterAll(async () => {
  await indexer?.stop();
  await world?.stop();
});

describe("statements of a random history", () => {
  let statements: PayoutStatement[];
  let invoices: Invoice[];
  beforeAll(async () => {
    const options = { url: indexer.url };
    statements = await Promise.all((await everybody()).map((account) => getPayoutStatement(options, { account })));
    invoices = await Promise.all((await everybody()).map((account) => getInvoice(options, { account })));
  });
  const balances = () => new Map(invoices.flatMap((each) => each.licenses).map((row) => [row.licenseId, row]));
  const linesOf = (kind: string) => statements.flatMap(({ lines }) => lines).filter((line) => line.kind === kind);

  it("has every kind of line and payment in it", () => {
    const kinds = new Set(statements.flatMap(({ lines }) => lines.map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual(["BOND", "CREDIT", "FEE", "LIST", "OWNER", "POOL", "RESALE", "ROYALTY"]);
    expect(new Set(statements.flatMap(({ lines }) => lines.map(({ token }) => token)))).toEqual(new Set([usdc, usdcx]));
    const paid = new Set(invoices.flatMap(({ payments }) => payments.map(({ kind }) => kind)));
    expect([...paid].sort()).toEqual(
      [
        ...["BILL", "BOND", "BOND_RETURNED", "DEBT", "DEPOSIT"],
        ...["PURCHASE", "REFUND", "RESALE", "STATEMENT", "STREAM", "WITHDRAWAL"],
      ].sort(),
    );
  });

  it("says of every account what the distributor sent it, in both tokens", async () => {
    for (const { account, sent } of statements) {
      for (const token of [usdc, usdcx]) {
        const said = sent.find((row) => row.token === token)?.sent ?? 0n;
        expect(said, `${account} in ${token}`).toBe(await transferred(token, distributor, account));
      }
    }
  });

  it("says of every contributor what Superfluid's pool has for it", async () => {
    const pool = await look<Address>(world, "RevenueDistributor", "poolOf", [family.child, 1, usdc]);
    const members = [WHO.contributor, WHO.friend].map((who) => actor(world, who).address);
    for (const member of [...members, family.list]) {
      const account = lower(member);
      const lines = statements.find((each) => each.account === account)?.lines ?? [];
      const shares = lines.filter((line) => line.kind === "POOL");
      const call = { address: pool, abi: poolAbi, functionName: "getTotalAmountReceivedByMember" } as const;
      expect(sum(shares.map(({ net }) => net))).toBe(await reader().readContract({ ...call, args: [account] }));
      expect(shares.every((line) => line.netToken === usdcx && line.net <= line.gross * SCALE)).toBe(true);
    }
  });

  it("says of every contributor of a list what the list has paid of its part, and leaves the rest there", async () => {
    const list = lower(family.list);
    for (const token of [usdc, usdcx]) {
      const paid = linesOf("LIST").filter((line) => line.netToken === token);
      const received = await receivedByList(reader(), { address: list, token });
      expect(await balance(token, list)).toBe(received - sum(paid.map(({ net }) => net)));
      for (const { account } of family.contributors) {
        const own = statements.find((each) => each.account === lower(account))?.lines ?? [];
        const said = sum(own.filter((line) => line.kind === "LIST" && line.netToken === token).map(({ net }) => net));
        expect(said).toBe(await paidFromList(reader(), { address: list, account, token }));
        expect(said).toBe(await transferred(token, list, lower(account)));
      }
    }
  });

  it("says of every license that its dataset's owner took what the owner paid and its holder got", async () => {
    const owner = lower(actor(world, WHO.owner).address);
    for (const who of [WHO.buyer, WHO.friend]) {
      const holder = lower(actor(world, who).address);
      const sold = statements.find((each) => each.account === holder)?.lines ?? [];
      const billed = invoices.find((each) => each.account === owner)?.lines ?? [];
      const moved = await transferred(usdc, owner, holder);
      expect(sum(sold.filter(({ kind }) => kind === "RESALE").map(({ net }) => net))).toBe(moved);
      const bought = billed.filter(({ kind, seller }) => kind === "RESALE" && seller === holder);
      expect(sum(bought.map(({ gross }) => gross))).toBe(moved);
    }
  });

  it("accounts for everything that the distributor ever got and holds", async () => {
    const charged = new Map(
      invoices.flatMap(({ lines }) => lines).map((line) => [`${line.transactionHash}${line.logIndex}`, line]),
    );
    for (const token of [usdc, usdcx]) {
      const fees = sum([...charged.values()].filter((line) => line.token === token).map(({ fee }) => fee));
      const collected = linesOf("FEE").filter((line) => line.token === token);
      const uncollected = fees - sum(collected.map(({ net }) => net));
      expect(await look(world, "RevenueDistributor", "accruedFees", [token])).toBe(uncollected);
      const waiting = statements.flatMap((each) => each.waiting);
      const claimable = waiting.filter((row) => row.source === distributor && row.token === token);
      for (const { account, waiting: own } of statements) {
        const closing = own.find((row) => row.source === distributor && row.token === token)?.closing ?? 0n;
        expect(await look(world, "RevenueDistributor", "claimable", [account, token])).toBe(closing);
      }
      const royalties = statements.flatMap((each) => each.royalties).filter((row) => row.token === token);
      let dust = 0n;
      for (const split of [1, 2]) {
        const [, base, units] = await look<bigint[]>(world, "RevenueDistributor", "poolState", [
          family.child,
          split,
          usdc,
        ]);
        dust += (token === usdc ? base : units) ?? 0n;
      }
      const { held } = await look<{ held: bigint }>(world, "RevenueDistributor", "booksOf", [token]);
      const closing = [...claimable, ...royalties].map((row) => row.closing);
      expect(held).toBe(uncollected + sum(closing) + dust);
    }
  });

  it("divides every release without a rest between fee, royalty and the others", () => {
    const lines = invoices.flatMap((each) => each.lines);
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) expect(line.gross).toBe(line.fee + line.royalty + line.net);
  });

  it("says of every account what it paid to the rails and got back, by the token's own events", async () => {
    for (const who of [WHO.buyer, WHO.sponsor, WHO.owner]) {
      const account = lower(actor(world, who).address);
      const payments = invoices.find((each) => each.account === account)?.payments ?? [];
      // What streams bring and refund are super tokens: the vaults tell of them below.
      const streams = new Set(licenses.filter(({ rail }) => FLOWING.has(rail)).map(({ licenseId }) => licenseId));
      const direct = payments.filter(
        (row) => row.kind !== "RESALE" && (!streams.has(row.licenseId) || row.kind.startsWith("BOND")),
      );
      const net = sum(direct.map((row) => (row.in ? row.amount : -row.amount)));
      let moved = 0n;
      for (const rail of RAILS) {
        const address = at(world, rail);
        moved += (await transferred(usdc, account, address)) - (await transferred(usdc, address, account));
      }
      expect(net).toBe(moved);
    }
  });

  it("leaves in every rail what its licenses hold", async () => {
    for (const [rail, name] of [
      ["escrow", "EscrowRail"],
      ["meter", "MeterRail"],
      ["share", "RevenueShareRail"],
      ["stream", "StreamRail"],
      ["live", "LiveStreamRail"],
    ] as const) {
      const held = licenses
        .filter((each) => each.rail === rail)
        .map(({ licenseId }) => balances().get(licenseId)?.held);
      expect(held.every((amount) => amount !== undefined && amount >= 0n)).toBe(true);
      expect(sum(held as bigint[]), name).toBe(await balance(usdc, at(world, name)));
    }
  });

  it("agrees with each meter, revenue share and vault", async () => {
    for (const { licenseId, rail } of licenses) {
      const row = balances().get(licenseId);
      if (rail === "meter") {
        const { funded, spent } = await look<{ funded: bigint; spent: bigint }>(world, "MeterRail", "meterOf", [
          licenseId,
        ]);
        expect(row?.held).toBe(funded > spent ? funded - spent : 0n);
      } else if (rail === "share") {
        const { held } = await look<{ held: bigint }>(world, "RevenueShareRail", "accountOf", [licenseId]);
        expect(row?.held).toBe(held);
      } else if (rail === "live") {
        // Nothing is held, and what was billed is what both vaults passed on.
        expect(row?.held).toBe(0n);
        const passed = sum((await passages(licenseId)).map(({ toPool, rest }) => toPool + rest));
        const { payments } = await paymentsOf(licenseId);
        expect(sum(payments.items.map(({ amount }) => BigInt(amount)))).toBe(passed / SCALE);
        const lines = invoices.flatMap((each) => each.lines).filter((line) => line.licenseId === licenseId);
        expect(sum(lines.map(({ gross }) => gross))).toBe(passed);
      } else if (rail === "stream") {
        const { vault } = await look<{ vault: Address }>(world, "StreamRail", "streamOf", [licenseId]);
        const flow = await reader().readContract({ address: vault, abi: streamVaultAbi, functionName: "flow" });
        const { payments } = await paymentsOf(licenseId);
        const streamed = payments.items.filter(({ kind }) => kind === "STREAM").map(({ amount }) => BigInt(amount));
        expect(flow.out).toBe(sum(streamed) * SCALE);
        const { stream } = await streamRow(licenseId);
        expect(stream).toMatchObject({
          flowAt: String(flow.seenAt),
          flowRate: String(flow.seenRate),
          flowReceived: String(flow.received),
          rate: String(flow.rate),
          unpaid: String(flow.unpaid),
          pausedAt: flow.paused ? expect.stringMatching(/^\d+$/) : null,
        });
      }
    }
  });

  it("bills of live streams what Superfluid has passed on to the distributor", async () => {
    const collector = await look<Address>(world, "LiveStreamRail", "collectorOf", [usdcx]);
    const rests = (await passages()).map(({ rest }) => rest);
    expect(rests.length).toBeGreaterThan(3);
    const call = { address: collector, abi: poolAbi, functionName: "getTotalAmountReceivedByMember" } as const;
    expect(sum(rests)).toBe(await reader().readContract({ ...call, args: [distributor] }));
  });

  it("cuts a life into periods that add up to it", async () => {
    const options = { url: indexer.url };
    for (const who of [WHO.owner, WHO.contributor, WHO.parent, WHO.buyer]) {
      const { address: account } = actor(world, who);
      const whole = await getPayoutStatement(options, { account });
      const bill = await getInvoice(options, { account });
      const times = [...whole.lines, ...bill.lines].map(({ time }) => time).sort((a, b) => (a < b ? -1 : 1));
      const middle = times[times.length >> 1] ?? 0n;
      const [before, after] = [
        await getPayoutStatement(options, { account, to: middle }),
        await getPayoutStatement(options, { account, from: middle }),
      ];
      expect([...before.lines, ...after.lines]).toEqual(whole.lines);
      for (const row of after.waiting) {
        const earlier = before.waiting.find(({ source, token }) => source === row.source && token === row.token);
        expect(row.opening).toBe(earlier?.closing ?? 0n);
      }
      for (const row of after.royalties)
        expect(row.opening).toBe(before.royalties.find(({ token }) => token === row.token)?.closing ?? 0n);
      const first = await getInvoice(options, { account, to: middle });
      const second = await getInvoice(options, { account, from: middle });
      expect([...first.lines, ...second.lines]).toEqual(bill.lines);
      expect([...first.payments, ...second.payments]).toEqual(bill.payments);
    }
  });

  it("gives rows of every kind through the SDK, page by page, amounts as bigint", () =>
    expectRowsThroughSdk({ world, family, licenses, statements, usdc, options: { url: indexer.url } }));

  it("takes tax and parties from the details that a purchase refers to, and from no others", async () => {
    const { address: account } = actor(world, WHO.buyer);
    const other = { ...details, purchaseReference: "another" };
    const bill = await getInvoice({ url: indexer.url }, { account, details: [details, other] });
    expect(bill.details.map((each) => each.details)).toEqual([details]);
    const [reference] = bill.details.map((each) => each.reference);
    const taxed = bill.lines.filter((line) => line.tax !== null);
    expect(taxed.map((line) => line.reference)).toEqual([reference]);
    expect(taxed[0]?.tax).toBe(((taxed[0]?.gross ?? 0n) * 1_900n) / 11_900n);
    const untaxed = await getInvoice({ url: indexer.url }, { account });
    expect(untaxed.lines.every((line) => line.tax === null)).toBe(true);
  });

  it("writes the same lines as a table and as a page to print", async () => {
    const { address: account } = actor(world, WHO.buyer);
    const bill = await getInvoice({ url: indexer.url }, { account });
    const served = async (kind: "statements" | "invoices", format: "csv" | "html", body?: object) => {
      const url = statementUrl({ url: indexer.url }, kind, { account, format });
      const response = await fetch(url, body && { method: "POST", body: JSON.stringify(body) });
      expect(response.status).toBe(200);
      return response.text();
    };
    const csv = await served("invoices", "csv");
    expect(csv.trimEnd().split("\r\n")).toHaveLength(1 + bill.lines.length + bill.payments.length);
    expect(csv).toContain(",USDC,");
    const page = await served("invoices", "html", [details]);
    for (const line of bill.lines) expect(page).toContain(line.transactionHash);
    expect(page).toContain("PO &lt;417&gt;");
    expect(page).toContain("Müller &amp; Söhne GmbH");
    expect(page).not.toContain("<script");
    expect(await served("statements", "html")).toContain("Payout statement");
  });

  it("answers every question of the README about payments", async () => {
    const answers = await answersOfReadme(indexer.url, "Payments");
    expect(answers).toHaveLength(4);
    for (const { question, items } of answers) expect(items.length, question).toBeGreaterThan(0);
  });

  it.each([
    ["statements/0x12", /account/],
    ["invoices/0x0000000000000000000000000000000000000001?from=x", /from must/],
    ["statements/0x0000000000000000000000000000000000000001?from=20&to=10", /before from/],
    ["statements/0x0000000000000000000000000000000000000001?format=pdf", /json, csv or html/],
  ])("refuses %s and says what it expects", async (path, message) => {
    const response = await fetch(`${indexer.url}/${path}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(message);
  });

  it.each([
    ["no list", "{}"],
    ["details that are none", '[{"format":"colophon-invoice-details"}]'],
  ])("refuses %s with an invoice", async (_, body) => {
    const url = `${indexer.url}/invoices/${actor(world, WHO.buyer).address}`;
    expect((await fetch(url, { method: "POST", body })).status).toBe(400);
  });

  const passages = async (licenseId?: bigint) => {
    const address = at(world, "LiveStreamRail");
    const filter = { address, event: passedEvent, fromBlock: 0n, args: { licenseId } } as const;
    return (await reader().getLogs(filter)).map(({ args }) => args as { toPool: bigint; rest: bigint });
  };
  const paymentsOf = (licenseId: bigint) =>
    graphql<{ payments: { items: { kind: string; amount: string }[] } }>(
      indexer.url,
      `{ payments(where: { licenseRef: "31337-${licenseId}" }, limit: 1000) { items { kind amount } } }`,
    );
  const streamRow = (licenseId: bigint) =>
    graphql<{ stream: Record<string, string | null> }>(
      indexer.url,
      `{ stream(id: "31337-${licenseId}") { flowAt flowRate flowReceived rate unpaid pausedAt } }`,
    );
});
