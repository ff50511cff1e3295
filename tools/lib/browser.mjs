// Debian's Chromium, headless: for the end-to-end tests, which drive it with playwright, and for the page's benchmarks.
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureExtras } from "./extras.mjs";
import { freePort } from "./ports.mjs";
import { start, waitFor } from "./process.mjs";

/** What Chromium needs to run as root, on a machine without a screen, and without calling home. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @returns {Promise<string>} the program: COLOPHON_CHROMIUM, or the system's */
async function chromiumProgram() {
  const found = (await ensureExtras(["chromium"], { log: console.error })).get("chromium");
  if (found && "path" in found) return found.path;
  throw new Error(`Chromium is needed and not there: ${found?.reason ?? "not found"}`);
}

/** Starts a browser that playwright drives. @returns {Promise<import("playwright-core").Browser>} */
export async function launchChromium() {
  const { chromium } = await import("playwright-core");
  return chromium.launch({ executablePath: await chromiumProgram(), headless: true, args: FLAGS });
}

/**
 * Starts a browser that anyone may drive by its debugging port.
 * @returns {Promise<{ port: number, stop: () => Promise<void> }>}
 */
export async function startChromium() {
  const profile = mkdtempSync(path.join(tmpdir(), "colophon-chromium-"));
  const port = await freePort();
  const own = ["--headless", `--remote-debugging-port=${port}`, `--user-data-dir=${profile}`];
  const child = start("chromium", [await chromiumProgram(), ...FLAGS, ...own, "about:blank"]);
  const stop = async () => {
    await child.stop();
    await rm(profile, { recursive: true, force: true });
  };
  try {
    await waitFor("chromium", async () => (await fetch(`http://127.0.0.1:${port}/json/version`)).ok, { child });
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

const require = createRequire(import.meta.url);
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * What axe finds against WCAG 2.2 A and AA on the page as it stands.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string[]>} one readable line a violation, `rule: elements`
 */
export async function violations(page) {
  await page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") });
  return page.evaluate(async (values) => {
    const { axe } = /** @type {any} */ (window);
    const found = await axe.run({ runOnly: { type: "tag", values } });
    return found.violations.map(
      (/** @type {{ id: string, nodes: { html: string }[] }} */ { id, nodes }) =>
        `${id}: ${nodes.map((node) => node.html).join(" | ")}`,
    );
  }, WCAG);
}
