/** Files that a publisher keeps beside the store: the signing key of manifests, and dataset keys. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type DocumentSigner,
  fromHex,
  generateSigningKey,
  type Hex,
  toHex,
  webCryptoSigner,
} from "@colophon-protocol/sdk/formats";
import { CliError, EXIT } from "../exit-codes.js";
import { readPrivate, writePrivate } from "../secrets.js";

const SIGNING = { name: "ECDSA", namedCurve: "P-256" } as const;

/** The signer of manifests from a private JWK file; a new key is made when there is no file yet. */
export async function signerFrom(path: string): Promise<DocumentSigner> {
  const text = await readPrivate(path);
  const pair = text === undefined ? await newSigningKey(path) : await importSigningKey(path, text);
  return webCryptoSigner(pair);
}

async function newSigningKey(path: string): Promise<CryptoKeyPair> {
  const pair = await generateSigningKey();
  await writePrivate(path, `${JSON.stringify(await crypto.subtle.exportKey("jwk", pair.privateKey))}\n`);
  return pair;
}

async function importSigningKey(path: string, text: string): Promise<CryptoKeyPair> {
  try {
    const jwk = JSON.parse(text) as JsonWebKey;
    const { d: _, ...open } = jwk;
    return {
      privateKey: await crypto.subtle.importKey("jwk", { ...jwk, key_ops: ["sign"] }, SIGNING, true, ["sign"]),
      publicKey: await crypto.subtle.importKey("jwk", { ...open, key_ops: ["verify"] }, SIGNING, true, ["verify"]),
    };
  } catch {
    throw new CliError(
      `${path} holds no P-256 signing key.`,
      EXIT.usage,
      "Expected a private JWK; remove the file to make a new key.",
    );
  }
}

const keyPath = (store: string, encodingRoot: Hex) => join(store, "keys", `${encodingRoot.slice(2)}.key`);

/** Keeps a dataset key beside its store, for its owner's eyes alone. @returns the file's path */
export async function keepDatasetKey(store: string, encodingRoot: Hex, key: Uint8Array): Promise<string> {
  const path = keyPath(store, encodingRoot);
  await writePrivate(path, `${toHex(key)}\n`);
  return path;
}

/** The dataset key of an encoding. @throws CliError when it is not kept here */
export const keptDatasetKey = (store: string, encodingRoot: Hex): Promise<Uint8Array> =>
  readDatasetKey(keyPath(store, encodingRoot), "Ingest writes it; without it the encoding cannot be sold.");

/** A dataset key out of its file. @throws CliError when there is no such file */
export async function readDatasetKey(
  path: string,
  hint = "Write it with `colophon keys release`.",
): Promise<Uint8Array> {
  const text = await readPrivate(path);
  if (text === undefined) throw new CliError(`There is no dataset key ${path}.`, EXIT.usage, hint);
  return fromHex(text.trim(), 32);
}

/** The encoding that is meant: the one named, else the only one of the store. @throws CliError */
export async function encodingRootIn(store: string, named: string | undefined): Promise<Hex> {
  if (named) return named as Hex;
  const files = await readdir(join(store, "encodings")).catch(() => [] as string[]);
  const roots = files
    .filter((file) => /^[0-9a-f]{64}\.json$/.test(file))
    .map((file) => `0x${file.slice(0, 64)}` as Hex);
  if (roots.length === 1) return roots[0] as Hex;
  const hint =
    roots.length === 0 ? "Run: colophon dataset ingest <folder>" : `Pass --encoding-root, one of: ${roots.join(", ")}`;
  throw new CliError(`${store} holds ${roots.length} encodings.`, EXIT.usage, hint);
}
