import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { memorySink } from "@colophon-protocol/sdk/delivery";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { GatewayConfigError, loadConfig } from "../src/config.js";
import { createLogger } from "../src/logger.js";
import { freePort, startChain, type TestChain } from "./support/chain.js";
import {
  OPERATOR_TOKEN,
  PROVIDER_KEY,
  publishDataset,
  startTestGateway,
  stranger,
  type TestGateway,
  versionOf,
} from "./support/gateway.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { problem, RawClient } from "./support/raw.js";

const CHUNK = "/v1/datasets/1/versions/1/encodings/1/chunks/0";
let chain: TestChain;
let postgres: TestPostgres | undefined;
let gateway: TestGateway;
let clock = 0;

const dataset = { current: undefined as Awaited<ReturnType<typeof publishDataset>> | undefined };

beforeAll(async () => {
  chain = await startChain();
  postgres = DATABASES.includes("postgres") ? await startPostgres() : undefined;
  chain.config.rpcTimeoutMs = 500;
  gateway = await startTestGateway(chain, { databaseUrl: await postgres?.database(), now: () => Date.now() + clock });
  dataset.current = await publishDataset(chain, gateway);
});
afterEach(() => {
  clock = 0;
});
afterAll(async () => {
  await gateway?.stop();
  await postgres?.remove();
  await chain?.stop();
});

const ready = async (): Promise<Record<string, unknown>> =>
  (await (await fetch(`${gateway.url}/ready`)).json()) as never;
const later = () => new Promise((resolve) => setTimeout(resolve, 600));

describe("when the chain fails", () => {
  it("grants nothing and says 503 while the RPC does not answer, and recovers", async () => {
    const client = await RawClient.signedIn(gateway.url);
    const other = await RawClient.create(gateway.url);
    const nonce = await other.nonce();
    chain.freeze();
    await later();
    const login = await other.login();
    expect(login.headers.get("retry-after")).toBe("2");
    expect(await problem(login)).toMatchObject({ status: 503, code: "chain_unavailable" });
    expect(await problem(await client.get(CHUNK))).toMatchObject({ status: 503, code: "chain_unavailable" });
    expect(await problem(await client.get("/v1/auth/refresh", {}, {}, "POST"))).toMatchObject({ status: 503 });
    expect(await ready()).toMatchObject({ status: "not ready", chain: "chain_unavailable", database: "ok" });
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
    // Who signs may be a contract, and the chain cannot say: the challenge is not used up.
    expect((await other.login({ signer: stranger, fields: { nonce } })).status).toBe(503);
    chain.thaw();
    expect(await ready()).toMatchObject({ status: "ready" });
    expect((await other.login({ fields: { nonce } })).status).toBe(200);
    expect((await client.get(CHUNK)).status).toBe(200);
  });

  it("grants nothing on a stale head, a head from the future, or the wrong chain", async () => {
    const strict = { ...chain.config, maxHeadAge: 60 };
    await chain.client.mine({ blocks: 1 });
    const cases = [
      { config: { chain: strict }, clock: 3_600_000, code: "stale_head" },
      { config: { chain: strict }, clock: -3_600_000, code: "stale_head" },
      { config: { chain: { ...chain.config, confirmations: 1_000_000 } }, clock: 0, code: "stale_head" },
      { config: { chain: { ...chain.config, chainId: 1 } }, clock: 0, code: "chain_unavailable" },
    ];
    for (const { config, clock: offset, code } of cases) {
      const url = await postgres?.database();
      const other = await startTestGateway(chain, { databaseUrl: url, config, now: () => Date.now() + offset });
      const client = await RawClient.create(other.url);
      const now = Math.floor((Date.now() + offset) / 1000);
      const fields = { issuedAt: new Date(now * 1000), ...(code === "chain_unavailable" ? { chainId: 1 } : {}) };
      const scope = `license:${config.chain.chainId}:1`;
      expect(await problem(await client.login({ scope, fields, proof: { iat: now } }))).toMatchObject({
        status: 503,
        code,
      });
      await other.stop();
    }
  });
});

