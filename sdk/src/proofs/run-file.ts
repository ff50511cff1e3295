import { fromHex, type Hex, toHex } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import {
  createRunManifest,
  type RunEntry,
  type RunLicense,
  type RunManifest,
  type RunPurpose,
} from "../formats/run-manifest.js";
import { PURPOSE_USES } from "../formats/run-manifest-form.js";
import { leafHash } from "../formats/tree.js";
import type { AdherenceEvidence, VersionEvidence } from "./adherence-input.js";
import { type DeliveredVersion, leavesOf } from "./delivered.js";
import { field, hexField, idField, numberField, objectOf } from "./fields.js";

/** A licensed version as it stood when a run started. */
export interface RunFileLicense extends RunLicense {
  recordRoot: Hex;
  /** Root of the withdrawn entries in force at run start. */
  revokedRoot: Hex;
  /** Uses that the run claims, as bits. */
  uses: number;
}

/** What a runner keeps of a run from its start on; every later step reads it. */
export interface RunFile {
  format: "colophon-run";
  formatVersion: 1;
  chainId: number;
  licenseToken: Hex;
  /** DatasetRegistry. */
  registry: Hex;
  runner: Hex;
  purpose: RunPurpose;
  /** Seconds since 1970. */
  runStart: number;
  /** Set with the manifest. */
  runEnd?: number;
  licenses: RunFileLicense[];
  /** Id of the run's compute receipt; zeros for none. */
  attestationDigest: Hex;
  /** Set with the manifest. */
  runManifestHash?: Hex;
}

/** Reads parsed JSON. @throws FormatError `schema` naming the field */
export function readRunFile(value: unknown): RunFile {
  const what = "the run file";
  const object = objectOf(what, value, "colophon-run");
  const licenses = field<unknown[]>(what, object, "licenses", "a list", (v) => Array.isArray(v) && v.length > 0);
  const purpose = field<RunPurpose>(what, object, "purpose", Object.keys(PURPOSE_USES).join(", "), (v) =>
    Object.hasOwn(PURPOSE_USES, String(v)),
  );
  return {
    format: "colophon-run",
    formatVersion: 1,
    chainId: numberField(what, object, "chainId"),
    licenseToken: hexField(what, object, "licenseToken", 20),
    registry: hexField(what, object, "registry", 20),
    runner: hexField(what, object, "runner", 20),
    purpose,
    runStart: numberField(what, object, "runStart"),
    ...(object.runEnd === undefined ? {} : { runEnd: numberField(what, object, "runEnd") }),
    licenses: licenses.map(readLicense),
    attestationDigest: hexField(what, object, "attestationDigest", 32),
    ...(object.runManifestHash === undefined ? {} : { runManifestHash: hexField(what, object, "runManifestHash", 32) }),
  };
}

function readLicense(value: unknown, i: number): RunFileLicense {
  const what = `the run file's license ${i}`;
  const object = objectOf(what, value);
  return {
    licenseId: idField(what, object, "licenseId"),
    datasetId: idField(what, object, "datasetId"),
    version: numberField(what, object, "version"),
    contentRoot: hexField(what, object, "contentRoot", 32),
    recordRoot: hexField(what, object, "recordRoot", 32),
    revokedRoot: hexField(what, object, "revokedRoot", 32),
    uses: numberField(what, object, "uses"),
  };
}

/** What a manifest is made of, beside the run file. */
export interface RunManifestParts {
  deliveries: readonly DeliveredVersion[];
  /** Seconds since 1970. */
  runEnd: number;
  /** How often each entry was used: epochs. */
  count: number;
  /** 32 random bytes. */
  salt: Uint8Array;
}

/**
 * The manifest of a run that used all that the deliveries hold, each entry `count` times.
 * @throws FormatError `value` when a delivery is of no license of the run, or the run ends before it starts
 */
export function manifestOfRun(run: RunFile, { deliveries, runEnd, count, salt }: RunManifestParts): RunManifest {
  const entries = deliveries.flatMap((delivered) => entriesOf(delivered, licenseIndex(run, delivered), count));
  const used = new Set(entries.map(({ license }) => license));
  const unused = run.licenses.find((_, i) => !used.has(i));
  if (unused) {
    throw new FormatError(
      "value",
      `no delivery is of license ${unused.licenseId}: give it, or start the run without that license.`,
    );
  }
  const { chainId, licenseToken, runner, runStart, purpose } = run;
  const licenses = run.licenses.map(({ licenseId, datasetId, version, contentRoot }) => ({
    ...{ licenseId, datasetId, version, contentRoot },
  }));
  return createRunManifest({ chainId, licenseToken, runner, runStart, runEnd, purpose, licenses }, entries, salt);
}

/** What the proof of a run is made from. @param withdrawn ids in force at run start, by version: `withdrawnKey` */
export function evidenceOfRun(
  run: RunFile,
  manifest: RunManifest,
  deliveries: readonly DeliveredVersion[],
  withdrawn: ReadonlyMap<string, readonly string[]> = new Map(),
): AdherenceEvidence {
  const versions = manifest.licenses.map((license): VersionEvidence => {
    const known = run.licenses.find((own) => isSameVersion(own, license));
    if (!known) throw new FormatError("value", `license ${license.licenseId} of the manifest is not in the run file.`);
    const delivered = deliveries.filter((each) => isSameVersion(each, license));
    const { recordRoot, revokedRoot, uses } = known;
    return {
      ...{ recordRoot, revokedRoot, uses },
      revoked: BigUint64Array.from(withdrawn.get(withdrawnKey(license)) ?? [], BigInt),
      leaves: fromHex(delivered.find(({ leaves }) => leaves !== "0x")?.leaves ?? "0x"),
      records: BigUint64Array.from(delivered.find(({ records }) => records)?.records?.set ?? [], BigInt),
    };
  });
  return { manifest, versions, attestationDigest: run.attestationDigest, registry: run.registry };
}

/** How withdrawn ids are found: `dataset/version`. */
export const withdrawnKey = ({ datasetId, version }: Pick<RunLicense, "datasetId" | "version">): string =>
  `${datasetId}/${version}`;

type VersionOfLicense = Pick<RunLicense, "licenseId" | "contentRoot">;

const isSameVersion = (a: VersionOfLicense, b: VersionOfLicense): boolean =>
  a.licenseId === b.licenseId && a.contentRoot.toLowerCase() === b.contentRoot.toLowerCase();

function licenseIndex({ licenses }: RunFile, delivered: DeliveredVersion): number {
  const index = licenses.findIndex((license) => isSameVersion(license, delivered));
  if (index >= 0) return index;
  throw new FormatError(
    "value",
    `the delivery is of version ${delivered.version} of dataset ${delivered.datasetId} under license ` +
      `${delivered.licenseId}, which the run was not started with.`,
  );
}

function entriesOf({ leaves, chunks, records }: DeliveredVersion, license: number, count: number): RunEntry[] {
  const table = leavesOf(fromHex(leaves));
  const ofChunks = chunks.map((index): RunEntry => {
    const leaf = toHex(leafHash(table[index] as Uint8Array));
    return { kind: "chunk", index, leaf, license, count };
  });
  const ofRecords = (records?.used ?? []).map((id): RunEntry => {
    const leaf = `0x${BigInt(id).toString(16).padStart(64, "0")}` as Hex;
    return { kind: "record", leaf, license, count };
  });
  return [...ofChunks, ...ofRecords];
}
