import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestRunner, localProgram, whyNoGuest } from "@colophon-protocol/cli";
import { datasetCount, versionOf } from "@colophon-protocol/sdk";
import { readManifest } from "@colophon-protocol/sdk/formats";
import { checkAdherence, executeAdherence, wordsOf } from "@colophon-protocol/sdk/proofs";
import { createPublicClient, http } from "viem";
import { getBlock } from "viem/actions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inRoot } from "../lib/paths.mjs";
import { SCENARIO, type ScenarioEvidence, scenarioDocument, scenarioEvidence } from "../src/scenario/index.js";
import { type Stack, startStack } from "../stack/index.mjs";

const COMMITTED = inRoot("zk/development-key/scenario.json");

describe("the fixed scenario", () => {
  let evidence: ScenarioEvidence;
  beforeAll(async () => {
    evidence = await scenarioEvidence();
  });

  it("is the same every time, and the committed one", async () => {
    const again = await scenarioEvidence();
    expect(again.input).toEqual(evidence.input);
    expect(again.publicValues).toBe(evidence.publicValues);
    const document = JSON.parse(JSON.stringify(scenarioDocument(evidence)));
    expect(JSON.parse(readFileSync(COMMITTED, "utf8"))).toEqual(document);
  });

  it("uses four of eight chunks three times each", () => {
    const { values, manifest, delivered } = evidence;
    expect(values).toMatchObject({ entries: 12n, distinctEntries: 4n, runner: SCENARIO.runner });
    expect(manifest.entries.map((entry) => entry.kind === "chunk" && entry.index)).toEqual([1, 2, 3, 4]);
    expect(delivered.leaves.length).toBe(2 + 8 * 45 * 2);
    expect(checkAdherence(wordsOf(evidence.input))).toEqual(values);
  });

  const program = localProgram();
  const absent = whyNoGuest(program);
  it.skipIf(absent)(`is accepted by the guest${absent ? ` (${absent})` : ""}`, async () => {
    const execution = await executeAdherence(wordsOf(evidence.input), guestRunner(program));
    expect(execution).toMatchObject({ by: "guest", publicValues: evidence.publicValues });
  });
});

describe("a local chain that begins with it", () => {
  const folder = mkdtempSync(join(tmpdir(), "colophon-scenario-test-"));
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ folder, fresh: true, scenario: true, parts: ["gateway"], log: () => undefined });
  }, 300_000);
  afterAll(async () => {
    await stack?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const reader = () => createPublicClient({ transport: http(stack.endpoints.rpcUrl) });
  const { datasetId, version } = SCENARIO;

  it("holds the dataset of which the proof speaks", async () => {
    const { run } = await scenarioEvidence();
    const [license] = run.licenses;
    const { deployment } = stack.endpoints;
    expect(deployment.contracts.DatasetRegistry.address.toLowerCase()).toBe(SCENARIO.registry);
    expect(await datasetCount(reader(), { deployment })).toBe(1n);
    const found = await versionOf(reader(), { datasetId, version, deployment });
    expect(found).toMatchObject({ contentRoot: license?.contentRoot, recordRoot: license?.recordRoot });
    expect(found.publishedAt).toBe(SCENARIO.publishedAt);
  });

  it("starts at the fixed time and stands at now", async () => {
    const first = await getBlock(reader(), { blockNumber: 0n });
    expect(Number(first.timestamp)).toBe(SCENARIO.genesis);
    const last = await getBlock(reader());
    expect(Math.abs(Number(last.timestamp) - Date.now() / 1000)).toBeLessThan(60);
  });

  it("has its dataset at the gateway", async () => {
    const { gatewayUrl, deployment } = stack.endpoints;
    const { manifestHash } = await versionOf(reader(), { datasetId, version, deployment });
    const response = await fetch(`${gatewayUrl}/v1/manifests/${manifestHash}`);
    const manifest = readManifest(new Uint8Array(await response.arrayBuffer()), manifestHash);
    expect(manifest).toMatchObject({ name: "Points in and around a circle, 1,536", source: { license: "CC0-1.0" } });
  });
});
