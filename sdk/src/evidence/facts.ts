/** What the chain's state says of a run, slot by slot: read live to collect proofs, and read from proofs to check them. */
import { numberToHex } from "viem";
import { unpackWord } from "../core/packing.js";
import type { Hex } from "../formats/bytes.js";
import type { RunRecordedEvent } from "./events.js";
import { arrayAt, MEMBERS, slotIn, WORDS } from "./slots.js";

/** Reads a storage slot of a contract of the bundle. */
export interface StateReader {
  slot(contract: string, slot: bigint): Promise<bigint>;
}

/** A provider's log, as CheckpointLog knows it. */
export interface LogName {
  provider: Hex;
  originHash: Hex;
}

/** Seconds for all times; zero where a contract has zero. */
export interface ChainFacts {
  record: { runner: Hex; recordedAt: number; program: number; grade: number; revoked: boolean };
  program: { vkey: Hex; statementVersion: number; unsoundAt: number; statement: Hex };
  licenses: LicenseFact[];
  versions: VersionFact[];
  /** Of the record's attestation digest, where it names one. */
  receipt?: ReceiptFact;
  logHeads: (LogName & { root: Hex; size: number; signedAt: number; anchoredAt: number })[];
}

export interface LicenseFact {
  licenseId: bigint;
  datasetId: bigint;
  version: number;
  encoding: number;
  encodingRoot: Hex;
  provider: Hex;
  start: number;
  expiry: number;
  uses: number;
  flags: number;
  offerId: Hex;
  holder: Hex;
  /** How many held it before. */
  pastHolders: number;
  termsId: Hex;
  termsDocumentHash: Hex;
}

export interface VersionFact {
  datasetId: bigint;
  version: number;
  contentRoot: Hex;
  recordRoot: Hex;
  manifestHash: Hex;
  publishedAt: number;
  /** Root of the withdrawn entries in force when the run started; zeros for none. */
  revokedRoot: Hex;
  /** How often withdrawn entries were set. */
  revokedRootCount: number;
  ownerStatus: number;
  restriction: number;
  datasetRestriction: number;
}

export interface ReceiptFact {
  policy: Hex;
  simulated: boolean;
  runManifestHash: Hex;
  signer: Hex;
  runner: Hex;
  startedAt: number;
  endedAt: number;
  recordedAt: number;
  revoked: boolean;
  evidenceHash: Hex;
}

/** Reads all that evidence of a run rests on. */
export async function readFacts(
  state: StateReader,
  run: RunRecordedEvent,
  logs: readonly LogName[],
): Promise<ChainFacts> {
  const { recordId, entries, runStart, attestationDigest } = run;
  const record = unpackWord(WORDS.record, await state.slot("ProofRegistry", slotIn(MEMBERS.records, recordId)));
  const licenseIds = [...new Set(entries.map(({ licenseId }) => licenseId))];
  const licenses: LicenseFact[] = [];
  for (const licenseId of licenseIds) licenses.push(await readLicense(state, licenseId));
  const versions: VersionFact[] = [];
  for (const { datasetId, version } of entries) {
    const known = versions.some((fact) => fact.datasetId === datasetId && fact.version === version);
    if (!known) versions.push(await readVersion(state, datasetId, version, runStart));
  }
  const logHeads: ChainFacts["logHeads"] = [];
  for (const log of logs) logHeads.push(await readLogHead(state, log));
  return {
    record: { ...record, runner: address(record.runner), revoked: record.revoked !== 0 },
    program: await readProgram(state, run.program),
    licenses,
    versions,
    ...(BigInt(attestationDigest) === 0n ? {} : { receipt: await readReceipt(state, attestationDigest) }),
    logHeads,
  };
}

const address = (value: bigint): Hex => numberToHex(value, { size: 20 });
const bytes32 = (value: bigint): Hex => numberToHex(value, { size: 32 });

async function readProgram(state: StateReader, program: number): Promise<ChainFacts["program"]> {
  const slot = slotIn(MEMBERS.programs, BigInt(program));
  const at = (offset: bigint) => state.slot("ProofRegistry", slot + offset);
  const { statementVersion, unsoundAt } = unpackWord(WORDS.program, await at(1n));
  return { vkey: bytes32(await at(0n)), statementVersion, unsoundAt, statement: bytes32(await at(2n)) };
}

