// Exponentials and logarithms in fixed point, from integers alone, so that every machine finds the same bits. The same constants
// and order of operations as in zk/lib.

/** One in Q30. */
export const ONE_Q30 = 1n << 30n;
/** log2(e) in Q16. */
const LOG2_E = 94_548n;
/** ln(2) in Q16. */
const LN_2 = 45_426n;
/** ln(2)^n / n! in Q30, n from 5 to 1. */
const POWERS = [1_431_680n, 10_327_387n, 59_597_083n, 257_941_248n, 744_261_118n];
/** From here on e^-t is below 2^-30. */
const VANISHES = 21n << 16n;

/** e^-t in Q30, of t in Q16. */
export function expNegative(t: bigint): bigint {
  if (t >= VANISHES) return 0n;
  const u = (t * LOG2_E) >> 16n;
  const fraction = (u & 0xffffn) << 14n;
  const sum = POWERS.reduce((inner, power) => (fraction * (power - inner)) >> 30n, 0n);
  return (ONE_Q30 - sum) >> (u >> 16n);
}

/** Natural logarithm in Q16, of a value of at least one in Q30. */
export function ln(value: bigint): bigint {
  const whole = BigInt(value.toString(2).length - 31);
  let x = value >> whole;
  let bits = 0n;
  for (let i = 0; i < 16; i++) {
    x = (x * x) >> 30n;
    bits <<= 1n;
    if (x >= 2n * ONE_Q30) {
      x >>= 1n;
      bits |= 1n;
    }
  }
  return (((whole << 16n) | bits) * LN_2) >> 16n;
}
