import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Market, type Person, startMarket, word } from "./market.js";
import { errorOf } from "./support.js";

let market: Market;
let [owner, buyer, provider, auditor] = [] as unknown as [Person, Person, Person, Person];
beforeAll(async () => {
  market = await startMarket();
  ({ owner, buyer, provider, auditor } = market);
}, 180_000);
afterAll(() => market?.stop());

const file = (name: string) => market.file(name);
const pass = (seconds: number) => market.pass(seconds);

const openArgs = (...options: string[]) => [
  "offer",
  "open",
  "--dataset",
  "1",
  "--terms",
  "train-only",
  "--token",
  "TestUSDC",
  ...options,
];
const open = (name: string, ...options: string[]) => owner.json(...openArgs(...options), "--out", file(name));

describe("an offer of any rail", () => {
  it("refuses options of other rails, and those that are missing, before it asks the chain", async () => {
    const refused = async (...options: string[]) => errorOf(await owner.run(...openArgs("--price", "1", ...options)));
    expect(await refused("--rail", "escrow", "--thaw", "1d")).toMatchObject({
      message: "--thaw is no option of the escrow rail.",
      hint: "It is for --rail meter.",
    });
    expect(await refused("--rail", "meter")).toMatchObject({ message: "--unit is missing." });
    expect(await refused("--rail", "meter", "--unit", "rows", "--postpaid")).toMatchObject({ exitCode: 2 });
    expect(await refused("--rail", "meter", "--unit", "rows", "--per-units", "7")).toMatchObject({ exitCode: 2 });
    expect(await refused("--rail", "share")).toMatchObject({ message: "--share is missing." });
  });

  it("asks the rail before it opens what would never sell", async () => {
    const short = await owner.run(...openArgs("--price", "1", "--rail", "stream", "--epoch", "1m"));
    expect(short.code).toBe(3);
    expect(errorOf(short)).toMatchObject({
      errorName: "PaymentRail_BadTerms",
      message: expect.stringMatching(/epoch/),
    });
  });
});

describe("a meter, by commands alone", () => {
  it("is offered, bought with a deposit, and used", async () => {
    const opened = await open(
      "meter.json",
      ...["--price", "2", "--rail", "meter", "--unit", "rows", "--per-units", "1000", "--thaw", "1h"],
      ...["--minimum-blocks", "5", "--tier", "10:50"],
    );
    expect(opened.payment[0]).toBe("2 USDC per 1,000 rows, from 10 × 1,000 rows on 1 USDC.");
    const dry = await buyer.json("license", "buy", file("meter.json"), "--deposit", "50", "--dry-run");
    expect(dry).toMatchObject({ dryRun: true, due: "50 USDC", requirements: [{ type: "signature" }] });
    const bought = await buyer.json("license", "buy", file("meter.json"), "--deposit", "50");
    expect(bought).toMatchObject({ licenseId: "1", paid: "50 USDC" });
    expect(await buyer.json("license", "show", "1")).toMatchObject({ rail: "meter", standing: "Current" });

    await buyer.json("meter", "voucher", "1", "--used", "4000", "--out", file("one.json"));
    const second = await buyer.json(
      ...["meter", "voucher", "1", "--used", "8000", "--last", file("one.json"), "--out", file("two.json")],
    );
    expect(second).toMatchObject({ amount: "22 USDC", message: { units: "12000", sequence: "2" } });
    const tried = await provider.json("meter", "redeem", file("two.json"), "--dry-run");
    expect(tried).toMatchObject({ dryRun: true, simulation: "ok" });
    expect(await provider.json("meter", "redeem", file("two.json"))).toMatchObject({ released: "22 USDC" });
    const stale = await provider.run("meter", "redeem", file("one.json"));
    expect(errorOf(stale)).toMatchObject({ errorName: "MeterRail_StaleVoucher", exitCode: 3 });
    expect(await buyer.json("meter", "status", "1")).toMatchObject({
      used: "12000",
      billed: "22 USDC",
      held: "28 USDC",
      paysFor: "28000",
      unit: "Rows",
    });
  });

  it("takes deposits, gives them back after the thaw, and ends", async () => {
    expect(await buyer.json("meter", "deposit", "1", "2")).toMatchObject({ deposit: "2 USDC", payer: buyer.address });
    expect(await buyer.json("meter", "withdraw", "1", "--amount", "10")).toMatchObject({ thawing: "10 USDC" });
    expect(errorOf(await buyer.run("meter", "withdraw", "1"))).toMatchObject({ errorName: "PaymentRail_TooEarly" });
    await pass(3601);
    expect(await buyer.json("meter", "withdraw", "1")).toMatchObject({ withdrawn: "10 USDC", to: buyer.address });
    await buyer.json("meter", "close", "1");
    await pass(3601);
    expect(await owner.json("meter", "settle", "1")).toMatchObject({ returned: "20 USDC", payer: buyer.address });
  });

  it("bills several vouchers in one transaction, and names what was refused", async () => {
    for (const name of ["a", "b"]) {
      const { licenseId } = await buyer.json("license", "buy", file("meter.json"));
      await buyer.json("meter", "voucher", licenseId, "--used", "1000", "--out", file(`${name}.json`));
    }
    const done = await provider.json("meter", "redeem", file("a.json"), file("b.json"), file("one.json"));
    expect(done.redeemed).toMatchObject([{ released: "2 USDC" }, { released: "2 USDC" }]);
    expect(done.refused).toMatchObject([{ licenseId: "1" }]);
  });

  it("is not what an escrow's or a stream's commands are for", async () => {
    expect(errorOf(await buyer.run("stream", "status", "1"))).toMatchObject({
      message: "License 1 is paid through the meter rail, not through stream.",
      exitCode: 2,
    });
    expect(errorOf(await buyer.run("license", "confirm", "1"))).toMatchObject({ hint: "Use `colophon meter`." });
  });
});