async function readLicense(state: StateReader, licenseId: bigint): Promise<LicenseFact> {
  const of = (where: (typeof MEMBERS)[keyof typeof MEMBERS]) => state.slot("LicenseToken", slotIn(where, licenseId));
  const head = unpackWord(WORDS.license, await of(MEMBERS.heads));
  const termsId = await state.slot("TermsRegistry", slotIn(MEMBERS.termsIds, BigInt(head.termsIndex)));
  const encoding = slotIn(MEMBERS.encodings, ...[head.datasetId, head.version, head.encoding].map(BigInt));
  const { provider } = unpackWord(WORDS.encoding, await state.slot("DatasetRegistry", encoding + 1n));
  const { version, start, expiry, uses, flags } = head;
  return {
    ...{ licenseId, version, start, expiry, uses, flags, encoding: head.encoding },
    datasetId: BigInt(head.datasetId),
    encodingRoot: bytes32(await state.slot("DatasetRegistry", encoding)),
    provider: address(provider),
    offerId: bytes32(await of(MEMBERS.offerIds)),
    holder: address(await of(MEMBERS.owners)),
    pastHolders: Number(await of(MEMBERS.pastHolders)),
    termsId: bytes32(termsId),
    termsDocumentHash: bytes32(await state.slot("TermsRegistry", slotIn(MEMBERS.termsTails, bytes32(termsId)) + 2n)),
  };
}

async function readVersion(
  state: StateReader,
  datasetId: bigint,
  version: number,
  runStart: number,
): Promise<VersionFact> {
  const slot = slotIn(MEMBERS.versions, datasetId, BigInt(version));
  const at = (offset: bigint) => state.slot("DatasetRegistry", slot + offset);
  const { publishedAt, ownerStatus, restriction } = unpackWord(WORDS.version, await at(3n));
  const dataset = await state.slot("DatasetRegistry", slotIn(MEMBERS.datasets, datasetId));
  return {
    ...{ datasetId, version, publishedAt, ownerStatus, restriction },
    contentRoot: bytes32(await at(0n)),
    recordRoot: bytes32(await at(1n)),
    manifestHash: bytes32(await at(2n)),
    ...(await readRevokedRoot(state, slotIn(MEMBERS.revokedRoots, datasetId, BigInt(version)), runStart)),
    datasetRestriction: unpackWord(WORDS.dataset, dataset).restriction,
  };
}

/** The last of the dated roots that is not later than `time`: two slots each, ascending by time. */
async function readRevokedRoot(state: StateReader, slot: bigint, time: number) {
  const revokedRootCount = Number(await state.slot("DatasetRegistry", slot));
  const first = arrayAt(slot);
  for (let i = revokedRootCount - 1; i >= 0; i--) {
    const from = await state.slot("DatasetRegistry", first + 2n * BigInt(i));
    if (from > BigInt(time)) continue;
    const root = await state.slot("DatasetRegistry", first + 2n * BigInt(i) + 1n);
    return { revokedRoot: bytes32(root), revokedRootCount };
  }
  return { revokedRoot: bytes32(0n), revokedRootCount };
}

async function readReceipt(state: StateReader, receiptId: Hex): Promise<ReceiptFact> {
  const slot = slotIn(MEMBERS.receipts, receiptId);
  const at = (offset: bigint) => state.slot("ComputeReceipts", slot + offset);
  const policy = bytes32(await at(0n));
  const { signer, startedAt, endedAt } = unpackWord(WORDS.receiptSigner, await at(2n));
  const { runner, recordedAt, revoked } = unpackWord(WORDS.receiptRunner, await at(3n));
  const stored = await state.slot("ComputeReceipts", slotIn(MEMBERS.policies, policy));
  return {
    ...{ policy, startedAt, endedAt, recordedAt },
    simulated: unpackWord(WORDS.policy, stored).simulated !== 0,
    runManifestHash: bytes32(await at(1n)),
    signer: address(signer),
    runner: address(runner),
    revoked: revoked !== 0,
    evidenceHash: bytes32(await at(4n)),
  };
}

async function readLogHead(state: StateReader, log: LogName): Promise<ChainFacts["logHeads"][number]> {
  const slot = slotIn(MEMBERS.logHeads, log.provider, log.originHash);
  const { size, signedAt, anchoredAt } = unpackWord(WORDS.logHead, await state.slot("CheckpointLog", slot + 1n));
  const root = bytes32(await state.slot("CheckpointLog", slot));
  return { ...log, root, size: Number(size), signedAt, anchoredAt };
}
