/** A provider's log, as far as it tells of a license. */
import { logOriginHash } from "../actions/logs.js";
import { fromHex, type Hex, toHex } from "../formats/bytes.js";
import type { OpenedCheckpoint } from "../log/checkpoint.js";
import { isAboutLicense } from "../log/entries.js";
import type { LogReader } from "../log/reader.js";
import type { ChainFacts, LicenseFact, LogName } from "./facts.js";
import type { LogPart } from "./part-formats.js";

/** A log to read from. */
export interface EvidenceLog {
  reader: LogReader;
  /** `name+hash+key`, as the reader has it. */
  verifierKey: string;
  provider: Hex;
  /** Who signs its heads for contracts; the provider unless told. */
  signer?: Hex | undefined;
}

/** A log at its newest head. */
export interface OpenedLog extends EvidenceLog {
  head: OpenedCheckpoint;
  /** Lower case. */
  name: LogName;
}

/** Reads the newest head. @throws FormatError, DeliveryError */
export async function openEvidenceLog(log: EvidenceLog): Promise<OpenedLog> {
  const head = await log.reader.head();
  const provider = log.provider.toLowerCase() as Hex;
  return { ...log, head, name: { provider, originHash: logOriginHash(head.origin) } };
}

/**
 * Entries about a license and its dataset, with their proofs; undefined where there are none. Reads the whole log.
 * @throws FormatError, DeliveryError
 */
export async function logPartOf(log: OpenedLog, license: LicenseFact, facts: ChainFacts): Promise<LogPart | undefined> {
  const { reader, head, name, verifierKey, signer } = log;
  const indexes: number[] = [];
  let index = 0;
  for await (const entry of reader.entries(0, head.size, head)) {
    if (tellsOf(new TextDecoder().decode(entry), license)) indexes.push(index);
    index++;
  }
  if (indexes.length === 0) return undefined;
  const entries: LogPart["entries"] = [];
  for (const at of indexes) {
    const { entry, proof } = await reader.entry(at, head);
    entries.push({ index: at, entry: new TextDecoder().decode(entry), inclusion: proof.map((node) => toHex(node)) });
  }
  return {
    format: "colophon-evidence-log",
    formatVersion: 1,
    ...{ verifierKey, provider: name.provider, checkpoint: head.note, entries },
    signer: (signer?.toLowerCase() ?? name.provider) as Hex,
    anchored: await anchoredIn(log, facts),
  };
}

function tellsOf(text: string, license: LicenseFact): boolean {
  try {
    return isAboutLicense(JSON.parse(text) as Record<string, unknown>, license);
  } catch {
    // Entries of others' making.
    return false;
  }
}

async function anchoredIn({ reader, head, name }: OpenedLog, { logHeads }: ChainFacts): Promise<LogPart["anchored"]> {
  const anchored = logHeads.find((each) => each.provider === name.provider && each.originHash === name.originHash);
  if (!anchored || anchored.size === 0) return null;
  const earlier = { size: anchored.size, root: fromHex(anchored.root, 32) };
  const consistency = await reader.consistency(earlier, head);
  return { size: anchored.size, consistency: consistency.map((node) => toHex(node)) };
}
