import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Address, Hex } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import { simulate } from "../../bench/ring.mjs";
import {
  type BuyerFacts,
  factsOf,
  REPUTATION_V1,
  type Reputation,
  type ReputationFacts,
  type ReputationSubject,
  type ReputationWorld,
  reputationOf,
  scoreOf,
  type TokenUnits,
  termsOf,
  tokenValue,
} from "../../src/reputation/index.js";

const ROOT = new URL("../../../", import.meta.url);
/** Ids are text; every other number in the vectors is a bigint written as text. */
const IDS = new Set(["id", "datasetId"]);
const vectors = JSON.parse(readFileSync(new URL("spec/vectors/reputation.json", ROOT), "utf8"), (key, value) =>
  typeof value === "string" && !IDS.has(key) && /^-?\d+$/.test(value) ? BigInt(value) : value,
) as {
  world: { units: TokenUnits; known: Hex[]; at: bigint; events: ReputationWorld };
  subjects: { subject: ReputationSubject; facts: ReputationFacts; reputation: Reputation }[];
  scores: { name: string; facts: ReputationFacts; reputation: Reputation }[];
};
const { units, known, at, events } = vectors.world;

describe("the reputation function against its vectors", () => {
  it.each(vectors.subjects.map((one) => [`${one.subject.kind} ${one.subject.id}`, one] as const))(
    "%s",
    (_name, one) => {
      const facts = factsOf(events, one.subject, at, units, known);
      expect(facts).toEqual(one.facts);
      expect(scoreOf(facts)).toEqual(one.reputation);
      expect(reputationOf(events, one.subject, at, units, known)).toEqual(one.reputation);
    },
  );

  it.each(vectors.scores.map((one) => [one.name, one] as const))("%s", (_name, { facts, reputation }) => {
    expect(scoreOf(facts)).toEqual(reputation);
  });

  it("is what another implementation of the same words gives", () => {
    const script = new URL("spec/generate-reputation-vectors.mjs", ROOT).pathname;
    const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});

describe("a score", () => {
  const { facts: empty } = vectors.scores[0] as { facts: ReputationFacts };
  const stranger = (i: number, backed: bigint, elsewhere: bigint): BuyerFacts => ({
    buyer: `0x${i.toString(16).padStart(40, "0")}` as Address,
    backed,
    elsewhere,
    vouchers: [],
  });

  it("is the sum of its terms, between 0 and 10,000, for every vector", () => {
    for (const { reputation } of [...vectors.subjects, ...vectors.scores]) {
      const sum = reputation.terms.reduce((all, { points }) => all + points, 0n);
      expect(reputation.score).toBe(sum < 0n ? 0n : sum > 10_000n ? 10_000n : sum);
      for (const { points, most } of reputation.terms) {
        expect(most > 0n ? points >= 0n && points <= most : points <= 0n && points >= most).toBe(true);
      }
    }
  });

  it("has at most 10,000 points to win, for every kind", () => {
    for (const kind of ["dataset", "provider", "creator", "issuer"] as const) {
      const wins = Object.values(REPUTATION_V1.terms[kind]).filter((points) => points > 0n);
      expect(wins.reduce((a, b) => a + b, 0n)).toBe(10_000n);
      expect(termsOf(kind)).toEqual(Object.keys(REPUTATION_V1.terms[kind]));
    }
  });

  it("gives accounts that bought nothing elsewhere nothing, however many they are", () => {
    for (const count of [1, 10, 1_000]) {
      const buyers = Array.from({ length: count }, (_, i) => stranger(i + 1, 10n ** 15n, 0n));
      expect(scoreOf({ ...empty, buyers }).score).toBe(0n);
    }
  });

  it("counts a stranger's money for at most a hundredth", () => {
    const backed = 5_000_000_000n;
    const { terms } = scoreOf({ ...empty, buyers: [stranger(1, backed, 10n ** 30n)] });
    expect(terms.find(({ name }) => name === "volume")?.from).toBeLessThanOrEqual(backed / 100n);
    expect(terms.find(({ name }) => name === "buyers")?.from).toBe(0n);
  });

  it("counts money only as far as a fee was paid on it", () => {
    const [first] = events.releases as [ReputationWorld["releases"][number]];
    const world = { ...events, releases: [{ ...first, fee: 0n, at }] };
    const [buyer] = factsOf(world, { kind: "dataset", id: first.datasetId }, at, units, known).buyers;
    expect(buyer?.backed).toBe(0n);
    expect(tokenValue(first.token, 1_000_000n, units)).toBe(1_000_000n);
    expect(tokenValue(`0x${"99".repeat(20)}`, 1_000_000n, units)).toBe(0n);
  });

  it("does not depend on the order of events or on the case of addresses", () => {
    const upper = (value: Address) => `0x${value.slice(2).toUpperCase()}` as Address;
    const shuffled: ReputationWorld = {
      ...events,
      releases: events.releases.toReversed().map((one) => ({ ...one, buyer: upper(one.buyer) })),
      badges: events.badges.toReversed().map((one) => ({ ...one, issuer: upper(one.issuer) })),
      bonds: events.bonds.toReversed(),
      disputes: events.disputes.toReversed(),
    };
    for (const { subject, reputation } of vectors.subjects)
      expect(reputationOf(shuffled, subject, at, units, known)).toEqual(reputation);
  });
});

describe("a ring that deals with itself", () => {
  const budgets = [1_000, 100_000];
  let market: ReturnType<typeof simulate>["market"];
  let rows: ReturnType<typeof simulate>["rows"];
  beforeAll(() => {
    ({ market, rows } = simulate(reputationOf, { budgets }));
  });

  it("burns more than its score can be worth, as long as it has bought no issuer", () => {
    const alone = rows.filter(({ strategy }) => !strategy.includes("captured"));
    expect(alone).toHaveLength(6);
    for (const { gain, burnt } of alone) expect(gain).toBeLessThan(burnt);
  });

  it("stays below the median of honest sellers with one bought issuer", () => {
    const captured = rows.filter(({ strategy }) => strategy.startsWith("one captured"));
    expect(captured).toHaveLength(4);
    for (const { score } of captured) expect(score).toBeLessThan(market.median);
  });

  it("is what docs/reputation.md says", () => {
    const text = readFileSync(new URL("docs/reputation.md", ROOT), "utf8").replace(/ +/g, " ");
    const number = (value: number) => value.toLocaleString("en-US");
    for (const { strategy, burnt, score, below, gain } of rows)
      expect(text).toContain(
        `| ${strategy} | ${number(burnt)} | ${score} | ${below} of ${market.sellers} | ${number(gain)} |`,
      );
  });
});
