/** What commands of bonds, disputes and attestations read from the command line and from files. */
import { createHash } from "node:crypto";
import { type DisputeEvidence, offerIdOfLicense, type RevocationReason, type VersionRef } from "@colophon-protocol/sdk";
import {
  CHUNK_LEAF_SIZE,
  type ChunkLeaf,
  decodeChunkLeaves,
  type Message,
  type MessageName,
  typedData,
} from "@colophon-protocol/sdk/formats";
import type { Command } from "commander";
import { type Address, type Hex, isHex, recoverTypedDataAddress, stringToHex } from "viem";
import { getBlock } from "viem/actions";
import { parseAddress } from "../account.js";
import type { Context } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseAmount, parseHash, parseId, parseInteger } from "../parse.js";
import { readBytes } from "../settings.js";
import { MAX_VERSION } from "./component.js";
import { loadOffer } from "./offer.js";
import { tokenAddress, tokenUnits } from "./token.js";

/** What a name of the SDK is called on the command line: `not-as-described` for "NotAsDescribed". */
export const kebab = (name: string): string => name.replace(/(?<=[a-z])[A-Z]/g, "-$&").toLowerCase();

/** The same of a name as the indexer writes it: `not-as-described` for "NOT_AS_DESCRIBED". */
export const lower = (name: string): string => name.toLowerCase().replaceAll("_", "-");

/** One of the SDK's names, as `kebab` writes it. @throws CliError listing them */
export function parseNamed<name extends string>(option: string, value: string, names: readonly name[]): name {
  const found = names.find((name) => kebab(name) === kebab(value));
  if (found !== undefined && found !== "None") return found;
  const choices = names.filter((name) => name !== "None").map(kebab);
  throw new CliError(`${option} is "${value}".`, EXIT.usage, `Expected one of: ${choices.join(", ")}.`);
}

/** A reason on chain: 32 bytes of hex, or a text of at most 32 bytes. @throws CliError */
export function parseReason(option: string, value: string): RevocationReason {
  if (isHex(value) && value.length === 66) return value;
  const size = Buffer.byteLength(value);
  if (size > 0 && size <= 32) return { text: value };
  throw new CliError(
    `${option} is ${size} bytes long.`,
    EXIT.usage,
    "Expected a text of 1 to 32 bytes, or 0x and 64 hex digits.",
  );
}

/** A name of 32 bytes: hex, or a short text. @throws CliError */
export function parseWord(option: string, value: string): Hex {
  const reason = parseReason(option, value);
  return typeof reason === "string" ? reason : stringToHex(reason.text, { size: 32 });
}

const sha256Of = (bytes: Uint8Array | string): Hex => `0x${createHash("sha256").update(bytes).digest("hex")}`;

/** SHA-256 of a file, or the hash itself when it is given as one. @throws CliError when the file cannot be read */
export async function fileHash(option: string, value: string): Promise<Hex> {
  if (isHex(value)) return parseHash(option, value);
  return sha256Of(await readBytes(value));
}

// ---- versions, tokens, licenses

export interface VersionOptions {
  dataset: string;
  versionNumber: string;
}

/** Options that name a version. */
export const addVersionOptions = (command: Command): Command =>
  command.requiredOption("--dataset <id>", "dataset").option("--version-number <n>", "version", "1");

/** The version that they name. @throws CliError */
export const versionOf = (options: VersionOptions): VersionRef => ({
  datasetId: parseId("--dataset", options.dataset),
  version: parseInteger("--version-number", options.versionNumber, 1, MAX_VERSION),
});

/** A version as `dataset/version`. @throws CliError */
export function parseVersion(option: string, value: string): VersionRef {
  const [, dataset, version] = /^(\d+)\/(\d+)$/.exec(value) ?? [];
  if (dataset === undefined || version === undefined) {
    throw new CliError(`${option} is "${value}".`, EXIT.usage, "Expected dataset and version, such as 1/1.");
  }
  return versionOf({ dataset, versionNumber: version });
}

/** A payment token with its units. @throws CliError */
export async function tokenOf(context: Context, value: string) {
  const token = tokenAddress(context, value);
  return { token, units: await tokenUnits(context, token) };
}

/** Checks the form of an amount whose token's decimals are not known yet. @throws CliError */
export function checkAmount(option: string, value: string): string {
  parseAmount(option, value, 18);
  return value;
}

/** A license with its offer and the offer's token. */
export async function licenseWithOffer(context: Context, licenseId: bigint) {
  const { client, deployment } = context;
  const offer = await loadOffer(context, await offerIdOfLicense(client, { deployment, licenseId }));
  return { licenseId, offer, units: await tokenUnits(context, offer.token) };
}

/** The newest block's time, seconds. */
export async function chainNow({ client }: Context): Promise<number> {
  return Number((await getBlock(client)).timestamp);
}

// ---- evidence

export interface EvidenceOptions {
  evidence?: string;
  uri?: string;
  statement?: string;
  recipient?: string;
}

/** Options that name evidence. */
export const addEvidenceOptions = (command: Command): Command =>
  command
    .option("--evidence <file>", "evidence; its SHA-256 goes on chain, its bytes where --uri says")
    .option("--uri <uri>", "where others find the file: ipfs://…, https://…")
    .option("--statement <text>", "a short text instead of a file, kept in its own URI")
    .option("--recipient <hash>", "hash of the public key that the file is encrypted to");

/** The evidence that they name. @throws CliError when it is none or both */
export async function evidenceOf(options: EvidenceOptions): Promise<DisputeEvidence> {
  const { evidence, uri, statement, recipient } = options;
  const to = recipient === undefined ? {} : { recipient: parseHash("--recipient", recipient) };
  if (statement !== undefined && evidence === undefined && uri === undefined) {
    return { hash: sha256Of(statement), uri: `data:text/plain,${encodeURIComponent(statement)}`, ...to };
  }
  if (statement === undefined && evidence !== undefined && uri !== undefined) {
    return { hash: await fileHash("--evidence", evidence), uri, ...to };
  }
  throw new CliError(
    "Evidence is missing, or given twice.",
    EXIT.usage,
    "Pass --evidence <file> with --uri <where others find it>, or --statement <text> alone.",
  );
}

// ---- leaves and signatures

/** Leaves of chunks, one after the other, as `dataset encode` keeps them. @throws CliError when they are none */
export async function readLeaves(option: string, path: string): Promise<ChunkLeaf[]> {
  const bytes = await readBytes(path);
  try {
    return decodeChunkLeaves(bytes);
  } catch (error) {
    throw new CliError(
      `${option} ${path} has ${bytes.length} bytes.`,
      EXIT.usage,
      `Expected leaves of ${CHUNK_LEAF_SIZE} bytes each, as the store of an encoding has them.`,
      { cause: error },
    );
  }
}

/** Who signed a message: who is named, or whose key the signature is of. */
export async function signerOf<name extends MessageName>(
  { deployment, chainId }: Context,
  name: name,
  { message, signature }: { message: Message<name>; signature: Hex },
  named?: string,
): Promise<Address> {
  if (named !== undefined) return parseAddress("--signer", named);
  const licenseToken = deployment.contracts.LicenseToken?.address;
  if (!licenseToken) throw new CliError("The deployment has no LicenseToken.", EXIT.usage, "Check --deployment.");
  const data = typedData(name, { chainId, licenseToken }, message);
  return recoverTypedDataAddress({ ...data, signature } as never);
}
