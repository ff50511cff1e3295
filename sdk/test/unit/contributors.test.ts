import { readFileSync } from "node:fs";
import type { Address, Hex } from "viem";
import { describe, expect, it } from "vitest";
import { contributorListRoot, contributorProof, sortContributors } from "../../src/index.js";

interface Vector {
  accounts: Address[];
  units: string[];
  totalUnits: string;
  root: Hex;
  proofs: Hex[][];
}
const file = new URL("../../../spec/vectors/contributor-list.json", import.meta.url);
const { lists } = JSON.parse(readFileSync(file, "utf8")) as { lists: Vector[] };
const contributorsOf = ({ accounts, units }: Vector) =>
  accounts.map((account, i) => ({ account, units: BigInt(units[i] as string) }));

describe("lists of contributors", () => {
  it.each(lists)("have the root and proofs of the vector, in whatever order they are given: $root", (vector) => {
    const contributors = contributorsOf(vector);
    const shuffled = [...contributors].reverse();
    expect(contributorListRoot(shuffled)).toEqual({ root: vector.root, totalUnits: BigInt(vector.totalUnits) });
    expect(sortContributors(shuffled)).toEqual(contributors);
    for (const [i, { account, units }] of contributors.entries()) {
      expect(contributorProof(shuffled, account)).toEqual({ units, proof: vector.proofs[i] });
    }
  });

  it("say what is wrong with a list, and who is not in it", () => {
    const [first] = contributorsOf(lists[2] as Vector);
    if (!first) throw new Error("the vector is empty");
    const message = (contributors: Parameters<typeof sortContributors>[0]) => () => sortContributors(contributors);
    expect(message([])).toThrow(/0 contributors/);
    expect(message([first, { ...first, account: first.account.toUpperCase().replace("0X", "0x") as Address }])).toThrow(
      /named twice/,
    );
    expect(message([{ ...first, units: 0n }])).toThrow(/0 units/);
    expect(message([{ ...first, units: 1n << 96n }])).toThrow(/units/);
    expect(() => contributorProof([first], "0x00000000000000000000000000000000000000aa")).toThrow(/not in this list/);
  });
});
