// What ends, pays and completes: the parts of trust that come after the story of trust.test.ts and trust-records.test.ts.
import { escrowRailAbi } from "@colophon-protocol/contracts";
import { bytesToHex, getAbiItem, type Hex, keccak256, parseAbi, stringToHex, toFunctionSelector } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChunkLeaf, chunkLeafHash, keyLeafHash, MerkleTree, root, typedData } from "../../src/formats/index.js";
import {
  accessOf,
  addEncodingSync,
  allocateBondSync,
  answerChallengeSync,
  bondAccount,
  bondDelegationOf,
  claimDeferredBondSync,
  claimDeferredChallengeSync,
  claimDeferredDispute,
  claimDeferredDisputeSync,
  claimDelegatorRewardsSync,
  completeBondWithdrawalSync,
  completeDeallocationSync,
  completeUndelegationSync,
  concludeDisputeSync,
  deferredBondOf,
  deferredChallengeOf,
  deferredDisputeOf,
  disputeNumbers,
  disputeOf,
  disputesOfLicense,
  encodingProof,
  endLicenseByRuling,
  execute,
  faultChallengeSync,
  forkEvidence,
  type Offer,
  openChallenge,
  openDispute,
  postCounterBond,
  prepareChallenge,
  prepareCounterBond,
  prepareDelegateBond,
  prepareDepositBond,
  prepareOpenDispute,
  prepareReferDispute,
  proveEquivocationSync,
  publishDatasetSync,
  registerProviderSync,
  requestBondWithdrawalSync,
  requestDeallocationSync,
  requestUndelegationSync,
  respondToDisputeSync,
  rewardDelegatorsSync,
  setDelegatorShareSync,
  settleDisputeSync,
  settleLicenseByRuling,
  settleLicenseByRulingSync,
  showChunkKey,
  showChunkKeySync,
  signAvailabilityReceipt,
  signCheckpoint,
  stoppedSales,
  versionClaimId,
  voteOnDisputeSync,
  waitForSuccess,
  withdrawDisputeSync,
} from "../../src/index.js";
import { DAY, openAnother, PRICE, purchase, startWorld, type World } from "./support.js";
import {
  encodingLeaves,
  evidence,
  offerWithLeaves,
  type Roles,
  rolesOf,
  USDC,
  whileContractRefuses,
  whileTokenRefuses,
  word,
} from "./trust-support.js";

let world: World;
let roles: Roles;
let offer: Offer;
const at = () => ({ deployment: world.deployment });
const address = (who: "owner" | "buyer" | "provider" | "ada" | "ben") => world[who].account.address;
const provider = () => ({ provider: address("provider"), token: world.usdc });
/** Seconds that a remedy is tried before a dispute ends without it: DisputeManager.FORCE_AFTER. */
const FORCE_AFTER = 30 * DAY;
const chainTime = async () => Number((await world.owner.getBlock()).timestamp);
const rootOf = (leaves: readonly ChunkLeaf[]): Hex => bytesToHex(root(leaves.map((leaf) => chunkLeafHash(leaf))));

beforeAll(async () => {
  world = await startWorld();
  roles = await rolesOf(world);
  offer = await offerWithLeaves(world);
  for (const who of ["owner", "buyer", "provider", "ada", "ben"] as const)
    await world.mint(address(who), 100_000n * USDC);
  const profile = { endpoints: "https://provider.example", endpointsHash: word("0e"), termsHash: word("0f") };
  await registerProviderSync(world.provider, { ...at(), payout: address("provider"), ...profile });
  const { usdc: token, provider: client } = world;
  await execute(client, await prepareDepositBond(client, { ...at(), token, amount: 2_000n * USDC }));
  await allocateBondSync(client, { ...at(), offer, amount: 400n * USDC, valueAtRisk: PRICE });
});
afterAll(() => world?.chain.stop());

