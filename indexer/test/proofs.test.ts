// Rows of proofs, held against the contracts: what a run used, where a job ran, which heads of a log are anchored.
import { computeReceiptOf, logHead, proofProgramOf, proofRecordOf, proofRouteOf } from "@colophon-protocol/sdk";
import { startTestChain } from "@colophon-protocol/tools/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actor, buyLicense, head, manifest, publish, type World } from "./history.js";
import { anchorLog, enclave, ORIGIN, recordReceipt, recordRun } from "./proofs.js";
import { graphql, type Indexer, startIndexer, waitForBlock } from "./support.js";

let world: World & { deploymentFile: string; stop: () => unknown };
let indexer: Indexer;
let licenseId: bigint;
let datasetId: bigint;
let recorded: Awaited<ReturnType<typeof recordRun>>;
let receipt: Awaited<ReturnType<typeof recordReceipt>>;
let log: Awaited<ReturnType<typeof anchorLog>>;

const id = (...parts: (bigint | number | string)[]) => [31337, ...parts].join("-").toLowerCase();
const ask = async (query: string) =>
  (await graphql<{ row: Record<string, unknown> }>(indexer.url, `{ row: ${query} }`)).row;
const reader = () => actor(world, 0).client;

beforeAll(async () => {
  world = (await startTestChain()) as unknown as typeof world;
  const sale = await publish(world, manifest("Letters").hash, 250_000_000n);
  ({ datasetId } = sale);
  licenseId = await buyLicense(world, sale);
  recorded = await recordRun(world, licenseId, datasetId);
  receipt = await recordReceipt(world, licenseId);
  log = await anchorLog(world);
  indexer = await startIndexer({ rpcUrl: world.url, deploymentFile: world.deploymentFile });
  await waitForBlock(indexer.url, await head(world));
}, 600_000);
afterAll(async () => {
  await indexer?.stop();
  await world?.stop();
});

describe("what is proven", () => {
  it("says of a run what was proven, of which license and version, and what that is worth", async () => {
    const { recordId, values, mock } = recorded;
    const row = await ask(`run(id: "${id(recordId)}") {
      runner submitter grade timesBound assurance runManifestHash licenseSetHash attestationDigest entries distinctEntries
      runStart runEnd recordedAt revokedAt routeRef program { program vkey unsoundAt }
      versions { items { licenseRef datasetRef uses datasetVersion { version } } }
      adherence { items { licenseRef grade } }
    }`);
    const record = await proofRecordOf(reader(), { deployment: world.deployment, recordId });
    const { vkey } = await proofProgramOf(reader(), { deployment: world.deployment, program: 1 });
    const runner = record.runner.toLowerCase();
    expect(row).toEqual({
      runner,
      submitter: runner,
      grade: record.grade,
      timesBound: false,
      assurance: "MOCK",
      runManifestHash: values.runManifestHash,
      licenseSetHash: values.licenseSetHash,
      attestationDigest: null,
      entries: "12",
      distinctEntries: "8",
      runStart: String(values.runStart),
      runEnd: String(values.runEnd),
      recordedAt: String(record.recordedAt),
      revokedAt: null,
      routeRef: id(mock),
      program: { program: 1, vkey, unsoundAt: null },
      versions: {
        items: [{ licenseRef: id(licenseId), datasetRef: id(datasetId), uses: 2, datasetVersion: { version: 1 } }],
      },
      adherence: { items: [{ licenseRef: id(licenseId), grade: 1 }] },
    });
  });

  it("lists the verifiers that proofs go to", async () => {
    const found = await graphql<{
      routes: { items: { selector: `0x${string}`; verifier: string; assurance: string }[] };
    }>(indexer.url, "{ routes: proofRoutes { items { selector verifier assurance } } }");
    expect(found.routes.items.map(({ assurance }) => assurance).sort()).toEqual(["MOCK", "PRODUCTION"]);
    for (const { selector, verifier } of found.routes.items) {
      const route = await proofRouteOf(reader(), { deployment: world.deployment, selector });
      expect(verifier).toBe(route?.verifier.toLowerCase());
    }
  });

  it("says of a job's receipt who signed it, under which policy, and that the signer was revoked", async () => {
    const row = await ask(`computeReceipt(id: "${id(receipt.receiptId)}") {
      grade runManifestHash recordedAt
      policy { simulated } signer { signer revokedAt } licenses { items { licenseRef grade } }
    }`);
    const onChain = await computeReceiptOf(reader(), { deployment: world.deployment, receiptId: receipt.receiptId });
    expect(onChain.revoked).toBe(true);
    expect(row).toEqual({
      grade: 1,
      runManifestHash: recorded.values.runManifestHash,
      recordedAt: String(onChain.recordedAt),
      policy: { simulated: true },
      signer: { signer: enclave.address.toLowerCase(), revokedAt: expect.stringMatching(/^\d+$/) },
      licenses: { items: [{ licenseRef: id(licenseId), grade: 1 }] },
    });
  });

  it("knows a log by its name, with its anchored heads", async () => {
    const row = await ask(`providerLog(id: "${id(log.provider, log.head.originHash)}") {
      origin size root signedAt anchoredAt anchorCount anchors(orderBy: "size") { items { size root signer } }
    }`);
    const { originHash } = log.head;
    const anchored = await logHead(reader(), { deployment: world.deployment, provider: log.provider, originHash });
    const signer = log.provider.toLowerCase();
    expect(row).toEqual({
      origin: ORIGIN,
      size: "12",
      root: log.head.root,
      signedAt: String(log.head.signedAt),
      anchoredAt: String(anchored?.anchoredAt),
      anchorCount: 2,
      anchors: {
        items: [
          { size: "5", root: log.firstRoot, signer },
          { size: "12", root: log.head.root, signer },
        ],
      },
    });
  });
});
