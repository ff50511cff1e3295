/** ProofRegistry: proofs that a run consumed only licensed data, the programs that make them and the verifiers that check them. */
import { proofRegistryAbi } from "@colophon-protocol/contracts";
import { type Address, type Hex, keccak256, stringToHex } from "viem";
import { enumName } from "../core/enums.js";
import { enumValue } from "../core/packing.js";
import { PROOF_ASSURANCE, type ProofAssurance } from "../core/proof-enums.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";

const read = /*#__PURE__*/ readsOf(
  "ProofRegistry",
  proofRegistryAbi,
  async () => (await import("../errors/hints-proofs.js")).proofsHints,
);

/** A licensed version that a run used. Entries ascend by license, and within one by content root. */
export interface ProofEntry {
  licenseId: bigint;
  datasetId: bigint;
  version: number;
  /** Uses that the run claims, as bits: `usesToBits`. */
  uses: number;
}

/** A proof with what it is about. */
export interface ProofSubmission {
  /** Number of the program that made it. */
  program: number;
  entries: readonly ProofEntry[];
  /** 352 bytes: `encodeAdherenceValues`. */
  publicValues: Hex;
  /** The verifier's selector (4 bytes) and the proof. */
  proof: Hex;
  /** The runner's signed RunStatement, where somebody else submits: `signRunStatement`. */
  statement?: { sequence: bigint; signature: Hex };
}

/** Number of a record: `proofRecordIdOf`. */
export interface ProofRecordId {
  recordId: bigint;
}

/** A program whose proofs are taken from `from` to before `until` (Unix seconds; 0 for no end). */
export interface ProofProgramInput {
  /** What it proves, as `adherence`. */
  statement: string;
  vkey: Hex;
  statementVersion: number;
  from: number;
  until?: number;
}

/** A verifier, by the first four bytes of the proofs that it checks. */
export interface ProofRouteInput {
  selector: Hex;
  verifier: Address;
  assurance: Exclude<ProofAssurance, "None">;
  /** keccak256 of the verifier's code; it must still have it at every proof. */
  codeHash: Hex;
}

const submissionToChain = ({ program, entries, publicValues, proof, statement }: ProofSubmission) => ({
  program,
  entries,
  publicValues,
  proof,
  sequence: statement?.sequence ?? 0n,
  signature: statement?.signature ?? ("0x" as Hex),
});

/**
 * Records a run once its proof and its licenses hold. The runner, or anyone with the runner's statement. Emits RunRecorded, whose
 * entries name the licenses.
 */
export const submitProof = /*#__PURE__*/ defineWrite({
  contract: "ProofRegistry",
  abi: proofRegistryAbi,
  functionName: "submit",
  event: "RunRecorded",
  args: (submission: ProofSubmission) => [submissionToChain(submission)],
});
/** `submitProof`, waiting for its receipt. */
export const submitProofSync = /*#__PURE__*/ syncOf(submitProof);

/** Records several runs, or none of them. Emits RunRecorded for each. */
export const submitProofs = /*#__PURE__*/ defineWrite({
  contract: "ProofRegistry",
  abi: proofRegistryAbi,
  functionName: "submitBatch",
  event: "RunRecorded",
  args: ({ submissions }: { submissions: readonly ProofSubmission[] }) => [submissions.map(submissionToChain)],
});
/** `submitProofs`, waiting for its receipt; the event is the first run's. */
export const submitProofsSync = /*#__PURE__*/ syncOf(submitProofs);

/** Takes back the caller's run statements up to a sequence, both included. Emits StatementsCancelled. */
export const cancelRunStatements = /*#__PURE__*/ defineWrite({
  contract: "ProofRegistry",
  abi: proofRegistryAbi,
  functionName: "cancelStatements",
  event: "StatementsCancelled",
  args: ({ upTo }: { upTo: bigint }) => [upTo],
});
/** `cancelRunStatements`, waiting for its receipt. */
export const cancelRunStatementsSync = /*#__PURE__*/ syncOf(cancelRunStatements);

/** Adds a program. Restricted. Emits ProgramAdded. */
export const addProofProgram = /*#__PURE__*/ defineWrite({
  contract: "ProofRegistry",
  abi: proofRegistryAbi,
  functionName: "addProgram",
  event: "ProgramAdded",
  args: ({ statement, vkey, statementVersion, from, until = 0 }: ProofProgramInput) => [
    keccak256(stringToHex(statement)),
    vkey,
    statementVersion,
    from,
    until,
  ],
});
/** `addProofProgram`, waiting for its receipt. */
export const addProofProgramSync = /*#__PURE__*/ syncOf(addProofProgram);

/** Sets from when a program is no longer taken, 0 for no end. Restricted. Emits ProgramEndSet. */
export const setProofProgramEnd = /*#__PURE__*/ defineWrite({
  contract: "ProofRegistry",
  abi: proofRegistryAbi,
  functionName: "setProgramEnd",
  event: "ProgramEndSet",
  args: ({ program, until }: { program: number; until: number }) => [program, until],
});
/** `setProofProgramEnd`, waiting for its receipt. */
export const setProofProgramEndSync = /*#__PURE__*/ syncOf(setProofProgramEnd);

