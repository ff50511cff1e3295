/** Later encodings that a licensee asks for by signature. */
import {
  memorySink,
  parseReceipt,
  type SignEncodingRequestParameters,
  type SignedEncodingRequest,
  signEncodingRequest,
} from "@colophon-protocol/sdk/delivery";
import { getAddress, hexToBytes, toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recoversOnChain } from "../src/chain/signature.js";
import { startChain, type TestChain } from "./support/chain.js";
import type { TestDataset } from "./support/dataset.js";
import {
  addEncoding,
  buyer,
  OPERATOR_TOKEN,
  publishDataset,
  startTestGateway,
  stranger,
  type TestGateway,
  versionOf,
} from "./support/gateway.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { problem, RawClient } from "./support/raw.js";

const SECOND = "/v1/datasets/1/versions/1/encodings/2";
const NOW = () => Math.floor(Date.now() / 1000);

describe.each(DATABASES)("later encodings on %s", (kind) => {
  let chain: TestChain;
  let postgres: TestPostgres | undefined;
  let gateway: TestGateway;
  let first: TestDataset;
  let second: TestDataset;
  let sequence = 0n;

  beforeAll(async () => {
    chain = await startChain();
    postgres = kind === "postgres" ? await startPostgres() : undefined;
    gateway = await startTestGateway(chain, { databaseUrl: await postgres?.database() });
    first = await publishDataset(chain, gateway);
    second = await addEncoding(chain, gateway, first);
    for (const license of [2n, 3n, 4n, 5n]) await chain.set("setLicense", [license, buyer.address, 1n, 1, 0]);
  });
  afterAll(async () => {
    await gateway?.stop();
    await postgres?.remove();
    await chain?.stop();
  });

  const signed = (licenseId: bigint, change: Partial<SignEncodingRequestParameters> = {}) =>
    signEncodingRequest({
      chainId: 31337,
      licenseToken: chain.address,
      licenseId,
      version: 1,
      encoding: 2,
      signer: buyer,
      sequence: ++sequence,
      ...change,
    });
  const secondOf = () => ({ ...versionOf(second), encoding: 2 });
  const refusal = (asked: SignedEncodingRequest, licenseId = asked.request.licenseId) =>
    gateway.client({ licenseId }).requestEncoding(asked);

  it("are closed until the licensee asks, and then open beside the license's own", async () => {
    const client = gateway.client();
    expect(await client.encodingRequest(2)).toBeUndefined();
    const closed = client.fetchVersion({ ...secondOf(), sink: memorySink() });
    await expect(closed).rejects.toMatchObject({ status: 403, problem: "not_allowed" });
    await expect(closed).rejects.toThrow("POST /v1/licenses/1/encodings/2");
    const asked = await signed(1n);
    expect(await client.requestEncoding(asked)).toEqual(asked);
    expect(await client.encodingRequest(2)).toEqual(asked);
    for (const version of [secondOf(), versionOf(first)]) {
      const sink = memorySink();
      await client.fetchVersion({ ...version, sink });
      expect(sink.files.get("b/small.bin")).toEqual(first.files.get("b/small.bin"));
    }
    const raw = await RawClient.signedIn(gateway.url);
    for (const route of ["proofs?first=0", "leaves/content", "chunks/0"]) {
      expect((await raw.get(`${SECOND}/${route}`)).status).toBe(200);
    }
    const other = await RawClient.signedIn(gateway.url, { scope: "license:31337:2" });
    expect(await problem(await other.get(`${SECOND}/chunks/0`))).toMatchObject({ status: 403, code: "not_allowed" });
  });

  it("get receipts of their own, with the request and one row of sequences", async () => {
    const client = gateway.client();
    const own = await client.requestReceipt();
    const later = await client.requestReceipt(2);
    expect(own.receipt).toMatchObject({ encoding: 1, encodingRoot: first.encodingRoot, sequence: 1n });
    expect(own.encodingRequest).toBeUndefined();
    expect(later.receipt).toMatchObject({ encoding: 2, encodingRoot: second.encodingRoot, sequence: 2n });
    expect(later.receipt.servedRoot).toBe(second.encodingRoot);
    expect(later.encodingRequest).toEqual(await client.encodingRequest(2));
    expect(await client.requestReceipt(2)).toEqual(later);
    expect(await client.requestReceipt()).toEqual(own);
    await expect(client.requestReceipt(3)).rejects.toMatchObject({ status: 409 });
    const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` };
    const path = `${gateway.url}/v1/licenses/1`;
    const kept = await fetch(`${path}/receipt?encoding=2`, { headers });
    expect(parseReceipt(await kept.json())).toEqual(later);
    expect((await fetch(`${path}/encodings/2`, { headers })).status).toBe(200);
    expect((await fetch(`${path}/encodings/2`, { headers: { authorization: "Bearer x" } })).status).toBe(401);
  });

  it("cannot be asked for by who does not hold the license, or in another's name", async () => {
    const foreign = await signed(2n, { signer: stranger });
    await expect(refusal(foreign)).rejects.toMatchObject({ status: 403, reason: "NotHolder" });
    const forged = { ...foreign, signer: buyer.address };
    await expect(refusal(forged)).rejects.toMatchObject({ status: 403, problem: "not_allowed" });
    const elsewhere = await signed(2n, { chainId: 1 });
    await expect(refusal(elsewhere)).rejects.toMatchObject({ status: 403, problem: "not_allowed" });
    await expect(refusal(await signed(3n), 2n)).rejects.toMatchObject({ status: 400 });
    const raw = await RawClient.signedIn(gateway.url, { scope: "license:31337:2" });
    expect(await problem(await raw.get("/v1/licenses/3/encodings/2"))).toMatchObject({ status: 403 });
  });

  it.each<[string, Partial<SignEncodingRequestParameters>, number]>([
    ["another version", { version: 2 }, 400],
    ["the license's own encoding", { encoding: 1 }, 400],
    ["an encoding that does not exist", { encoding: 9 }, 404],
    ["a time in the future", { now: Date.now() + 600_000 }, 400],
    ["a time long ago", { now: Date.now() - 4_000_000 }, 409],
  ])("are refused for %s", async (_, change, status) => {
    await expect(refusal(await signed(2n, change))).rejects.toMatchObject({ status });
    expect(await gateway.client({ licenseId: 2n }).encodingRequest(2)).toBeUndefined();
  });

  it("take every sequence once, and only rising ones", async () => {
    const one = await signed(3n, { sequence: 100n });
    await refusal(one);
    await expect(refusal(one)).rejects.toMatchObject({ status: 409, problem: "conflict" });
    await expect(refusal(await signed(3n, { sequence: 99n }))).rejects.toMatchObject({ status: 409 });
    const two = await signed(3n, { sequence: 101n });
    const answers = await Promise.allSettled([refusal(two), refusal(two), refusal(two)]);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await gateway.client({ licenseId: 3n }).encodingRequest(2)).toEqual(two);
  });

  it("answer what is malformed with 400", async () => {
    const raw = await RawClient.signedIn(gateway.url, { scope: "license:31337:2" });
    const { request, signature } = await signed(2n);
    const fields = { ...request, licenseId: "2", sequence: String(request.sequence) };
    const bodies = [
      { request: fields, signature: "0x" },
      { request: fields, signature, signer: "0x12" },
      { request: { ...fields, sequence: String(2n ** 63n) }, signature },
      { request: { ...fields, licenseId: "3" }, signature },
      { request: { ...fields, encoding: 3 }, signature },
      { signature },
    ];
    for (const body of bodies) {
      const init = [{ "content-type": "application/json" }, {}, "POST", JSON.stringify(body)] as const;
      expect((await raw.get("/v1/licenses/2/encodings/2", ...init)).status).toBe(400);
    }
  });

  it("stand only while their signer holds the license", async () => {
    const client = gateway.client({ licenseId: 4n });
    await client.requestEncoding(await signed(4n));
    expect(await client.encodingRequest(2)).toBeDefined();
    await chain.set("setLicense", [4n, stranger.address, 1n, 1, 0]);
    const bought = gateway.client({ licenseId: 4n, account: stranger });
    expect(await bought.encodingRequest(2)).toBeUndefined();
    await expect(bought.fetchVersion({ ...secondOf(), sink: memorySink() })).rejects.toMatchObject({ status: 403 });
    await bought.requestEncoding(await signed(4n, { signer: stranger, sequence: 1n }));
    await bought.fetchVersion({ ...secondOf(), sink: memorySink() });
  });

  it("can be asked for by a contract that holds the license (ERC-1271)", async () => {
    const contract = getAddress(await chain.deployAccount(buyer.address));
    await chain.set("setLicense", [5n, contract, 1n, 1, 0]);
    const account = { address: contract, signMessage: buyer.signMessage, signTypedData: buyer.signTypedData };
    const client = gateway.client({ licenseId: 5n, account });
    const forged = { ...(await signed(5n, { signer: stranger })), signer: contract };
    await expect(client.requestEncoding(forged)).rejects.toMatchObject({ status: 403, problem: "not_allowed" });
    const nonsense = { ...forged, signature: "0x00" as const };
    await expect(client.requestEncoding(nonsense)).rejects.toMatchObject({ status: 403, problem: "not_allowed" });
    const asked = await signed(5n, { signer: account });
    expect(await client.requestEncoding(asked)).toMatchObject({ signer: contract });
    await client.fetchVersion({ ...secondOf(), sink: memorySink() });
  });

  it("take no more of a signature than the contracts would", async () => {
    const hash = `0x${"11".repeat(32)}` as const;
    const good = await buyer.sign({ hash });
    expect(await recoversOnChain(buyer.address, hash, good)).toBe(true);
    expect(await recoversOnChain(stranger.address, hash, good)).toBe(false);
    const bytes = hexToBytes(good);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const s = order - BigInt(toHex(bytes.slice(32, 64)));
    const flipped = `${good.slice(0, 66)}${s.toString(16).padStart(64, "0")}${bytes[64] === 27 ? "1c" : "1b"}` as const;
    const zeroV = `${good.slice(0, -2)}0${(bytes[64] as number) - 27}` as const;
    for (const bad of [flipped, zeroV, good.slice(0, -2), `${good}00`, "0x"]) {
      expect(await recoversOnChain(buyer.address, hash, bad as `0x${string}`), bad).toBe(false);
    }
  });

  it("are dated by the gateway's clock", async () => {
    const asked = await gateway.client().encodingRequest(2);
    expect(Math.abs((asked?.request.signedAt ?? 0) - NOW())).toBeLessThan(600);
  });
});
