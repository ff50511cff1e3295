/** The verifier of evidence bundles. It asks nobody: what it cannot see in the bundle it says. */
import type { Address } from "viem";
import { logOriginHash } from "../actions/logs.js";
import type { Deployment } from "../core/deployment.js";
import type { Hex } from "../formats/bytes.js";
import { type ProofStatus, proofStatus } from "../proofs/proof-status.js";
import type { Sp1Groth16Verifier } from "../proofs/sp1-verifiers.js";
import { Headers } from "./blocks.js";
import {
  checkLicenseSet,
  checkLicenses,
  checkProof,
  checkRecord,
  checkStanding,
  provenEvents,
  recordedRun,
  requireAbout,
} from "./check-chain.js";
import { checkManifests, checkRunManifest, checkTerms } from "./check-documents.js";
import { checkComputeReceipt, checkDeliveries, checkLogs } from "./check-statements.js";
import type { EvidenceEvent, RunRecordedEvent } from "./events.js";
import { type LogName, readFacts } from "./facts.js";
import { type Case, type EvidenceCheck, Findings, licenseSubject, versionSubject } from "./findings.js";
import { type AbsentPart, EVIDENCE_ROLES, type EvidenceIndex, type EvidenceRole } from "./index-file.js";
import { type OpenedBundle, type OpenedFile, openBundle } from "./open.js";
import { logFormat } from "./part-formats.js";
import { demand, EvidenceRefused, within, withinAsync } from "./refusal.js";
import { NodePool } from "./trie.js";
import { ProvenLogs, ProvenState, requireNodeOrder, type WitnessFile, witnessFormat } from "./witness.js";

/** What a verifier brings. All of it is optional; what it does not bring is taken from the bundle, and the report says so. */
export interface VerifyEvidenceParameters {
  /** Hashes of blocks that you know to be the chain's. Given any, each block that the bundle rests on must be among them. */
  blockHashes?: readonly Hex[] | undefined;
  /** Where the chain's contracts are. */
  deployment?: Deployment | undefined;
  /** Who must have signed the bundle. */
  signer?: Address | undefined;
  /** Verification key of the adherence program that you trust. */
  vkey?: Hex | undefined;
  /** Keys of providers' logs that you know, `name+hash+key`. Given any, each log in the bundle must have one of them. */
  logKeys?: readonly string[] | undefined;
  /** Groth16 keys to verify with beside SP1's. */
  verifiers?: readonly Sp1Groth16Verifier[] | undefined;
}

/** What is known after a bundle was verified. */
export interface EvidenceReport {
  chainId: number;
  recordId: bigint;
  block: EvidenceIndex["block"];
  /** Who signed the bundle. */
  signer: Address;
  run: RunRecordedEvent;
  recordedAt: number;
  status: ProofStatus;
  /** All hold. */
  checks: EvidenceCheck[];
  /** What the bundle says of itself: true only if whoever made it is right. */
  assumed: string[];
  /** What this bundle, or any, does not show. */
  notChecked: string[];
  /** What the bundle lacks, and why. */
  absent: AbsentPart[];
}

/**
 * Verifies a bundle, offline.
 * @returns what was checked, under which trust, and what was not
 * @throws EvidenceRefused at the first thing that does not hold
 */
export async function verifyEvidence(
  archive: Uint8Array,
  parameters: VerifyEvidenceParameters = {},
): Promise<EvidenceReport> {
  const bundle = openBundle(archive);
  const findings = new Findings();
  const { index, signer } = bundle;
  findings.holds(
    "archive",
    "every byte is in its place, and every file is the one that was signed",
    `${index.files.length} files`,
  );
  checkSigner(bundle, findings, parameters.signer);
  checkContracts(bundle, findings, parameters.deployment);
  const { witness, headers } = openChain(bundle);
  checkBlocks(index, headers, findings, parameters.blockHashes ?? []);

  const pool = new NodePool(witness.nodes);
  const logs = new ProvenLogs(pool, headers);
  const filesOf = await withinAsync("events", undefined, () => eventsIn(bundle, logs));
  const events = [...filesOf.keys()];
  const { event, run } = recordedRun(bundle, events);
  const state = new ProvenState(pool, headers.get(index.block.number).stateRoot, bundle.contracts);
  const facts = await withinAsync("state", undefined, () => readFacts(state, run, logNames(bundle)));
  const examined: Case = { bundle, run, facts, events, findings };
  requireAbout(examined, filesOf);
  requireParts(examined);
  findings.holds("events", "every event was emitted as told", `${events.length} events`);

  checkRecord(examined, headers.get(event.block), parameters.vkey);
  checkProof(examined, parameters.verifiers ?? []);
  checkLicenseSet(examined);
  checkLicenses(examined);
  checkRunManifest(examined);
  checkManifests(examined);
  checkTerms(examined);
  await checkDeliveries(examined);
  checkComputeReceipt(examined);
  await checkLogs(examined, parameters.logKeys ?? []);
  checkStanding(examined);
  if (run.grade < 4)
    findings.notChecked.push(`that the run lasted from ${run.runStart} to ${run.runEnd}: the runner's word`);
  findings.notChecked.push(
    "that these are all payments and revocations there are; what was revoked after the bundle's block",
  );
  const { revoked } = facts.record;
  return {
    ...{ chainId: index.chainId, recordId: run.recordId, block: index.block, signer, run },
    recordedAt: facts.record.recordedAt,
    status: proofStatus({ grade: run.grade, revoked, unsound: facts.program.unsoundAt !== 0 }),
    ...{ checks: findings.checks, assumed: findings.assumed, notChecked: findings.notChecked, absent: index.absent },
  };
}

