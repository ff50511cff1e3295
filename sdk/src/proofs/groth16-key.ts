import { bn254 } from "@noble/curves/bn254.js";

const { G1, G2 } = bn254;
const { Fp, Fp2 } = bn254.fields;

/** Points of the two groups. */
export type G1Point = InstanceType<typeof G1.Point>;
export type G2Point = InstanceType<typeof G2.Point>;

/** A Groth16 verification key over BN254, as far as verification needs it. */
export interface Groth16Key {
  readonly alpha: G1Point;
  readonly beta: G2Point;
  readonly gamma: G2Point;
  readonly delta: G2Point;
  /** One point for the constant, one for each public input. */
  readonly inputs: readonly [G1Point, ...G1Point[]];
}

/** Bytes of a compressed point. */
const G1_BYTES = 32;
const G2_BYTES = 64;

/** The two highest bits of a compressed point: which of the two roots y is. */
const FLAGS = 0xc0;
const SMALLER = 0x80;
const LARGER = 0xc0;

/**
 * Reads gnark's binary form: α, β in both groups, γ, δ in both groups, the input points after their number, then two
 * empty lists (commitments, which SP1's circuits do not use).
 *
 * @throws where the bytes are no such key
 */
export function readGroth16Key(bytes: Uint8Array): Groth16Key {
  const reader = new KeyReader(bytes);
  const alpha = reader.g1();
  reader.g1(); // β in the first group serves provers alone.
  const beta = reader.g2();
  const gamma = reader.g2();
  reader.g1(); // So does δ.
  const delta = reader.g2();
  const count = reader.uint32();
  if (count < 1 || bytes.length !== reader.at + count * G1_BYTES + 8)
    throw bad(`${bytes.length} bytes do not fit ${count} input points`);
  const first = reader.g1();
  const inputs: [G1Point, ...G1Point[]] = [first];
  for (let i = 1; i < count; i++) inputs.push(reader.g1());
  if (reader.uint32() !== 0 || reader.uint32() !== 0) throw bad("it has commitments");
  return { alpha, beta, gamma, delta, inputs };
}

class KeyReader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  uint32(): number {
    const view = this.take(4);
    return new DataView(view.buffer, view.byteOffset, 4).getUint32(0);
  }

  g1(): G1Point {
    const { flag, digits } = split(this.take(G1_BYTES));
    const x = Fp.fromBytes(digits);
    const root = Fp.sqrt(Fp.add(Fp.mul(Fp.sqr(x), x), G1.Point.CURVE().b));
    const y = isLarger(root) === (flag === LARGER) ? root : Fp.neg(root);
    const point = G1.Point.fromAffine({ x, y });
    point.assertValidity();
    return point;
  }

  g2(): G2Point {
    const { flag, digits } = split(this.take(G2_BYTES));
    // The imaginary part comes first.
    const x = Fp2.create({ c0: Fp.fromBytes(digits.subarray(32)), c1: Fp.fromBytes(digits.subarray(0, 32)) });
    const root = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.Point.CURVE().b));
    const larger = isLarger(Fp.is0(root.c1) ? root.c0 : root.c1);
    const y = larger === (flag === LARGER) ? root : Fp2.neg(root);
    const point = G2.Point.fromAffine({ x, y });
    point.assertValidity();
    return point;
  }

  private take(length: number): Uint8Array {
    const part = this.bytes.subarray(this.at, this.at + length);
    if (part.length !== length) throw bad(`it ends after ${this.bytes.length} bytes`);
    this.at += length;
    return part;
  }
}

function split(point: Uint8Array): { flag: number; digits: Uint8Array } {
  const digits = Uint8Array.from(point);
  const flag = (point[0] as number) & FLAGS;
  if (flag !== SMALLER && flag !== LARGER) throw bad("a point is not compressed, or at infinity");
  digits[0] = (point[0] as number) & ~FLAGS;
  return { flag, digits };
}

const isLarger = (y: bigint) => y > (Fp.ORDER - 1n) / 2n;

const bad = (why: string) => new Error(`no Groth16 verification key over BN254 in gnark's form: ${why}.`);
