/** What other people's tools make of the provider's log: Go's sumdb/note and sumdb/tlog, and transparency.dev's checkpoints. */
import { execFile, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { LogReader } from "@colophon-protocol/sdk/log";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appendEvent } from "../src/log/store.js";
import { startChain, type TestChain } from "./support/chain.js";
import { startTestGateway, type TestGateway } from "./support/gateway.js";

const FOLDER = fileURLToPath(new URL("log-check/", import.meta.url));
const ORIGIN = "provider.example/log";
const SECOND = 1100;
/** Go is on PATH, or where its own installer puts it. */
const go = ["go", "/usr/local/go/bin/go"].find((program) => spawnSync(program, ["version"]).status === 0);

describe.runIf(go)("the log, read by Go's clients (needs Go)", () => {
  let chain: TestChain;
  let gateway: TestGateway;
  let key: string;
  let now = Date.now();

  beforeAll(async () => {
    chain = await startChain();
    gateway = await startTestGateway(chain, { now: () => now, config: { logOrigin: ORIGIN } });
    key = (await (await fetch(`${gateway.url}/log/key`)).text()).trim();
  });
  // A first `go run` would say what it downloads where the clients' own complaints are looked for.
  beforeAll(() => promisify(execFile)(go as string, ["mod", "download"], { cwd: FOLDER }), 300_000);
  afterAll(async () => {
    await gateway?.stop();
    await chain?.stop();
  });

  const append = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const event = { type: "metering", licenseId: "1", sequence: String(i), units: "1" } as const;
      await gateway.services.db.transaction((db) => appendEvent(db, event, i));
    }
    now += SECOND;
  };
  /** Status, what held, and what did not. The gateway answers meanwhile, in this process. */
  const check = async (...args: string[]) => {
    const child = spawn(go as string, ["run", ".", "-url", `${gateway.url}/log`, ...args], { cwd: FOLDER });
    let [out, err] = ["", ""];
    child.stdout.on("data", (part) => (out += part));
    child.stderr.on("data", (part) => (err += part));
    const status = await new Promise<number | null>((done) => child.once("close", done));
    return { status, out: out.trim().split("\n"), err };
  };

  it("opens, proves its entries and extends its earlier head", { timeout: 300_000 }, async () => {
    await append(200);
    const head = await new LogReader({ url: `${gateway.url}/log`, verifierKey: key }).head();
    await append(400);
    const earlier = ["-since", String(head.size), "-root", Buffer.from(head.root).toString("base64")];
    const found = await check("-key", key, "-origin", ORIGIN, ...earlier);
    expect(found.err).toBe("");
    expect(found).toMatchObject({
      status: 0,
      out: ["checkpoint 600", "entry 0", "entry 300", "entry 599", "extends 200"],
    });
  });

  it("is refused under another name, and as an extension of another history", { timeout: 300_000 }, async () => {
    expect(await check("-key", key, "-origin", "other.example/log")).toMatchObject({ status: 1 });
    const other = ["-since", "200", "-root", Buffer.alloc(32, 1).toString("base64")];
    expect(await check("-key", key, "-origin", ORIGIN, ...other)).toMatchObject({ status: 1 });
  });
});
