import { bytesToHex, keccak256, stringToHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leafHash, MerkleTree } from "../../src/formats/index.js";
import {
  accessOf,
  addProviderKeySync,
  allocateBondSync,
  answerChallengeSync,
  appealDispute,
  bondAccount,
  bondDelegationOf,
  challengeOf,
  concludeDispute,
  concludeDisputeSync,
  councilCaseOf,
  councilVotesFor,
  coverOf,
  type Dispute,
  disputeNumbers,
  disputeOf,
  disputeRuling,
  encodingProof,
  execute,
  faultChallenge,
  faultMarksOf,
  forkEvidence,
  isProviderKey,
  isRuled,
  logForkedAt,
  type Offer,
  openChallenge,
  openDispute,
  prepareAppeal,
  prepareChallenge,
  prepareDelegateBond,
  prepareDepositBond,
  prepareOpenDispute,
  prepareReferDispute,
  previewRuling,
  proveEquivocationSync,
  proveLateReceipt,
  proveWrongContent,
  proveWrongContentSync,
  proveWrongRootSync,
  providerOf,
  providerPayout,
  registerProviderSync,
  reliefOf,
  requestBondWithdrawalSync,
  requestUndelegationSync,
  respondToDisputeSync,
  settleDispute,
  signAvailabilityReceipt,
  signCheckpoint,
  signDeliveryRequest,
  signSettlement,
  verifyCheckpoint,
  verifySettlement,
  voteOnDisputeSync,
  waitForSuccess,
  wrongContentEvidence,
} from "../../src/index.js";
import { DAY, PRICE, purchase, startWorld, type World } from "./support.js";
import {
  encodingLeaves,
  evidence,
  offerWithLeaves,
  type Roles,
  rolesOf,
  signedFor,
  USDC,
  word,
} from "./trust-support.js";

let world: World;
let roles: Roles;
let offer: Offer;
const at = () => ({ deployment: world.deployment });
const address = (who: "owner" | "buyer" | "provider" | "ada" | "ben") => world[who].account.address;
const provider = () => ({ provider: address("provider"), token: world.usdc });
const chainTime = async () => Number((await world.owner.getBlock()).timestamp);

beforeAll(async () => {
  world = await startWorld();
  roles = await rolesOf(world);
  offer = await offerWithLeaves(world);
  for (const who of ["buyer", "provider", "ada", "ben"] as const) await world.mint(address(who), 100_000n * USDC);
});
afterAll(() => world?.chain.stop());

describe("a provider's bond", () => {
  it("is nothing before the provider registers and bonds", async () => {
    expect(await providerOf(world.ben, { ...at(), provider: address("provider") })).toBeUndefined();
    expect(await providerPayout(world.ben, { ...at(), provider: address("provider") })).toBe(address("provider"));
    expect(await coverOf(world.ben, { ...at(), offer })).toMatchObject({
      allocated: 0n,
      covered: false,
      perPurchase: 0n,
    });
  });

  it("covers purchases once it is allocated", async () => {
    await registerProviderSync(world.provider, {
      ...at(),
      payout: address("provider"),
      endpoints: "https://provider.example/service.json",
      endpointsHash: word("0e"),
      termsHash: word("0f"),
    });
    await addProviderKeySync(world.provider, { ...at(), key: address("ada"), purposes: ["receipts", "logs"] });
    const prepared = await prepareDepositBond(world.provider, { ...at(), token: world.usdc, amount: 2_000n * USDC });
    expect(prepared.requirements.map(({ type }) => type)).toEqual(["approval"]);
    await execute(world.provider, prepared);
    await allocateBondSync(world.provider, { ...at(), offer, amount: 400n * USDC, valueAtRisk: PRICE });
    // The least bond of 100, and a fifth of the 250 at risk.
    expect(await coverOf(world.ben, { ...at(), offer })).toEqual({
      allocated: 400n * USDC,
      required: 150n * USDC,
      perPurchase: PRICE,
      covered: true,
    });
    const key = { provider: address("provider"), key: address("ada"), at: await chainTime() };
    expect(await isProviderKey(world.ben, { ...at(), ...key, purposes: ["logs"] })).toBe(true);
  });

  it("says what an account lacks", async () => {
    const stranger = roles.reporters[0] as Roles["reporters"][0];
    const prepared = await prepareDepositBond(stranger, { ...at(), token: world.usdc, amount: USDC });
    expect(prepared.requirements[0]).toMatchObject({ type: "balance", missing: USDC });
    await expect(execute(stranger, prepared)).rejects.toMatchObject({ code: "requirement" });
  });

  it("takes delegated stake, which thaws before it leaves", async () => {
    await execute(world.ben, await prepareDelegateBond(world.ben, { ...at(), ...provider(), amount: 100n * USDC }));
    const { shares, worth } = await bondDelegationOf(world.ada, { ...at(), ...provider(), delegator: address("ben") });
    expect(worth).toBe(100n * USDC);
    const { thawedAt } = await requestUndelegationSync(world.ben, { ...at(), ...provider(), shares });
    expect(thawedAt).toBeGreaterThan(await chainTime());
  });

  it("says why a withdrawal is refused", async () => {
    const all = { ...at(), token: world.usdc, amount: 1_000_000n * USDC };
    await expect(requestBondWithdrawalSync(world.provider, all)).rejects.toMatchObject({
      code: "reverted",
      data: { errorName: "ProviderBond_TooMuch" },
    });
  });
});

