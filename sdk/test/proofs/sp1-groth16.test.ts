import { bn254 } from "@noble/curves/bn254.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, type Hex, hexToBytes } from "viem";
import { describe, expect, it } from "vitest";
import {
  SP1_GROTH16_V6_1_0,
  Sp1ProofRefused,
  type VerifySp1Groth16Parameters,
  verifySp1Groth16,
} from "../../src/proofs/index.js";
import { externalFile, externalJson, hasExternal } from "../formats/vectors.js";

/** Order of the field of inputs, and of the field of coordinates. */
const FR = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;
const FP = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;
/** Where the parts of a proof begin. */
const EXIT_CODE = 4;
const VK_ROOT = 36;
const NONCE = 68;
const WORDS = 100;

const published = (name: string): VerifySp1Groth16Parameters => {
  const { vkey, publicValues, proof } = externalJson(`sp1/${name}.json`);
  return { vkey, publicValues, proof };
};
const fibonacci = () => published("v6.1.0-groth16-fibonacci");

/** What it is refused for, or undefined. */
function refusal(parameters: VerifySp1Groth16Parameters): string | undefined {
  try {
    verifySp1Groth16(parameters);
    return undefined;
  } catch (error) {
    if (!(error instanceof Sp1ProofRefused)) throw error;
    return error.code;
  }
}

const word = (value: bigint) => hexToBytes(`0x${value.toString(16).padStart(64, "0")}`);
const wordAt = (proof: Hex, at: number) => BigInt(`0x${proof.slice(2 + at * 2, 2 + at * 2 + 64)}`);

/** The proof with other words at these places. */
function put(proof: Hex, ...changes: [at: number, value: bigint][]): Uint8Array {
  const bytes = hexToBytes(proof);
  for (const [at, value] of changes) bytes.set(word(value), at);
  return bytes;
}

/** One bit turned. */
function flip(hex: Hex, bit: number): Hex {
  const bytes = hexToBytes(hex);
  bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  return bytesToHex(bytes);
}

/** A point of the twist that is not in the group of prime order: words x1, x0, y1, y0. */
function outsideTheGroup(): bigint[] {
  const { Fp2 } = bn254.fields;
  const { Point } = bn254.G2;
  for (let c0 = 1n; ; c0++) {
    const x = Fp2.create({ c0, c1: 0n });
    const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), Point.CURVE().b);
    if (!Fp2.isValidNot0(square) || !isSquare(square)) continue;
    const y = Fp2.sqrt(square);
    if (!Point.fromAffine({ x, y }).isTorsionFree()) return [x.c1, x.c0, y.c1, y.c0];
  }
}

function isSquare(value: ReturnType<typeof bn254.fields.Fp2.sqr>): boolean {
  const { Fp2 } = bn254.fields;
  return Fp2.eql(Fp2.pow(value, (FP * FP - 1n) / 2n), Fp2.ONE);
}

describe("the key", () => {
  it("is the one whose hash the deployed verifiers name", () => {
    expect(bytesToHex(sha256(SP1_GROTH16_V6_1_0.key))).toBe(
      "0x4388a21c687fdd5f218d7e3d13190cac4c5355818d3605fd5fb811df468ee696",
    );
  });

  it("is refused when it is cut, extended, or no key", () => {
    const { key } = SP1_GROTH16_V6_1_0;
    const proofFor = (bytes: Uint8Array): VerifySp1Groth16Parameters => ({
      vkey: `0x${"00".repeat(32)}`,
      publicValues: "0x",
      proof: new Uint8Array(356),
      verifier: { ...SP1_GROTH16_V6_1_0, key: bytes },
    });
    const wrong = [key.subarray(0, 491), Uint8Array.from([...key, 0]), key.subarray(0, 16), key.with(0, 0)];
    for (const bytes of wrong) expect(() => verifySp1Groth16(proofFor(bytes))).toThrow("no Groth16 verification key");
  });
});

