import { completeRailTerms, packRailTerms, type RailTermsInput, ReleaseCondition } from "@colophon-protocol/sdk";
import { describe, expect, it } from "vitest";
import { type EstimatedOffer, estimate, type Scenario } from "../src/buy/estimate.js";
import { evidenceInWords } from "../src/buy/evidence.js";
import { priceInWords } from "../src/buy/price.js";
import { amountFrom, rateOver } from "../src/ui/amounts.js";
import { money } from "../src/ui/format.js";

const DAY = 86_400;
const USDC = 1_000_000n;
const amount = (base: bigint) => money(base, 6, "USDC");

function offer(price: bigint, terms: RailTermsInput, duration = 365n * 86_400n): EstimatedOffer {
  const { rail, railTerms } = packRailTerms(completeRailTerms(terms));
  return { rail, price, railTerms: [...railTerms], terms: { duration } };
}

const escrow = offer(250n * USDC, {});
const stream = offer(30n * USDC, { rail: "stream", period: 30 * DAY });
const live = offer(30n * USDC, { rail: "live", period: 30 * DAY });
const meter = offer(2n * USDC, { rail: "meter", kind: "Rows", scale: 3, included: 500n, cap: 50_000n, minimum: 5 });
const share = offer(40n * USDC, { rail: "share", shareBps: 500, period: 90 * DAY });
const scenario = (fields: Partial<Scenario>): Scenario => ({ days: 365, units: {}, revenue: 0n, ...fields });

describe("priceInWords", () => {
  it.each([
    [escrow, "250 USDC"],
    [stream, "30 USDC per 30 days"],
    [live, "30 USDC per 30 days"],
    [meter, "2 USDC per 1,000 rows"],
    [offer(USDC / 10n, { rail: "meter", kind: "Jobs" }), "0.10 USDC per job"],
    [share, "5 % of revenue, at least 40 USDC per 90 days"],
    [offer(0n, { rail: "share", shareBps: 500 }), "5 % of revenue"],
    [offer(9n * USDC, { rail: "share", shareBps: 0 }), "9 USDC per 90 days"],
    [offer(USDC, { rail: "stream", period: DAY }), "1 USDC per day"],
    [{ ...escrow, rail: 9 }, "250 USDC"],
  ])("says how an offer is priced (%#)", (given, expected) => expect(priceInWords(given, amount)).toBe(expected));
});

describe("estimate", () => {
  const total = (of: EstimatedOffer, fields: Partial<Scenario>) => estimate(of, scenario(fields), amount)?.total;

  it("takes as many licenses of one payment as the time needs", () => {
    expect(total(escrow, { days: 365 })).toBe(250n * USDC);
    expect(total(escrow, { days: 366 })).toBe(500n * USDC);
    expect(total({ ...escrow, terms: { duration: 0n } }, { days: 3_650 })).toBe(250n * USDC);
    expect(estimate(escrow, scenario({ days: 730 }), amount)?.words).toBe(
      "2 times 250 USDC, each for a license for 1 year",
    );
  });

  it("runs a stream for the time", () => {
    expect(total(stream, { days: 45 })).toBe(45n * USDC);
    expect(estimate(stream, scenario({ days: 45 }), amount)?.words).toBe("30 USDC per 30 days, for 45 days");
  });

  it("says of a live stream that nothing comes back", () => {
    expect(total(live, { days: 45 })).toBe(45n * USDC);
    expect(estimate(live, scenario({ days: 45 }), amount)?.notes).toContain(
      "What was paid does not come back; a buffer is locked meanwhile.",
    );
  });

  it("charges units above the included ones, up to the cap, and says so", () => {
    expect(total(meter, { units: { Rows: 500n } })).toBe(0n);
    expect(total(meter, { units: { Rows: 20_500n } })).toBe(40n * USDC);
    const capped = estimate(meter, scenario({ units: { Rows: 80_000n } }), amount);
    expect(capped?.total).toBe(99n * USDC);
    expect(capped?.notes).toContain("One license covers at most 50,000 rows.");
    expect(capped?.notes).toContain("The first deposit is at least 10 USDC; what you do not use comes back.");
  });

  it("owes guarantee or share of each period, whichever is more", () => {
    expect(total(share, { days: 90 })).toBe(40n * USDC);
    expect(total(share, { days: 91 })).toBe(80n * USDC);
    expect(total(share, { days: 180, revenue: 4_000n * USDC })).toBe(200n * USDC);
    expect(estimate(share, scenario({ days: 180, revenue: 4_000n * USDC }), amount)?.words).toBe(
      "5 % of 4,000 USDC, earned evenly over each of 2 periods of 90 days",
    );
  });

  it("says that a license ends within the time, and nothing of a rail that it does not know", () => {
    expect(estimate(stream, scenario({ days: 400 }), amount)?.notes[0]).toBe(
      "A license lasts 1 year; then you take another.",
    );
    expect(estimate({ ...escrow, rail: 9 }, scenario({}), amount)).toBeUndefined();
  });
});

describe("amounts", () => {
  it("reads what people type, and refuses what the token cannot hold", () => {
    expect(amountFrom("1,000.50", 6)).toBe(1_000_500_000n);
    expect(amountFrom(" 0 ", 6)).toBe(0n);
    for (const wrong of ["", "-1", "1.2345678", "ten", "1e3", "."]) expect(amountFrom(wrong, 6)).toBeUndefined();
  });

  it("says a rate over a time to the nearest base unit", () => {
    const rate = (30n * 10n ** 18n) / BigInt(30 * DAY);
    expect(rateOver(rate, 30 * DAY, 6)).toBe(30n * USDC);
    expect(rateOver(0n, DAY, 6)).toBe(0n);
  });
});

describe("evidenceInWords", () => {
  it("says what releases the money, and whether receipts count beside it", () => {
    expect(evidenceInWords(escrow)).toBeUndefined();
    expect(evidenceInWords(stream)).toBeUndefined();
    const receipt = offer(USDC, { condition: ReleaseCondition.ComputeReceipt, leastAssurance: 2 });
    expect(evidenceInWords(receipt)).toBe(
      "Your money is released by a receipt of the computation, of assurance 2 at least, and not by a delivery receipt. Without it, it comes back to you.",
    );
    const proof = offer(USDC, { condition: ReleaseCondition.Adherence, leastAssurance: 1 });
    expect(evidenceInWords(proof)).toBe(
      "Your money is also released, at once, by a proof that your run used licensed data only.",
    );
  });
});