describe("a stream, by commands alone", () => {
  let id: string;

  it("is offered and bought, wrapping what lasts as long as asked", async () => {
    await open(
      "stream.json",
      ...["--price", "720", "--rail", "stream", "--per", "30d", "--epoch", "1h", "--window", "1h"],
      ...["--report-within", "1d", "--default-after", "1d", "--notice", "1h"],
    );
    const buy = ["license", "buy", file("stream.json"), "--runway", "10d"];
    const dry = await buyer.json(...buy, "--dry-run");
    expect(dry.requirements.map(({ type }: { type: string }) => type)).toEqual(["signature", "permission"]);
    const bought = await buyer.json(...buy);
    expect(bought).toMatchObject({ paid: "0 USDC", wrapped: expect.stringMatching(/^24[34]\./) });
    id = bought.licenseId;
    const status = await buyer.json("stream", "status", id);
    expect(status).toMatchObject({ standing: "Current", flags: ["opened"], pricePerPeriod: "719.999999 USDC" });
    expect(Math.abs(status.runwaySeconds - 10 * DAY)).toBeLessThan(5);
  });

  it("is reported, contested and settled", async () => {
    await pass(3600);
    const report = ["stream", "report", id, "--to", "1", "--served-root", word("5e")];
    await provider.json(...report, "--out", file("report.json"));
    expect(await owner.json("stream", "report", id, "--file", file("report.json"))).toMatchObject({ toEpoch: 1 });
    expect(await buyer.json("stream", "contest", id, "--reason", "nothing came")).toMatchObject({ bond: "0 USDC" });
    await pass(DAY + 1);
    const settled = await owner.json("stream", "settle", id);
    expect(settled).toMatchObject({ fromEpoch: 0, toEpoch: 1, outcome: "proven", refunded: "0 USDC" });
    expect(settled.released).toMatch(/^0\.99999\d USDC$/);
  });

  it("pauses, reopens, changes its rate and ends with notice", async () => {
    await buyer.json("stream", "pause", id);
    expect(await buyer.json("license", "show", id)).toMatchObject({ access: "PaymentLapsed", standing: "Lapsed" });
    await buyer.json("stream", "reopen", id, "--runway", "2d");
    await buyer.json("stream", "rate", id, "1440", "--runway", "1d");
    expect(await buyer.json("stream", "status", id)).toMatchObject({
      standing: "Current",
      pricePerPeriod: "1439.999999 USDC",
    });
    await owner.json("stream", "rate", id, "720");
    expect(await buyer.json("stream", "status", id)).toMatchObject({ pricePerPeriod: "719.999999 USDC" });
    expect(await buyer.json("stream", "cancel", id)).toMatchObject({ endsAt: expect.any(Number) });
    await pass(3601);
    expect(await owner.json("stream", "cancel", id)).toMatchObject({ ended: true });
    expect(await owner.json("stream", "sweep", id)).toMatchObject({ licenseId: id });
  });
});

