/** Job kinds and the thread they run in; and what the database keeps of jobs. */
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { JobManifest } from "@colophon-protocol/sdk/provenance";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../src/db/open.js";
import { BUILT_IN_KINDS, measurementOf } from "../src/jobs/index.js";
import { JobKinds } from "../src/jobs/kinds.js";
import { JobStore, LEASE } from "../src/jobs/store.js";
import { runWork, type WorkInput } from "../src/jobs/worker.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";

const SOFTMAX = BUILT_IN_KINDS["softmax-digits"] as string;
const COUNT = fileURLToPath(new URL("support/byte-count.kind.mjs", import.meta.url));
const LIMITS = { memory: 256, outputBytes: 100_000 };
const never = new AbortController().signal;

/** Digits that are easy to tell apart: one bright row each. IDX files. */
function digitFiles(count: number): [Uint8Array, Uint8Array] {
  const [images, labels] = [new Uint8Array(16 + count * 784), new Uint8Array(8 + count)];
  const words = (bytes: Uint8Array, values: number[]) =>
    values.forEach((value, i) => {
      new DataView(bytes.buffer).setUint32(i * 4, value);
    });
  words(images, [0x803, count, 28, 28]);
  words(labels, [0x801, count]);
  for (let i = 0; i < count; i++) {
    labels[8 + i] = i % 10;
    images.fill(255, 16 + i * 784 + (i % 10) * 28, 16 + i * 784 + (i % 10) * 28 + 28);
  }
  return [images, labels];
}

function digits(): WorkInput {
  const [[images, labels], [testImages, testLabels]] = [digitFiles(200), digitFiles(50)];
  const files = new Map([
    ["train-images.idx3-ubyte", images],
    ["train-labels.idx1-ubyte", labels],
    ["test-images.idx3-ubyte", testImages],
    ["test-labels.idx1-ubyte", testLabels],
  ]);
  return { licenseId: "1", datasetId: "1", version: 1, files };
}

const softmax = (inputs: WorkInput[], parameters: Record<string, string>) =>
  runWork({ module: pathToFileURL(SOFTMAX).href, inputs, parameters }, LIMITS, never);
const count = (parameters: Record<string, string>, limits = LIMITS, signal = never) =>
  runWork({ module: pathToFileURL(COUNT).href, inputs: [digits()], parameters }, limits, signal);

describe("the kind softmax-digits", () => {
  it("trains in its thread, the same every time, and says what it reached", async () => {
    const [first, second] = [
      await softmax([digits()], { epochs: "2" }),
      await softmax([digits()], { epochs: "2", rate: "0.02" }),
    ];
    expect([...first.outputs.keys()]).toEqual(["report.json", "softmax.f32"]);
    expect(first.uses).toBe(2);
    expect(first.outputs.get("softmax.f32")).toHaveLength(4 * (10 * 784 + 10));
    expect(second.outputs).toEqual(first.outputs);
    const report = JSON.parse(new TextDecoder().decode(first.outputs.get("report.json")));
    expect(report).toEqual({ digits: 200, heldOut: 50, accuracy: 1 });
  });

  it("refuses data and parameters that are none of its own", async () => {
    await expect(softmax([], {})).rejects.toThrow(/No input holds train-images/);
    const cut = digits();
    cut.files.set("train-labels.idx1-ubyte", new Uint8Array(7));
    await expect(softmax([cut], {})).rejects.toThrow(/no IDX files/);
    const kinds = await JobKinds.load(["softmax-digits"]);
    const manifest = { name: "softmax-digits", measurement: await measurementOf(SOFTMAX) };
    const check = (parameters: Record<string, string>) => kinds.require({ ...manifest, parameters } as JobManifest);
    expect(check({ epochs: "100", rate: "1" })).toMatchObject({ name: "softmax-digits", simulated: true });
    for (const parameters of [
      { epochs: "0" },
      { epochs: "101" },
      { epochs: "1.5" },
      { rate: "0" },
      { rate: "2" },
      { lr: "1" },
    ]) {
      expect(() => check(parameters as Record<string, string>)).toThrow(/parameters do not fit softmax-digits/);
    }
  });
});

