import { concat, type Hex, keccak256, sha256, stringToHex, zeroHash } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addProofProgramSync,
  addProofRouteSync,
  cancelRunStatementsSync,
  computeReceiptOf,
  concludeDisputeSync,
  disputeNumbers,
  disputeOf,
  enclavePolicyOf,
  enclaveSignerOf,
  execute,
  firstProofOf,
  licenseSetHashOnChain,
  markProofProgramUnsoundSync,
  openDispute,
  type ProofEntry,
  prepareOpenDispute,
  prepareReferDispute,
  proofLastProvenAt,
  proofProgramCount,
  proofProgramOf,
  proofProvenAt,
  proofRecordIdOf,
  proofRecordOf,
  proofRouteOf,
  proofStands,
  proveReceiptContradictionSync,
  publishEnclavePolicySync,
  receiptLastProvenAt,
  receiptLicensesHash,
  receiptProvenAt,
  recordComputeReceiptSync,
  registerEnclaveSignerSync,
  resolveAddress,
  respondToDisputeSync,
  revokeEnclaveSigner,
  setEvidenceVerifierSync,
  setProofProgramEndSync,
  signComputeReceipt,
  signRunStatement,
  stopProofRouteSync,
  submitProof,
  submitProofSync,
  submitProofsSync,
  verifyComputeReceipt,
  verifyRunStatement,
  voteOnDisputeSync,
} from "../../src/index.js";
import { type AdherenceValues, encodeAdherenceValues } from "../../src/proofs/index.js";
import { DAY, publishAndOffer, purchase, startWorld, type World } from "./support.js";
import { type Roles, rolesOf, evidence as said, USDC, word } from "./trust-support.js";

const ADHERENCE = 1;
const TRAIN = 2;
const SELECTOR = "0x00000001";
/** Code that ends without an objection: a verifier that takes everything. What a real one refuses is tested where it is. */
const TAKES_ALL = "0x00";
const VERIFIER = "0x00000000000000000000000000000000000fac75";

let world: World;
let roles: Roles;
let entries: ProofEntry[];
let start: number;

const at = () => ({ deployment: world.deployment });
const now = async () => Number((await world.buyer.getBlock()).timestamp);

async function valuesOf(manifest: string, change: Partial<AdherenceValues> = {}): Promise<AdherenceValues> {
  return {
    statementVersion: 1,
    runManifestHash: word(manifest),
    licenseSetHash: await licenseSetHashOnChain(world.buyer, { ...at(), entries, runStart: start }),
    entries: 8n,
    distinctEntries: 8n,
    runner: world.buyer.account.address,
    runStart: start,
    runEnd: start + 1,
    attestationDigest: zeroHash,
    chainId: 31337n,
    registry: resolveAddress(world.buyer, "DatasetRegistry", at()),
    ...change,
  };
}
const submissionOf = (values: AdherenceValues, program = ADHERENCE) => ({
  ...at(),
  program,
  entries,
  publicValues: encodeAdherenceValues(values),
  proof: SELECTOR as Hex,
});

beforeAll(async () => {
  world = await startWorld();
  roles = await rolesOf(world);
  const offer = await publishAndOffer(world);
  await world.mint(world.buyer.account.address, offer.price);
  const { licenseId } = await purchase(world, offer);
  await world.owner.increaseTime({ seconds: 60 });
  await world.owner.mine({ blocks: 1 });
  start = (await now()) - 10;
  entries = [{ licenseId, datasetId: offer.datasetId, version: 1, uses: TRAIN }];
  await world.owner.setCode({ address: VERIFIER, bytecode: TAKES_ALL });
});
afterAll(() => world?.chain.stop());

