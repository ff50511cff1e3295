import { meterEventJson } from "@colophon-protocol/sdk/delivery";
import { Hono } from "hono";
import type { Hex } from "viem";
import { isOperator } from "../auth/operator.js";
import type { AuthService } from "../auth/service.js";
import { uint, uint256 } from "../delivery/requests.js";
import { badRequest, notFound, Problem, unauthorized } from "../errors.js";
import { clientAddress } from "../http/client-address.js";
import { authRequest, type GatewayContext, type GatewayEnv, jsonBody, stringField } from "../http/context.js";
import { RateLimiter } from "../rate-limit.js";
import type { Usage } from "./ledger.js";
import { voucherJson } from "./position.js";
import type { MeterService } from "./service.js";
import type { SignedVoucher, Vouchers } from "./vouchers.js";

const MAX_KEY = 200;
const MAX_EVENTS = 1000;
/** Sequences and units are 64 bits signed in the database. */
const MAX_UINT63 = 2n ** 63n - 1n;
const MAX_AMOUNT = 2n ** 96n - 1n;
const MAX_SIGNATURE_BYTES = 8192;

/** What the routes need. */
export interface MeterRoutesOptions {
  auth: AuthService;
  meter: MeterService;
  vouchers: Vouchers;
  operatorToken: string | undefined;
  /** Vouchers a minute from one client address. */
  vouchersPerMinute: number;
  /** Limits count the client that a proxy in front names. */
  trustProxy: boolean;
  now: () => number;
}

/**
 * A license's meter, its events and vouchers. Reading is for whoever holds a token of the license, and for the operator; a voucher is
 * its own proof, so anyone may hand it in; other services of the provider count by the operator's token.
 */
export function meterRoutes(options: MeterRoutesOptions): Hono<GatewayEnv> {
  const { auth, meter, vouchers, operatorToken } = options;
  const app = new Hono<GatewayEnv>();
  const limiter = new RateLimiter(options.vouchersPerMinute, options.now);
  const licenseOf = (c: GatewayContext) => uint256(c.req.param("license"), "the license id");
  const requireReader = async (c: GatewayContext): Promise<bigint> => {
    const licenseId = licenseOf(c);
    if (isOperator(c.req.header("authorization"), operatorToken)) return licenseId;
    const capability = await auth.requireRead(authRequest(c));
    if (capability.licenseId === licenseId) return licenseId;
    throw new Problem(403, "not_allowed", `This token is for license ${capability.licenseId}, not ${licenseId}.`);
  };
  const requireOperator = (c: GatewayContext): bigint => {
    if (isOperator(c.req.header("authorization"), operatorToken)) return licenseOf(c);
    throw unauthorized("invalid_token", "Only the provider's own services count usage: send the operator's token.");
  };

  app.get("/licenses/:license/meter", async (c) => {
    const license = await meter.require(await requireReader(c));
    return c.json(meterJson(await meter.describe(license)));
  });
  app.get("/licenses/:license/meter/events", async (c) => {
    const licenseId = await requireReader(c);
    const after = integer(c.req.query("after") ?? "0", MAX_UINT63, "`after`");
    const count = uint(c.req.query("count") ?? String(MAX_EVENTS), MAX_EVENTS, "`count`");
    return c.json({ events: (await meter.ledger.events(licenseId, after, count)).map(meterEventJson) });
  });
  app.post("/licenses/:license/meter/reservations", async (c) => {
    const license = await meter.require(requireOperator(c));
    const usage = readUsage(license.licenseId, await jsonBody(c));
    const { counted } = await meter.begin(license, usage);
    return c.json({ key: usage.key, units: usage.units.toString(), counted }, counted ? 200 : 201);
  });
  app.delete("/licenses/:license/meter/reservations", async (c) => {
    const licenseId = requireOperator(c);
    await meter.ledger.release({ licenseId, key: readKey(await jsonBody(c)) });
    return c.body(null, 204);
  });
  app.post("/licenses/:license/meter/events", async (c) => {
    const license = await meter.require(requireOperator(c));
    const usage = readUsage(license.licenseId, await jsonBody(c));
    return c.json(meterEventJson(await meter.record(license, usage)), 201);
  });
  app.post("/licenses/:license/vouchers", async (c) => {
    const licenseId = licenseOf(c);
    // By license, anyone could keep its holder from paying.
    requireRate(limiter.take(clientAddress(c, options.trustProxy)));
    const signed = readVoucher(licenseId, await jsonBody(c));
    const { voucher, signature, signer, receivedAt } = await vouchers.submit(signed);
    return c.json({ voucher: voucherJson(voucher), signature, signer, receivedAt }, 201);
  });
  app.get("/licenses/:license/vouchers", async (c) => {
    const licenseId = await requireReader(c);
    const newest = await meter.vouchers.newest(licenseId);
    if (!newest) throw notFound(`No voucher was handed in for license ${licenseId} yet.`);
    const { voucher, signature, signer, receivedAt } = newest;
    return c.json({ voucher: voucherJson(voucher), signature, signer, receivedAt });
  });
  return app;
}

