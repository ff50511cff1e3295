import { describe, expect, it } from "vitest";
import { lineageInWords } from "../src/pages/lineage-words.js";

const link = { childVersion: 1, parentVersion: 2, shareBps: 0, bundle: false };
const parent = { datasetId: 7n, name: "Letters", status: "TRAINABLE" } as const;

describe("lineage", () => {
  it("says which components a license opens, and whose part of the earnings goes up", () => {
    expect(lineageInWords({ ...link, parent })).toEqual([]);
    expect(lineageInWords({ ...link, bundle: true, shareBps: 1_234, parent })).toEqual([
      "A license opens it too.",
      "Its owner gets 12.34 % of what is earned here.",
    ]);
    expect(lineageInWords({ ...link, bundle: true, parent: null })).toEqual(["A license opens it too."]);
  });

  it("does not promise a suspended component", () => {
    const suspended = { ...parent, status: "SUSPENDED" } as const;
    expect(lineageInWords({ ...link, bundle: true, parent: suspended })).toEqual([
      "It is suspended: a license does not open it now.",
    ]);
  });
});
