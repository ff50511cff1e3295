import { RunnerError } from "./errors.js";

const SIGNIFICANT_DIGITS = 34;
/** How far a quotient is computed before it is rounded to significant digits. */
const DIVISION_DIGITS = 100;
const MIN_EXPONENT = -6143;
const MAX_EXPONENT = 6144;
const SYNTAX = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

const digitsOf = (value: bigint) => (value < 0n ? -value : value).toString();
const power = (exponent: number) => 10n ** BigInt(exponent);

/** A decimal number `digits * 10^exponent`, kept to 34 significant digits and without trailing zeros, as graph-node keeps it. */
export class BigDecimal {
  private constructor(
    readonly digits: bigint,
    readonly exponent: number,
  ) {}

  /** @throws {RunnerError} if the exponent is outside -6143 to 6144 */
  static of(digits: bigint, exponent: number): BigDecimal {
    if (digits === 0n) return new BigDecimal(0n, 0);
    const [rounded, shifted] = significant(digits, exponent);
    const text = rounded.toString();
    const zeros = text.length - text.replace(/0+$/, "").length;
    const exact = shifted + zeros;
    if (exact < MIN_EXPONENT || exact > MAX_EXPONENT)
      throw new RunnerError(`the exponent ${exact} of a BigDecimal is outside ${MIN_EXPONENT} to ${MAX_EXPONENT}`);
    return new BigDecimal(rounded / power(zeros), exact);
  }

  /** @throws {RunnerError} if it is not a decimal number, such as `-1.5` or `2e3` */
  static parse(text: string): BigDecimal {
    const found = SYNTAX.exec(text);
    const [, sign, whole = "", fraction = "", exponent = "0"] = found ?? [];
    if (!found || whole + fraction === "") throw new RunnerError(`"${text}" is not a decimal number`);
    const digits = BigInt(whole + fraction);
    return BigDecimal.of(sign === "-" ? -digits : digits, Number(exponent) - fraction.length);
  }

  plus(other: BigDecimal): BigDecimal {
    const exponent = Math.min(this.exponent, other.exponent);
    return BigDecimal.of(this.at(exponent) + other.at(exponent), exponent);
  }

  minus(other: BigDecimal): BigDecimal {
    return this.plus(new BigDecimal(-other.digits, other.exponent));
  }

  times(other: BigDecimal): BigDecimal {
    return BigDecimal.of(this.digits * other.digits, this.exponent + other.exponent);
  }

  /** @throws {RunnerError} by zero */
  dividedBy(other: BigDecimal): BigDecimal {
    if (other.digits === 0n) throw new RunnerError(`cannot divide the BigDecimal ${this} by zero`);
    const shift = Math.max(0, DIVISION_DIGITS + digitsOf(other.digits).length - digitsOf(this.digits).length);
    return BigDecimal.of((this.digits * power(shift)) / other.digits, this.exponent - other.exponent - shift);
  }

  /** @returns below zero, zero or above zero */
  compare(other: BigDecimal): number {
    const exponent = Math.min(this.exponent, other.exponent);
    const difference = this.at(exponent) - other.at(exponent);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** Without an exponent: `0.001`, `1200`. */
  toString(): string {
    const sign = this.digits < 0n ? "-" : "";
    const text = digitsOf(this.digits);
    if (this.exponent >= 0) return sign + text + "0".repeat(this.exponent);
    const padded = text.padStart(1 - this.exponent, "0");
    return `${sign}${padded.slice(0, this.exponent)}.${padded.slice(this.exponent)}`;
  }

  private at(exponent: number): bigint {
    return this.digits * power(this.exponent - exponent);
  }
}

/** Rounds half up; a negative number is cut off, which is what graph-node does. */
function significant(digits: bigint, exponent: number): [digits: bigint, exponent: number] {
  const excess = digitsOf(digits).length - SIGNIFICANT_DIGITS;
  if (excess <= 0) return [digits, exponent];
  const unit = power(excess);
  const rest = digits % unit;
  return [digits / unit + (rest * 2n >= unit ? 1n : 0n), exponent + excess];
}
