/** What the chain does not have: parts of a bundle from files, and from the provider's gateway. */
import { encodingOf, licenseOf, versionOf } from "@colophon-protocol/sdk";
import { createDeliveryClient, parseReceipt, type SignedDeliveryReceipt } from "@colophon-protocol/sdk/delivery";
import type { EvidenceParts } from "@colophon-protocol/sdk/evidence";
import { canonicalBytes } from "@colophon-protocol/sdk/formats";
import { LogReader } from "@colophon-protocol/sdk/log";
import { findRun } from "@colophon-protocol/sdk/proofs";
import { type Hex, isHex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { Context } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { readBytes, readJsonFile, requireSetting } from "../settings.js";
import { keyOfLog, licenseTokenOf } from "./log.js";

/** Options that name files of parts. */
export interface PartOptions {
  manifest?: string;
  proof?: string;
  computeReceipt?: string;
  attestation?: string;
  datasetManifest?: string[];
  terms?: string[];
  delivery?: string[];
  logKey?: string;
}

/** Parts that were named on the command line. @throws CliError when a file cannot be read */
export async function givenParts(options: PartOptions): Promise<EvidenceParts> {
  const { manifest, computeReceipt, attestation, proof } = options;
  const all = (paths: readonly string[] = []) => Promise.all(paths.map(readBytes));
  return {
    ...(manifest ? { runManifest: await readBytes(manifest) } : {}),
    ...(computeReceipt ? { computeReceipt: await readBytes(computeReceipt) } : {}),
    ...(attestation ? { attestation: evidenceBytes(await readBytes(attestation)) } : {}),
    ...(proof ? { proof: parseProof(proof) } : {}),
    terms: await all(options.terms),
    manifests: await all(options.datasetManifest),
    deliveries: await Promise.all((options.delivery ?? []).map(async (path) => parseReceipt(await readJsonFile(path)))),
  };
}

/** Evidence of simulated enclaves is registered by its canonical form; hardware's, by its bytes. */
function evidenceBytes(bytes: Uint8Array): Uint8Array {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as { platform?: unknown };
    return value.platform === "simulated" ? canonicalBytes(value) : bytes;
  } catch {
    return bytes;
  }
}

function parseProof(value: string): Hex {
  if (isHex(value) && value.length % 2 === 0) return value.toLowerCase() as Hex;
  throw new CliError(`--proof is "${value.slice(0, 20)}…".`, EXIT.usage, "Expected 0x and hex digits.");
}

/** Manifests, delivery receipts and the log of a run's licenses, as far as the gateway gives them; else why not. */
export async function partsFromGateway(
  context: Context,
  account: PrivateKeyAccount,
  recordId: bigint,
  { logKey }: PartOptions,
): Promise<EvidenceParts> {
  const { client, deployment, settings } = context;
  const gatewayUrl = requireSetting(settings, "gateway", "--gateway").replace(/\/+$/, "");
  const { entries } = await findRun(client, { recordId, deployment });
  const reasons: NonNullable<EvidenceParts["reasons"]> = {};
  const attempt = async <T>(role: keyof typeof reasons, ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      reasons[role] = `the gateway did not give it: ${(error as Error).message}`.slice(0, 300);
      return undefined;
    }
  };
  const manifests: Uint8Array[] = [];
  for (const { datasetId, version } of entries) {
    const { manifestHash } = await versionOf(client, { datasetId, version, deployment });
    const found = await attempt("manifest", () => fetchBytes(`${gatewayUrl}/v1/manifests/${manifestHash}`));
    if (found) manifests.push(found);
  }
  const deliveries: SignedDeliveryReceipt[] = [];
  for (const licenseId of new Set(entries.map((entry) => entry.licenseId))) {
    const delivery = createDeliveryClient({ gatewayUrl, chainId: context.chainId, licenseId, account });
    const found = await attempt("delivery-receipt", () => delivery.requestReceipt());
    if (found) deliveries.push(found);
  }
  const [first] = entries;
  const log = first && (await attempt("log-inclusion", () => logOf(context, first.licenseId, gatewayUrl, logKey)));
  return { manifests, deliveries, logs: log ? [log] : [], reasons };
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new Error(`it answered ${response.status}.`);
}

/** The log at the gateway, as that of the license's provider. */
async function logOf({ client, deployment, chainId }: Context, licenseId: bigint, gatewayUrl: string, key?: string) {
  const { datasetId, version, encoding } = await licenseOf(client, { licenseId, deployment });
  const { provider } = await encodingOf(client, { datasetId, version, encoding, deployment });
  const url = `${gatewayUrl}/log`;
  const verifierKey = key ?? (await keyOfLog(url));
  const authority = { chainId, licenseToken: licenseTokenOf(deployment), provider, signer: provider };
  const reader = new LogReader({ url, verifierKey, authority });
  await reader.head();
  return { reader, verifierKey, provider };
}