describe("faults", () => {
  const wrong = encodingLeaves.map((leaf) =>
    leaf.index === 3 ? { ...leaf, digest: leaf.digest.map((b) => b ^ 1) } : leaf,
  );

  it("slash on the spot who signed for a wrong chunk, and refund the buyer", async () => {
    const before = await world.balance(address("buyer"));
    const { licenseId } = await purchase(world, offer);
    const signed = await signedFor(world, offer, { licenseId, served: wrong });
    const proof = wrongContentEvidence({ served: wrong, encoding: encodingLeaves, receipt: signed.receipt });
    if (!proof) throw new Error("no contradiction was found");
    expect(proof).toMatchObject({ position: 3n, served: { index: 3n } });
    const reporter = await world.balance(address("ben"));
    const { own } = await bondAccount(world.ben, { ...at(), ...provider() });
    const proven = await proveWrongContentSync(world.ben, { ...at(), offer, signed, proof });
    expect(proven.refunded).toBe(PRICE);
    expect(await world.balance(address("buyer"))).toBe(before);
    expect(await world.balance(address("ben"))).toBeGreaterThan(reporter);
    // Half the price is the penalty.
    expect((await bondAccount(world.ben, { ...at(), ...provider() })).own).toBe(own - PRICE / 2n);
    expect(await faultMarksOf(world.ben, { ...at(), licenseId })).toEqual(["content"]);
    expect(
      await accessOf(world.ben, { ...at(), licenseId, user: address("buyer"), version: 1, uses: ["train"] }),
    ).not.toBe("Granted");
  });

  it("are none when what was served is what the encoding has", async () => {
    const { licenseId } = await purchase(world, offer);
    const served = encodingLeaves.slice(2, 5);
    const signed = await signedFor(world, offer, { licenseId, served });
    expect(wrongContentEvidence({ served, encoding: encodingLeaves, receipt: signed.receipt })).toBeUndefined();
    expect(() => wrongContentEvidence({ served: wrong, encoding: encodingLeaves, receipt: signed.receipt })).toThrow(
      "not what the receipt covers",
    );
    const leaf = { index: 2n, size: 1000, flags: 0, digest: bytesToHex((served[0] as (typeof served)[0]).digest) };
    const proof = {
      position: 0n,
      served: leaf,
      servedProof: encodingProof(served, 0),
      encoded: leaf,
      encodedProof: encodingProof(encodingLeaves, 2),
    };
    await expect(proveWrongContent(world.ben, { ...at(), offer, signed, proof })).rejects.toMatchObject({
      data: { errorName: "ObjectiveFaults_NoFault" },
    });
    await expect(proveLateReceipt(world.ben, { ...at(), offer, signed })).rejects.toMatchObject({
      data: { errorName: "ObjectiveFaults_NoFault" },
    });
  });

  it("are a root that the registry does not have", async () => {
    const { licenseId } = await purchase(world, offer);
    const signed = await signedFor(world, offer, { licenseId, served: encodingLeaves, encodingRoot: word("bd") });
    expect(await proveWrongRootSync(world.ben, { ...at(), offer, signed })).toMatchObject({ refunded: PRICE });
  });

  it("are two histories of one log", async () => {
    const entries = Array.from({ length: 7 }, (_, i) => leafHash(Uint8Array.of(i)));
    const tree = MerkleTree.from(entries);
    const originHash = keccak256(stringToHex("provider.example/log"));
    const signedHead = async (size: number, headRoot: Uint8Array) => {
      const signedAt = await chainTime();
      const head = {
        provider: address("provider"),
        originHash,
        size: BigInt(size),
        root: bytesToHex(headRoot),
        signedAt,
      };
      const message = { ...at(), message: head };
      const signature = await signCheckpoint(world.ada, message);
      expect(await verifyCheckpoint(world.ben, { ...message, signature, signer: address("ada") })).toBe(true);
      return { head, signer: address("ada"), signature };
    };
    const later = await signedHead(7, tree.root());
    const honest = await signedHead(4, tree.root(4));
    expect(() => forkEvidence([honest, later], entries)).toThrow("extends the smaller");
    const forked = await signedHead(4, leafHash(Uint8Array.of(9)));
    const fork = forkEvidence([later, forked], entries);
    await proveEquivocationSync(world.ben, { ...at(), ...fork, token: world.usdc });
    expect(await logForkedAt(world.ben, { ...at(), provider: address("provider"), originHash })).toBeGreaterThan(0);
  });
});

