// A subscriber, a metered reader, a revenue sharer and a contributor, each as a person meets the dApp.
import { generatePrivateKey } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stack } from "../../tools/stack/index.mjs";
import { picture, violations } from "./browser.js";
import { passTime } from "./chain.js";
import { offerEveryModel } from "./rails.js";
import { FORMS, type Started, Visitor } from "./visitor.js";

const DAY = 86_400;

/** The story goes on from a stack on which the main job has run. */
export function otherPaymentModels(started: () => Started): void {
  describe("the other payment models", () => {
    let stack: Stack;
    let buyer: Visitor;
    const licenses: Record<string, string> = {};

    beforeAll(async () => {
      stack = started().stack;
      await offerEveryModel(stack.endpoints);
      buyer = await Visitor.enter(started(), generatePrivateKey());
    });
    afterAll(() => buyer?.leave());

    it("compares what each offer comes to, for a time and a use that stand in the URL", async () => {
      const { page, open, button, text, accessible } = buyer;
      await open("/datasets/1?days=30&rows=20000&revenue=1000");
      const rows = page
        .getByRole("list", { name: "Offers" })
        .getByRole("listitem")
        .filter({ has: page.locator("h3") });
      await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(5);
      await expect(rows.first().textContent()).resolves.toMatch(/By the second.*least for what you set.*30 USDC/);
      await page.getByLabel("For how long").fill("90");
      await button("Compare").click();
      await page.waitForURL(/days=90/);
      await expect.poll(() => rows.first().textContent()).toMatch(/By use.*least for what you set.*39 USDC/);
      await text("20,000 rows at 2 USDC per 1,000 rows, 500 of them included.").waitFor();
      await accessible("offers");
    });

    it("subscribes with one signature and two transactions", async () => {
      const { page, button, link, text, accessible, bought, wallet } = buyer;
      await link("Subscribe").click();
      await button("Connect a wallet").first().click();
      await button("Test Wallet").click();
      await page.getByLabel("Money for").fill("20");
      await button("Set").click();
      await page.waitForURL(/runway=20/);
      await button("Get test money").click();
      await text("Wrap the money and permit the flow").waitFor();
      await accessible("subscribe");
      wallet.asked.length = 0;
      await button("Subscribe for 30 USDC per 30 days").click();
      licenses.stream = await bought();
      expect(wallet.asked).toEqual(["eth_signTypedData_v4", "eth_sendTransaction", "eth_sendTransaction"]);
      await accessible("subscribed");
    });

    it("sees the stream count without asking the chain each second, and stand still for who wants calm", async () => {
      const { page, link, text, accessible, counted } = buyer;
      await link("Get the data").click();
      await page.getByRole("timer").waitFor();
      const before = await counted();
      await expect.poll(counted, { timeout: 10_000 }).toBeGreaterThan(before);
      await text(/\(20 days left\)|\(19\.\d days left\)/).waitFor();
      await accessible("stream");
      await page.emulateMedia({ reducedMotion: "reduce" });
      const unchanged = async () => {
        const first = await counted();
        await page.waitForTimeout(2_500);
        return (await counted()) === first;
      };
      expect((await unchanged()) || (await unchanged())).toBe(true);
      await page.emulateMedia({ reducedMotion: null });
    });

    it("pauses and reopens; each has its own address", async () => {
      const { page, button, link, text, accessible } = buyer;
      await link("Pause").click();
      await page.waitForURL(/do=pause/);
      await page.reload();
      await button("Pause the stream").click();
      await text("The stream is paused").waitFor();
      await text("The stream is paused.").waitFor();
      await accessible("paused");
      await link("Reopen").click();
      await button("Reopen the stream").click();
      await text("The stream runs again").waitFor();
      await expect
        .poll(async () => (await page.getByRole("timer").locator("..").textContent()) ?? "")
        .toContain("counting");
    });

    it("warns before the money runs out, and takes more", async () => {
      const { page, button, link, text, accessible } = buyer;
      await passTime(stack.endpoints, 28 * DAY);
      await page.reload();
      await text("The payer's money lasts until").waitFor();
      await accessible("runway");
      await link("Add money").click();
      await page.getByLabel("Money to add").fill("15");
      await button("Go on").click();
      await text(/15 USDC lasts about 15 days longer/).waitFor();
      await accessible("add-money");
      await button("Add 15 USDC").click();
      await text("The money is added").waitFor();
      await text("The payer's money lasts until").waitFor({ state: "detached" });
    });

    it("deposits on a meter, adds to it and asks for some of it back", async () => {
      const { page, open, button, link, text, accessible, bought } = buyer;
      await open("/datasets/1");
      await link("Pay by use").click();
      await page.getByLabel("First deposit").fill("20");
      await button("Set").click();
      await text("Pays for 10,500 rows.").waitFor();
      await accessible("meter-buy");
      await button("Deposit 20 USDC").click();
      licenses.meter = await bought();
      await link("Get the data").click();
      await text("20 USDC, pays for 10,500 rows more").waitFor();
      await link("Deposit").click();
      await page.getByLabel("Amount").fill("5");
      await button("Go on").click();
      await button("Deposit 5 USDC").click();
      await text("5 USDC are deposited").waitFor();
      await text("25 USDC, pays for 13,000 rows more").waitFor();
      await link("Ask for money back").click();
      await page.getByLabel("Amount").fill("10");
      await button("Go on").click();
      await button("Ask for 10 USDC").click();
      await text("10 USDC are on their way back").waitFor();
      await text("25 USDC, pays for 8,000 rows more").waitFor();
      await accessible("meter");
    });

    it("refuses a deposit below the least in words, before anything is signed", async () => {
      const { page, open, button, link, text } = buyer;
      await open("/datasets/1");
      await link("Pay by use").click();
      await page.getByLabel("First deposit").fill("1");
      await button("Set").click();
      await text("The first deposit is at least 10 USDC.").waitFor();
      await picture(page, "meter-too-low");
    });

    it("shares revenue: pays the guarantee, states a period and pays the rest", async () => {
      const { page, open, button, link, text, accessible, bought, wallet } = buyer;
      await open("/datasets/1");
      await link("Share revenue").click();
      await button("Pay 40 USDC").click();
      licenses.share = await bought();
      await link("Get the data").click();
      await text("40 USDC, counts against the next statement").waitFor();
      await passTime(stack.endpoints, DAY + 60);
      await page.reload();
      await text("Period 1 is over.").waitFor();
      await link("State revenue and pay").click();
      await page.getByLabel("Revenue of period 1").fill("2,000");
      await button("Go on").click();
      await text("100 USDC are owed for the period, 40 USDC of it are paid already.").waitFor();
      await accessible("statement");
      wallet.asked.length = 0;
      await button("State and pay 60 USDC").click();
      await text("Period 1 is stated, 60 USDC are paid").waitFor();
      expect(wallet.asked).toEqual(["eth_signTypedData_v4", "eth_sendTransaction", "eth_sendTransaction"]);
      await text(/period 2, which runs until/).waitFor();
      await accessible("share");
    });

    it("says that a statement is overdue, and then that access is cut", async () => {
      const { page, text, accessible } = buyer;
      await passTime(stack.endpoints, 4 * DAY);
      await page.reload();
      await text("The statement of period 2 is overdue").waitFor();
      await passTime(stack.endpoints, 2 * DAY);
      await page.reload();
      await text("Access is cut: period 2 is not stated.").waitFor();
      await accessible("breach");
    });

    it.each(FORMS)("holds together in %s at %d pixels", async (...form) => {
      const { rightsholder } = stack.endpoints.accounts;
      await buyer.looksRight(form, [
        ["offers", "/datasets/1", "By the second"],
        ["stream", `/library/${licenses.stream}`, "Money lasts until"],
        ["meter", `/library/${licenses.meter}?do=deposit`, "Deposit left"],
        ["share", `/library/${licenses.share}?do=state&amount=2000`, "owed for the period"],
        ["earnings", `/earnings?account=${rightsholder.address}`, "as contributor"],
      ]);
    });

    it("threw nothing in the page all along", () => {
      expect(buyer.errors).toEqual([]);
    });
  });

  describe("a contributor's earnings", () => {
    let contributor: Visitor;

    beforeAll(async () => {
      contributor = await Visitor.enter(started(), started().stack.endpoints.accounts.contributor?.privateKey);
    });
    afterAll(() => contributor?.leave());

    it("shows what the split earned per month, links its statements, and collects", async () => {
      const { page } = contributor;
      await contributor.open("/earnings");
      await contributor.connect();
      await page.getByText("Split 1, as contributor").first().waitFor();
      await page.getByRole("button", { name: "Collect" }).click();
      await page.getByText("become plain USDC").first().waitFor();
      await page.getByText(/done$/).first().waitFor();
      expect(await violations(page)).toEqual([]);
      await picture(page, "earnings");
      const hrefs = await page
        .getByRole("link", { name: /page to print|CSV|JSON/ })
        .evaluateAll((all) => all.map((each) => (each as HTMLAnchorElement).href));
      expect(hrefs).toHaveLength(6);
      const answers = await Promise.all(hrefs.map((href) => fetch(href)));
      expect(answers.map(({ status }) => status)).toEqual(hrefs.map(() => 200));
    });

    it("keeps the period in the URL", async () => {
      const { page } = contributor;
      await page.getByRole("link", { name: "Last year" }).click();
      await page.waitForURL(/from=\d{4}-01-01&to=\d{4}-01-01/);
      await page.getByRole("heading", { name: "Earned" }).waitFor();
    });
  });
}
