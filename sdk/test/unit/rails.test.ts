import { describe, expect, it } from "vitest";
import { messageFromJson, messageToJson } from "../../src/formats/index.js";
import {
  availableAt,
  baseToUnits,
  buildOffer,
  ColophonError,
  completeRailTerms,
  liquidationTime,
  nextVoucher,
  packMeterTerms,
  packRailTerms,
  RAILS,
  type RailTermsInput,
  ReleaseCondition,
  runwaySeconds,
  streamedAt,
  summarizeRailTerms,
  unitsToBase,
  unpackRailTerms,
} from "../../src/index.js";

const address = "0x1111111111111111111111111111111111111111";
const offerOf = (railTerms: RailTermsInput, price = 2_000_000n) =>
  buildOffer({
    seller: address,
    datasetId: 1n,
    termsId: `0x${"11".repeat(32)}`,
    token: address,
    price,
    provider: address,
    railTerms,
  });
const usdc = (amount: bigint) => `${Number(amount) / 1e6} USDC`;

describe("rail terms of any rail", () => {
  it.each([
    { rail: "escrow", sla: 7200 },
    { rail: "escrow", condition: ReleaseCondition.ComputeReceipt, leastAssurance: 2 },
    { rail: "stream", proof: "Time" },
    { rail: "stream", contestBond: 5n },
    { rail: "stream", proof: "Adherence", leastAssurance: 4, defaultRefund: true },
    { rail: "meter", kind: "Tokens", tiers: [{ from: 1, priceBps: 0 }] },
    { rail: "share", shareBps: 250 },
    { rail: "live", notice: 0 },
  ] as const)("are told apart by their rail, and survive packing: $rail", (input) => {
    const terms = completeRailTerms(input);
    const packed = packRailTerms(terms);
    expect(packed.rail).toBe(RAILS[input.rail]);
    expect(unpackRailTerms(packed)).toEqual(terms);
    expect(offerOf(input)).toMatchObject(packed);
  });

  it("refuses a rail that contradicts its terms, a rail that is not known, and a price of nothing", () => {
    const railTerms = { rail: "meter", kind: "Rows" } as const;
    expect(() => buildOffer({ ...offerOf(railTerms), rail: 1, railTerms })).toThrow(/terms of rail 3/);
    expect(() => unpackRailTerms({ ...offerOf(railTerms), rail: 9 })).toThrow(ColophonError);
    expect(() => offerOf(railTerms, 0n)).toThrow(/price is 0/);
    expect(offerOf({ rail: "share", shareBps: 100 }, 0n).price).toBe(0n);
  });

  it("names the field that does not fit", () => {
    const meter = completeRailTerms({ rail: "meter", kind: "Rows" }) as Parameters<typeof packMeterTerms>[0];
    expect(() => packMeterTerms({ ...meter, cap: 2n ** 64n })).toThrow(/Meter terms: cap/);
    expect(() => packMeterTerms({ ...meter, kind: "Sheep" as never })).toThrow(/kind is "Sheep"/);
    expect(() => packMeterTerms({ ...meter, tiers: Array(5).fill({ from: 1, priceBps: 1 }) })).toThrow(/tiers/);
    expect(() => packMeterTerms({ ...meter, tiers: [{ from: 1, priceBps: 65_536 }] })).toThrow(/tier 1: priceBps/);
  });
});

