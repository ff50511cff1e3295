import { readFile, writeFile } from "node:fs/promises";
import { FLAG_NAMES, termsBytes, termsTemplates } from "@colophon-protocol/sdk/formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Market, type Person, startMarket } from "./market.js";
import { ingest } from "./support.js";

const GUIDE = new URL("../../docs/payments.md", import.meta.url);
const LATER: Record<string, number> = {
  "an hour": 3600,
  "two hours": 7200,
  "eight days": 8 * DAY,
  "a month": 30 * DAY,
};
let market: Market;
/** What the guide calls $LIST, $BUYER, and so on. */
const named: Record<string, string> = {};
/** What it calls ./bundle. */
let store: string;

beforeAll(async () => {
  market = await startMarket();
  // The files that the guide describes in words.
  const [one, two] = [market.auditor.address, market.provider.address];
  const contributors = [
    { account: one, units: "3" },
    { account: two, units: "1" },
  ];
  await writeFile(market.file("contributors.json"), JSON.stringify(contributors));
  const flags = [...termsTemplates["train-only"].flags, "transferable", "first-refusal"] as const;
  const resold = { ...termsTemplates["train-only"], flags: FLAG_NAMES.filter((flag) => flags.includes(flag)) };
  await writeFile(market.file("resold-terms.json"), termsBytes(resold));
  for (const name of ["service.json", "provider-terms.json"]) await writeFile(market.file(name), "{}");
  await market.mint(market.provider.address, 1_000_000_000n);
  named.$BUYER = two;
  named.$BUNDLER = market.personAt(5).address;
  const bundle = await ingest(market.folder, "Bundle", { "README.txt": "What is in it." });
  named.$CONTENTS = bundle.contentRoot;
  store = bundle.store;
}, 180_000);
afterAll(() => market?.stop());

/** Lines of the guide's shell blocks: what is typed, and the comments that say who types it and when. */
async function linesOfGuide(): Promise<string[]> {
  const text = await readFile(GUIDE, "utf8");
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block as string);
  return blocks.flatMap((block) => block.split("\n")).filter((line) => line !== "");
}

/** "# an hour later, the provider": how long it takes, and who is next. */
function stageOf(comment: string): { seconds: number; who: Person } {
  const [, later, who] =
    /^# (?:(.*) later, )?(the seller|the licensee|the provider|a contributor|the bundler|anyone)$/.exec(comment) ?? [];
  const people: Record<string, Person> = {
    "the seller": market.owner,
    "the licensee": market.buyer,
    "the provider": market.provider,
    "a contributor": market.auditor,
    "the bundler": market.personAt(5),
    anyone: market.auditor,
  };
  const person = people[who ?? ""];
  const seconds = later === undefined ? 0 : LATER[later];
  if (!person || seconds === undefined) throw new Error(`The guide says "${comment}", which is no stage.`);
  return { seconds, who: person };
}

describe("docs/payments.md", () => {
  it("can be followed word for word", async () => {
    const lines = await linesOfGuide();
    let who = market.owner;
    const done: string[] = [];
    for (const line of lines) {
      if (line.startsWith("#")) {
        const stage = stageOf(line);
        if (stage.seconds > 0) await market.pass(stage.seconds);
        who = stage.who;
        continue;
      }
      const [program, ...args] = line.split(" ");
      expect(program).toBe("colophon");
      // Files of the guide are in a folder of the test's own.
      const words = args.map((arg) => arg.replace(/\$[A-Z]+/, (name) => named[name] ?? name));
      const paths = words.map((word) => (word === "./bundle" ? store : word));
      const ran = await who.run(...paths.map((word) => (word.endsWith(".json") ? market.file(word) : word)));
      const { code, stderr } = ran;
      expect(stderr, line).toBe("");
      expect(code, line).toBe(0);
      const { list } = JSON.parse(ran.stdout) as { list?: string };
      if (list) named.$LIST = list;
      done.push(line);
    }
    expect(done.length).toBeGreaterThan(52);
  }, 900_000);
});