describe("the thread of a kind", () => {
  it("is ended at once, also in the middle of a loop", async () => {
    const abort = new AbortController();
    const ended = count({ spin: "1" }, LIMITS, abort.signal);
    setTimeout(() => abort.abort(new Error("enough")), 200);
    await expect(ended).rejects.toThrow("enough");
    await expect(count({}, LIMITS, abort.signal)).rejects.toThrow("enough");
  });

  it("bounds what comes out of it, and tells its own words of a failure", async () => {
    await expect(count({}, { ...LIMITS, outputBytes: 10 })).rejects.toMatchObject({ code: "output_too_large" });
    await expect(count({ fail: "x".repeat(10_000) })).rejects.toMatchObject({
      code: "work_failed",
      message: expect.stringMatching(/^The code failed: x{1,500}$/),
    });
  });
});

describe("a registry of kinds", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "colophon-kinds-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const module = (name: string, code: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, code);
    return file;
  };

  it("takes modules that are kinds, each name once", async () => {
    await expect(JobKinds.load([COUNT, COUNT])).rejects.toThrow(/Two job kinds are named byte-count/);
    const none = module("none.mjs", "export const kind = { name: 'x' };");
    await expect(JobKinds.load([none])).rejects.toThrow(/is no job kind: expected a module/);
    await expect(JobKinds.load([path.join(folder, "absent.mjs")])).rejects.toThrow(/absent.mjs/);
  });

  it("refuses code that gives back no outputs, or ends without a word", async () => {
    const run = (file: string) =>
      runWork({ module: pathToFileURL(file).href, inputs: [], parameters: {} }, LIMITS, never);
    const bad = [
      module("empty.mjs", "export const run = () => ({ outputs: {}, uses: 1 });"),
      module("name.mjs", "export const run = () => ({ outputs: { '../x': new Uint8Array(1) }, uses: 1 });"),
      module("uses.mjs", "export const run = () => ({ outputs: { x: new Uint8Array(1) }, uses: 0 });"),
      module("exit.mjs", "export const run = () => process.exit(0);"),
    ];
    for (const file of bad) await expect(run(file)).rejects.toMatchObject({ code: "work_failed" });
    const memory = module(
      "memory.mjs",
      "export const run = () => { const a = []; for (;;) a.push({ a: [a.length] }); };",
    );
    await expect(run(memory)).rejects.toThrow(/memory/);
  });
});

describe.each(DATABASES)("jobs on %s", (kind) => {
  let postgres: TestPostgres | undefined;
  let db: Database;
  let now = 1_000_000;
  let store: JobStore;

  beforeAll(async () => {
    postgres = kind === "postgres" ? await startPostgres() : undefined;
    db = await Database.open({ url: await postgres?.database() });
    store = new JobStore(db, () => now * 1000);
  }, 120_000);
  afterAll(async () => {
    await db?.close();
    await postgres?.remove();
  });

  const insert = (id: string, idempotencyKey = id) =>
    store.insert({ id, account: "0xa", idempotencyKey, requestHash: "h", manifest: { name: "k" } as JobManifest });
  const stateOf = async (id: string) => (await store.find("0xa", id))?.state;

  it("are one for each idempotency key, and each account's own", async () => {
    expect([await insert("one"), await insert("other", "one"), await insert("two")]).toEqual([true, false, true]);
    expect(await store.findByKey("0xa", "one")).toMatchObject({ id: "one", state: "queued" });
    expect(await store.find("0xb", "one")).toBeUndefined();
  });

  it("are interrupted once their process renews them no more, and end once", async () => {
    now += LEASE - 1;
    await store.renew(["two"]);
    await store.setRunning("two");
    now += 2;
    expect([await stateOf("one"), await stateOf("two")]).toEqual(["interrupted", "running"]);
    const outputs = new Map([["x", Uint8Array.of(1, 2)]]);
    await store.end("one", { state: "done", outputs });
    expect([await stateOf("one"), await store.output("one", "x")]).toEqual(["interrupted", undefined]);
    await store.end("two", { state: "done", outputs });
    expect([await stateOf("two"), await store.output("two", "x")]).toEqual(["done", Uint8Array.of(1, 2)]);
  });

  it("are interrupted at the start of the only process, and forgotten in time", async () => {
    await insert("three");
    await store.expire(true);
    expect(await stateOf("three")).toBe("interrupted");
    now += 100;
    await store.prune(99);
    expect([await stateOf("two"), await store.output("two", "x")]).toEqual([undefined, undefined]);
  });
});
