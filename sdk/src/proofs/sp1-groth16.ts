import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToBigInt, bytesToHex, type Hex, hexToBigInt } from "viem";
import { fromHex } from "../formats/bytes.js";
import { groth16Holds, isFieldElement, readGroth16Proof } from "./groth16.js";
import { type Groth16Key, readGroth16Key } from "./groth16-key.js";
import { SP1_GROTH16_V6_1_0, type Sp1Groth16Verifier } from "./sp1-verifiers.js";

/** Selector, exit code, root of the recursion keys, nonce, eight words of Groth16. */
const PROOF_BYTES = 4 + 11 * 32;
/** A digest of 253 bits is a field element of BN254, whatever the values. */
const DIGEST_MASK = (1n << 253n) - 1n;

/** Why a proof proves nothing, in the order in which it is checked. */
export type Sp1RefusalCode =
  /** Not 356 bytes. */
  | "length"
  /** For another key: another version, another proof system, a development key. */
  | "selector"
  /** The program did not end well, so that its public values say nothing. */
  | "exit-code"
  /** Aggregated by other recursion programs than SP1's of this version. */
  | "vk-root"
  /** Program key or nonce is no element of the field. */
  | "field"
  /** A point of the proof is not on its curve. */
  | "point"
  /** All is well formed, and the pairing does not hold: another program, other public values, or no proof. */
  | "pairing";

/** Thrown for a proof that proves nothing. */
export class Sp1ProofRefused extends Error {
  override readonly name = "Sp1ProofRefused";

  constructor(
    readonly code: Sp1RefusalCode,
    message: string,
  ) {
    super(message);
  }
}

export interface VerifySp1Groth16Parameters {
  /** The program's verification key, 32 bytes. */
  vkey: Hex;
  /** What the program committed. */
  publicValues: Hex | Uint8Array;
  /** The proof, 356 bytes. */
  proof: Hex | Uint8Array;
  /** Default: SP1's circuit v6.1.0 with the key of Succinct's ceremony. */
  verifier?: Sp1Groth16Verifier;
}

/**
 * Verifies a Groth16 proof of SP1 without a chain: returns where the verifier contract with the same key returns, and
 * throws where it reverts.
 *
 * @throws Sp1ProofRefused with the first thing that fails
 * @throws FormatError where program key, values or proof are not hex, or the key has not 32 bytes
 */
export function verifySp1Groth16({
  vkey,
  publicValues,
  proof,
  verifier = SP1_GROTH16_V6_1_0,
}: VerifySp1Groth16Parameters): void {
  const bytes = bytesOf(proof);
  demand(bytes.length === PROOF_BYTES, "length", `the proof has ${bytes.length} bytes, expected ${PROOF_BYTES}`);
  const { selector, key } = opened(verifier);
  const found = bytesToHex(bytes.subarray(0, 4));
  demand(
    found === selector,
    "selector",
    `the proof is for the verification key ${found}…, expected ${selector}… (${verifier.version})`,
  );
  const [exitCode, vkRoot, nonce, ...words] = wordsAfterSelector(bytes);
  demand(exitCode === 0n, "exit-code", `the program ended with exit code ${exitCode}, expected 0`);
  demand(
    vkRoot === hexToBigInt(verifier.vkRoot),
    "vk-root",
    `the recursion keys have another root than ${verifier.vkRoot}`,
  );
  const inputs = [
    bytesToBigInt(fromHex(vkey, 32)),
    bytesToBigInt(sha256(bytesOf(publicValues))) & DIGEST_MASK,
    exitCode,
    vkRoot,
    nonce,
  ];
  demand(inputs.every(isFieldElement), "field", "the program key or the nonce is not below the order of BN254's group");
  const points = readGroth16Proof(words);
  demand(points !== undefined, "point", "a point of the proof is not on its curve");
  demand(
    groth16Holds(key, points, inputs),
    "pairing",
    "the pairing does not hold: this is no proof that this program committed these public values",
  );
}

/** Reading a key takes about as long as a pairing, so each is read once. */
const read = new WeakMap<Sp1Groth16Verifier, { selector: Hex; key: Groth16Key }>();

function opened(verifier: Sp1Groth16Verifier): { selector: Hex; key: Groth16Key } {
  const known = read.get(verifier);
  if (known) return known;
  const made = { selector: bytesToHex(sha256(verifier.key).subarray(0, 4)), key: readGroth16Key(verifier.key) };
  read.set(verifier, made);
  return made;
}

function wordsAfterSelector(proof: Uint8Array): [bigint, bigint, bigint, ...bigint[]] {
  const words = Array.from({ length: 11 }, (_, i) => bytesToBigInt(proof.subarray(4 + i * 32, 36 + i * 32)));
  return words as [bigint, bigint, bigint, ...bigint[]];
}

const bytesOf = (value: Hex | Uint8Array) => (typeof value === "string" ? fromHex(value) : value);

function demand(condition: boolean, code: Sp1RefusalCode, message: string): asserts condition {
  if (!condition) throw new Sp1ProofRefused(code, `${message}.`);
}
