/**
 * delivery.ratio: chunks with proofs from a gateway, against the same bytes from a plain Node `http` file stream. Same machine, no
 * TLS on either, same concurrency, each server in a process of its own, taken in turns. Run alone: `node bench/delivery.mjs`.
 */
import { fork, spawn } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chunkLeafHash, concat, encodeChunkLeaf, leafOfChunk, root, toHex } from "@colophon-protocol/sdk/formats";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { createPublicClient, createWalletClient, http as rpc } from "viem";
import { generatePrivateKey, mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { createSiweMessage } from "viem/siwe";

const SELF = fileURLToPath(import.meta.url);
const ROOT = path.resolve(path.dirname(SELF), "../..");
const BATCH = 16;
const CONCURRENCY = 4;
const ACCOUNT = mnemonicToAccount("test test test test test test test test test test test junk");

const nodeSha256 = (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest());
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Bytes of the batches as files, chunks as blobs, and both leaf tables; contents are random, so plaintext leaves are made up. */
function makeData(folder, batches) {
  const leaves = { encoding: [], content: [] };
  for (let batch = 0; batch < batches; batch++) {
    const chunks = Array.from({ length: BATCH }, () => new Uint8Array(randomBytes(1 << 20)));
    writeFileSync(path.join(folder, `batch-${batch}`), concat(...chunks));
    for (const [i, chunk] of chunks.entries()) {
      const index = batch * BATCH + i;
      leaves.encoding.push(leafOfChunk(chunk, index, 0, nodeSha256));
      leaves.content.push(leafOfChunk(chunk.subarray(16), index, 0, nodeSha256));
      putBlob(folder, chunk);
    }
  }
  const tables = Object.fromEntries(
    Object.entries(leaves).map(([name, list]) => {
      const table = putBlob(folder, concat(...list.map(encodeChunkLeaf)));
      return [name, { table, root: toHex(root(list.map((leaf) => chunkLeafHash(leaf)))) }];
    }),
  );
  return { tables, size: batches * BATCH };
}

function putBlob(folder, bytes) {
  const name = sha256(bytes);
  mkdirSync(path.join(folder, name.slice(0, 2)), { recursive: true });
  writeFileSync(path.join(folder, name.slice(0, 2), name), bytes);
  return name;
}

/** A chain on which the account holds license 1 for dataset 1, encoding 1. */
async function startChain(port, data, provider) {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const binary = path.join(ROOT, `node_modules/@foundry-rs/anvil-${process.platform}-${arch}/bin/anvil`);
  const child = spawn(binary, ["--port", String(port), "--silent"], { stdio: "ignore" });
  const transport = rpc(`http://127.0.0.1:${port}`);
  const reader = createPublicClient({ chain: foundry, transport, pollingInterval: 20 });
  for (let tries = 0; tries < 200; tries++) {
    if (
      await reader.getBlockNumber().then(
        () => true,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const wallet = createWalletClient({ account: ACCOUNT, chain: foundry, transport });
  const { Chain } = JSON.parse(readFileSync(path.join(ROOT, "gateway/test/support/Chain.json"), "utf8"));
  const mined = async (hash) => reader.waitForTransactionReceipt({ hash: await hash });
  const { contractAddress: address } = await mined(wallet.deployContract({ ...Chain, args: [] }));
  const set = (functionName, args) => mined(wallet.writeContract({ address, abi: Chain.abi, functionName, args }));
  const { encoding, content } = data.tables;
  await set("setVersion", [1n, ACCOUNT.address, content.root, encoding.root, data.size]);
  await set("addEncoding", [1n, encoding.root, encoding.root, provider]);
  await set("setLicense", [1n, ACCOUNT.address, 1, 1, 0]);
  return { address, stop: () => child.kill("SIGKILL") };
}

/** A signed-in client's `authorization` and a maker of proofs. */
async function signIn(url) {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = await exportJWK(publicKey);
  const proof = (htm, pathname, token) =>
    new SignJWT({
      htm,
      htu: url + pathname,
      jti: randomUUID(),
      ...(token ? { ath: createHash("sha256").update(token).digest("base64url") } : {}),
    })
      .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk })
      .setIssuedAt()
      .sign(privateKey);
  const { nonce } = await (await fetch(`${url}/v1/auth/challenge`, { method: "POST" })).json();
  const jkt = await calculateJwkThumbprint(jwk);
  const resources = ["urn:colophon:license:31337:1", `urn:colophon:dpop:${jkt}`];
  const base = {
    address: ACCOUNT.address,
    chainId: 31337,
    domain: new URL(url).host,
    uri: url,
    nonce,
    version: "1",
    resources,
  };
  const message = createSiweMessage(base);
  const body = JSON.stringify({ message, signature: await ACCOUNT.signMessage({ message }) });
  const headers = { dpop: await proof("POST", "/v1/auth/verify") };
  const { access_token: token } = await (
    await fetch(`${url}/v1/auth/verify`, { method: "POST", headers, body })
  ).json();
  return async (pathname) => ({ authorization: `DPoP ${token}`, dpop: await proof("GET", pathname, token) });
}

/** Seconds to get every batch once, `CONCURRENCY` at a time, over kept connections. */
async function timeAll(batches, request) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const queue = Array.from({ length: batches }, (_, i) => i);
  const started = performance.now();
  const worker = async () => {
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift())
      await drain(agent, await request(batch));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return seconds;
}

function drain(agent, { url, headers }) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers }, (answer) => {
      let bytes = 0;
      answer.on("data", (part) => {
        bytes += part.length;
      });
      const isWhole = () => answer.statusCode === 200 && bytes >= BATCH << 20;
      answer.on("end", () =>
        isWhole() ? resolve() : reject(new Error(`${url}: ${answer.statusCode}, ${bytes} bytes`)),
      );
    });
    request.on("error", reject);
  });
}