function checkSigner({ signer }: OpenedBundle, findings: Findings, expected: Address | undefined): void {
  const same = expected === undefined || expected.toLowerCase() === signer.toLowerCase();
  demand(same, "signature", `the bundle is signed by ${signer}, expected ${expected}.`);
  findings.holds("signature", expected ? "the bundle is signed by whom you named" : "the bundle is signed", signer);
  if (!expected) findings.assumed.push(`that ${signer} is whom you expect the bundle from`);
}

function checkContracts({ index }: OpenedBundle, findings: Findings, deployment: Deployment | undefined): void {
  if (!deployment) {
    findings.assumed.push(
      `that the contracts at ${index.contracts.length} addresses of chain ${index.chainId} are Colophon's`,
    );
    return;
  }
  demand(
    deployment.chainId === index.chainId,
    "index",
    `it is of chain ${index.chainId}, expected ${deployment.chainId}.`,
  );
  for (const { name, address } of index.contracts) {
    const known = deployment.contracts[name]?.address.toLowerCase();
    demand(known === address, "index", `it has ${name} at ${address}, the deployment at ${known ?? "no address"}.`);
  }
  findings.holds("index", "its contracts are those of the deployment", `${index.contracts.length} addresses`);
}

/** The proven chain of a bundle: headers and nodes. @throws EvidenceRefused `files`, `state` or `blocks` */
function openChain(bundle: OpenedBundle): { witness: WitnessFile; headers: Headers } {
  const file = bundle.part({ role: "chain-state" });
  if (!file)
    throw new EvidenceRefused("state", "the bundle proves nothing of the chain: the part chain-state is absent.");
  const witness = within("state", file.path, () => witnessFormat.read(file.bytes));
  requireNodeOrder(witness.nodes, file.path);
  return { witness, headers: new Headers(witness.headers, bundle.index.block) };
}

function checkBlocks(index: EvidenceIndex, headers: Headers, findings: Findings, trusted: readonly Hex[]): void {
  const known = new Set(trusted.map((hash) => hash.toLowerCase()));
  for (const { number, hash } of headers.heads) {
    demand(known.size === 0 || known.has(hash), "blocks", `nobody vouches for block ${number}, ${hash}.`);
    if (known.size === 0) findings.assumed.push(`that block ${number} of chain ${index.chainId} has the hash ${hash}`);
  }
  const vouched = known.size === 0 ? "hashes taken from the bundle" : "hashes as you gave them";
  findings.holds("blocks", "the headers hang together", `${headers.heads.length} to vouch for; ${vouched}`);
}

async function eventsIn(bundle: OpenedBundle, logs: ProvenLogs): Promise<Map<EvidenceEvent, OpenedFile>> {
  const found = new Map<EvidenceEvent, OpenedFile>();
  for (const role of ["record", "license", "payments", "revocations"] as const) {
    for (const file of bundle.all(role)) {
      for (const event of await provenEvents(bundle, file, logs)) found.set(event, file);
    }
  }
  return found;
}

/** Every part of this run is there, or said to be absent; and there are no others, which nobody would look at. */
function requireParts({ bundle, facts }: Case): void {
  const ofLicenses = facts.licenses.map(({ licenseId }) => licenseSubject(licenseId));
  const ofVersions = facts.versions.map(versionSubject);
  const subjects = (role: EvidenceRole): (string | undefined)[] =>
    PER_LICENSE.has(role) ? ofLicenses : role === "manifest" ? ofVersions : [undefined];
  const expected = EVIDENCE_ROLES.flatMap((role) => subjects(role).map((of) => ({ role, ...(of && { of }) })));
  for (const part of expected) bundle.part(part);
  for (const part of [...bundle.index.files, ...bundle.index.absent]) {
    const known = expected.some(({ role, of }) => role === part.role && of === part.of);
    const named = part.of === undefined ? part.role : `${part.role} of ${part.of}`;
    demand(known, "files", `the part "${named}" is of another run.`);
  }
}

/** Parts that there are for each license. */
const PER_LICENSE: ReadonlySet<EvidenceRole> = new Set([
  "license",
  "delivery-receipt",
  "terms",
  "log-inclusion",
] as const);

function logNames(bundle: OpenedBundle): LogName[] {
  return bundle.all("log-inclusion").map((file) => {
    const { provider, checkpoint } = within("log-inclusion", file.path, () => logFormat.read(file.bytes));
    return { provider, originHash: logOriginHash(checkpoint.slice(0, checkpoint.indexOf("\n"))) };
  });
}
