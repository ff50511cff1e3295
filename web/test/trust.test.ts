import type { Dispute } from "@colophon-protocol/sdk";
import type { RecallStandingName } from "@colophon-protocol/sdk/indexer";
import { sha256, stringToBytes } from "viem";
import { describe, expect, it } from "vitest";
import { asksForMoney, freezes, mayFreeze, occurrence, otherSubject, REASONS, winnings } from "../src/dispute/claim.js";
import { statementOf } from "../src/dispute/Evidence.js";
import { statementEvidence } from "../src/dispute/EvidenceForm.js";
import { partiesOf } from "../src/dispute/parties.js";
import { nextInWords, openMoves, type Preview, previewInWords } from "../src/dispute/ruling-words.js";
import { answersOpen, deadlineOf } from "../src/recall/clock.js";
import { plainName, reasonInWords } from "../src/trust/words.js";

const NOW = 1_800_000_000;
const DAY = 86_400;
const amount = (base: bigint) => `${base} units`;
const when = (at: number) => `T${at - NOW}`;

describe("a dispute's clock", () => {
  type Clock = Pick<Dispute, "phase" | "deadline" | "flags">;
  const at = (fields: Partial<Clock>): Clock => ({ phase: "Open", deadline: NOW, flags: [], ...fields });
  const moves = (fields: Partial<Clock>, now: number) =>
    Object.entries(openMoves(at(fields), 3 * DAY, now))
      .filter(([, can]) => can)
      .map(([name]) => name);

  it("lets the other side answer through the last second, and then anyone refer until the window is over", () => {
    expect(moves({}, NOW)).toEqual(["answer", "evidence", "withdraw", "settle"]);
    expect(moves({}, NOW + 1)).toEqual(["evidence", "refer", "withdraw", "settle"]);
    expect(moves({}, NOW + 3 * DAY)).toContain("refer");
    expect(moves({}, NOW + 3 * DAY + 1)).toEqual(["evidence", "withdraw", "settle", "conclude"]);
    expect(moves({ flags: ["answered"] }, NOW)).toEqual(["evidence", "refer", "withdraw", "settle"]);
  });

  it("gives the arbitrator its time, then one appeal, then the end", () => {
    expect(moves({ phase: "Asked" }, NOW)).not.toContain("conclude");
    expect(moves({ phase: "Asked" }, NOW + 1)).toContain("conclude");
    expect(moves({ phase: "Ruled" }, NOW)).toEqual(["evidence", "appeal", "settle"]);
    expect(moves({ phase: "Ruled", flags: ["appealed"] }, NOW)).toEqual(["evidence", "settle"]);
    expect(moves({ phase: "Ruled" }, NOW + 1)).toEqual(["evidence", "settle", "conclude"]);
    expect(moves({ phase: "Closed" }, NOW + 1)).toEqual([]);
  });

  it("offers a counter-bond while a takedown stops sales", () => {
    expect(moves({ flags: ["sales"] }, NOW)).toContain("counter");
    expect(moves({ phase: "Ruled", flags: ["sales"] }, NOW)).not.toContain("counter");
  });

  it("is told in words", () => {
    const words = (fields: Partial<Clock>, now: number) => nextInWords(at(fields), 3 * DAY, now, when);
    expect(words({}, NOW)).toBe("The other side may answer until T0.");
    expect(words({}, NOW + 1)).toContain(`until T${3 * DAY}`);
    expect(words({ phase: "Ruled" }, NOW)).toContain("final after T0");
    expect(words({ phase: "Ruled" }, NOW + 1)).toContain("Anyone can have it done now");
  });
});

describe("what a ruling would do", () => {
  const preview = (fields: Partial<Preview>): Preview => ({
    held: 0n,
    refund: 0n,
    released: 0n,
    fromBond: 0n,
    penalty: 0n,
    toClaimant: 0n,
    toRespondent: 0n,
    ends: false,
    waits: false,
    status: "None",
    corrects: false,
    revokesRecord: false,
    ...fields,
  });

  it("names every amount and who gets it", () => {
    expect(
      previewInWords(
        preview({ held: 9n, refund: 6n, released: 3n, fromBond: 4n, penalty: 2n, toClaimant: 5n, ends: true }),
        amount,
      ),
    ).toEqual([
      "6 units of the 9 units held go back to who paid.",
      "3 units of the 9 units held go to the seller's side.",
      "4 units are asked of the provider's bond for the claimant; what it can pay at once has a cap.",
      "On top 2 units are slashed from the provider's bond.",
      "The license ends.",
      "5 units of the bonds posted go to the claimant.",
    ]);
  });

  it("says when nothing happens, and when the money waits", () => {
    expect(previewInWords(preview({}), amount)).toEqual(["Everything stays as it is."]);
    expect(previewInWords(preview({ held: 9n, waits: true }), amount)[0]).toContain("wait for another dispute");
    expect(previewInWords(preview({ status: "Suspended" }), amount)).toEqual([
      "Nobody has access to the version any more.",
    ]);
  });
});

