import { attestationRegistryAbi, qualityOracleAbi } from "@colophon-protocol/contracts";
import { keccak256, stringToHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  acknowledgeRecallBySignatureSync,
  acknowledgeRecallSync,
  anchorAttestationSync,
  anchorConsentsSync,
  attestationId,
  badgeHolder,
  badgeOf,
  badgeStanding,
  commitScoreSync,
  consentBatch,
  consentHash,
  consentHashOf,
  consentStatus,
  datasetSubject,
  declareQualityMethodSync,
  encodeBadgeData,
  execute,
  holdOf,
  isConsentInForce,
  isRecallAffected,
  issueBadge,
  issueBadgeSync,
  issuerOf,
  issuerWeight,
  knownSchema,
  linkConsentBatchSync,
  linkConsentSync,
  type Offer,
  openRecall,
  personSubject,
  prepareQualityStake,
  prepareRequestQuality,
  providerSubject,
  qualityAccountOf,
  qualityCommitment,
  qualityEvidenceOf,
  qualityMethodAt,
  qualityProvenAt,
  qualityReportsOf,
  qualityRequestOf,
  qualityTokenTerms,
  ReleaseCondition,
  readSubject,
  recallAcknowledgementOf,
  recallOf,
  recallStanding,
  recordConsentFromBatchSync,
  recordConsentSync,
  registerSchema,
  renounceBadgeSync,
  requestQualityForLicense,
  resolveAddress,
  revealScoreSync,
  revokeBadgeSync,
  revokeConsent,
  revokeConsentBySignatureSync,
  revokeConsentSync,
  schemaOf,
  settleHoldSync,
  settleQuality,
  signAttestation,
  signConsent,
  signRecallAcknowledgement,
  startRecallOfBatchSync,
  verifyAttestation,
  versionSubject,
  waitForSuccess,
  withdrawalOf,
} from "../../src/index.js";
import { DAY, openAnother, publishAndOffer, purchase, startWorld, type World } from "./support.js";
import { accredit, admit, type Roles, rolesOf, USDC, word } from "./trust-support.js";

let world: World;
let roles: Roles;
let offer: Offer;
const at = () => ({ deployment: world.deployment });
const address = (who: "owner" | "buyer" | "provider" | "ada" | "ben") => world[who].account.address;
const chainTime = async () => Number((await world.owner.getBlock()).timestamp);
const version = () => ({ datasetId: offer.datasetId, version: 1 });

beforeAll(async () => {
  world = await startWorld();
  roles = await rolesOf(world);
  offer = await publishAndOffer(world);
  await world.mint(address("buyer"), 100_000n * USDC);
  for (const { account } of roles.reporters) await world.mint(account.address, 1_000n * USDC);
  await accredit(world, roles, address("ada"));
});
afterAll(() => world?.chain.stop());

describe("subjects of badges", () => {
  it("are packed as the contract packs them", async () => {
    const registry = resolveAddress(world.ben, "AttestationRegistry", at());
    const base = { address: registry, abi: attestationRegistryAbi } as const;
    const read = world.ben.readContract;
    expect(await read({ ...base, functionName: "datasetSubject", args: [7n] })).toBe(datasetSubject(7n));
    expect(await read({ ...base, functionName: "versionSubject", args: [7n, 3] })).toBe(versionSubject(7n, 3));
    expect(await read({ ...base, functionName: "providerSubject", args: [address("ada")] })).toBe(
      providerSubject(address("ada")),
    );
    expect(await read({ ...base, functionName: "personSubject", args: [address("ada")] })).toBe(
      personSubject(address("ada")),
    );
  });

  it("are read back", () => {
    expect(readSubject(datasetSubject(7n))).toEqual({ kind: "Dataset", datasetId: 7n });
    expect(readSubject(versionSubject(7n, 3))).toEqual({ kind: "Version", datasetId: 7n, version: 3 });
    expect(readSubject(personSubject(address("ada")))).toEqual({ kind: "Person", account: address("ada") });
    expect(() => readSubject(word("00"))).toThrow("No badge can be about");
    expect(() => versionSubject(1n << 40n, 1)).toThrow("dataset");
  });
});