describe.runIf(DATABASES.includes("postgres"))("when Postgres is lost and restored", () => {
  it("answers 503 meanwhile, loses no accounting, and recovers without a restart", async () => {
    const client = await RawClient.signedIn(gateway.url);
    await (await client.get(CHUNK)).arrayBuffer();
    await postgres?.stop();
    expect(await problem(await client.get(CHUNK))).toMatchObject({ status: 503, code: "database_unavailable" });
    expect(await problem(await fetch(`${gateway.url}/v1/auth/challenge`, { method: "POST" }))).toMatchObject({
      status: 503,
    });
    expect(await ready()).toMatchObject({ status: "not ready", database: "database_unavailable" });
    const key = { licenseId: 1n, datasetId: 1n, version: 1, encoding: 1 };
    gateway.services.accounting.addChunk(key, 5, 1);
    await expect(gateway.services.accounting.flush()).rejects.toMatchObject({ code: "database_unavailable" });
    await postgres?.start();
    expect(await ready()).toMatchObject({ status: "ready" });
    expect((await client.get(CHUNK)).status).toBe(200);
    expect((await gateway.services.accounting.totals(key))?.served).toEqual([0, 5]);
    const sink = memorySink();
    await gateway.client().fetchVersion({ ...versionOf(dataset.current as never), sink });
    expect(sink.files.size).toBe(3);
  });
});

describe("bad requests", () => {
  const post = (target: string, body: BodyInit) => fetch(gateway.url + target, { method: "POST", body });

  it.each([
    ["{", "invalid_json"],
    ["[]", "invalid_json"],
    ['"text"', "invalid_json"],
    ["", "invalid_json"],
    ["{}", "invalid_request"],
    ['{"message":1,"signature":"0x"}', "invalid_request"],
  ])("answers 4xx to the body %s", async (body, code) => {
    const client = await RawClient.create(gateway.url);
    const headers = { dpop: await client.proof("POST", "/v1/auth/verify") };
    const answer = await fetch(`${gateway.url}/v1/auth/verify`, { method: "POST", headers, body });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await problem(answer)).toMatchObject({ status: 400, code });
  });

  it("answers 413 to a body that is too large, announced or not", async () => {
    const large = "x".repeat(600_000);
    expect(await problem(await post("/v1/auth/verify", JSON.stringify({ large })))).toMatchObject({
      status: 413,
      code: "body_too_large",
    });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = { method: "POST", headers: { "transfer-encoding": "chunked" } };
      const request = http.request(`${gateway.url}/v1/auth/verify`, options, (answer) =>
        resolve(answer.resume().statusCode),
      );
      request.on("error", reject);
      request.end(large);
    });
    expect(status).toBe(413);
  });

  it("keeps paths inside", async () => {
    for (const target of ["/v1/manifests/..%2f..%2f..%2fetc%2fpasswd", "/v1/../../etc/passwd", "/v1/manifests/%00"]) {
      const status = await new Promise((resolve) =>
        http.get(gateway.url + target, (answer) => resolve(answer.resume().statusCode)),
      );
      expect([400, 404]).toContain(status);
    }
  });

  it("answers 404 as problem details, with security and CORS headers", async () => {
    const answer = await fetch(`${gateway.url}/nothing`, { headers: { origin: "https://app.example" } });
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(await problem(answer)).toMatchObject({ status: 404, code: "not_found" });
    const preflight = await fetch(gateway.url + CHUNK, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "GET",
        "access-control-request-headers": "dpop",
      },
    });
    expect(preflight.headers.get("access-control-allow-headers")).toContain("dpop");
  });
});

describe("operation", () => {
  it("counts in Prometheus' format, without licenses or addresses in labels", async () => {
    await (await (await RawClient.signedIn(gateway.url)).get(CHUNK)).arrayBuffer();
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toMatch(/colophon_gateway_chunks_total [1-9]/);
    expect(text).toContain('route="/v1/datasets/:dataset/versions/:version/encodings/:encoding/chunks/:index"');
    expect(text).not.toMatch(/0x[0-9a-fA-F]{40}/);
  });

  it("logs no secret: no token, proof, signature, key or database password", async () => {
    const client = await RawClient.signedIn(gateway.url);
    await (await client.get(CHUNK)).arrayBuffer();
    await fetch(`${gateway.url}/v1/licenses/1/receipt`, {
      method: "POST",
      headers: { authorization: `Bearer ${OPERATOR_TOKEN}` },
    });
    const log = gateway.lines.join("");
    expect(log).toContain('"msg":"request"');
    expect(log.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/)).toBeNull();
    expect(log.match(/0x[0-9a-f]{130}/)).toBeNull();
    for (const secret of [client.token, OPERATOR_TOKEN, PROVIDER_KEY, PROVIDER_KEY.slice(2)])
      expect(log).not.toContain(secret);
  });

  it("redacts secrets that code logs by mistake, and messages of foreign errors", () => {
    const lines: string[] = [];
    const log = createLogger("info", { write: (line) => lines.push(line) });
    const err = new Error("connect postgres://user:hunter2@db", { cause: new Error("params: hunter2") });
    log.info({ authorization: "hunter2", config: { providerKey: "hunter2", chain: { token: "hunter2" } }, err }, "x");
    expect(lines.join("")).not.toContain("hunter2");
    expect(lines.join("")).toContain("[redacted]");
  });

  it("lets an open stream end before it stops, and takes no new one", async () => {
    const other = await startTestGateway(chain, {
      databaseUrl: await postgres?.database(),
      blobFolder: gateway.folder,
    });
    await publishDataset(chain, other, 7n);
    const client = await RawClient.signedIn(other.url, { scope: "license:31337:7" });
    const answer = await client.get("/v1/datasets/7/versions/1/encodings/1/chunks?first=0&count=3");
    const closing = other.close();
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(2_097_152);
    await closing;
    await expect(fetch(`${other.url}/health`)).rejects.toThrow();
  });
});

