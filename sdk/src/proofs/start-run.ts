import { zeroHash } from "viem";
import { getBlock } from "viem/actions";
import { revokedRootAt, versionOf } from "../actions/dataset.js";
import { accessTo, licenseOf } from "../actions/license.js";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { Hex } from "../formats/bytes.js";
import type { RunPurpose } from "../formats/run-manifest.js";
import { PURPOSE_USES } from "../formats/run-manifest-form.js";
import type { RunFile, RunFileLicense } from "./run-file.js";

/** A license that a run uses: its own version, or another one that it opens. */
export interface RunLicenseInput {
  licenseId: bigint;
  /** A component of the bundle that the license is for; the license's own dataset unless told. */
  datasetId?: bigint | undefined;
  version?: number | undefined;
}

/** What begins a run. */
export interface StartRunParameters extends Omit<DeploymentOptions, "address"> {
  licenses: readonly RunLicenseInput[];
  purpose: RunPurpose;
  runner: Hex;
  /** Seconds since 1970; the latest block's time unless told. */
  runStart?: number | undefined;
}

/**
 * Records what a run starts with: each license's version, its roots, and the withdrawn entries in force. Sends nothing.
 * @throws ColophonError `guard` when a license does not carry the purpose for this runner now
 */
export async function startRun(client: ColophonClient, parameters: StartRunParameters): Promise<RunFile> {
  const { purpose, runner, deployment } = parameters;
  const options = deployment ? { deployment } : {};
  if (parameters.licenses.length === 0) throw new ColophonError("A run needs a license.", { code: "input" });
  const { timestamp, chainId } = await presentOf(client);
  const runStart = parameters.runStart ?? timestamp;
  if (runStart > timestamp) {
    throw new ColophonError(`The run would start at ${runStart}, and the chain's time is ${timestamp}.`, {
      code: "input",
      hint: "A run starts now or has started.",
    });
  }
  const licenses = await Promise.all(
    parameters.licenses.map((input) => licenseAt(client, input, { purpose, runner, runStart, options })),
  );
  return {
    format: "colophon-run",
    formatVersion: 1,
    chainId,
    licenseToken: lower(resolveAddress(client, "LicenseToken", options)),
    registry: lower(resolveAddress(client, "DatasetRegistry", options)),
    runner: lower(runner),
    purpose,
    runStart,
    licenses,
    attestationDigest: zeroHash,
  };
}

const lower = (hex: Hex) => hex.toLowerCase() as Hex;

async function presentOf(client: ColophonClient): Promise<{ timestamp: number; chainId: number }> {
  try {
    const [{ timestamp }, chainId] = await Promise.all([
      getBlock(client),
      client.request({ method: "eth_chainId" }) as Promise<Hex>,
    ]);
    return { timestamp: Number(timestamp), chainId: Number(chainId) };
  } catch (error) {
    throw decodeError(error);
  }
}

interface Start {
  purpose: RunPurpose;
  runner: Hex;
  runStart: number;
  options: DeploymentOptions;
}

async function licenseAt(
  client: ColophonClient,
  input: RunLicenseInput,
  { purpose, runner, runStart, options }: Start,
): Promise<RunFileLicense> {
  const { licenseId } = input;
  const license = await licenseOf(client, { licenseId, ...options });
  const datasetId = input.datasetId ?? license.datasetId;
  const version = input.version ?? (datasetId === license.datasetId ? license.version : 1);
  const uses = PURPOSE_USES[purpose];
  const place = { datasetId, version, ...options };
  const [access, { contentRoot, recordRoot }, revokedRoot] = await Promise.all([
    accessTo(client, { licenseId, user: runner, uses, ...place }),
    versionOf(client, place),
    revokedRootAt(client, { ...place, timestamp: runStart }),
  ]);
  if (access !== "Granted") {
    throw new ColophonError(`License ${licenseId} does not carry this run: ${access}.`, {
      code: "guard",
      hint: `${runner} needs to hold it, for "${purpose}" of version ${version} of dataset ${datasetId}.`,
    });
  }
  return {
    licenseId: String(licenseId),
    datasetId: String(datasetId),
    version,
    contentRoot: lower(contentRoot),
    recordRoot: lower(recordRoot),
    revokedRoot: lower(revokedRoot),
    uses,
  };
}
