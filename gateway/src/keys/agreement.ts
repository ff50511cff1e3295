/** X25519 by OpenSSL: a twentieth of the portable one's time. */
import { createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import type { KeyAgreement } from "@colophon-protocol/sdk/keys";

/** What stands before the 32 bytes in a SubjectPublicKeyInfo of X25519 (RFC 8410). */
const SPKI_HEAD = Buffer.from("302a300506032b656e032100", "hex");

/** A fresh key agreed with a recipient. @throws Error for a recipient of small order */
export const nodeAgreement: KeyAgreement = (recipient) => {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const key = Buffer.concat([SPKI_HEAD, recipient]);
  const shared = diffieHellman({ privateKey, publicKey: createPublicKey({ key, format: "der", type: "spki" }) });
  return { publicKey: publicKey.export({ format: "der", type: "spki" }).subarray(SPKI_HEAD.length), shared };
};
