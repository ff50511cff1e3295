import { BATCH_MEDIA_TYPE } from "@colophon-protocol/sdk/delivery";
import { MANIFEST_MAX_BYTES, readManifest } from "@colophon-protocol/sdk/formats";
import { Hono } from "hono";
import type { AuthService } from "../auth/service.js";
import type { ReadCapability } from "../auth/tokens.js";
import { type BlobStore, blobName } from "../blobs/store.js";
import { notFound, Problem } from "../errors.js";
import { alreadySent, authRequest, type GatewayContext, type GatewayEnv, headersSoFar } from "../http/context.js";
import type { EncodingRequests } from "../requests/service.js";
import { type Catalog, type EncodingId, nodeSha256, type ServedEncoding } from "./catalog.js";
import { byteRange, chunkRun, encodingId, isNotModified, uint } from "./requests.js";
import type { DeliveryService } from "./service.js";
import { type Part, sendParts } from "./stream.js";

const BASE = "/datasets/:dataset/versions/:version/encodings/:encoding";
const IMMUTABLE = "public, max-age=31536000, immutable";
const TABLE_PART = 1 << 20;

/** What the routes need. */
export interface DeliveryRoutesOptions {
  auth: AuthService;
  catalog: Catalog;
  delivery: DeliveryService;
  requests: EncodingRequests;
  blobs: BlobStore;
  stallMs: number;
}

/** Routes of published facts (public) and of data (with a token of a license for this encoding, or for which it was asked). */
export function deliveryRoutes(options: DeliveryRoutesOptions): Hono<GatewayEnv> {
  const { auth, catalog, delivery, requests, blobs, stallMs } = options;
  const app = new Hono<GatewayEnv>();

  /** Authentication first, so that strangers learn nothing from what exists. */
  const open = async (c: GatewayContext): Promise<{ capability: ReadCapability; served: ServedEncoding }> => {
    const id = idOf(c);
    const capability = await auth.requireRead(authRequest(c));
    await requests.requireOpen(capability, id);
    return { capability, served: await catalog.serve(id) };
  };

  const sendBlob = async (c: GatewayContext, name: string, type: string, cache: string) => {
    const etag = `"${name}"`;
    const size = await blobs.size(name);
    if (size === undefined)
      throw new Problem(503, "storage_unavailable", `Blob ${name} is missing in the gateway's storage.`);
    const headers = {
      ...headersSoFar(c),
      etag,
      "cache-control": cache,
      "content-type": type,
      "content-length": String(size),
    };
    if (isNotModified(c.req.header("if-none-match"), etag)) return c.body(null, 304, { etag, "cache-control": cache });
    if (c.req.method === "HEAD") return c.body(null, 200, headers);
    await sendParts(c.env.outgoing, { status: 200, headers }, slices(blobs, name, size), stallMs);
    return alreadySent();
  };

  // By hash alone: indexers read a manifest before any encoding is accepted. Nothing but manifests goes out this way.
  app.get("/manifests/:hash", async (c) => {
    const name = blobName((c.req.param("hash") ?? "").replace(/^0x/, ""));
    await requireManifest(blobs, name);
    return sendBlob(c, name, "application/json", IMMUTABLE);
  });
  app.get(BASE, async (c) => c.json(describe(await catalog.serve(idOf(c)))));
  app.get(`${BASE}/manifest`, async (c) => {
    const { row } = await catalog.serve(idOf(c));
    return sendBlob(c, row.manifestHash.slice(2), "application/json", IMMUTABLE);
  });
  app.get(`${BASE}/envelope`, async (c) => {
    const { row } = await catalog.serve(idOf(c));
    return sendBlob(c, row.envelopeHash.slice(2), "application/json", IMMUTABLE);
  });
  app.get(`${BASE}/leaves/encoding`, async (c) => {
    const { row } = await catalog.serve(idOf(c));
    return sendBlob(c, row.encodingLeaves, "application/octet-stream", IMMUTABLE);
  });
  // Hashes of plaintext: who can guess a chunk could confirm it, so only licensees see them.
  app.get(`${BASE}/leaves/content`, async (c) => {
    const { served } = await open(c);
    return sendBlob(c, served.row.contentLeaves, "application/octet-stream", "private, no-store");
  });
  app.get(`${BASE}/proofs`, async (c) => {
    const { served } = await open(c);
    const run = chunkRun((name) => c.req.query(name), served.cipher);
    return c.json(delivery.proofs(served, run), 200, { "cache-control": "private, no-store" });
  });
  app.get(`${BASE}/chunks`, async (c) => {
    const { served, capability } = await open(c);
    const run = chunkRun((name) => c.req.query(name), served.cipher);
    const headers = { ...headersSoFar(c), "cache-control": "private, no-store" };
    if (c.req.method === "HEAD") return c.body(null, 200, { ...headers, "content-type": BATCH_MEDIA_TYPE });
    await delivery.sendBatch(c.env.outgoing, headers, served, capability, run);
    return alreadySent();
  });
  app.get(`${BASE}/chunks/:index`, async (c) => {
    const { served, capability } = await open(c);
    return sendChunk(c, delivery, served, capability);
  });
  return app;
}

