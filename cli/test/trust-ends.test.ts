// What trust pays, ends and completes: the verbs that come after the stories of trust.test.ts, each to its effect.
import { writeFile } from "node:fs/promises";
import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Person, word } from "./market.js";
import { errorOf, ingest } from "./support.js";
import { leaves, startTrustMarket, type TrustMarket } from "./trust-market.js";

let market: TrustMarket;
let [owner, buyer, provider, auditor] = [] as unknown as [Person, Person, Person, Person];
const TREASURY = "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f";
const TRANSFER = "function transfer(address to, uint256 amount)";
const OFFER =
  "(address,uint256,uint256,uint32,uint16,bytes32,uint16,address,uint128,uint8,bytes32[2],address,address,uint40,uint40,uint32,bool)";
const usdc = ["--token", "TestUSDC"];
const file = (name: string) => market.file(name);

beforeAll(async () => {
  market = await startTrustMarket();
  ({ owner, buyer, provider, auditor } = market);
  for (const name of ["service.json", "terms.txt", "reasons.txt", "leaves.json"])
    await writeFile(file(name), `the ${name}`);
  await provider.json(
    ...["provider", "register", "--endpoints", "https://provider.example", "--description", file("service.json")],
    ...["--terms", file("terms.txt")],
  );
  await provider.json("provider", "share", "20");
  await provider.json("bond", "deposit", "1000", ...usdc);
  await open("offer.json");
}, 240_000);
afterAll(() => market?.stop());

const open = (name: string) =>
  owner.json(
    ...["offer", "open", "--dataset", "1", "--encoding", "2", "--terms", "train-only", "--price", "100"],
    ...[...usdc, "--out", file(name)],
  );
const bought = async (): Promise<string> => (await buyer.json("license", "buy", file("offer.json"))).licenseId;
const refusal = async (who: Person, ...args: string[]) => errorOf(await who.run(...args));
const raise = async (who: Person, ...args: string[]): Promise<string> =>
  (await who.json("dispute", "raise", ...args, "--statement", "See for yourself.")).disputeId;
/** What an act changes in balances, base units. */
async function changes(accounts: readonly (Person | Hex)[], act: () => Promise<unknown>): Promise<bigint[]> {
  const addresses = accounts.map((account) => (typeof account === "string" ? account : account.address));
  const balances = () => Promise.all(addresses.map(market.balance));
  const before = await balances();
  await act();
  return (await balances()).map((amount, i) => amount - (before[i] as bigint));
}
/** Answered, referred, and ruled by the council. */
async function ruled(id: string, answers: Person, ...ruling: string[]): Promise<void> {
  await answers.json("dispute", "respond", id, "--statement", "I do not agree.");
  await auditor.json("dispute", "refer", id);
  for (const member of market.council) {
    await member.json("dispute", "vote", id, ...ruling, "--reasons", file("reasons.txt"));
  }
}

