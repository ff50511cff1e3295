/** A gateway that is killed while it serves a metered license: nothing is counted twice, and at most one chunk not at all. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { meterEventHash, parseMeterEvent } from "@colophon-protocol/sdk/delivery";
import { zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PROVIDER_KEY } from "./support/gateway.js";
import { HOUR, type PaidWorld, startPaidWorld, USDC } from "./support/paid.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { RawClient } from "./support/raw.js";

const BIN = path.join(path.dirname(fileURLToPath(import.meta.url)), "../dist/bin/gateway.js");

describe.runIf(DATABASES.includes("postgres"))("a gateway that is killed", () => {
  let postgres: TestPostgres;
  let world: PaidWorld;
  let databaseUrl: string;

  beforeAll(async () => {
    postgres = await startPostgres();
    databaseUrl = await postgres.database();
    world = await startPaidWorld({ databaseUrl });
    await world.mint(world.buyer.account.address, 1000n * USDC);
  }, 240_000);
  afterAll(async () => {
    await world?.stop();
    await postgres?.remove();
  });

  async function spawnGateway() {
    const { gateway, url, deployment } = world;
    const contract = (name: string) => deployment.contracts[name]?.address as string;
    const child = spawn(process.execPath, [BIN], {
      env: {
        PATH: process.env.PATH,
        COLOPHON_RPC_URL: url,
        COLOPHON_DEPLOYMENT: world.deploymentFile,
        COLOPHON_LICENSE_TOKEN: contract("LicenseToken"),
        COLOPHON_GATEWAY_PORT: "0",
        COLOPHON_GATEWAY_BLOBS: gateway.folder,
        COLOPHON_GATEWAY_PROVIDER_KEY: PROVIDER_KEY,
        COLOPHON_GATEWAY_UNVOUCHERED: "1000",
        COLOPHON_GATEWAY_LOG_LEVEL: "warn",
        DATABASE_URL: databaseUrl,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = JSON.parse(String((await once(child.stdout, "data"))[0])) as { url: string };
    return { child, url: line.url };
  }

  it("counts every key once, and serves at most one chunk a kill without counting it", async () => {
    const railTerms = { rail: "meter", kind: "Chunks", thaw: HOUR } as const;
    const licenseId = await world.purchase(await world.offer({ price: 1000n, railTerms }), { deposit: USDC });
    const base = `/v1/datasets/${world.datasetId}/versions/1/encodings/1/chunks`;
    const size = world.dataset.chunks.length;
    const received = new Set<number>();
    const kills = 6;
    for (let round = 0; round < kills; round++) {
      const { child, url } = await spawnGateway();
      const client = await RawClient.signedIn(url, { scope: `license:31337:${licenseId}` });
      const exited = once(child, "exit");
      const index = round % size;
      const [first, batch] = round % 2 === 0 ? [index, 1] : [0, size];
      const answer = await client.get(`${base}?first=${first}&count=${batch}`);
      // Killed at another moment each time: as soon as the head came, in the middle, and with the last byte.
      const stopAfter = [0, 1, 500_000, 1_500_000, Number.POSITIVE_INFINITY, 3_000_000][round] as number;
      const bytes = await readUntil(answer, stopAfter);
      child.kill("SIGKILL");
      await exited;
      for (const whole of wholeChunks(world, bytes, Number(answer.headers.get("content-length")), first, batch)) {
        received.add(whole);
      }
      const events = await world.gateway.services.meter.ledger.events(licenseId, 0n, 1000);
      const keys = events.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      const uncounted = [...received].filter((at) => !keys.includes(`chunk/1/1/${at}`));
      expect(uncounted.length).toBeLessThanOrEqual(1);
    }
    // What a dead process had reserved is counted when it is served again, and the numbers have no gap.
    const client = await RawClient.signedIn(world.gateway.url, { scope: `license:31337:${licenseId}` });
    for (let index = 0; index < size; index++) await (await client.get(`${base}/${index}`)).arrayBuffer();
    // What was served last is counted a moment after its last byte.
    const events = await vi.waitFor(
      async () => {
        const answer = await client.get(`/v1/licenses/${licenseId}/meter/events`);
        const { events: listed } = (await answer.json()) as { events: unknown[] };
        expect(listed.length).toBe(size);
        return listed.map(parseMeterEvent);
      },
      { timeout: 10_000, interval: 200 },
    );
    expect(events.map(({ total }) => total)).toEqual(events.map((_, i) => BigInt(i + 1)));
    const domain = { chainId: 31337, licenseToken: world.address("LicenseToken") };
    const hashes = [zeroHash, ...events.map((event) => meterEventHash(domain, event))];
    expect(events.map(({ previous }) => previous)).toEqual(hashes.slice(0, -1));
    const { used } = (await (await client.get(`/v1/licenses/${licenseId}/meter`)).json()) as { used: object };
    expect(used).toEqual({ units: String(size), reserved: "0", sequence: String(size) });
  }, 240_000);
});

/** Bytes of an answer until enough came or it was cut. */
async function readUntil(answer: Response, enough: number): Promise<number> {
  let bytes = 0;
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  while (bytes <= enough) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
    if (done) break;
    bytes += value?.length ?? 0;
  }
  // What is on its way is received as well.
  if (bytes > enough) void reader.cancel().catch(() => undefined);
  return bytes;
}

/** Chunks of a batch that are whole within its first bytes. */
function wholeChunks({ dataset }: PaidWorld, bytes: number, length: number, first: number, count: number): number[] {
  const sizes = dataset.chunks.slice(first, first + count).map((chunk) => chunk.length);
  let end = length - sizes.reduce((sum, size) => sum + size, 0);
  return sizes.flatMap((size, i) => {
    end += size;
    return end <= bytes ? [first + i] : [];
  });
}
