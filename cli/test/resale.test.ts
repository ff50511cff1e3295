import { writeFile } from "node:fs/promises";
import { type TermsDocument, termsBytes } from "@colophon-protocol/sdk/formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Market, type Person, startMarket } from "./market.js";
import { errorOf } from "./support.js";

let market: Market;
let [owner, buyer, provider, other] = [] as unknown as [Person, Person, Person, Person];
const file = (name: string) => market.file(name);
const openArgs = (...options: string[]) => ["offer", "open", "--dataset", "1", "--token", "TestUSDC", ...options];
const buy = async (name: string, ...options: string[]) =>
  (await buyer.json("license", "buy", file(name), ...options)).licenseId as string;

/** Train only, transferable, with the owner's first refusal. */
const RESOLD: TermsDocument = {
  format: "colophon-terms",
  formatVersion: 1,
  name: "resold",
  title: "Train only, may be sold on",
  uses: ["train"],
  flags: ["transferable", "first-refusal"],
  duration: 365 * DAY,
  revocationNotice: 0,
  derivativeShareBps: 0,
  resaleRoyaltyBps: 0,
  quota: null,
  territory: "world",
  prose: { hash: `0x${"11".repeat(32)}`, language: "en", mediaType: "text/markdown" },
};

beforeAll(async () => {
  market = await startMarket();
  ({ owner, buyer, provider, auditor: other } = market);
  await writeFile(file("terms.json"), termsBytes(RESOLD));
  await owner.json("terms", "register", file("terms.json"));
  await owner.json(...openArgs("--terms", file("terms.json"), "--price", "10", "--out", file("resold.json")));
}, 180_000);
afterAll(() => market?.stop());

describe("a resale, by commands alone", () => {
  it("is announced, shown and taken back", async () => {
    const id = await buy("resold.json");
    expect(await buyer.json("resale", "show", id)).toMatchObject({ announced: false, holder: buyer.address });
    const announce = ["resale", "announce", id, "--buyer", other.address, "--price", "12.5"];
    expect(await buyer.json(...announce, "--dry-run")).toMatchObject({ dryRun: true, simulation: "ok" });
    const { refusalUntil, openUntil } = await buyer.json(...announce);
    expect(openUntil - refusalUntil).toBe(14 * DAY);
    const announced = { announced: true, buyer: other.address, price: "12.5 USDC", refusalUntil };
    expect(await other.json("resale", "show", id)).toMatchObject(announced);
    expect(await buyer.json("resale", "cancel", id)).toEqual(expect.objectContaining({ announced: false }));
    expect(errorOf(await buyer.run("resale", "cancel", id))).toMatchObject({ errorName: "LicenseToken_NothingToTake" });
  });

  it("is the owner's to take, within a limit, and the buyer's after the owner's time", async () => {
    const [taken, moved] = [await buy("resold.json"), await buy("resold.json")];
    for (const id of [taken, moved])
      await buyer.json("resale", "announce", id, "--buyer", other.address, "--price", "1");
    expect(errorOf(await owner.run("resale", "take", taken, "--max-price", "0.5"))).toMatchObject({ exitCode: 3 });
    const dry = await owner.json("resale", "take", taken, "--dry-run");
    expect(dry).toMatchObject({ price: "1 USDC", requirements: [{ type: "balance" }, { type: "approval" }] });
    await market.mint(owner.address, 1_000_000n);
    const bought = { from: buyer.address, paid: "1 USDC" };
    expect(await owner.json("resale", "take", taken, "--max-price", "1")).toMatchObject(bought);
    const move = ["resale", "transfer", moved, "--to", other.address];
    expect(errorOf(await buyer.run(...move))).toMatchObject({ errorName: "LicenseToken_FirstRefusal", exitCode: 3 });
    await market.pass(7 * DAY + 1);
    expect(await buyer.json(...move)).toMatchObject({ holder: other.address });
    const access = ["license", "access", moved, "--uses", "train"];
    expect(await other.json(...access)).toMatchObject({ access: "Granted", datasetId: "1", version: 1 });
    expect(await buyer.json(...access)).toMatchObject({ access: "NotHolder" });
    expect(await other.json(...access, "--dataset", "7")).toMatchObject({ access: "VersionNotLicensed" });
  });
});

