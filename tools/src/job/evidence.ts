// The end of the story: all of it in one file, which an auditor verifies with no network.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { anchorLogSync, logHead, logOriginHash, openLogSync } from "@colophon-protocol/sdk";
import type { SignedDeliveryReceipt } from "@colophon-protocol/sdk/delivery";
import { accountSigner, EvidenceRefused, exportEvidence, verifyEvidence } from "@colophon-protocol/sdk/evidence";
import { canonicalBytes, fromHex, runManifestBytes, toHex } from "@colophon-protocol/sdk/formats";
import { LogReader } from "@colophon-protocol/sdk/log";
import { type Context, gasOf } from "./context.js";
import type { Report } from "./report.js";
import type { TrainedRun } from "./run.js";

/** What the bundle is of. */
export interface Evidence {
  trained: TrainedRun;
  recordId: bigint;
  /** The provider's receipt, from before the license ended. */
  delivery: SignedDeliveryReceipt;
  folder: string;
}

/** Exports and verifies: the last step. */
export async function bundleEvidence(context: Context, report: Report, evidence: Evidence): Promise<void> {
  const file = join(evidence.folder, "run.evidence.tar");
  await report.step("one file with all the evidence, verified offline", () => bundle(context, evidence, file));
  report.say(`colophon evidence verify ${file} --deployment <the chain's deployment file> looks at it again.`);
}

async function bundle(context: Context, { trained, recordId, delivery }: Evidence, file: string) {
  const { reader, deployment, actors } = context;
  const { reader: log, verifierKey, receipt } = await anchoredLog(context);
  const { delivered, job } = trained;
  const { archive, report } = await exportEvidence(reader, {
    ...{ recordId, deployment, signer: accountSigner(actors.licensee.account) },
    runManifest: runManifestBytes(job.manifest),
    computeReceipt: canonicalBytes(job.envelope),
    attestation: canonicalBytes(job.enclave.evidence),
    manifests: [await delivered.delivery.manifest(delivered)],
    deliveries: [delivery],
    logs: [{ reader: log, verifierKey, provider: delivered.provider }],
  });
  await writeFile(file, archive, { mode: 0o600 });

  // An auditor who knows the block's hash, the contracts, the runner and the log's key takes nothing on the bundle's word.
  const known = {
    deployment,
    blockHashes: [report.block.hash],
    signer: actors.licensee.address,
    logKeys: [verifierKey],
  };
  const began = performance.now();
  const { checks, assumed, notChecked, absent, status } = await verifyEvidence(archive, known);
  const milliseconds = Math.round(performance.now() - began);
  const values = {
    file,
    bytes: archive.length,
    verified: `${checks.length} checks hold, in ${milliseconds} ms, no network`,
    status: status.short,
    "taken on trust": [`block ${report.block.number} is ${report.block.hash}`, ...assumed].join("; "),
    "not checked": notChecked.join("; "),
    absent: absent.map(({ role, reason }) => `${role}: ${reason}`).join("; ") || "nothing",
    "with one byte altered": `refused: ${await refusalOfAltered(archive)}`,
  };
  return { gas: gasOf(receipt), values };
}

/** The provider's log with its newest head anchored: since when it says what it says. */
async function anchoredLog({ endpoints, deployment, licenseToken, actors, reader: chain }: Context) {
  const url = `${endpoints.gatewayUrl}/log`;
  const verifierKey = (await (await fetch(`${url}/key`)).text()).trim();
  const provider = actors.provider.address;
  const authority = { chainId: endpoints.chainId, licenseToken, provider, signer: provider };
  const reader = new LogReader({ url, verifierKey, authority });
  const head = await reader.head();
  const signed = head.onChain as NonNullable<typeof head.onChain>;
  const anchored = await logHead(chain, { deployment, provider, originHash: logOriginHash(head.origin) });
  const { client } = actors.stranger;
  if (!anchored) {
    const { receipt } = await openLogSync(client, { ...signed, origin: head.origin, deployment });
    return { reader, verifierKey, receipt };
  }
  const proof = await reader.consistency({ size: Number(anchored.size), root: fromHex(anchored.root, 32) }, head);
  const { receipt } = await anchorLogSync(client, { ...signed, proof: proof.map((node) => toHex(node)), deployment });
  return { reader, verifierKey, receipt };
}

async function refusalOfAltered(archive: Uint8Array): Promise<string> {
  const altered = Uint8Array.from(archive);
  const middle = altered.length >> 1;
  altered[middle] = (altered[middle] as number) ^ 1;
  try {
    await verifyEvidence(altered);
  } catch (error) {
    if (error instanceof EvidenceRefused) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("An altered byte went unnoticed.");
}
