/** The genuine Lit client, 7.4.0, against our nodes: what it wraps and opens, and every way in which it must be refused. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import Module, { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  KeyAccessDenied,
  type KeyGate,
  KeyNodesUnavailable,
  licenseConditions,
  wrapDatasetKey,
} from "@colophon-protocol/sdk/keys";
import { type LitKeyGateParameters, litKeyGate } from "@colophon-protocol/sdk/keys/lit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  account,
  type Chain,
  deploy,
  deployDouble,
  type LicenseFixture,
  type NodeOverrides,
  release,
  startChain,
  startNetwork,
} from "./keys-support.js";

const READ_RAW = 1;
const GRANTED = 1;
const REVOKED = 4;
const key = crypto.getRandomValues(new Uint8Array(32));

let chain: Chain;
let licenses: LicenseFixture;
let net: Awaited<ReturnType<typeof startNetwork>>;
let gates: KeyGate[] = [];
let nextId = 500n;

beforeAll(async () => {
  chain = await startChain();
  licenses = await deployDouble(chain);
  net = await startNetwork(chain, licenses.licenseToken);
  await licenses.setNodes(2, net.urls);
});

afterEach(async () => {
  await Promise.all(gates.map((gate) => gate.close()));
  gates = [];
});

afterAll(async () => {
  await net?.close();
  chain?.stop();
});

/**
 * The class of `@lit-protocol/lit-node-client`. Its wallet dialog imports `siwe` without declaring it, which works only where npm
 * happens to hoist that package; here the copy that the client itself declares is found for it.
 */
async function fullClient() {
  const loader = Module as unknown as { _resolveFilename: (request: string, ...rest: unknown[]) => string };
  const resolve = loader._resolveFilename;
  const siwe = createRequire(createRequire(import.meta.url).resolve("@lit-protocol/lit-node-client")).resolve("siwe");
  loader._resolveFilename = (request, ...rest) => (request === "siwe" ? siwe : resolve(request, ...rest));
  try {
    return (await import("@lit-protocol/lit-node-client")).LitNodeClient;
  } finally {
    loader._resolveFilename = resolve;
  }
}

function gate(keyNetwork = licenses.keyNetwork, wallet = 1, extra: Partial<LitKeyGateParameters> = {}): KeyGate {
  const made = litKeyGate({
    rpcUrl: chain.rpcUrl,
    keyNetwork,
    account: account(wallet),
    chainId: 31337,
    nodeProtocol: "http://",
    ...extra,
  });
  gates.push(made);
  return made;
}

async function licensed(extra: { expiry?: number; uses?: number } = {}, network = net.network) {
  const datasetId = nextId++;
  const licenseId = datasetId + 1000n;
  const conditions = licenseConditions({
    chainId: 31337,
    licenseToken: licenses.licenseToken,
    datasetId,
    version: 1,
    uses: READ_RAW,
  });
  await licenses.grant({ licenseId, holder: account(1).address, datasetId, version: 1, uses: READ_RAW, ...extra });
  await licenses.activate(1, licenseId, datasetId, 1);
  const wrapped = wrapDatasetKey({ networkPublicKey: network.publicKey, conditions, key });
  const license = { chainId: 31337, licenseToken: licenses.licenseToken, licenseId, encoding: 1 };
  return { datasetId, licenseId, conditions, wrapped, license };
}

/** A network of its own with its own list of nodes on chain. */
async function ownNetwork(overrides: NodeOverrides[]) {
  const own = await startNetwork(chain, licenses.licenseToken, overrides);
  const directory = await deployDouble(chain);
  await directory.setNodes(2, own.urls);
  return { ...own, keyNetwork: directory.keyNetwork };
}

describe("both clients, one format", () => {
  it("Lit's client opens what the native client wrapped", async () => {
    const { wrapped, license } = await licensed();
    expect(new Uint8Array(await gate().release({ wrapped, license }))).toEqual(key);
  });

  it("the package with Lit's wallet dialog works as well", async () => {
    const { wrapped, license } = await licensed();
    const lit = gate(licenses.keyNetwork, 1, { loadClient: fullClient });
    expect(new Uint8Array(await lit.release({ wrapped, license }))).toEqual(key);
  });

  it("the native client opens what Lit's client wrapped, which is the same wrapped key", async () => {
    const { conditions, licenseId, wrapped: native } = await licensed();
    const wrapped = await gate().wrap({ conditions, key });
    expect({ ...wrapped, ciphertext: "" }).toEqual({ ...native, ciphertext: "" });
    expect((await release(net.network, wrapped, licenses.licenseToken, licenseId)).key).toEqual(key);
  });
});

