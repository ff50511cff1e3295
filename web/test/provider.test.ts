import { describe, expect, it } from "vitest";
import { delegationWorth, freeStake } from "../src/provider/stake.js";
import { badgeName, coverInWords, plainName, reasonInWords } from "../src/trust/words.js";

const amount = (base: bigint) => `${base} units`;

describe("a provider's stake", () => {
  it("is free where it stands behind nothing, and never less than nothing", () => {
    const parts = { own: "100", delegated: "50", locked: "20", allocated: "30", thawing: "10" };
    expect(freeStake(parts)).toBe(90n);
    expect(freeStake({ ...parts, allocated: "500" })).toBe(0n);
  });

  it("is worth its part of the pool to a delegator", () => {
    expect(delegationWorth({ delegated: "50", shares: "200" }, "101")).toBe(25n);
    expect(delegationWorth({ delegated: "0", shares: "0" }, "7")).toBe(0n);
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

describe("words of disputes", () => {
  it("are the same for the chain's spelling and the indexer's", () => {
    expect(reasonInWords(plainName("NOT_AS_DESCRIBED"))).toBe("the data is not what was described");
    expect(plainName("UPHELD")).toBe("Upheld");
  });
});
