/** Values from the command line, checked before anything is asked of the chain. */
import { type Hex, isHex, parseUnits, stringToHex } from "viem";
import { CliError, EXIT } from "./exit-codes.js";

/** A positive whole number as bigint: ids. @throws CliError */
export function parseId(name: string, value: string): bigint {
  if (/^[1-9]\d{0,77}$/.test(value)) return BigInt(value);
  throw new CliError(`${name} is "${value}".`, EXIT.usage, "Expected a whole number above 0.");
}

/** A whole number within bounds. @throws CliError */
export function parseInteger(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new CliError(`${name} is "${value}".`, EXIT.usage, `Expected a whole number from ${min} to ${max}.`);
}

/** An amount in whole tokens ("250", "0.5") as base units. @throws CliError when it has more digits than the token */
export function parseAmount(name: string, value: string, decimals: number): bigint {
  const match = /^\d+(?:\.(\d+))?$/.exec(value);
  if (!match || (match[1]?.length ?? 0) > decimals) {
    throw new CliError(`${name} is "${value}".`, EXIT.usage, `Expected an amount with at most ${decimals} decimals.`);
  }
  return parseUnits(value, decimals);
}

/** 100 % in basis points. */
export const MAX_BPS = 10_000;

/** A part in percent with at most two decimals ("5", "12.5") as basis points. @throws CliError when it is above 100 */
export function parsePercent(name: string, value: string): number {
  const bps = Number(parseAmount(name, value, 2));
  if (bps <= MAX_BPS) return bps;
  throw new CliError(`${name} is ${value} %.`, EXIT.usage, "Expected at most 100.");
}

/** 32 bytes as hex. @throws CliError */
export function parseHash(name: string, value: string): Hex {
  if (isHex(value) && value.length === 66) return value.toLowerCase() as Hex;
  throw new CliError(`${name} is "${value}".`, EXIT.usage, "Expected 0x and 64 hex digits.");
}

/** A purchase reference: 32 bytes as hex, or a text of at most 32 bytes. @throws CliError */
export function parseReference(value: string): Hex {
  if (isHex(value) && value.length === 66) return value;
  if (Buffer.byteLength(value) <= 32) return stringToHex(value, { size: 32 });
  throw new CliError(`--reference is ${Buffer.byteLength(value)} bytes long.`, EXIT.usage, "Expected at most 32.");
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** A duration ("90d", "36h", "15m", "3600") in seconds. @throws CliError */
export function parseDuration(name: string, value: string): number {
  const match = /^(\d{1,9})([smhd]?)$/.exec(value);
  if (!match)
    throw new CliError(`${name} is "${value}".`, EXIT.usage, 'Expected a duration such as "90d", "36h" or "3600".');
  return Number(match[1]) * SECONDS[(match[2] || "s") as keyof typeof SECONDS];
}

/** A moment (seconds since 1970, or ISO 8601) in seconds. @throws CliError */
export function parseTime(name: string, value: string): number {
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.floor(Date.parse(value) / 1000);
  if (Number.isSafeInteger(seconds) && seconds >= 0 && seconds < 2 ** 40) return seconds;
  throw new CliError(`${name} is "${value}".`, EXIT.usage, "Expected seconds since 1970 or a date such as 2027-01-31.");
}
