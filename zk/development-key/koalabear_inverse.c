/* The two field inverses that SP1's Go module takes from its Rust crate: in KoalaBear, and in its extension of degree four by a root of
   x^4 - 3. Copied into the module's package koalabear, whose hints call them; the circuit checks what they give. */
#include "../../koalabear.h"

static const uint64_t PRIME = 2130706433;
static const uint64_t ROOT = 3;

static uint64_t mul(uint64_t a, uint64_t b) { return a * b % PRIME; }
static uint64_t sub(uint64_t a, uint64_t b) { return (a + PRIME - b) % PRIME; }

/* Fermat: a^(p-2). */
static uint64_t inverse(uint64_t a) {
  uint64_t result = 1;
  for (uint64_t exponent = PRIME - 2; exponent; exponent >>= 1) {
    if (exponent & 1) result = mul(result, a);
    a = mul(a, a);
  }
  return result;
}

uint32_t koalabearinv(uint32_t a) { return (uint32_t)inverse(a % PRIME); }

/* With y = x^2, y^2 = 3: (A + Bx)^-1 = (A - Bx) / (A^2 - y B^2), where A = a + cy and B = b + dy. Gives coefficient i of the inverse. */
uint32_t koalabearextinv(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t i) {
  uint64_t A0 = a % PRIME, A1 = c % PRIME, B0 = b % PRIME, B1 = d % PRIME;
  uint64_t a0 = (mul(A0, A0) + mul(ROOT, mul(A1, A1))) % PRIME, a1 = mul(2, mul(A0, A1));
  uint64_t b0 = (mul(B0, B0) + mul(ROOT, mul(B1, B1))) % PRIME, b1 = mul(2, mul(B0, B1));
  uint64_t n0 = sub(a0, mul(ROOT, b1)), n1 = sub(a1, b0);
  uint64_t norm = inverse(sub(mul(n0, n0), mul(ROOT, mul(n1, n1))));
  uint64_t i0 = mul(n0, norm), i1 = mul(sub(0, n1), norm);
  uint64_t r0 = (mul(A0, i0) + mul(ROOT, mul(A1, i1))) % PRIME, r2 = (mul(A0, i1) + mul(A1, i0)) % PRIME;
  uint64_t s0 = (mul(B0, i0) + mul(ROOT, mul(B1, i1))) % PRIME, s1 = (mul(B0, i1) + mul(B1, i0)) % PRIME;
  uint64_t coefficients[4] = {r0, sub(0, s0), r2, sub(0, s1)};
  return (uint32_t)coefficients[i & 3];
}
