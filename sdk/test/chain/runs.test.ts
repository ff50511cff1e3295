import { zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runManifestHash } from "../../src/formats/index.js";
import {
  markProofProgramUnsoundSync,
  type ProofSubmission,
  proofProgramOf,
  proofRecordIdOf,
  submitProof,
  submitProofSync,
  submitProofsSync,
} from "../../src/index.js";
import {
  adherenceInput,
  auditRun,
  type DeliveredVersion,
  evidenceOfRun,
  executeAdherence,
  findAdherenceProgram,
  findRun,
  manifestOfRun,
  mockSp1Proof,
  type RunFile,
  runEntries,
  startRun,
} from "../../src/proofs/index.js";
import { contentOf, deliveryOf, type Hex, word } from "../proofs/run-support.js";
import { publishAndOffer, purchase, startWorld, type World } from "./support.js";
import { type Roles, rolesOf } from "./trust-support.js";

const CHUNKS = 8;
let world: World;
let roles: Roles;
let licenseId: bigint;
let delivered: DeliveredVersion;
let run: RunFile;

const at = () => ({ deployment: world.deployment });
const now = async () => Number((await world.buyer.getBlock()).timestamp);

beforeAll(async () => {
  world = await startWorld();
  roles = await rolesOf(world);
  const { contentRoot } = contentOf(CHUNKS);
  const offer = await publishAndOffer(world, {}, undefined, { contentRoot });
  await world.mint(world.buyer.account.address, offer.price);
  ({ licenseId } = await purchase(world, offer));
  await world.pass(60);
  delivered = deliveryOf(CHUNKS, [0, 3, 4], licenseId);
});
afterAll(() => world?.chain.stop());

const start = (change: Partial<Parameters<typeof startRun>[1]> = {}) =>
  startRun(world.buyer, {
    ...{ ...at(), licenses: [{ licenseId }], purpose: "train", runner: world.buyer.account.address },
    ...change,
  });

/** A run as it is handed in, with its manifest. */
async function handIn(of: RunFile, salt: number) {
  const parts = { deliveries: [delivered], runEnd: await now(), count: 2, salt: new Uint8Array(32).fill(salt) };
  const manifest = manifestOfRun(of, parts);
  const { publicValues } = await executeAdherence(adherenceInput(evidenceOfRun(of, manifest, [delivered])));
  const { vkey } = await proofProgramOf(world.buyer, { ...at(), program: 1 });
  const program = await findAdherenceProgram(world.buyer, { ...at(), vkey });
  const entries = runEntries(of, manifest);
  const submission: ProofSubmission = { program, entries, publicValues, proof: mockSp1Proof(vkey, publicValues) };
  return { manifest, submission, vkey };
}

describe("a run", () => {
  it("starts with what the chain says of its licenses", async () => {
    run = await start();
    expect(run).toMatchObject({ chainId: 31337, purpose: "train", runStart: await now(), attestationDigest: zeroHash });
    expect(run.licenses).toEqual([
      {
        licenseId: String(licenseId),
        datasetId: "1",
        version: 1,
        contentRoot: contentOf(CHUNKS).contentRoot,
        recordRoot: word("00"),
        revokedRoot: word("00"),
        uses: 2,
      },
    ]);
  });

  it("does not start for a stranger, for a use that is not licensed, or in the future", async () => {
    const runner = world.ada.account.address;
    await expect(start({ runner })).rejects.toMatchObject({
      code: "guard",
      message: expect.stringMatching(/NotHolder/),
    });
    await expect(start({ purpose: "evaluate" })).rejects.toMatchObject({ code: "guard" });
    await expect(start({ runStart: (await now()) + 10 })).rejects.toMatchObject({ code: "input" });
    await expect(start({ licenses: [] })).rejects.toMatchObject({ code: "input" });
  });
});

describe("an audit", () => {
  let recordId: bigint;
  let vkey: Hex;
  let manifest: Awaited<ReturnType<typeof handIn>>["manifest"];

  it("finds that all holds, and says what is only declared", async () => {
    await world.pass(10);
    const made = await handIn(run, 1);
    ({ manifest, vkey } = made);
    ({ recordId } = await submitProofSync(world.buyer, { ...at(), ...made.submission }));
    const audit = await auditRun(world.owner, { ...at(), recordId, manifest, vkey });
    expect(audit.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(audit.checks).toHaveLength(8);
    expect(audit).toMatchObject({ holds: true, status: { short: "executed, not proven", proven: false } });
    expect(audit.declared.join("; ")).toMatch(
      /lists everything.*no proof was made.*lasted from \d+ to \d+.*names no receipt/,
    );
    expect(audit.run.values).toMatchObject({ runManifestHash: runManifestHash(manifest), entries: 6n });
  });

  it("needs neither manifest nor key of its own", async () => {
    const { checks, declared, holds } = await auditRun(world.owner, { ...at(), recordId });
    expect([checks.length, holds]).toEqual([7, true]);
    expect(declared.at(-1)).toBe("what the manifest lists: it was not shown");
  });

  const failing = async (change: object) =>
    (await auditRun(world.owner, { ...at(), recordId, ...change })).checks.filter(({ holds }) => !holds);

  it("catches another manifest, another program, and a proof of something else", async () => {
    const { manifest: other } = await handIn(run, 2);
    expect(await failing({ manifest: other })).toMatchObject([{ check: "the manifest that was shown is the run's" }]);
    const strange = await failing({ vkey: word("12") });
    expect(strange.map(({ check }) => check)).toEqual([
      "the program is the one that you trust",
      "the mock names these public values",
    ]);
    expect(await failing({ proof: "0x4388a21c00" })).toMatchObject([{ found: "the proof has 5 bytes, expected 356." }]);
  });

  it("reads proofs of batches, and says where a transaction does not show one", async () => {
    const made = await handIn(run, 3);
    const batch = { ...at(), submissions: [(await handIn(run, 4)).submission, made.submission] };
    const { receipt } = await submitProofsSync(world.buyer, batch);
    expect(receipt.logs).toHaveLength(2);
    const hash = runManifestHash(made.manifest);
    const second = await proofRecordIdOf(world.buyer, { ...at(), program: 1, runManifestHash: hash });
    expect((await findRun(world.owner, { ...at(), recordId: second })).proof).toBe(made.submission.proof);
    await expect(findRun(world.owner, { ...at(), recordId: 99n })).rejects.toMatchObject({ code: "input" });
  });

  it("refuses on chain what the runner made up", async () => {
    const made = await handIn(run, 5);
    const foreign = { ...made.submission, entries: made.submission.entries.map((entry) => ({ ...entry, uses: 3 })) };
    await expect(submitProof(world.buyer, { ...at(), ...foreign })).rejects.toMatchObject({
      data: { errorName: "ProofRegistry_WrongValue" },
    });
  });

  it("sees when the program fell", async () => {
    const reason = { ...at(), program: 1, reasonHash: word("01") };
    await markProofProgramUnsoundSync(roles.governor, reason);
    const audit = await auditRun(world.owner, { ...at(), recordId });
    expect(audit).toMatchObject({ holds: false, status: { short: "program unsound" } });
    await expect(findAdherenceProgram(world.buyer, { ...at(), vkey })).rejects.toMatchObject({ code: "input" });
  });
});
