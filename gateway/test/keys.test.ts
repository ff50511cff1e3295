import {
  hashConditions,
  KeyNodesUnavailable,
  type KeyRequest,
  keyRequestTypedData,
  licenseConditions,
  newResponseKey,
  validateKeyNetwork,
  type WrappedKey,
  wrapDatasetKey,
} from "@colophon-protocol/sdk/keys";
import { bytesToHex, type Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  account,
  type Chain,
  deploy,
  deployDouble,
  GRANTED,
  type LicenseFixture,
  postRelease as post,
  READ_RAW,
  REVOKED,
  release,
  startChain,
  startNetwork,
  startNode,
} from "./keys-support.js";

let chain: Chain;
let licenses: LicenseFixture;
let net: Awaited<ReturnType<typeof startNetwork>>;
let nextId = 100n;
const key = crypto.getRandomValues(new Uint8Array(32));

beforeAll(async () => {
  chain = await startChain();
  licenses = await deployDouble(chain);
  net = await startNetwork(chain, licenses.licenseToken);
});

afterAll(async () => {
  await net?.close();
  chain?.stop();
});

/** A dataset of its own per test, so that tests cannot see each other. */
function newDataset(network = net.network, version = 1) {
  const datasetId = nextId++;
  const conditions = licenseConditions({
    chainId: 31337,
    licenseToken: licenses.licenseToken,
    datasetId,
    version,
    uses: READ_RAW,
  });
  return {
    datasetId,
    licenseId: datasetId + 1000n,
    wrapped: wrapDatasetKey({ networkPublicKey: network.publicKey, conditions, key }),
  };
}

async function grantedDataset(network = net.network, extra: { expiry?: number; uses?: number } = {}) {
  const dataset = newDataset(network);
  const { licenseId, datasetId } = dataset;
  await licenses.grant({ licenseId, holder: account(1).address, datasetId, version: 1, uses: READ_RAW, ...extra });
  return dataset;
}

/** A signed request, with any field changed before signing. */
async function signedRequest(
  wrapped: WrappedKey,
  licenseId: bigint,
  datasetId: bigint,
  change: Partial<KeyRequest> = {},
) {
  const now = Math.floor(Date.now() / 1000);
  const request: KeyRequest = {
    account: account(1).address,
    licenseId,
    datasetId,
    version: 1,
    encoding: 1,
    conditionsHash: `0x${hashConditions(wrapped.conditions)}`,
    keyHash: wrapped.keyHash,
    networkKey: net.network.publicKey,
    responseKey: newResponseKey().publicKey,
    issuedAt: now,
    expiresAt: now + 60,
    nonce: bytesToHex(crypto.getRandomValues(new Uint8Array(32))),
    ...change,
  };
  const signature: Hex = await account(1).signTypedData(keyRequestTypedData(request, 31337, licenses.licenseToken));
  return { request, conditions: wrapped.conditions, signature };
}

