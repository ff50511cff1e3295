import { describe, expect, it } from "vitest";
import type { ReceiptRow } from "../src/run/query.js";
import { placeInWords, proofInWords, usesInWords } from "../src/run/words.js";

const standing = { revokedAt: null, program: { unsoundAt: null } };

describe("a run's proof in words", () => {
  it("never calls a mock or a development key proven", () => {
    expect(proofInWords({ ...standing, grade: 1 })).toMatchObject(["open", { short: "executed, not proven" }]);
    expect(proofInWords({ ...standing, grade: 2 })).toMatchObject(["open", { short: "proven (development key)" }]);
    expect(proofInWords({ ...standing, grade: 3 })[0]).toBe("proven");
    expect(proofInWords({ ...standing, grade: 4 })).toMatchObject(["proven", { short: "proven, times bound" }]);
  });

  it("says when the record fell, whatever its grade", () => {
    expect(proofInWords({ ...standing, grade: 4, revokedAt: "7" })).toMatchObject(["faulted", { short: "revoked" }]);
    const unsound = { ...standing, grade: 4, program: { unsoundAt: "7" } };
    expect(proofInWords(unsound)).toMatchObject(["faulted", { short: "program unsound" }]);
  });

  it("names uses", () => {
    expect(usesInWords(2)).toBe("train");
    expect(usesInWords(2 | 8 | 64)).toBe("train, evaluate, derive");
  });
});

describe("where a run took place", () => {
  const receipt = { grade: 2, signer: { revokedAt: null } } as ReceiptRow;
  it("is attested only by a standing receipt of an attested enclave", () => {
    expect(placeInWords(null, false)[1]).toBe("the runner's word");
    expect(placeInWords(null, true)[1]).toBe("not recorded");
    expect(placeInWords({ ...receipt, grade: 1 }, true).slice(0, 2)).toEqual(["open", "simulated enclave"]);
    expect(placeInWords(receipt, true).slice(0, 2)).toEqual(["proven", "attested enclave"]);
    const revoked = { ...receipt, signer: { ...receipt.signer, revokedAt: "9" } };
    expect(placeInWords(revoked, true)[0]).toBe("faulted");
  });
});
