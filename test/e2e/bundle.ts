// A bundle: a small dataset of its own, made from files, with dataset 1 as component by its owner's grant. Everything is as a publisher
// does it: ingested, published, its key sealed, its encoding taken by the gateway, and offered.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BlobName, FolderBlobStore, type IngestResult, ingest, sealEnvelope } from "@colophon-protocol/ingest";
import {
  addEncodingSync,
  buildOffer,
  offerId,
  openOfferSync,
  publishDatasetSync,
  registeredKeyNetwork,
  versionOf,
} from "@colophon-protocol/sdk";
import { offerEncoding } from "@colophon-protocol/sdk/delivery";
import {
  CHUNK_LEAF_SIZE,
  decodeChunkLeaf,
  type EnvelopeKey,
  generateSigningKey,
  termsId,
  termsStruct,
  termsTemplates,
  toHex,
  typedData,
  Use,
  webCryptoSigner,
} from "@colophon-protocol/sdk/formats";
import { getDataset } from "@colophon-protocol/sdk/indexer";
import { licenseConditions, verifiedKeyNetwork, wrapDatasetKey } from "@colophon-protocol/sdk/keys";
import type { Hex } from "viem";
import { expect } from "vitest";
import { actorOf, addressOf, type Endpoints, readerOf, untilIndexed } from "./chain.js";

const NAME = "Handwriting, with a guide to reading it";
const PRICE = 60_000_000n;
const FAR = 4_000_000_000;
const GUIDE = "A seven is crossed in most of Europe, and a one often is not a bare stroke.\n";

/** Puts the bundle up for sale and waits until the indexer has offer and manifest. @returns its id and name */
export async function offerBundle(endpoints: Endpoints): Promise<{ datasetId: bigint; name: string }> {
  const folder = await mkdtemp(join(tmpdir(), "colophon-bundle-"));
  try {
    const store = join(folder, "store");
    const ingested = await ingestGuide(endpoints, folder, store);
    const { datasetId, offer } = await publish(endpoints, ingested, store);
    const { indexerUrl: url, chainId } = endpoints;
    await untilIndexed(async () => {
      const found = await getDataset({ url }, { chainId, datasetId });
      expect(found).toMatchObject({ name: NAME, offers: [{ offerId: offerId(offer) }], parents: [{ bundle: true }] });
    });
    return { datasetId, name: NAME };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ingestGuide(endpoints: Endpoints, folder: string, out: string): Promise<IngestResult> {
  const source = join(folder, "guide");
  await mkdir(source);
  await writeFile(join(source, "guide.txt"), GUIDE);
  const component = { datasetId: 1n, version: 1, deployment: endpoints.deployment };
  const { contentRoot } = await versionOf(readerOf(endpoints), component);
  return ingest({
    source,
    out,
    signer: await webCryptoSigner(await generateSigningKey()),
    manifest: {
      name: NAME,
      description: "10,000 handwritten digits, and how people of different schools write them.",
      image: "https://digits.example/guide.png",
      publisher: { name: "Digits Cooperative" },
      modality: ["text", "image"],
      keywords: ["handwriting", "guide"],
      mediaTypes: ["text/plain"],
      source: { license: "CC-BY-4.0", attribution: "Digits Cooperative", origins: [{ title: "Own work" }] },
      pipeline: [{ step: "write", tool: "a pen", version: "1", status: "passed" }],
      consents: { basis: "not-required" },
      contentCredentials: { policy: "none" },
      privacy: { mode: "no-personal-data" },
      parents: [
        {
          chainId: endpoints.chainId,
          registry: addressOf(endpoints, "DatasetRegistry").toLowerCase() as Hex,
          datasetId: "1",
          version: 1,
          contentRoot,
          relation: "bundled",
        },
      ],
      offerDefaults: [],
    },
  });
}

async function publish(endpoints: Endpoints, { version, record, datasetKey }: IngestResult, folder: string) {
  const { chainId, deployment, gatewayUrl, accounts } = endpoints;
  const owner = actorOf(endpoints, "rightsholder");
  const licenseToken = addressOf(endpoints, "LicenseToken");
  const provider = accounts.provider?.address as Hex;
  const { datasetId } = await publishDatasetSync(owner, {
    owner: owner.account.address,
    input: version,
    parents: [await granted(endpoints, version.contentRoot)],
    deployment,
  });

  const keys = await verifiedKeyNetwork(await registeredKeyNetwork(owner, { deployment }));
  const conditions = licenseConditions({ chainId, licenseToken, datasetId, version: 1, uses: Use.ReadRaw });
  const key = wrapDatasetKey({ networkPublicKey: keys.publicKey, conditions, key: datasetKey }) as EnvelopeKey;
  const store = new FolderBlobStore(folder);
  const sealed = await sealEnvelope({ store, record, chainId, licenseToken, datasetId, version: 1, key, provider });
  const encodingLeaves = await store.get(record.encodingLeaves);
  const { acceptance, signature } = await offerEncoding(
    { gatewayUrl, chainId, account: owner.account, datasetId },
    {
      ...{ datasetId, version: 1, encoding: 1, encodingRoot: record.encodingRoot, encodingLeaves },
      manifest: await store.get(record.manifest),
      envelope: await store.get(sealed.name),
      contentLeaves: await store.get(record.contentLeaves),
      chunk: (index) => store.get(chunkName(encodingLeaves, index)),
    },
  );
  await addEncodingSync(owner, { datasetId, version: 1, input: { ...acceptance, signature }, deployment });
  const offer = buildOffer({
    ...{ seller: owner.account.address, datasetId, provider, price: PRICE },
    termsId: termsId(termsStruct(termsTemplates["train-only"])),
    token: addressOf(endpoints, "TestUSDC"),
  });
  await openOfferSync(owner, { offer, deployment });
  return { datasetId, offer };
}

/** The grant of dataset 1's owner, who owns the bundle too: a tenth of what the bundle earns, and its licenses open the component. */
async function granted(endpoints: Endpoints, childContentRoot: Hex) {
  const owner = actorOf(endpoints, "rightsholder");
  const link = { parentId: 1n, parentVersion: 1, shareBps: 1_000, bundle: true, nonce: 1n, deadline: FAR };
  const domain = { chainId: endpoints.chainId, licenseToken: addressOf(endpoints, "LicenseToken") };
  const message = { ...link, childOwner: owner.account.address, childContentRoot };
  return { ...link, licenseId: 0n, signature: await owner.signTypedData(typedData("ParentGrant", domain, message)) };
}

/** A chunk's blob is named by the digest in its leaf. */
function chunkName(leaves: Uint8Array, index: number): BlobName {
  const { digest } = decodeChunkLeaf(leaves.subarray(index * CHUNK_LEAF_SIZE, (index + 1) * CHUNK_LEAF_SIZE));
  return toHex(digest).slice(2) as BlobName;
}
