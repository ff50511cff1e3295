/** Samples for cents, bought by the genuine x402 client from the gateway with its own facilitator, on the real contracts. */
import { randomBytes } from "node:crypto";
import { GatewaySession } from "@colophon-protocol/sdk/delivery";
import { ExactEvmScheme } from "@x402/evm";
import { decodePaymentResponseHeader, wrapFetchWithPaymentFromConfig } from "@x402/fetch";
import { eq } from "drizzle-orm";
import { type Hex, parseAbi } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keeperTransactions, samplePayments } from "../src/db/schema.js";
import { hashHex, storeBlobs } from "./support/dataset.js";
import { type PaidWorld, startPaidWorld, USDC } from "./support/paid.js";

const PRICE = USDC / 20n;
const x402Key = generatePrivateKey();
const sample = new Uint8Array(randomBytes(1_500_000));
const other = new TextEncoder().encode("id,text\n1,hello\n");

let world: PaidWorld;
let owner: GatewaySession;
let url: string;

const pathOf = (bytes: Uint8Array) => `/v1/datasets/${world.datasetId}/samples/${hashHex(bytes).slice(2)}`;
const offerSample = (bytes: Uint8Array, change: object = {}, session = owner) => {
  const token = world.address("TestUSDC");
  const body = JSON.stringify({ name: "Sample", mediaType: "text/csv", token, amount: PRICE.toString(), ...change });
  return session.request(pathOf(bytes), { method: "POST", headers: { "content-type": "application/json" }, body });
};

/** The genuine client, which keeps what it sent. */
function client(account = world.buyer.account) {
  const sent: Request[] = [];
  const recording: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    sent.push(request.clone());
    return fetch(request);
  };
  const schemes = [{ network: "eip155:31337" as const, client: new ExactEvmScheme(account) }];
  return { sent, pay: wrapFetchWithPaymentFromConfig(recording, { schemes, spendControls: false }) };
}

beforeAll(async () => {
  world = await startPaidWorld({ config: { x402Key } });
  await world.owner.setBalance({ address: privateKeyToAccount(x402Key).address, value: 10n ** 18n });
  await world.mint(world.buyer.account.address, 10n * USDC);
  storeBlobs(world.gateway.folder, [sample, other]);
  const { account } = world.owner;
  const scope = { datasetId: world.datasetId };
  owner = new GatewaySession({ gatewayUrl: world.gateway.url, chainId: 31337, account, scope });
  url = world.gateway.url + pathOf(sample);
  await offerSample(sample);
}, 240_000);
afterAll(() => world?.stop());