describe("a claim", () => {
  it("says what it can bring and freezes only what it names", () => {
    expect(winnings("NotDelivered")[0]).toContain("goes back to who paid");
    expect(winnings("NotDelivered").join()).not.toContain("provider's bond");
    expect(winnings("FalseEncoding").join()).toContain("provider's bond");
    expect(freezes("NotDelivered", true, false)).toContain("access stays");
    expect(freezes("NotDelivered", true, true)).toContain("with it access");
    expect(freezes("NotDelivered", false, true)).toBe("Nothing is frozen.");
    expect(freezes("BreachOfTerms", true, false)).toBe("Nothing is frozen.");
    expect(freezes("Copyright", true, false)).toContain("New sales of this version stop");
    expect([asksForMoney("Misconduct"), asksForMoney("NotDelivered")]).toEqual([true, false]);
    expect([mayFreeze("Contested"), mayFreeze("Privacy")]).toEqual([true, false]);
  });

  it("has words for every reason, in the chain's spelling and the indexer's", () => {
    for (const reason of Object.values(REASONS).flat()) expect(reasonInWords(reason)).not.toBe(reason);
    expect(reasonInWords(plainName("NOT_AS_DESCRIBED"))).toBe(reasonInWords("NotAsDescribed"));
  });

  it("is about a provider or a record that the page's address names, with the reasons that fit", () => {
    const token = `0x${"70".repeat(20)}` as const;
    const provider = `0x${"0b".repeat(20)}`;
    const receipt = `0x${"0e".repeat(32)}`;
    const about = (ids: Parameters<typeof otherSubject>[0]) => otherSubject(ids, token);
    expect(about({ provider })).toMatchObject({ id: BigInt(provider), reasons: ["Misconduct"], token });
    expect(about({ recall: "3" })).toMatchObject({ id: 3n, reasons: ["ContestedRecall"] });
    expect(about({ badge: "4" })).toMatchObject({ id: 4n, reasons: ["FalseAttestation"] });
    expect(about({ proof: "5" })).toMatchObject({ id: 5n, reasons: ["FalseProof"] });
    expect(about({ receipt })).toMatchObject({ id: BigInt(receipt), reasons: ["FalseReceipt"] });
    expect([about({}), about({ provider: "0x12" })]).toEqual([undefined, undefined]);
  });

  it("takes a day as its first second in UTC, or the beginning of what it is about on that day", () => {
    expect(occurrence("1970-01-02", undefined, NOW)).toBe(DAY);
    expect(occurrence("1970-01-02", DAY + 5, NOW)).toBe(DAY + 5);
    expect(occurrence("1970-01-02", 5, NOW)).toBe(DAY);
    expect(occurrence("1970-01-02", 2 * DAY, NOW)).toBe(DAY);
    expect([occurrence(undefined, 0, NOW), occurrence("soon", 0, NOW), occurrence("2999-01-01", 0, NOW)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("knows a provider that answers beside the two sides", () => {
    const dispute = { claimant: "0xC1", respondent: "0xA2" };
    const offer = { seller: "0xA2", provider: "0xB3" };
    const parties = partiesOf({ dispute, offer } as unknown as Parameters<typeof partiesOf>[0]);
    expect(parties).toEqual({ "0xc1": "the claimant", "0xa2": "the respondent", "0xb3": "the provider" });
    expect(partiesOf({ dispute, offer: undefined } as unknown as Parameters<typeof partiesOf>[0])).not.toHaveProperty(
      "0xb3",
    );
  });

  it("carries a statement whole, under its own hash", () => {
    const said = "50 % of rows 1–9 are “blank”.";
    const { hash, uri } = statementEvidence(said);
    expect(statementOf(uri)).toBe(said);
    expect(hash).toBe(sha256(stringToBytes(said)));
    expect(statementOf("https://example.org/a.txt")).toBeUndefined();
    expect(statementOf("data:text/plain;charset=utf-8,%E0%A4%A")).toBeUndefined();
  });
});

describe("a recall", () => {
  const recall = { collectsUntil: BigInt(NOW), deadline: BigInt(NOW + DAY), againUntil: null };
  const open = (standing: RecallStandingName, now: number, fields = {}) =>
    answersOpen({ standing, recall: { ...recall, ...fields } }, now);

  it("takes answers from its own time on, contests until the deadline, and acts late too", () => {
    expect(open("WAITING", NOW - 1)).toEqual([]);
    expect(open("WAITING", NOW)).toEqual(["Delete", "Retrain", "Contest"]);
    expect(open("WAITING", NOW + DAY)).toContain("Contest");
    expect(open("BREACH", NOW + DAY + 1)).toEqual(["Delete", "Retrain"]);
    expect(open("CONTESTED", NOW)).toEqual(["Delete", "Retrain"]);
    expect(open("ACKNOWLEDGED", NOW)).toEqual(["Contest"]);
    expect(open("WAITING", NOW, { againUntil: BigInt(NOW + DAY) })).not.toContain("Contest");
    expect(open("NOT_AFFECTED", NOW)).toEqual([]);
  });

  it("gives who contested its time again after a ruling, and nobody else", () => {
    const decided = { ...recall, againUntil: BigInt(NOW + 9 * DAY) };
    expect(deadlineOf({ action: "CONTEST", recall: decided })).toBe(BigInt(NOW + 9 * DAY));
    expect(deadlineOf({ action: "NONE", recall: decided })).toBe(BigInt(NOW + DAY));
  });
});
