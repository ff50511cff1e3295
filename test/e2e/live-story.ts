// A subscriber to a live stream, which reaches the owners while it flows, and the buyer of a bundle, whose license opens a component.
import { generatePrivateKey } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stack } from "../../tools/stack/index.mjs";
import { offerBundle } from "./bundle.js";
import { passTime, untilCaughtUp } from "./chain.js";
import { offerLive } from "./live.js";
import { type Started, Visitor } from "./visitor.js";

const DAY = 86_400;

/** The story goes on from a stack on which the main job has run: its provider is registered and bonded. */
export function liveAndBundles(started: () => Started): void {
  describe("live streams and bundles", () => {
    let stack: Stack;
    let buyer: Visitor;
    let bundle: Awaited<ReturnType<typeof offerBundle>>;
    const licenses: Record<string, string> = {};

    beforeAll(async () => {
      stack = started().stack;
      await offerLive(stack.endpoints);
      bundle = await offerBundle(stack.endpoints);
      await untilCaughtUp(stack.endpoints);
      buyer = await Visitor.enter(started(), generatePrivateKey());
    });
    afterAll(() => buyer?.leave());

    it("says what a live offer costs, that nothing of it comes back, and that a bond covers it", async () => {
      const { page, open } = buyer;
      await open("/datasets/1");
      const offer = page
        .getByRole("listitem")
        .filter({ has: page.getByRole("heading", { name: "By the second, live" }) });
      await offer.getByText("covered to").waitFor();
      await offer.getByText("What was paid does not come back").waitFor();
      await offer.getByRole("link", { name: "Subscribe" }).click();
      await page.waitForURL(/\/buy\//);
    });

    it("subscribes with one signature and two transactions, buffer and wrapping included", async () => {
      const { page, button, text, accessible, bought, wallet } = buyer;
      await button("Connect a wallet").first().click();
      await button("Test Wallet").click();
      await page.getByLabel("Money for").fill("10");
      await button("Set").click();
      await page.waitForURL(/runway=10/);
      await button("Get test money").click();
      await text("Permit the flow").waitFor();
      await accessible("live-buy");
      wallet.asked.length = 0;
      await button("Subscribe for 72 USDC per 30 days").click();
      licenses.live = await bought();
      expect(wallet.asked).toEqual(["eth_signTypedData_v4", "eth_sendTransaction", "eth_sendTransaction"]);
    });

    it("sees what reaches the owners count, and how long the money lasts", async () => {
      const { page, link, text, accessible, counted } = buyer;
      await link("Get the data").click();
      await page.getByRole("timer").waitFor();
      const before = await counted();
      await expect.poll(counted, { timeout: 10_000 }).toBeGreaterThan(before);
      await text("to the owners, as it comes in").waitFor();
      await text(/\(10 days left\)|\(9\.\d days left\)/).waitFor();
      await accessible("live");
    });

    it("keeps counting from where it was once what flowed is settled", async () => {
      const { page, button, link, text, counted } = buyer;
      await passTime(stack.endpoints, 2 * DAY);
      await page.reload();
      await page.getByRole("timer").waitFor();
      // 2.4 USDC a day.
      await expect.poll(counted, { timeout: 10_000 }).toBeGreaterThan(4.7);
      await link("Settle").click();
      await button("Settle").click();
      await text("It is settled").waitFor();
      await page.reload();
      // A look in which the indexer was behind is followed by another one half a minute later.
      await expect.poll(counted, { timeout: 45_000 }).toBeGreaterThan(4.7);
      expect(await counted()).toBeLessThan(5);
    });

    it("warns before the stream can be liquidated", async () => {
      const { page, text, accessible } = buyer;
      await passTime(stack.endpoints, 6 * DAY);
      await page.reload();
      await text("The payer's money lasts until").waitFor();
      await text("After that anyone may end the stream").waitFor();
      await accessible("live-runway");
    });

    it("holds together on wide and narrow screens, light and dark", async () => {
      await buyer.holdsTogether([["live", `/library/${licenses.live}`, "The payer's money lasts until"]]);
    });

    it("ends the stream: by notice first, and when that has run for good", async () => {
      const { page, open, button, link, text, accessible } = buyer;
      await link("Give notice and end").click();
      await text("The license ends 1 day from now.").waitFor();
      await button("Give notice").click();
      await text("Notice is given").waitFor();
      await text(/^ends \d/).waitFor();
      await passTime(stack.endpoints, DAY + 60);
      await page.reload();
      await link("End it now").click();
      await button("End the license").click();
      await text("The license has ended").waitFor();
      await page.getByText("Streamed so far, counting").waitFor({ state: "detached" });
      await open(`/library/${licenses.live}`);
      await text("ended").waitFor();
      await accessible("live-ended");
    });

    it("shows a bundle's components, and what they earn of it", async () => {
      const { page, open, accessible } = buyer;
      await open(`/datasets/${bundle.datasetId}`);
      const components = page.getByRole("region", { name: "Made from" });
      await components.getByText("A license opens it too. Its owner gets 10 % of what is earned here.").waitFor();
      await accessible("bundle");
      await components.getByRole("link", { name: /^MNIST handwritten digits/ }).click();
      await page.waitForURL(/\/datasets\/1$/);
      await page.goBack();
    });

    it("opens the bundle and, with the same license, its component", async () => {
      const { page, button, link, text, accessible, bought } = buyer;
      await link("Buy a license").click();
      await button(/^Pay 60 USDC/).click();
      licenses.bundle = await bought();
      await link("Get the data").click();
      await page.getByRole("navigation", { name: "What to open" }).waitFor();
      await button("Download, verify and decrypt").click();
      await text("guide.txt").waitFor({ timeout: 60_000 });
      await link(/^MNIST handwritten digits, 10,000, version 1$/).click();
      await page.waitForURL(/of=1-1/);
      await page.reload();
      await page.getByRole("navigation", { name: "What to open" }).waitFor();
      await button("Download, verify and decrypt").click();
      await text("train-images.idx3-ubyte").waitFor({ timeout: 60_000 });
      await text(/(\d+) of \1 chunks verified/).waitFor();
      await accessible("bundle-license");
    });

    it("holds together ended, too, and as a bundle", async () => {
      await buyer.holdsTogether([
        ["live-ended", `/library/${licenses.live}`, "Money lasts until"],
        ["bundle", `/datasets/${bundle.datasetId}`, "A license opens it too."],
        ["bundle-license", `/library/${licenses.bundle}?of=1-1`, "It opens the components too"],
      ]);
    });

    it("threw nothing in the page all along", () => {
      expect(buyer.errors).toEqual([]);
    });
  });
}
