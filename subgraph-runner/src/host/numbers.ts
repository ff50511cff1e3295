import { BigDecimal } from "../big-decimal.js";
import { RunnerError } from "../errors.js";
import type { Heap } from "../wasm/heap.js";
import type { Host } from "../wasm/instance.js";

const DECIMAL = /^[+-]?\d+$/;

function notZero(divisor: bigint, dividend: bigint): bigint {
  if (divisor === 0n) throw new RunnerError(`cannot divide the BigInt ${dividend} by zero`);
  return divisor;
}

/** @throws {RunnerError} if it is not a whole decimal number */
export function parseBigInt(text: string): bigint {
  if (!DECIMAL.test(text)) throw new RunnerError(`"${text}" is not a whole number`);
  return BigInt(text.replace("+", ""));
}

/** `bigInt.*` and `bigDecimal.*`; quotients are cut towards zero, a remainder has its dividend's sign. */
export function numbersHost(heap: () => Heap): Host {
  const integers =
    (operation: (a: bigint, b: bigint) => bigint) =>
    (a = 0, b = 0) =>
      heap().bigInt(operation(heap().readBigInt(a), heap().readBigInt(b)));
  const small =
    (operation: (a: bigint, b: bigint) => bigint) =>
    (a = 0, b = 0) =>
      heap().bigInt(operation(heap().readBigInt(a), BigInt(b & 0xff)));
  const decimals =
    (operation: (a: BigDecimal, b: BigDecimal) => BigDecimal) =>
    (a = 0, b = 0) =>
      heap().bigDecimal(operation(heap().readBigDecimal(a), heap().readBigDecimal(b)));
  return {
    "bigInt.plus": integers((a, b) => a + b),
    "bigInt.minus": integers((a, b) => a - b),
    "bigInt.times": integers((a, b) => a * b),
    "bigInt.dividedBy": integers((a, b) => a / notZero(b, a)),
    "bigInt.mod": integers((a, b) => a % notZero(b, a)),
    "bigInt.bitOr": integers((a, b) => a | b),
    "bigInt.bitAnd": integers((a, b) => a & b),
    "bigInt.pow": small((a, b) => a ** b),
    "bigInt.leftShift": small((a, b) => a << b),
    "bigInt.rightShift": small((a, b) => a >> b),
    "bigInt.fromString": (text = 0) => heap().bigInt(parseBigInt(heap().readString(text))),
    "bigInt.dividedByDecimal": (a = 0, b = 0) =>
      heap().bigDecimal(BigDecimal.of(heap().readBigInt(a), 0).dividedBy(heap().readBigDecimal(b))),
    "bigDecimal.plus": decimals((a, b) => a.plus(b)),
    "bigDecimal.minus": decimals((a, b) => a.minus(b)),
    "bigDecimal.times": decimals((a, b) => a.times(b)),
    "bigDecimal.dividedBy": decimals((a, b) => a.dividedBy(b)),
    "bigDecimal.equals": (a = 0, b = 0) => (heap().readBigDecimal(a).compare(heap().readBigDecimal(b)) === 0 ? 1 : 0),
    "bigDecimal.toString": (a = 0) => heap().string(heap().readBigDecimal(a).toString()),
    "bigDecimal.fromString": (text = 0) => heap().bigDecimal(BigDecimal.parse(heap().readString(text))),
  };
}
