/** A node's share at rest: scrypt, then AES-256-GCM; everything public in the file is authenticated with it. */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { Hex } from "viem";
import { type KeyShare, type NetworkPublic, publicKeyOf } from "./dealer.js";
import { KeyNodeConfigError } from "./errors.js";

const FORMAT = "colophon-key-share/1";
/** 64 MiB and about 200 ms: paid once per start. */
const SCRYPT = { N: 1 << 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };

/** What a node holds: its share and what is public of its network. */
export interface NodeShare extends NetworkPublic {
  share: KeyShare;
}

interface ShareFile {
  format: typeof FORMAT;
  network: NetworkPublic;
  index: number;
  kdf: { name: "scrypt"; N: number; r: number; p: number; salt: string };
  cipher: { name: "aes-256-gcm"; iv: string; tag: string };
  ciphertext: string;
}

/**
 * Encrypts a share under a passphrase (or the content of a key file).
 * @throws KeyNodeConfigError when the passphrase has fewer than 12 characters.
 */
export async function encryptShare(share: NodeShare, passphrase: string): Promise<string> {
  const salt = randomBytes(32);
  const iv = randomBytes(12);
  const head = {
    format: FORMAT,
    network: { publicKey: share.publicKey, threshold: share.threshold, nodes: share.nodes },
    index: share.share.index,
    kdf: { name: "scrypt", N: SCRYPT.N, r: SCRYPT.r, p: SCRYPT.p, salt: salt.toString("hex") },
  } as const;
  const cipher = createCipheriv("aes-256-gcm", await deriveKey(passphrase, salt, SCRYPT), iv);
  cipher.setAAD(Buffer.from(JSON.stringify(head)));
  const plain = Buffer.from(share.share.secret.toString(16).padStart(64, "0"), "hex");
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  plain.fill(0);
  const file: ShareFile = {
    ...head,
    cipher: { name: "aes-256-gcm", iv: iv.toString("hex"), tag: cipher.getAuthTag().toString("hex") },
    ciphertext: ciphertext.toString("hex"),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * Decrypts a share file and checks that the share belongs to the public key share that the file names.
 * @throws KeyNodeConfigError on a wrong passphrase, an altered file or another format.
 */
export async function decryptShare(text: string, passphrase: string): Promise<NodeShare> {
  const { cipher, ciphertext, ...head } = parseShareFile(text);
  const key = await deriveKey(passphrase, Buffer.from(head.kdf.salt, "hex"), { ...head.kdf, maxmem: SCRYPT.maxmem });
  let plain: Buffer;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(cipher.iv, "hex"), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(JSON.stringify(head)));
    decipher.setAuthTag(Buffer.from(cipher.tag, "hex"));
    plain = Buffer.concat([decipher.update(Buffer.from(ciphertext, "hex")), decipher.final()]);
  } catch {
    throw new KeyNodeConfigError("The share file does not open: wrong passphrase, or the file was altered.");
  }
  const secret = BigInt(`0x${plain.toString("hex")}`);
  plain.fill(0);
  const expected = head.network.nodes.find((n) => n.index === head.index)?.publicKeyShare;
  if (expected !== publicKeyOf(secret)) {
    throw new KeyNodeConfigError(`The share does not belong to node ${head.index} of this network.`);
  }
  return { ...head.network, share: { index: head.index, secret } };
}

/** Writes a share file readable by its owner only, whole or not at all. */
export async function writeShareFile(path: string, share: NodeShare, passphrase: string): Promise<void> {
  const text = await encryptShare(share, passphrase);
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text, { mode: 0o600, flag: "wx" });
  await rename(temporary, path);
}

/** Reads and decrypts a share file. @throws KeyNodeConfigError as `decryptShare` does, and when the file cannot be read. */
export async function readShareFile(path: string, passphrase: string): Promise<NodeShare> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new KeyNodeConfigError(`Cannot read the share file ${path}: ${(error as Error).message}.`);
  }
  return decryptShare(text, passphrase);
}

function parseShareFile(text: string): ShareFile {
  try {
    const file = JSON.parse(text) as ShareFile;
    const { N, r, p } = file.kdf;
    // Bounds keep a planted file from turning the start into a denial of service, or the derivation into nothing.
    const bounded = N >= 1 << 14 && N <= 1 << 18 && r === 8 && p === 1;
    if (file.format === FORMAT && file.kdf.name === "scrypt" && file.cipher.name === "aes-256-gcm" && bounded)
      return file;
  } catch {
    // Falls through to the one error that says what was expected.
  }
  throw new KeyNodeConfigError(`Not a share file: expected JSON of format ${FORMAT} with scrypt and aes-256-gcm.`);
}

function deriveKey(
  passphrase: string,
  salt: Buffer,
  cost: { N: number; r: number; p: number; maxmem: number },
): Promise<Buffer> {
  if (passphrase.length < 12) {
    throw new KeyNodeConfigError("The passphrase of a share needs 12 characters or more.");
  }
  const maxmem = Math.max(cost.maxmem, 256 * cost.N * cost.r);
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFKC"), salt, 32, { N: cost.N, r: cost.r, p: cost.p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** Public part of a share, as `/v1/info` shows it. */
export function publicPart(share: NodeShare): {
  index: number;
  publicKey: Hex;
  threshold: number;
  nodes: NetworkPublic["nodes"];
} {
  return { index: share.share.index, publicKey: share.publicKey, threshold: share.threshold, nodes: share.nodes };
}
