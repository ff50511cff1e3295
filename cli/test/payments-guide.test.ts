import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Market, type Person, startMarket } from "./market.js";

const GUIDE = new URL("../../docs/payments.md", import.meta.url);
const LATER: Record<string, number> = { "an hour": 3600, "two hours": 7200, "a month": 30 * DAY };
let market: Market;
beforeAll(async () => {
  market = await startMarket();
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
  const [, later, who] = /^# (?:(.*) later, )?(the seller|the licensee|the provider|anyone)$/.exec(comment) ?? [];
  const people: Record<string, Person> = {
    "the seller": market.owner,
    "the licensee": market.buyer,
    "the provider": market.provider,
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
      const { code, stderr } = await who.run(...args.map((arg) => (arg.endsWith(".json") ? market.file(arg) : arg)));
      expect(stderr, line).toBe("");
      expect(code, line).toBe(0);
      done.push(line);
    }
    expect(done.length).toBeGreaterThan(25);
  }, 400_000);
});
