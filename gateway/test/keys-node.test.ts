/** What an operator meets: dealing, share files at rest, the process and its configuration. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  KeyNodesUnavailable,
  licenseConditions,
  sharesMatchNetwork,
  verifiedKeyNetwork,
  wrapDatasetKey,
} from "@colophon-protocol/sdk/keys";
import { build } from "esbuild";
import { keccak256 } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  dealNetworkKey,
  decryptShare,
  encryptShare,
  KeyNodeConfigError,
  loadKeyNodeConfig,
  type NetworkPublic,
  parseKeyNodeConfig,
  withUrls,
} from "../src/keys/index.js";
import { NonceCache } from "../src/keys/nonces.js";
import { RateLimiter } from "../src/rate-limit.js";
import {
  account,
  type Chain,
  deployDouble,
  freePort,
  type LicenseFixture,
  release,
  startChain,
} from "./keys-support.js";

const HERE = dirname(fileURLToPath(import.meta.url));
const BIN = resolve(HERE, "../node_modules/.cache/keynode-under-test.mjs");
const PASSPHRASE = "correct horse battery staple";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "colophon-keys-"));
  await build({
    entryPoints: [resolve(HERE, "../src/bin/keynode.ts")],
    outfile: BIN,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(BIN, { force: true });
});

describe("dealing", () => {
  it("gives shares of which any threshold belongs to the public key", () => {
    const dealt = dealNetworkKey(5, 3);
    expect(new Set(dealt.shares.map((s) => s.secret)).size).toBe(5);
    expect(dealt.publicKey).toMatch(/^0x[0-9a-f]{96}$/);
    expect(sharesMatchNetwork(dealt.publicKey, 3, dealt.nodes)).toBe(true);
    expect(sharesMatchNetwork(dealt.publicKey, 2, dealt.nodes)).toBe(false);
  });

  it.each([
    [3, 1],
    [2, 3],
    [256, 2],
    [3, 2.5],
  ])("refuses %d nodes with threshold %d", (n, t) => {
    expect(() => dealNetworkKey(n, t)).toThrow(KeyNodeConfigError);
  });
});

describe("a share at rest", () => {
  const { shares, ...network } = dealNetworkKey(3, 2);
  const share = shares[1] as (typeof shares)[number];

  it("opens with its passphrase only, and shows nothing of the secret", async () => {
    const text = await encryptShare({ ...network, share }, PASSPHRASE);
    expect(await decryptShare(text, PASSPHRASE)).toEqual({ ...network, share });
    expect(text).not.toContain(share.secret.toString(16));
    await expect(decryptShare(text, `${PASSPHRASE}.`)).rejects.toThrow(/wrong passphrase/);
    await expect(encryptShare({ ...network, share }, "short")).rejects.toThrow(/12 characters/);
  });

  it("is refused when anything in it was changed", async () => {
    const file = JSON.parse(await encryptShare({ ...network, share }, PASSPHRASE));
    const changed: Record<string, unknown>[] = [
      { ...file, index: 1 },
      { ...file, network: { ...file.network, threshold: 1 } },
      { ...file, ciphertext: `${file.ciphertext.slice(0, -1)}${file.ciphertext.endsWith("0") ? 1 : 0}` },
      { ...file, cipher: { ...file.cipher, tag: file.cipher.tag.slice(0, 8) } },
      { ...file, kdf: { ...file.kdf, N: 2 } },
      { ...file, kdf: { ...file.kdf, N: 1 << 30 } },
      { ...file, format: "colophon-key-share/2" },
    ];
    for (const altered of changed) {
      await expect(decryptShare(JSON.stringify(altered), PASSPHRASE)).rejects.toThrow(KeyNodeConfigError);
    }
    await expect(decryptShare("{}", PASSPHRASE)).rejects.toThrow(/Not a share file/);
  });

  it("is refused when it is another node's secret under a valid passphrase", async () => {
    const text = await encryptShare({ ...network, share: { ...share, secret: share.secret + 1n } }, PASSPHRASE);
    await expect(decryptShare(text, PASSPHRASE)).rejects.toThrow(/does not belong to node 2/);
  });
});

const chainSettings = { chainId: 31337, rpcUrl: "http://127.0.0.1:8545", licenseToken: account(0).address };

describe("a configuration", () => {
  it.each([
    ["an unknown field", { colour: 1 }, /Unknown fields.*colour/],
    ["no chains", { chains: {} }, /at least one chain/],
    [
      "no head check off local chains",
      { chains: { base: { chainId: 8453, rpcUrl: "http://a.b", licenseToken: account(0).address, maxHeadAge: 0 } } },
      /maxHeadAge/,
    ],
    [
      "a bad address",
      { chains: { base: { chainId: 8453, rpcUrl: "http://a.b", licenseToken: "0x1" } } },
      /licenseToken/,
    ],
    [
      "a bad RPC address",
      { chains: { base: { chainId: 8453, rpcUrl: "ftp://a.b", licenseToken: account(0).address } } },
      /rpcUrl/,
    ],
    ["a bad port", { port: 99_999 }, /port/],
    [
      "a gateway without an outbox",
      { chains: { goerli: { ...chainSettings, gatewayUrl: "http://127.0.0.1:7480" } } },
      /outboxFile is missing/,
    ],
    [
      "a bad gateway address",
      { outboxFile: "x", chains: { goerli: { ...chainSettings, gatewayUrl: "gateway" } } },
      /chains\.goerli\.gatewayUrl/,
    ],
  ])("refuses a configuration with %s", (_, change, message) => {
    expect(() => parseKeyNodeConfig({ chains: { goerli: chainSettings }, ...change })).toThrow(message);
  });

  it("has its outbox beside its share unless it is named", async () => {
    const file = join(folder, "told.json");
    const told = { ...chainSettings, gatewayUrl: "http://127.0.0.1:7480/" };
    await writeFile(file, JSON.stringify({ shareFile: "/keys/a.json", chains: { goerli: told } }));
    const env = { COLOPHON_KEYNODE_PASSPHRASE: PASSPHRASE };
    const config = await loadKeyNodeConfig(file, env);
    expect(config).toMatchObject({ outboxFile: "/keys/a.json.releases" });
    expect(config.chains.goerli?.gatewayUrl).toBe("http://127.0.0.1:7480");
    const named = await loadKeyNodeConfig(file, { ...env, COLOPHON_KEYNODE_OUTBOX_FILE: "/state/outbox" });
    expect(named.outboxFile).toBe("/state/outbox");
  });
});

describe("bounded memories", () => {
  it("the nonce cache refuses replays, forgets expired ones, and rather refuses than forgets live ones", () => {
    let now = 1_000_000;
    const cache = new NonceCache(() => now, 2);
    cache.add("a", 1100);
    expect(() => cache.add("a", 1100)).toThrow(/used already/);
    cache.add("b", 1200);
    expect(() => cache.add("c", 1200)).toThrow(/Too many/);
    now = 1_150_000;
    cache.add("c", 1300);
    expect(cache.size).toBe(2);
    cache.release("c");
    cache.add("c", 1300);
    expect(() => cache.add("b", 1200)).toThrow(/used already/);
  });

  it("the rate limit refills with time and is kept per client", () => {
    let now = 0;
    const limiter = new RateLimiter(2, () => now, 4);
    expect([limiter.take("a"), limiter.take("a")]).toEqual([0, 0]);
    expect(limiter.take("a")).toBe(30);
    expect(limiter.take("b")).toBe(0);
    now = 30_000;
    expect(limiter.take("a")).toBe(0);
    expect(limiter.take("a")).toBeGreaterThan(0);
    for (let i = 0; i < 100; i++) expect(limiter.take(`client ${i}`)).toBe(0);
  });
});

interface Ready {
  ready: boolean;
  url: string;
  index: number;
  releaseSigner: string;
}

describe("the process", () => {
  const running: ChildProcess[] = [];
  let chain: Chain;
  let licenses: LicenseFixture;

  beforeAll(async () => {
    chain = await startChain();
    licenses = await deployDouble(chain);
  });

  afterAll(() => {
    for (const child of running) child.kill("SIGKILL");
    chain?.stop();
  });

  const keynode = (...args: string[]) => promisify(execFile)(process.execPath, [BIN, ...args]);

  async function configFile(): Promise<string> {
    const path = join(folder, "keynode.json");
    const goerli = { chainId: 31337, rpcUrl: chain.rpcUrl, licenseToken: licenses.licenseToken };
    await writeFile(path, JSON.stringify({ chains: { goerli } }));
    return path;
  }

  /** Starts node `index` from its dealt files; resolves with its ready line. */
  async function start(index: number, config: string) {
    const child = spawn(process.execPath, [BIN, "run", config], {
      env: {
        ...process.env,
        COLOPHON_KEYNODE_PORT: String(await freePort()),
        COLOPHON_KEYNODE_SHARE_FILE: join(folder, "keys", `node-${index}.share.json`),
        COLOPHON_KEYNODE_PASSPHRASE_FILE: join(folder, "keys", `node-${index}.key`),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.push(child);
    let log = "";
    child.stderr?.on("data", (chunk) => {
      log += chunk;
    });
    const line = await new Promise<string>((done, fail) => {
      child.stdout?.once("data", (chunk) => done(String(chunk)));
      child.once("exit", (code) => fail(new Error(`exited with ${code}: ${log}`)));
    });
    return { child, ready: JSON.parse(line) as Ready, log: () => log };
  }

  it("deals, runs three nodes, is found from the chain's view, releases, logs without secrets and stops on request", async () => {
    await keynode("deal", "--out", join(folder, "keys"));
    expect((await stat(join(folder, "keys", "node-1.share.json"))).mode & 0o077).toBe(0);
    expect((await stat(join(folder, "keys", "node-1.key"))).mode & 0o077).toBe(0);
    await expect(keynode("deal", "--out", join(folder, "keys"))).rejects.toThrow(/EEXIST/);

    const config = await configFile();
    const nodes = await Promise.all([1, 2, 3].map((index) => start(index, config)));
    expect(nodes.map((n) => n.ready.index)).toEqual([1, 2, 3]);
    const { releaseSigners, ...dealt } = JSON.parse(
      await readFile(join(folder, "keys", "network.json"), "utf8"),
    ) as NetworkPublic & { releaseSigners: string[] };
    expect(nodes.map((n) => n.ready.releaseSigner)).toEqual(releaseSigners);
    const expected = withUrls(
      dealt,
      nodes.map((n) => n.ready.url),
    );
    const registered = {
      publicKey: dealt.publicKey,
      threshold: dealt.threshold,
      nodes: expected.nodes.map((n) => ({ endpoint: n.url, publicKeyShareHash: keccak256(n.publicKeyShare) })),
    };
    const network = await verifiedKeyNetwork(registered);
    expect(network).toEqual(expected);

    const key = crypto.getRandomValues(new Uint8Array(32));
    const { licenseToken } = licenses;
    const conditions = licenseConditions({ chainId: 31337, licenseToken, datasetId: 1n, version: 1, uses: 1 });
    const wrapped = wrapDatasetKey({ networkPublicKey: network.publicKey, conditions, key });
    await licenses.grant({ licenseId: 1n, holder: account(1).address, datasetId: 1n, version: 1, uses: 1 });
    expect((await release(network, wrapped, licenseToken, 1n)).key).toEqual(key);

    const [first] = nodes as [Awaited<ReturnType<typeof start>>];
    const exit = new Promise((done) => first.child.once("exit", done));
    first.child.kill("SIGTERM");
    expect(await exit).toBe(0);
    expect((await release(network, wrapped, licenseToken, 1n)).usedNodes.sort()).toEqual([2, 3]);
    expect(await verifiedKeyNetwork(registered)).toEqual(expected);

    const lines = first
      .log()
      .trim()
      .split("\n")
      .map((l) => JSON.parse(l));
    expect(lines.map((l) => l.msg)).toEqual(expect.arrayContaining(["listening", "answered", "stopped"]));
    const passphrase = (await readFile(join(folder, "keys", "node-1.key"), "utf8")).trim();
    for (const secret of [passphrase, account(1).address, wrapped.ciphertext])
      expect(first.log()).not.toContain(secret);

    for (const { child } of nodes.slice(1)) child.kill("SIGTERM");
    const unknown = {
      ...registered,
      nodes: registered.nodes.map((n) => ({ ...n, publicKeyShareHash: keccak256("0x01") })),
    };
    await expect(verifiedKeyNetwork(unknown, { timeoutMs: 2000 })).rejects.toBeInstanceOf(KeyNodesUnavailable);
  });

  it("says what is wrong and exits with 1", async () => {
    const config = await configFile();
    const failure = async (...args: string[]) => {
      const error = await keynode(...args).catch((e) => e);
      return { code: error.code, message: JSON.parse(error.stderr).error as string };
    };
    expect(await failure()).toMatchObject({ code: 1, message: expect.stringMatching(/No configuration file/) });
    expect(await failure("run", config)).toMatchObject({ code: 1, message: expect.stringMatching(/shareFile/) });
    expect(await failure("deal")).toMatchObject({ code: 1, message: expect.stringMatching(/--out/) });
    expect(await failure("deal", "--out", folder, "--threshold", "4")).toMatchObject({ code: 1 });
    await expect(loadKeyNodeConfig(config, { COLOPHON_KEYNODE_SHARE_FILE: "x" })).rejects.toThrow(/No passphrase/);
    await expect(loadKeyNodeConfig(join(folder, "none.json"), {})).rejects.toThrow(/Cannot read the configuration/);
  });
});