describe("the console", () => {
  beforeEach(() => {
    vi.spyOn(console, "log").mockImplementation(() => {});
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("never sees the combined signature, and works again afterwards", async () => {
    const { wrapped, license } = await licensed();
    const spy = vi.mocked(console.log);
    await gate().release({ wrapped, license });
    expect(
      spy.mock.calls.flat().filter((word) => word instanceof Uint8Array || /signature/.test(String(word))),
    ).toEqual([]);
    console.log("signature from encrypt op: shown outside");
    expect(spy).toHaveBeenLastCalledWith("signature from encrypt op: shown outside");
  });
});

describe("refused", () => {
  it("an account without a license, and one that has not selected it", async () => {
    const { wrapped, license, licenseId, datasetId } = await licensed();
    await expect(gate(licenses.keyNetwork, 2).release({ wrapped, license })).rejects.toBeInstanceOf(KeyAccessDenied);
    await licenses.activate(1, 0n, datasetId, 1);
    await expect(gate().release({ wrapped, license })).rejects.toBeInstanceOf(KeyAccessDenied);
    expect((await release(net.network, wrapped, licenses.licenseToken, licenseId)).key).toEqual(key);
  });

  it("a revoked and an expired license", async () => {
    const { wrapped, license, licenseId } = await licensed();
    const lit = gate();
    await licenses.answer(licenseId, REVOKED);
    await expect(lit.release({ wrapped, license })).rejects.toBeInstanceOf(KeyAccessDenied);
    await licenses.answer(licenseId, GRANTED);
    expect(new Uint8Array(await lit.release({ wrapped, license }))).toEqual(key);
    const { timestamp } = await chain.client.getBlock();
    const expired = await licensed({ expiry: Number(timestamp) - 1 });
    await expect(lit.release(expired)).rejects.toBeInstanceOf(KeyAccessDenied);
  });

  it("a session of an expired clock, and one dated ahead", async () => {
    for (const skew of [400_000, -400_000]) {
      const now = () => Date.now() + skew;
      const own = await ownNetwork([{ now }, { now }, { now }]);
      try {
        const { wrapped, license } = await licensed({}, own.network);
        const code = skew > 0 ? "request_expired" : "request_not_yet_valid";
        const error = await gate(own.keyNetwork)
          .release({ wrapped, license })
          .catch((e) => e);
        expect(error).toBeInstanceOf(KeyNodesUnavailable);
        expect(error.failures).toMatchObject([{ code }]);
      } finally {
        await own.close();
      }
    }
  });

  it("anything while the head is stale", async () => {
    await chain.client.mine({ blocks: 1 });
    const stale = { chain: { maxHeadAge: 60 }, now: () => Date.now() + 120_000 };
    const own = await ownNetwork([stale, stale, stale]);
    try {
      const { wrapped, license } = await licensed({}, own.network);
      const error = await gate(own.keyNetwork)
        .release({ wrapped, license })
        .catch((e) => e);
      expect(error).toMatchObject({ name: "KeyNodesUnavailable", failures: [{ code: "stale_head" }] });
    } finally {
      await own.close();
    }
  });
});

describe("nodes that fail", () => {
  it("still opens with one down after connecting; with two down says so", async () => {
    const own = await ownNetwork([]);
    try {
      const { wrapped, license } = await licensed({}, own.network);
      const lit = gate(own.keyNetwork);
      expect(new Uint8Array(await lit.release({ wrapped, license }))).toEqual(key);
      await own.nodes[0]?.close(100);
      expect(new Uint8Array(await lit.release({ wrapped, license }))).toEqual(key);
      await own.nodes[1]?.close(100);
      await expect(lit.release({ wrapped, license })).rejects.toMatchObject({ name: "KeyNodesUnavailable", needed: 2 });
    } finally {
      await own.close();
    }
  });

  it("opens nothing with two lying nodes", async () => {
    const own = await ownNetwork([{ lie: 1n }, { lie: 5n }, {}]);
    try {
      const { wrapped, license } = await licensed({}, own.network);
      await expect(gate(own.keyNetwork).release({ wrapped, license })).rejects.toBeInstanceOf(KeyNodesUnavailable);
    } finally {
      await own.close();
    }
  });
});

describe("the provider's log", () => {
  it("is told under which license, by each node that answered, with a nonce of its own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "colophon-lit-releases-"));
    const told: Record<string, unknown>[] = [];
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      told.push(JSON.parse(body).release);
      response.writeHead(201).end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const overrides = [1, 2, 3].map((i) => ({ chain: { gatewayUrl }, config: { outboxFile: join(folder, `${i}`) } }));
    const own = await ownNetwork(overrides);
    try {
      const { wrapped, license, licenseId, datasetId } = await licensed({}, own.network);
      expect(new Uint8Array(await gate(own.keyNetwork).release({ wrapped, license }))).toEqual(key);
      await vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(2), 5000);
      for (const release of told) {
        expect(release).toMatchObject({
          ...{ account: account(1).address, licenseId: String(licenseId), datasetId: String(datasetId), version: 1 },
          ...{ keyHash: `0x${wrapped.keyHash.replace(/^0x/, "")}`, networkKey: own.network.publicKey },
        });
      }
      expect(new Set(told.map(({ nonce }) => nonce)).size).toBe(told.length);
      expect(new Set(told.map(({ node }) => node)).size).toBe(told.length);
    } finally {
      await own.close();
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("Lit's wire, by hand", () => {
  /** Bodies that the genuine client sent to each node, for tampering. */
  async function recorded() {
    const { wrapped, license } = await licensed();
    const bodies = new Map<string, Record<string, unknown>>();
    const real = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      if (String(input).includes("/web/encryption/sign"))
        bodies.set(new URL(String(input)).origin, JSON.parse(String(init?.body)));
      return real(input, init);
    };
    try {
      await gate().release({ wrapped, license });
    } finally {
      globalThis.fetch = real;
    }
    return bodies;
  }

  const post = async (url: string, body: unknown, path = "/web/encryption/sign/") => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: text,
    });
    return { status: response.status, ...((await response.json()) as { errorCode?: string; result?: string }) };
  };

  it("refuses what was signed for another node, altered, or not signed as a session", async () => {
    const bodies = await recorded();
    const [first, second] = net.urls as [string, string];
    const body = bodies.get(first) as { authSig: Record<string, string> };
    expect(await post(first, body)).toMatchObject({ status: 200, result: "success" });
    expect(await post(second, body)).toMatchObject({ status: 401, errorCode: "bad_signature" });
    const { authSig } = body;
    const altered = { ...authSig, signedMessage: authSig.signedMessage?.replace("2", "3") };
    expect(await post(first, { ...body, authSig: altered })).toMatchObject({ status: 401, errorCode: "bad_signature" });
    const wallet = JSON.parse(authSig.signedMessage as string).capabilities[0];
    expect(await post(first, { ...body, authSig: wallet })).toMatchObject({ status: 401, errorCode: "bad_signature" });
  });

  it("refuses another key than the session is for, and conditions that are not allowed", async () => {
    const bodies = await recorded();
    const url = net.urls[0] as string;
    const body = bodies.get(url) as Record<string, unknown>;
    expect(await post(url, { ...body, dataToEncryptHash: "ab".repeat(32) })).toMatchObject({
      status: 401,
      errorCode: "bad_signature",
    });
    expect(await post(url, { ...body, evmContractConditions: undefined, accessControlConditions: [] })).toMatchObject({
      status: 403,
      errorCode: "conditions_not_allowed",
    });
  });

  it("refuses malformed and oversized bodies", async () => {
    const url = net.urls[0] as string;
    expect(await post(url, "{")).toMatchObject({ status: 400, errorCode: "malformed" });
    expect(await post(url, "null")).toMatchObject({ status: 400, errorCode: "malformed" });
    expect(await post(url, { padding: "x".repeat(40_000) })).toMatchObject({ status: 413, errorCode: "too_large" });
  });

  it("refuses a session of a smart account whose contract says no", async () => {
    const bodies = await recorded();
    const url = net.urls[0] as string;
    const body = bodies.get(url) as { authSig: { signedMessage: string } };
    const wallet = await deploy(chain, "KeyWalletDouble", [account(7).address]);
    const forged = body.authSig.signedMessage.replaceAll(account(1).address, wallet);
    expect(await post(url, { ...body, authSig: { ...body.authSig, signedMessage: forged } })).toMatchObject({
      errorCode: "bad_signature",
    });
  });
});