describe("challenges", () => {
  const asked = async (licenseId: bigint, chunk: bigint) => {
    const request = { licenseId, version: 1, encoding: 2, chunk, sequence: chunk, signedAt: await chainTime() };
    const signature = await signDeliveryRequest(world.buyer, { ...at(), message: request });
    // Somebody else brings the licensee's request.
    const prepared = await prepareChallenge(world.ben, { ...at(), offer, request, signature });
    expect(prepared.fee).toBe((PRICE * 100n) / 10_000n);
    const { receipt } = await execute(world.ben, prepared);
    return openChallenge.extractEvent(receipt.logs);
  };

  it("are answered with the chunk's place in the encoding", async () => {
    const { licenseId } = await purchase(world, offer);
    const { challengeId } = await asked(licenseId, 5n);
    const leaf = encodingLeaves[5] as (typeof encodingLeaves)[0];
    const receipt = {
      challengeId,
      encodingRoot: bytesToHex(MerkleTree.from([]).root()),
      chunk: 5n,
      digest: bytesToHex(leaf.digest),
      signedAt: await chainTime(),
    };
    const { encodingRoot } = (await signedFor(world, offer, { licenseId, served: encodingLeaves })).receipt;
    const message = { ...receipt, encodingRoot };
    const answer = {
      ...at(),
      offer,
      receipt: message,
      size: leaf.size,
      flags: leaf.flags,
      proof: encodingProof(encodingLeaves, 5),
      signer: address("ada"),
      signature: await signAvailabilityReceipt(world.ada, { ...at(), message }),
    };
    expect((await answerChallengeSync(world.ben, answer)).paidTo).toBe(address("provider"));
    expect((await challengeOf(world.ben, { ...at(), challengeId }))?.state).toBe("Answered");
  });

  it("fault who does not answer in time", async () => {
    const { licenseId } = await purchase(world, offer);
    const { challengeId } = await asked(licenseId, 6n);
    await expect(faultChallenge(world.ben, { ...at(), challengeId, offer })).rejects.toMatchObject({
      data: { errorName: "ServiceChallenges_TooEarly" },
    });
    await world.pass(DAY + 1);
    const receipt = await waitForSuccess(world.ben, await faultChallenge(world.ben, { ...at(), challengeId, offer }));
    expect(faultChallenge.extractEvent(receipt.logs)).toMatchObject({ refunded: PRICE });
  });
});

