import type { SlashEntity } from "@colophon-protocol/sdk/indexer";
import { describe, expect, it } from "vitest";
import { idIn, sharesInWords, signOf, slashOf } from "../src/provider/moves.js";
import { delegationWorth, freeStake } from "../src/provider/stake.js";
import { fromInWords, pointsInWords, termsInLine } from "../src/trust/reputation-words.js";
import { badgeName, coverInWords, plainName, reasonInWords } from "../src/trust/words.js";

const amount = (base: bigint) => `${base} units`;

describe("a provider's stake", () => {
  it("is free where it stands behind nothing, and never less than nothing", () => {
    const parts = { own: 100n, delegated: 50n, locked: 20n, allocated: 30n, thawing: 10n };
    expect(freeStake(parts)).toBe(90n);
    expect(freeStake({ ...parts, allocated: 500n })).toBe(0n);
  });

  it("is worth its part of the pool to a delegator", () => {
    expect(delegationWorth({ delegated: 50n, shares: 200n }, 101n)).toBe(25n);
    expect(delegationWorth({ delegated: 0n, shares: 0n }, 7n)).toBe(0n);
  });

  it("covers in words, with what is missing", () => {
    expect(coverInWords({ perPurchase: 9n, covered: true }, amount)).toEqual(["proven", "covered to 9 units"]);
    expect(coverInWords({ perPurchase: 9n, covered: false }, amount)[0]).toBe("open");
    expect(coverInWords({ perPurchase: 0n, covered: false }, amount)[1]).toContain("not covered");
  });

  it("has badges with names", () => {
    expect([badgeName("gdpr-audited"), badgeName("c2pa-complete"), badgeName("k-anonymous")]).toEqual([
      "GDPR audited",
      "C2PA complete",
      "K-anonymous",
    ]);
  });
});

describe("what moved a bond", () => {
  const slash = (fields: object) =>
    ({
      claimId: "0x01",
      transactionHash: "0xaa",
      toHarmed: 0n,
      toReporter: 0n,
      toTreasury: 0n,
      ...fields,
    }) as SlashEntity;

  it("went in, went out, or stayed", () => {
    expect([signOf("DEPOSIT"), signOf("UNDELEGATION"), signOf("SLASH"), signOf("LOCK")]).toEqual(["+", "−", "−", ""]);
  });

  it("says who got what of a slash, found by its claim and transaction", () => {
    const other = slash({ transactionHash: "0xbb" });
    const taken = slash({ toHarmed: 80n, toTreasury: 20n });
    const event = { kind: "SLASH", claimId: "0x01", transactionHash: "0xaa" } as const;
    expect(slashOf(event, [other, taken])).toBe(taken);
    expect(slashOf({ ...event, kind: "LOCK" }, [taken])).toBeUndefined();
    expect(sharesInWords(taken, amount)).toBe("80 units to the harmed licensee, 20 units to the treasury");
    expect(idIn("31337-0xab")).toBe("0xab");
  });
});

describe("a score", () => {
  it("names the terms that count, and the rest only where all are shown", () => {
    const term = { most: 1_000n, from: 0n };
    expect(
      termsInLine([
        { ...term, name: "volume", points: 1_200n },
        { ...term, name: "age", points: 0n },
        { ...term, name: "faults", points: -300n },
      ]),
    ).toBe("Volume +1,200 · Faults −300");
    expect(termsInLine([{ ...term, name: "age", points: 0n }])).toBe("No term has points yet.");
    expect(pointsInWords(0n)).toBe("0");
  });

  it("says what each term comes from in its own unit", () => {
    expect(fromInWords({ name: "volume", from: 1_234_500_000n })).toBe("1,234 units of account");
    expect(fromInWords({ name: "bond", from: 5n })).toBe("less than 1 unit of account");
    expect(fromInWords({ name: "buyers", from: 15_000n })).toBe("1.5");
    expect(fromInWords({ name: "quality", from: 9_050n })).toBe("90.5 %");
    expect(fromInWords({ name: "age", from: 86_400n })).toBe("1 day");
    expect(fromInWords({ name: "recalls", from: 2n })).toBe("2");
  });
});

describe("words of disputes", () => {
  it("are the same for the chain's spelling and the indexer's", () => {
    expect(reasonInWords(plainName("NOT_AS_DESCRIBED"))).toBe("the data is not what was described");
    expect(plainName("UPHELD")).toBe("Upheld");
  });
});