describe("a bond", () => {
  it("shares income with who backs it, and pays each its part", async () => {
    await auditor.json("bond", "delegate", provider.address, "512", ...usdc);
    const reward = ["bond", "reward", provider.address, "90", ...usdc];
    expect(await buyer.json(...reward, "--dry-run")).toMatchObject({
      ...{ dryRun: true, reward: "90 USDC", requirements: [{ type: "approval" }] },
    });
    const shared = await changes([buyer, provider, auditor], async () => {
      expect(await buyer.json(...reward)).toMatchObject({ toDelegators: "18 USDC", toProvider: "72 USDC" });
    });
    expect(shared).toEqual([-90_000_000n, 72_000_000n, 0n]);
    const own = ["bond", "show", provider.address, ...usdc, "--delegator", auditor.address];
    expect(await buyer.json(...own)).toMatchObject({ delegation: { worth: "512 USDC", rewards: "18 USDC" } });
    const claim = ["bond", "claim", provider.address, ...usdc, "--delegator", auditor.address];
    const claimed = await changes([buyer, auditor], async () => {
      expect(await buyer.json(...claim)).toMatchObject({ delegator: auditor.address, paid: "18 USDC" });
    });
    expect(claimed).toEqual([0n, 18_000_000n]);
    expect(await refusal(buyer, ...claim)).toMatchObject({ errorName: "ProviderBond_NothingToPay" });
  });

  it("keeps what a token refused for who is owed it, and pays the treasury its part", async () => {
    await market.putHead("one.json", 4n, word("01"));
    await market.putHead("other.json", 4n, word("02"));
    const fork = ["fault", "equivocation", file("one.json"), file("other.json"), ...usdc];
    // A fifth of 1,512 USDC: a tenth of it is the reporter's, and no buyer is harmed.
    const refused = await changes([auditor], () =>
      market.whileRefusing("TestUSDC", TRANSFER, () => auditor.json(...fork)),
    );
    expect(refused).toEqual([0n]);
    expect(await buyer.json("bond", "show", provider.address, ...usdc)).toMatchObject({
      ...{ own: "697.6 USDC", delegated: "512 USDC" },
    });
    const waiting = { holder: auditor.address, waiting: [{ source: "bond", amount: "30.24 USDC" }] };
    expect(await buyer.json("payout", "list", ...usdc, "--holder", auditor.address)).toEqual(waiting);
    const claim = ["payout", "claim", ...usdc];
    const foreign = await refusal(buyer, ...claim, "--holder", auditor.address, "--to", buyer.address);
    expect(foreign).toMatchObject({ errorName: "TrustMoney_NotAccount" });
    const tried = await auditor.json(...claim, "--source", "bond", "--dry-run");
    expect(tried).toMatchObject({ claims: [{ amount: "30.24 USDC", write: { simulation: "ok" } }] });
    const paid = await changes([auditor, owner], async () => {
      const { claims } = await auditor.json(...claim, "--to", owner.address);
      expect(claims).toMatchObject([{ source: "bond", amount: "30.24 USDC", transaction: expect.any(String) }]);
    });
    expect(paid).toEqual([0n, 30_240_000n]);
    expect(await auditor.json("payout", "list", ...usdc)).toEqual({ holder: auditor.address, waiting: [] });
    expect(await refusal(auditor, ...claim)).toMatchObject({ exitCode: 3, message: expect.stringMatching(/Nothing/) });
    const treasury = await changes([TREASURY], async () => {
      expect(await buyer.json("bond", "pay-treasury", ...usdc)).toMatchObject({ paid: "272.16 USDC" });
    });
    expect(treasury).toEqual([272_160_000n]);
    expect(await refusal(buyer, "bond", "pay-treasury", ...usdc)).toMatchObject({
      errorName: "ProviderBond_NothingToPay",
    });
  });
});

describe("a receipt for another encoding", () => {
  it("is a fault by itself: the buyer is refunded, the license ends, the bond pays", async () => {
    const license = await bought();
    await market.putReceipt("right.json", BigInt(license), leaves);
    await market.putReceipt("wrong.json", BigInt(license), leaves, { encodingRoot: word("e9") });
    expect(await refusal(auditor, "fault", "wrong-root", file("right.json"))).toMatchObject({
      errorName: "ObjectiveFaults_NoFault",
    });
    const paid = await changes([buyer, auditor], async () => {
      const proven = await auditor.json("fault", "wrong-root", file("wrong.json"));
      expect(proven).toMatchObject({ licenseId: license, refunded: "100 USDC" });
    });
    expect(paid).toEqual([100_000_000n, 5_000_000n]);
    expect(await buyer.json("fault", "show", license)).toMatchObject({ faults: ["content"] });
    expect((await buyer.json("license", "access", license, "--uses", "train")).access).not.toBe("Granted");
    expect(await buyer.json("bond", "show", provider.address, ...usdc)).toMatchObject({ own: "647.6 USDC" });
    expect(await buyer.json("bond", "pay-treasury", ...usdc)).toMatchObject({ paid: "45 USDC" });
    expect(await refusal(auditor, "fault", "wrong-root", file("wrong.json"))).toMatchObject({
      errorName: "ProviderBond_AlreadyMarked",
    });
  });
});

