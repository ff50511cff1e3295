import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import { encodeAbiParameters, hashTypedData, keccak256, stringToBytes } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { beforeAll, describe, expect, it } from "vitest";
import { derToFixed, fixedToDer } from "../../src/formats/der.js";
import { messageTypes } from "../../src/formats/generated/eip712.js";
import {
  canonicalBytes,
  canonicalJson,
  canonicalJsonAnyNumber,
  type DocumentSigner,
  FormatError,
  generateSigningKey,
  type Hex,
  type Message,
  type MessageName,
  messageType,
  parseCanonical,
  publicKeyFromPem,
  publicKeyHint,
  type SignatureBundle,
  sha256,
  signResources,
  toHex,
  typedData,
  utf8,
  verifyBundle,
  webCryptoSigner,
} from "../../src/formats/index.js";
import { externalFile, externalJson, hasExternal, specJson } from "./vectors.js";

const KEYED = "model-signing/v1.1.0-elliptic-key";

describe.skipIf(!hasExternal("rfc"))("canonical JSON against RFC 8785 vectors", () => {
  it.each(["arrays", "structures", "unicode"])("writes %s as published", (name) => {
    const output = externalFile(`rfc/jcs/output/${name}.json`);
    expect(canonicalJsonAnyNumber(externalJson(`rfc/jcs/input/${name}.json`))).toBe(output.toString("utf8"));
  });
});

describe("canonical JSON", () => {
  it("refuses what JSON cannot carry without loss", () => {
    const circular: Record<string, unknown> = {};
    circular.self = { date: new Date(0) };
    const bad = [1.5, 2 ** 53, -0, Number.NaN, undefined, 1n, () => 1, new Date(0), new Map(), circular];
    for (const value of bad) expect(() => canonicalJson({ a: [value] })).toThrow(FormatError);
    expect(() => canonicalJson({ a: { b: [0, 0.1] } })).toThrow("/a/b/1 is 0.1");
    expect(() => canonicalJson("\ud800")).toThrow("Lone surrogate");
  });

  it("reads its own form only", () => {
    const value = { b: [1, "é", null, true], a: { z: "", y: -5 } };
    expect(parseCanonical(canonicalBytes(value))).toEqual(value);
    expect(() => parseCanonical(utf8('{"b":1,"a":2}'))).toThrow("RFC 8785");
    expect(() => parseCanonical(utf8('{"a":1e2}'))).toThrow("RFC 8785");
    expect(() => parseCanonical(utf8("{"))).toThrow("not UTF-8 JSON");
  });
});

describe("EIP-712 messages", () => {
  const v = specJson("vectors/eip712.json");
  const domain = { chainId: v.domain.chainId, licenseToken: v.domain.verifyingContract as Hex };
  const messageOf = (c: { primaryType: MessageName; message: Record<string, string | boolean> }) =>
    Object.fromEntries(
      messageTypes[c.primaryType].map(({ name, type }) => {
        const value = c.message[name] as string;
        const bits = type.startsWith("uint") ? Number(type.slice(4)) : 0;
        return [name, bits === 0 ? value : bits <= 48 ? Number(value) : BigInt(value)];
      }),
    ) as Message<MessageName>;

  it("have the type hashes, struct encodings and digests of the vectors", () => {
    expect(new Set(v.messages.map((c: { primaryType: string }) => c.primaryType)).size).toBe(
      Object.keys(messageTypes).length,
    );
    for (const c of v.messages) {
      const name = c.primaryType as MessageName;
      const message = messageOf(c);
      expect(keccak256(stringToBytes(messageType(name))), name).toBe(c.typeHash);
      const fields = messageTypes[name] as readonly { name: string; type: string }[];
      expect(encodeAbiParameters(fields, Object.values(message))).toBe(c.encoded);
      expect(hashTypedData(typedData(name, domain, message) as never)).toBe(c.digest);
    }
  });

  it("have the type strings that the contracts hash", () => {
    const source = readFileSync(resolve(import.meta.dirname, "../../../contracts/types/Messages.sol"), "utf8");
    const inContracts = [...source.matchAll(/"([A-Z]\w+\([^"]+\))"/g)].map((match) => match[1] as string);
    expect(inContracts.length).toBeGreaterThan(4);
    for (const type of inContracts) expect(messageType(type.slice(0, type.indexOf("(")) as MessageName)).toBe(type);
    const marked = v.messages.filter((c: { onChain: boolean }) => c.onChain).map((c: { type: string }) => c.type);
    expect([...new Set(marked)].sort()).toEqual(inContracts.sort());
  });

  it("are signed and recovered by viem as they are", async () => {
    const account = privateKeyToAccount(`0x${"11".repeat(32)}`);
    const data = typedData("EncodingAcceptance", domain, {
      datasetId: 1n,
      version: 1,
      encoding: 1,
      encodingRoot: `0x${"01".repeat(32)}`,
      envelopeHash: `0x${"02".repeat(32)}`,
      provider: account.address,
      retirementNotice: 2_592_000,
      deadline: 1_800_000_000,
    });
    const { verifyTypedData } = await import("viem");
    const signature = await account.signTypedData(data);
    expect(await verifyTypedData({ ...data, address: account.address, signature })).toBe(true);
    const altered = { ...data, message: { ...data.message, encoding: 2 } };
    expect(await verifyTypedData({ ...altered, address: account.address, signature })).toBe(false);
  });
});

