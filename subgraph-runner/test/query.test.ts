import { beforeAll, describe, expect, it } from "vitest";
import { plural, singular } from "../src/graphql/names.js";
import type { SubgraphRunner } from "../src/index.js";
import { ALICE, BOB, blockWith, CAROL, hashOf, ledgerEvent, newRunner, transfer } from "./chain.js";

const TAG = `0x${"ab".repeat(32)}`;
const note = (text: string, delta: bigint, flag = true) => ledgerEvent("Noted", text, "0x1234", TAG, delta, flag, 1);

let runner: SubgraphRunner;
beforeAll(() => {
  runner = newRunner();
  runner.processBlock(blockWith(1, [transfer(ALICE, BOB, 500n), transfer(BOB, CAROL, 30n)]));
  runner.processBlock(
    blockWith(2, [note("fast red fox", 5n), note("slow fox and red fox", -3n, false), note("Red hen", 12n)]),
  );
  runner.processBlock(blockWith(4, [transfer(ALICE, CAROL, 7n)]));
});

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape of their query
function ask(source: string, variables?: Record<string, unknown>): any {
  const { data, errors } = runner.query(source, variables);
  if (errors) throw errors[0];
  return JSON.parse(JSON.stringify(data));
}
const notes = (where: string) => ask(`{ notes(where: ${where}) { id } }`).notes.map(({ id }: { id: string }) => id);

describe("entities", () => {
  it("are found by id, with references and what points to them", () => {
    const { account } = ask(
      `query ($id: ID!) { account(id: $id) { id balance sent { value to { id balance } } received { kind share from { id } } } }`,
      { id: BOB.toUpperCase().replace("0X", "0x") },
    );
    expect(account).toEqual({
      ...{ id: BOB, balance: "470", sent: [{ value: "30", to: { id: CAROL, balance: "37" } }] },
      received: [{ kind: "LARGE", share: `166.${"6".repeat(30)}7`, from: { id: ALICE } }],
    });
    expect(ask(`{ account(id: "0x00") { id } note(id: "9") { id } }`)).toEqual({ account: null, note: null });
  });

  it("are listed in order, in pages", () => {
    const ids = (args: string) =>
      ask(`{ notes(${args}) { delta } }`).notes.map(({ delta }: { delta: string }) => delta);
    expect(ids("orderBy: delta")).toEqual(["-3", "5", "12"]);
    expect(ids("orderBy: delta, orderDirection: desc, first: 1, skip: 1")).toEqual(["5"]);
    expect(ids("first: 2")).toEqual(["5", "-3"]);
    const { transfers } = ask("{ transfers(orderBy: to__balance, orderDirection: desc) { value } }");
    expect(transfers.map(({ value }: { value: string }) => value)).toEqual(["500", "7", "30"]);
    expect(() => ask("{ notes(first: 1001) { id } }")).toThrow("first is 1001, expected 0 to 1000");
    expect(() => ask("{ notes(skip: -1) { id } }")).toThrow("skip is -1");
  });

  it("are listed by their interface", () => {
    const { parties } = ask(
      "{ parties(orderBy: balance) { __typename id balance ... on Account { sent(first: 1) { value } } } }",
    );
    expect(parties[0]).toEqual({ __typename: "Account", id: ALICE, balance: "-507", sent: [{ value: "500" }] });
    expect(parties).toHaveLength(3);
  });

  it("show each kind of value", () => {
    expect(ask(`{ note(id: "0") { text data tag delta flag kind size tags about { id } comment } }`).note).toEqual({
      ...{ text: "fast red fox", data: "0x1234", tag: TAG, delta: "5", flag: true, kind: 1, size: "2" },
      ...{ tags: ["fast", "red", "fox"], about: [], comment: null },
    });
    expect(ask("{ transfers(first: 1) { at block gasUsed } }").transfers[0]).toEqual({
      at: "1700000001000000",
      block: "1",
      gasUsed: "21000",
    });
  });
});

