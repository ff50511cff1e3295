/** Jobs over HTTP, on the real contracts: the provider's registered code, on chunks that were delivered. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buy, computeReceiptOf, execute, prepareBuy } from "@colophon-protocol/sdk";
import {
  createDeliveryClient,
  createJobsClient,
  type JobStatus,
  type JobSubmission,
  jobSubmissionJson,
  offerEncoding,
} from "@colophon-protocol/sdk/delivery";
import { runManifestHash, toHex } from "@colophon-protocol/sdk/formats";
import { type JobManifest, verifyJobResult } from "@colophon-protocol/sdk/provenance";
import type { Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { measurementOf } from "../src/jobs/index.js";
import { account } from "./support/chain.js";
import { PROVIDER_KEY, versionOf } from "./support/gateway.js";
import { DAY, type PaidWorld, startPaidWorld, USDC } from "./support/paid.js";
import { problem, RawClient } from "./support/raw.js";

const KIND = fileURLToPath(new URL("support/byte-count.kind.mjs", import.meta.url));
const BIN = fileURLToPath(new URL("../dist/bin/gateway.js", import.meta.url));
const YEAR = 365 * DAY;
const buyer = account(2);
const stranger = account(3);
const jobsKey = generatePrivateKey();
const random = (): Hex => toHex(crypto.getRandomValues(new Uint8Array(32)));
const fast = { everyMs: 50 };
const patient = { timeout: 30_000 };

let world: PaidWorld;
let licenseId: bigint;
let measurement: Hex;

const at = () => ({ deployment: world.deployment });
const lower = (hex: Hex) => hex.toLowerCase() as Hex;
const clientAs = (who: typeof buyer, under = licenseId, gatewayUrl = world.gateway.url) =>
  createJobsClient({ gatewayUrl, chainId: 31337, licenseId: under, account: who });

/** A license of an account, with everything delivered under it unless told. */
async function license(who = buyer, deliver = true): Promise<bigint> {
  const [actor, offer] = [world.clientOf(who), await world.offer({})];
  const { receipt } = await execute(actor, await prepareBuy(actor, { ...at(), offer }));
  const { licenseId: id } = buy.extractEvent(receipt.logs, world.address("LicenseMarket"));
  const delivery = createDeliveryClient({
    ...{ gatewayUrl: world.gateway.url, chainId: 31337, licenseId: id, account: who },
  });
  const sink = { write: () => undefined };
  if (deliver) await delivery.fetchVersion({ ...versionOf(world.dataset, world.datasetId), sink });
  return id;
}

function submissionOf(change: Partial<JobManifest> = {}, under = licenseId): JobSubmission {
  const input = { licenseId: String(under), datasetId: String(world.datasetId), version: 1 };
  const manifest: JobManifest = {
    format: "colophon-job",
    formatVersion: 1,
    name: "byte-count",
    measurement,
    chainId: 31337,
    licenseToken: lower(world.address("LicenseToken")),
    runner: lower(buyer.address),
    purpose: "train",
    inputs: [{ ...input, contentRoot: world.dataset.contentRoot }],
    parameters: {},
    ...change,
  };
  const keys = manifest.inputs.map(() => ({ encoding: 1, datasetKey: world.dataset.datasetKey }));
  return { manifest, nonce: random(), keys };
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "taken",
    ({ status, problem: code, message }) => ({ status, code, message }),
  );

beforeAll(async () => {
  const limits = { jobsPerMinute: 1000, jobsAtOnce: 2, jobsPerAccount: 3 };
  world = await startPaidWorld({ limits, config: { jobs: { key: jobsKey, kinds: [KIND, "softmax-digits"] } } });
  await world.owner.setBalance({ address: privateKeyToAccount(jobsKey).address, value: 10n ** 20n });
  for (const { address } of [buyer, stranger]) await world.mint(address, 1000n * USDC);
  measurement = await measurementOf(KIND);
  licenseId = await license();
}, 240_000);
afterAll(() => world?.stop());

