/** Events as a bundle holds them: what they say, by name, and where in the chain they are. */
import {
  checkpointLogAbi,
  computeReceiptsAbi,
  datasetRegistryAbi,
  escrowRailAbi,
  licenseMarketAbi,
  licenseTokenAbi,
  liveStreamRailAbi,
  meterRailAbi,
  proofRegistryAbi,
  recallsAbi,
  revenueDistributorAbi,
  revenueShareRailAbi,
  streamRailAbi,
} from "@colophon-protocol/contracts";
import { type Abi, type AbiEvent, decodeEventLog, toEventSelector } from "viem";
import type { ProofEntry } from "../actions/proofs.js";
import type { Hex } from "../formats/bytes.js";
import { DocumentFormat } from "../formats/document.js";
import schema from "../formats/generated/evidence-events-validator.js";
import type { EvidenceRole } from "./index-file.js";
import { EvidenceRefused } from "./refusal.js";

/** A log of a receipt. */
export interface ChainLog {
  address: Hex;
  topics: readonly Hex[];
  data: Hex;
}

/** A log, and where it is. `logIndex` counts within the transaction's receipt. */
export interface PlacedLog extends ChainLog {
  block: number;
  transactionIndex: number;
  logIndex: number;
}

/** An event of a bundle. */
export interface EvidenceEvent {
  block: number;
  transactionIndex: number;
  logIndex: number;
  contract: string;
  event: string;
  args: Readonly<Record<string, unknown>>;
}

/** An events file; see spec/schemas/evidence-events.v1.schema.json. */
interface EventsFile {
  format: "colophon-evidence-events";
  formatVersion: 1;
  events: EvidenceEvent[];
}

/** What RunRecorded says. */
export interface RunRecordedEvent {
  recordId: bigint;
  runner: Hex;
  runManifestHash: Hex;
  program: number;
  route: Hex;
  grade: number;
  entries: readonly ProofEntry[];
  licenseSetHash: Hex;
  /** Uses of all entries, with repetitions. */
  uses: bigint;
  distinctEntries: bigint;
  runStart: number;
  runEnd: number;
  attestationDigest: Hex;
}

export const eventsFormat = /*#__PURE__*/ new DocumentFormat<EventsFile>("events file", schema, 67_108_864);

/** Contracts whose events a bundle archives. */
export const EVENT_ABIS: Readonly<Record<string, Abi>> = {
  ProofRegistry: proofRegistryAbi,
  ComputeReceipts: computeReceiptsAbi,
  CheckpointLog: checkpointLogAbi,
  DatasetRegistry: datasetRegistryAbi,
  Recalls: recallsAbi,
  LicenseMarket: licenseMarketAbi,
  LicenseToken: licenseTokenAbi,
  EscrowRail: escrowRailAbi,
  StreamRail: streamRailAbi,
  LiveStreamRail: liveStreamRailAbi,
  MeterRail: meterRailAbi,
  RevenueShareRail: revenueShareRailAbi,
  RevenueDistributor: revenueDistributorAbi,
};

/** What takes something back, or restricts it. */
const REVOCATIONS = new Set([
  ...["RecordRevoked", "ProgramUnsound", "ReceiptRevoked", "SignerRevoked", "LicenseRevoked", "LicenseEnded"],
  ...["LicenseFrozen", "RevokedRootSet", "VersionStatusSet", "DatasetStatusSet", "RecallOpened", "EncodingRetired"],
]);
const PAYERS = new Set([
  ...["EscrowRail", "StreamRail", "LiveStreamRail", "MeterRail", "RevenueShareRail", "RevenueDistributor"],
]);
/** Of a record, its receipt and its licenses: what the sale and the run left. */
const KEPT: Readonly<Record<string, EvidenceRole>> = {
  RunRecorded: "record",
  ReceiptRecorded: "record",
  LicenseMinted: "license",
  LicenseSold: "license",
  OfferOpened: "license",
  AccessDelegated: "license",
  DelegationEnded: "license",
};

/** The part of a bundle that an event belongs to; undefined for those that it does not archive. */
export function roleOfEvent({ contract, event }: Pick<EvidenceEvent, "contract" | "event">): EvidenceRole | undefined {
  if (REVOCATIONS.has(event)) return "revocations";
  return PAYERS.has(contract) ? "payments" : KEPT[event];
}

/** The event's definition. */
export function definitionOf(contract: string, topic: Hex | undefined): AbiEvent | undefined {
  const events = (EVENT_ABIS[contract] ?? []).filter((item): item is AbiEvent => item.type === "event");
  return events.find((event) => toEventSelector(event) === topic);
}

/** Decodes a log of a contract. @throws EvidenceRefused `events` when it is none of its events */
export function decodeLog(
  contract: string,
  { topics, data }: ChainLog,
): { event: string; args: Readonly<Record<string, unknown>> } {
  const definition = definitionOf(contract, topics[0]);
  if (!definition) throw new EvidenceRefused("events", `${contract} has no event ${topics[0]}.`);
  try {
    const { args } = decodeEventLog({ abi: [definition], topics: topics as [Hex, ...Hex[]], data, strict: true });
    return { event: definition.name, args: (args ?? {}) as Readonly<Record<string, unknown>> };
  } catch (cause) {
    throw new EvidenceRefused("events", `a log of ${contract} is no ${definition.name}.`, undefined, { cause });
  }
}

/** An event for a bundle. @throws EvidenceRefused `events` */
export function eventOf(contract: string, log: PlacedLog): EvidenceEvent {
  const { event, args } = decodeLog(contract, log);
  const { block, transactionIndex, logIndex } = log;
  return { block, transactionIndex, logIndex, contract, event, args: plain(args) as EvidenceEvent["args"] };
}

/** Values as JSON: big integers as decimal text, hex in lower case. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return /^0x[0-9a-fA-F]*$/.test(value) ? value.toLowerCase() : value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

/** Reads what RunRecorded says. */
export function runOf({ args }: Pick<EvidenceEvent, "args">): RunRecordedEvent {
  const given = args as {
    [name in "recordId" | "runner" | "runManifestHash" | "route"]: Hex;
  } & {
    program: number;
    grade: number;
    values: Record<string, string | number>;
    entries: { licenseId: string; datasetId: string; version: number; uses: number }[];
  };
  const { runner, runManifestHash, route, program, grade, values } = given;
  return {
    ...{ runner, runManifestHash, route, program, grade },
    recordId: BigInt(given.recordId),
    licenseSetHash: values.licenseSetHash as Hex,
    attestationDigest: values.attestationDigest as Hex,
    uses: BigInt(values.entries as string),
    distinctEntries: BigInt(values.distinctEntries as string),
    runStart: Number(values.runStart),
    runEnd: Number(values.runEnd),
    entries: given.entries.map(({ licenseId, datasetId, version, uses }) => ({
      ...{ version, uses },
      licenseId: BigInt(licenseId),
      datasetId: BigInt(datasetId),
    })),
  };
}
