// A person in front of the dApp: a browser context of their own, and a wallet where they have one.
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Hex } from "viem";
import { expect } from "vitest";
import type { Stack } from "../../tools/stack/index.mjs";
import { picture, violations } from "./browser.js";
import { installWallet, type TestWallet } from "./wallet.js";

/** What a story goes on from: a stack on which the main job has run. */
export interface Started {
  stack: Stack;
  browser: Browser;
}

/** Color schemes and widths in which every page has to hold together. */
export const FORMS = [
  ["light", 1280],
  ["dark", 1280],
  ["light", 320],
  ["dark", 320],
] as const;
type Form = (typeof FORMS)[number];

/** Name of the picture, path, and the text that is waited for. */
type Shown = readonly [name: string, path: string, awaited: string | RegExp];

export class Visitor {
  /** What the pages threw. */
  readonly errors: string[] = [];

  private constructor(
    private readonly stack: Stack,
    private readonly context: BrowserContext,
    readonly page: Page,
    private readonly installed: TestWallet | undefined,
  ) {
    page.setDefaultTimeout(30_000);
    page.on("pageerror", (error) => this.errors.push(error.message));
  }

  /** Opens a browser for somebody, with a wallet of that key; without a key they only look. */
  static async enter({ stack, browser }: Started, privateKey?: Hex): Promise<Visitor> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const { rpcUrl, chainId } = stack.endpoints;
    const wallet = privateKey && (await installWallet(page, { rpcUrl, chainId, privateKey }));
    return new Visitor(stack, context, page, wallet);
  }

  get wallet(): TestWallet {
    if (!this.installed) throw new Error("This visitor has no wallet.");
    return this.installed;
  }

  readonly leave = () => this.context.close();
  readonly open = (path: string) => this.page.goto(`${this.stack.endpoints.webUrl}${path}`);
  readonly button = (name: string | RegExp) => this.page.getByRole("button", { name });
  /** A link of exactly this name. */
  readonly link = (name: string | RegExp) => this.page.getByRole("link", { name, exact: true });
  readonly text = (words: string | RegExp) => this.page.getByText(words).first();
  readonly seen = (words: string | RegExp) => this.text(words).waitFor();

  readonly connect = async () => {
    await this.button("Connect a wallet").first().click();
    await this.button("Test Wallet").click();
    await this.button("Disconnect").waitFor();
  };

  /** The license that a purchase ended with. */
  readonly bought = async (): Promise<string> => {
    const words = await this.text(/License \d+ is yours/).textContent();
    return /\d+/.exec(words ?? "")?.[0] ?? "";
  };

  /** The amount that counts up on the page. */
  readonly counted = async () =>
    Number.parseFloat(((await this.page.getByRole("timer").textContent()) ?? "0").replaceAll(",", ""));

  /** Keeps a picture of the page, and finds nothing in it that keeps somebody out. */
  readonly accessible = async (name: string) => {
    await picture(this.page, name);
    expect(await violations(this.page)).toEqual([]);
  };

  /** Looks at pages in one form: they show what they are for, to everybody, and are not wider than the screen. */
  async looksRight([colorScheme, width]: Form, pages: readonly Shown[]): Promise<void> {
    await this.page.emulateMedia({ colorScheme });
    await this.page.setViewportSize({ width, height: 800 });
    for (const [name, path, awaited] of pages) {
      await this.open(path);
      await this.seen(awaited);
      await this.accessible(`${name}-${colorScheme}-${width}`);
      const overflow = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${name} is too wide`).toBeLessThanOrEqual(0);
    }
  }

  /** The same in every form, and back to the first one. */
  async holdsTogether(pages: readonly Shown[]): Promise<void> {
    for (const form of FORMS) await this.looksRight(form, pages);
    await this.page.emulateMedia({ colorScheme: "light" });
    await this.page.setViewportSize({ width: 1280, height: 900 });
  }
}
