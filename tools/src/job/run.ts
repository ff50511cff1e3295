import {
  accuracy,
  BUILT_IN_KINDS,
  type Model,
  measurementOf,
  modelBytes,
  parseIdx,
  runJob,
  train,
} from "@colophon-protocol/gateway/jobs";
import { deliverLicensed, type LicensedDelivery, memorySink } from "@colophon-protocol/sdk/delivery";
import { type Hex, sha256, toHex } from "@colophon-protocol/sdk/formats";
import {
  type DeliveredVersion,
  deliveredVersion,
  manifestOfRun,
  type RunFile,
  startRun,
} from "@colophon-protocol/sdk/proofs";
import type { JobManifest } from "@colophon-protocol/sdk/provenance";
import { advanceClock, type Context, gasOf } from "./context.js";
import type { Report } from "./report.js";

const GOAL = 0.85;
const EPOCHS = 4;

type Sink = ReturnType<typeof memorySink>;
type Job = Awaited<ReturnType<typeof runTraining>>;

/** A run that took place, with all that its proof is made from. */
export interface TrainedRun {
  delivered: LicensedDelivery;
  run: RunFile;
  deliveries: DeliveredVersion[];
  job: Job;
}

/** Fetches and trains: steps 7 and 8. */
export async function trainOnIt(context: Context, report: Report, licenseId: bigint): Promise<TrainedRun> {
  const { sink, delivered, leaves } = await report.step(
    "fetch with proofs, verify, decrypt; one chunk is corrupted",
    () => fetchVerified(context, licenseId),
  );
  const { datasetId, version, contentRoot } = delivered;
  const of = { licenseId, datasetId, version, contentRoot };
  const deliveries = [deliveredVersion(of, leaves, sink.leafHashes.keys())];
  const { run, job } = await report.step("train a softmax classifier on it, as a job with a receipt", () =>
    trainAsJob(context, licenseId, { sink, delivered, deliveries }),
  );
  return { delivered, run, deliveries, job };
}

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
  const leaves = await delivered.delivery.contentLeaves(delivered);
  const values = { chunks, bytes, files: sink.files.size, "fetched again": refetched.join("; ") };
  return { sink, delivered, leaves, values };
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

interface Data {
  sink: Sink;
  delivered: LicensedDelivery;
  deliveries: DeliveredVersion[];
}

async function trainAsJob(context: Context, licenseId: bigint, data: Data) {
  const job = await runTraining(context, licenseId, data);
  const { reached, digits, run } = job.result;
  if (reached <= GOAL) throw new Error(`The model reaches ${reached}, expected more than ${GOAL}.`);
  const values = {
    digits,
    accuracy: `${(reached * 100).toFixed(2)} %`,
    "run manifest": `${job.manifest.entries.length} entries, ${job.receipt.runManifestHash}`,
    "compute receipt": `${job.receiptId}, of a simulated enclave: it shows the form and proves nothing`,
  };
  return { run, job, gas: gasOf(...job.transactions), values };
}

/** The training as a job: its work reads the chain for what the run starts with, trains, and lists what it used. */
async function runTraining(context: Context, licenseId: bigint, { sink, delivered, deliveries }: Data) {
  const { deployment, actors } = context;
  const { client, address } = actors.licensee;
  // A block of its own: a local chain's time stands still between transactions, and training sends none.
  const now = async () => Number(await advanceClock(context, 0));
  return runJob({
    ...{ client, deployment, now },
    job: await jobOf(context, licenseId, delivered),
    work: async () => {
      const starting = { licenses: [{ licenseId }], purpose: "train", runner: address, deployment } as const;
      const run = await startRun(client, starting);
      const { model, reached, digits } = trainOn(sink);
      const salt = crypto.getRandomValues(new Uint8Array(32));
      return {
        result: { reached, digits, run },
        outputs: [{ name: "softmax.f32", sha256: hashOf(model) }],
        manifest: ({ endedAt }) => manifestOfRun(run, { deliveries, runEnd: endedAt, count: EPOCHS, salt }),
      };
    },
  });
}

async function jobOf(context: Context, licenseId: bigint, delivered: LicensedDelivery): Promise<JobManifest> {
  const { endpoints, licenseToken, actors } = context;
  const { datasetId, version, contentRoot } = delivered;
  return {
    format: "colophon-job",
    formatVersion: 1,
    name: "softmax classifier of handwritten digits",
    measurement: await measurementOf(BUILT_IN_KINDS["softmax-digits"] as string),
    chainId: endpoints.chainId,
    licenseToken: licenseToken.toLowerCase() as Hex,
    runner: actors.licensee.address.toLowerCase() as Hex,
    purpose: "train",
    inputs: [{ licenseId: String(licenseId), datasetId: String(datasetId), version, contentRoot }],
    parameters: { epochs: String(EPOCHS), rate: "0.02" },
  };
}

function trainOn(sink: Sink) {
  const file = (name: string) => sink.files.get(name) as Uint8Array;
  const training = parseIdx(file("train-images.idx3-ubyte"), file("train-labels.idx1-ubyte"));
  const heldOut = parseIdx(file("test-images.idx3-ubyte"), file("test-labels.idx1-ubyte"));
  const model = train(training, { epochs: EPOCHS });
  const digits = `${training.length} to train, ${heldOut.length} held out`;
  return { model, reached: accuracy(model, heldOut), digits };
}

const hashOf = (model: Model): Hex => toHex(sha256(modelBytes(model)));