describe("release by the native endpoint", () => {
  it("gives the key to a licensee, without activation, from a network that proves itself", async () => {
    const { wrapped, licenseId } = await grantedDataset();
    expect(() => validateKeyNetwork(net.network)).not.toThrow();
    const released = await release(net.network, wrapped, licenses.licenseToken, licenseId);
    expect(released.key).toEqual(key);
    expect(released.usedNodes).toHaveLength(2);
  });

  it.each([
    ["an account without the license", 2, "NotHolder"],
    ["a license that does not exist", 1, "None"],
  ])("refuses %s", async (what, wallet, reason) => {
    const { wrapped, licenseId } = what.includes("not exist") ? newDataset() : await grantedDataset();
    const attempt = release(net.network, wrapped, licenses.licenseToken, licenseId, { account: account(wallet) });
    await expect(attempt).rejects.toMatchObject({ name: "KeyAccessDenied", reason });
  });

  it("refuses after revocation, and serves again when the chain says so", async () => {
    const { wrapped, licenseId } = await grantedDataset();
    await licenses.answer(licenseId, REVOKED);
    const refused = release(net.network, wrapped, licenses.licenseToken, licenseId);
    await expect(refused).rejects.toMatchObject({ name: "KeyAccessDenied", reason: "Revoked" });
    await licenses.answer(licenseId, GRANTED);
    expect((await release(net.network, wrapped, licenses.licenseToken, licenseId)).key).toEqual(key);
  });

  it("refuses an expired license and one without the use", async () => {
    const { timestamp } = await chain.client.getBlock();
    const expired = await grantedDataset(net.network, { expiry: Number(timestamp) - 1 });
    const compute = await grantedDataset(net.network, { uses: 2 });
    await expect(release(net.network, expired.wrapped, licenses.licenseToken, expired.licenseId)).rejects.toMatchObject(
      {
        reason: "Expired",
      },
    );
    await expect(release(net.network, compute.wrapped, licenses.licenseToken, compute.licenseId)).rejects.toMatchObject(
      {
        reason: "UseNotLicensed",
      },
    );
  });

  it("refuses another dataset's license, unless it is of a bundle that has it as component", async () => {
    const bundle = await grantedDataset();
    const component = newDataset();
    const attempt = () => release(net.network, component.wrapped, licenses.licenseToken, bundle.licenseId);
    await expect(attempt()).rejects.toMatchObject({ reason: "VersionNotLicensed" });
    await licenses.addComponent(bundle.licenseId, component.datasetId);
    expect((await attempt()).key).toEqual(key);
    await licenses.answer(bundle.licenseId, REVOKED);
    await expect(attempt()).rejects.toMatchObject({ reason: "Revoked" });
  });

  it("serves a smart account by EIP-1271", async () => {
    const { wrapped, licenseId, datasetId } = newDataset();
    const wallet = await deploy(chain, "KeyWalletDouble", [account(3).address]);
    await licenses.grant({ licenseId, holder: wallet, datasetId, version: 1, uses: READ_RAW });
    const { signTypedData } = account(3);
    const signer = { address: wallet, signTypedData };
    expect((await release(net.network, wrapped, licenses.licenseToken, licenseId, { account: signer })).key).toEqual(
      key,
    );
    const thief = { address: wallet, signTypedData: account(4).signTypedData };
    const failures = await release(net.network, wrapped, licenses.licenseToken, licenseId, { account: thief }).catch(
      (e: KeyNodesUnavailable) => e.failures.map((f) => f.code),
    );
    expect(failures).toEqual(["bad_signature", "bad_signature", "bad_signature"]);
  });
});

describe("nodes that fail", () => {
  it("still serves with one down; with two down says how many are missing and why", async () => {
    const own = await startNetwork(chain, licenses.licenseToken);
    try {
      const { wrapped, licenseId } = await grantedDataset(own.network);
      await own.nodes[0]?.close(100);
      const released = await release(own.network, wrapped, licenses.licenseToken, licenseId);
      expect(released.key).toEqual(key);
      expect(released.usedNodes.sort()).toEqual([2, 3]);
      await own.nodes[2]?.close(100);
      const error = await release(own.network, wrapped, licenses.licenseToken, licenseId).catch((e) => e);
      expect(error).toBeInstanceOf(KeyNodesUnavailable);
      expect(error).toMatchObject({ needed: 2, got: 1 });
      expect(error.failures.map((f: { url: string; code: string }) => [f.url, f.code]).sort()).toEqual(
        [
          [own.urls[0], "unreachable"],
          [own.urls[2], "unreachable"],
        ].sort(),
      );
    } finally {
      await own.close();
    }
  });

  it("names a node that lies, and serves from the honest ones", async () => {
    const own = await startNetwork(chain, licenses.licenseToken, [{ lie: 1n }]);
    try {
      const { wrapped, licenseId } = await grantedDataset(own.network);
      const slowThird: typeof fetch = async (input, init) => {
        if (String(input).startsWith(own.urls[2] as string)) await new Promise((r) => setTimeout(r, 300));
        return fetch(input, init);
      };
      const released = await release(own.network, wrapped, licenses.licenseToken, licenseId, { fetch: slowThird });
      expect(released.key).toEqual(key);
      expect(released.usedNodes.sort()).toEqual([2, 3]);
      expect(released.failures).toMatchObject([{ url: own.urls[0], code: "bad_share" }]);
      await own.nodes[2]?.close(100);
      const error = await release(own.network, wrapped, licenses.licenseToken, licenseId).catch((e) => e);
      expect(error).toMatchObject({ name: "KeyNodesUnavailable", needed: 2, got: 1 });
      expect(error.failures).toContainEqual(expect.objectContaining({ url: own.urls[0], code: "bad_share" }));
    } finally {
      await own.close();
    }
  });

  it("stops waiting for a node that hangs", async () => {
    const { wrapped, licenseId } = await grantedDataset();
    const hanging: typeof fetch = (input, init) =>
      String(input).startsWith(net.urls[1] as string)
        ? new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)))
        : fetch(input, init);
    expect((await release(net.network, wrapped, licenses.licenseToken, licenseId, { fetch: hanging })).key).toEqual(
      key,
    );
    const oneLeft = { ...net.network, nodes: net.network.nodes.slice(0, 2) };
    const error = await release(oneLeft, wrapped, licenses.licenseToken, licenseId, {
      fetch: hanging,
      timeoutMs: 3000,
    }).catch((e) => e);
    expect(error).toMatchObject({ got: 1, failures: [{ url: net.urls[1], code: "timeout" }] });
  });
});

