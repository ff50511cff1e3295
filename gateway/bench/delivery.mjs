/**
 * delivery.ratio: chunks with proofs from a gateway, against the same bytes from a plain Node `http` file stream. Same machine, no
 * TLS on either, same concurrency, each server in a process of its own, taken in turns. delivery.tls_ratio: the same with TLS on both
 * (needs openssl for a certificate); delivery.nginx_ratio: against nginx with sendfile, no TLS (needs nginx). Run alone:
 * `node bench/delivery.mjs`.
 */
import { execFileSync, fork, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chunkLeafHash, concat, encodeChunkLeaf, leafOfChunk, root, toHex } from "@colophon-protocol/sdk/formats";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { createPublicClient, createWalletClient, http as rpc } from "viem";
import { generatePrivateKey, mnemonicToAccount, privateKeyToAddress } from "viem/accounts";
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

/** POST with a JSON answer, trusting the bench's own certificate. */
function post(url, { headers = {}, body = "", ca } = {}) {
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith("https") ? https : http;
    const sent = request(url, { method: "POST", headers, ca }, async (answer) => {
      let text = "";
      for await (const part of answer) text += part;
      resolve(JSON.parse(text));
    });
    sent.on("error", reject).end(body);
  });
}

/** A signed-in client's `authorization` and a maker of proofs. */
async function signIn(url, ca) {
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
  const { nonce } = await post(`${url}/v1/auth/challenge`, { ca });
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
  const { access_token: token } = await post(`${url}/v1/auth/verify`, { headers, body, ca });
  return async (pathname) => ({ authorization: `DPoP ${token}`, dpop: await proof("GET", pathname, token) });
}

/** Seconds to get every batch once, `CONCURRENCY` at a time, over kept connections. */
async function timeAll(batches, { request, ca }) {
  const { Agent } = ca ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY, ca });
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
    const { get } = url.startsWith("https") ? https : http;
    const request = get(url, { agent, headers }, (answer) => {
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

/** A certificate for this machine; undefined where openssl is not installed. */
function makeCertificate(folder) {
  if (spawnSync("openssl", ["version"]).status !== 0) return undefined;
  const [certFile, keyFile] = [path.join(folder, "cert.pem"), path.join(folder, "key.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", keyFile, "-out", certFile], {
    stdio: "ignore",
  });
  return { certFile, keyFile, cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
}

/** nginx serving the batches as files with sendfile, one worker; undefined where it is not installed. */
async function startNginx(folder) {
  const binary = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].find((file) => existsSync(file));
  if (!binary) return undefined;
  const port = await freePort();
  const config = path.join(folder, "nginx.conf");
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/t;`);
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit; events {}
     ${process.getuid() === 0 ? "user root;" : ""}
     http { access_log off; sendfile on; tcp_nopush on; ${temp.join(" ")} server { listen 127.0.0.1:${port}; root ${folder}; } }`,
  );
  const child = spawn(binary, ["-c", config, "-p", folder], { stdio: ["ignore", "ignore", "inherit"] });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries++) {
    const up = await fetch(`${url}/batch-0`, { method: "HEAD" }).then(
      () => true,
      () => false,
    );
    if (up) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, stop: () => child.kill("SIGTERM") };
}

/** The middle round of two servers taken in turns, by the ratio of their rates. */
async function compare(batches, rounds, peer, gateway) {
  await timeAll(batches, peer); // Warms caches and compilers.
  await timeAll(batches, gateway);
  const results = [];
  for (let round = 0; round < rounds; round++) {
    const [one, other] = [await timeAll(batches, peer), await timeAll(batches, gateway)];
    results.push({ ratio: one / other, peer: one, gateway: other });
  }
  return results.sort((a, b) => a.ratio - b.ratio)[rounds >> 1];
}

const filesOf = (url, ca) => ({ request: async (batch) => ({ url: `${url}/batch-${batch}`, headers: {} }), ca });

async function chunksOf(url, ca) {
  const sign = await signIn(url, ca);
  const pathname = "/v1/datasets/1/versions/1/encodings/1/chunks";
  const request = async (batch) => ({
    url: `${url}${pathname}?first=${batch * BATCH}&count=${BATCH}`,
    headers: await sign(pathname),
  });
  return { request, ca };
}

