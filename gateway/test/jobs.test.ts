import {
  computeReceiptOf,
  publishEnclavePolicySync,
  registerEnclaveSigner,
  resolveAddress,
} from "@colophon-protocol/sdk";
import { createRunManifest, fromHex, runManifestHash } from "@colophon-protocol/sdk/formats";
import {
  COMPUTE_RECEIPT_TYPE,
  type ComputeReceiptPredicate,
  type JobManifest,
  jobManifestHash,
  verifyInToto,
  verifySimulated,
} from "@colophon-protocol/sdk/provenance";
import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishAndOffer, purchase, startWorld, type World } from "../../sdk/test/chain/support.js";
import { type FinishedJob, runJob } from "../src/jobs/index.js";

const word = (byte: string): Hex => `0x${byte.repeat(32)}`;
let world: World;
let job: JobManifest;
let done: FinishedJob<string>;

const at = () => ({ deployment: world.deployment });
const now = async () => Number((await world.buyer.getBlock()).timestamp);
const lower = (hex: Hex) => hex.toLowerCase() as Hex;

beforeAll(async () => {
  world = await startWorld();
  const offer = await publishAndOffer(world);
  await world.mint(world.buyer.account.address, offer.price);
  const { licenseId } = await purchase(world, offer);
  await world.pass(60);
  job = {
    format: "colophon-job",
    formatVersion: 1,
    name: "a job",
    measurement: word("0c"),
    chainId: 31337,
    licenseToken: lower(resolveAddress(world.buyer, "LicenseToken", at())),
    runner: lower(world.buyer.account.address),
    purpose: "train",
    inputs: [{ licenseId: String(licenseId), datasetId: "1", version: 1, contentRoot: word("c0") }],
    parameters: {},
  };
});
afterAll(() => world?.chain.stop());

/** One chunk of the license was used. */
function manifestAt({ startedAt, endedAt }: { startedAt: number; endedAt: number }) {
  const { chainId, licenseToken, runner, purpose, inputs } = job;
  const fields = { chainId, licenseToken, runner, purpose, licenses: inputs, runStart: startedAt, runEnd: endedAt };
  const entry = { kind: "chunk", index: 0, leaf: word("e0"), license: 0, count: 1 } as const;
  return createRunManifest(fields, [entry], new Uint8Array(32).fill(1));
}

describe("a job in a simulated enclave", () => {
  it("does its work, and records a receipt of it that says simulated", async () => {
    const outputs = [{ name: "model", sha256: word("aa") }];
    const work = async () => ({ result: "trained", outputs, manifest: manifestAt });
    done = await runJob({ ...at(), client: world.buyer, job, now, work });
    expect(done).toMatchObject({ result: "trained", outputs, receipt: { jobManifestHash: jobManifestHash(job) } });
    const recorded = await computeReceiptOf(world.owner, { ...at(), receiptId: done.receiptId });
    expect(recorded).toMatchObject({
      simulated: true,
      revoked: false,
      runManifestHash: runManifestHash(done.manifest),
      runner: world.buyer.account.address,
    });
  });

  it("signs the same as an in-toto statement, with the key that its evidence binds to the job", async () => {
    const { evidence, policy, account } = done.enclave;
    const keys = [{ algorithm: "secp256k1" as const, publicKey: fromHex(evidence.publicKey) }];
    const statement = verifyInToto<ComputeReceiptPredicate>(done.envelope, COMPUTE_RECEIPT_TYPE, { keys });
    expect(statement.subject).toEqual([{ name: "model", digest: { sha256: "aa".repeat(32) } }]);
    const { licensesHash: _, ...receipt } = done.receipt;
    expect(statement.predicate).toEqual({ simulated: true, job, ...receipt });
    const licenses = [BigInt(job.inputs[0]?.licenseId ?? 0)];
    const asked = { policy, job, now: await now(), nonce: evidence.nonce, chainId: 31337, licenses };
    expect(verifySimulated(evidence, asked).signer).toBe(account.address);
  });

  it("is no enclave to a policy of real ones: neither here nor on chain", async () => {
    const { evidence, policy, registered, account } = done.enclave;
    const real = { ...policy, simulated: false, debugForbidden: true };
    const asked = { policy: real, job, now: await now(), nonce: evidence.nonce, chainId: 31337, licenses: [1n] };
    expect(() => verifySimulated(evidence, asked)).toThrow(/real enclaves/);
    await publishEnclavePolicySync(world.buyer, { ...at(), ...real });
    const attempt = { ...at(), policy: real, signer: account.address, evidence: { ...registered, debug: false } };
    await expect(registerEnclaveSigner(world.buyer, attempt)).rejects.toMatchObject({
      data: { errorName: "ComputeReceipts_NotVerifier" },
    });
  });

  it("leaves no receipt where its work fails", async () => {
    const work = () => Promise.reject(new Error("the data ran out"));
    const other = { ...job, name: "another" };
    await expect(runJob({ ...at(), client: world.buyer, job: other, now, work })).rejects.toThrow("the data ran out");
  });
});
