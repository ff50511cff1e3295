import { encodeAbiParameters, keccak256, toHex } from "viem";
import { describe, expect, it } from "vitest";
import type { LogEntry } from "../src/index.js";
import { ALICE, BOB, blockWith, ledgerEvent, newRunner, probe, probed, results, transfer } from "./chain.js";

describe("numbers", () => {
  it("computes with integers as num-bigint does", () => {
    const [a, b] = [-(10n ** 30n) - 7n, 1000000007n];
    const bits = b & 15n;
    const expected = [a + b, a - b, a * b, a / b, a % b, a | b, a & b, a << bits, a >> bits, a ** 3n];
    const { bigint, "bigint-hex": hex } = probed("bigint", `${a} ${b}`);
    expect(bigint).toBe(expected.join(" "));
    expect(hex).toBe(`0x${(-a).toString(16)}`);
  });

  it("carries every length of two's complement through the mapping", () => {
    for (const bits of [0n, 7n, 8n, 15n, 16n, 31n, 32n, 63n, 64n, 127n, 255n])
      for (const near of [-1n, 0n, 1n])
        for (const sign of [-1n, 1n]) {
          const value = sign * (2n ** bits + near);
          expect(probed("bigint", `${value} 1`).bigint?.split(" ")[2]).toBe(String(value));
        }
  });

  it("keeps 34 significant digits, rounds half up, and cuts negative numbers off", () => {
    const one = probed("decimal", "1 3").decimal?.split(" ");
    expect(one).toEqual(["4", "-2", "3", `0.${"3".repeat(34)}`]);
    expect(probed("decimal", "2 3").decimal?.split(" ")[3]).toBe(`0.${"6".repeat(33)}7`);
    expect(probed("decimal", "-2 3").decimal?.split(" ")[3]).toBe(`-0.${"6".repeat(34)}`);
    expect(probed("decimal", `${"9".repeat(34)}.5 0.1`).decimal?.split(" ")[0]).toBe(`1${"0".repeat(34)}`);
    expect(probed("decimal", "1.50 15e-1")).toMatchObject({ decimal: "3 0 2.25 1", "decimal-equal": "true" });
  });

  it.each([
    ["divide", "0", "cannot divide the BigInt 1 by zero"],
    ["bigint", "1.5 1", '"1.5" is not a whole number'],
    ["decimal", "1 0", "cannot divide the BigDecimal 1 by zero"],
    ["decimal", "one 1", '"one" is not a decimal number'],
  ])("refuses %s of %s", (what, input, message) => {
    expect(() => probed(what, input)).toThrow(message);
  });
});

describe("conversion", () => {
  it("turns bytes into text, hex and base 58", () => {
    const { bytes, address, keccak } = probed("bytes", "hello");
    expect(bytes).toBe("hello 0x68656c6c6f Cn8eVZg");
    expect(address).toBe("0x00000000000000000000000000000000000000aa");
    expect(keccak).toBe(keccak256(toHex("hello")));
  });

  it("refuses what is no address", () => {
    expect(() => probed("h160", "0x12")).toThrow('"0x12" is not an address');
  });

  it("reads JSON with numbers as they were written and names in order", () => {
    const text = '{"b":[1.0,-2e3,true,null],"a":"x \\"1\\" ü","c":{}}';
    expect(probed("json", text)).toMatchObject({
      json: '{a:"x "1" ü",b:[#1.0,#-2e3,true,null],c:{}}',
      "json-error": "true",
    });
    const numbers = probed(
      "jsonNumbers",
      "[-9223372036854775808,18446744073709551615,123456789012345678901234567890,0.5]",
    );
    expect(numbers.jsonNumbers).toBe("-9223372036854775808 18446744073709551615 123456789012345678901234567890");
    expect(numbers["json-float"]).toBe("0.5");
  });

  it("stops at text that is no JSON", () => {
    expect(() => probed("jsonBad", "{")).toThrow("not JSON");
    expect(() => probed("jsonNumbers", "[9223372036854775808,0,0,0]")).toThrow("9223372036854775808 does not fit i64");
  });
});

describe("ethereum", () => {
  const balance = encodeAbiParameters([{ type: "uint256" }], [123n]);
  const chain = {
    call: (_to: string, data: string) => {
      if (data.startsWith("0x70a08231"))
        return data.endsWith("b2") ? null : data.endsWith("a1") ? balance : ("0x" as const);
      return encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [BOB, 9n]);
    },
    balance: () => 10n ** 18n,
    code: (account: string) => (account === BOB ? ("0x6000" as const) : ("0x" as const)),
  };

  it("calls contracts; a revert and an answer that is none are both reverted", () => {
    expect(probed("call", ALICE, { chain }).call).toBe("123");
    expect(probed("call", BOB, { chain }).call).toBe("reverted");
    expect(probed("call", `0x${"33".repeat(20)}`, { chain }).call).toBe("reverted");
    expect(probed("callTuple", "", { chain }).callTuple).toBe(`${BOB} 9`);
  });

  it("asks at the block of the event", () => {
    const asked: bigint[] = [];
    probed("balance", ALICE, { chain: { ...chain, balance: (_, block) => asked.push(block) && 1n } });
    expect(asked).toEqual([2n]);
  });

  it("reads balances and code", () => {
    expect(probed("balance", ALICE, { chain }).balance).toBe("1000000000000000000");
    expect(probed("code", BOB, { chain }).code).toBe("true");
    expect(probed("code", ALICE, { chain }).code).toBe("false");
  });

  it("encodes and decodes", () => {
    const tuple = { type: "tuple", components: [{ type: "address" }, { type: "uint256" }, { type: "string" }] };
    const found = probed("encode", ALICE);
    expect(found.encode).toBe(encodeAbiParameters([tuple], [[ALICE, 7n, "seven"]]));
    expect(found.decode).toBe(`${ALICE}7seven`);
    expect(probed("decodeBad").decodeBad).toBe("null");
  });

  it("says what is missing", () => {
    expect(() => probed("call", ALICE)).toThrow("the mapping calls Ledger.balanceOf, but no `chain` was given");
    expect(() => probed("callUnknown", "", { chain })).toThrow(
      'the ABI "Ledger" of "Ledger" has no function "nothing():(uint256)"',
    );
  });
});