describe("a chain that cannot be trusted", () => {
  it("answers 503 on a stale head, and on one from the future", async () => {
    const { wrapped, licenseId, datasetId } = await grantedDataset();
    await chain.client.mine({ blocks: 1 });
    const { timestamp } = await chain.client.getBlock();
    for (const skew of [200, -200]) {
      const at = (Number(timestamp) + skew) * 1000;
      const node = await startNode(net.dealt, 1, chain, licenses.licenseToken, {
        chain: { maxHeadAge: 60 },
        now: () => at,
      });
      try {
        const body = await signedRequest(wrapped, licenseId, datasetId, {
          issuedAt: Math.floor(at / 1000),
          expiresAt: Math.floor(at / 1000) + 60,
        });
        expect(await post(node.url, body)).toMatchObject({ status: 503, code: "stale_head" });
        expect((await fetch(`${node.url}/ready`)).status).toBe(503);
        expect((await fetch(`${node.url}/health`)).status).toBe(200);
      } finally {
        await node.close(100);
      }
    }
  });

  it("answers 503 when the RPC is down or serves another chain, and takes the same request again later", async () => {
    const { wrapped, licenseId, datasetId } = await grantedDataset();
    for (const override of [{ rpcUrl: "http://127.0.0.1:9" }, { chainId: 1337 }]) {
      const node = await startNode(net.dealt, 1, chain, licenses.licenseToken, { chain: override });
      try {
        const { chainId = 31337 } = override as { chainId?: number };
        const { request, conditions } = await signedRequest(wrapped, licenseId, datasetId);
        const signature = await account(1).signTypedData(keyRequestTypedData(request, chainId, licenses.licenseToken));
        for (let attempt = 0; attempt < 2; attempt++) {
          const answer = await post(node.url, { request, conditions, signature });
          expect(answer).toMatchObject({ status: 503, code: "rpc_unavailable" });
        }
      } finally {
        await node.close(100);
      }
    }
  });

  it("reads at the confirmation depth", async () => {
    const node = await startNode(net.dealt, 1, chain, licenses.licenseToken, { chain: { confirmations: 3 } });
    try {
      const { wrapped, licenseId, datasetId } = await grantedDataset();
      const ask = async () => post(node.url, await signedRequest(wrapped, licenseId, datasetId));
      expect(await ask()).toMatchObject({ status: 403, code: "access_denied", reason: "None" });
      await chain.client.mine({ blocks: 3 });
      expect(await ask()).toMatchObject({ status: 200 });
      await licenses.answer(licenseId, REVOKED);
      expect(await ask()).toMatchObject({ status: 200 });
      await chain.client.mine({ blocks: 3 });
      expect(await ask()).toMatchObject({ status: 403, reason: "Revoked" });
    } finally {
      await node.close(100);
    }
  });
});

