/** Runs that the chain records under licenses of this provider, in its log: once each, whatever the chain does. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { proofProgramOf, submitProofSync } from "@colophon-protocol/sdk";
import { memorySink } from "@colophon-protocol/sdk/delivery";
import { runManifestHash } from "@colophon-protocol/sdk/formats";
import { type LogEntry, LogReader, readLogEntry } from "@colophon-protocol/sdk/log";
import {
  adherenceInput,
  deliveredVersion,
  evidenceOfRun,
  executeAdherence,
  findAdherenceProgram,
  manifestOfRun,
  mockSp1Proof,
  runEntries,
  startRun,
} from "@colophon-protocol/sdk/proofs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestChain } from "./support/chain.js";
import { type GatewayOptions, startTestGateway, type TestGateway, versionOf } from "./support/gateway.js";
import { type PaidWorld, startPaidWorld, USDC } from "./support/paid.js";

/** Looks are taken by the tests. */
const limits = { runsEveryMs: 3_600_000 };
const dataFolder = mkdtempSync(join(tmpdir(), "colophon-runs-"));

let world: PaidWorld;
let licenseId: bigint;
let salt = 1;
const at = () => ({ deployment: world.deployment });

const startAgain = (options: GatewayOptions = {}) =>
  startTestGateway({ config: world.config } as TestChain, { limits, ...options });

