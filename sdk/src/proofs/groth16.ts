import { bn254 } from "@noble/curves/bn254.js";
import type { G1Point, G2Point, Groth16Key } from "./groth16-key.js";

const { G1, G2 } = bn254;
const { Fp, Fp2, Fr, Fp12 } = bn254.fields;

/** The three points of a proof, as Ethereum's precompiles take them: eight words. */
export interface Groth16Proof {
  readonly a: G1Point;
  readonly b: G2Point;
  readonly c: G1Point;
}

/** Whether a number is an element of the field of inputs. */
export const isFieldElement = (value: bigint) => value < Fr.ORDER;

/** Points of a proof from its words; undefined where one is not on its curve, or not in the group of prime order. */
export function readGroth16Proof(words: readonly bigint[]): Groth16Proof | undefined {
  if (words.length !== 8 || words.some((word) => word >= Fp.ORDER)) return undefined;
  const [ax, ay, bx1, bx0, by1, by0, cx, cy] = words as Eight;
  const a = g1(ax, ay);
  const b = g2({ c0: bx0, c1: bx1 }, { c0: by0, c1: by1 });
  const c = g1(cx, cy);
  return a && b && c ? { a, b, c } : undefined;
}

/** Whether the pairing equation holds: e(A, B) = e(α, β) · e(inputs, γ) · e(C, δ). */
export function groth16Holds(key: Groth16Key, proof: Groth16Proof, inputs: readonly bigint[]): boolean {
  const [constant, ...points] = key.inputs;
  if (points.length !== inputs.length) throw new Error(`${inputs.length} inputs for a key of ${points.length}.`);
  const sum = points.reduce((total, point, i) => total.add(point.multiplyUnsafe(inputs[i] as bigint)), constant);
  const pairs = [
    { g1: proof.a, g2: proof.b },
    { g1: key.alpha.negate(), g2: key.beta },
    { g1: sum.negate(), g2: key.gamma },
    { g1: proof.c.negate(), g2: key.delta },
  ];
  // A pair with the point at infinity contributes one, which the library leaves to its callers.
  const finite = pairs.filter((pair) => !pair.g1.is0() && !pair.g2.is0());
  return Fp12.eql(bn254.pairingBatch(finite), Fp12.ONE);
}

type Eight = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

/** The first curve has prime order: on it is in the group. Zeros are the point at infinity, as in EIP-197. */
function g1(x: bigint, y: bigint): G1Point | undefined {
  if (x === 0n && y === 0n) return G1.Point.ZERO;
  const isOnCurve = Fp.eql(Fp.sqr(y), Fp.add(Fp.mul(Fp.sqr(x), x), G1.Point.CURVE().b));
  return isOnCurve ? G1.Point.fromAffine({ x, y }) : undefined;
}

type Fp2Value = Parameters<typeof Fp2.sqr>[0];

function g2(x: Fp2Value, y: Fp2Value): G2Point | undefined {
  if (Fp2.is0(x) && Fp2.is0(y)) return G2.Point.ZERO;
  if (!Fp2.eql(Fp2.sqr(y), Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.Point.CURVE().b))) return undefined;
  const point = G2.Point.fromAffine({ x, y });
  return point.isTorsionFree() ? point : undefined;
}