describe("detached signatures", () => {
  const resource = { name: "manifest.json", digest: toHex(sha256(utf8("manifest"))) };
  let signer: DocumentSigner;
  let stranger: DocumentSigner;
  let bundle: SignatureBundle;

  beforeAll(async () => {
    signer = await webCryptoSigner(await generateSigningKey());
    stranger = await webCryptoSigner(await generateSigningKey());
    bundle = await signResources("digits", [{ ...resource, name: "z" }, resource], signer);
  });

  it("verify under the signer's key, and name what was signed", async () => {
    const statement = await verifyBundle(bundle, [stranger.publicKey, signer.publicKey], [resource]);
    expect(statement.predicate.resources.map((r) => r.name)).toEqual(["manifest.json", "z"]);
    expect(statement.predicateType).toBe("https://model_signing/signature/v1.0");
  });

  it("verify also when another program signed", async () => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const foreign = await signResources("digits", [resource], {
      publicKey: pair.publicKey.export({ type: "spki", format: "der" }),
      sign: async (data) => sign("sha256", data, { key: pair.privateKey, dsaEncoding: "ieee-p1363" }),
    });
    const spki = createPublicKey(createPrivateKey(pair.privateKey.export({ type: "pkcs8", format: "pem" })));
    const keys = [new Uint8Array(spki.export({ type: "spki", format: "der" }))];
    await expect(verifyBundle(foreign, keys, [resource])).resolves.toBeTruthy();
  });

  it("are refused when unsigned, signed by another, or altered", async () => {
    const change = (path: "sig" | "payload", value: string) => {
      const copy = structuredClone(bundle);
      if (path === "sig") copy.dsseEnvelope.signatures[0].sig = value;
      else copy.dsseEnvelope.payload = value;
      return copy;
    };
    const unsigned = structuredClone(bundle);
    (unsigned.dsseEnvelope.signatures as unknown[]).length = 0;
    await expect(verifyBundle(unsigned, [signer.publicKey])).rejects.toMatchObject({ code: "schema" });
    await expect(verifyBundle(undefined, [signer.publicKey])).rejects.toMatchObject({ code: "schema" });
    await expect(verifyBundle(bundle, [stranger.publicKey])).rejects.toMatchObject({ code: "signature" });
    await expect(verifyBundle(bundle, [])).rejects.toThrow("not one of those trusted");

    const forged = await signResources("digits", [resource], { ...signer, sign: stranger.sign });
    await expect(verifyBundle(forged, [signer.publicKey])).rejects.toMatchObject({ code: "signature" });
    await expect(verifyBundle(change("sig", "MAA="), [signer.publicKey])).rejects.toMatchObject({ code: "signature" });
    const payload = btoa(atob(bundle.dsseEnvelope.payload).replace("digits", "digitS"));
    await expect(verifyBundle(change("payload", payload), [signer.publicKey])).rejects.toMatchObject({
      code: "signature",
    });
  });

  it("are refused for another file or another hash", async () => {
    const other = { name: "other.json", digest: resource.digest };
    await expect(verifyBundle(bundle, [signer.publicKey], [other])).rejects.toMatchObject({ code: "mismatch" });
    const changed = { ...resource, digest: toHex(sha256(utf8("x"))) };
    await expect(verifyBundle(bundle, [signer.publicKey], [changed])).rejects.toMatchObject({ code: "mismatch" });
  });

  it("convert between the two forms of ECDSA signatures, strictly", () => {
    for (const first of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
      const fixed = new Uint8Array(64).fill(3);
      fixed[0] = first;
      fixed[32] = first;
      expect(derToFixed(fixedToDer(fixed), 32)).toEqual(fixed);
    }
    const bad = [
      "",
      "30",
      "3000",
      "3003020101",
      "300702020001020101",
      "30060201ff020101",
      "300602010102010100",
      "3006020101030101",
    ];
    for (const text of bad) expect(derToFixed(Buffer.from(text, "hex"), 32), text).toBeUndefined();
    expect(derToFixed(fixedToDer(new Uint8Array(96).fill(9)), 32)).toBeUndefined();
  });
});

