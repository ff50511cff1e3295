/** The key that signs capability tokens: made once, shared by all processes through the database, sealed at rest. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import type { Database } from "../db/open.js";
import { loadSealed } from "../db/sealed.js";

const NAME = "capability-key-1";

/** ES256 key pair of the gateway with its public JWK, whose `kid` is its thumbprint. */
export interface SigningKey {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  publicJwk: JWK & { kid: string };
}

/**
 * Loads the key, making it on the first start.
 * @param sealingSecret bytes that only this provider has
 * @throws Error when the stored key was sealed under another secret
 */
export async function loadSigningKey(db: Database, sealingSecret: Uint8Array): Promise<SigningKey> {
  const jwk = await loadSealed(db, NAME, sealingSecret, async () => {
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    return JSON.stringify(await exportJWK(privateKey));
  });
  return importPair(JSON.parse(jwk));
}

async function importPair(jwk: JWK): Promise<SigningKey> {
  const { d: _secret, ...open } = jwk;
  const publicJwk = { ...open, kid: await calculateJwkThumbprint(open), alg: "ES256", use: "sig" };
  return {
    privateKey: (await importJWK(jwk, "ES256")) as CryptoKey,
    publicKey: (await importJWK(open, "ES256")) as CryptoKey,
    publicJwk,
  };
}
