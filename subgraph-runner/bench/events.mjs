/**
 * subgraph.events_s: events that a runner takes in by the second, of the fixture's `handleTransfer`: a receipt, two loads, three writes, a division. Best of three
 * runs on a machine that does nothing else. Run alone, after the build: `node bench/events.mjs`.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { compileMapping, loadSubgraph, SubgraphRunner } from "@colophon-protocol/subgraph-runner";
import { numberToHex, pad } from "viem";

const SELF = fileURLToPath(import.meta.url);
const ROOM = path.resolve(path.dirname(SELF), "..");
const EVENTS = 20_000;
const IN_BLOCK = 100;
const ACCOUNTS = 500;
const LEDGER = "0x1111111111111111111111111111111111111111";
const TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/** @param {string} folder where the fixture is built */
async function buildFixture(folder) {
  const fixture = path.join(ROOM, "test/fixture");
  for (const name of ["subgraph.yaml", "schema.graphql", "abis"])
    cpSync(path.join(fixture, name), path.join(folder, name), { recursive: true });
  await compileMapping({
    input: path.join(fixture, "src/mapping.ts"),
    output: path.join(folder, "mapping.wasm"),
    modules: path.join(ROOM, "../node_modules"),
  });
  return loadSubgraph(path.join(folder, "subgraph.yaml"));
}

const word = (/** @type {number} */ value) => pad(numberToHex(value));

/** @param {number} number of the block */
function makeBlock(number) {
  const logs = Array.from({ length: IN_BLOCK }, (_, index) => {
    const event = number * IN_BLOCK + index;
    const topics = [TRANSFER, word(1 + (event % ACCOUNTS)), word(1 + ((event * 7) % ACCOUNTS))];
    const place = { transactionHash: word(event), transactionIndex: index, logIndex: index };
    return { address: LEDGER, topics, data: word(event), ...place };
  });
  const [from, to, input] = [LEDGER, LEDGER, "0x"];
  return {
    block: { number: BigInt(number), hash: word(number), parentHash: word(number - 1), timestamp: BigInt(number) },
    logs,
    transactions: logs.map(({ transactionHash: hash, transactionIndex }) => ({
      ...{ hash, transactionIndex, from, to, input, value: 0n, gas: 50_000n, nonce: 0 },
    })),
    receipts: logs.map((log) => ({
      ...{ transactionHash: log.transactionHash, transactionIndex: log.transactionIndex, logs: [log] },
      ...{ cumulativeGasUsed: 30_000n, gasUsed: 30_000n, status: "success", logsBloom: "0x" },
    })),
  };
}

/** @returns {Promise<{ id: string, value: number }[]>} */
export async function measureRunner() {
  const folder = mkdtempSync(path.join(tmpdir(), "subgraph-bench-"));
  try {
    const subgraph = await buildFixture(folder);
    const blocks = Array.from({ length: EVENTS / IN_BLOCK }, (_, index) => makeBlock(index + 1));
    const rates = [1, 2, 3].map(() => {
      const runner = new SubgraphRunner(subgraph);
      const started = performance.now();
      for (const block of blocks) runner.processBlock(block);
      const seconds = (performance.now() - started) / 1000;
      if (runner.entities("Transfer").length !== EVENTS) throw new Error(`the runner did not keep ${EVENTS} transfers`);
      return EVENTS / seconds;
    });
    return [{ id: "subgraph.events_s", value: Math.round(Math.max(...rates)) }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === SELF) console.log(JSON.stringify(await measureRunner()));