describe.skipIf(!hasExternal("model-signing"))("detached signatures against OpenSSF model-signing vectors", () => {
  const key = () => publicKeyFromPem(externalFile("model-signing/keys/signing-key-pub.pem").toString("utf8"));

  const resources = ["signme-1", "signme-2"].map((name) => ({
    name,
    digest: toHex(sha256(hasExternal("model-signing") ? externalFile(`${KEYED}/${name}`) : new Uint8Array(0))),
  }));

  it("verifies the published bundles, P-384 with SHA-384, and their files", async () => {
    for (const path of [`${KEYED}/model.sig`, "model-signing/spec-vectors/valid/key.bundle.json"]) {
      const statement = await verifyBundle(externalJson(path), [key()], resources);
      expect(statement.subject[0].digest.sha256).toMatch(/^92745110.*dec4$/);
      expect(publicKeyHint(key())).toBe(externalJson(path).verificationMaterial.publicKey.hint);
    }
  });

  it("refuses the published invalid bundles, and changed files", async () => {
    for (const name of ["missing-envelope", "missing-tlog-entries", "missing-verification-material"]) {
      const bundle = externalJson(`model-signing/spec-vectors/invalid/${name}.bundle.json`);
      await expect(verifyBundle(bundle, [key()]), name).rejects.toMatchObject({ code: "schema" });
    }
    const predicate = externalJson("model-signing/spec-vectors/invalid-payload/wrong-predicate.bundle.json");
    await expect(verifyBundle(predicate, [key()])).rejects.toThrow(FormatError);
    const changed = resources.map((resource) => ({ ...resource, digest: toHex(sha256(utf8(resource.name))) }));
    const bundle = externalJson(`${KEYED}/model.sig`);
    await expect(verifyBundle(bundle, [key()], changed)).rejects.toMatchObject({ code: "mismatch" });
  });

  it("makes bundles and statements that the published schemas accept", async () => {
    const ajv = new Ajv({ strict: false });
    for (const name of ["predicate", "statement", "envelope", "bundle"]) {
      ajv.addSchema(externalJson(`model-signing/schemas/${name}.schema.json`));
    }
    const signer = await webCryptoSigner(await generateSigningKey());
    const bundle = await signResources("digits", resources, signer);
    const statement = JSON.parse(atob(bundle.dsseEnvelope.payload));
    expect(ajv.validate("https://model_signing/bundle/v1.0/schema", bundle), ajv.errorsText()).toBe(true);
    expect(ajv.validate("https://model_signing/statement/v1.0/schema", statement), ajv.errorsText()).toBe(true);
  });
});
