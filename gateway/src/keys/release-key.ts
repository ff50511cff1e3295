/** The key that a node signs its statements with. */
import { hkdfSync } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToHex, hexToBytes, numberToHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { KeyShare } from "./dealer.js";

/** Bytes from which a scalar comes out without bias. */
const SEED_BYTES = 48;

/**
 * The account of a node's statements, derived from its share (HKDF-SHA256): one secret to keep, the same key after each restart, and
 * nothing that it signs says anything of the share.
 */
export function releaseAccount({ secret }: Pick<KeyShare, "secret">): PrivateKeyAccount {
  const share = hexToBytes(numberToHex(secret, { size: 32 }));
  const seed = new Uint8Array(hkdfSync("sha256", share, "", "colophon/key-release-signer/v1", SEED_BYTES));
  share.fill(0);
  return privateKeyToAccount(bytesToHex(secp256k1.utils.randomSecretKey(seed)));
}