describe("badges", () => {
  const fields = "uint16 shareBps,bytes32 reportHash";
  const schema = async () => {
    const input = { ...at(), documentHash: word("5c"), kinds: ["Version", "Person"], fields } as const;
    const id = await registerSchema.simulate(world.ben, input);
    await waitForSuccess(world.ben, await registerSchema(world.ben, input));
    return id;
  };

  it("are issued by accredited issuers, and revoked", async () => {
    const id = await schema();
    expect(await schemaOf(world.ben, { ...at(), schema: id })).toMatchObject({ fields, kinds: ["Version", "Person"] });
    expect(await issuerOf(world.ben, { ...at(), issuer: address("ada") })).toMatchObject({ accreditor: "governance" });
    expect(await issuerWeight(world.ben, { ...at(), issuer: address("ada") })).toBe(1000);
    const badge = {
      ...at(),
      schema: id,
      subject: versionSubject(offer.datasetId, 1),
      data: encodeBadgeData(fields, [250, word("ab")]),
    };
    await expect(issueBadge(world.ben, badge)).rejects.toMatchObject({
      data: { errorName: "AttestationRegistry_NotAccredited" },
    });
    const { badgeId } = await issueBadgeSync(world.ada, badge);
    expect(await badgeOf(world.ben, { ...at(), badgeId })).toMatchObject({
      issuer: address("ada"),
      dataHash: keccak256(badge.data),
    });
    expect(await badgeStanding(world.ben, { ...at(), badgeId })).toBe("Valid");
    await revokeBadgeSync(world.ada, { ...at(), badgeId, reason: { text: "a mistake" } });
    expect(await badgeStanding(world.ben, { ...at(), badgeId })).toBe("Revoked");
    expect(() => encodeBadgeData(fields, ["many"])).toThrow("do not fit");
  });

  it("come of attestations that were signed off chain, and can be renounced by the person", async () => {
    const data = encodeBadgeData(fields, [1, word("ac")]);
    const attestation = {
      issuer: address("ada"),
      schema: await schema(),
      subject: personSubject(address("ben")),
      dataHash: keccak256(data),
      issuedAt: await chainTime(),
      expiresAt: 0,
      nonce: 5n,
    };
    const message = { ...at(), message: attestation };
    const signature = await signAttestation(world.ada, message);
    expect(await verifyAttestation(world.ben, { ...message, signature, signer: address("ada") })).toBe(true);
    const { badgeId } = await anchorAttestationSync(world.buyer, { ...at(), attestation, data, signature });
    expect(badgeId).toBe(await attestationId(world.ben, { ...at(), attestation }));
    expect(await badgeHolder(world.ben, { ...at(), subject: attestation.subject })).toBe(address("ben"));
    await renounceBadgeSync(world.ben, { ...at(), badgeId });
    expect(await badgeStanding(world.ben, { ...at(), badgeId })).toBe("Revoked");
    expect(await knownSchema(world.ben, { ...at(), name: "no such badge" })).toBeUndefined();
  });
});

describe("consents", () => {
  const consentOf = async (nonce: bigint) => ({
    receiptHash: word("c1"),
    grantor: address("ben"),
    controller: address("owner"),
    uses: 3,
    validFrom: await chainTime(),
    validUntil: 0,
    nonce,
  });

  it("are recorded, revoked, and start a recall that licensees acknowledge", async () => {
    const { licenseId } = await purchase(world, offer);
    const consent = await consentOf(1n);
    const signature = await signConsent(world.ben, { ...at(), message: consent });
    await recordConsentSync(world.ada, { ...at(), consent, signature });
    const hash = consentHashOf(consent);
    expect(await consentHash(world.ada, { ...at(), consent })).toBe(hash);
    expect(await isConsentInForce(world.ada, { ...at(), consent, at: await chainTime() })).toBe(true);
    await linkConsentSync(world.owner, { ...at(), consent, ...version(), leavesHash: word("1e") });
    const revoked = { ...at(), consent, reason: { text: "I changed my mind" }, versions: [version()] };
    await expect(revokeConsent(world.buyer, revoked)).rejects.toMatchObject({
      data: { errorName: "ConsentRegistry_NotGrantor" },
    });
    await revokeConsentSync(world.ben, revoked);
    expect((await consentStatus(world.ada, { ...at(), consentHash: hash })).revokedAt).toBeGreaterThan(0);
    const recallId = 1n;
    expect(await recallOf(world.ada, { ...at(), recallId })).toMatchObject({ ...version(), reason: "ConsentRevoked" });
    expect(await isRecallAffected(world.ada, { ...at(), recallId, licenseId })).toBe(true);
    expect(await recallStanding(world.ada, { ...at(), recallId, licenseId })).toBe("Waiting");
    await world.pass(DAY);
    await acknowledgeRecallSync(world.buyer, {
      ...at(),
      recallId,
      licenseId,
      action: "Delete",
      evidenceHash: word("de"),
    });
    expect(await recallStanding(world.ada, { ...at(), recallId, licenseId })).toBe("Acknowledged");
    const answer = {
      recallId,
      licenseId,
      action: 2,
      evidenceHash: word("df"),
      sequence: 9n,
      signedAt: await chainTime(),
    };
    const answered = await signRecallAcknowledgement(world.buyer, { ...at(), message: answer });
    await acknowledgeRecallBySignatureSync(world.ben, { ...at(), answer, signature: answered });
    expect(await recallAcknowledgementOf(world.ada, { ...at(), recallId, licenseId })).toMatchObject({
      action: "Retrain",
      sequence: 9n,
    });
  });

  it("are anchored in batches, withdrawn by signature, and recalled by anyone", async () => {
    const consents = await Promise.all([2n, 3n, 4n].map(consentOf));
    const signed = await Promise.all(
      consents.map(async (consent) => ({
        consent,
        signature: await signConsent(world.ben, { ...at(), message: consent }),
        leavesHash: word("1f"),
      })),
    );
    const batch = consentBatch(signed);
    await anchorConsentsSync(world.owner, { ...at(), root: batch.root, size: batch.size });
    await linkConsentBatchSync(world.owner, { ...at(), root: batch.root, ...version() });
    const [consent, signature, proof] = [consents[1], signed[1]?.signature, batch.proofs[1]];
    if (!consent || !signature || !proof) throw new Error("the batch is too small");
    await recordConsentFromBatchSync(world.ada, { ...at(), consent, signature, proof });
    const withdrawal = withdrawalOf(consent, await chainTime());
    const withdrawn = await signConsent(world.ben, { ...at(), message: withdrawal });
    await revokeConsentBySignatureSync(world.ada, { ...at(), consent, withdrawal, signature: withdrawn });
    const signatureHash = keccak256(signature);
    const { recallId } = await startRecallOfBatchSync(world.ada, {
      ...at(),
      consent,
      signatureHash,
      proof,
      ...version(),
    });
    expect(recallId).toBeGreaterThan(0n);
    expect(() => consentBatch([])).toThrow("needs a consent");
  });

  it("leave other recalls to the owner, who names the root first", async () => {
    const recall = {
      ...at(),
      ...version(),
      reason: "Takedown",
      leavesHash: word("1e"),
      revokedRoot: word("4e"),
    } as const;
    await expect(openRecall(world.ben, recall)).rejects.toMatchObject({ data: { errorName: "Recalls_NotOwner" } });
    await expect(openRecall(world.owner, recall)).rejects.toMatchObject({
      data: { errorName: "Recalls_RootNotInForce" },
    });
  });
});

