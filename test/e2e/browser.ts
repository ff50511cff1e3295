import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

export { launchChromium, violations } from "../../tools/lib/browser.mjs";

const screenshots = fileURLToPath(new URL("../../.colophon/screenshots/", import.meta.url));

/** Keeps a picture of the page under .colophon/screenshots, to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
}
