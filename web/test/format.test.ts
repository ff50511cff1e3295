import { describe, expect, it } from "vitest";
import { bytes, grouped, money, period } from "../src/ui/format.js";

describe("grouped", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1_000n, "1,000"],
    [12_345_678n, "12,345,678"],
  ])("writes %s as %s", (given, expected) => expect(grouped(given)).toBe(expected));
});

describe("money", () => {
  it.each([
    [250_000_000n, 6, "250 USDC"],
    [1_234_567_500_000n, 6, "1,234,567.50 USDC"],
    [1n, 6, "0.000001 USDC"],
    [0n, 6, "0 USDC"],
    [1_000n, 0, "1,000 USDC"],
  ])("writes %s base units of %i decimals as %s", (amount, decimals, expected) =>
    expect(money(amount, decimals, "USDC")).toBe(expected),
  );
});

describe("bytes and period", () => {
  it("takes the largest unit that fits", () => {
    expect([bytes(999n), bytes(7_840_000n), bytes(5_000_000_000_000_000n)]).toEqual(["999 B", "7.8 MB", "5000.0 TB"]);
    expect([period(1), period(90), period(86_400n), period(31_536_000n)]).toEqual([
      "1 second",
      "1.5 minutes",
      "1 day",
      "1 year",
    ]);
  });
});
