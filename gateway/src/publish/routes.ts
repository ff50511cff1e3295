import type { Hex } from "@colophon-protocol/sdk/formats";
import { Hono } from "hono";
import type { AuthService } from "../auth/service.js";
import { type BlobStore, blobName } from "../blobs/store.js";
import { encodingId, uint } from "../delivery/requests.js";
import { badRequest } from "../errors.js";
import { authRequest, type GatewayEnv, jsonBody, stringField } from "../http/context.js";
import type { PublishOptions, PublishService } from "./service.js";

const MAX_NAMES = 4096;
/** How long one request waits for the check of an encoding. */
const WAIT_MS = 20_000;

/** Uploads and acceptance, for the owner of a dataset (token with the `publish` scope). */
export function publishRoutes(
  auth: AuthService,
  blobs: BlobStore,
  publish: PublishService,
  options: PublishOptions & { maxBlobBytes: number },
): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();

  app.post("/blobs/missing", async (c) => {
    await auth.requirePublish(authRequest(c));
    const { names } = await jsonBody(c);
    if (!Array.isArray(names) || names.length > MAX_NAMES)
      throw badRequest(`\`names\` must be a list of at most ${MAX_NAMES}.`);
    const missing: string[] = [];
    for (const name of names) {
      if ((await blobs.size(blobName(String(name)))) === undefined) missing.push(String(name));
    }
    return c.json({ missing });
  });

  app.put("/blobs/:name", async (c) => {
    await auth.requirePublish(authRequest(c));
    const body = c.req.raw.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
    const { bytes, created } = await blobs.put(blobName(c.req.param("name")), iterate(body), options.maxBlobBytes);
    return c.json({ name: c.req.param("name"), bytes }, created ? 201 : 200);
  });

  app.post("/datasets/:dataset/versions/:version/encodings/:encoding", async (c) => {
    const id = encodingId((name) => c.req.param(name as never));
    await auth.requirePublish(authRequest(c), id.datasetId);
    const body = await jsonBody(c);
    const notice = body.retirementNotice;
    const offer = {
      ...id,
      encodingRoot: hex32(body, "encodingRoot"),
      envelopeHash: hex32(body, "envelopeHash"),
      encodingLeaves: blobName(stringField(body, "encodingLeaves")),
      contentLeaves: blobName(stringField(body, "contentLeaves")),
      retirementNotice:
        notice === undefined ? undefined : uint(String(notice), options.maxRetirementNotice, "`retirementNotice`"),
    };
    const result = await publish.accept(offer, WAIT_MS);
    if ("signature" in result) return c.json(result, 201);
    return c.json({ status: "checking", ...result }, 202, { "retry-after": "2" });
  });
  return app;
}

function hex32(body: Record<string, unknown>, name: string): Hex {
  const value = stringField(body, name);
  if (/^0x[0-9a-f]{64}$/.test(value)) return value as Hex;
  throw badRequest(`\`${name}\` must be 32 bytes as lower-case hex with 0x.`);
}

async function* iterate(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