async function sendChunk(
  c: GatewayContext,
  delivery: DeliveryService,
  served: ServedEncoding,
  capability: ReadCapability,
) {
  const index = uint(c.req.param("index"), Number.MAX_SAFE_INTEGER, "the chunk index");
  if (index >= served.cipher.size) {
    throw new Problem(
      404,
      "not_found",
      `There is no chunk ${index}: this encoding has chunks 0 to ${served.cipher.size - 1}.`,
    );
  }
  const { size } = served.cipher.leaf(index);
  const etag = delivery.etag(served, index);
  const common = { etag, "cache-control": "private, no-cache", "accept-ranges": "bytes" };
  if (isNotModified(c.req.header("if-none-match"), etag)) return c.body(null, 304, common);
  const range = byteRange((name) => c.req.header(name), size, etag);
  const { start, end } = range ?? { start: 0, end: size };
  const proof = Buffer.from(JSON.stringify(delivery.proofs(served, { first: index, count: 1 }))).toString("base64url");
  const headers = {
    ...headersSoFar(c),
    ...common,
    "content-type": "application/octet-stream",
    "content-length": String(end - start),
    "colophon-proof": proof,
    ...(range ? { "content-range": `bytes ${start}-${end - 1}/${size}` } : {}),
  };
  const head = { status: range ? 206 : 200, headers };
  // Nothing is sent, so nothing may be counted as delivered.
  if (c.req.method === "HEAD") return c.body(null, head.status as 200, headers);
  await delivery.sendChunk(c.env.outgoing, head, served, capability, { index, start, end });
  return alreadySent();
}

function idOf(c: GatewayContext): EncodingId {
  return encodingId((name) => c.req.param(name as never));
}

function describe({ row, cipher }: ServedEncoding) {
  const { datasetId, version, encoding, encodingRoot, contentRoot, manifestHash, envelopeHash, cipherBytes } = row;
  const { provider } = row.acceptance;
  return {
    datasetId,
    version,
    encoding,
    encodingRoot,
    contentRoot,
    manifestHash,
    envelopeHash,
    chunks: cipher.size,
    cipherBytes,
    provider,
  };
}

async function requireManifest(blobs: BlobStore, name: string): Promise<void> {
  const size = await blobs.size(name);
  if (size === undefined || size > MANIFEST_MAX_BYTES) throw notFound(`No manifest ${name} is stored here.`);
  const bytes = await blobs.read(name, 0, size);
  try {
    readManifest(bytes, `0x${name}`, nodeSha256);
  } catch {
    throw notFound(`No manifest ${name} is stored here.`);
  }
}

function slices(blobs: BlobStore, name: string, size: number): Part[] {
  const starts = Array.from({ length: Math.max(1, Math.ceil(size / TABLE_PART)) }, (_, i) => i * TABLE_PART);
  return starts.map((start) => ({ read: () => blobs.read(name, start, Math.min(size, start + TABLE_PART)) }));
}