describe("disputes", () => {
  const raised = async (licenseId: bigint) => {
    const claim = { reason: "NotAsDescribed", id: licenseId, occurredAt: await chainTime() } as const;
    const given = { ...at(), claim, offer, evidence: evidence("A tenth of it is noise") };
    const prepared = await prepareOpenDispute(world.buyer, given);
    expect(prepared).toMatchObject({ answer: "Fine", respondent: address("owner"), bond: 25n * USDC, judge: 1 });
    const { receipt } = await execute(world.buyer, prepared);
    return openDispute.extractEvent(receipt.logs).disputeId;
  };
  const ruling = { upheld: true, refund: PRICE / 2n, reasons: word("7e") };
  const vote = (
    disputeId: bigint,
    count: number,
    round = 0,
    decided: Parameters<typeof voteOnDisputeSync>[1]["ruling"] = ruling,
  ) =>
    roles.council
      .slice(0, count)
      .reduce(
        (last, member) => last.then(() => voteOnDisputeSync(member, { ...at(), disputeId, round, ruling: decided })),
        Promise.resolve<unknown>(undefined),
      );

  it("are raised, answered, referred, judged and paid", async () => {
    const before = await world.balance(address("buyer"));
    const { licenseId } = await purchase(world, offer);
    const disputeId = await raised(licenseId);
    expect(await disputeOf(world.ben, { ...at(), disputeId })).toMatchObject({
      phase: "Open",
      reason: "NotAsDescribed",
      subject: "License",
      flags: expect.arrayContaining(["money", "by-buyer"]),
    });
    await respondToDisputeSync(world.owner, {
      ...at(),
      disputeId,
      offer,
      evidence: evidence("It is as people wrote it"),
    });
    await execute(world.ben, await prepareReferDispute(world.ben, { ...at(), disputeId }));
    expect(await councilCaseOf(world.ben, { ...at(), disputeId })).toMatchObject({ threshold: 2, decided: false });
    expect(await previewRuling(world.ben, { ...at(), disputeId, offer, ruling })).toMatchObject({
      held: PRICE,
      refund: PRICE / 2n,
      toClaimant: 25n * USDC,
      ends: true,
      waits: false,
    });
    expect(await reliefOf(world.ben, { ...at(), disputeId, upheld: true })).toMatchObject({ upheld: true });
    expect(isRuled((await disputeOf(world.ben, { ...at(), disputeId })) as Dispute)).toBe(false);
    await vote(disputeId, 1);
    expect(await councilVotesFor(world.ben, { ...at(), disputeId, ruling })).toBe(1);
    await vote(disputeId, 2);
    expect(await disputeRuling(world.ben, { ...at(), disputeId })).toMatchObject(ruling);
    await expect(concludeDispute(world.ben, { ...at(), disputeId, offer })).rejects.toMatchObject({
      data: { errorName: "DisputeManager_TooEarly" },
    });
    const numbers = (await disputeOf(world.ben, { ...at(), disputeId }))?.numbers ?? 0;
    const { appealWindow } = await disputeNumbers(world.ben, { ...at(), numbers });
    await world.pass(appealWindow + 1);
    await concludeDisputeSync(world.ben, { ...at(), disputeId, offer });
    expect((await disputeOf(world.ben, { ...at(), disputeId }))?.outcome).toBe("Upheld");
    expect(await world.balance(address("buyer"))).toBe(before - PRICE / 2n);
  });

  it("are appealed to more of the council, with a higher bond", async () => {
    const { licenseId } = await purchase(world, offer);
    const disputeId = await raised(licenseId);
    await respondToDisputeSync(world.provider, { ...at(), disputeId, offer, evidence: evidence("No") });
    await execute(world.ben, await prepareReferDispute(world.ben, { ...at(), disputeId }));
    await vote(disputeId, 2, 0, { upheld: false, reasons: word("7f") });
    const prepared = await prepareAppeal(world.buyer, { ...at(), disputeId, offer });
    expect(prepared).toMatchObject({ bond: 50n * USDC, cost: { amount: 0n, native: 0n } });
    const { receipt } = await execute(world.buyer, prepared);
    expect(appealDispute.extractEvent(receipt.logs).bond).toBe(50n * USDC);
    await vote(disputeId, 3, 1);
    await world.pass(1);
    await concludeDisputeSync(world.ben, { ...at(), disputeId, offer });
    expect((await disputeOf(world.ben, { ...at(), disputeId }))?.outcome).toBe("Upheld");
  });

  it("are settled by the signatures of both", async () => {
    const { licenseId } = await purchase(world, offer);
    const disputeId = await raised(licenseId);
    const terms = { disputeId, refund: PRICE / 4n, revoke: true, claimantBond: 25n * USDC, deadline: 4_000_000_000 };
    const message = { ...at(), message: terms };
    const claimantSignature = await signSettlement(world.buyer, message);
    const respondentSignature = await signSettlement(world.owner, message);
    expect(
      await verifySettlement(world.ben, { ...message, signature: claimantSignature, signer: address("buyer") }),
    ).toBe(true);
    const before = await world.balance(address("buyer"));
    const hash = await settleDispute(world.ben, { ...at(), terms, offer, claimantSignature, respondentSignature });
    const { logs } = await waitForSuccess(world.ben, hash);
    expect(settleDispute.extractEvent(logs).disputeId).toBe(disputeId);
    expect(await world.balance(address("buyer"))).toBe(before + PRICE / 4n + 25n * USDC);
  });

  it("are refused when the chain itself answers", async () => {
    const claim = { reason: "NotDelivered", id: 999_999n, occurredAt: await chainTime() } as const;
    const given = { ...at(), claim, offer, evidence: evidence("?") };
    await expect(prepareOpenDispute(world.buyer, given)).rejects.toMatchObject({ code: "reverted" });
    expect(await disputeOf(world.ben, { ...at(), disputeId: 999n })).toBeUndefined();
    await expect(prepareReferDispute(world.ben, { ...at(), disputeId: 999n })).rejects.toMatchObject({ code: "input" });
  });
});