describe("a live stream, by commands alone", () => {
  let id: string;
  const status = () => buyer.json("live", "status", id);

  it("is offered, covered by the provider's bond, and bought with a buffer", async () => {
    const foreign = await owner.run(...openArgs("--price", "720", "--rail", "live", "--epoch", "1h"));
    expect(errorOf(foreign)).toMatchObject({ message: "--epoch is no option of the live rail." });
    const opened = await open("live.json", ...["--price", "720", "--rail", "live", "--per", "30d", "--notice", "1h"]);
    expect(opened.payment[0]).toBe("720 USDC for every 30 days, streamed by the second straight to the owners.");
    expect(opened.bond).toMatchObject({ allocated: "0 USDC", covered: false });
    const buy = ["license", "buy", file("live.json"), "--runway", "10d", "--margin", "2h"];
    expect(errorOf(await buyer.run(...buy))).toMatchObject({
      errorName: "PaymentRail_BadTerms",
      message: expect.stringMatching(/bond/),
    });
    await market.cover("live.json", 1_000_000_000n);
    expect(await owner.json("offer", "show", file("live.json"))).toMatchObject({
      live: { period: 30 * DAY, notice: 3600 },
      bond: { allocated: "1000 USDC", covered: true },
    });
    const dry = await buyer.json(...buy, "--dry-run");
    expect(dry.requirements.map(({ type }: { type: string }) => type)).toEqual(["signature", "permission"]);
    const bought = await buyer.json(...buy);
    expect(bought).toMatchObject({ paid: "0 USDC", buffer: expect.stringMatching(/^(6|5\.9)/) });
    id = bought.licenseId;
    expect(await status()).toMatchObject({ standing: "Current", paying: true, passing: true, ended: false });
  });

  it("reaches the owner by the second, once it is settled and collected", async () => {
    await pass(10 * 3600);
    expect((await status()).unbooked).toMatch(/^(10|9\.99)/);
    const settled = await auditor.json("live", "settle", id);
    expect(settled).toMatchObject({
      toContributors: "0 USDC",
      rest: expect.stringMatching(/^(10|9\.99)/),
      passing: true,
    });
    expect((await auditor.json("live", "collect", id)).collected).toMatch(/^(10|9\.99)/);
    const { steps } = await owner.json(
      ...["revenue", "collect", "--dataset", "1", "--token", "TestUSDC", "--split", "0"],
    );
    expect(steps.map(({ step }: { step: string }) => step).slice(-2)).toEqual(["claim-streams", "unwrap"]);
  });

  it("pauses, reopens and ends with notice", async () => {
    expect(await buyer.json("live", "pause", id)).toMatchObject({ paused: true });
    expect(await buyer.json("license", "show", id)).toMatchObject({ access: "PaymentLapsed", standing: "Lapsed" });
    expect(await buyer.json("live", "top-up", id, "5")).toMatchObject({ wrapped: "5 USDC" });
    expect(await buyer.json("live", "reopen", id, "--runway", "1d")).toMatchObject({ licenseId: id, buffer: "0 USDC" });
    expect(await buyer.json("license", "show", id)).toMatchObject({ access: "Granted", standing: "Current" });
    expect(await buyer.json("live", "cancel", id)).toMatchObject({ endsAt: expect.any(Number) });
    await pass(3601);
    expect(await owner.json("live", "cancel", id)).toMatchObject({ ended: true });
    expect(await status()).toMatchObject({ standing: "Closed", ended: true, buffer: "0 USDC" });
    expect(await owner.json("live", "sweep", id)).toMatchObject({ licenseId: id, swept: "0 USDC" });
  });
});

describe("a revenue share, by commands alone", () => {
  it("states, countersigned, pays, and is trued up", async () => {
    await open(
      "share.json",
      ...["--price", "100", "--rail", "share", "--share", "5", "--per", "30d", "--due", "10d", "--cure", "5d"],
      ...["--auditor", auditor.address, "--audit-window", "30d", "--countersigned"],
    );
    const { licenseId: id } = await buyer.json("license", "buy", file("share.json"));
    expect(await owner.json("share", "settle", id)).toMatchObject({ released: "100 USDC" });
    await pass(30 * DAY);
    const state = ["share", "statement", id, "--revenue", "10000"];
    expect(await buyer.json(...state, "--out", file("statement.json"))).toMatchObject({ owed: "500 USDC" });
    await auditor.json("share", "countersign", file("statement.json"));
    expect(await buyer.json("share", "statement", id, "--file", file("statement.json"))).toMatchObject({
      period: 1,
      owed: "500 USDC",
      fromCredit: "100 USDC",
      paid: "400 USDC",
    });
    const audit = ["share", "audit", id, "--period", "1", "--revenue", "12000"];
    expect(await auditor.json(...audit)).toMatchObject({ before: "500 USDC", owed: "600 USDC", debt: "100 USDC" });
    expect(await buyer.json("share", "status", id)).toMatchObject({ nextPeriod: 2, debt: "100 USDC" });
    expect(errorOf(await buyer.run("share", "pay", id, "101"))).toMatchObject({ exitCode: 3 });
    expect(errorOf(await owner.run("share", "remind", id))).toMatchObject({ errorName: "PaymentRail_TooEarly" });
    expect(await buyer.json("share", "close", id)).toMatchObject({ lastPeriod: 2 });
  });
});