describe("contributors and splits, by commands alone", () => {
  it("share through a list in a split, claim with a proof, and the owner collects what streams released", async () => {
    const entries = [
      { account: provider.address, units: 3 },
      { account: other.address, units: "1" },
    ];
    await writeFile(file("list.json"), JSON.stringify(entries));
    const made = await owner.json("contributors", "create", file("list.json"), "--dataset", "1");
    expect(made).toMatchObject({ made: true, contributors: 2, totalUnits: "4" });
    const again = await owner.json("contributors", "create", file("list.json"), "--dataset", "1");
    expect(again).toMatchObject({ list: made.list, made: false });
    const { list } = made;
    const shown = await other.json("contributors", "show", list, "--account", other.address);
    expect(shown).toMatchObject({ units: "1", totalUnits: "4", proof: [expect.stringMatching(/^0x/)] });
    const split = await owner.json("revenue", "split", "--dataset", "1", "--member", `${list}:40`);
    expect(split).toMatchObject({ split: 1, members: [{ account: list, percent: 40 }] });

    const sell = ["--terms", "train-only", "--split", "1"];
    await owner.json(...openArgs(...sell, "--price", "100", "--out", file("escrow.json")));
    await buyer.json("license", "confirm", await buy("escrow.json"));
    const stream = ["--price", "720", "--rail", "stream", "--per", "30d", "--proof", "time", "--epoch", "1h"];
    await owner.json(...openArgs(...sell, ...stream, "--out", file("stream.json")));
    const id = await buy("stream.json", "--runway", "10d");
    await market.pass(3 * 3600);
    await owner.json("stream", "settle", id);

    const claim = ["contributors", "claim", list, "--token", "TestUSDC"];
    const dry = await provider.json(...claim, "--dry-run");
    expect(dry.steps.map(({ step }: { step: string }) => step)).toEqual(["claim-pool", "claim-super", "unwrap"]);
    expect((await provider.json(...claim)).steps).toHaveLength(3);
    expect((await provider.json(...claim)).steps).toEqual([]);
    expect(errorOf(await owner.run(...claim))).toMatchObject({ message: expect.stringMatching(/not in this list/) });

    const collect = ["revenue", "collect", "--dataset", "1", "--token", "TestUSDC", "--split", "0"];
    const plan = await owner.json(...collect, "--dry-run");
    expect(plan.fromStreams).toMatch(/^1\.\d+ USDC$/);
    const { steps } = await owner.json(...collect);
    expect(steps.map(({ step }: { step: string }) => step)).toEqual(["collect-stream", "claim-streams", "unwrap"]);
    expect(errorOf(await owner.run("stream", "collect", id))).toMatchObject({ errorName: "StreamVault_NothingDue" });
    await market.pass(3600);
    await owner.json("stream", "settle", id);
    expect((await owner.json("stream", "collect", id)).collected).toMatch(/USDC$/);
    const before = await buyer.json("stream", "status", id);
    const wrapped = await buyer.json("stream", "top-up", id, "240");
    expect(wrapped).toMatchObject({ wrapped: "240 USDC" });
    expect(wrapped.runwaySeconds - before.runwaySeconds).toBeGreaterThan(9 * DAY);
  });

  it("say what is wrong with a list or a member before anything is asked of the chain", async () => {
    await writeFile(file("bad.json"), JSON.stringify([{ account: other.address, units: 0 }]));
    const bad = await owner.run("contributors", "create", file("bad.json"), "--dataset", "1");
    expect(errorOf(bad)).toMatchObject({ exitCode: 2, message: expect.stringMatching(/entry 0/) });
    const member = await owner.run("revenue", "split", "--dataset", "1", "--member", other.address);
    expect(errorOf(member)).toMatchObject({ exitCode: 2 });
  });
});

describe("release by evidence, by commands alone", () => {
  const escrow = ["--terms", "train-only", "--price", "5"];

  it("is offered with a condition, which needs no bond and somebody who keeps it", async () => {
    const least = await owner.run(...openArgs(...escrow, "--least-assurance", "2"));
    expect(errorOf(least)).toMatchObject({ exitCode: 2, message: "--least-assurance needs --condition." });
    const foreign = await owner.run(
      ...openArgs(...escrow, "--rail", "share", "--share", "5", "--condition", "quality"),
    );
    expect(errorOf(foreign)).toMatchObject({ message: "--condition is no option of the share rail." });
    const named = openArgs(...escrow, "--condition", "compute-receipt", "--least-assurance", "2");
    await market.keepEvidence("ComputeReceipts", "0x");
    const refused = await owner.run(...named);
    expect(errorOf(refused)).toMatchObject({ errorName: "EscrowRail_NoEvidenceKept", exitCode: 3 });
    await market.keepEvidence("ComputeReceipts");
    const opened = await owner.json(...named, "--out", file("evidence.json"));
    expect(opened.payment[0]).toBe(
      "5 USDC once, held until a receipt of the computation is on record, of assurance 2 at least.",
    );
    const id = await buy("evidence.json");
    expect(await buyer.json("license", "show", id)).toMatchObject({
      hold: { state: "Held" },
      evidence: { condition: "ComputeReceipt", leastAssurance: 2, recordedAt: expect.any(Number) },
    });
    expect(await other.json("license", "settle", id)).toMatchObject({ released: "5 USDC" });
  });

  it("proves the epochs of a stream, which has no window and no bond then", async () => {
    const stream = ["--terms", "train-only", "--price", "720", "--rail", "stream", "--per", "30d", "--epoch", "1h"];
    const refused = async (...options: string[]) => errorOf(await owner.run(...openArgs(...stream, ...options)));
    expect(await refused("--least-assurance", "2")).toMatchObject({ message: "--least-assurance needs evidence." });
    expect(await refused("--proof", "receipt", "--window", "1d")).toMatchObject({
      exitCode: 2,
      message: "--window does not go with --proof receipt.",
    });
    expect(await refused("--proof", "receipt", "--least-assurance", "3")).toMatchObject({ exitCode: 2 });
    const named = ["--proof", "adherence", "--least-assurance", "4", "--report-within", "1d"];
    await market.keepEvidence("ProofRegistry", "0x");
    expect(await refused(...named)).toMatchObject({ errorName: "StreamRail_NoEvidenceKept", exitCode: 3 });
    await market.keepEvidence("ProofRegistry");
    const opened = await owner.json(...openArgs(...stream, ...named), "--out", file("proven.json"));
    expect(opened.payment[2]).toBe(
      "An epoch is released once a proof that the licensee's run used licensed data only was recorded after it began, of assurance 4 at least.",
    );
    const id = await buy("proven.json", "--runway", "10d");
    await market.pass(3 * 3600);
    expect(await buyer.json("stream", "status", id)).toMatchObject({
      proof: "Adherence",
      leastAssurance: 4,
      provenAt: expect.any(Number),
    });
    expect(await other.json("stream", "settle", id)).toMatchObject({ toEpoch: 3, outcome: "proven" });
  });
});