const spender = (contract: string) => world.deployment.contracts[contract]?.address as Hex;
const approve = async (who: "ben", contract: string) => {
  const abi = parseAbi(["function approve(address spender, uint256 amount) returns (bool)"]);
  const call = { address: world.usdc, abi, functionName: "approve", args: [spender(contract), 10n ** 18n] } as const;
  await waitForSuccess(world[who], await world[who].writeContract(call));
};

describe("a bond", () => {
  it("shares rewards with those who back it, and pays what has thawed", async () => {
    await setDelegatorShareSync(world.provider, { ...at(), bps: 2_000 });
    const backing = { ...at(), ...provider(), amount: 300n * USDC };
    await execute(world.ben, await prepareDelegateBond(world.ben, backing));
    await approve("ben", "ProviderBond");
    await rewardDelegatorsSync(world.ben, { ...at(), ...provider(), amount: 30n * USDC });
    const delegation = { ...at(), ...provider(), delegator: address("ben") };
    const { rewards, shares, worth } = await bondDelegationOf(world.ada, delegation);
    const before = await world.balance(address("ben"));
    const claimed = await claimDelegatorRewardsSync(world.ada, delegation);
    expect(claimed.amount).toBe(rewards);
    expect(await world.balance(address("ben"))).toBe(before + rewards);

    const { thawedAt } = await requestUndelegationSync(world.ben, { ...at(), ...provider(), shares });
    await requestBondWithdrawalSync(world.provider, { ...at(), token: world.usdc, amount: 250n * USDC });
    await requestDeallocationSync(world.provider, { ...at(), offer, amount: 100n * USDC });
    await world.pass(thawedAt - (await chainTime()) + 3 * DAY);
    expect((await completeUndelegationSync(world.ben, { ...at(), ...provider() })).amount).toBe(worth);
    const freed = await completeDeallocationSync(world.provider, { ...at(), offer });
    expect(freed.amount).toBe(100n * USDC);
    const own = (await bondAccount(world.ada, { ...at(), ...provider() })).own;
    const withdrawn = await completeBondWithdrawalSync(world.provider, { ...at(), token: world.usdc });
    expect(withdrawn.amount).toBe(250n * USDC);
    const account = await bondAccount(world.ada, { ...at(), ...provider() });
    expect(account).toMatchObject({ own: own - 250n * USDC, delegated: 0n, allocated: 300n * USDC, thawing: 0n });
  });

  it("keeps what a token refused for who is owed it", async () => {
    const head = { provider: address("provider"), originHash: keccak256(stringToHex("log")), size: 4n };
    const signedAt = await chainTime();
    const [one, other] = await Promise.all(
      [word("01"), word("02")].map(async (headRoot) => {
        const message = { ...head, root: headRoot, signedAt };
        const signature = await signCheckpoint(world.provider, { ...at(), message });
        return { head: message, signature, signer: address("provider") };
      }),
    );
    if (!one || !other) throw new Error("two heads were signed");
    const fork = { ...at(), ...forkEvidence([one, other]), token: world.usdc };
    await whileTokenRefuses(world, () => proveEquivocationSync(world.ben, fork));
    const waiting = { ...at(), holder: address("ben"), token: world.usdc };
    const owed = await deferredBondOf(world.ada, waiting);
    expect(owed).toBeGreaterThan(0n);
    const before = await world.balance(address("ben"));
    expect((await claimDeferredBondSync(world.ada, waiting)).amount).toBe(owed);
    expect(await world.balance(address("ben"))).toBe(before + owed);
    expect(await deferredBondOf(world.ada, waiting)).toBe(0n);
  });
});

