// A buyer looks at who stands behind an offer, buys, claims, and is paid back by the council's ruling: each side in its own browser.
import { openRecallSync, setRevokedRootSync } from "@colophon-protocol/sdk";
import { createPublicClient, http } from "viem";
import { generatePrivateKey } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stack } from "../../tools/stack/index.mjs";
import { actorOf, balanceOf, passTime, untilCaughtUp } from "./chain.js";
import { FORMS, type Started, Visitor } from "./visitor.js";

const DAY = 86_400;

/** The story goes on from a stack on which the main job has run. */
export function trust(started: () => Started): void {
  describe("trust", () => {
    let stack: Stack;
    let buyer: Visitor;
    let provider: Visitor;
    const people: Visitor[] = [];
    let licenseId = "";
    let disputePath = "";

    const enter = async (privateKey: `0x${string}`) => {
      const person = await Visitor.enter(started(), privateKey);
      people.push(person);
      return person;
    };

    beforeAll(async () => {
      stack = started().stack;
      await untilCaughtUp(stack.endpoints);
      buyer = await enter(generatePrivateKey());
      provider = await enter(stack.endpoints.accounts.provider.privateKey);
    });
    afterAll(async () => {
      for (const person of people) await person.leave();
    });

    it("says of an offer what it is covered to, and of its provider what was proven", async () => {
      await buyer.open("/datasets/1");
      await buyer.seen("covered to 100 USDC");
      await buyer.page.getByRole("link", { name: "by its provider" }).first().click();
      await buyer.seen("Bonded in all");
      await buyer.seen(/Slashed so far/);
      await buyer.seen(/stake slashed.*, for license \d+/);
      await buyer.seen(/USDC to who reported it/);
      await buyer.seen("of 10,000");
      await buyer.seen(/^mean stake of the last 180 days/);
      await buyer.accessible("provider");
    });

    it("shows what a dispute that is over did", async () => {
      await buyer.open("/disputes");
      await buyer.page.getByRole("link", { name: /^Dispute 1:/ }).click();
      await buyer.seen(/closed:/);
      await buyer.seen("concluded it");
      await buyer.accessible("dispute-closed");
    });

    it("buys what is covered", async () => {
      await buyer.open("/datasets/1");
      const covered = buyer.page.getByRole("listitem").filter({ hasText: "100 USDC" });
      await covered.getByRole("link", { name: "Buy a license" }).first().click();
      await buyer.connect();
      await buyer.page.getByRole("button", { name: "Get test money" }).click();
      await buyer.page.getByRole("button", { name: /^Pay 100 USDC/ }).click();
      licenseId = await buyer.bought();
      expect(licenseId).not.toBe("");
    });

    it("raises a claim that says what it costs and what it can bring before anything is signed", async () => {
      const { page } = buyer;
      await buyer.open(`/library/${licenseId}`);
      await page.getByRole("link", { name: "Raise a claim" }).click();
      await page.waitForURL(/\/disputes\/new/);
      await page.getByRole("list", { name: "Reasons" }).getByRole("link").nth(1).click();
      await page.getByLabel("Day on which it happened").fill(await today(stack));
      await page.getByRole("button", { name: "See what it costs" }).click();
      await page.getByRole("heading", { name: "What it costs, and who decides" }).waitFor();
      await buyer.accessible("claim");
      await page.getByRole("textbox", { name: "What happened" }).fill("Half of the labels are wrong.");
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByRole("button", { name: "File the claim" }).click();
      await buyer.seen("The claim is filed");
      await page.getByRole("link", { name: "Follow it in your disputes" }).click();
      await page
        .getByRole("link", { name: /^Dispute \d+:/ })
        .first()
        .click();
      await page.waitForURL(/\/disputes\/\d+/);
      disputePath = new URL(page.url()).pathname;
      await buyer.seen("What each ruling would do");
      await buyer.seen("the license's money");
      await buyer.accessible("dispute-open");
    });

    it("is answered by the other side and brought to its arbitrator", async () => {
      const { page } = provider;
      await provider.open(disputePath);
      await provider.connect();
      await page.getByRole("link", { name: "Answer", exact: true }).click();
      await page.getByRole("textbox", { name: "What happened" }).fill("The labels are those of the source.");
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByRole("button", { name: "Answer", exact: true }).click();
      await provider.seen("The claim is answered");
      await provider.seen(/by the provider/);
      await page.getByRole("link", { name: "Bring it to its arbitrator" }).click();
      await page.getByRole("button", { name: "Bring it to its arbitrator" }).click();
      await provider.seen(/The arbitrator has until/);
      await provider.accessible("dispute-asked");
    });

    it("is ruled by two councillors", async () => {
      const { firstCouncillor, secondCouncillor } = stack.endpoints.accounts;
      for (const { privateKey } of [firstCouncillor, secondCouncillor]) {
        const councillor = await enter(privateKey);
        await councillor.open(disputePath);
        await councillor.connect();
        await councillor.page.getByRole("link", { name: "Vote", exact: true }).click();
        await councillor.page.getByRole("button", { name: "Uphold it in full" }).click();
        await councillor.seen(/go back to who paid/);
        await councillor.page.getByRole("button", { name: "Vote", exact: true }).click();
        await councillor.seen("Your vote is cast");
      }
      await buyer.page.reload();
      await buyer.seen("Appeal");
      await buyer.accessible("dispute-ruled");
    });

    it("asks in an inbox what licensees do about a recall, and records the answer", async () => {
      const { page, open, seen, accessible } = buyer;
      await open("/recalls");
      await seen("Nothing that you licensed was recalled.");
      await recall(stack);
      await untilCaughtUp(stack.endpoints);
      await open("/recalls");
      await seen("your answer is awaited");
      await seen("Content had to be taken down.");
      await page.getByRole("link", { name: "I deleted it" }).click();
      await page.waitForURL(/do=Delete/);
      await accessible("recall");
      await page.getByRole("button", { name: "State it on chain" }).click();
      await seen("Your answer is recorded");
      await seen(/^deleted, /);
      await accessible("recalls");
    });

    it("pays when the time to appeal is over", async () => {
      const { page, open, seen, accessible, wallet } = buyer;
      await open(disputePath);
      await passTime(stack.endpoints, 6 * DAY);
      await page.reload();
      await page.getByRole("link", { name: "Conclude it" }).click();
      const before = await balanceOf(stack.endpoints, wallet.account.address);
      await page.getByRole("button", { name: "Conclude it" }).click();
      await seen("The dispute is concluded");
      await seen("closed: the claim was upheld");
      // The price, and the bond of the claim.
      expect((await balanceOf(stack.endpoints, wallet.account.address)) - before).toBe(125_000_000n);
      await accessible("dispute-paid");
    });

    it.each(FORMS)("holds together in %s at %d pixels", (...form) =>
      buyer.looksRight(form, [
        ["provider", `/providers/${stack.endpoints.accounts.provider.address}`, "Bonded in all"],
        ["disputes", "/disputes", /^Dispute \d+:/],
        ["dispute", disputePath, "Money at stake"],
        ["claim", `/disputes/new?license=${licenseId}&reason=NotAsDescribed`, "Day on which it happened"],
        ["recalls", "/recalls", "Content had to be taken down."],
      ]),
    );

    it("threw nothing in the page all along", () => {
      for (const { errors } of people) expect(errors).toEqual([]);
    });
  });
}

/** The day by the chain's clock, which the main job moved, as a date field takes it. */
async function today({ endpoints }: Stack): Promise<string> {
  const { timestamp } = await createPublicClient({ transport: http(endpoints.rpcUrl) }).getBlock();
  return new Date(Number(timestamp) * 1000).toISOString().slice(0, 10);
}

/** The owner takes some of dataset 1 down. */
async function recall({ endpoints }: Stack): Promise<void> {
  const owner = actorOf(endpoints, "rightsholder");
  const version = { datasetId: 1n, version: 1, deployment: endpoints.deployment };
  const [revokedRoot, leavesHash] = [word("4e"), word("1e")];
  await setRevokedRootSync(owner, { ...version, revokedRoot });
  await openRecallSync(owner, { ...version, reason: "Takedown", leavesHash, revokedRoot });
}
const word = (byte: string): `0x${string}` => `0x${byte.repeat(32)}`;
