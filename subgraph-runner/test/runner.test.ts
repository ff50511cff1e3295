import { encodeAbiParameters, encodeFunctionData, keccak256, toHex } from "viem";
import { describe, expect, it } from "vitest";
import { type BlockInput, HandlerError, type SubgraphRunner } from "../src/index.js";
import {
  ALICE,
  BOB,
  blockWith,
  CAROL,
  contents,
  hashOf,
  LEDGER,
  ledgerEvent,
  newRunner,
  ping,
  probe,
  results,
  transfer,
} from "./chain.js";
import LEDGER_ABI from "./fixture/abis/Ledger.json" with { type: "json" };

const feed = (runner: SubgraphRunner, ...blocks: BlockInput[]) => {
  for (const block of blocks) runner.processBlock(block);
};
const rowOf = (runner: SubgraphRunner, type: string, id: string) =>
  Object.fromEntries(runner.entities(type).find((row) => row.get("id") === id) ?? []);

describe("events", () => {
  it("reach their handlers with block, transaction, receipt and parameters", () => {
    const runner = newRunner();
    const block = blockWith(7, [transfer(ALICE, BOB, 500n), transfer(BOB, CAROL, 1n)]);
    feed(runner, block);
    const id = `${block.logs?.[1]?.transactionHash}-1`;
    const { share, ...row } = rowOf(runner, "Transfer", id);
    expect(row).toEqual({
      id,
      from: BOB,
      to: CAROL,
      value: 1n,
      kind: "SMALL",
      block: 7n,
      at: 1_700_000_007_000_000n,
      gasUsed: 21_001n,
    });
    expect(String(share)).toBe(`0.${"3".repeat(34)}`);
    expect(runner.entities("Account").map((account) => account.get("balance"))).toEqual([-500n, 499n, 1n]);
  });

  it("carry tuples, arrays and hashes of indexed texts", () => {
    const runner = newRunner();
    feed(runner, blockWith(2, [ledgerEvent("Paired", { who: BOB, amount: 3n }, [4n, 2n ** 255n], "label")]));
    expect(results(runner)).toEqual({ paired: `${BOB} ${7n + 2n ** 255n}`, "paired-label": keccak256(toHex("label")) });
  });

  it("of other contracts, or with other topics, are passed over", () => {
    const runner = newRunner();
    const block = blockWith(2, [
      { ...transfer(ALICE, BOB, 5n), address: CAROL },
      { ...transfer(ALICE, BOB, 5n), topics: transfer(ALICE, BOB, 5n).topics.slice(0, 2) },
    ]);
    feed(runner, block);
    expect(runner.entities("Transfer")).toEqual([]);
  });

  it("need their transaction and receipt", () => {
    const { transactions, ...bare } = blockWith(2, [transfer(ALICE, BOB, 5n)]);
    expect(() => newRunner().processBlock(bare)).toThrow("put it into `transactions`");
    expect(() => newRunner().processBlock({ ...bare, transactions: transactions ?? [], receipts: [] })).toThrow(
      "put it into `receipts`",
    );
  });
});

describe("calls and blocks", () => {
  const deposit = (output: boolean) => ({
    from: ALICE,
    to: LEDGER,
    input: encodeFunctionData({ abi: LEDGER_ABI, functionName: "deposit", args: [BOB, 77n] }),
    output: encodeAbiParameters([{ type: "bool" }], [output]),
    transactionHash: blockWith(2, [probe("global")]).logs?.[0]?.transactionHash as `0x${string}`,
    transactionIndex: 0,
  });

  it("run call handlers after the transaction's events", () => {
    const runner = newRunner();
    feed(runner, {
      ...blockWith(2, [transfer(ALICE, BOB, 3n)]),
      calls: [deposit(true), { ...deposit(true), to: CAROL }],
    });
    expect(rowOf(runner, "Account", BOB).balance).toBe(80n);
    expect(results(runner)).toEqual({ deposit: `${ALICE} true` });
  });

  it("run block handlers once and every tenth block from the source's first", () => {
    const runner = newRunner();
    for (let number = 1; number <= 21; number++) {
      expect(runner.wantsBlock(number)).toBe((number - 1) % 10 === 0);
      feed(runner, blockWith(number, []));
    }
    expect(runner.entities("Tick").map((row) => `${row.get("id")} ${row.get("number")}`)).toEqual([
      ...["once 1", "poll-1 1", "poll-11 11", "poll-21 21"],
    ]);
  });
});

