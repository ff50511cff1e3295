// indexer.events_s: how fast the indexer takes a history into Postgres.
// Time runs from the first request for history until `/ready` says that all of it is in, indexes included; starting the process and
// making the history are not counted. Events are those that a handler of ours took in. Run alone, `node indexer/bench/backfill.mjs`
// also takes Ponder's own floor on the same history, our handlers replaced by empty ones (`bench/floor`), and both on PGlite.
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { freePort, start, startPostgres, startTestChain, stopAll, waitFor } from "@colophon-protocol/tools/testing";
import { makeHistory } from "./history.mjs";

const ROOM = fileURLToPath(new URL("..", import.meta.url));
const FLOOR = fileURLToPath(new URL("floor", import.meta.url));
const PONDER = fileURLToPath(new URL("../../node_modules/ponder/dist/esm/bin/ponder.js", import.meta.url));
const BUDGET = 2_500;
const ROUNDS = 3;

/** @typedef {{ time: number, msg: string }} LogLine */

/**
 * Starts an indexer on an empty database.
 * @param {{ url: string, deploymentFile: string }} chain
 * @param {string} cwd the room with the handlers
 * @param {{ databaseUrl?: string, folder: string }} database without a URL: PGlite in the folder
 * @returns {Promise<{ url: string, log: LogLine[], child: import("@colophon-protocol/tools/testing").Child }>} once history is in
 */
async function runIndexer(chain, cwd, { databaseUrl, folder }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const command = [process.execPath, PONDER, "start", "--schema", "backfill", "--log-format", "json", "--hostname"];
  /** @type {LogLine[]} */
  const log = [];
  const child = start("indexer", [...command, "127.0.0.1", "--port", String(port)], {
    cwd,
    log: (line) => line.includes("{") && log.push(JSON.parse(line.slice(line.indexOf("{")))),
    env: {
      PONDER_RPC_URL: chain.url.replace("http", "ws"),
      PONDER_TELEMETRY_DISABLED: "true",
      COLOPHON_DEPLOYMENT: chain.deploymentFile,
      COLOPHON_MANIFEST_SOURCES: "",
      DATABASE_URL: databaseUrl ?? "",
      COLOPHON_INDEXER_DIR: path.join(folder, "pglite"),
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
 * One backfill of a chain's history into an empty database of its own.
 * @param {{ url: string, deploymentFile: string }} chain
 * @param {{ datasets: number, licenses: number }} expected rows
 * @param {{ cwd?: string, pglite?: boolean }} [options] `cwd`: the room with the handlers
 * @returns {Promise<{ events: number, seconds: number, rate: number }>} rate: events a second
 */
async function backfill(chain, expected, { cwd = ROOM, pglite = false } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "colophon-backfill-"));
  const stops = [];
  try {
    const postgres = pglite ? undefined : await startPostgres(folder);
    if (postgres) stops.push(postgres.stop);
    const { url, log, child } = await runIndexer(chain, cwd, { databaseUrl: postgres?.url, folder });
    stops.push(() => child.stop());
    await checkRows(url, cwd === FLOOR ? { datasets: 0, licenses: 0 } : expected);
    const events = await handledEvents(url);
    const started = timeOf(log, ({ msg }) => msg === "Started backfill indexing");
    const seconds = (timeOf(log, ({ endpoint }) => endpoint === "/ready") - started) / 1000;
    return { events, seconds, rate: events / seconds };
  } finally {
    for (const stop of stops.reverse()) await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {number[]} values */
const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/**
 * @template T
 * @param {(chain: any, expected: { datasets: number, licenses: number }) => Promise<T>} use
 * @param {{ rounds: number, width: number, sales: number }} size of the history
 * @returns {Promise<T>} what `use` makes of a chain with the history
 */
async function withHistory(use, size) {
  const chain = await startTestChain();
  try {
    return await use(chain, await makeHistory(chain, size));
  } finally {
    await chain.stop();
  }
}

/** @param {{ events: number, seconds: number, rate: number }[]} runs */
function figuresOf(runs) {
  const value = middle(runs.map(({ rate }) => rate));
  return [
    { id: "indexer.events_s", value, unit: "events/s", budget: BUDGET, pass: value >= BUDGET },
    { id: "indexer.backfill_events", value: runs[0]?.events, unit: "events" },
    { id: "indexer.backfill_s", value: middle(runs.map(({ seconds }) => seconds)), unit: "s" },
  ];
}

/**
 * @param {{ rounds?: number, width?: number, sales?: number }} [size] of the history: `rounds` of `width` datasets, each sold
 *   `sales` times; 140 events in 12 blocks a round at the default width and sales
 * @returns {Promise<{ id: string, value: number | undefined, unit: string, budget?: number, pass?: boolean }[]>} the middle of three runs
 */
export async function measureBackfill({ rounds = 100, width = 4, sales = 3 } = {}) {
  return withHistory(
    async (chain, expected) => {
      const runs = [];
      while (runs.length < ROUNDS) runs.push(await backfill(chain, expected));
      return figuresOf(runs);
    },
    { rounds, width, sales },
  );
}

/** Ours and the floor in turns, so that both see the machine in the same state; the ratio is of the middles. */
async function measureAll() {
  return withHistory(
    async (chain, expected) => {
      const figures = [];
      for (const pglite of [false, true]) {
        const ours = [];
        const floor = [];
        while (ours.length < ROUNDS) {
          ours.push(await backfill(chain, expected, { pglite }));
          floor.push(await backfill(chain, expected, { pglite, cwd: FLOOR }));
        }
        const [own, base] = [ours, floor].map((runs) => middle(runs.map(({ rate }) => rate)));
        const prefix = pglite ? "indexer.pglite" : "indexer";
        figures.push(
          ...(pglite ? [{ id: `${prefix}.events_s`, value: own, unit: "events/s" }] : figuresOf(ours)),
          { id: `${prefix}.floor_events_s`, value: base, unit: "events/s" },
          { id: `${prefix}.floor_ratio`, value: (own ?? 0) / (base ?? 1), unit: "×" },
        );
      }
      return figures;
    },
    { rounds: 100, width: 4, sales: 3 },
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(JSON.stringify({ figures: await measureAll() }, null, 2));
  await stopAll();
}
