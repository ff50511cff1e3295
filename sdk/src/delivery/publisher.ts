/** The rightsholder's side of a gateway: hand over an encoding and get the provider's signed acceptance. */
import { CHUNK_LEAF_SIZE, decodeChunkLeaf, type Hex, type Message, toHex } from "../formats/index.js";
import { type EncodingAddress, encodingPath } from "./client.js";
import { sha256Fast } from "./fetcher.js";
import { GatewaySession, type SignInAccount } from "./session.js";

export interface PublisherOptions {
  gatewayUrl: string;
  chainId: number;
  /** Owner of the dataset. */
  account: SignInAccount;
  datasetId: bigint;
  fetch?: typeof fetch | undefined;
  now?: (() => number) | undefined;
}

/** An encoding to hand over. Tables are the 45-byte leaves of the two trees, in order. */
export interface OfferEncodingParameters extends EncodingAddress {
  encodingRoot: Hex;
  manifest: Uint8Array;
  envelope: Uint8Array;
  encodingLeaves: Uint8Array;
  contentLeaves: Uint8Array;
  /** Bytes of a ciphertext chunk; asked only for chunks that the gateway lacks. Not needed when it shares the folder. */
  chunk?: ((index: number) => Promise<Uint8Array>) | undefined;
  /** Seconds of notice to ask for; the provider's own by default. */
  retirementNotice?: number | undefined;
  /** Told of chunks that the provider has checked. */
  onProgress?: ((checked: number, total: number) => void) | undefined;
}

/** What `DatasetRegistry.addEncoding` needs from the provider. */
export interface SignedEncodingAcceptance {
  acceptance: Message<"EncodingAcceptance">;
  signature: Hex;
}

const NAMES_PER_REQUEST = 4096;
const POLL_MS = 2000;

/** Uploads what the gateway lacks and asks it to accept. @throws DeliveryError */
export async function offerEncoding(
  options: PublisherOptions,
  parameters: OfferEncodingParameters,
): Promise<SignedEncodingAcceptance> {
  const { datasetId, ...rest } = options;
  const session = new GatewaySession({ ...rest, scope: { datasetId } });
  const { manifest, envelope, encodingLeaves, contentLeaves, chunk } = parameters;
  const documents = await named([manifest, envelope, encodingLeaves, contentLeaves]);
  await upload(session, documents);
  if (chunk) await upload(session, chunksOf(encodingLeaves, chunk));
  const [, envelopeName, encodingTable, contentTable] = [...documents.keys()];
  const body = JSON.stringify({
    encodingRoot: parameters.encodingRoot,
    envelopeHash: `0x${envelopeName}`,
    encodingLeaves: encodingTable,
    contentLeaves: contentTable,
    retirementNotice: parameters.retirementNotice,
  });
  const init = { method: "POST", body, headers: { "content-type": "application/json" } };
  for (;;) {
    const response = await session.request(encodingPath(parameters), init);
    if (response.status === 201) return parseAcceptance(await response.json());
    const { checked, total } = (await response.json()) as { checked: number; total: number };
    parameters.onProgress?.(checked, total);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

type Blobs = Map<string, () => Promise<Uint8Array>>;

async function named(all: Uint8Array[]): Promise<Blobs> {
  const blobs: Blobs = new Map();
  for (const bytes of all) blobs.set(toHex(await sha256Fast(bytes)).slice(2), async () => bytes);
  return blobs;
}

function chunksOf(table: Uint8Array, chunk: (index: number) => Promise<Uint8Array>): Blobs {
  const blobs: Blobs = new Map();
  for (let at = 0; at < table.length; at += CHUNK_LEAF_SIZE) {
    const { index, digest } = decodeChunkLeaf(table.subarray(at, at + CHUNK_LEAF_SIZE));
    blobs.set(toHex(digest).slice(2), () => chunk(index));
  }
  return blobs;
}

async function upload(session: GatewaySession, blobs: Blobs): Promise<void> {
  const names = [...blobs.keys()];
  for (let at = 0; at < names.length; at += NAMES_PER_REQUEST) {
    const body = JSON.stringify({ names: names.slice(at, at + NAMES_PER_REQUEST) });
    const headers = { "content-type": "application/json" };
    const response = await session.request("/v1/blobs/missing", { method: "POST", headers, body });
    const { missing } = (await response.json()) as { missing: string[] };
    for (const name of missing) {
      const bytes = await (blobs.get(name) as () => Promise<Uint8Array>)();
      await session.request(`/v1/blobs/${name}`, { method: "PUT", body: bytes as BodyInit });
    }
  }
}

function parseAcceptance(answer: unknown): SignedEncodingAcceptance {
  const { acceptance, signature } = answer as { acceptance: Record<string, string | number>; signature: Hex };
  return {
    acceptance: {
      datasetId: BigInt(acceptance.datasetId as string),
      version: Number(acceptance.version),
      encoding: Number(acceptance.encoding),
      encodingRoot: acceptance.encodingRoot as Hex,
      envelopeHash: acceptance.envelopeHash as Hex,
      provider: acceptance.provider as Hex,
      retirementNotice: Number(acceptance.retirementNotice),
      deadline: Number(acceptance.deadline),
    },
    signature,
  };
}