describe("challenges", () => {
  it("keep a fee that the token refused, and say when nobody was at fault", async () => {
    const { licenseId } = await purchase(world, offer);
    const request = { licenseId, version: 1, encoding: 2, chunk: 5n, sequence: 1n, signedAt: await chainTime() };
    const opened = await execute(world.buyer, await prepareChallenge(world.buyer, { ...at(), offer, request }));
    const { challengeId } = openChallenge.extractEvent(opened.receipt.logs);
    const leaf = encodingLeaves[5] as ChunkLeaf;
    const receipt = {
      ...{ challengeId, encodingRoot: rootOf(encodingLeaves), chunk: 5n, digest: bytesToHex(leaf.digest) },
      signedAt: await chainTime(),
    };
    const signature = await signAvailabilityReceipt(world.provider, { ...at(), message: receipt });
    const proof = encodingProof(encodingLeaves, 5);
    const answer = { ...at(), offer, receipt, proof, signature, signer: address("provider") };
    await whileTokenRefuses(world, () =>
      answerChallengeSync(world.ben, { ...answer, size: leaf.size, flags: leaf.flags }),
    );
    const waiting = { ...at(), holder: address("provider"), token: world.usdc };
    const fee = await deferredChallengeOf(world.ben, waiting);
    expect(fee).toBeGreaterThan(0n);
    expect((await claimDeferredChallengeSync(world.ben, waiting)).amount).toBe(fee);

    await world.pass(3 * DAY);
    const again = { ...request, sequence: 2n, signedAt: await chainTime() };
    const second = await execute(world.buyer, await prepareChallenge(world.buyer, { ...at(), offer, request: again }));
    const late = openChallenge.extractEvent(second.receipt.logs);
    await world.pass(2 * DAY);
    const closed = await faultChallengeSync(world.ben, { ...at(), challengeId: late.challengeId, offer });
    expect(closed.event).toMatchObject({ challengeId: late.challengeId, refunded: PRICE });
    expect(closed.receipt.status).toBe("success");
  });
});