/** Marks a program as unsound, and with it all its records, for good. Restricted to guardians. Emits ProgramUnsound. */
export const markProofProgramUnsound = /*#__PURE__*/ defineWrite({
  contract: "ProofRegistry",
  abi: proofRegistryAbi,
  functionName: "markUnsound",
  event: "ProgramUnsound",
  args: ({ program, reasonHash }: { program: number; reasonHash: Hex }) => [program, reasonHash],
});
/** `markProofProgramUnsound`, waiting for its receipt. */
export const markProofProgramUnsoundSync = /*#__PURE__*/ syncOf(markProofProgramUnsound);

/** Routes proofs with a selector to a verifier, for good. Restricted. Emits RouteAdded. */
export const addProofRoute = /*#__PURE__*/ defineWrite({
  contract: "ProofRegistry",
  abi: proofRegistryAbi,
  functionName: "addRoute",
  event: "RouteAdded",
  args: ({ selector, verifier, assurance, codeHash }: ProofRouteInput) => [
    selector,
    verifier,
    enumValue("The assurance", PROOF_ASSURANCE, assurance),
    codeHash,
  ],
});
/** `addProofRoute`, waiting for its receipt. */
export const addProofRouteSync = /*#__PURE__*/ syncOf(addProofRoute);

/** Takes no more proofs through a route, for good; what it recorded stands. Restricted to guardians. Emits RouteStopped. */
export const stopProofRoute = /*#__PURE__*/ defineWrite({
  contract: "ProofRegistry",
  abi: proofRegistryAbi,
  functionName: "stopRoute",
  event: "RouteStopped",
  args: ({ selector }: { selector: Hex }) => [selector],
});
/** `stopProofRoute`, waiting for its receipt. */
export const stopProofRouteSync = /*#__PURE__*/ syncOf(stopProofRoute);

/** A recorded run: who, when (Unix seconds), how much, how strong, and whether it was revoked or its program found unsound. */
export const proofRecordOf = /*#__PURE__*/ read({
  functionName: "recordOf",
  args: ({ recordId }: ProofRecordId) => [recordId],
  result: (record) => ({ ...record, assurance: enumName(PROOF_ASSURANCE, record.assurance) }),
});

/** The id that a run has, recorded or not. */
export const proofRecordIdOf = /*#__PURE__*/ read({
  functionName: "recordIdOf",
  args: ({ program, runManifestHash }: { program: number; runManifestHash: Hex }) => [program, runManifestHash],
  result: (recordId) => recordId,
});

/** A license's first record of exactly this grade that stands, or stood first; undefined when there is none. */
export const firstProofOf = /*#__PURE__*/ read({
  functionName: "firstOf",
  args: ({ licenseId, grade }: { licenseId: bigint; grade: number }) => [licenseId, grade],
  result: ([recordId, at, stands]) => (at === 0 ? undefined : { recordId, at, stands }),
});

/** Second from which a license has a standing record of at least this grade; undefined when it has none. */
export const proofProvenAt = /*#__PURE__*/ read({
  functionName: "provenAt",
  args: ({ licenseId, leastGrade }: { licenseId: bigint; leastGrade: number }) => [licenseId, leastGrade],
  result: (at) => (at === 0 ? undefined : at),
});

/** Second of a license's last standing record of at least this grade; undefined when it has none. Where the last fell, the first. */
export const proofLastProvenAt = /*#__PURE__*/ read({
  functionName: "lastProvenAt",
  args: ({ licenseId, leastGrade }: { licenseId: bigint; leastGrade: number }) => [licenseId, leastGrade],
  result: (at) => (at === 0 ? undefined : at),
});

/** Whether a record exists, was not revoked, and its program was not found unsound. */
export const proofStands = /*#__PURE__*/ read({
  functionName: "stands",
  args: ({ recordId }: ProofRecordId) => [recordId],
  result: (stands) => stands,
});

/** A program. */
export const proofProgramOf = /*#__PURE__*/ read({
  functionName: "programOf",
  args: ({ program }: { program: number }) => [program],
  result: (program) => program,
});

/** Programs are numbered from 1 to this. */
export const proofProgramCount = /*#__PURE__*/ read({
  functionName: "programCount",
  args: (_: object) => [],
  result: (count) => count,
});

/** The verifier for a selector; undefined when there is none. */
export const proofRouteOf = /*#__PURE__*/ read({
  functionName: "routeOf",
  args: ({ selector }: { selector: Hex }) => [selector],
  result: ({ assurance, ...route }) =>
    assurance === 0 ? undefined : { ...route, assurance: enumName(PROOF_ASSURANCE, assurance) },
});

/** Sequence up to which a runner took back its run statements, 0 where it took back none: the next one must be higher. */
export const runStatementsCancelledUpTo = /*#__PURE__*/ read({
  functionName: "cancelledUpTo",
  args: ({ runner }: { runner: Address }) => [runner],
  result: (sequence) => sequence,
});

/** The license set hash of a run that starts at `runStart`, by what the chain knows: what a proof must commit. */
export const licenseSetHashOnChain = /*#__PURE__*/ read({
  functionName: "licenseSetHash",
  args: ({ entries, runStart }: { entries: readonly ProofEntry[]; runStart: number }) => [entries, runStart],
  result: (hash) => hash,
});
