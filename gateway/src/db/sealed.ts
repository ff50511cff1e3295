/** Secrets that all processes of one provider share through the database, sealed at rest: a dump alone signs nothing. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Database } from "./open.js";
import { sealedSecrets } from "./schema.js";

const LABEL = "colophon-gateway sealed secret";

/**
 * Loads a secret, making it on the first start.
 * @param sealingSecret bytes that only this provider has; the secret is sealed under a key derived from them
 * @throws Error when the stored one was sealed under another secret
 */
export async function loadSealed(
  db: Database,
  name: string,
  sealingSecret: Uint8Array,
  make: () => string | Promise<string>,
): Promise<string> {
  const stored = await readSealed(db, name);
  if (stored) return unseal(name, stored, sealingSecret);
  const sealed = seal(await make(), sealingSecret);
  // Another process may be first: whoever inserts wins, everyone reads what is there.
  await db.run((d) => d.insert(sealedSecrets).values({ name, sealed }).onConflictDoNothing());
  return unseal(name, (await readSealed(db, name)) as string, sealingSecret);
}

async function readSealed(db: Database, name: string): Promise<string | undefined> {
  const rows = await db.run((d) => d.select().from(sealedSecrets).where(eq(sealedSecrets.name, name)));
  return rows[0]?.sealed;
}

function seal(plain: string, secret: Uint8Array): string {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(secret, salt), iv);
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([salt, iv, cipher.getAuthTag(), body]).toString("base64url");
}

function unseal(name: string, sealed: string, secret: Uint8Array): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(secret, bytes.subarray(0, 16)), bytes.subarray(16, 28));
  decipher.setAuthTag(bytes.subarray(28, 44));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(44)), decipher.final()]).toString("utf8");
  } catch {
    throw new Error(
      `The secret ${name} in the database was sealed under another provider key. Start with the key that made it, or delete its row of sealed_secrets to make a new one.`,
    );
  }
}

function sealingKey(secret: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, LABEL, 32));
}