/**
 * @param {{ batches?: number, rounds?: number }} [options] batches of 16 MiB a round; rounds of which the median ratio counts
 * @returns {Promise<{ id: string, value: number, unit: string, budget: number, pass: boolean }[]>} figures with a budget of 0 are told
 *   only; those of a peer that is not installed are left out
 */
export async function measureDelivery({ batches = 16, rounds = 5 } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "colophon-delivery-"));
  const stops = [];
  const keep = ({ stop, ...rest }) => {
    stops.push(stop);
    return rest;
  };
  const rate = (seconds) => Math.round((batches * BATCH * 1.048576) / seconds);
  const told = (id, value, unit) => ({ id: `delivery.${id}`, value, unit, budget: 0, pass: true });
  try {
    const data = makeData(folder, batches);
    const providerKey = generatePrivateKey();
    const port = await freePort();
    const { address } = keep(await startChain(port, data, privateKeyToAddress(providerKey)));
    const options = { folder, data, providerKey, rpcUrl: `http://127.0.0.1:${port}`, address };
    const start = async (role, tls) => keep(await startServer(role, { ...options, tls })).url;
    const chunks = await chunksOf(await start("gateway"));
    const middle = await compare(batches, rounds, filesOf(await start("plain")), chunks);
    const figures = [
      { id: "delivery.ratio", value: middle.ratio, unit: "×", budget: 0.8, pass: middle.ratio >= 0.8 },
      told("gateway_mb_s", rate(middle.gateway), "MB/s"),
      told("plain_mb_s", rate(middle.peer), "MB/s"),
    ];
    const tls = makeCertificate(folder);
    if (tls) {
      const peer = filesOf(await start("plain", tls), tls.cert);
      const {
        ratio,
        peer: plain,
        gateway,
      } = await compare(batches, rounds, peer, await chunksOf(await start("gateway", tls), tls.cert));
      figures.push({ id: "delivery.tls_ratio", value: ratio, unit: "×", budget: 0.8, pass: ratio >= 0.8 });
      figures.push(told("gateway_tls_mb_s", rate(gateway), "MB/s"), told("plain_tls_mb_s", rate(plain), "MB/s"));
    }
    const nginx = await startNginx(folder);
    if (nginx) {
      const { ratio, peer } = await compare(batches, rounds, filesOf(keep(nginx).url), chunks);
      figures.push(told("nginx_ratio", ratio, "×"), told("nginx_mb_s", rate(peer), "MB/s"));
    }
    return figures;
  } finally {
    for (const stop of stops) stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The peer: Node's `http` and a file stream, nothing else. */
async function servePlain({ folder, tls }) {
  const serve = (request, response) => {
    createReadStream(path.join(folder, path.basename(request.url))).pipe(response);
  };
  const server = tls ? https.createServer(tls, serve) : http.createServer(serve);
  const scheme = tls ? "https" : "http";
  server.listen(0, "127.0.0.1", () => process.send(`${scheme}://127.0.0.1:${server.address().port}`));
}

/** A gateway as it runs, on PGlite; its encoding is registered directly, because random bytes have no manifest. */
async function serveGateway({ folder, data, providerKey, rpcUrl, address, tls }) {
  const { startGateway, loadConfig } = await import("@colophon-protocol/gateway");
  const { encodings } = await import("../dist/db/schema.js");
  const config = loadConfig({
    COLOPHON_RPC_URL: rpcUrl,
    COLOPHON_LICENSE_TOKEN: address,
    COLOPHON_DATASET_REGISTRY: address,
    COLOPHON_GATEWAY_BLOBS: folder,
    COLOPHON_GATEWAY_PROVIDER_KEY: providerKey,
    COLOPHON_GATEWAY_LOG_LEVEL: "warn",
    ...(tls ? { COLOPHON_GATEWAY_TLS_CERT_FILE: tls.certFile, COLOPHON_GATEWAY_TLS_KEY_FILE: tls.keyFile } : {}),
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
