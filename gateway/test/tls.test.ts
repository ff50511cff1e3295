/** HTTPS by the gateway itself, with a certificate that openssl makes for the test. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GatewayConfigError, loadConfig } from "../src/config.js";
import { startChain, type TestChain } from "./support/chain.js";
import { PROVIDER_KEY, startTestGateway, type TestGateway } from "./support/gateway.js";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

describe.skipIf(!hasOpenssl)("HTTPS (needs openssl)", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "colophon-tls-"));
  const [certFile, keyFile] = [path.join(folder, "cert.pem"), path.join(folder, "key.pem")];
  let chain: TestChain;
  let gateway: TestGateway;

  const load = (more: Record<string, string>) =>
    loadConfig({
      COLOPHON_RPC_URL: chain.rpcUrl,
      COLOPHON_LICENSE_TOKEN: chain.address,
      COLOPHON_DATASET_REGISTRY: chain.address,
      COLOPHON_GATEWAY_PROVIDER_KEY: PROVIDER_KEY,
      COLOPHON_GATEWAY_BLOBS: folder,
      ...more,
    });

  beforeAll(async () => {
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", keyFile, "-out", certFile], {
      stdio: "ignore",
    });
    chain = await startChain();
    const { tls } = load({ COLOPHON_GATEWAY_TLS_CERT_FILE: certFile, COLOPHON_GATEWAY_TLS_KEY_FILE: keyFile });
    gateway = await startTestGateway(chain, { config: { tls } });
  });
  afterAll(async () => {
    await gateway?.stop();
    await chain?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const post = (url: string) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const request = https.request(url, { method: "POST", ca: readFileSync(certFile) }, (answer) => {
        let body = "";
        answer.on("data", (part) => {
          body += part;
        });
        answer.on("end", () => resolve({ status: answer.statusCode, body }));
      });
      request.on("error", reject).end();
    });

  it("is what sign-ins are bound to", async () => {
    expect(gateway.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    const { status, body } = await post(`${gateway.url}/v1/auth/challenge`);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ uri: gateway.url });
    await expect(fetch(`${gateway.url.replace("https", "http")}/health`)).rejects.toThrow();
  });

  it("is refused with a key or certificate that is missing or of another pair", () => {
    const cert = { COLOPHON_GATEWAY_TLS_CERT_FILE: certFile };
    const key = { COLOPHON_GATEWAY_TLS_KEY_FILE: keyFile };
    expect(() => load(cert)).toThrow("COLOPHON_GATEWAY_TLS_KEY_FILE");
    expect(() => load(key)).toThrow("COLOPHON_GATEWAY_TLS_CERT_FILE");
    expect(() => load({ ...cert, COLOPHON_GATEWAY_TLS_KEY_FILE: certFile })).toThrow(GatewayConfigError);
    expect(load({}).tls).toBeUndefined();
  });
});
