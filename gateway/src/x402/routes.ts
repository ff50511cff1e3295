import { Hono } from "hono";
import { type Address, getAddress, isAddress } from "viem";
import type { AuthService } from "../auth/service.js";
import { type BlobStore, blobName } from "../blobs/store.js";
import { uint256 } from "../delivery/requests.js";
import { sendParts } from "../delivery/stream.js";
import { badRequest } from "../errors.js";
import {
  alreadySent,
  authRequest,
  type GatewayContext,
  type GatewayEnv,
  headersSoFar,
  jsonBody,
  stringField,
} from "../http/context.js";
import type { Sample, Samples } from "./samples.js";
import { encodeHeader, PAYMENT_REQUIRED, PAYMENT_RESPONSE, PAYMENT_SIGNATURE, readPayment } from "./wire.js";

const PATH = "/datasets/:dataset/samples";
const PART = 1 << 20;
const MAX_NAME = 200;
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]{1,100}$/;

/** What the routes need. */
export interface SampleRoutesOptions {
  auth: AuthService;
  samples: Samples;
  blobs: BlobStore;
  stallMs: number;
}

/** Samples: listed for anyone, sold by x402 (`exact`, EIP-3009), put on sale and withdrawn by the dataset's owner. */
export function sampleRoutes({ auth, samples, blobs, stallMs }: SampleRoutesOptions): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const datasetOf = (c: GatewayContext) => uint256(c.req.param("dataset"), "the dataset id");
  const nameOf = (c: GatewayContext) => blobName(c.req.param("sha256") ?? "");

  app.get(PATH, async (c) => c.json({ samples: (await samples.list(datasetOf(c))).map(sampleJson) }));
  app.post(`${PATH}/:sha256`, async (c) => {
    const datasetId = datasetOf(c);
    const { sub: seller } = await auth.requirePublish(authRequest(c), datasetId);
    const sample = { datasetId, sha256: nameOf(c), seller, ...readTerms(await jsonBody(c)) };
    await samples.put(sample);
    return c.json(sampleJson(sample), 201);
  });
  app.delete(`${PATH}/:sha256`, async (c) => {
    const datasetId = datasetOf(c);
    await auth.requirePublish(authRequest(c), datasetId);
    await samples.remove(datasetId, nameOf(c));
    return c.body(null, 204);
  });
  app.get(`${PATH}/:sha256`, async (c) => {
    const sample = await samples.find(datasetOf(c), nameOf(c));
    const header = c.req.header(PAYMENT_SIGNATURE);
    if (!header) return ask(c, samples, sample, "PAYMENT-SIGNATURE header is required");
    const payment = readPayment(header);
    const outcome = await samples.pay(sample, payment);
    if ("refused" in outcome) return ask(c, samples, sample, outcome.refused);
    const { network } = await samples.requirements(sample);
    const paid = { success: true, transaction: outcome.transaction, network, payer: payment.authorization.from };
    return send(c, sample, encodeHeader(paid));
  });

  const send = async (c: GatewayContext, { sha256, mediaType }: Sample, response: string) => {
    const size = (await blobs.size(sha256)) ?? 0;
    const headers = {
      ...headersSoFar(c),
      "content-type": mediaType,
      "content-length": String(size),
      "cache-control": "private, no-store",
      "content-disposition": "attachment",
      [PAYMENT_RESPONSE]: response,
    };
    const starts = Array.from({ length: Math.max(1, Math.ceil(size / PART)) }, (_, i) => i * PART);
    const parts = starts.map((start) => ({ read: () => blobs.read(sha256, start, Math.min(size, start + PART)) }));
    await sendParts(c.env.outgoing, { status: 200, headers }, parts, stallMs);
    return alreadySent();
  };
  return app;
}

/** 402 as x402 wants it: what to sign, in a header; the body is for people. */
async function ask(c: GatewayContext, samples: Samples, sample: Sample, error: string): Promise<Response> {
  const accepts = [await samples.requirements(sample)];
  const resource = { url: new URL(c.req.url).href, description: sample.name, mimeType: sample.mediaType };
  const required = { x402Version: 2, error, resource, accepts };
  const body = {
    type: "urn:colophon:problem:payment_required",
    title: "A payment is required",
    status: 402,
    code: "payment_required",
  };
  const headers = {
    [PAYMENT_REQUIRED]: encodeHeader(required),
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  };
  return c.body(JSON.stringify({ ...body, detail: error, accepts }), 402, headers);
}

function sampleJson({ datasetId, amount, ...rest }: Sample) {
  return { datasetId: datasetId.toString(), amount: amount.toString(), ...rest };
}

function readTerms(body: Record<string, unknown>): { name: string; mediaType: string; token: Address; amount: bigint } {
  const [name, mediaType, token] = [
    stringField(body, "name"),
    stringField(body, "mediaType"),
    stringField(body, "token"),
  ];
  if (name.length > MAX_NAME) throw badRequest(`\`name\` has ${name.length} characters, expected at most ${MAX_NAME}.`);
  if (!MEDIA_TYPE.test(mediaType)) throw badRequest("`mediaType` is not a media type such as text/csv.");
  if (!isAddress(token, { strict: false })) throw badRequest("`token` is not an address.");
  const amount = uint256(String(body.amount), "`amount`");
  if (amount === 0n) throw badRequest("`amount` is 0, expected base units of the token above 0.");
  return { name, mediaType, token: getAddress(token), amount };
}