describe("templates", () => {
  it("make sources that get their whole block, with their context", () => {
    const runner = newRunner();
    expect(runner.addresses).toEqual([LEDGER]);
    feed(
      runner,
      blockWith(2, [ping(BOB, 1n), ledgerEvent("Spawned", BOB, "named"), ping(BOB, 2n)]),
      blockWith(3, [
        ping(BOB, 4n),
        ping(CAROL, 8n),
        ledgerEvent("Spawned", CAROL, "plain"),
        ledgerEvent("Spawned", BOB, "named"),
      ]),
    );
    expect(rowOf(runner, "Child", BOB)).toEqual({ id: BOB, label: "named", pings: 7n });
    expect(rowOf(runner, "Child", CAROL)).toEqual({ id: CAROL, label: "local", pings: 8n });
    expect(runner.addresses).toEqual([LEDGER, BOB, CAROL]);
  });

  it("read files as soon as they are there, into entities of their own", () => {
    const files = new Map<string, Buffer>();
    const runner = newRunner({ file: (path) => files.get(path) ?? null });
    feed(runner, blockWith(2, [probe("paper", "QmPaper")]));
    expect(runner.entities("Document")).toEqual([]);
    files.set("QmPaper", Buffer.from('{"title":"On colophons"}'));
    feed(runner, blockWith(3, []), blockWith(4, [probe("document", "QmPaper")]));
    expect(rowOf(runner, "Document", "QmPaper")).toEqual({ id: "QmPaper", title: "On colophons" });
    expect(results(runner).document).toBe("hidden");
    runner.revertTo(2);
    expect(runner.entities("Document")).toEqual([]);
    feed(runner, blockWith(3, []));
    expect(runner.entities("Document")).toHaveLength(1);
  });

  it("refuse files when the runner was given none", () => {
    expect(() => newRunner().processBlock(blockWith(2, [probe("paper", "QmPaper")]))).toThrow("no `file` was given");
  });
});

describe("reorganizations", () => {
  /** A history in which every kind of change happens in every block. */
  const history = (number: number, fork = 0, forkedAt = 0): BlockInput =>
    blockWith(
      number,
      [
        transfer(ALICE, BOB, BigInt(number * 10 + fork)),
        ledgerEvent("Noted", `note ${number} ${fork}`, "0x", `0x${"00".repeat(32)}`, 1n, false, 0),
        ledgerEvent("Spawned", `0x${String(number * 100 + fork).padStart(40, "0")}`, `child ${number}`),
        ping(`0x${String((number - 1) * 100).padStart(40, "0")}`, 1n),
        probe("bytes", `${number}`),
        ...(number % 3 === 0 ? [probe("remove", "bytes")] : []),
      ],
      fork,
      forkedAt,
    );

  it.each([1, 2, 5, 20])("of %i blocks leave what an undisturbed run leaves", (depth) => {
    const [top, forkedAt] = [40, 41 - depth];
    const disturbed = newRunner();
    for (let number = 1; number <= top; number++) feed(disturbed, history(number));
    const atFork = newRunner();
    for (let number = 1; number < forkedAt; number++) feed(atFork, history(number));

    disturbed.revertTo(forkedAt - 1);
    expect(contents(disturbed)).toEqual(contents(atFork));
    expect(disturbed.head).toEqual(atFork.head);
    expect(disturbed.addresses).toEqual(atFork.addresses);
    for (let number = forkedAt; number <= top + 3; number++)
      for (const runner of [disturbed, atFork]) feed(runner, history(number, 7, forkedAt));
    expect(contents(disturbed)).toEqual(contents(atFork));
    expect(disturbed.entities("Transfer")).toHaveLength(top + 3);
  });

  it("are noticed: a block must follow the newest one", () => {
    const runner = newRunner();
    feed(runner, blockWith(5, []));
    expect(() => feed(runner, blockWith(5, []))).toThrow("came after block 5: call revertTo(4) first");
    const forked = blockWith(6, [], 1, 5);
    expect(() => feed(runner, forked)).toThrow(`has the parent ${hashOf(5, 1)}, but block 5 is ${hashOf(5)}`);
    feed(runner, blockWith(9, []));
    expect(runner.blocks.map(({ number }) => number)).toEqual([5n, 9n]);
  });
});

describe("a failing handler", () => {
  const failure = (...events: Parameters<typeof blockWith>[1]): HandlerError => {
    try {
      newRunner().processBlock(blockWith(3, events));
    } catch (error) {
      if (error instanceof HandlerError) return error;
    }
    throw new Error("the handler did not fail");
  };

  it("is named with its event, block and cause", () => {
    const error = failure(transfer(ALICE, BOB, 1n), probe("assert", "it must not"));
    expect(error.place).toMatchObject({ handler: "handleProbe", dataSource: "Ledger", block: 3, blockHash: hashOf(3) });
    const { transactionHash } = blockWith(3, [probe(""), probe("")]).logs?.[1] ?? {};
    expect(error.place.trigger).toBe(`event Probe(string,string), transaction ${transactionHash}, log 1`);
    expect(error.message).toMatch(/it must not \(.*mapping\.ts:\d+:\d+\)\. Nothing of this block was kept\.$/);
  });

  it("may trap", () => {
    expect(failure(probe("trap")).message).toContain("unreachable");
  });

  it("leaves nothing of its block, and the block can be taken in again", () => {
    const runner = newRunner();
    feed(runner, blockWith(2, [transfer(ALICE, BOB, 1n)]));
    const before = contents(runner);
    const bad = blockWith(3, [transfer(ALICE, BOB, 1n), ledgerEvent("Spawned", BOB, "x"), probe("trap")]);
    expect(() => feed(runner, bad)).toThrow(HandlerError);
    expect(contents(runner)).toEqual(before);
    expect(runner.addresses).toEqual([LEDGER]);
    feed(runner, blockWith(3, [transfer(ALICE, BOB, 1n)]));
    expect(runner.entities("Transfer")).toHaveLength(2);
  });
});