describe("summaries", () => {
  const sentences = (terms: RailTermsInput, price?: bigint) => summarizeRailTerms(offerOf(terms, price), usdc);

  it("say what it costs first, in words", () => {
    expect(sentences({})[0]).toBe("2 USDC once, held until the data is delivered.");
    expect(sentences({ rail: "stream" })[0]).toBe("2 USDC for every 30 days, streamed by the second.");
    expect(sentences({ rail: "meter", kind: "Rows" })[0]).toBe("2 USDC per row.");
    expect(sentences({ rail: "share", shareBps: 250, period: 86_400 })[0]).toBe(
      "2.5 % of revenue or 2 USDC, whichever is more, for every 1 day; 2 USDC at purchase for the first period, then with a signed statement.",
    );
    expect(sentences({ rail: "share", shareBps: 250 }, 0n)[0]).toMatch(/^2.5 % of revenue for every 90 days; with/);
  });

  it("say which evidence releases the money, and how strong it must be", () => {
    const instead = sentences({ condition: ReleaseCondition.Quality, leastAssurance: 3 });
    expect(instead[0]).toBe("2 USDC once, held until a quality score is on record, of assurance 3 at least.");
    expect(instead.join(" ")).not.toContain("contested");
    const beside = sentences({ condition: ReleaseCondition.Adherence, leastAssurance: 1 }).join(" ");
    expect(beside).toContain("A proof that the licensee's run used licensed data only releases it at once.");
    expect(beside).toContain("can be contested");
  });

  it("say which evidence releases an epoch, and what becomes of epochs without it", () => {
    const receipts = sentences({ rail: "stream", proof: "ComputeReceipt", leastAssurance: 2, defaultRefund: true });
    expect(receipts.slice(2, 4)).toEqual([
      "An epoch is released once a receipt of a computation under the license was recorded after it began, of assurance 2 at least.",
      "Without that 3 days after its end, the epoch is refunded as soon as anyone settles.",
    ]);
    const adherence = sentences({ rail: "stream", proof: "Adherence" }).join(" ");
    expect(adherence).toContain("a proof that the licensee's run used licensed data only was recorded");
    expect(adherence).toContain("the epoch is released as soon as anyone settles.");
    expect(adherence).not.toContain("contest");
  });

  it("start from defaults that evidence allows", () => {
    expect(completeRailTerms({ rail: "stream", proof: "Adherence" })).toMatchObject({
      proof: "Adherence",
      window: 0,
      defaultAfter: 0,
      contestBond: 0n,
      leastAssurance: 1,
    });
  });

  it("say who decides when something fails", () => {
    expect(sentences({ rail: "stream", defaultRefund: true }).join(" ")).toContain(
      "Without a report the epoch is refunded.",
    );
    expect(sentences({ rail: "stream", proof: "Time" }).join(" ")).toContain("An epoch is released once it is over.");
    expect(sentences({}).join(" ")).toContain(
      "Nobody rules on a contest: after 14 days the money is released to the seller.",
    );
  });
});

describe("vouchers", () => {
  const offer = offerOf({ rail: "meter", kind: "Rows", cap: 100n });

  it("are cumulative: each says all that was used, and what it costs", () => {
    const first = nextVoucher({ licenseId: 7n, offer, used: 3n });
    expect(first).toEqual({ licenseId: 7n, units: 3n, amount: 6_000_000n, sequence: 1n });
    expect(nextVoucher({ licenseId: 7n, offer, last: first, used: 2n })).toMatchObject({
      units: 5n,
      amount: 10_000_000n,
      sequence: 2n,
    });
  });

  it("are refused for nothing and above the cap", () => {
    expect(() => nextVoucher({ licenseId: 7n, offer, used: 0n })).toThrow(/0 units/);
    expect(() => nextVoucher({ licenseId: 7n, offer, used: 101n })).toThrow(/cap of 100/);
  });
});

describe("stream balances", () => {
  const draining = { available: 1_000n, deposit: 400n, netRate: -3n, at: 5_000 };

  it("fall by the net rate, and can be liquidated in the first second below zero", () => {
    expect(availableAt(draining, 5_333)).toBe(1n);
    expect(liquidationTime(draining)).toBe(5_334);
    expect(availableAt(draining, 5_334)).toBe(-2n);
    expect(runwaySeconds(draining, 5_300)).toBe(34);
    expect(runwaySeconds(draining, 9_999)).toBe(0);
  });

  it("have no end while nothing drains them, and are at it when below zero already", () => {
    expect(liquidationTime({ ...draining, netRate: 0n })).toBeUndefined();
    expect(runwaySeconds({ ...draining, netRate: 5n }, 5_001)).toBeUndefined();
    expect(liquidationTime({ ...draining, available: -1n })).toBe(5_000);
  });

  it("count what was streamed, never backwards, in base units rounded down", () => {
    const seen = { received: 10n, rate: 2n, at: 100 };
    expect(streamedAt(seen, 103)).toBe(16n);
    expect(streamedAt(seen, 90)).toBe(10n);
    expect(unitsToBase(baseToUnits(7n, 6) + 999n, 6)).toBe(7n);
  });
});

describe("messages as JSON", () => {
  const voucher = { licenseId: 2n ** 200n, units: 5n, amount: 6n, sequence: 1n };

  it("travel without losing a bit", () => {
    expect(messageFromJson("UsageVoucher", JSON.parse(JSON.stringify(messageToJson(voucher))))).toEqual(voucher);
  });

  it.each([
    [{ units: "-1" }, /UsageVoucher.units is "-1"/],
    [{ units: (2n ** 64n).toString() }, /64 bits/],
    [{ units: undefined }, /units is missing/],
    [{ tip: 1 }, /has a field tip/],
  ])("name what is wrong in %j", (change, message) => {
    expect(() => messageFromJson("UsageVoucher", { ...messageToJson(voucher), ...change })).toThrow(message);
  });
});
