import { decodeJwt } from "jose";
import { privateKeyToAccount } from "viem/accounts";
import { parseSiweMessage } from "viem/siwe";
import { describe, expect, it } from "vitest";
import { GatewaySession } from "../../src/delivery/index.js";

const account = privateKeyToAccount(`0x${"11".repeat(32)}`);
const GATEWAY = "https://gateway.example";

interface Seen {
  path: string;
  headers: Headers;
  body: string;
}

/** A gateway that answers as told; nothing of the network is used. */
function fakeGateway(answers: Record<string, (seen: Seen, call: number) => Response>) {
  const seen: Seen[] = [];
  const counts = new Map<string, number>();
  const fetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    const path = new URL(String(input)).pathname;
    const request = { path, headers: new Headers(init.headers), body: String(init.body ?? "") };
    seen.push(request);
    const call = counts.get(path) ?? 0;
    counts.set(path, call + 1);
    return (answers[path] as (seen: Seen, call: number) => Response)(request, call);
  };
  return { seen, fetch: fetch as typeof globalThis.fetch };
}

const challenge =
  (offset = 0) =>
  () =>
    Response.json({
      nonce: "abcdef0123456789",
      issuedAt: new Date(Date.now() + offset).toISOString(),
      domain: "evil.example",
      uri: "https://evil.example",
    });
const token =
  (expires_in = 300) =>
  () =>
    Response.json({
      access_token: `t-${expires_in}`,
      token_type: "DPoP",
      expires_in,
      datasetId: "5",
      licenseId: "7",
      version: 1,
      encoding: 2,
    });
const sessionOf = (fetch: typeof globalThis.fetch) =>
  new GatewaySession({ gatewayUrl: GATEWAY, chainId: 31337, account, scope: { licenseId: 7n }, fetch });

describe("a gateway session", () => {
  it("signs a message for its own gateway, whatever the challenge says, and names license and DPoP key", async () => {
    const { seen, fetch } = fakeGateway({ "/v1/auth/challenge": challenge(), "/v1/auth/verify": token() });
    expect(await sessionOf(fetch).grant()).toEqual({ datasetId: 5n, licenseId: 7n, version: 1, encoding: 2 });
    const { message } = JSON.parse((seen[1] as Seen).body) as { message: string };
    const fields = parseSiweMessage(message);
    expect(fields).toMatchObject({ domain: "gateway.example", uri: GATEWAY, chainId: 31337, address: account.address });
    expect(fields.resources?.[0]).toBe("urn:colophon:license:31337:7");
    expect(fields.resources?.[1]).toMatch(/^urn:colophon:dpop:[\w-]{43}$/);
  });

  it("sends a fresh proof with every request, for method, address and token", async () => {
    const ok = () => new Response("x");
    const { seen, fetch } = fakeGateway({
      "/v1/auth/challenge": challenge(),
      "/v1/auth/verify": token(),
      "/v1/data": ok,
    });
    const session = sessionOf(fetch);
    await session.request("/v1/data?first=1");
    await session.request("/v1/data?first=2");
    const proofs = seen
      .filter(({ path }) => path === "/v1/data")
      .map(({ headers }) => decodeJwt(headers.get("dpop") as string));
    expect(proofs[0]).toMatchObject({ htm: "GET", htu: `${GATEWAY}/v1/data` });
    expect(proofs[0]?.ath).toMatch(/^[\w-]{43}$/);
    expect(proofs[0]?.jti).not.toBe(proofs[1]?.jti);
    expect(seen.filter(({ path }) => path === "/v1/auth/verify")).toHaveLength(1);
  });

  it("takes the gateway's time when its own clock is off", async () => {
    const { seen, fetch } = fakeGateway({ "/v1/auth/challenge": challenge(3_600_000), "/v1/auth/verify": token() });
    await sessionOf(fetch).grant();
    const { iat } = decodeJwt((seen[1] as Seen).headers.get("dpop") as string);
    expect(Math.abs((iat as number) - (Date.now() / 1000 + 3600))).toBeLessThan(30);
  });

  it("refreshes a token before it ends, without asking the account again", async () => {
    let signatures = 0;
    const counting = {
      address: account.address,
      signMessage: (parameters: { message: string }) => ++signatures && account.signMessage(parameters),
    };
    const answers = {
      "/v1/auth/challenge": challenge(),
      "/v1/auth/verify": token(20),
      "/v1/auth/refresh": token(300),
      "/v1/data": () => new Response("x"),
    };
    const { seen, fetch } = fakeGateway(answers);
    const session = new GatewaySession({
      gatewayUrl: GATEWAY,
      chainId: 31337,
      account: counting as never,
      scope: { licenseId: 7n },
      fetch,
    });
    await session.grant();
    await session.request("/v1/data");
    expect(signatures).toBe(1);
    expect(seen.at(-1)?.headers.get("authorization")).toBe("DPoP t-300");
  });

  it("signs in again once when the token is refused, and then gives up", async () => {
    const refuse = () => Response.json({ code: "invalid_token", detail: "expired" }, { status: 401 });
    const { seen, fetch } = fakeGateway({
      "/v1/auth/challenge": challenge(),
      "/v1/auth/verify": token(),
      "/v1/data": refuse,
    });
    await expect(sessionOf(fetch).request("/v1/data")).rejects.toMatchObject({
      code: "sign-in",
      status: 401,
      problem: "invalid_token",
    });
    expect(seen.filter(({ path }) => path === "/v1/auth/verify")).toHaveLength(2);
  });

  it("says denied with the chain's reason, and unavailable when nobody answers", async () => {
    const denied = () => Response.json({ code: "access_denied", detail: "no", reason: "Expired" }, { status: 403 });
    const { fetch } = fakeGateway({ "/v1/auth/challenge": challenge(), "/v1/auth/verify": denied });
    await expect(sessionOf(fetch).grant()).rejects.toMatchObject({ code: "denied", reason: "Expired" });
    const dead = (async () => Promise.reject(new TypeError("fetch failed"))) as typeof globalThis.fetch;
    await expect(sessionOf(dead).grant()).rejects.toMatchObject({ code: "unavailable" });
  });
});