describe("a dispute", () => {
  it("lets sales go on against a counter-bond, which comes back when the claim is given up", async () => {
    let id = "";
    const [bond = 0n] = await changes([auditor], async () => {
      id = await raise(auditor, "--of", "1/1", "--reason", "copyright");
    });
    const stopped = await refusal(buyer, "license", "buy", file("offer.json"));
    expect(stopped).toMatchObject({ exitCode: 3 });
    expect(await refusal(buyer, "dispute", "counter-bond", id)).toMatchObject({
      errorName: "DisputeManager_NotAllowed",
    });
    const posted = await changes([owner], async () => {
      expect(await owner.json("dispute", "counter-bond", id)).toMatchObject({ posted: true });
    });
    // Twice the claimant's, which is negative here as it was paid.
    expect(posted).toEqual([2n * bond]);
    expect(Number(await bought())).toBeGreaterThan(0);
    const back = await changes([owner, auditor], () => auditor.json("dispute", "withdraw", id));
    expect(back).toEqual([-3n * bond, 0n]);
  });

  it("ends a license from the second on that a ruling set, and not before", async () => {
    const license = await bought();
    const id = await raise(owner, "--license", license, "--reason", "breach-of-terms");
    const endsAt = (await market.now()) + 60 * DAY;
    await ruled(id, buyer, "--uphold", "--ends-at", String(endsAt));
    await market.pass(5 * DAY + 60);
    expect(await auditor.json("dispute", "conclude", id)).toMatchObject({ outcome: "upheld" });
    const access = ["license", "access", license, "--uses", "train"];
    expect(await buyer.json(...access)).toMatchObject({ access: "Granted" });
    expect(await refusal(auditor, "dispute", "end-license", license)).toMatchObject({
      ...{ errorName: "DisputeManager_NothingDue", exitCode: 3 },
    });
    await market.pass(55 * DAY);
    expect(await auditor.json("dispute", "end-license", license)).toMatchObject({ ended: true });
    expect((await buyer.json(...access)).access).not.toBe("Granted");
  });

  it("has a license's money moved later, where its rail refused when the dispute had to end", async () => {
    const license = await bought();
    const id = await raise(buyer, "--license", license, "--reason", "not-as-described");
    await ruled(id, owner, "--uphold", "--refund", "40");
    // The appeal window, and the 30 days after which nothing keeps a dispute from ending.
    await market.pass(35 * DAY + 60);
    const refund = `function refund(uint256,${OFFER},uint128)`;
    const ended = await changes([buyer, owner], () =>
      market.whileRefusing("EscrowRail", refund, async () => {
        expect(await auditor.json("dispute", "conclude", id)).toMatchObject({ outcome: "upheld" });
      }),
    );
    // The claimant's bond alone.
    expect(ended).toEqual([25_000_000n, 0n]);
    expect(await refusal(auditor, "dispute", "settle-license", "1")).toMatchObject({
      errorName: "DisputeManager_NothingDue",
    });
    const settled = await changes([buyer, owner], async () => {
      const done = await auditor.json("dispute", "settle-license", license);
      expect(done).toMatchObject({ refunded: "40 USDC", released: "60 USDC" });
    });
    // What is released pays the fee of 2.5 % first.
    expect(settled).toEqual([40_000_000n, 58_500_000n]);
  });
});