beforeAll(async () => {
  world = await startPaidWorld({ limits, config: { dataFolder } });
  await world.mint(world.buyer.account.address, 1000n * USDC);
  licenseId = await world.purchase(await world.offer({}));
  await world.pass(60);
}, 240_000);
afterAll(async () => {
  await world?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** A proof of a run under licenses, of a salt of its own. */
async function handIn(licenses: readonly bigint[] = [licenseId]) {
  const { buyer, dataset } = world;
  const run = await startRun(buyer, {
    ...{
      ...at(),
      licenses: licenses.map((id) => ({ licenseId: id })),
      purpose: "train",
      runner: buyer.account.address,
    },
  });
  await world.pass(10);
  const deliveries = licenses.map((id) =>
    deliveredVersion(
      { licenseId: id, datasetId: world.datasetId, version: 1, contentRoot: dataset.contentRoot },
      dataset.contentLeaves,
      [0, 2],
    ),
  );
  const parts = { deliveries, runEnd: await world.now(), count: 1, salt: new Uint8Array(32).fill(salt++) };
  const manifest = manifestOfRun(run, parts);
  const { publicValues } = await executeAdherence(adherenceInput(evidenceOfRun(run, manifest, deliveries)));
  const { vkey } = await proofProgramOf(buyer, { ...at(), program: 1 });
  const program = await findAdherenceProgram(buyer, { ...at(), vkey });
  const proof = mockSp1Proof(vkey, publicValues);
  const submission = { ...at(), program, entries: runEntries(run, manifest), publicValues, proof };
  return { manifestHash: runManifestHash(manifest), submit: () => submitProofSync(buyer, submission) };
}

const look = (gateway: TestGateway) => gateway.services.runs?.run();

async function runsIn(gateway: TestGateway) {
  const verifierKey = (await (await fetch(`${gateway.url}/log/key`)).text()).trim();
  const log = new LogReader({ url: `${gateway.url}/log`, verifierKey });
  await gateway.services.log.checkpoint(true);
  const head = await log.head();
  const found: Extract<LogEntry, { type: "run" }>[] = [];
  for await (const bytes of log.entries(0, head.size, head)) {
    const entry = readLogEntry(bytes);
    if (entry?.type === "run") found.push(entry);
  }
  return found;
}

describe("a recorded run", () => {
  it("is logged once, with what the chain says of it", async () => {
    const { manifestHash, submit } = await handIn();
    const { recordId, receipt } = await submit();
    await Promise.all([look(world.gateway), look(world.gateway)]);
    await look(world.gateway);
    const { timestamp } = await world.owner.getBlock({ blockNumber: receipt.blockNumber });
    expect(await runsIn(world.gateway)).toEqual([
      {
        ...{ type: "run", licenseId: String(licenseId), recordId: String(recordId), runManifestHash: manifestHash },
        ...{ statement: "adherence", program: 1, assurance: "mock", block: Number(receipt.blockNumber) },
        ...{ transactionHash: receipt.transactionHash, time: Number(timestamp) },
      },
    ]);
  });

  it("is logged for each license that it used", async () => {
    const second = await world.purchase(await world.offer({}));
    await world.pass(60);
    const { recordId } = await (await handIn([licenseId, second])).submit();
    await look(world.gateway);
    const found = (await runsIn(world.gateway)).filter((entry) => entry.recordId === String(recordId));
    expect(found.map((entry) => entry.licenseId)).toEqual([String(licenseId), String(second)]);
  });

  it("is logged by a gateway that was away when it was recorded, and not again by one that restarts", async () => {
    const before = await runsIn(world.gateway);
    const { folder, port } = world.gateway;
    await world.gateway.close();
    await (await handIn()).submit();
    const options = { blobFolder: folder, config: { dataFolder, port } };
    for (let i = 0; i < 2; i++) {
      world.gateway = await startAgain(options);
      await look(world.gateway);
      expect(await runsIn(world.gateway)).toHaveLength(before.length + 1);
      if (i === 0) await world.gateway.close();
    }
  });

  it("is not logged by a provider that serves nothing of it", async () => {
    const other = await startAgain();
    await look(other);
    expect(await runsIn(other)).toEqual([]);
    await other.stop();
  });

  it("waits for its confirmations", async () => {
    const config = { chain: { ...world.config, confirmations: 3 }, dataFolder, port: world.gateway.port };
    const { folder } = world.gateway;
    await world.gateway.close();
    world.gateway = await startAgain({ blobFolder: folder, config });
    const before = (await runsIn(world.gateway)).length;
    await (await handIn()).submit();
    await world.owner.mine({ blocks: 2 });
    await look(world.gateway);
    expect(await runsIn(world.gateway)).toHaveLength(before);
    await world.owner.mine({ blocks: 1 });
    await look(world.gateway);
    expect(await runsIn(world.gateway)).toHaveLength(before + 1);
    await world.gateway.close();
    world.gateway = await startAgain({ blobFolder: folder, config: { dataFolder, port: config.port } });
  });

  it("stays one entry when a reorganization puts it into another block", async () => {
    const { submit } = await handIn();
    const before = (await runsIn(world.gateway)).length;
    const fork = await world.owner.snapshot();
    await submit();
    await look(world.gateway);
    await world.owner.revert({ id: fork });
    await world.owner.mine({ blocks: 3 });
    await look(world.gateway);
    await submit();
    await look(world.gateway);
    expect(await runsIn(world.gateway)).toHaveLength(before + 1);
  });

  it("is found where a reorganization puts it below what was read already", async () => {
    const before = (await runsIn(world.gateway)).length;
    const { submit } = await handIn();
    const fork = await world.owner.snapshot();
    await world.owner.mine({ blocks: 20 });
    await look(world.gateway);
    await world.owner.revert({ id: fork });
    const { recordId } = await submit();
    await look(world.gateway);
    const found = await runsIn(world.gateway);
    expect(found).toHaveLength(before + 1);
    expect(found.at(-1)?.recordId).toBe(String(recordId));
  });

  it("is logged of what this provider delivered, whatever encoding the license names", async () => {
    const client = world.gateway.client({ licenseId });
    await client.fetchVersion({ ...versionOf(world.dataset, world.datasetId), sink: memorySink() });
    await world.gateway.services.accounting.flush();
    const { encodings } = await import("../src/db/schema.js");
    await world.gateway.services.db.run((db) => db.delete(encodings));
    const before = (await runsIn(world.gateway)).length;
    await (await handIn()).submit();
    await look(world.gateway);
    expect(await runsIn(world.gateway)).toHaveLength(before + 1);
  });
});
