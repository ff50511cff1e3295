// The whole stack as a person meets it: the main job, then the dApp in Chromium with an injected wallet.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { createPublicClient, type Hex, http, parseAbi } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// The stack is the tools' own: nothing else knows that one exists.
import { buildWeb } from "../../tools/build.mjs";
import { type Stack, startStack } from "../../tools/stack/index.mjs";
import { launchChromium, picture, violations } from "./browser.js";
import { liveAndBundles } from "./live-story.js";
import { otherPaymentModels } from "./rails-story.js";
import { runs } from "./run-story.js";
import { trust } from "./trust-story.js";
import { installWallet, type TestWallet } from "./wallet.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, ".colophon/e2e");
const run = promisify(execFile);

let stack: Stack;
let browser: Browser;

/** Of the first offer; the provider's covered one, which is cheaper, comes with the act of trust. */
const buyLink = (page: Page) =>
  page.getByRole("listitem").filter({ hasText: "250 USDC" }).getByRole("link", { name: "Buy a license" });

beforeAll(async () => {
  await buildWeb(() => undefined);
  stack = await startStack({ folder, fresh: true, log: () => undefined });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

describe("the main job", () => {
  it("runs end to end and prints one object a step with real values", async () => {
    const job = join(root, "tools/dist/job/main.js");
    const { stdout } = await run(process.execPath, [job, "--endpoints", join(folder, "endpoints.json"), "--json"]);
    const steps = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { step: string; ok: boolean; gas: string; values: Record<string, string> });
    expect(steps).toHaveLength(23);
    expect(steps.every((step) => step.ok)).toBe(true);
    const valuesOf = (part: string) => steps.find(({ step }) => step.includes(part))?.values ?? {};
    expect(Number.parseFloat(valuesOf("train").accuracy ?? "0")).toBeGreaterThan(85);
    expect(valuesOf("fetch with proofs")["fetched again"]).toContain("chunk");
    expect(valuesOf("connect, claim and unwrap").rightsholder).toContain("170.625 USDC");
    expect(valuesOf("connect, claim and unwrap").contributor).toContain("73.125 USDC");
    expect(valuesOf("key nodes release").stranger).toBe("refused: NotHolder");
    expect(valuesOf("subscribe").epochs).toBe(240);
    expect(valuesOf("subscribe").released).toBe("99.999999 USDC");
    expect(valuesOf("metered reads").released).toBe("200 USDC");
    expect(valuesOf("revenue is stated")["paid now"]).toBe("550 USDC");
    expect(valuesOf("expires").licensee).toBe("refused: Expired");
    expect(valuesOf("record it on chain").status).toBe("executed, not proven");
    const refusals = Object.values(valuesOf("one unlicensed chunk"));
    expect(refusals[0]).toBe("refused: content-root");
    expect(refusals[1]).toContain("ProofRegistry_WrongValue");
    const bundle = steps.at(-1)?.values ?? {};
    expect(bundle.verified).toMatch(/^\d+ checks hold/);
    expect(bundle["with one byte altered"]).toMatch(/^refused: /);
  });
});

describe("the dApp", () => {
  let context: BrowserContext;
  let page: Page;
  let wallet: TestWallet;
  const errors: string[] = [];

  beforeAll(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on("pageerror", (error) => errors.push(error.message));
    const { rpcUrl, chainId, accounts } = stack.endpoints;
    wallet = await installWallet(page, { rpcUrl, chainId, privateKey: accounts.stranger.privateKey });
  });
  afterAll(() => context?.close());

  const open = (path: string) => page.goto(`${stack.endpoints.webUrl}${path}`);
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const text = (words: string | RegExp) => page.getByText(words).first();
  const accessible = async (name: string) => {
    await picture(page, name);
    expect(await violations(page)).toEqual([]);
  };

  it("finds the dataset by words and by facets that stand in the URL", async () => {
    await open("/");
    await page.getByRole("link", { name: /MNIST handwritten digits/ }).waitFor();
    await accessible("catalogue");
    await page.getByRole("searchbox").fill("handwriting");
    await button("Search").click();
    await page.waitForURL(/q=handwriting/);
    await page.getByRole("link", { name: "Train", exact: true }).click();
    await page.waitForURL(/use=2/);
    await page.reload();
    await page.getByRole("link", { name: /MNIST handwritten digits/ }).waitFor();
    await page.getByRole("link", { name: "Redistribute" }).click();
    await text("No dataset fits.").waitFor();
  });

  it("says what one may do before what it costs", async () => {
    await open("/datasets/1");
    await page.getByRole("heading", { name: "What you may do" }).waitFor();
    const headings = await page.getByRole("heading", { level: 2 }).allTextContents();
    expect(headings.indexOf("What you may do")).toBeLessThan(headings.indexOf("Offers"));
    await text("You may train models on version 1").waitFor();
    await text("You may not pass it on to others.").waitFor();
    await accessible("dataset");
  });

  it("connects an announced wallet and survives a reload", async () => {
    await open("/datasets/1");
    await buyLink(page).click();
    await button("Connect a wallet").first().click();
    await accessible("connect");
    await button("Test Wallet").click();
    await button("Disconnect").waitFor();
    await page.reload();
    await button("Disconnect").waitFor();
  });

  it("asks to switch when the wallet is on another chain", async () => {
    wallet.behavior = "wrong-chain";
    await page.reload();
    await text("Your wallet is on another chain.").waitFor();
    await picture(page, "wrong-chain");
    await button(/Switch to/)
      .first()
      .click();
    await text("Pay and receive").waitFor();
  });

  it("gives test money, takes a rejected signature calmly, then buys", async () => {
    await button("Get test money").click();
    const pay = button(/^Pay 250 USDC/);
    await pay.waitFor();
    await accessible("buy");
    wallet.behavior = "reject";
    await pay.click();
    await text("You declined in the wallet.").waitFor();
    await picture(page, "rejected");
    wallet.behavior = "approve";
    wallet.asked.length = 0;
    await pay.click();
    await text(/License \d+ is yours/).waitFor();
    expect(wallet.asked).toEqual(["eth_signTypedData_v4", "eth_sendTransaction"]);
    await accessible("receipt");
    await page.getByRole("link", { name: "Get the data" }).click();
    await page.waitForURL(/\/library\/\d+/);
  });

  it("downloads, verifies and decrypts in the browser, and keeps what it has over a reload", async () => {
    await button("Download, verify and decrypt").click();
    await page.getByRole("list", { name: "Files" }).waitFor({ timeout: 60_000 });
    await text("train-images.idx3-ubyte").waitFor();
    await text(/(\d+) of \1 chunks verified/).waitFor();
    await accessible("license");
    await page.reload();
    await button("Download, verify and decrypt").click();
    await page.getByRole("list", { name: "Files" }).waitFor({ timeout: 60_000 });
  });

  it("lists the license in the library and confirms delivery", async () => {
    await open("/library");
    await text("● licensed").or(text("licensed")).first().waitFor();
    await accessible("library");
    await page.getByRole("link", { name: /MNIST/ }).first().click();
    await button("Confirm delivery and release the money").click();
    await text("released to the rightsholder").waitFor();
  });

  it("warns who holds a license from the offer before buying a second one", async () => {
    await open("/datasets/1");
    await buyLink(page).click();
    await text("You already hold").waitFor();
  });

  it("says what to do when the indexer is down", async () => {
    await page.route("**/search*", (route) => route.abort());
    await open("/");
    await text("The catalogue could not be read.").waitFor();
    await page.unroute("**/search*");
  });

  it.each([
    ["dark", 1280],
    ["light", 320],
    ["dark", 320],
  ] as const)("holds together in %s at %d pixels", async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    for (const [name, path] of [
      ["catalogue", "/"],
      ["dataset", "/datasets/1"],
      ["library", "/library"],
    ] as const) {
      await open(path);
      await page.getByText(/MNIST/).first().waitFor();
      await accessible(`${name}-${colorScheme}-${width}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    }
  });

  it("threw nothing in the page all along", () => {
    expect(errors).toEqual([]);
  });
});

describe("the dApp with nothing installed", () => {
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
  });
  afterAll(() => context?.close());

  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const connectBurner = async () => {
    await button("Connect a wallet").first().click();
    await button(/^Burner wallet/).click();
    await button("Disconnect").waitFor();
  };
  const burnerAddress = async () =>
    privateKeyToAccount((await page.evaluate(() => localStorage.getItem("colophon.burner"))) as Hex).address;

  it("loads no wallet code for who only looks, and names the page", async () => {
    await page.goto(`${stack.endpoints.webUrl}/`);
    await page.getByRole("link", { name: /MNIST/ }).waitFor();
    expect(await page.title()).toBe("Catalogue · Colophon");
    const [loaded, named] = await page.evaluate(() => {
      const entries = performance.getEntriesByType("resource").map(({ name }) => name);
      const scripts = [...document.querySelectorAll("script[src]")].map((script) => (script as HTMLScriptElement).src);
      return [entries.filter((name) => name.endsWith(".js")), scripts];
    });
    expect(loaded.sort()).toEqual(named.sort());
  });

  it("buys with the burner wallet, which pays and holds the license on chain", async () => {
    await page.goto(`${stack.endpoints.webUrl}/datasets/1`);
    await buyLink(page).click();
    await button("Connect a wallet").first().click();
    await button(/^Burner wallet/).waitFor();
    expect(await page.getByRole("dialog").getByRole("listitem").count()).toBe(1);
    await page.keyboard.press("Escape");
    await connectBurner();
    await button("Get test money").click();
    await button(/^Pay 250 USDC/).click();
    const words = await page.getByText(/License \d+ is yours/).textContent();
    const licenseId = BigInt(/\d+/.exec(words ?? "")?.[0] ?? 0);
    const { rpcUrl, deployment } = stack.endpoints;
    const chain = createPublicClient({ transport: http(rpcUrl) });
    const reads = parseAbi([
      "function ownerOf(uint256) view returns (address)",
      "function balanceOf(address) view returns (uint256)",
    ]);
    const address = await burnerAddress();
    const { LicenseToken, TestUSDC } = deployment.contracts;
    const ownerOf = { abi: reads, functionName: "ownerOf", address: LicenseToken.address, args: [licenseId] } as const;
    const balanceOf = { abi: reads, functionName: "balanceOf", address: TestUSDC.address, args: [address] } as const;
    expect(await chain.readContract(ownerOf)).toBe(address);
    expect(await chain.readContract(balanceOf)).toBe(750_000_000n);
    await page.getByRole("link", { name: "Get the data" }).click();
    await page.waitForURL(`**/library/${licenseId}`);
  });

  it("stays disconnected over a reload, and is the same account when connected again", async () => {
    const before = await burnerAddress();
    await button("Disconnect").click();
    await page.reload();
    await page.getByText("Connect the wallet that holds this license").waitFor();
    await connectBurner();
    expect(await burnerAddress()).toBe(before);
    await page.reload();
    await button("Disconnect").waitFor();
  });

  it("goes on where an interrupted download stopped, and fetches again only what is missing or spoiled", async () => {
    let asked: string[] = [];
    page.on("request", (request) => {
      const run = /\/chunks\?(first=\d+&count=\d+)$/.exec(request.url())?.[1];
      if (run && request.method() === "GET") asked.push(run);
    });
    let cut = false;
    await page.route(/\/chunks\?first=0&/, async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      const { "content-length": _, ...headers } = response.headers();
      cut = true;
      await route.fulfill({ status: response.status(), headers, body: body.subarray(0, body.length / 2) });
    });
    await page.route(/\/chunks\?first=/, (route) => (cut ? undefined : route.fallback())); // The rest hangs.
    const second = page.waitForRequest((request) => cut && /\/chunks\?first=[1-9]/.test(request.url()));
    await button("Download, verify and decrypt").click();
    await second;
    const unfinished = asked.at(-1) ?? "";
    const first = Number(/first=(\d+)/.exec(unfinished)?.[1]);
    await page.reload();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    expect(await spoilStoredChunk(page, 0)).toBe(first + 1); // What came before the cut, and the list of files.

    asked = [];
    await button("Download, verify and decrypt").click();
    await page.getByRole("list", { name: "Files" }).waitFor({ timeout: 60_000 });
    expect(asked).toEqual(["first=0&count=1", unfinished]);
    await page.getByText(/(\d+) of \1 chunks verified/).waitFor();

    asked = [];
    await button("Fetch again").click();
    await page.getByText(/(\d+) of \1 chunks verified/).waitFor();
    await expect.poll(() => button("Fetch again").isEnabled()).toBe(true);
    expect(asked).toEqual([]);
  });
});

runs(() => ({ stack, browser }));
otherPaymentModels(() => ({ stack, browser }));
trust(() => ({ stack, browser }));
liveAndBundles(() => ({ stack, browser }));

/** Overwrites a kept chunk with zeros. @returns how many chunks this browser keeps */
function spoilStoredChunk(page: Page, index: number): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open("colophon-chunks");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const store = opening.result.transaction("chunks", "readwrite").objectStore("chunks");
          const keys = store.getAllKeys();
          keys.onerror = () => reject(keys.error);
          keys.onsuccess = () => {
            const key = keys.result.find((known) => (known as [string, number])[1] === wanted);
            if (!key) return reject(new Error(`chunk ${wanted} is not kept`));
            const writing = store.put(new Uint8Array(1024 * 1024), key);
            writing.onerror = () => reject(writing.error);
            writing.onsuccess = () => {
              opening.result.close();
              resolve(keys.result.length);
            };
          };
        };
      }),
    index,
  );
}