describe("a job over HTTP", () => {
  let done: JobStatus;

  it("runs registered code on delivered chunks, and leaves a manifest, a signed receipt and a statement", async () => {
    const jobs = clientAs(buyer);
    const submission = submissionOf();
    const submitted = await jobs.submit(submission, "first");
    expect(submitted).toMatchObject({ simulated: true, manifest: submission.manifest });
    done = await jobs.ended(submitted.id, submission, fast);
    expect(done).toMatchObject({ state: "done", simulated: true, result: { simulated: true } });
    const { result } = done;
    if (!result) throw new Error("no result");
    expect(result.runManifest).toMatchObject({ runner: lower(buyer.address), purpose: "train" });
    expect(result.runManifest.entries.map(({ count }) => count)).toEqual([2, 2, 2, 2, 2]);
    const recorded = await computeReceiptOf(world.owner, { ...at(), receiptId: result.receiptId });
    const hash = runManifestHash(result.runManifest);
    expect(recorded).toMatchObject({ simulated: true, runManifestHash: hash, runner: buyer.address });
    const made = JSON.parse(new TextDecoder().decode(await jobs.output(done, "count.json")));
    // Nothing of the gateway's environment is there.
    expect(made).toEqual({ files: [[["a/large.bin", 4 * 1_048_560 + 12_345]]], environment: [] });
    expect((await refusal(jobs.output({ ...done, id: done.id }, "other.json"))) as object).toMatchObject({
      message: expect.stringMatching(/no output other.json/),
    });
    const told = JSON.stringify(done);
    expect(told + world.gateway.lines.join("")).not.toContain(toHex(world.dataset.datasetKey).slice(2));
  });

  it("does not hold for other words than were asked for", async () => {
    const { manifest, result } = done as Required<JobStatus>;
    const { nonce } = result.evidence;
    await verifyJobResult(result, { manifest, nonce });
    await expect(verifyJobResult(result, { manifest, nonce: random() })).rejects.toThrow(/another job, nonce/);
    const other = { ...manifest, parameters: { wait: "1" } };
    await expect(verifyJobResult(result, { manifest: other, nonce })).rejects.toThrow(/another job/);
    const outputs = result.outputs.map((output) => ({ ...output, sha256: random() }));
    await expect(verifyJobResult({ ...result, outputs }, { manifest, nonce })).rejects.toThrow(/the outputs/);
    const runManifest = { ...result.runManifest, salt: random() };
    await expect(verifyJobResult({ ...result, runManifest }, { manifest, nonce })).rejects.toThrow(/the run manifest/);
    const forged = await stranger.signMessage({ message: "x" });
    await expect(verifyJobResult({ ...result, signature: forged }, { manifest, nonce })).rejects.toThrow(/signed by/);
  });

  it("is one job under one idempotency key, and refused for another under it", async () => {
    const jobs = clientAs(buyer);
    const submission = submissionOf();
    const [first, second] = await Promise.all([jobs.submit(submission, "twice"), jobs.submit(submission, "twice")]);
    expect(second.id).toBe(first.id);
    expect(await refusal(jobs.submit(submissionOf(), "twice"))).toMatchObject({ status: 409, code: "conflict" });
    await jobs.ended(first.id, submission, fast);
    expect(await jobs.submit(submission, "twice")).toMatchObject({ id: first.id, state: "done" });
    const raw = await RawClient.signedIn(world.gateway.url, { scope: `license:31337:${licenseId}` });
    const bare = await raw.get("/v1/jobs", {}, {}, "POST", jobSubmissionJson(submission));
    expect(await problem(bare)).toMatchObject({ status: 400, detail: expect.stringMatching(/Idempotency-Key/) });
  });

  it("says what it runs, and runs nothing else", async () => {
    const jobs = clientAs(buyer);
    const kinds = await jobs.kinds();
    expect(kinds.map(({ name, simulated }) => [name, simulated])).toEqual([
      ["byte-count", true],
      ["softmax-digits", true],
    ]);
    const asked = [
      submissionOf({ name: "/etc/passwd" }),
      submissionOf({ measurement: random() }),
      submissionOf({ parameters: { wait: "soon" } }),
      submissionOf({ parameters: { code: "process.exit()" } }),
    ];
    const statuses = await Promise.all(asked.map((one) => refusal(jobs.submit(one))));
    expect(statuses).toMatchObject([{ status: 404 }, { status: 400 }, { status: 400 }, { status: 400 }]);
  });

  it("is refused where manifest, chain, root, key or encoding do not fit", async () => {
    const jobs = clientAs(buyer);
    const [input] = submissionOf().manifest.inputs as [JobManifest["inputs"][0]];
    const wrongKey = { ...submissionOf(), keys: [{ encoding: 1, datasetKey: new Uint8Array(32).fill(7) }] };
    const asked: [JobSubmission, number, RegExp][] = [
      [submissionOf({ chainId: 1 }), 400, /on chain 1, expected/],
      [submissionOf({ licenseToken: lower(world.address("DatasetRegistry")) }), 400, /expected 0x/],
      [submissionOf({ inputs: [{ ...input, contentRoot: random() }] }), 400, /content root/],
      [submissionOf({ inputs: [] }), 400, /at least one/],
      [submissionOf({ inputs: [input, input] }), 400, /ascending/],
      [submissionOf({ inputs: [{ ...input, version: 2 }] }), 403, /WrongVersion|does not let/],
      [submissionOf({ purpose: "infer" }), 403, /does not let/],
      [wrongKey, 400, /dataset key/],
      [{ ...submissionOf(), keys: [{ encoding: 2, datasetKey: world.dataset.datasetKey }] }, 403, /EncodingRequest/],
      [{ ...submissionOf(), keys: [] }, 400, /keys/],
      [submissionOf({ runner: lower(stranger.address) }), 403, /jobs of your own/],
    ];
    for (const [submission, status, message] of asked) {
      expect(await refusal(jobs.submit(submission))).toMatchObject({ status, message: expect.stringMatching(message) });
    }
  });

  it("is refused before its chunks were delivered", async () => {
    const fresh = await license(buyer, false);
    const refused = await refusal(clientAs(buyer, fresh).submit(submissionOf({}, fresh)));
    expect(refused).toMatchObject({ status: 409, message: expect.stringMatching(/Chunk 0 .* was not delivered/) });
  });

  it("is nobody else's: a stranger cannot sign in, and another licensee neither sees it nor uses its license", async () => {
    expect(await refusal(clientAs(stranger).job(done.id))).toMatchObject({ status: 403, code: "access_denied" });
    const theirs = await license(stranger);
    const jobs = clientAs(stranger, theirs);
    expect(await refusal(jobs.job(done.id))).toMatchObject({ status: 404 });
    expect(await refusal(jobs.cancel(done.id))).toMatchObject({ status: 404 });
    const runner = lower(stranger.address);
    expect(await refusal(jobs.submit(submissionOf({ runner })))).toMatchObject({ status: 403, code: "access_denied" });
    const raw = await RawClient.signedIn(world.gateway.url, { account: stranger, scope: `license:31337:${theirs}` });
    expect((await raw.get(`/v1/jobs/${done.id}/outputs/count.json`)).status).toBe(404);
    expect((await fetch(`${world.gateway.url}/v1/jobs/${done.id}`)).status).toBe(401);
  });

  it("is refused when it is too large: body, manifest and inputs", async () => {
    const raw = await RawClient.signedIn(world.gateway.url, { scope: `license:31337:${licenseId}` });
    const headers = { "idempotency-key": "large" };
    const body = await raw.get("/v1/jobs", headers, {}, "POST", "x".repeat(600_000));
    expect(await problem(body)).toMatchObject({ status: 413, code: "body_too_large" });
    const long = submissionOf({ parameters: { wait: "1".repeat(70_000) } });
    expect(await refusal(clientAs(buyer).submit(long))).toMatchObject({ status: 413, code: "job_too_large" });
    world.gateway.services.config.limits.jobInputBytes = 1000;
    expect(await refusal(clientAs(buyer).submit(submissionOf()))).toMatchObject({ status: 413, code: "job_too_large" });
    world.gateway.services.config.limits.jobInputBytes = 1e9;
  });

  it("fails with the code's own words, or at the end of its time", async () => {
    const jobs = clientAs(buyer);
    const failing = submissionOf({ parameters: { fail: "the digits are blurred" } });
    expect(await jobs.ended((await jobs.submit(failing)).id, failing, fast)).toMatchObject({
      state: "failed",
      reason: { code: "work_failed", detail: "The code failed: the digits are blurred" },
    });
    const { limits } = world.gateway.services.config;
    const { jobSeconds } = limits;
    limits.jobSeconds = 2;
    const spinning = submissionOf({ parameters: { spin: "1" } });
    const late = await jobs.ended((await jobs.submit(spinning)).id, spinning, fast);
    expect(late).toMatchObject({ state: "failed", reason: { code: "timeout" } });
    limits.jobSeconds = jobSeconds;
  });

  it("is cancelled while it waits and while it works, and not once it has ended", async () => {
    const jobs = clientAs(buyer);
    const slow = submissionOf({ parameters: { wait: "300000" } });
    const [one, two, three] = [await jobs.submit(slow), await jobs.submit(slow), await jobs.submit(slow)] as const;
    expect(await refusal(jobs.submit(slow))).toMatchObject({ status: 429, code: "too_many_jobs" });
    await vi.waitFor(async () => expect((await jobs.job(two.id)).state).toBe("running"), patient);
    expect((await jobs.job(three.id)).state).toBe("queued");
    for (const { id } of [three, one, two]) expect(await jobs.cancel(id)).toMatchObject({ state: "cancelled" });
    expect(await refusal(jobs.cancel(one.id))).toMatchObject({
      status: 409,
      message: expect.stringMatching(/cancelled/),
    });
    const next = submissionOf();
    expect(await jobs.ended((await jobs.submit(next)).id, next, fast)).toMatchObject({ state: "done" });
  });

  it("runs beside another one: two at once, of two accounts", async () => {
    const theirs = await license(stranger);
    const [mine, other] = [clientAs(buyer), clientAs(stranger, theirs)];
    const slow = { parameters: { wait: "4000" } };
    const asked = [submissionOf(slow), submissionOf({ ...slow, runner: lower(stranger.address) }, theirs)] as const;
    const [a, b] = await Promise.all([mine.submit(asked[0]), other.submit(asked[1])]);
    await vi.waitFor(async () => {
      expect([(await mine.job(a.id)).state, (await other.job(b.id)).state]).toEqual(["running", "running"]);
    }, patient);
    const ended = await Promise.all([mine.ended(a.id, asked[0], fast), other.ended(b.id, asked[1], fast)]);
    expect(ended.map(({ state }) => state)).toEqual(["done", "done"]);
  });
});