describe("what a token refuses", () => {
  it("waits at dispute, challenge and rail alike, and anyone sends it on to who is owed it", async () => {
    const refusing = (act: () => Promise<unknown>) => market.whileRefusing("TestUSDC", TRANSFER, act);
    const given = await raise(buyer, "--license", await bought(), "--reason", "not-delivered");
    await refusing(() => buyer.json("dispute", "withdraw", given));
    const challenged = await bought();
    const { challengeId, fee } = await buyer.json("fault", "challenge", challenged, "--chunk", "5");
    await market.pass(3 * DAY);
    // The escrow gives the price back, the challenge its fee, the bond a reward.
    await refusing(() => auditor.json("fault", "close", challengeId));
    const list = async (who: Person) => {
      const { waiting } = await auditor.json("payout", "list", ...usdc, "--holder", who.address);
      return Object.fromEntries(waiting.map(({ source, amount }: Record<string, string>) => [source, amount]));
    };
    expect(await list(owner)).toEqual({ dispute: "25 USDC" });
    const owed = await list(buyer);
    expect(owed).toMatchObject({ escrow: "100 USDC", challenge: fee, bond: expect.stringMatching(/ USDC$/) });
    const units = (amount: string) => BigInt(Math.round(Number.parseFloat(amount) * 1e6));
    const sum = Object.values(owed).reduce((all, amount) => all + units(amount as string), 0n);
    const paid = await changes([buyer, owner], async () => {
      const { claims } = await auditor.json("payout", "claim", ...usdc, "--holder", buyer.address);
      expect(claims).toHaveLength(Object.keys(owed).length);
      await auditor.json("payout", "claim", ...usdc, "--holder", owner.address, "--source", "dispute");
    });
    expect(paid).toEqual([sum, 25_000_000n]);
    expect([await list(buyer), await list(owner)]).toEqual([{}, {}]);
  });
});

describe("a recall", () => {
  it("is resolved by the version without what left", async () => {
    const takedown = ["recall", "open", "--dataset", "1", "--reason", "takedown", "--leaves", file("leaves.json")];
    const { recallId } = await owner.json(...takedown, "--root", word("4f"));
    const { store } = await ingest(market.folder, "Without", { "rest.txt": "What stayed." });
    await owner.json("dataset", "publish", store, "--dataset", "1");
    expect(await refusal(buyer, "recall", "resolve", recallId, "--new-version", "2")).toMatchObject({ exitCode: 3 });
    expect(await owner.json("recall", "resolve", recallId, "--new-version", "2")).toMatchObject({ newVersion: 2 });
    expect(await buyer.json("recall", "show", recallId)).toMatchObject({ newVersion: 2, revokedRoot: word("4f") });
    expect(await refusal(owner, "recall", "resolve", recallId, "--new-version", "2")).toMatchObject({ exitCode: 3 });
  });
});

describe("an attestation that is off chain", () => {
  it("is taken back: it counts no more, and nobody can anchor it", async () => {
    await market.accredit(auditor.address, 1000);
    const register = ["attest", "schema", "register", "uint16 errorBps", "--document", file("service.json")];
    const { schema } = await auditor.json(...register, "--kinds", "person");
    const about = ["--person", buyer.address, "--schema", schema, "--values", "[12]"];
    await auditor.json("attest", "sign", ...about, "--out", file("badge.json"));
    const { badgeId, counts } = await buyer.json("attest", "verify", file("badge.json"));
    expect(counts).toBe(true);
    await auditor.json("attest", "withdraw", badgeId, "--reason", "a mistake");
    expect(await buyer.json("attest", "verify", file("badge.json"))).toMatchObject({
      ...{ badgeId, counts: false, withdrawnAt: expect.any(Number), onChain: "no" },
    });
    expect(await refusal(buyer, "attest", "anchor", file("badge.json"))).toMatchObject({
      errorName: expect.stringMatching(/^AttestationRegistry_/),
    });
  });
});

describe("a lock that outlived its year", () => {
  it("is dropped by anyone, and the stake is free", async () => {
    await provider.json("bond", "allocate", file("offer.json"), "300");
    const id = await raise(buyer, "--license", await bought(), "--reason", "service-failure");
    const { lockedBond } = await auditor.json("dispute", "show", id);
    expect(lockedBond).toMatchObject({ amount: "100 USDC", claim: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
    expect(await provider.json("bond", "show", ...usdc)).toMatchObject({ locked: "100 USDC" });
    expect(await refusal(auditor, "bond", "drop-lock", lockedBond.claim)).toMatchObject({
      errorName: "ProviderBond_LockRuns",
    });
    await market.pass(365 * DAY);
    expect(await auditor.json("bond", "drop-lock", lockedBond.claim)).toMatchObject({ dropped: true });
    expect(await provider.json("bond", "show", ...usdc)).toMatchObject({ locked: "0 USDC" });
    expect((await auditor.json("dispute", "show", id)).lockedBond).toBeUndefined();
  });
});
