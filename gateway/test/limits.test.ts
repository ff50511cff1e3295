/** How often one may ask for challenges and sign in. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { networkOf } from "../src/http/client-address.js";
import { startChain, type TestChain } from "./support/chain.js";
import { buyer, publishDataset, startTestGateway, stranger, type TestGateway } from "./support/gateway.js";
import { problem, RawClient } from "./support/raw.js";

let chain: TestChain;
let gateway: TestGateway;
let time = Date.now();

beforeAll(async () => {
  chain = await startChain();
  gateway = await startTestGateway(chain, {
    limits: { challengesPerClient: 6, signInsPerAccount: 3 },
    config: { trustProxy: true },
    now: () => time,
  });
  await publishDataset(chain, gateway);
});
afterAll(async () => {
  await gateway?.stop();
  await chain?.stop();
});

/** A challenge as the proxy in front would hand it on. */
const challenge = (from: string, account?: string) =>
  fetch(`${gateway.url}/v1/auth/challenge`, {
    method: "POST",
    headers: { "x-forwarded-for": `198.51.100.1, ${from}` },
    ...(account === undefined ? {} : { body: JSON.stringify({ account }) }),
  });
const statuses = async (answers: Promise<Response>[]) => (await Promise.all(answers)).map(({ status }) => status);
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe("challenges", () => {
  it("are limited per client address, and another address has its own share", async () => {
    expect(await statuses(times(6, () => challenge("203.0.113.1")))).toEqual(times(6, () => 200));
    const refused = await challenge("203.0.113.1");
    expect(refused.headers.get("retry-after")).toBe("10");
    expect(await problem(refused)).toMatchObject({ status: 429, code: "rate_limited" });
    expect((await challenge("203.0.113.2")).status).toBe(200);
    time += 10_000;
    expect((await challenge("203.0.113.1")).status).toBe(200);
    expect((await challenge("203.0.113.1")).status).toBe(429);
  });

  it("count the network of an IPv6 address, whatever the rest of it is", async () => {
    const hosts = times(7, () => 0).map((_, i) => `2001:db8:1:2::${i + 1}`);
    const answers = await statuses(hosts.map((host) => challenge(host)));
    expect(answers.sort()).toEqual([200, 200, 200, 200, 200, 200, 429]);
    expect((await challenge("2001:db8:1:3::1")).status).toBe(200);
  });

  it("are limited per account at one address, in any spelling, and nobody uses up another's share elsewhere", async () => {
    const [one, two] = [buyer.address, stranger.address];
    const asked = [one, one.toLowerCase(), one, one].map((account) => challenge("203.0.113.3", account));
    expect((await statuses(asked)).sort()).toEqual([200, 200, 200, 429]);
    expect((await challenge("203.0.113.3", two)).status).toBe(200);
    expect((await challenge("203.0.113.4", one)).status).toBe(200);
  });

  it("refuse an account that is none", async () => {
    for (const account of ["0x12", "", "me"]) expect((await challenge("203.0.113.5", account)).status).toBe(400);
    const init = { method: "POST", headers: { "x-forwarded-for": "203.0.113.5" }, body: "{" };
    expect((await fetch(`${gateway.url}/v1/auth/challenge`, init)).status).toBe(400);
  });
});

describe("sign-ins", () => {
  it("are limited per account that has signed, from wherever it comes", async () => {
    const login = async (from: string, account = buyer) => {
      const client = await RawClient.create(gateway.url);
      const { nonce } = (await (await challenge(from)).json()) as { nonce: string };
      return client.login({
        account,
        fields: { nonce, issuedAt: new Date(time) },
        proof: { iat: Math.floor(time / 1000) },
      });
    };
    for (const from of ["203.0.113.11", "203.0.113.12", "203.0.113.13"]) expect((await login(from)).status).toBe(200);
    const refused = await login("203.0.113.14");
    expect(refused.headers.get("retry-after")).toBe("20");
    expect(await problem(refused)).toMatchObject({ status: 429, code: "rate_limited" });
    expect((await login("203.0.113.15", stranger)).status).toBe(403);
    time += 20_000;
    expect((await login("203.0.113.16")).status).toBe(200);
  });
});

describe("client addresses", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::1", "0:0:0:0::/64"],
    ["2001:DB8:0:1:2:3:4:5", "2001:db8:0:1::/64"],
    ["2001:db8::5", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["unknown", "unknown"],
  ])("%s counts as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