describe("filters", () => {
  it.each([
    ["{}", ["0", "1", "2"]],
    ['{ id: "1" }', ["1"]],
    ['{ id_in: ["0", "2"] }', ["0", "2"]],
    ['{ id_not: "0" }', ["1", "2"]],
    ["{ delta_gt: 5 }", ["2"]],
    ['{ delta_gte: "5" }', ["0", "2"]],
    ['{ delta_lt: "5" }', ["1"]],
    ['{ delta_lte: "5" }', ["0", "1"]],
    ['{ delta_not_in: ["5", "12"] }', ["1"]],
    ['{ text_contains: "red" }', ["0", "1"]],
    ['{ text_contains_nocase: "RED" }', ["0", "1", "2"]],
    ['{ text_not_contains: "red" }', ["2"]],
    ['{ text_starts_with: "slow" }', ["1"]],
    ['{ text_starts_with_nocase: "red" }', ["2"]],
    ['{ text_not_ends_with_nocase: "FOX" }', ["2"]],
    ['{ data_contains: "0x34" }', ["0", "1", "2"]],
    ['{ data_contains: "0x23" }', []],
    ["{ flag: false }", ["1"]],
    ['{ tags_contains: ["fox", "red"] }', ["0", "1"]],
    ['{ tags_contains_nocase: ["RED", "hen"] }', ["2"]],
    ['{ tags_not_contains: ["fox"] }', ["2"]],
    ['{ tags: ["Red", "hen"] }', ["2"]],
    ["{ comment: null }", ["0", "1", "2"]],
    ["{ comment_not: null }", []],
    ['{ comment_not: "x" }', []],
    ['{ or: [{ delta: "12" }, { and: [{ flag: false }, { delta: "-3" }] }] }', ["1", "2"]],
  ])("%s", (where, ids) => {
    expect(notes(where)).toEqual(ids);
  });

  it("look into references and what points back", () => {
    const values = (where: string) =>
      ask(`{ transfers(where: ${where}, orderBy: value) { value } }`).transfers.map(
        ({ value }: { value: string }) => value,
      );
    expect(values(`{ from: "${ALICE}" }`)).toEqual(["7", "500"]);
    expect(values('{ to_: { balance_lt: "100" } }')).toEqual(["7", "30"]);
    expect(values('{ to_ends_with: "00c3" }')).toEqual(["7", "30"]);
    expect(values(`{ to_starts_with: "${BOB}" }`)).toEqual(["500"]);
    expect(values('{ from_not_contains: "00a1" }')).toEqual(["30"]);
    expect(values("{ kind_in: [LARGE] }")).toEqual(["500"]);
    expect(values('{ share_gt: "10.0" }')).toEqual(["500"]);
    const { accounts } = ask(
      `{ accounts(where: { sent_: { kind: SMALL } }) { id sent(where: { kind: LARGE }) { value } } }`,
    );
    expect(accounts).toEqual([
      { id: ALICE, sent: [{ value: "500" }] },
      { id: BOB, sent: [] },
    ]);
  });

  it("name what they cannot use", () => {
    expect(() => notes('{ delta_gt: "x" }')).toThrow('"x" is no value for delta: expected a whole number');
    expect(() => notes('{ data: "0xzz" }')).toThrow("expected bytes in hexadecimal");
    expect(() => notes('{ colour: "red" }')).toThrow('Field "colour" is not defined by type "Note_filter"');
  });
});

describe("blocks", () => {
  it("can be asked about as they were", () => {
    const at = (block: string) =>
      ask(`{ account(id: "${CAROL}", block: ${block}) { balance received { value } } }`).account;
    expect(at("{ number: 1 }")).toEqual({ balance: "30", received: [{ value: "30" }] });
    expect(at("{ number: 3 }").balance).toBe("30");
    expect(at(`{ hash: "${hashOf(4)}" }`).balance).toBe("37");
    expect(at("{ number_gte: 2 }").balance).toBe("37");
    expect(ask("{ notes(block: { number: 1 }) { id } }").notes).toEqual([]);
    expect(() => at("{ number: 5 }")).toThrow("block 5 was not taken in: the newest is 4");
    expect(() => at('{ hash: "0x12" }')).toThrow("the block 0x12 was not taken in");
  });

  it("are told by _meta", () => {
    const { _meta } = ask("{ _meta { block { number hash parentHash timestamp } deployment hasIndexingErrors } }");
    const block = { number: 4, hash: hashOf(4), parentHash: hashOf(3), timestamp: 1_700_000_004 };
    expect(_meta).toEqual({ block, deployment: runner.subgraph.id, hasIndexingErrors: false });
    expect(runner.subgraph.id).toMatch(/^[0-9a-f]{64}$/);
    expect(newRunner().query("{ _meta { deployment } }").data).toEqual({ _meta: null });
  });
});

describe("full-text search", () => {
  const found = (text: string, more = "") =>
    ask(`query ($text: String!) { noteSearch(text: $text${more}) { id } }`, { text }).noteSearch.map(
      ({ id }: { id: string }) => id,
    );

  it.each([
    ["fox", ["1", "0"]],
    ["RED", ["0", "1", "2"]],
    ["red & hen", ["2"]],
    ["red hen", ["2"]],
    ["hen | slow", ["1", "2"]],
    ["red & !fox", ["2"]],
    ["red <-> fox", ["0", "1"]],
    ["sl:*", ["1"]],
    ["(hen | fast) & red", ["0", "2"]],
    ["wolf", []],
  ])("%s", (text, ids) => {
    expect([...found(text)].sort()).toEqual([...ids].sort());
  });

  it("puts first what says it most often, and takes filters and pages", () => {
    expect(found("fox")).toEqual(["1", "0"]);
    expect(found("fox", ", first: 1, skip: 1")).toEqual(["0"]);
    expect(found("fox", ", where: { flag: true }")).toEqual(["0"]);
  });

  it("names a search that is none", () => {
    expect(() => found("red &")).toThrow('the search "red &" lacks a word at its end');
    expect(() => found("(red")).toThrow("lacks a closing parenthesis");
    expect(() => found("red)")).toThrow('")" is left');
  });
});

describe("names", () => {
  it("follow graph-node", () => {
    const names = [
      "Account",
      "Party",
      "ERC20Token",
      "Person",
      "Bus",
      "News",
      "NFTSale",
      "Analysis",
      "DailyTotal",
      "Day",
    ];
    expect(names.map((name) => `${singular(name)} ${plural(name)}`)).toEqual([
      ...["account accounts", "party parties", "erc20Token erc20Tokens", "person people", "bus buses"],
      ...["news news_collection", "nftSale nftSales", "analysis analyses", "dailyTotal dailyTotals", "day days"],
    ]);
  });
});
