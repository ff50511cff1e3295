// delivery.ratio, indexer.events_s, subgraph.events_s and keys.release_ms: benchmarks of the rooms themselves, each on a chain and processes of its own.
import { pathToFileURL } from "node:url";
import { inRoot } from "../lib/paths.mjs";

/** @type {Map<string, Promise<{ id: string, value: number }[]>>} what a room measured: several figures come from one run */
const measured = new Map();

/**
 * @param {string} id
 * @param {string} file module of the room, relative to the root
 * @param {string} name its export that measures and returns figures
 * @returns {() => Promise<number>}
 */
const from = (id, file, name) => async () => {
  if (!measured.has(file)) {
    measured.set(
      file,
      import(pathToFileURL(inRoot(file)).href).then((room) => room[name]()),
    );
  }
  const figures = (await measured.get(file)) ?? [];
  const found = figures.find((/** @type {{ id: string }} */ figure) => figure.id === id);
  if (!found) throw new Error(`${file} measures no ${id}`);
  return found.value;
};

/** @type {import("../bench.mjs").Figure[]} */
export default [
  {
    id: "delivery.ratio",
    what: "chunks with proofs against a plain Node file stream, same machine and concurrency",
    unit: "×",
    budget: 0.8,
    least: true,
    baseline: "1.0",
    run: from("delivery.ratio", "gateway/bench/delivery.mjs", "measureDelivery"),
  },
  {
    id: "delivery.tls_ratio",
    what: "the same with TLS on both sides; a certificate is made with openssl",
    unit: "×",
    budget: 0.8,
    least: true,
    baseline: "1.0",
    run: from("delivery.tls_ratio", "gateway/bench/delivery.mjs", "measureDelivery"),
  },
  {
    id: "indexer.events_s",
    what: "backfill to Postgres, indexes included",
    unit: "events/s",
    budget: 2_500,
    least: true,
    baseline: "Ponder with one RPC URL 330/s",
    run: from("indexer.events_s", "indexer/bench/backfill.mjs", "measureBackfill"),
  },
  {
    id: "subgraph.events_s",
    what: "events through a subgraph's mapping in the runner: a receipt, two loads, three writes, a division",
    unit: "events/s",
    budget: 4_000,
    least: true,
    run: from("subgraph.events_s", "subgraph-runner/bench/events.mjs", "measureRunner"),
  },
  {
    id: "keys.release_ms",
    what: "2-of-3 key release, p50, native client",
    unit: "ms",
    budget: 60,
    baseline: "Lit's client on the same nodes 147 ms",
    run: from("keys.release_ms", "gateway/bench/keys.mjs", "measureKeyRelease"),
  },
  {
    id: "sdk.sp1_ms",
    what: "verify a published SP1 Groth16 proof in TypeScript, without a chain, p50",
    unit: "ms",
    budget: 150,
    baseline: undefined,
    run: from("sdk.sp1_ms", "sdk/bench/sp1.mjs", "measureSp1"),
  },
];