describe("a gateway that ends while a job runs", () => {
  it("tells after its restart that the job was interrupted, and takes it again", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "colophon-jobs-"));
    const start = async () => {
      const child = spawn(process.execPath, [BIN], {
        env: {
          PATH: process.env.PATH,
          COLOPHON_RPC_URL: world.url,
          COLOPHON_DEPLOYMENT: world.deploymentFile,
          COLOPHON_GATEWAY_PORT: "0",
          COLOPHON_GATEWAY_BLOBS: world.gateway.folder,
          COLOPHON_GATEWAY_DATA: folder,
          COLOPHON_GATEWAY_PROVIDER_KEY: PROVIDER_KEY,
          COLOPHON_GATEWAY_PUBLISHERS: "*",
          COLOPHON_GATEWAY_JOBS_KEY: jobsKey,
          COLOPHON_GATEWAY_JOB_KINDS: KIND,
          COLOPHON_GATEWAY_LOG_LEVEL: "warn",
        },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const line = JSON.parse(String((await once(child.stdout, "data"))[0])) as { url: string };
      return { child, url: line.url };
    };
    const first = await start();
    const publisher = {
      gatewayUrl: first.url,
      chainId: 31337,
      account: world.owner.account,
      datasetId: world.datasetId,
    };
    await offerEncoding(publisher, { datasetId: world.datasetId, version: 1, encoding: 1, ...world.dataset });
    const at = { ...versionOf(world.dataset, world.datasetId), sink: { write: () => undefined } };
    const delivery = { gatewayUrl: first.url, chainId: 31337, licenseId, account: buyer };
    await createDeliveryClient(delivery).fetchVersion(at);
    const slow = submissionOf({ parameters: { wait: "60000" } });
    const jobs = clientAs(buyer, licenseId, first.url);
    const { id } = await jobs.submit(slow, "slow");
    await vi.waitFor(async () => expect((await jobs.job(id)).state).toBe("running"), patient);
    const exited = once(first.child, "exit");
    first.child.kill("SIGKILL");
    await exited;

    const second = await start();
    try {
      const again = clientAs(buyer, licenseId, second.url);
      const found = await again.job(id);
      expect(found).toMatchObject({ state: "interrupted", reason: { code: "interrupted" } });
      expect(found.reason?.detail).toMatch(/submit the job again/);
      expect((await again.submit(slow, "slow")).id).toBe(id);
      const next = submissionOf();
      expect(await again.ended((await again.submit(next)).id, next, fast)).toMatchObject({ state: "done" });
      const cut = await again.submit(slow, "slow-again");
      const drained = once(second.child, "exit");
      second.child.kill("SIGTERM");
      expect((await drained)[0]).toBe(0);
      const third = await start();
      expect(await clientAs(buyer, licenseId, third.url).job(cut.id)).toMatchObject({ state: "interrupted" });
      third.child.kill("SIGKILL");
    } finally {
      second.child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("a license that ends", () => {
  it("carries no receipt when it ended while the code ran, and no job after that", async () => {
    const jobs = clientAs(buyer);
    const begun = path.join(world.gateway.folder, "begun");
    const slow = submissionOf({ parameters: { wait: "5000", begun } });
    const { id } = await jobs.submit(slow);
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true), patient);
    await world.pass(YEAR + DAY);
    expect(await jobs.ended(id, slow, fast)).toMatchObject({
      state: "failed",
      reason: { code: "access_denied", detail: expect.stringMatching(/Expired/) },
    });
    expect(await refusal(jobs.submit(submissionOf()))).toMatchObject({ status: 403, code: "access_denied" });
  });
});