describe("disputes", () => {
  const raise = async (reason: "NotDelivered" | "FalseEncoding", of = offer) => {
    const { licenseId } = await purchase(world, of);
    const claim = { reason, id: licenseId, occurredAt: await chainTime() } as const;
    const given = { ...at(), claim, offer: of, evidence: evidence("Look at it") };
    const { receipt } = await execute(world.buyer, await prepareOpenDispute(world.buyer, given));
    return { licenseId, disputeId: openDispute.extractEvent(receipt.logs).disputeId };
  };

  it("are given up, and keep a bond that the token refused", async () => {
    const { disputeId } = await raise("NotDelivered");
    const { bond = 0n } = (await disputeOf(world.ben, { ...at(), disputeId })) ?? {};
    await whileTokenRefuses(world, () => withdrawDisputeSync(world.buyer, { ...at(), disputeId, offer }));
    expect(await disputeOf(world.ben, { ...at(), disputeId })).toMatchObject({ phase: "Closed", outcome: "Withdrawn" });
    const waiting = { ...at(), holder: address("owner"), token: world.usdc };
    expect(await deferredDisputeOf(world.ben, waiting)).toBe(bond);
    await expect(claimDeferredDispute(world.ben, { ...waiting, to: address("ben") })).rejects.toMatchObject({
      data: { errorName: "TrustMoney_NotAccount" },
    });
    expect((await claimDeferredDisputeSync(world.ben, waiting)).amount).toBe(bond);
  });

  it("are settled by two calls: the first offers, the second ends", async () => {
    const { disputeId } = await raise("NotDelivered");
    const terms = { disputeId, refund: PRICE / 5n, revoke: false, claimantBond: 0n, deadline: 4_000_000_000 };
    const offered = await settleDisputeSync(world.buyer, { ...at(), terms, offer });
    expect(offered.event).toBeUndefined();
    const settled = await settleDisputeSync(world.owner, { ...at(), terms, offer });
    expect(settled.event?.disputeId).toBe(disputeId);
    expect(await disputeOf(world.ben, { ...at(), disputeId })).toMatchObject({ outcome: "Settled" });
  });

  it("end a license when a ruling said so, and leave money alone that nothing is due of", async () => {
    const { licenseId } = await purchase(world, offer);
    const claim = { reason: "BreachOfTerms", id: licenseId, occurredAt: await chainTime() } as const;
    const given = { ...at(), claim, offer, evidence: evidence("It was published") };
    const { receipt } = await execute(world.owner, await prepareOpenDispute(world.owner, given));
    const { disputeId } = openDispute.extractEvent(receipt.logs);
    await respondToDisputeSync(world.buyer, { ...at(), disputeId, offer, evidence: evidence("No") });
    await execute(world.ben, await prepareReferDispute(world.ben, { ...at(), disputeId }));
    const endsAt = (await chainTime()) + 60 * DAY;
    for (const member of roles.council.slice(0, 2)) {
      await voteOnDisputeSync(member, { ...at(), disputeId, ruling: { upheld: true, endsAt } });
    }
    const { numbers = 0 } = (await disputeOf(world.ben, { ...at(), disputeId })) ?? {};
    await world.pass((await disputeNumbers(world.ben, { ...at(), numbers })).appealWindow + 1);
    await concludeDisputeSync(world.ben, { ...at(), disputeId, offer });
    expect((await disputesOfLicense(world.ben, { ...at(), licenseId })).endsAt).toBe(endsAt);
    const nothing = { data: { errorName: "DisputeManager_NothingDue" } };
    await expect(endLicenseByRuling(world.ben, { ...at(), licenseId })).rejects.toMatchObject(nothing);
    await expect(settleLicenseByRuling(world.ben, { ...at(), licenseId, offer })).rejects.toMatchObject(nothing);
    const access = { ...at(), licenseId, user: address("buyer"), version: 1, uses: ["train"] } as const;
    expect(await accessOf(world.ben, access)).toBe("Granted");
    await world.pass(60 * DAY);
    await waitForSuccess(world.ben, await endLicenseByRuling(world.ben, { ...at(), licenseId }));
    expect(await accessOf(world.ben, access)).not.toBe("Granted");
  });

  it("pay back what was ruled as soon as the rail takes it, when it had refused for too long", async () => {
    const { licenseId, disputeId } = await raise("NotDelivered");
    await respondToDisputeSync(world.owner, { ...at(), disputeId, offer, evidence: evidence("It was") });
    await execute(world.ben, await prepareReferDispute(world.ben, { ...at(), disputeId }));
    for (const member of roles.council.slice(0, 2)) {
      await voteOnDisputeSync(member, { ...at(), disputeId, ruling: { upheld: true, refund: PRICE } });
    }
    const { numbers = 0 } = (await disputeOf(world.ben, { ...at(), disputeId })) ?? {};
    const { appealWindow } = await disputeNumbers(world.ben, { ...at(), numbers });
    const selector = toFunctionSelector(getAbiItem({ abi: escrowRailAbi, name: "refund" }));
    const rail = { address: spender("EscrowRail"), selector };
    const conclude = () => concludeDisputeSync(world.ben, { ...at(), disputeId, offer });
    await world.pass(appealWindow + 1);
    await expect(whileContractRefuses(world, rail, conclude)).rejects.toMatchObject({ code: "reverted" });
    await world.pass(FORCE_AFTER);
    await whileContractRefuses(world, rail, conclude);
    expect(await disputeOf(world.ben, { ...at(), disputeId })).toMatchObject({ phase: "Closed", outcome: "Upheld" });
    expect((await disputesOfLicense(world.ben, { ...at(), licenseId })).due).toBe(true);

    const before = await world.balance(address("buyer"));
    const settled = await settleLicenseByRulingSync(world.ben, { ...at(), licenseId, offer });
    expect(settled).toMatchObject({ licenseId, refunded: PRICE, released: 0n });
    expect(await world.balance(address("buyer"))).toBe(before + PRICE);
    expect((await disputesOfLicense(world.ben, { ...at(), licenseId })).due).toBe(false);
    await expect(settleLicenseByRuling(world.ben, { ...at(), licenseId, offer })).rejects.toMatchObject({
      data: { errorName: "DisputeManager_NothingDue" },
    });
  });

  it("take one chunk's key with its commitments", async () => {
    const plain = encodingLeaves.map((leaf) => ({ ...leaf, size: 984, digest: leaf.digest.map((byte) => byte ^ 2) }));
    const keys = encodingLeaves.map(({ index }) => new Uint8Array(32).fill(index + 1));
    const place = (index: number) => ({ index, file: 0, counter: index, flags: encodingLeaves[index]?.flags ?? 0 });
    const tree = MerkleTree.from(keys.map((key, index) => keyLeafHash(place(index), key)));
    const roots = { contentRoot: rootOf(plain), recordRoot: word("00"), manifestHash: word("ab") };
    const input = { ...roots, chunkCount: 8, recordCount: 0n, byteSize: 8_000n };
    const { datasetId } = await publishDatasetSync(world.owner, { ...at(), owner: address("owner"), input });
    const acceptance = {
      ...{ datasetId, version: 1, encoding: 1, encodingRoot: rootOf(encodingLeaves), envelopeHash: word("e3") },
      ...{ provider: address("provider"), retirementNotice: 30 * DAY, deadline: 4_000_000_000 },
    };
    const domain = { chainId: 31337, licenseToken: spender("LicenseToken") };
    const signature = await world.provider.signTypedData(typedData("EncodingAcceptance", domain, acceptance));
    await addEncodingSync(world.owner, { ...at(), datasetId, version: 1, input: { ...acceptance, signature } });
    const chunked = await openAnother(world, { ...offer, datasetId, split: 0 }, {});
    const { disputeId } = await raise("FalseEncoding", chunked);
    const [cipher, clear] = [encodingLeaves[3] as ChunkLeaf, plain[3] as ChunkLeaf];
    const shown = {
      ...{ keyRoot: bytesToHex(tree.root()), ...place(3), index: 3n, chunkKey: bytesToHex(keys[3] as Uint8Array) },
      keyProof: tree.inclusionProof(3).map((node) => bytesToHex(node)),
      ...{ cipherSize: cipher.size, cipher: bytesToHex(cipher.digest), cipherProof: encodingProof(encodingLeaves, 3) },
      ...{ plainSize: clear.size, plain: bytesToHex(clear.digest), plainProof: encodingProof(plain, 3) },
    };
    const wrong = { ...shown, chunkKey: word("99") };
    await expect(showChunkKey(world.ben, { ...at(), disputeId, encoding: 1, evidence: wrong })).rejects.toMatchObject({
      data: { errorName: "DisputeManager_BadEvidence" },
    });
    const said = await showChunkKeySync(world.ben, { ...at(), disputeId, encoding: 1, evidence: shown });
    expect(said.evidence.chunkKey).toBe(shown.chunkKey);
  });

  it("let sales go on against a counter-bond", async () => {
    const version = { datasetId: offer.datasetId, version: 1 };
    const id = versionClaimId(version.datasetId, version.version);
    const claim = { reason: "Copyright", id, occurredAt: await chainTime() } as const;
    const prepared = await prepareOpenDispute(world.ben, { ...at(), claim, evidence: evidence("It is mine") });
    const { receipt } = await execute(world.ben, prepared);
    const { disputeId } = openDispute.extractEvent(receipt.logs);
    expect((await stoppedSales(world.ada, { ...at(), ...version })).holds).toBe(1);
    const counter = await prepareCounterBond(world.owner, { ...at(), disputeId });
    const posted = await execute(world.owner, counter);
    expect(postCounterBond.extractEvent(posted.receipt.logs).bond).toBe(counter.bond);
    expect((await stoppedSales(world.ada, { ...at(), ...version })).holds).toBe(0);
    await withdrawDisputeSync(world.ben, { ...at(), disputeId });
  });
});
