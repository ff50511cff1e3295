// A buyer looks at who stands behind an offer, buys, claims, and is paid back by the council's ruling: each side in its own browser.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { createPublicClient, type Hex, http } from "viem";
import { generatePrivateKey } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stack } from "../../tools/stack/index.mjs";
import { picture, violations } from "./browser.js";
import { installWallet } from "./wallet.js";

/** A person with a browser and a wallet of their own. */
interface Person {
  context: BrowserContext;
  page: Page;
}

/** The story goes on from a stack on which the main job has run. */
export function trust(started: () => { stack: Stack; browser: Browser }): void {
  describe("trust", () => {
    let stack: Stack;
    let buyer: Person;
    let provider: Person;
    const people: Person[] = [];
    const errors: string[] = [];
    let licenseId = "";
    let disputePath = "";

    const enter = async (privateKey: Hex): Promise<Person> => {
      const context = await started().browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      page.on("pageerror", (error) => errors.push(error.message));
      const { rpcUrl, chainId } = stack.endpoints;
      await installWallet(page, { rpcUrl, chainId, privateKey });
      people.push({ context, page });
      return { context, page };
    };
    const open = ({ page }: Person, path: string) => page.goto(`${stack.endpoints.webUrl}${path}`);
    const connect = async ({ page }: Person) => {
      await page.getByRole("button", { name: "Connect a wallet" }).first().click();
      await page.getByRole("button", { name: "Test Wallet" }).click();
      await page.getByRole("button", { name: "Disconnect" }).waitFor();
    };
    const seen = ({ page }: Person, words: string | RegExp) => page.getByText(words).first().waitFor();
    const accessible = async ({ page }: Person, name: string) => {
      await picture(page, name);
      expect(await violations(page)).toEqual([]);
    };

    beforeAll(async () => {
      stack = started().stack;
      buyer = await enter(generatePrivateKey());
      provider = await enter(stack.endpoints.accounts.provider.privateKey);
    });
    afterAll(async () => {
      for (const { context } of people) await context.close();
    });

    it("says of an offer what it is covered to, and of its provider what was proven", async () => {
      await open(buyer, "/datasets/1");
      await seen(buyer, "covered to 100 USDC");
      await buyer.page.getByRole("link", { name: "by its provider" }).first().click();
      await seen(buyer, "Bonded in all");
      await seen(buyer, /Slashed so far/);
      await seen(buyer, /Slashed for license \d+/);
      await accessible(buyer, "provider");
    });

    it("shows what a dispute that is over did", async () => {
      await open(buyer, "/disputes");
      await buyer.page.getByRole("link", { name: /^Dispute 1:/ }).click();
      await seen(buyer, /closed:/);
      await seen(buyer, "concluded it");
      await accessible(buyer, "dispute-closed");
    });

    it("buys what is covered", async () => {
      await open(buyer, "/datasets/1");
      const covered = buyer.page.getByRole("listitem").filter({ hasText: "100 USDC" });
      await covered.getByRole("link", { name: "Buy a license" }).first().click();
      await connect(buyer);
      await buyer.page.getByRole("button", { name: "Get test money" }).click();
      await buyer.page.getByRole("button", { name: /^Pay 100 USDC/ }).click();
      const words = await buyer.page
        .getByText(/License \d+ is yours/)
        .first()
        .textContent();
      licenseId = /\d+/.exec(words ?? "")?.[0] ?? "";
      expect(licenseId).not.toBe("");
    });

    it("raises a claim that says what it costs and what it can bring before anything is signed", async () => {
      const { page } = buyer;
      await open(buyer, `/library/${licenseId}`);
      await page.getByRole("link", { name: "Raise a claim" }).click();
      await page.waitForURL(/\/disputes\/new/);
      await page.getByRole("list", { name: "Reasons" }).getByRole("link").nth(1).click();
      await page.getByLabel("Day on which it happened").fill(await today(stack));
      await page.getByRole("button", { name: "See what it costs" }).click();
      await page.getByRole("heading", { name: "What it costs, and who decides" }).waitFor();
      await accessible(buyer, "claim");
      await page.getByRole("textbox", { name: "What happened" }).fill("Half of the labels are wrong.");
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByRole("button", { name: "File the claim" }).click();
      await seen(buyer, "The claim is filed");
      await page.getByRole("link", { name: "Follow it in your disputes" }).click();
      await page
        .getByRole("link", { name: /^Dispute \d+:/ })
        .first()
        .click();
      await page.waitForURL(/\/disputes\/\d+/);
      disputePath = new URL(page.url()).pathname;
      await seen(buyer, "What each ruling would do");
      await seen(buyer, "the license's money");
      await accessible(buyer, "dispute-open");
    });

    it("is answered by the other side and brought to its arbitrator", async () => {
      const { page } = provider;
      await open(provider, disputePath);
      await connect(provider);
      await page.getByRole("link", { name: "Answer", exact: true }).click();
      await page.getByRole("textbox", { name: "What happened" }).fill("The labels are those of the source.");
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByRole("button", { name: "Answer", exact: true }).click();
      await seen(provider, "The claim is answered");
      await page.getByRole("link", { name: "Bring it to its arbitrator" }).click();
      await page.getByRole("button", { name: "Bring it to its arbitrator" }).click();
      await seen(provider, /The arbitrator has until/);
      await accessible(provider, "dispute-asked");
    });

    it("is ruled by two councillors, and pays when the appeal is over", async () => {
      const { firstCouncillor, secondCouncillor } = stack.endpoints.accounts;
      for (const { privateKey } of [firstCouncillor, secondCouncillor]) {
        const councillor = await enter(privateKey);
        await open(councillor, disputePath);
        await connect(councillor);
        await councillor.page.getByRole("link", { name: "Vote", exact: true }).click();
        await councillor.page.getByRole("button", { name: "Uphold it in full" }).click();
        await seen(councillor, /go back to who paid/);
        await councillor.page.getByRole("button", { name: "Vote", exact: true }).click();
        await seen(councillor, "Your vote is cast");
      }
      await buyer.page.reload();
      await seen(buyer, "Appeal");
      await accessible(buyer, "dispute-ruled");
    });

    it("keeps an inbox of recalls", async () => {
      await open(buyer, "/recalls");
      await seen(buyer, "Nothing that you licensed was recalled.");
      await accessible(buyer, "recalls");
    });

    it.each([
      ["light", 1280],
      ["dark", 1280],
      ["light", 320],
      ["dark", 320],
    ] as const)("holds together in %s at %d pixels", async (colorScheme, width) => {
      const { page } = buyer;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      for (const [name, path, awaited] of [
        ["provider", `/providers/${stack.endpoints.accounts.provider.address}`, "Bonded in all"],
        ["disputes", "/disputes", /^Dispute \d+:/],
        ["dispute", disputePath, "Money at stake"],
        ["claim", `/disputes/new?license=${licenseId}&reason=NotAsDescribed`, "Day on which it happened"],
        ["recalls", "/recalls", "Nothing that you licensed"],
      ] as const) {
        await open(buyer, path);
        await seen(buyer, awaited);
        await accessible(buyer, `${name}-${colorScheme}-${width}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${name} is too wide`).toBeLessThanOrEqual(0);
      }
    });

    it("threw nothing in the page all along", () => {
      expect(errors).toEqual([]);
    });
  });
}

/** The day by the chain's clock, which the main job moved, as a date field takes it. */
async function today({ endpoints }: Stack): Promise<string> {
  const { timestamp } = await createPublicClient({ transport: http(endpoints.rpcUrl) }).getBlock();
  return new Date(Number(timestamp) * 1000).toISOString().slice(0, 10);
}
