import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { deliverLicensed, type LicensedDelivery, memorySink } from "@colophon-protocol/sdk/delivery";
import { createRunManifest, type RunEntry, runManifestBytes, runManifestHash } from "@colophon-protocol/sdk/formats";
import type { Hex } from "viem";
import { type Context, chainTime } from "./context.js";
import { parseIdx } from "./mnist.js";
import type { Report } from "./report.js";
import { accuracy, train } from "./softmax.js";

const GOAL = 0.85;

/** Fetches, trains and writes the run manifest: steps 7 and 8. */
export async function trainOnIt(
  context: Context,
  report: Report,
  licenseId: bigint,
  manifestFile: string,
): Promise<LicensedDelivery> {
  const { sink, delivered } = await report.step("fetch with proofs, verify, decrypt; one chunk is corrupted", () =>
    fetchVerified(context, licenseId),
  );
  await report.step("train a softmax classifier on it", () =>
    trainAndRecord(context, licenseId, { sink, delivered, manifestFile }),
  );
  return delivered;
}

type Sink = ReturnType<typeof memorySink>;

async function fetchVerified(context: Context, licenseId: bigint) {
  const { endpoints, deployment, reader, keys, actors } = context;
  const sink = memorySink();
  const refetched: string[] = [];
  const delivered = await deliverLicensed(reader, {
    licenseId,
    chainId: endpoints.chainId,
    deployment,
    gatewayUrl: endpoints.gatewayUrl,
    account: actors.licensee.account,
    keys,
    sink,
    fetch: corruptOneChunk(),
    onRefetch: (index, why) => refetched.push(`chunk ${index}: ${why}`),
  });
  if (refetched.length === 0) throw new Error("A corrupted chunk went unnoticed.");
  const { chunks, bytes } = delivered.progress;
  return { sink, delivered, values: { chunks, bytes, files: sink.files.size, "fetched again": refetched.join("; ") } };
}

/** A line that flips one bit of the first chunks that pass through it. */
function corruptOneChunk(): typeof fetch {
  let corrupted = false;
  return async (input, init) => {
    const response = await fetch(input, init);
    if (corrupted || !response.ok || !String(input).includes("/chunks")) return response;
    corrupted = true;
    const bytes = new Uint8Array(await response.arrayBuffer());
    const last = bytes.length - 1;
    bytes[last] = (bytes[last] as number) ^ 1;
    return new Response(bytes, { status: response.status, headers: response.headers });
  };
}

interface Run {
  sink: Sink;
  delivered: LicensedDelivery;
  manifestFile: string;
}

async function trainAndRecord(context: Context, licenseId: bigint, { sink, delivered, manifestFile }: Run) {
  const runStart = Number(await chainTime(context));
  const file = (name: string) => sink.files.get(name) as Uint8Array;
  const training = parseIdx(file("train-images.idx3-ubyte"), file("train-labels.idx1-ubyte"));
  const heldOut = parseIdx(file("test-images.idx3-ubyte"), file("test-labels.idx1-ubyte"));
  const reached = accuracy(train(training), heldOut);
  if (reached <= GOAL) throw new Error(`The model reaches ${reached}, expected more than ${GOAL}.`);

  const { endpoints, actors } = context;
  const entries: RunEntry[] = [...sink.leafHashes].map(([index, leaf]) => ({
    index,
    leaf,
    kind: "chunk",
    license: 0,
    count: 1,
  }));
  const { datasetId, version, contentRoot } = delivered;
  const manifest = createRunManifest(
    {
      chainId: endpoints.chainId,
      licenseToken: context.licenseToken.toLowerCase() as Hex,
      runner: actors.licensee.address.toLowerCase() as Hex,
      runStart,
      runEnd: Number(await chainTime(context)),
      purpose: "train",
      licenses: [{ licenseId: String(licenseId), datasetId: String(datasetId), version, contentRoot }],
    },
    entries,
    crypto.getRandomValues(new Uint8Array(32)),
  );
  const bytes = runManifestBytes(manifest);
  await mkdir(dirname(manifestFile), { recursive: true });
  await writeFile(manifestFile, bytes);
  const values = {
    digits: `${training.length} to train, ${heldOut.length} held out`,
    accuracy: `${(reached * 100).toFixed(2)} %`,
    "run manifest": `${manifest.entries.length} entries, ${runManifestHash(manifest)}`,
  };
  return { values };
}
