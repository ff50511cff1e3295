import { parseUnits } from "viem";

/** Super tokens have 18 decimals. */
const SUPER_DECIMALS = 18;

/** Base units of what a person typed, "1,000.50"; undefined when it is no amount, or finer than the token. */
export function amountFrom(text: string, decimals: number): bigint | undefined {
  const plain = text.replaceAll(",", "").trim();
  if (!/^\d{1,30}(\.\d+)?$/.test(plain)) return undefined;
  const fraction = plain.split(".")[1] ?? "";
  return fraction.length > decimals ? undefined : parseUnits(plain, decimals);
}

/** Base units that a rate of super token units per second comes to in some seconds, to the nearest. */
export function rateOver(rate: bigint, seconds: number, decimals: number): bigint {
  const unit = 10n ** BigInt(SUPER_DECIMALS - decimals);
  return (rate * BigInt(seconds) + unit / 2n) / unit;
}