describe("proofs of adherence", () => {
  it("routes them to verifiers that governance names, with what their word is worth", async () => {
    const route = {
      selector: SELECTOR,
      verifier: VERIFIER,
      assurance: "Mock",
      codeHash: keccak256(TAKES_ALL),
    } as const;
    expect(await proofRouteOf(world.buyer, { ...at(), selector: SELECTOR })).toBeUndefined();
    await addProofRouteSync(roles.governor, { ...at(), ...route });
    const known = await proofRouteOf(world.buyer, { ...at(), selector: SELECTOR });
    expect(known).toMatchObject({ assurance: "Mock", stopped: false, codeHash: route.codeHash });
    const program = await proofProgramOf(world.buyer, { ...at(), program: ADHERENCE });
    expect(program).toMatchObject({ statementVersion: 1, unsoundAt: 0 });
  });

  it("records a run once, under its license and at its grade", async () => {
    const submission = submissionOf(await valuesOf("a1"));
    const { recordId, grade } = await submitProofSync(world.buyer, submission);
    expect(recordId).toBe(
      await proofRecordIdOf(world.buyer, { ...at(), program: ADHERENCE, runManifestHash: word("a1") }),
    );
    expect(grade).toBe(1);
    const record = await proofRecordOf(world.buyer, { ...at(), recordId });
    expect(record).toMatchObject({ runner: world.buyer.account.address, revoked: false, unsound: false });
    const licenseId = entries[0]?.licenseId as bigint;
    expect(await firstProofOf(world.buyer, { ...at(), licenseId, grade: 1 })).toMatchObject({ recordId, stands: true });
    expect(await firstProofOf(world.buyer, { ...at(), licenseId, grade: 3 })).toBeUndefined();
    expect(await proofProvenAt(world.buyer, { ...at(), licenseId, leastGrade: 1 })).toBeGreaterThan(0);
    expect(await proofProvenAt(world.buyer, { ...at(), licenseId, leastGrade: 3 })).toBeUndefined();
    await expect(submitProof(world.buyer, submission)).rejects.toMatchObject({
      data: { errorName: "ProofRegistry_AlreadyRecorded" },
    });
  });

  it("refuses what the chain knows to be otherwise", async () => {
    const wrong = submissionOf(await valuesOf("a2", { licenseSetHash: word("ff") }));
    await expect(submitProof(world.buyer, wrong)).rejects.toMatchObject({
      data: { errorName: "ProofRegistry_WrongValue" },
    });
    const early = submissionOf(await valuesOf("a2", { runStart: start - DAY }));
    await expect(submitProof(world.buyer, early)).rejects.toMatchObject({ code: "reverted" });
  });

  it("asks SP1's verifier, or the mock of local chains, which takes the hash of key and values for a proof", async () => {
    const sp1 = await proofRouteOf(world.buyer, { ...at(), selector: "0x4388a21c" });
    expect(sp1).toMatchObject({ assurance: "Production", stopped: false });
    expect(sp1?.verifier).toBe(world.deployment.contracts.Sp1VerifierV6?.address);
    const { vkey } = await proofProgramOf(world.buyer, { ...at(), program: ADHERENCE });
    const submission = submissionOf(await valuesOf("b1"));
    const mock = sha256(stringToHex("colophon mock verifier")).slice(0, 10) as Hex;
    const proof = concat([mock, sha256(concat([vkey, submission.publicValues]))]);
    expect((await submitProofSync(world.buyer, { ...submission, proof })).grade).toBe(1);
    await expect(submitProof(world.buyer, { ...submissionOf(await valuesOf("b2")), proof })).rejects.toMatchObject({
      code: "reverted",
    });
  });

  it("takes a stranger's submission with the runner's statement, until the runner takes it back", async () => {
    const values = await valuesOf("a3");
    const message = {
      runManifestHash: values.runManifestHash,
      licenseSetHash: values.licenseSetHash,
      runner: world.buyer.account.address,
      runStart: values.runStart,
      runEnd: values.runEnd,
      attestationDigest: values.attestationDigest,
      sequence: 1n,
    };
    const submission = submissionOf(values);
    await expect(submitProof(world.owner, submission)).rejects.toMatchObject({
      data: { errorName: "ProofRegistry_NotRunner" },
    });
    const signature = await signRunStatement(world.buyer, { ...at(), message });
    const signer = world.buyer.account.address;
    expect(await verifyRunStatement(world.owner, { ...at(), message, signature, signer })).toBe(true);
    const submissions = [{ ...submission, statement: { sequence: 1n, signature } }];
    await world.pass(10);
    const { recordId } = await submitProofsSync(world.owner, { ...at(), submissions });
    expect(await proofStands(world.owner, { ...at(), recordId })).toBe(true);
    const query = { ...at(), licenseId: entries[0]?.licenseId as bigint, leastGrade: 1 };
    const first = (await proofProvenAt(world.owner, query)) as number;
    expect(await proofLastProvenAt(world.owner, query)).toBeGreaterThan(first);

    await cancelRunStatementsSync(world.buyer, { ...at(), upTo: 2n });
    const next = { ...message, runManifestHash: word("a4"), sequence: 2n };
    const later = submissionOf(await valuesOf("a4"));
    const statement = { sequence: 2n, signature: await signRunStatement(world.buyer, { ...at(), message: next }) };
    await expect(submitProof(world.owner, { ...later, statement })).rejects.toMatchObject({
      data: { errorName: "ProofRegistry_StatementOver" },
    });
  });

  it("ends programs and routes, and marks what an unsound program recorded", async () => {
    const from = await now();
    const input = { statement: "adherence", vkey: word("bb"), statementVersion: 1, from };
    const { program } = await addProofProgramSync(roles.governor, { ...at(), ...input });
    expect(await proofProgramCount(world.buyer, at())).toBe(program);
    const { recordId } = await submitProofSync(world.buyer, submissionOf(await valuesOf("a5"), program));
    await setProofProgramEndSync(roles.governor, { ...at(), program, until: (await now()) + 1 });
    await world.owner.increaseTime({ seconds: 10 });
    await world.owner.mine({ blocks: 1 });
    await expect(submitProof(world.buyer, submissionOf(await valuesOf("a6"), program))).rejects.toMatchObject({
      data: { errorName: "ProofRegistry_ProgramNotActive" },
    });
    await markProofProgramUnsoundSync(roles.governor, { ...at(), program, reasonHash: word("01") });
    expect(await proofStands(world.buyer, { ...at(), recordId })).toBe(false);
    expect((await proofRecordOf(world.buyer, { ...at(), recordId })).unsound).toBe(true);
    await stopProofRouteSync(roles.governor, { ...at(), selector: SELECTOR });
    await expect(submitProof(world.buyer, submissionOf(await valuesOf("a7")))).rejects.toMatchObject({
      data: { errorName: "ProofRegistry_NoRoute" },
    });
  });
});

