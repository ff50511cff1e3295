import { DeliveryError } from "@colophon-protocol/sdk/delivery";
import { FormatError } from "@colophon-protocol/sdk/formats";
import {
  ed25519Verifier,
  isAboutLicense,
  type LogEntry,
  LogReader,
  type OpenedCheckpoint,
  openCheckpoint,
  readLogEntry,
  TILE_WIDTH,
} from "@colophon-protocol/sdk/log";
import type { Address } from "viem";
import type { LogSubject, LogView } from "./query";

/** Newest entries that are looked through, in whole tiles. */
const LOOKED_THROUGH = 100 * TILE_WIDTH;
/** Newest ones about the subject whose proofs are checked one by one. */
export const SHOWN = 50;

export interface LogPlace {
  /** The log's URL. */
  url: string;
  chainId: number;
  licenseToken: Address;
  fetch?: typeof globalThis.fetch;
}

/**
 * Reads what a provider's log says of a license or run, and checks all of it here: both signatures on its head, that the entries make
 * the signed root, and the proof of each entry that is shown.
 * @returns undefined where no provider of the subject signed the log's head: it is somebody else's
 * @throws FormatError where the log shows something else than what was signed, DeliveryError where it does not answer
 */
export async function readProviderLog(place: LogPlace, of: LogSubject): Promise<LogView | undefined> {
  const fetch = remembering(place.fetch ?? globalThis.fetch.bind(globalThis));
  const verifierKey = await keyOf(place.url, fetch);
  const reader = new LogReader({ url: place.url, verifierKey, fetch });
  const { note } = await reader.head();
  const head = await signedByOneOf(providersOf(of), note, verifierKey, place);
  if (!head?.onChain) return undefined;
  const from = firstLookedAt(head.size);
  const indexes: number[] = [];
  let index = from;
  for await (const bytes of reader.entries(from, head.size, head)) {
    if (isAbout(readKnown(bytes), of)) indexes.push(index);
    index++;
  }
  const entries: LogView["entries"] = [];
  for (const at of indexes.slice(-SHOWN).reverse()) {
    const { entry } = await reader.entry(at, head);
    entries.push({ index: at, entry: readKnown(entry) as LogEntry });
  }
  const { origin, size, onChain } = head;
  const { provider, root, signedAt } = onChain.head;
  return { origin, size, root, signedAt, provider, entries, found: indexes.length, skipped: from };
}

/** The start of a whole tile, so that each bundle is checked whole. */
function firstLookedAt(size: number): number {
  return Math.max(0, Math.ceil(size / TILE_WIDTH) * TILE_WIDTH - LOOKED_THROUGH);
}

/** An entry of ours; those of other types and forms are passed over, and one that is malformed says nothing either. */
function readKnown(bytes: Uint8Array): LogEntry | undefined {
  try {
    return readLogEntry(bytes);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function isAbout(entry: LogEntry | undefined, of: LogSubject): boolean {
  if (!entry) return false;
  return "run" in of ? entry.type === "run" && entry.recordId === of.run.recordId : isAboutLicense(entry, of.license);
}

const providersOf = (of: LogSubject) => ("run" in of ? of.run.providers : [of.license.provider]);

/** The head with the first provider's signature that is on it and valid. */
async function signedByOneOf(
  providers: readonly Address[],
  note: string,
  verifierKey: string,
  { chainId, licenseToken }: LogPlace,
): Promise<OpenedCheckpoint | undefined> {
  for (const provider of providers) {
    const authority = { chainId, licenseToken, provider, signer: provider };
    try {
      return await openCheckpoint(note, ed25519Verifier(verifierKey), authority);
    } catch (error) {
      if (!(error instanceof FormatError && error.code === "signature")) throw error;
    }
  }
  return undefined;
}

/** The key that the log names itself: it makes the heads those of one log, and the provider's signature says whose. */
async function keyOf(url: string, fetch: typeof globalThis.fetch): Promise<string> {
  const answer = await fetch(`${url}/key`).catch(() => undefined);
  if (answer?.ok) return (await answer.text()).trim();
  throw new DeliveryError("unavailable", `The log does not answer at ${url}/key. Try again, or check its address.`);
}

/** Each tile is fetched once. */
function remembering(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  const known = new Map<string, Promise<Response>>();
  return async (input) => {
    const url = String(input);
    const answer = known.get(url) ?? fetch(url);
    known.set(url, answer);
    return (await answer).clone();
  };
}
