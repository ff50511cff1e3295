/** Shamir shares of the network key over Fr, and the arithmetic on signature shares over G2. */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { KeyFormatError } from "./errors.js";
import { Fr, G1, type G1Point, G2, type G2Point, hashIdentity, parsePublicKey } from "./ibe.js";

const { Fp } = bls12_381.fields;
const SHARE_BYTES = 192;

/** One node's signature share: `index` is the x-coordinate of its key share, 1 to 255. */
export interface SignatureShare {
  index: number;
  point: G2Point;
}

/** sk·H2(identity) for one key share. `secret` is a non-zero scalar of Fr. */
export function signIdentity(secret: bigint, identity: string): G2Point {
  return hashIdentity(identity).multiply(secret);
}

/**
 * Whether a share was made with the key share behind `publicKeyShare`: e(PKᵢ, H2(id)) = e(G1, Sᵢ).
 * @param publicKeyShare 48-byte compressed G1, hex.
 */
export function verifyShare(publicKeyShare: string, identity: string, share: G2Point): boolean {
  const publicKey = parsePublicKey(publicKeyShare);
  if (!isInSubgroup(share)) return false;
  const pair = bls12_381.pairingBatch([
    { g1: publicKey, g2: hashIdentity(identity) },
    { g1: G1.BASE.negate(), g2: share },
  ]);
  return bls12_381.fields.Fp12.eql(pair, bls12_381.fields.Fp12.ONE);
}

function isInSubgroup(point: G2Point): boolean {
  try {
    point.assertValidity();
    return !point.is0();
  } catch {
    return false;
  }
}

/**
 * Combines shares by Lagrange interpolation at zero, with the denominators cleared: the result is `divisor` times the signature,
 * and all factors stay small, which saves two full multiplications in G2.
 * @throws KeyFormatError when there are no shares, or an index is out of range or appears twice.
 */
export function combineShares(shares: readonly SignatureShare[]): { point: G2Point; divisor: bigint } {
  const terms = lagrangeAtZero(shares.map((s) => s.index));
  const divisor = terms.reduce((product, term) => lcm(product, term.denominator), 1n);
  let point = G2.ZERO;
  shares.forEach((share, i) => {
    const term = terms[i] as Fraction;
    const factor = (term.numerator * divisor) / term.denominator;
    const scaled = share.point.multiplyUnsafe(factor < 0n ? -factor : factor);
    point = point.add(factor < 0n ? scaled.negate() : scaled);
  });
  return { point, divisor };
}

/**
 * Whether public key shares belong to the network key: any `threshold` of them interpolate to it, and all lie on one polynomial.
 * @throws KeyFormatError on malformed keys or indices.
 */
export function sharesMatchNetwork(
  publicKey: string,
  threshold: number,
  nodes: readonly { index: number; publicKeyShare: string }[],
): boolean {
  if (nodes.length < threshold) return false;
  const network = parsePublicKey(publicKey);
  const points = nodes.map((n) => ({ index: n.index, point: parsePublicKey(n.publicKeyShare) }));
  for (let start = 0; start + threshold <= points.length; start++) {
    if (!interpolateG1(points.slice(start, start + threshold)).equals(network)) return false;
  }
  return true;
}

/** Bytes of a share on the wire: uncompressed G2, 192 bytes; twice as long as compressed, and read without a square root. */
export function shareToBytes(point: G2Point): Uint8Array {
  return point.toBytes(false);
}

/**
 * Reads the coordinates of a share. Whether they are on the curve and in the subgroup is asked once for the combination, when it opens
 * a key, and for each share by `verifyShare`: asking here too would cost as much as all the rest of a share.
 * @throws KeyFormatError when the bytes are no two coordinates.
 */
export function shareFromBytes(bytes: Uint8Array): G2Point {
  try {
    const [x1, x0, y1, y0] = [0, 1, 2, 3].map((i) => Fp.fromBytes(bytes.subarray(i * 48, (i + 1) * 48)));
    if (bytes.length === SHARE_BYTES) {
      return G2.fromAffine({ x: { c0: x0 as bigint, c1: x1 as bigint }, y: { c0: y0 as bigint, c1: y1 as bigint } });
    }
  } catch {
    // Falls through to the one error that says what was expected.
  }
  throw new KeyFormatError(
    `Not a signature share: expected two coordinates of BLS12-381 G2, got ${bytes.length} bytes that are none.`,
  );
}

interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

function lagrangeAtZero(indices: readonly number[]): Fraction[] {
  if (indices.length === 0 || new Set(indices).size !== indices.length) {
    throw new KeyFormatError(`Shares need distinct indices, got [${indices.join(", ")}].`);
  }
  return indices.map((i) => {
    if (!Number.isInteger(i) || i < 1 || i > 255) throw new KeyFormatError(`A share index is 1 to 255, got ${i}.`);
    let numerator = 1n;
    let denominator = 1n;
    for (const j of indices) {
      if (j === i) continue;
      numerator *= BigInt(j);
      denominator *= BigInt(j - i);
    }
    return denominator < 0n ? { numerator: -numerator, denominator: -denominator } : { numerator, denominator };
  });
}

function interpolateG1(points: readonly { index: number; point: G1Point }[]): G1Point {
  const terms = lagrangeAtZero(points.map((p) => p.index));
  return points.reduce((sum, { point }, i) => {
    const { numerator, denominator } = terms[i] as Fraction;
    const factor = Fr.mul(Fr.create(numerator), Fr.inv(Fr.create(denominator)));
    return sum.add(point.multiplyUnsafe(factor));
  }, G1.ZERO);
}

function lcm(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}
