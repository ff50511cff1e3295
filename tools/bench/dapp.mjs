// web.lighthouse and web.axe: the built dApp in Chromium, on a local stack of its own after the main job, so that there is something
// to see. Both are taken in one visit.
import { launchChromium, startChromium, violations } from "../lib/browser.mjs";
import { inRoot, inState } from "../lib/paths.mjs";
import { run } from "../lib/process.mjs";
import { startStack } from "../stack/index.mjs";
import { layout } from "../stack/layout.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("../stack/index.mjs").Stack["endpoints"]} Endpoints */

const VISITS = 3;
/** The page asks for new blocks all the time, so Lighthouse would never find it idle. */
const WATCH_MS = 15_000;
const LOOKS = /** @type {const} */ ([
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "light", width: 320 },
  { colorScheme: "dark", width: 320 },
]);

/** @param {string} url @returns {Promise<number>} 0 to 1: the middle of three visits, each with a browser of its own */
async function mobileScore(url) {
  const { default: lighthouse } = await import("lighthouse");
  const scores = [];
  for (let visit = 0; visit < VISITS; visit++) {
    const { port, stop } = await startChromium();
    try {
      const options = { port, maxWaitForLoad: WATCH_MS, onlyCategories: ["performance"] };
      const result = await lighthouse(url, { ...options, logLevel: "error" });
      const score = result?.lhr.categories.performance?.score;
      if (typeof score !== "number")
        throw new Error(
          `Lighthouse gave no score for ${url}: ${result?.lhr.runtimeError?.message ?? "no reason given"}`,
        );
      scores.push(score);
    } finally {
      await stop();
    }
  }
  return scores.sort((a, b) => a - b)[VISITS >> 1] ?? Number.NaN;
}

/** Opens a page as the licensee and waits until what it shows is there. @param {Page} page @param {string} url */
async function visit(page, url) {
  await page.goto(url);
  await page.getByRole("button", { name: "Disconnect" }).waitFor();
  await page.locator("main").getByText(/MNIST/).first().waitFor();
}

/** Looks at the connect dialog, then connects the burner wallet with the licensee's key. @param {Page} page @param {Endpoints} endpoints @returns {Promise<string[]>} violations in the dialog */
async function connect(page, { webUrl, accounts }) {
  await page.goto(webUrl);
  await page.getByRole("button", { name: "Connect a wallet" }).first().click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Burner wallet/ })
    .waitFor();
  const found = await violations(page);
  // A wallet that this browser has used before connects by itself.
  await page.evaluate((key) => localStorage.setItem("colophon.burner", key), accounts.licensee.privateKey);
  return found;
}

/** Every route of the dApp, found by its links. @param {Page} page connected @param {string} origin @returns {Promise<string[]>} paths */
async function routesOf(page, origin) {
  const linkOn = async (/** @type {string} */ from, /** @type {string} */ start) => {
    await visit(page, origin + from);
    return String(await page.locator(`main a[href*='${start}']`).first().getAttribute("href"));
  };
  const dataset = await linkOn("/", "/datasets/");
  return ["/", dataset, await linkOn(dataset, "/buy/"), "/library", await linkOn("/library", "/library/")];
}

/** @param {Endpoints} endpoints @returns {Promise<number>} violations of WCAG 2.2 A and AA, over routes, colors and widths */
async function countViolations(endpoints) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const found = (await connect(page, endpoints)).map((line) => `connect dialog: ${line}`);
    for (const path of await routesOf(page, endpoints.webUrl))
      for (const { colorScheme, width } of LOOKS) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        await visit(page, endpoints.webUrl + path);
        found.push(...(await violations(page)).map((line) => `${path}, ${colorScheme}, ${width} px: ${line}`));
      }
    for (const line of found) console.error(`web.axe: ${line}`);
    return found.length;
  } finally {
    await browser.close();
  }
}

/** @template T @param {Promise<T>} measuring @returns {Promise<() => T>} gives the value, or throws what went wrong */
const outcome = (measuring) =>
  measuring.then(
    (value) => () => value,
    (error) => () => {
      throw error;
    },
  );

async function measure() {
  const folder = inState("bench");
  const stack = await startStack({ folder, fresh: true, log: () => undefined });
  try {
    const job = inRoot("tools/dist/job/main.js");
    await run("main job", [process.execPath, job, "--endpoints", layout(folder).endpoints, "--json"]);
    const violations = await outcome(countViolations(stack.endpoints));
    return { violations, score: await outcome(mobileScore(`${stack.endpoints.webUrl}/`)) };
  } finally {
    await stack.stop();
  }
}

/** @type {ReturnType<typeof measure> | undefined} */
let measuring;
const measured = () => {
  measuring ??= measure();
  return measuring;
};

/** @type {import("../bench.mjs").Figure[]} */
export default [
  {
    id: "web.lighthouse",
    what: "catalogue, mobile performance score",
    unit: "of 1",
    budget: 0.9,
    least: true,
    run: async () => (await measured()).score(),
  },
  {
    id: "web.axe",
    what: "violations of WCAG 2.2 A and AA over all routes",
    unit: "found",
    budget: 0,
    run: async () => (await measured()).violations(),
  },
];
