/** Checks of what the chain says: events, the record, its program and proof, the license set and each license. */
import { encodeAbiParameters, keccak256 } from "viem";
import { LICENSE_FLAG_BITS, licenseFlagNames, VERSION_STATUS } from "../core/enums.js";
import { equalBytes, type Hex } from "../formats/bytes.js";
import { canonicalBytes } from "../formats/jcs.js";
import { licenseSetHash } from "../proofs/adherence-input.js";
import { proofCheck } from "../proofs/audit.js";
import { proofStatus } from "../proofs/proof-status.js";
import type { AdherenceValues } from "../proofs/public-values.js";
import { encodeAdherenceValues } from "../proofs/public-values.js";
import { ADHERENCE_STATEMENT } from "../proofs/run-submission.js";
import { SP1_GROTH16_V6_1_0, type Sp1Groth16Verifier } from "../proofs/sp1-verifiers.js";
import { isAbout } from "./about.js";
import type { BlockHeader } from "./blocks.js";
import { type EvidenceEvent, eventOf, eventsFormat, type RunRecordedEvent, roleOfEvent, runOf } from "./events.js";
import type { ChainFacts, LicenseFact, VersionFact } from "./facts.js";
import { type Case, licenseSubject, versionSubject } from "./findings.js";
import type { OpenedBundle, OpenedFile } from "./open.js";
import { proofFormat } from "./part-formats.js";
import { demand, EvidenceRefused, within } from "./refusal.js";
import type { ProvenLogs } from "./witness.js";

/** The events of a file, each proven and said again. @throws EvidenceRefused `events` or `blocks` */
export async function provenEvents(bundle: OpenedBundle, file: OpenedFile, logs: ProvenLogs): Promise<EvidenceEvent[]> {
  const { events } = within("events", file.path, () => eventsFormat.read(file.bytes));
  let before = "";
  for (const event of events) {
    const { contract, block, transactionIndex, logIndex } = event;
    const log = await logs.log(event);
    const own = eventOf(contract, { ...log, block, transactionIndex, logIndex });
    const same = log.address === bundle.addressOf(contract) && equalBytes(canonicalBytes(own), canonicalBytes(event));
    demand(same, "events", `${event.event} of block ${block} says something else on chain.`, file.path);
    demand(roleOfEvent(event) === file.role, "events", `${event.event} does not belong here.`, file.path);
    const place = [block, transactionIndex, logIndex].map((number) => String(number).padStart(16, "0")).join();
    demand(place > before, "events", "the events are not in the order of the chain, each once.", file.path);
    before = place;
  }
  return events;
}

/** The event that recorded the run. @throws EvidenceRefused `record` */
export function recordedRun(
  { index }: OpenedBundle,
  events: readonly EvidenceEvent[],
): { event: EvidenceEvent; run: RunRecordedEvent } {
  const event = events.find((each) => each.event === "RunRecorded" && each.args.recordId === index.recordId);
  if (event) return { event, run: runOf(event) };
  throw new EvidenceRefused("record", `no event says that record ${index.recordId} was made.`);
}

/** Every event is about this run, and of a license's file about that license. @throws EvidenceRefused `events` */
export function requireAbout({ run, facts, events }: Case, filesOf: ReadonlyMap<EvidenceEvent, OpenedFile>): void {
  for (const event of events) {
    const file = filesOf.get(event);
    const { licenseId } = event.args;
    const isOfFile =
      file?.of === undefined || licenseId === undefined || file.of === licenseSubject(BigInt(licenseId as string));
    const named = `${event.event} of block ${event.block}`;
    demand(isOfFile && isAbout({ run, facts }, event), "events", `${named} is about something else.`, file?.path);
  }
}

/** The record is what its event says, and of this run manifest. @throws EvidenceRefused `record` */
export function checkRecord({ bundle, run, facts, findings }: Case, header: BlockHeader, vkey: Hex | undefined): void {
  const { record, program } = facts;
  const parameters = [{ type: "uint16" }, { type: "bytes32" }] as const;
  const hash = keccak256(encodeAbiParameters(parameters, [run.program, run.runManifestHash]));
  const isOwn = BigInt.asUintN(216, BigInt(hash)) === run.recordId && bundle.index.recordId === String(run.recordId);
  demand(isOwn, "record", "the record's id does not follow from program and run manifest hash.");
  const same = record.runner === run.runner && record.program === run.program && record.grade === run.grade;
  demand(
    same && record.recordedAt === header.timestamp,
    "record",
    "the stored record is not the one that its event tells of.",
  );
  findings.holds("record", "the record is stored, and is the one that its event tells of", `in block ${header.number}`);
  demand(program.statement === ADHERENCE_STATEMENT, "record", "its program is not one of the adherence statement.");
  const known = vkey === undefined || vkey.toLowerCase() === program.vkey;
  demand(known, "record", `its program has the verification key ${program.vkey}, expected ${vkey}.`);
  if (vkey === undefined)
    findings.assumed.push(
      `that the program with the key ${program.vkey} checks adherence, as the chain's governance says`,
    );
  findings.holds(
    "record",
    vkey ? "the program is the one that you trust" : "the program is one of adherence",
    program.vkey,
  );
}