describe("the command", () => {
  const env = (more: Record<string, string | undefined>) => ({
    COLOPHON_RPC_URL: chain.rpcUrl,
    COLOPHON_LICENSE_TOKEN: chain.address,
    COLOPHON_DATASET_REGISTRY: chain.address,
    COLOPHON_GATEWAY_PROVIDER_KEY: PROVIDER_KEY,
    ...more,
  });

  it("prints one JSON line when it is ready and ends with 0 on SIGTERM", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "colophon-gateway-"));
    const bin = path.resolve(import.meta.dirname, "../dist/bin/gateway.js");
    const settings = env({
      COLOPHON_GATEWAY_BLOBS: folder,
      COLOPHON_GATEWAY_PORT: String(await freePort()),
      DATABASE_URL: await postgres?.database(),
    });
    const child = spawn(process.execPath, [bin], {
      env: { PATH: process.env.PATH, ...settings },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (part) => resolve(String(part)));
      child.once("exit", (code) => reject(new Error(`ended with ${code}`)));
    });
    const { url, ready: isReady } = JSON.parse(line);
    expect(isReady).toBe(true);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    child.removeAllListeners("exit");
    const code = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await code).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ["no RPC", { COLOPHON_RPC_URL: undefined }, "COLOPHON_RPC_URL"],
    ["a bad address", { COLOPHON_LICENSE_TOKEN: "0x12" }, "COLOPHON_LICENSE_TOKEN"],
    ["no blobs", {}, "COLOPHON_GATEWAY_BLOBS"],
    [
      "a token life beyond five minutes",
      { COLOPHON_GATEWAY_BLOBS: "x", COLOPHON_GATEWAY_TOKEN_TTL: "301" },
      "COLOPHON_GATEWAY_TOKEN_TTL",
    ],
    [
      "a public URL that is none",
      { COLOPHON_GATEWAY_BLOBS: "x", COLOPHON_GATEWAY_PUBLIC_URL: "gateway" },
      "COLOPHON_GATEWAY_PUBLIC_URL",
    ],
    [
      "a publisher that is no address",
      { COLOPHON_GATEWAY_BLOBS: "x", COLOPHON_GATEWAY_PUBLISHERS: "me" },
      "COLOPHON_GATEWAY_PUBLISHERS",
    ],
    [
      "a key for jobs without a kind",
      { COLOPHON_GATEWAY_BLOBS: "x", COLOPHON_GATEWAY_JOBS_KEY: PROVIDER_KEY },
      "COLOPHON_GATEWAY_JOB_KINDS",
    ],
    [
      "kinds of jobs without a key",
      { COLOPHON_GATEWAY_BLOBS: "x", COLOPHON_GATEWAY_JOB_KINDS: "softmax-digits" },
      "COLOPHON_GATEWAY_JOBS_KEY",
    ],
  ])("refuses %s, naming the variable", (_what, change, variable) => {
    expect(() => loadConfig(env(change))).toThrow(GatewayConfigError);
    expect(() => loadConfig(env(change))).toThrow(variable);
  });

  it("never repeats a private key that is wrong", () => {
    const run = () => loadConfig(env({ COLOPHON_GATEWAY_BLOBS: "x", COLOPHON_GATEWAY_PROVIDER_KEY: "0xnotakey123" }));
    expect(run).toThrow(GatewayConfigError);
    expect(run).not.toThrow("notakey123");
  });
});
