import { decodeAbiParameters, encodeAbiParameters } from "viem";
import type { Hex } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";

/** Public values of the adherence statement. */
export interface AdherenceValues {
  statementVersion: number;
  runManifestHash: Hex;
  licenseSetHash: Hex;
  /** Uses of all entries, with repetitions. */
  entries: bigint;
  distinctEntries: bigint;
  runner: Hex;
  /** Seconds since 1970. */
  runStart: number;
  runEnd: number;
  /** Digest of the attestation that the run goes with; zero when there is none. */
  attestationDigest: Hex;
  chainId: bigint;
  /** DatasetRegistry. */
  registry: Hex;
}

/** Public values of the eligibility statement. */
export interface KAnonymityValues {
  statementVersion: number;
  tableHash: Hex;
  /** Bit c: column c is a quasi-identifier. */
  quasiIdentifiers: bigint;
  k: number;
  rows: bigint;
  datasetId: bigint;
  version: number;
  chainId: bigint;
  registry: Hex;
}

/** Public values of the training statement. */
export interface TrainingStepValues {
  statementVersion: number;
  batchHash: Hex;
  parametersBefore: Hex;
  parametersAfter: Hex;
  classes: number;
  features: number;
  examples: bigint;
  /** Q16.16. */
  learningRate: number;
  runManifestHash: Hex;
  chainId: bigint;
  registry: Hex;
}

const adherenceTypes = [
  { name: "statementVersion", type: "uint32" },
  { name: "runManifestHash", type: "bytes32" },
  { name: "licenseSetHash", type: "bytes32" },
  { name: "entries", type: "uint64" },
  { name: "distinctEntries", type: "uint64" },
  { name: "runner", type: "address" },
  { name: "runStart", type: "uint40" },
  { name: "runEnd", type: "uint40" },
  { name: "attestationDigest", type: "bytes32" },
  { name: "chainId", type: "uint256" },
  { name: "registry", type: "address" },
] as const;

const kAnonymityTypes = [
  { name: "statementVersion", type: "uint32" },
  { name: "tableHash", type: "bytes32" },
  { name: "quasiIdentifiers", type: "uint64" },
  { name: "k", type: "uint32" },
  { name: "rows", type: "uint64" },
  { name: "datasetId", type: "uint256" },
  { name: "version", type: "uint32" },
  { name: "chainId", type: "uint256" },
  { name: "registry", type: "address" },
] as const;

const trainingStepTypes = [
  { name: "statementVersion", type: "uint32" },
  { name: "batchHash", type: "bytes32" },
  { name: "parametersBefore", type: "bytes32" },
  { name: "parametersAfter", type: "bytes32" },
  { name: "classes", type: "uint32" },
  { name: "features", type: "uint32" },
  { name: "examples", type: "uint64" },
  { name: "learningRate", type: "uint32" },
  { name: "runManifestHash", type: "bytes32" },
  { name: "chainId", type: "uint256" },
  { name: "registry", type: "address" },
] as const;

type Field = { name: string; type: string };

function encode(types: readonly Field[], values: object): Hex {
  const named = values as Record<string, unknown>;
  return encodeAbiParameters(
    types,
    types.map(({ name }) => named[name]),
  );
}

function decode(types: readonly Field[], data: Hex): Record<string, unknown> {
  if (data.length !== 2 + 64 * types.length) {
    throw new FormatError("value", `public values have ${data.length / 2 - 1} bytes, expected ${32 * types.length}.`);
  }
  const values = decodeAbiParameters(types, data) as unknown[];
  const lower = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);
  return Object.fromEntries(types.map(({ name }, i) => [name, lower(values[i])]));
}

/** `abi.encode` of the values: what the guest commits and ProofRegistry reads. */
export function encodeAdherenceValues(values: AdherenceValues): Hex {
  return encode(adherenceTypes, values);
}

/** The inverse of `encodeAdherenceValues`. @throws FormatError `value` on any other length */
export function decodeAdherenceValues(data: Hex): AdherenceValues {
  return decode(adherenceTypes, data) as unknown as AdherenceValues;
}

/** `abi.encode` of the values. */
export function encodeKAnonymityValues(values: KAnonymityValues): Hex {
  return encode(kAnonymityTypes, values);
}

/** The inverse of `encodeKAnonymityValues`. @throws FormatError `value` on any other length */
export function decodeKAnonymityValues(data: Hex): KAnonymityValues {
  return decode(kAnonymityTypes, data) as unknown as KAnonymityValues;
}

/** `abi.encode` of the values. */
export function encodeTrainingStepValues(values: TrainingStepValues): Hex {
  return encode(trainingStepTypes, values);
}

/** The inverse of `encodeTrainingStepValues`. @throws FormatError `value` on any other length */
export function decodeTrainingStepValues(data: Hex): TrainingStepValues {
  return decode(trainingStepTypes, data) as unknown as TrainingStepValues;
}
