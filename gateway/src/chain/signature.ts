/** Signatures by a key, as the contracts take them. */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { type Address, type Hex, parseSignature, recoverAddress } from "viem";

const HALF_ORDER = secp256k1.Point.Fn.ORDER / 2n;

/** Whether a digest is signed by an account's key in the one form that OpenZeppelin's ECDSA takes: 65 bytes, low s, v of 27 or 28. */
export async function recoversOnChain(account: Address, hash: Hex, signature: Hex): Promise<boolean> {
  if (!/^0x[0-9a-f]{128}(1b|1c)$/i.test(signature)) return false;
  try {
    if (BigInt(parseSignature(signature).s) > HALF_ORDER) return false;
    return (await recoverAddress({ hash, signature })).toLowerCase() === account.toLowerCase();
  } catch {
    return false;
  }
}