describe("store", () => {
  it("sets, merges, unsets and removes", () => {
    const runner = newRunner();
    runner.processBlock(blockWith(2, [ledgerEvent("Noted", "a b", "0x01", `0x${"00".repeat(32)}`, -5n, true, 3)]));
    const note = () => runner.entities("Note")[0];
    expect(Object.fromEntries(note() ?? [])).toEqual({
      ...{ id: "0", text: "a b", data: "0x01", tag: `0x${"00".repeat(32)}`, delta: -5n, flag: true, kind: 3, size: 1n },
      ...{ tags: ["a", "b"], about: ["0x1111111111111111111111111111111111111111"] },
    });
    runner.processBlock(blockWith(3, [probe("unset", "0")]));
    expect(note()?.get("comment")).toBe("set");
    runner.processBlock(blockWith(4, [probe("unset", "0"), probe("remove", "nothing")]));
    expect(note()?.has("comment")).toBe(false);
    runner.processBlock(blockWith(5, [probe("bytes", "x"), probe("remove", "bytes")]));
    expect(results(runner)).not.toHaveProperty("bytes");
  });

  it("tells what a block wrote itself", () => {
    const runner = newRunner();
    runner.processBlock(blockWith(2, [probe("inBlock")]));
    expect(results(runner).inBlock).toBe("absent present");
    runner.processBlock(blockWith(3, [probe("inBlock"), probe("inBlock")]));
    expect(results(runner).inBlock).toBe("present present");
  });

  it("loads what points to an entity", () => {
    const runner = newRunner();
    runner.processBlock(blockWith(2, [transfer(ALICE, BOB, 5n), transfer(BOB, ALICE, 1n), transfer(ALICE, BOB, 6n)]));
    runner.processBlock(blockWith(3, [probe("related", ALICE)]));
    expect(results(runner).related).toBe("2 11");
  });

  it.each([
    ["badField", 'Result[x] was given the field "colour", which the schema does not have'],
    ["badType", "Result[x].value was given a Int, expected String"],
    ["missing", 'Result[x] has no value for the field "value"'],
    ["badEntity", 'the schema has no entity "Nothing"; it has Account'],
    ["derived", "Account.sent is derived and cannot be set"],
  ])("refuses %s", (what, message) => {
    expect(() => probed(what)).toThrow(message);
  });

  it("lets an immutable entity change in its own block only", () => {
    const runner = newRunner();
    const block = blockWith(2, [transfer(ALICE, BOB, 5n)]);
    const id = `${block.logs?.[0]?.transactionHash}-0`;
    runner.processBlock({ ...block, ...blockWith(2, [transfer(ALICE, BOB, 5n), probe("overwrite", id)]) });
    expect(runner.entities("Transfer")[0]?.get("kind")).toBe("LARGE");
    runner.processBlock(blockWith(3, [probe("overwrite", id)]));
    const other = newRunner();
    other.processBlock(block);
    expect(() => other.processBlock(blockWith(3, [probe("overwrite", id)]))).toThrow(
      `Transfer[${id}] is immutable: it was written in block 2 and cannot be changed after it`,
    );
  });
});

describe("the rest of the host", () => {
  it("gives the data source with its context", () => {
    expect(probed("source")).toMatchObject({
      source: "0x1111111111111111111111111111111111111111 local ledger",
      "source-limit": "1000",
    });
  });

  it("reads files", () => {
    const files: Record<string, string> = { QmA: "text", lines: '{"id":"1"}\n\n{"id":"2"}\n' };
    const file = (path: string) => (files[path] === undefined ? null : Buffer.from(files[path]));
    expect(probed("ipfs", "QmA", { file }).ipfs).toBe("text");
    expect(probed("ipfs", "QmB", { file }).ipfs).toBe("null");
    expect(probed("ipfsMap", "lines", { file })).toEqual({ "line-1": "line", "line-2": "line" });
    expect(() => probed("ipfsMap", "none", { file })).toThrow('ipfs.map: there is no file "none"');
    expect(() => probed("ipfs", "QmA")).toThrow("no `file` was given to the runner");
  });

  it("hands on what is logged, and stops at critical", () => {
    const logs: LogEntry[] = [];
    probed("log", "one", { onLog: (entry) => logs.push(entry) });
    expect(logs).toEqual([
      { level: "info", message: "saw one and more", dataSource: "Ledger", handler: "handleProbe", block: 2 },
    ]);
    expect(() => probed("critical", "x")).toThrow("log.critical: cannot go on: x");
  });

  it("begins each handler with fresh globals and memory", () => {
    const runner = newRunner();
    runner.processBlock(blockWith(2, [probe("global"), probe("grow"), probe("global")]));
    expect(results(runner)).toMatchObject({ global: "1", grow: "8000000" });
    for (let number = 3; number < 20; number++)
      runner.processBlock(blockWith(number, [probe("grow"), probe("global")]));
    expect(results(runner).global).toBe("1");
  });
});
