import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Person } from "./market.js";
import { leaves, startTrustMarket, type TrustMarket } from "./trust-market.js";

const GUIDE = new URL("../../docs/trust.md", import.meta.url);
const LATER: Record<string, number> = { "two days": 2 * DAY, "eight days": 8 * DAY };
/** Files that the guide describes in words; $KEY and its like are named below. */
const TEXTS = ["service.json", "provider-terms.txt", "reasons.txt", "schema.json", "receipt.json", "leaves.json"];
let market: TrustMarket;
const named: Record<string, string> = {};
const wrong = leaves.map((leaf) =>
  leaf.index === 3 ? { ...leaf, digest: leaf.digest.map((byte) => byte ^ 1) } : leaf,
);

beforeAll(async () => {
  market = await startTrustMarket();
  for (const name of TEXTS) await writeFile(market.file(name), `the ${name}`);
  await Promise.all([market.putLeaves("wrong.leaves", wrong), market.putLeaves("encoding.leaves", leaves)]);
  await market.accredit(market.auditor.address, 1000);
  for (const { address } of market.reporters) await market.admit(address);
  named.$OWNER = market.owner.address;
  named.$BUYER = market.buyer.address;
  named.$KEY = market.auditor.address;
  named.$BACKER = market.auditor.address;
  named.$PROVIDER = market.provider.address;
}, 240_000);
afterAll(() => market?.stop());

/** Lines of the guide's shell blocks: what is typed, and the comments that say who types it and when. */
async function linesOfGuide(): Promise<string[]> {
  const text = await readFile(GUIDE, "utf8");
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block as string);
  return blocks.flatMap((block) => block.split("\n")).filter((line) => line !== "");
}

/** "# eight days later, anyone": how long it takes, and who is next. */
function stageOf(comment: string): { seconds: number; who: readonly Person[] } {
  const [, later, who = ""] = /^# (?:(.*) later, )?(.*)$/.exec(comment) ?? [];
  const { owner, buyer, provider, auditor, council, reporters } = market;
  const people: Record<string, readonly (Person | undefined)[]> = {
    "the seller": [owner],
    "the buyer": [buyer],
    "the provider": [provider],
    "the attestor": [auditor],
    "the source": [auditor],
    "a backer": [auditor],
    anyone: [auditor],
    "a councillor": [council[0]],
    "another councillor": [council[1]],
    "every reporter": reporters,
  };
  const found = people[who]?.filter((each) => each !== undefined);
  const seconds = later === undefined ? 0 : LATER[later];
  if (!found || seconds === undefined) throw new Error(`The guide says "${comment}", which is no stage.`);
  return { seconds, who: found };
}

describe("docs/trust.md", () => {
  it("can be followed word for word", async () => {
    let who: readonly Person[] = [market.provider];
    const done: string[] = [];
    for (const line of await linesOfGuide()) {
      if (line.startsWith("#")) {
        const stage = stageOf(line);
        if (stage.seconds > 0) await market.pass(stage.seconds);
        who = stage.who;
        continue;
      }
      // The wrong receipt is of the license that the guide bought just before.
      if (line.includes("wrong.json")) await market.putReceipt("wrong.json", 1n, wrong);
      for (const [i, person] of who.entries()) await type(line, person, who.length > 1 ? `${i}-` : "");
      done.push(line);
    }
    expect(done.length).toBeGreaterThan(50);
    expect(done.filter((line) => line.startsWith("colophon dispute"))).toHaveLength(9);
  }, 1_200_000);
});

/** Runs a line as somebody; each of several has files of its own. */
async function type(line: string, person: Person, own: string): Promise<void> {
  const [program, ...args] = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
  expect(program).toBe("colophon");
  const words = args
    .map((arg) => arg.replace(/\$[A-Z]+/, (name) => named[name] ?? name))
    .map((word) => (/^[a-z-]+\.(json|txt|leaves)$/.test(word) ? market.file(own + word) : word));
  const { code, stdout, stderr } = await person.run(...words);
  expect(stderr, line).toBe("");
  expect(code, line).toBe(0);
  const { schema, badgeId } = JSON.parse(stdout) as { schema?: string; badgeId?: string };
  if (line.includes("schema register") && schema) named.$SCHEMA = schema;
  if (line.includes("attest issue") && badgeId) named.$BADGE = badgeId;
}
