/** NVIDIA's own claim sets and policies, which it publishes unsigned: here a key of the test signs them. */
import { createHash } from "node:crypto";
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import {
  AttestationRefused,
  type NvidiaBundle,
  type VerifyNvidiaParameters,
  verifyNvidia,
} from "../../src/attestation/index.js";
import { externalJson, hasExternal } from "../formats/vectors.js";

type Claims = Record<string, unknown>;
type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

const ISSUER = "https://nras.attestation.nvidia.com";
const NONCE = "931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb";
/** Within the validity of the granular device claims, which ended on 2025-01-06. */
const TIME = Date.parse("2025-01-06T00:00:00Z") / 1000;

const sample = (name: string): Claims => externalJson(`tee/nvidia-nras/${name}.json`);
const policy = (version: 3 | 4) => externalJson(`tee/nvidia-nras/policy-remote-gpu-v${version}.json`);
const digest = (token: string) => ["DIGEST", ["SHA-256", createHash("sha256").update(token).digest("hex")]];

let pair: KeyPair;
let keys: JSONWebKeySet;
beforeAll(async () => {
  pair = await generateKeyPair("ES384");
  keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: "test", alg: "ES384" }] };
});

const sign = (claims: Claims, { privateKey } = pair, alg = "ES384") =>
  new SignJWT(claims).setProtectedHeader({ alg, kid: "test" }).sign(privateKey);

interface Change {
  overall?: Claims;
  device?: Claims;
}

async function bundleOf({ overall = {}, device = {} }: Change = {}): Promise<NvidiaBundle> {
  const claims = {
    ...sample("gpu-detached_granular_claims_remote"),
    iss: ISSUER,
    nbf: TIME - 60,
    exp: TIME + 60,
    ...device,
  };
  const token = await sign(claims);
  const named = { ...sample("gpu-overall_granular_claims_remote"), submods: { "GPU-0": digest(token) }, ...overall };
  return [["JWT", await sign(named)], { "GPU-0": token }];
}

async function verdict(change: Partial<VerifyNvidiaParameters> = {}): Promise<string> {
  const bundle = change.bundle ?? (await bundleOf());
  const parameters = { keys, issuer: ISSUER, time: TIME, nonce: NONCE, policy: policy(4), ...change, bundle };
  try {
    return [...(await verifyNvidia(parameters)).devices.keys()].join();
  } catch (error) {
    if (!(error instanceof AttestationRefused)) throw error;
    return error.code;
  }
}

describe.runIf(hasExternal("tee"))("NVIDIA's claims", () => {
  it("meet NVIDIA's policy of their version", async () => {
    expect(await verdict()).toBe("GPU-0");
    const token = await sign({ ...sample("gpu-detached_claims_remote"), iss: ISSUER });
    const overall = { ...sample("gpu-overall_claims_remote"), submods: { "GPU-0": digest(token) } };
    const bundle: NvidiaBundle = [["JWT", await sign(overall)], { "GPU-0": token }];
    expect(await verdict({ bundle, policy: policy(3) })).toBe("GPU-0");
    expect(await verdict({ bundle, policy: policy(4) })).toBe("expected");
  });

  it("are refused before and after their time", async () => {
    const bundle = await bundleOf();
    expect(await verdict({ bundle, time: TIME + 59 })).toBe("GPU-0");
    expect(await verdict({ bundle, time: TIME + 60 })).toBe("time");
    expect(await verdict({ bundle, time: TIME - 61 })).toBe("time");
    // As published, the device's claims ended before that day.
    const { exp } = sample("gpu-detached_granular_claims_remote");
    expect(await verdict({ bundle: await bundleOf({ device: { exp } }), time: Math.floor(Date.now() / 1000) })).toBe(
      "time",
    );
    expect(await verdict({ bundle: await bundleOf({ device: { exp: undefined } }) })).toBe("format");
  });

  it("are refused under other keys, from another issuer, and for another nonce", async () => {
    const other = await generateKeyPair("ES384");
    const jwk = await exportJWK(other.publicKey);
    expect(await verdict({ keys: { keys: [{ ...jwk, kid: "test", alg: "ES384" }] } })).toBe("signature");
    expect(await verdict({ keys: { keys: [{ ...jwk, kid: "other", alg: "ES384" }] } })).toBe("root");
    expect(await verdict({ issuer: "https://example.org" })).toBe("expected");
    expect(await verdict({ nonce: NONCE.replace("9", "8") })).toBe("expected");
    expect(
      await verdict({ bundle: await bundleOf({ device: { iss: "https://nras.attestation-stg.nvidia.com" } }) }),
    ).toBe("expected");
    expect(await verdict({ bundle: await bundleOf({ device: { eat_nonce: "00" } }) })).toBe("expected");
  });

  it("are refused where tokens do not belong together, or are changed", async () => {
    const [[, overall], { "GPU-0": token }] = (await bundleOf()) as [["JWT", string], { "GPU-0": string }];
    const again = (await bundleOf({ device: { jti: "another" } }))[1]["GPU-0"] as string;
    const changed = (text: string) => text.slice(0, -10) + (text.at(-10) === "A" ? "B" : "A") + text.slice(-9);
    const of = (first: string, devices: Record<string, string>) => verdict({ bundle: [["JWT", first], devices] });
    expect(await of(overall, { "GPU-0": again })).toBe("binding");
    expect(await of(overall, { "GPU-0": changed(token) })).toBe("binding");
    expect(await of(overall, { "GPU-1": token })).toBe("binding");
    expect(await of(overall, { "GPU-0": token, "GPU-1": token })).toBe("binding");
    expect(await of(overall, {})).toBe("format");
    expect(await of(changed(overall), { "GPU-0": token })).toBe("signature");
    expect(await of("no token", { "GPU-0": token })).toBe("format");
    expect(await of(token, { "GPU-0": token })).toBe("format");
    expect(await verdict({ bundle: {} as never })).toBe("format");
    // Unsigned, and with the algorithm of another kind of key.
    const [, body] = overall.split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", kid: "test" })).toString("base64url");
    expect(await of(`${none}.${body}.`, { "GPU-0": token })).toBe("format");
  });

  it("are refused where a device can be debugged, did not boot securely, or does not meet the policy", async () => {
    const with_ = async (device: Claims) => verdict({ bundle: await bundleOf({ device }) });
    expect(await with_({ dbgstat: "enabled" })).toBe("debug");
    expect(await with_({ dbgstat: undefined })).toBe("debug");
    expect(await verdict({ bundle: await bundleOf({ device: { dbgstat: "enabled" } }), allowDebug: true })).toBe(
      "GPU-0",
    );
    expect(await with_({ secboot: false })).toBe("expected");
    expect(await with_({ measres: "fail" })).toBe("expected");
    expect(await with_({ "x-nvidia-gpu-vbios-rim-version-match": false })).toBe("expected");
    const status = { "x-nvidia-cert-status": "valid", "x-nvidia-cert-ocsp-status": "revoked" };
    expect(await with_({ "x-nvidia-gpu-driver-rim-cert-chain": status })).toBe("expected");
    expect(await with_({ "x-nvidia-gpu-driver-rim-cert-chain": "valid" })).toBe("expected");
    expect(await verdict({ bundle: await bundleOf({ overall: { "x-nvidia-overall-att-result": false } }) })).toBe(
      "expected",
    );
    expect(await verdict({ bundle: await bundleOf({ overall: { "x-nvidia-ver": "2.0" } }) })).toBe("expected");
  });
});
