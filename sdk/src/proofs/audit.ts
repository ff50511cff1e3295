import { encodeAbiParameters, keccak256, zeroHash } from "viem";
import type { HistoryOptions } from "../actions/history.js";
import { heldThroughout, licenseOf } from "../actions/license.js";
import { licenseSetHashOnChain, proofProgramOf, proofRecordOf } from "../actions/proofs.js";
import { computeReceiptOf } from "../actions/receipts.js";
import { resolveAddress } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";
import type { Hex } from "../formats/bytes.js";
import type { RunManifest } from "../formats/run-manifest.js";
import { runManifestHash } from "../formats/run-manifest-form.js";
import { findRun, type RecordedRun } from "./find-run.js";
import { MOCK_SELECTOR, mockSp1Proof } from "./mock-proof.js";
import { type ProofStatus, proofStatus } from "./proof-status.js";
import { encodeAdherenceValues } from "./public-values.js";
import { ADHERENCE_STATEMENT } from "./run-submission.js";
import { Sp1ProofRefused, verifySp1Groth16 } from "./sp1-groth16.js";
import { SP1_GROTH16_V6_1_0, type Sp1Groth16Verifier } from "./sp1-verifiers.js";

/** One thing that was looked at. */
export interface AuditCheck {
  /** What, in words. */
  check: string;
  holds: boolean;
  /** What was found; why not, where it does not hold. */
  found: string;
}

/** What an auditor knows of a run after looking. */
export interface RunAudit {
  run: RecordedRun;
  recordedAt: number;
  status: ProofStatus;
  checks: AuditCheck[];
  /** What nothing checks: the runner's word. */
  declared: string[];
  /** Whether every check holds. Says nothing of what is declared, and a mock's checks prove nothing. */
  holds: boolean;
}

/** What to look at, and what the auditor brings. */
export interface AuditRunParameters extends HistoryOptions {
  recordId: bigint;
  /** The manifest, if the runner showed it. */
  manifest?: RunManifest | undefined;
  /** Verification key of the program that the auditor trusts; the registry's unless told. */
  vkey?: Hex | undefined;
  /** The proof, where the transaction does not show it. */
  proof?: Hex | undefined;
  /** Keys to verify with beside SP1's. */
  verifiers?: readonly Sp1Groth16Verifier[] | undefined;
}

/**
 * Looks at a recorded run again: every value that the chain can rebuild, every license, and the proof itself, here.
 * @throws ColophonError when there is no such record, or the chain does not answer
 */
export async function auditRun(client: ColophonClient, parameters: AuditRunParameters): Promise<RunAudit> {
  const { recordId, manifest, vkey, proof, verifiers = [], ...options } = parameters;
  const record = await proofRecordOf(client, { recordId, ...options });
  const run = await findRun(client, { recordId, ...options });
  const program = await proofProgramOf(client, { program: run.program, ...options });
  const shown = proof ? { ...run, proof } : run;
  const checks: AuditCheck[] = [
    recordCheck(run, record),
    await licenseSetCheck(client, run, options),
    placeCheck(client, run, options),
    ...(await Promise.all(run.entries.map((entry) => licenseCheck(client, run, entry, options)))),
    programCheck(program, vkey),
    proofCheck(shown, vkey ?? program.vkey, [SP1_GROTH16_V6_1_0, ...verifiers]),
    ...(manifest ? [manifestCheck(run, manifest)] : []),
    standingCheck(record),
  ];
  return {
    run: shown,
    recordedAt: record.recordedAt,
    status: proofStatus(record),
    checks,
    declared: await declaredOf(client, run, record.timesBound, manifest !== undefined, options),
    holds: checks.every(({ holds }) => holds),
  };
}

const checked = (check: string, holds: boolean, found: string): AuditCheck => ({ check, holds, found });

type ChainRecord = Awaited<ReturnType<typeof proofRecordOf>>;

function recordCheck(run: RecordedRun, record: ChainRecord): AuditCheck {
  const { program, values, grade } = run;
  const parameters = [{ type: "uint16" }, { type: "bytes32" }] as const;
  const hash = keccak256(encodeAbiParameters(parameters, [program, values.runManifestHash]));
  const id = BigInt.asUintN(216, BigInt(hash));
  const sameRunner = record.runner.toLowerCase() === values.runner;
  const same = id === run.recordId && sameRunner && record.program === program && record.grade === grade;
  return checked("the stored record is the one that its event tells of", same, `program ${program}, grade ${grade}`);
}

async function licenseSetCheck(client: ColophonClient, run: RecordedRun, options: HistoryOptions) {
  const { entries, values } = run;
  const found = await licenseSetHashOnChain(client, { entries, runStart: values.runStart, ...options });
  const what = "the license set is that of the licensed versions' roots, and of the entries withdrawn by run start";
  return checked(what, found === values.licenseSetHash, found);
}

function placeCheck(client: ColophonClient, { values }: RecordedRun, options: HistoryOptions): AuditCheck {
  const registry = resolveAddress(client, "DatasetRegistry", options).toLowerCase();
  const chainId = options.deployment?.chainId ?? client.chain?.id;
  const same = registry === values.registry && (chainId === undefined || BigInt(chainId) === values.chainId);
  const found = `chain ${values.chainId}, registry ${values.registry}`;
  return checked("it was made for this chain and this registry", same, found);
}

