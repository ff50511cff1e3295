/** Pay by use on the real contracts: what is served is counted once, asked for by vouchers, and never more than is covered. */
import { readFileSync } from "node:fs";
import { licenseTokenAbi } from "@colophon-protocol/contracts";
import {
  execute,
  nextVoucher,
  type Offer,
  prepareDeposit,
  requestDepositSync,
  signUsageVoucher,
  waitForSuccess,
} from "@colophon-protocol/sdk";
import { meterEventHash, meterEventSigner, parseMeterEvent } from "@colophon-protocol/sdk/delivery";
import type { Message } from "@colophon-protocol/sdk/formats";
import { type Hex, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { meterReservations } from "../src/db/schema.js";
import type { TestChain } from "./support/chain.js";
import { OPERATOR_TOKEN, provider, startTestGateway, stranger } from "./support/gateway.js";
import { HOUR, type PaidWorld, startPaidWorld, USDC } from "./support/paid.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { problem, RawClient } from "./support/raw.js";

/** A contract account that signs what the buyer's key signs. */
async function deployAccount({ buyer }: PaidWorld): Promise<Hex> {
  const { Account } = JSON.parse(readFileSync(new URL("support/Chain.json", import.meta.url), "utf8"));
  const hash = await buyer.deployContract({ ...Account, args: [buyer.account.address] });
  return (await buyer.waitForTransactionReceipt({ hash })).contractAddress as Hex;
}

interface MeterJson {
  used: { units: string; reserved: string; sequence: string };
  due: Record<keyof Message<"UsageVoucher">, string> | null;
  lastEvent: unknown;
  unvouchered: { amount: string; limit: string };
  chain: { funded: string; covered: string | null };
}

describe.each(DATABASES)("metering on %s", (kind) => {
  let postgres: TestPostgres | undefined;
  let world: PaidWorld;
  /** 0.5 USDC a chunk: two may go without a voucher. */
  let byChunk: Offer;
  let base: string;
  let databaseUrl: string | undefined;

  beforeAll(async () => {
    postgres = kind === "postgres" ? await startPostgres() : undefined;
    databaseUrl = await postgres?.database();
    world = await startPaidWorld({ databaseUrl });
    base = `/v1/datasets/${world.datasetId}/versions/1/encodings/1`;
    await world.mint(world.buyer.account.address, 1000n * USDC);
    byChunk = await world.offer({ price: USDC / 2n, railTerms: { rail: "meter", kind: "Chunks", thaw: HOUR } });
  }, 240_000);
  afterAll(async () => {
    await world?.stop();
    await postgres?.remove();
  });

  const buyMeter = async (offer: Offer, deposit: bigint) => {
    const licenseId = await world.purchase(offer, { deposit });
    return { licenseId, raw: await RawClient.signedIn(world.gateway.url, { scope: `license:31337:${licenseId}` }) };
  };
  /** What the client has read, the server counts a moment later, when its socket took it. */
  const counted = () =>
    vi.waitFor(async () => {
      const rows = await world.gateway.services.db.run((db) => db.select().from(meterReservations));
      expect(rows).toEqual([]);
    });
  const get = async (raw: RawClient, path: string) => {
    const answer = await raw.get(path);
    if (answer.ok) await answer.arrayBuffer().finally(counted);
    return answer;
  };
  const meterOf = async (raw: RawClient, licenseId: bigint): Promise<MeterJson> =>
    (await (await raw.get(`/v1/licenses/${licenseId}/meter`)).json()) as MeterJson;
  const post = (path: string, body: unknown, method = "POST") =>
    fetch(`${world.gateway.url}/v1/licenses/${path}`, {
      method,
      headers: { authorization: `Bearer ${OPERATOR_TOKEN}` },
      body: JSON.stringify(body),
    });
  const voucherBody = (message: Message<"UsageVoucher">, signature: Hex) => ({
    voucher: Object.fromEntries(Object.entries(message).map(([name, value]) => [name, String(value)])),
    signature,
  });
  const submit = async (message: Message<"UsageVoucher">, signer = world.buyer) => {
    const signature = await signUsageVoucher(signer, { deployment: world.deployment, message });
    return fetch(`${world.gateway.url}/v1/licenses/${message.licenseId}/vouchers`, {
      method: "POST",
      body: JSON.stringify(voucherBody(message, signature)),
    });
  };
  const due = async (raw: RawClient, licenseId: bigint) => {
    const { due: voucher } = await meterOf(raw, licenseId);
    if (!voucher) throw new Error("no voucher is due");
    return {
      licenseId,
      units: BigInt(voucher.units),
      amount: BigInt(voucher.amount),
      sequence: BigInt(voucher.sequence),
    };
  };

  it("counts each chunk once, whole or in parts, and signs a chain of events over it", async () => {
    const { licenseId, raw } = await buyMeter(byChunk, 10n * USDC);
    const part = await raw.get(`${base}/chunks/0`, { range: "bytes=0-9" });
    expect(part.status).toBe(206);
    await part.arrayBuffer();
    await counted();
    await get(raw, `${base}/chunks/0`);
    expect((await get(raw, `${base}/chunks/1`)).headers.get("colophon-voucher-wanted")).toBe("1");
    await get(raw, `${base}/chunks/1`);
    const meter = await meterOf(raw, licenseId);
    expect(meter.used).toEqual({ units: "2", reserved: "0", sequence: "2" });
    expect(meter.due).toMatchObject({ units: "2", amount: String(USDC), sequence: "1" });
    const answer = await raw.get(`/v1/licenses/${licenseId}/meter/events`);
    const events = ((await answer.json()) as { events: unknown[] }).events.map(parseMeterEvent);
    expect(events.map(({ key, units, total }) => [key, units, total])).toEqual([
      ["chunk/1/1/0", 1n, 1n],
      ["chunk/1/1/1", 1n, 2n],
    ]);
    const domain = { chainId: 31337, licenseToken: world.address("LicenseToken") };
    const [first, second] = events as [(typeof events)[number], (typeof events)[number]];
    expect([first.previous, second.previous]).toEqual([zeroHash, meterEventHash(domain, first)]);
    for (const event of events) expect(await meterEventSigner(domain, event)).toBe(provider.address);
    expect(parseMeterEvent(meter.lastEvent)).toEqual(second);
  });

  it("asks for a voucher at the soft cap, refuses at the hard cap before the answer begins, and goes on once one came", async () => {
    const { licenseId, raw } = await buyMeter(byChunk, 10n * USDC);
    expect((await get(raw, `${base}/chunks/0`)).headers.get("colophon-voucher-wanted")).toBeNull();
    await get(raw, `${base}/chunks/1`);
    const refused = await raw.get(`${base}/chunks?first=2&count=2`);
    const body = (await refused.json()) as { needed: { voucher: Record<string, string> } };
    expect([refused.status, (body as never as { code: string }).code]).toEqual([402, "voucher_needed"]);
    const message = await due(raw, licenseId);
    expect(body.needed.voucher).toMatchObject({ units: "2", amount: String(message.amount) });
    expect((await submit(message)).status).toBe(201);
    expect((await submit(message)).status).toBe(201);
    expect((await get(raw, `${base}/chunks?first=2&count=2`)).status).toBe(200);
    expect((await get(raw, `${base}/chunks/0`)).status).toBe(200);
    expect((await meterOf(raw, licenseId)).used.units).toBe("4");
    const metrics = await (await fetch(`${world.gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/meter_caps_total\{cap="voucher_needed"\} [1-9]/);
    expect(metrics).toMatch(/metered_units_total\{kind="Chunks"\} [1-9]/);
  });

  it("cuts a batch at the cap, and counts what went out", async () => {
    const { licenseId, raw } = await buyMeter(byChunk, 10n * USDC);
    await expect(get(raw, `${base}/chunks?first=0&count=5`)).rejects.toThrow();
    expect((await meterOf(raw, licenseId)).used).toMatchObject({ units: "2", reserved: "0" });
  });

  it("takes vouchers only from the holder, for what was used, at the price, each newer than the last", async () => {
    const { licenseId, raw } = await buyMeter(byChunk, 10n * USDC);
    await get(raw, `${base}/chunks/0`);
    await get(raw, `${base}/chunks/1`);
    const good = await due(raw, licenseId);
    const outcomes = [
      await submit(good, world.clientOf(stranger)),
      await submit({ ...good, units: 3n, amount: (3n * USDC) / 2n }),
      await submit({ ...good, amount: good.amount - 1n }),
      await submit({ ...good, amount: good.amount + 1n }),
      await submit({ ...good, sequence: 0n }),
      await submit(good),
      await submit({ ...good, sequence: 5n }),
    ];
    expect(outcomes.map(({ status }) => status)).toEqual([403, 400, 400, 400, 409, 201, 409]);
    const newest = await raw.get(`/v1/licenses/${licenseId}/vouchers`);
    expect(await newest.json()).toMatchObject({ voucher: { units: "2" }, signer: world.buyer.account.address });
  });

  it("serves no more than is paid in and not asked back, and more after a deposit", async () => {
    const { licenseId, raw } = await buyMeter(byChunk, USDC);
    await get(raw, `${base}/chunks/0`);
    const { deployment, buyer } = world;
    await requestDepositSync(buyer, { deployment, licenseId, offer: byChunk, amount: USDC / 2n });
    // The gateway looks at the chain's head twice a second.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const refused = await raw.get(`${base}/chunks/1`);
    expect(await refused.json()).toMatchObject({ code: "deposit_needed", needed: { deposit: String(USDC / 2n) } });
    await execute(buyer, await prepareDeposit(buyer, { deployment, licenseId, offer: byChunk, amount: USDC / 2n }));
    expect((await get(raw, `${base}/chunks/1`)).status).toBe(200);
  });

  it("counts bytes where the offer says so, and delivers no chunks under other units", async () => {
    const railTerms = { rail: "meter", kind: "Bytes", scale: 6, thaw: HOUR } as const;
    const { licenseId, raw } = await buyMeter(await world.offer({ price: 1000n, railTerms }), USDC);
    await get(raw, `${base}/chunks?first=0&count=2`);
    const size = (world.dataset.chunks[0]?.length ?? 0) + (world.dataset.chunks[1]?.length ?? 0);
    expect((await meterOf(raw, licenseId)).used.units).toBe(String(size));
    const rows = await buyMeter(await world.offer({ price: 1000n, railTerms: { ...railTerms, kind: "Rows" } }), USDC);
    expect(await problem(await rows.raw.get(`${base}/chunks/0`))).toMatchObject({ status: 403, code: "not_allowed" });
  });

  it("lets other services reserve and record, each use once", async () => {
    const railTerms = { rail: "meter", kind: "Tokens", scale: 3, thaw: HOUR, included: 100n, cap: 10_000n } as const;
    const { licenseId, raw } = await buyMeter(await world.offer({ price: USDC / 10n, railTerms }), 10n * USDC);
    expect((await post(`${licenseId}/meter/reservations`, { key: "run-1", units: 900 })).status).toBe(201);
    expect((await meterOf(raw, licenseId)).used).toMatchObject({ units: "0", reserved: "900" });
    const record = (key: string, units: number) => post(`${licenseId}/meter/events`, { key, units });
    expect((await record("run-1", 901)).status).toBe(409);
    const first = parseMeterEvent(await (await record("run-1", 850)).json());
    expect(first).toMatchObject({ key: "run-1", units: 850n, total: 850n });
    expect(parseMeterEvent(await (await record("run-1", 850)).json())).toEqual(first);
    expect((await record("run-1", 900)).status).toBe(409);
    const many = await Promise.all(Array.from({ length: 8 }, () => record("run-2", 10)));
    expect(many.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect((await meterOf(raw, licenseId)).used).toEqual({ units: "860", reserved: "0", sequence: "2" });
    await post(`${licenseId}/meter/reservations`, { key: "run-3", units: 5 });
    expect((await post(`${licenseId}/meter/reservations`, { key: "run-3" }, "DELETE")).status).toBe(204);
    expect(await problem(await record("run-4", 9_999))).toMatchObject({ status: 402, code: "quota_exhausted" });
    const outside = await raw.get(`/v1/licenses/${licenseId}/meter/events`, {}, {}, "POST", "{}");
    expect(outside.status).toBe(401);
  });

  it("takes a contract account's voucher as the chain would (ERC-1271), and none of a former holder", async () => {
    const safe = await deployAccount(world);
    const licenseId = await world.purchase(byChunk, { deposit: 10n * USDC, licensee: safe });
    const record = (key: string) => post(`${licenseId}/meter/events`, { key, units: 1 });
    expect((await record("one")).status).toBe(201);
    const message = nextVoucher({ licenseId, offer: byChunk, used: 1n });
    expect((await submit(message, world.clientOf(stranger))).status).toBe(403);
    expect((await submit(message)).status).toBe(201);
    const own = await buyMeter(byChunk, 10n * USDC);
    await get(own.raw, `${base}/chunks/0`);
    expect((await submit(await due(own.raw, own.licenseId))).status).toBe(201);
    const transfer = [world.buyer.account.address, safe, own.licenseId] as const;
    const call = {
      address: world.address("LicenseToken"),
      abi: licenseTokenAbi,
      functionName: "transferFrom",
    } as const;
    await waitForSuccess(world.buyer, await world.buyer.writeContract({ ...call, args: transfer }));
    const answer = await fetch(`${world.gateway.url}/v1/licenses/${own.licenseId}/meter`, {
      headers: { authorization: `Bearer ${OPERATOR_TOKEN}` },
    });
    expect(await answer.json()).toMatchObject({ vouchered: { units: "0" }, due: { units: "1", sequence: "1" } });
  });

  it("serves after the fact up to the cap, where the offer is post-paid", async () => {
    const railTerms = { rail: "meter", kind: "Chunks", mode: "Postpaid", cap: 3n, thaw: HOUR } as const;
    const licenseId = await world.purchase(await world.offer({ price: 1000n, railTerms }));
    const raw = await RawClient.signedIn(world.gateway.url, { scope: `license:31337:${licenseId}` });
    for (const index of [0, 1, 2]) expect((await get(raw, `${base}/chunks/${index}`)).status).toBe(200);
    expect(await problem(await raw.get(`${base}/chunks/3`))).toMatchObject({ status: 402, code: "quota_exhausted" });
    expect((await meterOf(raw, licenseId)).chain.covered).toBeNull();
  });

  it("never signs for less than before, and says that a license of another rail has no meter", async () => {
    const { licenseId, raw } = await buyMeter(byChunk, 10n * USDC);
    await get(raw, `${base}/chunks/0`);
    const message = await due(raw, licenseId);
    expect(message).toEqual(nextVoucher({ licenseId, offer: byChunk, used: 1n }));
    const once = await world.purchase(await world.offer({ price: USDC }));
    const other = await RawClient.signedIn(world.gateway.url, { scope: `license:31337:${once}` });
    expect(await problem(await other.get(`/v1/licenses/${once}/meter`))).toMatchObject({ status: 409 });
  });

  // PGlite belongs to one process.
  if (kind !== "postgres") return;

  it("counts over two processes on one database as one", async () => {
    const options = { databaseUrl, blobFolder: world.gateway.folder };
    const second = await startTestGateway({ config: world.config } as TestChain, options);
    const railTerms = { rail: "meter", kind: "Chunks", thaw: HOUR } as const;
    const offer = await world.offer({ price: 1000n, railTerms });
    const licenseId = await world.purchase(offer, { deposit: 5000n });
    const scope = `license:31337:${licenseId}`;
    const both = await Promise.all([world.gateway.url, second.url].map((url) => RawClient.signedIn(url, { scope })));
    const asked = [0, 1, 2, 3, 4, 5].flatMap((index) => both.map((raw) => ({ raw, path: `${base}/chunks/${index}` })));
    const read = async ({ raw, path }: (typeof asked)[number]) => {
      const answer = await raw.get(path);
      await answer.arrayBuffer();
      return answer;
    };
    const answers = await Promise.all(asked.map(read));
    await counted();
    // Six chunks, and a deposit for five.
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(5);
    const { used } = await meterOf(both[0] as RawClient, licenseId);
    expect(used).toEqual({ units: "5", reserved: "0", sequence: "5" });
    await second.close();
  });
});
