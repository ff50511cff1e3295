import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { describe, expect, it } from "vitest";
import {
  dssePae,
  IN_TOTO_TYPE,
  inTotoStatement,
  secp256k1Signer,
  signDsse,
  signInToto,
  verifyDsse,
  verifyInToto,
} from "../../src/provenance/index.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const word = (decimal: string) => Buffer.from(BigInt(decimal).toString(16).padStart(64, "0"), "hex");

// The example of DSSE's protocol document, version 1.0.0.
const TYPE = "http://example.com/HelloWorld";
const KEY = {
  algorithm: "p256",
  publicKey: Buffer.concat([
    Buffer.of(4),
    word("46950820868899156662930047687818585632848591499744589407958293238635476079160"),
    word("5640078356564379163099075877009565129882514886557779369047442380624545832820"),
  ]),
} as const;
const PRIVATE = word("97358161215184420915383655311931858321456579547487070936769975997791359926199");
const ENVELOPE = {
  payload: "aGVsbG8gd29ybGQ=",
  payloadType: TYPE,
  signatures: [{ sig: "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==" }],
};
const verify = (envelope: unknown, change: object = {}) =>
  new TextDecoder().decode(verifyDsse(envelope, { keys: [KEY], payloadTypes: [TYPE], ...change }));

describe("a DSSE envelope", () => {
  it("is signed over type and payload, with lengths in bytes", () => {
    const text = (type: string, payload: string) => new TextDecoder().decode(dssePae(type, bytes(payload)));
    expect(text(TYPE, "hello world")).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    expect(text("", "")).toBe("DSSEv1 0  0 ");
    expect(text("ä", "€")).toBe("DSSEv1 2 ä 3 €");
  });

  it("verifies as in the standard's example", () => {
    expect(verify(ENVELOPE)).toBe("hello world");
  });

  it("is made byte by byte as in the standard's example", async () => {
    const sign = (message: Uint8Array) =>
      p256.sign(message, PRIVATE, { prehash: true, lowS: false, format: "compact" });
    expect(await signDsse(TYPE, bytes("hello world"), [{ sign }])).toEqual(ENVELOPE);
  });

  it("may be written in URL-safe base64", () => {
    const signatures = ENVELOPE.signatures.map(({ sig }) => ({ sig: sig.replaceAll("+", "-").replaceAll("/", "_") }));
    expect(verify({ ...ENVELOPE, signatures })).toBe("hello world");
  });

  const tampered = [{ sig: `B${ENVELOPE.signatures[0]?.sig.slice(1)}` }];
  it.each([
    ["another payload", { payload: "aGVsbG8gd29ybGU=" }, "signature"],
    ["another type", { payloadType: "http://example.com/Other" }, "signature"],
    ["another signature", { signatures: tampered }, "signature"],
    ["a signature of no form", { signatures: [{ sig: "AAAA" }] }, "signature"],
    ["no signature", { signatures: [] }, "signature"],
    ["nothing in place of a signature", { signatures: [null] }, "schema"],
    ["a payload that is no base64", { payload: "%%%" }, "schema"],
    ["no payload", { payload: undefined }, "schema"],
  ])("is refused with %s", (_, change, code) => {
    expect(() => verify({ ...ENVELOPE, ...change })).toThrow(expect.objectContaining({ code }));
  });

  it("is refused where nobody asked for its type, even if it is signed", () => {
    expect(() => verify(ENVELOPE, { payloadTypes: [IN_TOTO_TYPE] })).toThrow(
      expect.objectContaining({ code: "value" }),
    );
  });

  it("counts keys, not signatures", async () => {
    const keys = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
    const [first, second] = keys.map((key) => secp256k1Signer(key, "hint")) as [never, never];
    const trusted = keys.map((key) => ({ algorithm: "secp256k1" as const, publicKey: secp256k1.getPublicKey(key) }));
    const asked = { keys: trusted, threshold: 2 };
    expect(verify(await signDsse(TYPE, bytes("two"), [first, second]), asked)).toBe("two");
    const twice = await signDsse(TYPE, bytes("two"), [first, first]);
    expect(() => verify(twice, asked)).toThrow("1 trusted keys signed the envelope, expected 2");
    expect(() => verify(twice, { keys: [trusted[0], trusted[0]], threshold: 2 })).toThrow(/1 trusted keys/);
    expect(() => verify(twice, { ...asked, threshold: 0 })).toThrow(/threshold is 0/);
  });
});

describe("an in-toto statement", () => {
  const key = new Uint8Array(32).fill(9);
  const keys = [{ algorithm: "secp256k1" as const, publicKey: secp256k1.getPublicKey(key) }];
  const subject = [{ name: "model", digest: { sha256: "ab".repeat(32) } }];
  const predicateType = "urn:example:predicate";
  const signed = (statement: object) => signInToto(statement as never, [secp256k1Signer(key, "k")]);

  it("comes back out of its envelope", async () => {
    const statement = inTotoStatement(subject, predicateType, { n: 1 });
    const envelope = await signed(statement);
    expect(envelope.payloadType).toBe("application/vnd.in-toto+json");
    expect(verifyInToto(envelope, predicateType, { keys })).toEqual(statement);
    expect(() => verifyInToto(envelope, "urn:example:other", { keys })).toThrow(
      expect.objectContaining({ code: "value" }),
    );
  });

  it.each([
    ["of another version", { _type: "https://in-toto.io/Statement/v0.1", subject, predicateType, predicate: {} }],
    ["about nothing", { _type: "https://in-toto.io/Statement/v1", subject: [], predicateType, predicate: {} }],
    [
      "about what has no digest",
      { _type: "https://in-toto.io/Statement/v1", subject: [{ name: "x", digest: {} }], predicateType, predicate: {} },
    ],
    ["without a predicate", { _type: "https://in-toto.io/Statement/v1", subject, predicateType }],
  ])("is refused %s", async (_, statement) => {
    const envelope = await signed(statement);
    expect(() => verifyInToto(envelope, predicateType, { keys })).toThrow(expect.objectContaining({ code: "schema" }));
  });
});
