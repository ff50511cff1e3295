/** The key that signs capability tokens: made once, shared by all processes through the database, sealed at rest. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import type { Database } from "../db/open.js";
import { sealedSecrets } from "../db/schema.js";

const NAME = "capability-key-1";
const LABEL = "colophon-gateway sealed secret";

/** ES256 key pair of the gateway with its public JWK, whose `kid` is its thumbprint. */
export interface SigningKey {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  publicJwk: JWK & { kid: string };
}

/**
 * Loads the key, making it on the first start.
 * @param sealingSecret bytes that only this provider has; the key is sealed under a key derived from them
 * @throws Error when the stored key was sealed under another secret
 */
export async function loadSigningKey(db: Database, sealingSecret: Uint8Array): Promise<SigningKey> {
  const stored = await readSealed(db);
  if (stored) return importPair(JSON.parse(unseal(stored, sealingSecret)));
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const sealed = seal(JSON.stringify(await exportJWK(privateKey)), sealingSecret);
  // Another process may be first: whoever inserts wins, everyone reads what is there.
  await db.run((d) => d.insert(sealedSecrets).values({ name: NAME, sealed }).onConflictDoNothing());
  return importPair(JSON.parse(unseal((await readSealed(db)) as string, sealingSecret)));
}

async function readSealed(db: Database): Promise<string | undefined> {
  const rows = await db.run((d) => d.select().from(sealedSecrets).where(eq(sealedSecrets.name, NAME)));
  return rows[0]?.sealed;
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

function seal(plain: string, secret: Uint8Array): string {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(secret, salt), iv);
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([salt, iv, cipher.getAuthTag(), body]).toString("base64url");
}

function unseal(sealed: string, secret: Uint8Array): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(secret, bytes.subarray(0, 16)), bytes.subarray(16, 28));
  decipher.setAuthTag(bytes.subarray(28, 44));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(44)), decipher.final()]).toString("utf8");
  } catch {
    throw new Error(
      "The token key in the database was sealed under another provider key. Start with the key that made it, or delete the row of sealed_secrets to make a new one.",
    );
  }
}

function sealingKey(secret: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, LABEL, 32));
}