describe("compute receipts", () => {
  const enclave = privateKeyToAccount(generatePrivateKey());
  const policy = {
    platform: "simulated",
    rootHash: word("c1"),
    minimumTcb: 0n,
    simulated: true,
    debugForbidden: false,
    measurements: [word("d2"), word("d1")],
    deniedAdvisories: ["INTEL-SA-00001", "INTEL-SA-00002"],
  };
  let id: Hex;

  it("count under a policy, for keys that are registered under it", async () => {
    ({ policy: id } = await publishEnclavePolicySync(world.owner, { ...at(), ...policy }));
    expect(await enclavePolicyOf(world.owner, { ...at(), policy: id })).toEqual({ published: true, simulated: true });
    expect(await enclaveSignerOf(world.owner, { ...at(), policy: id, signer: enclave.address })).toBeUndefined();
    const evidence = {
      measurement: word("d1"),
      evidenceHash: word("e1"),
      tcb: 0n,
      debug: false,
      advisories: [],
      expiresAt: (await now()) + 30 * DAY,
    };
    await registerEnclaveSignerSync(world.owner, { ...at(), policy, signer: enclave.address, evidence });
    const signer = await enclaveSignerOf(world.owner, { ...at(), policy: id, signer: enclave.address });
    expect(signer).toMatchObject({ evidenceHash: word("e1"), revokedAt: 0 });
    await setEvidenceVerifierSync(roles.governor, { ...at(), verifier: world.owner.account.address, admitted: true });
  });

  it("are recorded under their licenses, and fall with a signer that contradicts itself", async () => {
    const licenses = entries.map(({ licenseId }) => licenseId);
    const ended = await now();
    const receipt = {
      policy: id,
      jobManifestHash: word("01"),
      inputsHash: word("02"),
      outputsHash: word("03"),
      runManifestHash: word("a1"),
      evidenceHash: word("e1"),
      licensesHash: receiptLicensesHash(licenses),
      signer: enclave.address,
      runner: world.buyer.account.address,
      startedAt: ended,
      endedAt: ended,
    };
    const sign = (message: typeof receipt) => signComputeReceipt(world.owner, { ...at(), account: enclave, message });
    const first = { receipt, signature: await sign(receipt) };
    expect(
      await verifyComputeReceipt(world.owner, {
        ...at(),
        message: receipt,
        signature: first.signature,
        signer: enclave.address,
      }),
    ).toBe(true);
    const { receiptId, grade } = await recordComputeReceiptSync(world.owner, { ...at(), ...first, licenses });
    expect(grade).toBe(1);
    const query = { ...at(), licenseId: licenses[0] as bigint, leastGrade: 1 };
    expect(await receiptProvenAt(world.owner, query)).toBeGreaterThan(0);
    expect(await receiptLastProvenAt(world.owner, query)).toBe(await receiptProvenAt(world.owner, query));
    const other = { ...receipt, outputsHash: word("04") };
    const second = { receipt: other, signature: await sign(other) };
    await proveReceiptContradictionSync(world.buyer, { ...at(), first, second });
    expect((await computeReceiptOf(world.owner, { ...at(), receiptId })).revoked).toBe(true);
    expect(await receiptProvenAt(world.owner, query)).toBeUndefined();
    expect(await receiptLastProvenAt(world.owner, query)).toBeUndefined();
    const again = { ...at(), policy: id, signer: enclave.address, reasonHash: word("05") };
    await expect(revokeEnclaveSigner(world.owner, again)).rejects.toMatchObject({
      data: { errorName: "ComputeReceipts_SignerNotValid" },
    });
  });

  it("are revoked one by one by rulings, for which the verifier of their signer answers", async () => {
    const key = privateKeyToAccount(generatePrivateKey());
    const evidence = {
      ...{ measurement: word("d1"), evidenceHash: word("e1"), tcb: 0n, debug: false, advisories: [] },
      expiresAt: (await now()) + 30 * DAY,
    };
    await registerEnclaveSignerSync(world.owner, { ...at(), policy, signer: key.address, evidence });
    const licenses = entries.map(({ licenseId }) => licenseId);
    const time = await now();
    const receipt = {
      ...{ policy: id, jobManifestHash: word("05"), inputsHash: word("02"), outputsHash: word("03") },
      ...{ runManifestHash: word("a1"), evidenceHash: word("e1"), licensesHash: receiptLicensesHash(licenses) },
      ...{ signer: key.address, runner: world.buyer.account.address, startedAt: time, endedAt: time },
    };
    const signature = await signComputeReceipt(world.owner, { ...at(), account: key, message: receipt });
    const { receiptId } = await recordComputeReceiptSync(world.owner, { ...at(), receipt, signature, licenses });
    const query = { ...at(), licenseId: licenses[0] as bigint, leastGrade: 1 };
    expect(await receiptProvenAt(world.owner, query)).toBeGreaterThan(0);

    await world.mint(world.ben.account.address, 1_000n * USDC);
    const claim = { reason: "FalseReceipt", id: BigInt(receiptId), occurredAt: time } as const;
    const raised = await prepareOpenDispute(world.ben, { ...at(), claim, evidence: said("It ran elsewhere") });
    expect(raised).toMatchObject({ answer: "Fine", respondent: world.owner.account.address });
    const { receipt: sent } = await execute(world.ben, raised);
    const { disputeId } = openDispute.extractEvent(sent.logs);
    const dispute = await disputeOf(world.ben, { ...at(), disputeId });
    expect(dispute).toMatchObject({ subject: "Receipt", subjectId: BigInt(receiptId), reason: "FalseReceipt" });
    await respondToDisputeSync(world.owner, { ...at(), disputeId, evidence: said("It did not") });
    await execute(world.ben, await prepareReferDispute(world.ben, { ...at(), disputeId }));
    for (const member of roles.council.slice(0, 2)) {
      await voteOnDisputeSync(member, { ...at(), disputeId, ruling: { upheld: true, revokeRecord: true } });
    }
    const { appealWindow } = await disputeNumbers(world.ben, { ...at(), numbers: dispute?.numbers ?? 0 });
    await world.pass(appealWindow + 1);
    await concludeDisputeSync(world.ben, { ...at(), disputeId });
    expect((await computeReceiptOf(world.owner, { ...at(), receiptId })).revoked).toBe(true);
    expect(await receiptProvenAt(world.owner, query)).toBeUndefined();
    const signer = await enclaveSignerOf(world.owner, { ...at(), policy: id, signer: key.address });
    expect(signer).toMatchObject({ revokedAt: 0 });
  });
});