function startServer(role, options) {
  const child = fork(SELF, [role], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const url = new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`${role} ended with ${code}`)));
  });
  child.send(options);
  return url.then((value) => ({ url: value, stop: () => child.kill("SIGKILL") }));
}

async function freePort() {
  const server = http.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * @param {{ batches?: number, rounds?: number }} [options] batches of 16 MiB a round; rounds of which the median ratio counts
 * @returns {Promise<{ id: string, value: number, unit: string, budget: number, pass: boolean }[]>}
 */
export async function measureDelivery({ batches = 16, rounds = 5 } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "colophon-delivery-"));
  const stops = [];
  try {
    const data = makeData(folder, batches);
    const providerKey = generatePrivateKey();
    const { privateKeyToAddress } = await import("viem/accounts");
    const port = await freePort();
    const chain = await startChain(port, data, privateKeyToAddress(providerKey));
    stops.push(chain.stop);
    const gateway = await startServer("gateway", {
      folder,
      data,
      providerKey,
      rpcUrl: `http://127.0.0.1:${port}`,
      address: chain.address,
    });
    stops.push(gateway.stop);
    const plain = await startServer("plain", { folder });
    stops.push(plain.stop);
    const sign = await signIn(gateway.url);
    const pathname = "/v1/datasets/1/versions/1/encodings/1/chunks";
    const viaGateway = async (batch) => ({
      url: `${gateway.url}${pathname}?first=${batch * BATCH}&count=${BATCH}`,
      headers: await sign(pathname),
    });
    const viaPlain = async (batch) => ({ url: `${plain.url}/batch-${batch}`, headers: {} });
    await timeAll(batches, viaPlain); // Warms caches and compilers.
    await timeAll(batches, viaGateway);
    const results = [];
    for (let round = 0; round < rounds; round++) {
      const [one, other] = [await timeAll(batches, viaPlain), await timeAll(batches, viaGateway)];
      results.push({ ratio: one / other, plain: one, gateway: other });
    }
    const middle = results.sort((a, b) => a.ratio - b.ratio)[rounds >> 1];
    const rate = (seconds) => Math.round((batches * BATCH * 1.048576) / seconds);
    return [
      { id: "delivery.ratio", value: middle.ratio, unit: "×", budget: 0.8, pass: middle.ratio >= 0.8 },
      { id: "delivery.gateway_mb_s", value: rate(middle.gateway), unit: "MB/s", budget: 0, pass: true },
      { id: "delivery.plain_mb_s", value: rate(middle.plain), unit: "MB/s", budget: 0, pass: true },
    ];
  } finally {
    for (const stop of stops) stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The peer: Node's `http` and a file stream, nothing else. */
async function servePlain({ folder }) {
  const server = http.createServer((request, response) => {
    createReadStream(path.join(folder, path.basename(request.url))).pipe(response);
  });
  server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
}

/** A gateway as it runs, on PGlite; its encoding is registered directly, because random bytes have no manifest. */
async function serveGateway({ folder, data, providerKey, rpcUrl, address }) {
  const { startGateway, loadConfig } = await import("@colophon-protocol/gateway");
  const { encodings } = await import("../dist/db/schema.js");
  const config = loadConfig({
    COLOPHON_RPC_URL: rpcUrl,
    COLOPHON_LICENSE_TOKEN: address,
    COLOPHON_DATASET_REGISTRY: address,
    COLOPHON_GATEWAY_BLOBS: folder,
    COLOPHON_GATEWAY_PROVIDER_KEY: providerKey,
    COLOPHON_GATEWAY_LOG_LEVEL: "warn",
  });
  const gateway = await startGateway({ ...config, port: 0 });
  const { encoding, content } = data.tables;
  const row = {
    ...{ datasetId: "1", version: 1, encoding: 1, encodingRoot: encoding.root, contentRoot: content.root },
    ...{
      chunkCount: data.size,
      cipherBytes: data.size * 2 ** 20,
      manifestHash: content.root,
      envelopeHash: encoding.root,
    },
    ...{ encodingLeaves: encoding.table, contentLeaves: content.table, acceptance: {}, signature: "0x", acceptedAt: 0 },
  };
  await gateway.services.db.run((db) => db.insert(encodings).values(row));
  process.send(gateway.url);
}

const roles = { gateway: serveGateway, plain: servePlain };
const role = process.send && roles[process.argv[2]];
if (role) process.once("message", role);
else if (process.argv[1] === SELF) console.log(JSON.stringify({ figures: await measureDelivery() }, null, 2));
