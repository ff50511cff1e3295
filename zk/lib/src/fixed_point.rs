//! Exponentials and logarithms in fixed point, from integers alone, so that every machine finds the same bits.

/// One in Q30.
pub const ONE_Q30: u64 = 1 << 30;

/// log2(e) in Q16.
const LOG2_E: u64 = 94_548;
/// ln(2) in Q16.
const LN_2: u64 = 45_426;
/// ln(2)^n / n! in Q30, n from 5 to 1: 2^-f = 1 - f(c1 - f(c2 - f(c3 - f(c4 - f·c5)))).
const POWERS: [u64; 5] = [1_431_680, 10_327_387, 59_597_083, 257_941_248, 744_261_118];
/// From here on e^-t is below 2^-30.
const VANISHES: u64 = 21 << 16;

/// e^-t in Q30, of t in Q16.
pub fn exp_negative(t: u64) -> u64 {
    if t >= VANISHES {
        return 0;
    }
    let u = (t * LOG2_E) >> 16;
    let fraction = (u & 0xffff) << 14;
    let mut sum = 0;
    for power in POWERS {
        sum = (fraction * (power - sum)) >> 30;
    }
    (ONE_Q30 - sum) >> (u >> 16)
}

/// Natural logarithm in Q16, of a value in Q30 from one to 2^31.
pub fn ln(value: u64) -> u64 {
    let whole = u64::from(value.max(ONE_Q30).ilog2()) - 30;
    let mut x = value >> whole;
    let mut bits = 0;
    for _ in 0..16 {
        x = (x * x) >> 30;
        bits <<= 1;
        if x >= 2 * ONE_Q30 {
            x >>= 1;
            bits |= 1;
        }
    }
    ((whole << 16 | bits) * LN_2) >> 16
}
