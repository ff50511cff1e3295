// indexer.events_s: how fast the indexer takes a history into Postgres. Run alone: `node indexer/bench/backfill.mjs`.
// Time runs from the first request for history until `/ready` says that all of it is in, indexes included; starting the process and
// making the history are not counted. Events are those that a handler of ours took in.
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { freePort, start, startPostgres, startTestChain, stopAll, waitFor } from "@colophon-protocol/tools/testing";
import { makeHistory } from "./history.mjs";

const ROOM = fileURLToPath(new URL("..", import.meta.url));
const PONDER = fileURLToPath(new URL("../../node_modules/ponder/dist/esm/bin/ponder.js", import.meta.url));
const BUDGET = 2_500;

/** @typedef {{ time: number, msg: string }} LogLine */

/** Starts the indexer on a new schema. @returns {Promise<{ url: string, log: LogLine[], child: import("@colophon-protocol/tools/testing").Child }>} once history is in */
async function runIndexer({ url: rpcUrl, deploymentFile }, databaseUrl, schema) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const command = [process.execPath, PONDER, "start", "--schema", schema, "--log-format", "json", "--hostname"];
  /** @type {LogLine[]} */
  const log = [];
  const child = start("indexer", [...command, "127.0.0.1", "--port", String(port)], {
    cwd: ROOM,
    log: (line) => line.includes("{") && log.push(JSON.parse(line.slice(line.indexOf("{")))),
    env: {
      PONDER_RPC_URL: rpcUrl,
      PONDER_TELEMETRY_DISABLED: "true",
      COLOPHON_DEPLOYMENT: deploymentFile,
      COLOPHON_MANIFEST_SOURCES: "",
      DATABASE_URL: databaseUrl,
    },
  });
  await waitFor("indexer", async () => (await fetch(`${url}/ready`)).ok, { child, timeoutMs: 600_000 });
  return { url, log, child };
}

/** @param {LogLine[]} log @param {(line: any) => boolean} which @returns {number} when that line was written, in milliseconds */
function timeOf(log, which) {
  const found = log.find(which);
  if (!found) throw new Error("The indexer's log lacks a line that times the backfill; was Ponder updated?");
  return found.time;
}

/** @param {string} url @returns {Promise<number>} events of contracts that the handlers took in */
async function handledEvents(url) {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const lines = metrics.matchAll(/^ponder_indexing_completed_events\{event="(\w+):(\w+)"\} (\d+)$/gm);
  return [...lines].reduce((sum, [, , event, count]) => sum + (event === "block" ? 0 : Number(count)), 0);
}

/** @param {string} url @param {{ datasets: number, licenses: number }} expected @throws if rows are missing */
async function checkRows(url, expected) {
  const query = "{ datasets { totalCount } licenses { totalCount } }";
  const body = JSON.stringify({ query });
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const { data } = await answer.json();
  const found = { datasets: data?.datasets.totalCount, licenses: data?.licenses.totalCount };
  if (found.datasets !== expected.datasets || found.licenses !== expected.licenses)
    throw new Error(`The indexer has ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}.`);
}

/**
 * @param {{ rounds?: number, width?: number, sales?: number }} [size] of the history: `rounds` of `width` datasets, each sold
 *   `sales` times; 140 events in 12 blocks a round at the default width and sales
 * @returns {Promise<{ id: string, value: number, unit: string, budget?: number, pass?: boolean }[]>}
 */
export async function measureBackfill({ rounds = 100, width = 4, sales = 3 } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "colophon-backfill-"));
  const stops = [];
  try {
    const chain = await startTestChain();
    stops.push(chain.stop);
    const expected = await makeHistory(chain, { rounds, width, sales });
    const postgres = await startPostgres(folder);
    stops.push(postgres.stop);
    const { url, log, child } = await runIndexer(chain, postgres.url, "backfill");
    stops.push(() => child.stop());
    await checkRows(url, expected);
    const events = await handledEvents(url);
    const started = timeOf(log, ({ msg }) => msg === "Started backfill indexing");
    const ready = timeOf(log, ({ endpoint }) => endpoint === "/ready");
    const value = (events * 1000) / (ready - started);
    return [
      { id: "indexer.events_s", value, unit: "events/s", budget: BUDGET, pass: value >= BUDGET },
      { id: "indexer.backfill_events", value: events, unit: "events" },
      { id: "indexer.backfill_s", value: (ready - started) / 1000, unit: "s" },
    ];
  } finally {
    for (const stop of stops.reverse()) await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(JSON.stringify({ figures: await measureBackfill() }, null, 2));
  await stopAll();
}
