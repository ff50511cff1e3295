/** The provider's log on the real contracts: anchored by the keeper, refused after it was rewritten, dated for anybody. */
import {
  type Deployment,
  logEntryIncludedAt,
  logForkedAt,
  logHead,
  logOriginHash,
  parseDeployment,
  proveEquivocationSync,
} from "@colophon-protocol/sdk";
import { fromHex, leafHash, MerkleTree, toHex } from "@colophon-protocol/sdk/formats";
import { LogReader } from "@colophon-protocol/sdk/log";
import { asc } from "drizzle-orm";
import { pino } from "pino";
import { createClient, type Hex, http, publicActions, testActions, walletActions } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error plain JavaScript, for tests only
import { startTestChain } from "../../tools/testing/index.mjs";
import { logEntries } from "../src/db/schema.js";
import { DEFAULT_KEEPER } from "../src/keeper/config.js";
import { Keeper } from "../src/keeper/keeper.js";
import { appendEvent } from "../src/log/store.js";
import { account } from "./keys-support.js";
import type { TestChain } from "./support/chain.js";
import { provider, startTestGateway, type TestGateway } from "./support/gateway.js";

const ORIGIN = "provider.example/log";
const HOUR = 3600;

describe("the provider's log, anchored", () => {
  let chain: { url: string; stop: () => Promise<unknown> };
  let deployment: Deployment;
  let config: TestChain["config"];
  let gateway: TestGateway;
  let key: Hex;
  const log = { provider: provider.address, originHash: logOriginHash(ORIGIN) };

  const clientOf = (signer = account(3)) =>
    createClient({ account: signer, chain: foundry, transport: http(chain.url), pollingInterval: 20 })
      .extend(publicActions)
      .extend(walletActions)
      .extend(testActions({ mode: "anvil" }));
  const address = (name: string) => deployment.contracts[name]?.address as Hex;
  const startLog = (origin = ORIGIN) => startTestGateway({ config } as TestChain, { config: { logOrigin: origin } });
  const append = async (to: TestGateway, count: number, what = "metering") => {
    for (let i = 0; i < count; i++) {
      const event = { type: "metering", licenseId: what, sequence: String(i), units: "1" } as const;
      await to.services.db.transaction((db) => appendEvent(db, event, i));
    }
  };
  const readerOf = async ({ url }: TestGateway) =>
    new LogReader({ url: `${url}/log`, verifierKey: (await (await fetch(`${url}/log/key`)).text()).trim() });
  const keep = async (of: TestGateway) => {
    const settings = { ...DEFAULT_KEEPER, key, anchorEvery: HOUR, maxFeePerDay: 10n ** 19n };
    await new Keeper(of.services, settings, pino({ level: "silent" })).run();
  };

  beforeAll(async () => {
    chain = await startTestChain();
    deployment = parseDeployment((chain as unknown as { deployment: unknown }).deployment);
    config = {
      chainId: 31337,
      rpcUrl: chain.url,
      licenseToken: address("LicenseToken"),
      datasetRegistry: address("DatasetRegistry"),
      checkpointLog: address("CheckpointLog"),
      confirmations: 0,
      maxHeadAge: 0,
      rpcTimeoutMs: 5000,
      fromBlock: 0n,
    };
    gateway = await startLog();
    key = generatePrivateKey();
    await clientOf().setBalance({ address: privateKeyToAccount(key).address, value: 10n ** 20n });
  }, 240_000);
  afterAll(async () => {
    await gateway?.stop();
    await chain?.stop();
  });

  it("is anchored by the keeper once there is something, and then every hour if it has grown", async () => {
    await keep(gateway);
    expect(await logHead(clientOf(), { deployment, ...log })).toBeUndefined();
    await append(gateway, 5);
    await keep(gateway);
    const first = await logHead(clientOf(), { deployment, ...log });
    expect(first).toMatchObject({ size: 5n });
    await append(gateway, 300);
    await keep(gateway);
    expect(await logHead(clientOf(), { deployment, ...log })).toEqual(first);
    await clientOf().increaseTime({ seconds: HOUR });
    await clientOf().mine({ blocks: 1 });
    await keep(gateway);
    const second = await logHead(clientOf(), { deployment, ...log });
    expect(second).toMatchObject({ size: 305n });
    expect(toHex((await (await readerOf(gateway)).head()).root)).toBe(second?.root);
    await clientOf().increaseTime({ seconds: HOUR });
    await clientOf().mine({ blocks: 1 });
    await keep(gateway);
    expect(await logHead(clientOf(), { deployment, ...log })).toEqual(second);
  });

  it("dates an entry for anybody who has its proof", async () => {
    const reader = await readerOf(gateway);
    const head = await reader.head();
    const { entry, proof } = await reader.entry(7, head);
    const asked = {
      deployment,
      ...log,
      index: 7n,
      leafHash: toHex(leafHash(entry)),
      proof: proof.map((node) => toHex(node)),
    };
    const anchored = await logHead(clientOf(), { deployment, ...log });
    expect(await logEntryIncludedAt(clientOf(), asked)).toBe(anchored?.anchoredAt);
    expect(await logEntryIncludedAt(clientOf(), { ...asked, index: 8n })).toBeUndefined();
  });

  it("signs nothing on a database that lacks what was anchored", async () => {
    const restored = await startLog();
    const answer = await fetch(`${restored.url}/log/checkpoint`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: "log_lost" });
    await append(restored, 306, "another history");
    expect((await fetch(`${restored.url}/log/checkpoint`)).status).toBe(503);
    await restored.stop();
  });

  it("is closed for good when two of its heads were of two histories", async () => {
    const origin = "forked.example/log";
    const forked = { provider: provider.address, originHash: logOriginHash(origin) };
    // Two databases, and nothing anchored yet that would have kept the second one from signing.
    const [one, other] = [await startLog(origin), await startLog(origin)];
    await append(one, 4);
    await append(other, 6, "another history");
    const [smaller, larger] = [await one.services.log.head(), await other.services.log.head()];
    const entries = await other.services.db.run((db) => db.select().from(logEntries).orderBy(asc(logEntries.index)));
    const tree = MerkleTree.from(entries.map((entry) => fromHex(entry.leafHash as Hex)));
    // The path begins with the node that it starts from, which the RFC leaves out for whole trees.
    const path = [tree.root(4), ...(await other.services.log.consistency(4, 6))].map((node) => toHex(node));
    const client = clientOf();
    const token = address("TestUSDC");
    await proveEquivocationSync(client, { deployment, smaller: smaller.onChain, larger: larger.onChain, path, token });
    expect(await logForkedAt(client, { deployment, ...forked })).toBeGreaterThan(0);
    await keep(one);
    expect(await logHead(client, { deployment, ...forked })).toBeUndefined();
    await Promise.all([one.stop(), other.stop()]);
  });
});