describe("quality", () => {
  const method = keccak256(stringToHex("accuracy on the holdout"));

  it("releases an escrow by the median of staked reporters", async () => {
    for (const { account } of roles.reporters) await admit(world, roles, account.address);
    await declareQualityMethodSync(world.owner, { ...at(), ...version(), method });
    await world.pass(1);
    expect(await qualityMethodAt(world.ben, { ...at(), ...version(), at: await chainTime() })).toBe(method);
    const scored = await openAnother(world, offer, {
      railTerms: { rail: "escrow", condition: ReleaseCondition.Quality, leastAssurance: 80 },
    });
    const { licenseId } = await purchase(world, scored);
    const { stake, leastReward } = await qualityTokenTerms(world.ben, { ...at(), token: world.usdc });
    const pay = { token: world.usdc, reward: leastReward * 3n, seats: 3 };
    const { receipt } = await execute(
      world.buyer,
      await prepareRequestQuality(world.buyer, { ...at(), licenseId, ...pay }),
    );
    const { requestId } = requestQualityForLicense.extractEvent(receipt.logs);
    const salt = word("5a");
    const scores = [8500, 9000, 8800];
    for (const [index, reporter] of roles.reporters.entries()) {
      const score = scores[index] ?? 0;
      await execute(reporter, await prepareQualityStake(reporter, { ...at(), token: world.usdc, amount: stake }));
      const hidden = { requestId, reporter: reporter.account.address, score, salt };
      const commitment = qualityCommitment(hidden);
      const oracle = resolveAddress(world.ben, "QualityOracle", at());
      const args = [requestId, hidden.reporter, score, salt] as const;
      const call = { address: oracle, abi: qualityOracleAbi, functionName: "commitmentOf", args } as const;
      expect(await world.ben.readContract(call)).toBe(commitment);
      await commitScoreSync(reporter, { ...at(), requestId, commitment });
    }
    await world.pass(1);
    for (const [index, reporter] of roles.reporters.entries()) {
      await revealScoreSync(reporter, { ...at(), requestId, score: scores[index] ?? 0, salt });
    }
    expect((await qualityReportsOf(world.ben, { ...at(), requestId })).every(({ revealed }) => revealed)).toBe(true);
    const { logs } = await waitForSuccess(world.ben, await settleQuality(world.ben, { ...at(), requestId }));
    expect(settleQuality.extractEvent(logs)).toMatchObject({ score: 8800, licenseId });
    expect(await qualityRequestOf(world.ben, { ...at(), requestId })).toMatchObject({ state: "Scored", score: 8800 });
    expect(await qualityEvidenceOf(world.ben, { ...at(), licenseId })).toMatchObject({ requestId, score: 8800 });
    expect(await qualityProvenAt(world.ben, { ...at(), licenseId, percent: 88 })).toBeGreaterThan(0);
    expect(await qualityProvenAt(world.ben, { ...at(), licenseId, percent: 89 })).toBeUndefined();
    const account = { holder: roles.reporters[0]?.account.address ?? address("ben"), token: world.usdc };
    expect((await qualityAccountOf(world.ben, { ...at(), ...account })).free).toBeGreaterThan(stake);
    await world.pass(DAY + 1);
    await settleHoldSync(world.ben, { ...at(), licenseId, offer: scored });
    expect((await holdOf(world.ben, { ...at(), licenseId })).state).toBe("Released");
  });
});
