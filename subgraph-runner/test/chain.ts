// A small chain to feed a runner with: blocks whose hashes follow from number and fork.
import { join } from "node:path";
import {
  type Abi,
  type Address,
  encodeAbiParameters,
  encodeEventTopics,
  getAbiItem,
  type Hex,
  keccak256,
  pad,
  toHex,
} from "viem";
import { type BlockInput, type ChainLog, loadSubgraph, type Outside, SubgraphRunner } from "../src/index.js";
import { BUILT } from "./build-fixture.js";
import CHILD_ABI from "./fixture/abis/Child.json" with { type: "json" };
import LEDGER_ABI from "./fixture/abis/Ledger.json" with { type: "json" };

export const LEDGER: Address = "0x1111111111111111111111111111111111111111";
export const ALICE: Address = "0x00000000000000000000000000000000000000a1";
export const BOB: Address = "0x00000000000000000000000000000000000000b2";
export const CAROL: Address = "0x00000000000000000000000000000000000000c3";
export const MANIFEST = join(BUILT, "subgraph.yaml");

const FIXTURE = loadSubgraph(MANIFEST);

export const newRunner = (outside: Outside = {}) => new SubgraphRunner(FIXTURE, outside);

interface Emitted {
  address: Address;
  topics: Hex[];
  data: Hex;
}

function emit(abi: Abi, address: Address, eventName: string, values: unknown[]): Emitted {
  const event = getAbiItem({ abi, name: eventName }) as { inputs: { name: string; type: string; indexed?: boolean }[] };
  const named = Object.fromEntries(event.inputs.map(({ name }, index) => [name, values[index]]));
  const inData = event.inputs.filter(({ indexed }) => !indexed);
  const plain = values.filter((_, index) => !event.inputs[index]?.indexed);
  return {
    address,
    topics: encodeEventTopics({ abi, eventName, args: named }) as Hex[],
    data: encodeAbiParameters(inData, plain),
  };
}

export const ledgerEvent = (name: string, ...values: unknown[]) => emit(LEDGER_ABI as Abi, LEDGER, name, values);
export const transfer = (from: Address, to: Address, value: bigint) => ledgerEvent("Transfer", from, to, value);
export const probe = (what: string, input = "") => ledgerEvent("Probe", what, input);
export const ping = (child: Address, n: bigint) => emit(CHILD_ABI as Abi, child, "Ping", [n]);

export const hashOf = (number: number, fork = 0) => keccak256(toHex(number * 1000 + fork));
const parentOf = (number: number, fork: number, forkedAt: number) =>
  hashOf(number - 1, number - 1 >= forkedAt ? fork : 0);

/** @param fork another history, which leaves the first one at `forkedAt` @returns a block with one transaction an event */
export function blockWith(number: number, events: Emitted[], fork = 0, forkedAt = 0): BlockInput {
  const txOf = (index: number): Hex => pad(toHex(number * 1_000_000 + fork * 1000 + index), { size: 32 });
  const logs = events.map(
    (event, index): ChainLog => ({ ...event, transactionHash: txOf(index), transactionIndex: index, logIndex: index }),
  );
  return {
    block: {
      number: BigInt(number),
      hash: hashOf(number, number >= forkedAt ? fork : 0),
      parentHash: parentOf(number, fork, forkedAt),
      timestamp: BigInt(1_700_000_000 + number),
    },
    logs,
    transactions: logs.map(({ transactionHash: hash, transactionIndex }) => ({
      ...{
        hash,
        transactionIndex,
        from: ALICE,
        to: LEDGER,
        value: 0n,
        gas: 100_000n,
        input: "0x",
        nonce: transactionIndex,
      },
    })),
    receipts: logs.map((log) => ({
      transactionHash: log.transactionHash,
      transactionIndex: log.transactionIndex,
      cumulativeGasUsed: 21_000n,
      gasUsed: BigInt(21_000 + log.transactionIndex),
      logs: [log],
      status: "success",
      logsBloom: "0x",
    })),
  };
}

/** @returns what a probe left in `Result`, by id */
export const results = (runner: SubgraphRunner): Record<string, string> =>
  Object.fromEntries(runner.entities("Result").map((row) => [row.get("id"), row.get("value")]));

/** Runs one probe alone, on a new runner. */
export function probed(what: string, input = "", outside: Outside = {}): Record<string, string> {
  const runner = newRunner(outside);
  runner.processBlock(blockWith(2, [probe(what, input)]));
  return results(runner);
}

/** @returns all that the runner holds, for comparison */
export const contents = (runner: SubgraphRunner) =>
  Object.fromEntries(
    [...runner.subgraph.schema.entities.keys()].map((type) => [
      type,
      runner
        .entities(type)
        .map((row) => Object.fromEntries([...row].map(([name, value]) => [name, String(value)]).sort()))
        .sort((a, b) => ((a.id as string) < (b.id as string) ? -1 : 1)),
    ]),
  );