describe("requests that are refused", () => {
  const now = () => Math.floor(Date.now() / 1000);
  it.each<[string, () => Partial<KeyRequest>, number, string]>([
    ["an expired request", () => ({ issuedAt: now() - 100, expiresAt: now() - 40 }), 401, "request_expired"],
    ["a request dated ahead", () => ({ issuedAt: now() + 120, expiresAt: now() + 180 }), 401, "request_not_yet_valid"],
    ["a request that lives too long", () => ({ expiresAt: now() + 3000 }), 401, "request_too_long"],
    ["a request for another network", () => ({ networkKey: `0x${"aa".repeat(48)}` }), 400, "wrong_network"],
    ["another dataset than the conditions name", () => ({ datasetId: 1n }), 403, "conditions_not_allowed"],
    ["another version than the conditions name", () => ({ version: 2 }), 403, "conditions_not_allowed"],
    ["a hash of other conditions", () => ({ conditionsHash: `0x${"aa".repeat(32)}` }), 403, "conditions_not_allowed"],
    ["an account that did not sign", () => ({ account: account(2).address }), 401, "bad_signature"],
  ])("%s", async (_, change, status, code) => {
    const { wrapped, licenseId, datasetId } = await grantedDataset();
    const body = await signedRequest(wrapped, licenseId, datasetId, change());
    expect(await post(net.urls[0] as string, body)).toMatchObject({ status, code });
  });

  it("accepts a clock that is a little ahead", async () => {
    const { wrapped, licenseId, datasetId } = await grantedDataset();
    const body = await signedRequest(wrapped, licenseId, datasetId, { issuedAt: now() + 20, expiresAt: now() + 80 });
    expect(await post(net.urls[0] as string, body)).toMatchObject({ status: 200 });
  });

  it("a request seen before, but not its first showing at the next node", async () => {
    const { wrapped, licenseId, datasetId } = await grantedDataset();
    const body = await signedRequest(wrapped, licenseId, datasetId);
    expect(await post(net.urls[0] as string, body)).toMatchObject({ status: 200 });
    expect(await post(net.urls[0] as string, body)).toMatchObject({ status: 409, code: "replayed" });
    expect(await post(net.urls[1] as string, body)).toMatchObject({ status: 200 });
  });

  it("a request changed after signing", async () => {
    const { wrapped, licenseId, datasetId } = await grantedDataset();
    const body = await signedRequest(wrapped, licenseId, datasetId);
    body.request.responseKey = newResponseKey().publicKey;
    expect(await post(net.urls[0] as string, body)).toMatchObject({ status: 401, code: "bad_signature" });
  });

  it("conditions on another contract or chain", async () => {
    const { wrapped, licenseId, datasetId } = await grantedDataset();
    const common = { licenseToken: licenses.licenseToken, datasetId, version: 1, uses: READ_RAW };
    const elsewhere = licenseConditions({ ...common, chainId: 31337, licenseToken: account(5).address });
    const otherChain = licenseConditions({ ...common, chainId: 8453 });
    for (const conditions of [elsewhere, otherChain, [], [{ ...wrapped.conditions[0], functionName: "ownerOf" }]]) {
      const body = await signedRequest({ ...wrapped, conditions } as WrappedKey, licenseId, datasetId).catch(
        () => ({}),
      );
      const answer = await post(net.urls[0] as string, {
        ...(await signedRequest(wrapped, licenseId, datasetId)),
        ...body,
        conditions,
      });
      expect(answer).toMatchObject({ status: 403, code: "conditions_not_allowed" });
    }
  });

  it("text that is not JSON, fields of the wrong kind, and a body that is too large", async () => {
    const { wrapped, licenseId, datasetId } = await grantedDataset();
    const url = net.urls[0] as string;
    const body = await signedRequest(wrapped, licenseId, datasetId);
    expect(await post(url, "{not json")).toMatchObject({ status: 400, code: "malformed" });
    expect(await post(url, "[]")).toMatchObject({ status: 400, code: "malformed" });
    expect(await post(url, { ...body, signature: 5 })).toMatchObject({ status: 400, code: "malformed" });
    expect(await post(url, { ...body, request: { ...body.request, licenseId: -1 } })).toMatchObject({ status: 400 });
    expect(await post(url, { ...body, padding: "x".repeat(40_000) })).toMatchObject({ status: 413, code: "too_large" });
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });

  it("more requests than the limit, with the time to wait", async () => {
    const node = await startNode(net.dealt, 1, chain, licenses.licenseToken, { config: { rateLimitPerMinute: 3 } });
    try {
      for (let i = 0; i < 3; i++) expect(await post(node.url, "{}")).toMatchObject({ status: 400 });
      expect(await post(node.url, "{}")).toMatchObject({ status: 429, code: "rate_limited" });
    } finally {
      await node.close(100);
    }
  });
});

describe("operation", () => {
  it("shows health, readiness, its public part, metrics without secrets, and allows browsers", async () => {
    const url = net.urls[0] as string;
    const { wrapped, licenseId } = await grantedDataset();
    await release(net.network, wrapped, licenses.licenseToken, licenseId);
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "ok", index: 1 });
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({
      ready: true,
      chains: [{ chain: "goerli", ok: true }],
    });
    const info = await (await fetch(`${url}/v1/info`)).text();
    expect(JSON.parse(info)).toMatchObject({ index: 1, publicKey: net.network.publicKey, threshold: 2 });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/colophon_keynode_requests_total\{endpoint="release",outcome="ok",node="1"\} \d+/);
    expect(metrics).toMatch(/colophon_keynode_head_age_seconds\{chain="goerli"/);
    for (const { secret } of net.dealt.shares) {
      expect(info + metrics).not.toContain(secret.toString(16));
      expect(info + metrics).not.toContain(secret.toString());
    }
    const preflight = await fetch(`${url}/v1/release`, {
      method: "OPTIONS",
      headers: { origin: "https://example.org", "access-control-request-method": "POST" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  });
});
