import { startAnvil } from "@colophon-protocol/tools/testing";
import { createPublicClient, createTestClient, encodeFunctionData, type Hex, http, numberToHex } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FollowOptions, follow, loadSubgraph, rpcState, SubgraphRunner } from "../src/index.js";
import { ALICE, BOB, CAROL, contents, LEDGER, ledgerEvent, MANIFEST, ping, probe, results, transfer } from "./chain.js";
import { EMITTER, emitting, handingOn } from "./emitter.js";
import LEDGER_ABI from "./fixture/abis/Ledger.json" with { type: "json" };

let anvil: Awaited<ReturnType<typeof startAnvil>>;
let state: ReturnType<typeof rpcState>;
let node: ReturnType<typeof createTestClient>;
let client: ReturnType<typeof createPublicClient>;
let clean: Hex;

beforeAll(async () => {
  anvil = await startAnvil({ args: ["--no-mining"] });
  state = rpcState(anvil.url);
  node = createTestClient({ mode: "anvil", chain: foundry, transport: http(anvil.url) });
  client = createPublicClient({ chain: foundry, transport: http(anvil.url) }) as typeof client;
  for (const address of [LEDGER, BOB]) await node.setCode({ address, bytecode: EMITTER });
  clean = await node.snapshot();
});
afterAll(async () => {
  state.close();
  await anvil.child.stop();
});
beforeEach(async () => {
  await node.revert({ id: clean });
  clean = await node.snapshot();
});

const newRunner = () => new SubgraphRunner(loadSubgraph(MANIFEST), { chain: state });
const followed = async (options?: FollowOptions) => {
  const runner = newRunner();
  await follow(runner, client, options);
  return runner;
};

async function mine(...sent: { to: Hex; data: Hex }[]): Promise<void> {
  const [from] = (await client.request({ method: "eth_accounts" } as never)) as Hex[];
  for (const { to, data } of sent)
    await client.request({
      method: "eth_sendTransaction",
      params: [{ from, to, data, gas: numberToHex(200_000) }],
    } as never);
  await node.mine({ blocks: 1 });
}
const event = (emitted: { address: Hex; topics: Hex[]; data: Hex }) => ({
  to: emitted.address,
  data: emitting(emitted),
});

const deposit = {
  to: LEDGER,
  data: encodeFunctionData({ abi: LEDGER_ABI, functionName: "deposit", args: [BOB, 70n] }),
};

describe("following a node", () => {
  it("takes in events, receipts, calls, blocks and sources that are made on the way", async () => {
    await mine(event(transfer(ALICE, BOB, 5n)), deposit);
    await mine(event(ledgerEvent("Spawned", BOB, "named")));
    await node.mine({ blocks: 12 });
    await mine(event(ping(BOB, 3n)), event(probe("call", ALICE)), event(probe("code", BOB)));
    const runner = newRunner();
    expect(await follow(runner, client)).toEqual({ reverted: 0, logs: 5 });
    expect(runner.head?.number).toBe(15n);
    expect(runner.entities("Account").map((row) => row.get("balance"))).toEqual([-5n, 75n]);
    expect(runner.entities("Transfer")[0]?.get("gasUsed")).toBeGreaterThan(21_000n);
    expect(Object.fromEntries(runner.entities("Child")[0] ?? [])).toEqual({ id: BOB, label: "named", pings: 3n });
    expect(results(runner)).toMatchObject({ call: "123", code: "true" });
    expect(runner.entities("Tick").map((row) => row.get("id"))).toEqual(["once", "poll-1", "poll-11"]);
    expect(contents(await followed({ page: 2 }))).toEqual(contents(runner));
  });

  it("goes on where it was, and takes back what the chain took back", async () => {
    await mine(event(transfer(ALICE, BOB, 5n)));
    const runner = newRunner();
    await follow(runner, client, { page: 1 });
    const fork = await node.snapshot();
    for (let i = 0; i < 3; i++) await mine(event(transfer(ALICE, BOB, 10n)));
    await mine(event(ledgerEvent("Spawned", BOB, "gone")));
    expect(await follow(runner, client, { page: 1 })).toEqual({ reverted: 0, logs: 4 });
    await node.revert({ id: fork });
    await mine(event(transfer(BOB, ALICE, 1n)));
    expect(await follow(runner, client)).toEqual({ reverted: 4, logs: 1 });
    expect(contents(runner)).toEqual(contents(await followed()));
    expect(runner.addresses).toEqual([LEDGER]);
  });

  it("stops at a failing handler and goes on once it is mended", async () => {
    await mine(event(transfer(ALICE, BOB, 5n)));
    await mine(event(probe("trap")));
    const runner = newRunner();
    await expect(follow(runner, client)).rejects.toThrow('handler "handleProbe" of "Ledger" failed at block 2');
    expect(runner.head?.number).toBe(1n);
    expect(runner.entities("Transfer")).toHaveLength(1);
  });
});

describe("calls", () => {
  it("inside of others count, unless one around them failed", async () => {
    for (const [reverts, balance] of [
      [false, 70n],
      [true, undefined],
    ] as const) {
      await node.setCode({ address: CAROL, bytecode: handingOn(LEDGER, reverts) });
      await mine({ ...deposit, to: CAROL });
      const runner = newRunner();
      await follow(runner, client);
      expect(
        runner
          .entities("Account")
          .find((row) => row.get("id") === BOB)
          ?.get("balance"),
      ).toBe(balance);
      await node.revert({ id: clean });
      clean = await node.snapshot();
    }
  });
});

describe("a node that is away", () => {
  it("takes nothing back", async () => {
    await mine(event(transfer(ALICE, BOB, 5n)));
    const runner = newRunner();
    await follow(runner, client);
    const nobody = createPublicClient({ transport: http("http://127.0.0.1:1", { retryCount: 0 }) });
    await expect(follow(runner, nobody)).rejects.toThrow("HTTP request failed");
    expect(runner.entities("Transfer")).toHaveLength(1);
  });
});

describe("a chain's state", () => {
  const best = encodeFunctionData({ abi: LEDGER_ABI, functionName: "best" });

  it("answers at once", () => {
    expect(state.call(LEDGER, best, 0n)).toBeNull();
    expect(state.balance(ALICE, 0n)).toBe(0n);
    expect(state.code(ALICE, 0n)).toBe("0x");
  });

  it("says what is wrong with its node", () => {
    expect(() => rpcState("ws://127.0.0.1:1")).toThrow("is not an http or https address");
    expect(() => state.call(LEDGER, best, 10n ** 9n)).toThrow("refused eth_call at block 1000000000");
    const nobody = rpcState("http://127.0.0.1:1");
    expect(() => nobody.balance(ALICE, 1n)).toThrow("http://127.0.0.1:1 cannot be asked eth_getBalance");
    nobody.close();
    expect(() => nobody.balance(ALICE, 1n)).toThrow("this chain state was closed");
    const slow = rpcState(anvil.url, { timeout: 0 });
    expect(() => slow.balance(ALICE, 1n)).toThrow("did not answer eth_getBalance within 0 ms");
  });
});