describe("samples by x402", () => {
  it("are put on sale by the dataset's owner alone, from stored blobs, in tokens that can be paid so", async () => {
    const { account } = world.buyer;
    const scope = { datasetId: world.datasetId };
    const stranger = new GatewaySession({ gatewayUrl: world.gateway.url, chainId: 31337, account, scope });
    await expect(offerSample(sample, {}, stranger)).rejects.toMatchObject({ status: 403 });
    await expect(offerSample(new Uint8Array([1, 2, 3]))).rejects.toThrow("is not stored here");
    await expect(offerSample(sample, { token: world.address("LicenseToken") })).rejects.toThrow(/EIP-712/);
    const listed = await (await fetch(`${world.gateway.url}/v1/datasets/${world.datasetId}/samples`)).json();
    expect(listed).toMatchObject({ samples: [{ amount: PRICE.toString(), seller: world.owner.account.address }] });
  });

  it("are bought by the genuine client: one request more, the owner is paid, the gateway's key pays the gas", async () => {
    const [seller, buyer] = [world.owner.account.address, world.buyer.account.address];
    const before = await Promise.all([world.balanceOf(seller), world.balanceOf(buyer)]);
    const { pay, sent } = client();
    const answer = await pay(url);
    expect(answer.status).toBe(200);
    expect(Buffer.compare(new Uint8Array(await answer.arrayBuffer()), sample)).toBe(0);
    expect(sent.length).toBe(2);
    const paid = decodePaymentResponseHeader(answer.headers.get("payment-response") ?? "");
    expect(paid).toMatchObject({ success: true, network: "eip155:31337", payer: buyer });
    const receipt = await world.buyer.getTransactionReceipt({ hash: paid.transaction as Hex });
    expect(receipt).toMatchObject({ status: "success", from: privateKeyToAccount(x402Key).address.toLowerCase() });
    const after = await Promise.all([world.balanceOf(seller), world.balanceOf(buyer)]);
    expect(after).toEqual([before[0] + PRICE, before[1] - PRICE]);
  });

  it("are paid once: the same payment again brings the sample again, and nothing else", async () => {
    await offerSample(other);
    const { pay, sent } = client();
    await (await pay(url)).arrayBuffer();
    const before = await world.balanceOf(world.buyer.account.address);
    const signature = sent[1]?.headers.get("payment-signature") as string;
    const again = await fetch(url, { headers: { "payment-signature": signature } });
    expect(again.status).toBe(200);
    await again.arrayBuffer();
    const elsewhere = await fetch(world.gateway.url + pathOf(other), { headers: { "payment-signature": signature } });
    expect(elsewhere.status).toBe(402);
    expect(await world.balanceOf(world.buyer.account.address)).toBe(before);
    // Who and which number paid stands on chain for all to see: without the signature they buy nothing.
    const payment = JSON.parse(Buffer.from(signature, "base64").toString());
    payment.payload.signature = await world.owner.account.signMessage({ message: "forged" });
    const forged = Buffer.from(JSON.stringify(payment)).toString("base64");
    expect((await fetch(url, { headers: { "payment-signature": forged } })).status).toBe(402);
  });

  it("are found paid when the gateway died between payment and answer, or somebody else sent the authorization", async () => {
    const { db } = world.gateway.services;
    const { pay, sent } = client();
    await (await pay(url)).arrayBuffer();
    const signature = sent[1]?.headers.get("payment-signature") as string;
    const { nonce } = JSON.parse(Buffer.from(signature, "base64").toString()).payload.authorization;
    const settlements = async () => (await db.run((drizzle) => drizzle.select().from(keeperTransactions))).length;
    const before = await settlements();
    await db.run((drizzle) =>
      drizzle.update(samplePayments).set({ transaction: null }).where(eq(samplePayments.nonce, nonce)),
    );
    const again = await fetch(url, { headers: { "payment-signature": signature } });
    expect(again.status).toBe(200);
    await again.arrayBuffer();
    expect(await settlements()).toBe(before);
  });

  it("are refused to who cannot pay, for wrong amounts, and for what is no payment", async () => {
    const poor = privateKeyToAccount(generatePrivateKey());
    expect((await client(poor as never).pay(url)).status).toBe(402);
    const { pay, sent } = client();
    await offerSample(sample, { amount: (PRICE * 2n).toString() });
    await (await pay(url)).arrayBuffer();
    const payment = JSON.parse(Buffer.from(sent[1]?.headers.get("payment-signature") as string, "base64").toString());
    payment.accepted.amount = "1";
    payment.payload.authorization.value = "1";
    const cheap = Buffer.from(JSON.stringify(payment)).toString("base64");
    const answer = await fetch(url, { headers: { "payment-signature": cheap } });
    expect([answer.status, (await answer.json()) as object]).toMatchObject([402, { code: "payment_required" }]);
    for (const wrong of ["!", Buffer.from("{}").toString("base64")]) {
      expect((await fetch(url, { headers: { "payment-signature": wrong } })).status).toBe(400);
    }
  });

  it("are no longer sold once the title has moved, or they were withdrawn", async () => {
    await owner.request(pathOf(other), { method: "DELETE" });
    expect((await fetch(world.gateway.url + pathOf(other))).status).toBe(404);
    const abi = parseAbi(["function transferFrom(address from, address to, uint256 id)"]);
    const args = [world.owner.account.address, world.buyer.account.address, world.datasetId] as const;
    const call = { address: world.address("DatasetRegistry"), abi, functionName: "transferFrom", args } as const;
    await world.owner.waitForTransactionReceipt({ hash: await world.owner.writeContract(call) });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await fetch(url)).status).toBe(404);
  });
});
