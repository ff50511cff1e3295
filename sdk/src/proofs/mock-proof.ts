import { concat, fromHex, type Hex, toHex, utf8 } from "../formats/bytes.js";
import { type Sha256, sha256 } from "../formats/hash.js";

/** Selector of the mock verifier of local chains. */
export const MOCK_SELECTOR: Hex = toHex(sha256(utf8("colophon mock verifier")).subarray(0, 4));

/**
 * What the mock verifier of local chains takes in place of a proof: its selector, and the hash of program key and public values. It
 * proves nothing: whoever knows the values can write it.
 */
export function mockSp1Proof(vkey: Hex, publicValues: Hex, hash: Sha256 = sha256): Hex {
  return toHex(concat(fromHex(MOCK_SELECTOR, 4), hash(concat(fromHex(vkey, 32), fromHex(publicValues)))));
}
