import { formatUnits } from "viem";

/** "10,000": a whole number in groups of three. By hand, because a browser's first number format takes it 20 ms. */
export const grouped = (whole: bigint | number | string) => String(whole).replace(/\B(?=(\d{3})+$)/g, ",");

/** "250 USDC": an amount of base units with its symbol, thousands separated. */
export function money(amount: bigint, decimals: number, symbol: string): string {
  const [whole = "0", fraction] = formatUnits(amount, decimals).split(".");
  return `${grouped(whole)}${fraction ? `.${fraction.padEnd(2, "0")}` : ""} ${symbol}`;
}

/** "21 Nov 2027": a time in seconds as a day. */
export function day(seconds: bigint | number): string {
  return new Date(Number(seconds) * 1000).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
}

/** "21 Nov 2027, 14:05": a time in seconds to the minute. */
export function moment(seconds: bigint | number): string {
  const date = new Date(Number(seconds) * 1000);
  return `${day(seconds)}, ${date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
}

const steps = ["B", "kB", "MB", "GB", "TB"];

/** "7.8 MB": a number of bytes, decimal units. */
export function bytes(count: bigint | number): string {
  let value = Number(count);
  let step = 0;
  while (value >= 1000 && step < steps.length - 1) {
    value /= 1000;
    step++;
  }
  return `${step === 0 ? value : value.toFixed(1)} ${steps[step]}`;
}

/** "3 days": a number of seconds in the largest unit that divides it sensibly. */
export function period(seconds: bigint | number): string {
  const total = Number(seconds);
  for (const [unit, size] of [
    ["year", 31_536_000],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const) {
    if (total >= size) {
      const count = Math.round((total / size) * 10) / 10;
      return `${count} ${unit}${count === 1 ? "" : "s"}`;
    }
  }
  return `${total} second${total === 1 ? "" : "s"}`;
}