function valuesOf({ bundle, run, facts }: Case): AdherenceValues {
  const { runManifestHash, runner, runStart, runEnd, attestationDigest, distinctEntries } = run;
  return {
    ...{ runManifestHash, runner, runStart, runEnd, attestationDigest, distinctEntries, entries: run.uses },
    licenseSetHash: run.licenseSetHash,
    statementVersion: facts.program.statementVersion,
    chainId: BigInt(bundle.index.chainId),
    registry: bundle.addressOf("DatasetRegistry"),
  };
}

/** The proof, again. @throws EvidenceRefused `proof` */
export function checkProof(examined: Case, verifiers: readonly Sp1Groth16Verifier[]): void {
  const { bundle, facts, findings, run } = examined;
  const file = bundle.part({ role: "proof" });
  if (!file) {
    findings.notChecked.push("the proof itself: it is not in the bundle, and the chain's word stands for it");
    return;
  }
  const { publicValues, proof } = within("proof", file.path, () => proofFormat.read(file.bytes));
  const values = valuesOf(examined);
  const same = publicValues === encodeAdherenceValues(values);
  demand(same, "proof", "its public values are not those that the chain recorded.", file.path);
  const { check, holds, found } = proofCheck({ values, proof }, facts.program.vkey, [SP1_GROTH16_V6_1_0, ...verifiers]);
  demand(holds, "proof", found, file.path);
  findings.holds("proof", check, found);
  if (run.grade === 1) findings.notChecked.push("that the program accepted the run: no proof was made");
}

/** The license set is that of the versions' roots. @throws EvidenceRefused `license-set` */
export function checkLicenseSet({ run, facts, findings }: Case): void {
  const licenses = run.entries.map((entry) => {
    const { contentRoot, recordRoot, revokedRoot } = versionOf(facts, entry);
    const { licenseId, datasetId, version, uses } = entry;
    const ids = { licenseId: String(licenseId), datasetId: String(datasetId) };
    return { ...ids, version, contentRoot, recordRoot, revokedRoot, uses };
  });
  const found = licenseSetHash(licenses);
  demand(
    found === run.licenseSetHash,
    "license-set",
    `the versions' roots give ${found}, recorded is ${run.licenseSetHash}.`,
  );
  findings.holds(
    "license-set",
    "the license set is that of the licensed versions' roots, and of the entries withdrawn by run start",
    found,
  );
  for (const version of facts.versions) {
    const early = version.publishedAt !== 0 && version.publishedAt <= run.runStart;
    demand(early, "license-set", `${versionSubject(version)} was published after the run's start.`);
    findings.holds("license-set", versionSubject(version), standingOf(version));
  }
}

/** The version of an entry. */
export function versionOf(
  facts: ChainFacts,
  { datasetId, version }: { datasetId: bigint; version: number },
): VersionFact {
  return facts.versions.find((each) => each.datasetId === datasetId && each.version === version) as VersionFact;
}

function standingOf({ ownerStatus, restriction, datasetRestriction, revokedRootCount }: VersionFact): string {
  const status = VERSION_STATUS[Math.max(ownerStatus, restriction, datasetRestriction)] ?? "of an unknown status";
  const withdrawn = revokedRootCount === 0 ? "no entries withdrawn" : `withdrawn entries set ${revokedRootCount} times`;
  return `${status.toLowerCase()}, ${withdrawn}, as of the bundle's block`;
}

/** Each license allows the use for the whole run. @throws EvidenceRefused `license` */
export function checkLicenses({ run, facts, findings }: Case): void {
  for (const license of facts.licenses) {
    const subject = licenseSubject(license.licenseId);
    const own = run.entries.filter(({ licenseId }) => licenseId === license.licenseId);
    const refuse = (why: string) => new EvidenceRefused("license", `${subject} ${why}.`);
    if (license.start === 0) throw refuse("does not exist");
    if (license.start > run.runStart) throw refuse(`began at ${license.start}, after the run`);
    if (own.some(({ uses }) => uses === 0 || (license.uses & uses) !== uses)) throw refuse("does not allow the use");
    if (license.expiry !== 0 && run.runEnd >= license.expiry) throw refuse("ended before the run");
    const held = license.holder === run.runner && license.pastHolders === 0;
    const flags = licenseFlagNames(license.flags).join(", ") || "no marks";
    findings.holds("license", `${subject} allows the use from start to end`, `${flags}, terms ${license.termsId}`);
    if (held) findings.holds("license", `${subject} was the runner's alone`, license.holder);
    else
      findings.notChecked.push(
        `that the runner had ${subject} throughout: ProofRegistry asked its history when it recorded the run`,
      );
    const covered = own.every(
      (entry) => entry.datasetId === license.datasetId && coversVersion(license, entry.version),
    );
    if (!covered)
      findings.notChecked.push(
        `that ${subject} opens each version named: ProofRegistry asked when it recorded the run`,
      );
  }
}

const coversVersion = ({ version, flags }: LicenseFact, used: number) =>
  used === version || (used > version && (flags & LICENSE_FLAG_BITS["later-versions"]) !== 0);

/** The record still counts. @throws EvidenceRefused `standing` */
export function checkStanding({ run, facts, findings, bundle }: Case): void {
  const { revoked } = facts.record;
  const unsound = facts.program.unsoundAt !== 0;
  const { short, text } = proofStatus({ grade: run.grade, revoked, unsound });
  demand(!revoked && !unsound, "standing", text);
  findings.holds("standing", `the record stands, as of block ${bundle.index.block.number}`, short);
}