describe.runIf(hasExternal("sp1"))("published SP1 proofs", () => {
  it.each(["v6.1.0-groth16-fibonacci", "v6.1.0-groth16-128-byte-values"])("holds: %s", (name) => {
    expect(refusal(published(name))).toBeUndefined();
  });

  it("takes bytes as well as hex", () => {
    const { vkey, publicValues, proof } = fibonacci();
    const parameters = { vkey, publicValues: hexToBytes(publicValues as Hex), proof: hexToBytes(proof as Hex) };
    expect(refusal(parameters)).toBeUndefined();
  });

  it("takes another circuit version with its own key and root", () => {
    const verifier = {
      version: "v6.0.0",
      key: externalFile("sp1/groth16_vk-v6.0.0.bin"),
      vkRoot: "0x008cd56e10c2fe24795cff1e1d1f40d3a324528d315674da45d26afb376e8670",
    } as const;
    const parameters = published("v6.0.0-groth16-fibonacci");
    expect(refusal({ ...parameters, verifier })).toBeUndefined();
    expect(refusal({ ...parameters, publicValues: "0x", verifier })).toBe("pairing");
  });

  it("refuses proofs of another version and of another proof system", () => {
    expect(refusal(published("v6.0.0-groth16-fibonacci"))).toBe("selector");
    expect(refusal(published("v6.0.0-plonk-fibonacci"))).toBe("length");
  });

  it("names the first thing that fails", () => {
    const good = fibonacci();
    const proof = good.proof as Hex;
    const cases: [string, Partial<VerifySp1Groth16Parameters>][] = [
      ["length", { proof: proof.slice(0, -2) as Hex }],
      ["length", { proof: `${proof}00` }],
      ["selector", { proof: flip(proof, 0) }],
      ["exit-code", { proof: put(proof, [EXIT_CODE, 1n]) }],
      ["vk-root", { proof: put(proof, [VK_ROOT, wordAt(proof, VK_ROOT) ^ 1n]) }],
      ["field", { proof: put(proof, [NONCE, FR]) }],
      ["field", { vkey: bytesToHex(word(FR)) }],
      ["pairing", { proof: put(proof, [NONCE, 1n]) }],
      ["pairing", { vkey: flip(good.vkey, 255) }],
      ["pairing", { publicValues: "0x06000000" }],
      ["pairing", { publicValues: "0x0500000000" }],
      ["pairing", { publicValues: "0x" }],
    ];
    for (const [code, change] of cases) expect(refusal({ ...good, ...change }), JSON.stringify(change)).toBe(code);
  });

  it("refuses a change of each of the eight words", () => {
    const good = fibonacci();
    const proof = good.proof as Hex;
    for (let i = 0; i < 8; i++) {
      const at = WORDS + i * 32;
      const value = wordAt(proof, at);
      for (const other of [value ^ 1n, 0n, FP, 2n ** 256n - 1n, value + FP])
        expect(refusal({ ...good, proof: put(proof, [at, other]) }), `word ${i}: ${other}`).toBe("point");
    }
  });

  it("refuses points that are well formed and prove nothing", () => {
    const good = fibonacci();
    const proof = good.proof as Hex;
    const at = (i: number) => wordAt(proof, WORDS + i * 32);
    const put8 = (words: bigint[]) => put(proof, ...words.map((v, i) => [WORDS + i * 32, v] as [number, bigint]));
    const words = Array.from({ length: 8 }, (_, i) => at(i));
    const [ax, ay, bx1, bx0, by1, by0, cx, cy] = words as [
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    const zero = [0n, 0n];
    expect(refusal({ ...good, proof: put8([ax, FP - ay, bx1, bx0, by1, by0, cx, cy]) })).toBe("pairing");
    expect(refusal({ ...good, proof: put8([cx, cy, bx1, bx0, by1, by0, ax, ay]) })).toBe("pairing");
    expect(refusal({ ...good, proof: put8([...zero, bx1, bx0, by1, by0, cx, cy]) })).toBe("pairing");
    expect(refusal({ ...good, proof: put8([ax, ay, ...zero, ...zero, cx, cy]) })).toBe("pairing");
    expect(refusal({ ...good, proof: put8([...zero, ...zero, ...zero, ...zero]) })).toBe("pairing");
    // Groth16 proofs can be changed into others of the same statement: both of A and B negated is one.
    expect(refusal({ ...good, proof: put8([ax, FP - ay, bx1, bx0, FP - by1, FP - by0, cx, cy]) })).toBeUndefined();
  });

  it("refuses a point of the second curve outside the group", () => {
    const good = fibonacci();
    // On the twist, and of another order: EIP-197 asks for the check, and the precompile makes it.
    const words = outsideTheGroup();
    const proof = put(good.proof as Hex, ...words.map((v, i) => [WORDS + 64 + i * 32, v] as [number, bigint]));
    expect(refusal({ ...good, proof })).toBe("point");
  });
});
