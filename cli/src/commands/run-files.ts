/** Files of a run: what was begun, what was delivered, the manifest, the proof. */
import { readFile, writeFile } from "node:fs/promises";
import { FormatError, type RunManifest, readRunManifest } from "@colophon-protocol/sdk/formats";
import {
  type DeliveredVersion,
  type Execution,
  idList,
  type RunFile,
  readDelivered,
  readRunFile,
} from "@colophon-protocol/sdk/proofs";
import { type Hex, isHex } from "viem";
import { CliError, EXIT } from "../exit-codes.js";
import { toJson } from "../output.js";
import { readBytes, readJsonFile } from "../settings.js";

/** What an execution or a prover leaves: who executed, the public values, and the proof if there is one. */
export interface ProofFile {
  format: "colophon-proof";
  formatVersion: 1;
  /** Who executed the statement. */
  executedBy: Execution["by"];
  /** Of the guest alone. */
  cycles?: number;
  /** The program's key; left out where there was no program. */
  vkey?: Hex;
  publicValues: Hex;
  /** Groth16, 356 bytes; left out where nothing was proven. */
  proof?: Hex;
}

/** Adds the file's name to what is wrong with it. */
async function named<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(error.code, `${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

export const loadRun = (path: string): Promise<RunFile> =>
  named(path, async () => readRunFile(await readJsonFile(path)));

export const loadDeliveries = (paths: readonly string[]): Promise<DeliveredVersion[]> =>
  Promise.all(paths.map((path) => named(path, async () => readDelivered(await readJsonFile(path)))));

export const loadManifest = (path: string): Promise<RunManifest> =>
  named(path, async () => readRunManifest(await readBytes(path)));

/** Withdrawn ids in force at run start, by `dataset/version`: a JSON object. @throws CliError, FormatError */
export async function loadWithdrawn(path: string | undefined): Promise<Map<string, string[]>> {
  if (path === undefined) return new Map();
  const value = (await readJsonFile(path)) as Record<string, unknown>;
  return named(
    path,
    async () => new Map(Object.entries(value).map(([key, ids]) => [key, idList(`the withdrawn ids of ${key}`, ids)])),
  );
}

/** @throws CliError naming what is wrong with the file */
export async function loadProof(path: string): Promise<ProofFile> {
  const value = ((await readJsonFile(path)) ?? {}) as Partial<ProofFile>;
  const { format, formatVersion, executedBy, publicValues, proof, vkey } = value;
  const isExecuted = executedBy === "guest" || executedBy === "reference";
  const hexOrNone = [proof, vkey].every((hex) => hex === undefined || isHex(hex));
  if (format === "colophon-proof" && formatVersion === 1 && isExecuted && isHex(publicValues) && hexOrNone)
    return value as ProofFile;
  throw new CliError(`${path} is no proof file.`, EXIT.usage, "Expected what `colophon run prove --out` wrote.");
}

/** Writes a file of JSON. Only its owner may read it: run files confirm guesses. */
export async function saveJson(path: string, value: object): Promise<void> {
  await writeFile(path, `${toJson(value)}\n`, { mode: 0o600 });
}

/** Writes canonical bytes. */
export async function saveBytes(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes, { mode: 0o600 });
}

/** Whether a file is there, so that nothing is overwritten unasked. @throws CliError */
export async function requireNew(path: string): Promise<void> {
  const found = await readFile(path).catch(() => undefined);
  if (found) throw new CliError(`${path} is there already.`, EXIT.usage, "Name another file, or remove it.");
}