async function licenseCheck(
  client: ColophonClient,
  { values }: RecordedRun,
  { licenseId, datasetId, version, uses }: RecordedRun["entries"][number],
  options: HistoryOptions,
): Promise<AuditCheck> {
  const { runner, runStart, runEnd } = values;
  const [held, license] = await Promise.all([
    heldThroughout(client, { licenseId, user: runner, from: runStart, to: runEnd, ...options }),
    licenseOf(client, { licenseId, ...options }),
  ]);
  const allowed = uses !== 0 && (license.uses & uses) === uses;
  const inTime = license.expiry === 0 || runEnd < license.expiry;
  const flaw = !held ? "the runner did not hold it throughout" : !allowed ? "it allows other uses" : undefined;
  const found = flaw ?? (inTime ? `version ${version} of dataset ${datasetId}` : "it ended before the run");
  const what = `license ${licenseId} was the runner's from start to end, and allows the use`;
  return checked(what, held && allowed && inTime, found);
}

function programCheck(program: Awaited<ReturnType<typeof proofProgramOf>>, vkey: Hex | undefined): AuditCheck {
  const isAdherence = program.statement === ADHERENCE_STATEMENT;
  const known = vkey === undefined || vkey.toLowerCase() === program.vkey.toLowerCase();
  const what = vkey ? "the program is the one that you trust" : "the program is one of the adherence statement";
  return checked(what, isAdherence && known, `verification key ${program.vkey}`);
}

/** The proof, checked here. A mock has nothing to check: it only names what it is of. */
export function proofCheck(
  run: Pick<RecordedRun, "values" | "proof">,
  vkey: Hex,
  verifiers: readonly Sp1Groth16Verifier[],
): AuditCheck {
  const publicValues = encodeAdherenceValues(run.values);
  if (!run.proof) {
    const found = "the transaction did not call ProofRegistry itself, so it does not show the proof: bring it";
    return checked("the proof is of these public values", false, found);
  }
  if (run.proof.toLowerCase().startsWith(MOCK_SELECTOR)) {
    const same = run.proof.toLowerCase() === mockSp1Proof(vkey, publicValues);
    return checked("the mock names these public values", same, "no proof was made: executed, not proven");
  }
  return sp1Check(run.proof, { vkey, publicValues }, verifiers);
}

function sp1Check(
  proof: Hex,
  statement: { vkey: Hex; publicValues: Hex },
  verifiers: readonly Sp1Groth16Verifier[],
): AuditCheck {
  const what = "the proof verifies here, in TypeScript, for this program and these public values";
  let refusal = "";
  for (const verifier of verifiers) {
    try {
      verifySp1Groth16({ ...statement, proof, verifier });
      return checked(what, true, `Groth16, circuit ${verifier.version}`);
    } catch (error) {
      if (!(error instanceof Sp1ProofRefused)) throw error;
      // Of several keys the one that the proof names says the most.
      if (refusal === "" || error.code !== "selector") refusal = error.message;
    }
  }
  return checked(what, false, refusal);
}

function manifestCheck({ values, entries }: RecordedRun, manifest: RunManifest): AuditCheck {
  const hash = runManifestHash(manifest);
  const uses = manifest.entries.reduce((sum, { count }) => sum + BigInt(count), 0n);
  const licenses = manifest.licenses.map(({ licenseId, datasetId, version }) => `${licenseId} ${datasetId} ${version}`);
  const same =
    hash === values.runManifestHash &&
    uses === values.entries &&
    BigInt(manifest.entries.length) === values.distinctEntries &&
    licenses.join() === entries.map((each) => `${each.licenseId} ${each.datasetId} ${each.version}`).join();
  return checked("the manifest that was shown is the run's", same, hash);
}

function standingCheck({ revoked, unsound }: ChainRecord): AuditCheck {
  const found = revoked
    ? "a ruling revoked it"
    : unsound
      ? "its program was found unsound"
      : "not revoked, not unsound";
  return checked("the record stands", !revoked && !unsound, found);
}

async function declaredOf(
  client: ColophonClient,
  { values, grade }: RecordedRun,
  timesBound: boolean,
  hasManifest: boolean,
  options: HistoryOptions,
): Promise<string[]> {
  const { attestationDigest, runStart, runEnd } = values;
  const receipt =
    attestationDigest === zeroHash
      ? undefined
      : await computeReceiptOf(client, { receiptId: attestationDigest, ...options }).catch(() => null);
  const where =
    receipt === undefined
      ? "where the run took place: it names no receipt"
      : receipt === null
        ? `where the run took place: its receipt ${attestationDigest} is not recorded`
        : receipt.simulated
          ? "where the run took place: its receipt is of a simulated enclave"
          : undefined;
  return [
    "that the manifest lists everything that the run consumed",
    ...(grade === 1 ? ["that the program accepted the run: no proof was made"] : []),
    ...(timesBound ? [] : [`that the run lasted from ${runStart} to ${runEnd}`]),
    ...(where ? [where] : []),
    ...(hasManifest ? [] : ["what the manifest lists: it was not shown"]),
  ];
}