function requireRate(seconds: number): void {
  if (seconds === 0) return;
  const detail = `Too many vouchers came from this address: try again in ${seconds} s; one covers all that was used.`;
  throw new Problem(429, "rate_limited", detail, { headers: { "retry-after": String(seconds) } });
}

function meterJson({ state, counts, last, due, report }: Awaited<ReturnType<MeterService["describe"]>>) {
  const { licenseId, terms, chain, vouchered, holder, redeemableUntil, time, frozen, finished, unvoucheredLimit } =
    state;
  return {
    licenseId: licenseId.toString(),
    kind: terms.kind,
    mode: terms.mode,
    cap: terms.cap.toString(),
    token: state.offer.token,
    used: {
      units: counts.units.toString(),
      reserved: counts.reserved.toString(),
      sequence: counts.sequence.toString(),
    },
    vouchered: numbers(vouchered),
    billed: numbers({ units: chain.units, amount: chain.spent, sequence: chain.sequence }),
    chain: {
      funded: chain.funded.toString(),
      held: report.held.toString(),
      thawing: chain.thawing.toString(),
      covered: report.covered?.toString() ?? null,
      holder,
      redeemableUntil: redeemableUntil ?? null,
      frozen,
      finished,
      time,
    },
    unvouchered: { amount: report.unvouchered.toString(), limit: unvoucheredLimit.toString() },
    /** What the licensee should sign now; null when its last voucher covers everything. */
    due: due ? voucherJson(due) : null,
    lastEvent: last ? meterEventJson(last) : null,
  };
}

function numbers({ units, amount, sequence }: { units: bigint; amount: bigint; sequence: bigint }) {
  return { units: units.toString(), amount: amount.toString(), sequence: sequence.toString() };
}

function readUsage(licenseId: bigint, body: Record<string, unknown>): Usage {
  const units = integer(String(body.units), MAX_UINT63, "`units`");
  if (units === 0n) throw badRequest("`units` is 0, expected at least 1.");
  return { licenseId, key: readKey(body), units };
}

function readKey(body: Record<string, unknown>): string {
  const key = stringField(body, "key");
  if (key.length <= MAX_KEY && /^[\x21-\x7e]+$/.test(key)) return key;
  throw badRequest(`\`key\` is not 1 to ${MAX_KEY} visible ASCII characters: name the use, so that it counts once.`);
}

function readVoucher(licenseId: bigint, { voucher, signature }: Record<string, unknown>): SignedVoucher {
  if (typeof voucher !== "object" || voucher === null) throw badRequest("`voucher` is missing or not an object.");
  if (typeof signature !== "string" || !new RegExp(`^0x([0-9a-fA-F]{2}){1,${MAX_SIGNATURE_BYTES}}$`).test(signature)) {
    throw badRequest(`\`signature\` is not 1 to ${MAX_SIGNATURE_BYTES} bytes of hex.`);
  }
  const fields = voucher as Record<string, unknown>;
  if (uint256(String(fields.licenseId), "`voucher.licenseId`") !== licenseId) {
    throw badRequest("The voucher names another license than the address it was sent to.");
  }
  const units = integer(String(fields.units), MAX_UINT63, "`voucher.units`");
  const amount = integer(String(fields.amount), MAX_AMOUNT, "`voucher.amount`");
  const sequence = integer(String(fields.sequence), MAX_UINT63, "`voucher.sequence`");
  return { voucher: { licenseId, units, amount, sequence }, signature: signature as Hex };
}

function integer(text: string, max: bigint, what: string): bigint {
  if (/^\d{1,30}$/.test(text) && BigInt(text) <= max) return BigInt(text);
  throw badRequest(`${what} is ${JSON.stringify(text).slice(0, 80)}, expected an integer from 0 to ${max}.`);
}
