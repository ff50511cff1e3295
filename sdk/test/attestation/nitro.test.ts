import { decode, encode } from "cborg";
import { bytesToHex, hexToBytes } from "viem";
import { describe, expect, it } from "vitest";
import { type VerifyNitroParameters, verifyNitro } from "../../src/attestation/index.js";
import { demandDocument } from "../../src/attestation/nitro.js";
import { externalFile, hasExternal } from "../formats/vectors.js";
import { flipped, indexOf, outcome } from "./support.js";

/** When the sample was made: 2026-01-03T20:41:07.402Z. */
const MADE = 1_767_472_867;
const LEAF_FROM = Date.parse("2026-01-03T20:40:25Z") / 1000;
const LEAF_TO = Date.parse("2026-01-03T23:40:28Z") / 1000;
const PCRS = {
  0: "0x4b8d4cf2a99e05ce1b5bddaf9d21cb446eb0e606c5bebd1ebf02b473a22165f7b68b0bb0d1ac5a90f0311e493522cfab",
  1: "0x0343b056cd8485ca7890ddd833476d78460aed2aa161548e4e26bedf321726696257d623e8805f3f605946b3d8b0c6aa",
  2: "0x16efcc1d6952c5b9737eb2ab1751a08412835c5125818bfb55f6367cb3cdca49b13d2a5b6d771de9db1578242e328c6d",
} as const;
const USER_DATA = hexToBytes("0x69553adc61d6e9fcdecbe1ea49bb2b52a60238e0");

const sample = (): VerifyNitroParameters => ({
  document: Uint8Array.from(externalFile("tee/nitro-attestation.bin")),
  root: Uint8Array.from(externalFile("tee/aws-nitro-root-g1.der")),
  time: MADE,
});
const verdict = (change: Partial<VerifyNitroParameters>) => outcome(() => verifyNitro({ ...sample(), ...change }));

/** The sample with another payload or header; its signature no longer fits. */
function rebuilt(change: (payload: Map<unknown, unknown>) => void, header?: Uint8Array): Uint8Array {
  const maps = { useMaps: true };
  const [protectedHeader, unprotectedHeader, payload, signature] = decode(sample().document, maps);
  const map = decode(payload, maps);
  change(map);
  return encode([header ?? protectedHeader, unprotectedHeader, encode(map), signature]);
}

describe.runIf(hasExternal("tee"))("a real AWS Nitro attestation document", () => {
  it("says what is measured, under AWS's root", () => {
    const found = verifyNitro({ ...sample(), pcrs: PCRS, userData: USER_DATA, maxAge: 0 });
    expect(found.moduleId).toBe("i-0368fa67e156d6d23-enc019b8596b1a9dad6");
    expect(found.timestamp).toBe(1_767_472_867_402);
    expect(found.pcrs.size).toBe(16);
    expect([found.pcrs.get(0), found.pcrs.get(1), found.pcrs.get(2)]).toEqual([PCRS[0], PCRS[1], PCRS[2]]);
    expect(bytesToHex(found.userData as Uint8Array)).toBe(bytesToHex(USER_DATA));
    expect([found.nonce, found.publicKey]).toEqual([undefined, undefined]);
  });

  it("is also read with COSE's tag", () => {
    const { document } = sample();
    expect(verdict({ document: Uint8Array.from([0xd2, ...document]) })).toMatchObject({ timestamp: 1_767_472_867_402 });
  });

  it("holds only while its certificates do, and not before it was made", () => {
    expect(verdict({ time: LEAF_TO })).toMatchObject({ timestamp: 1_767_472_867_402 });
    expect(verdict({ time: LEAF_TO + 1 })).toBe("time");
    expect(verdict({ time: LEAF_FROM - 1 })).toBe("time");
    expect(verdict({ time: MADE - 1 })).toBe("time");
    expect(verdict({ time: Math.floor(Date.now() / 1000) })).toBe("time");
    expect(verdict({ time: MADE + 60, maxAge: 60 })).toMatchObject({ timestamp: 1_767_472_867_402 });
    expect(verdict({ time: MADE + 61, maxAge: 60 })).toBe("time");
  });

  it("is refused where another measurement or value is expected", () => {
    expect(verdict({ pcrs: { 0: PCRS[1] } })).toBe("expected");
    expect(verdict({ pcrs: { 16: PCRS[1] } })).toBe("expected");
    expect(verdict({ userData: USER_DATA.subarray(1) })).toBe("expected");
    expect(verdict({ nonce: new Uint8Array(1) })).toBe("expected");
    expect(verdict({ publicKey: new Uint8Array(0) })).toBe("expected");
  });

  it("is refused under another root, and where a certificate is missing, moved or changed", () => {
    const intel = Uint8Array.from(externalFile("tee/intel-sgx-root-ca.der"));
    expect(verdict({ root: intel })).toBe("root");
    expect(verdict({ root: new Uint8Array(10) })).toBe("certificate");
    const bundle = (change: (bundle: Uint8Array[]) => Uint8Array[]) =>
      verdict({
        document: rebuilt((payload) => payload.set("cabundle", change(payload.get("cabundle") as Uint8Array[]))),
      });
    expect(bundle((all) => all.slice(1))).toBe("root");
    expect(bundle((all) => all.toSpliced(1, 1))).toBe("chain");
    expect(bundle((all) => [all[0], all[2], all[1], all[3]] as Uint8Array[])).toBe("chain");
    // The last byte of a certificate is the end of its signature.
    expect(bundle((all) => all.with(2, flipped(all[2] as Uint8Array, (all[2] as Uint8Array).length - 1)))).toBe(
      "chain",
    );
    expect(bundle((all) => all.with(2, (all[2] as Uint8Array).subarray(0, 100)))).toBe("certificate");
  });

  it("is refused with any bit of what is signed changed", () => {
    const { document } = sample();
    const texts = ["i-0368fa67e156d6d23", "SHA384"];
    const parts = [PCRS[0], PCRS[2]].map((pcr) => hexToBytes(pcr)).concat(USER_DATA);
    expect(verdict({ document: flipped(document, indexOf(document, texts[0] as string)) })).toBe("signature");
    expect(verdict({ document: flipped(document, indexOf(document, texts[1] as string)) })).toBe("format");
    for (const part of parts) {
      expect(verdict({ document: flipped(document, indexOf(document, part)) })).toBe("signature");
    }
    // The signature is the last 96 bytes: r, then s.
    for (const back of [1, 48, 49, 96]) {
      expect(verdict({ document: flipped(document, document.length - back) })).toBe("signature");
    }
  });

  it("is refused when it is changed anywhere at all", () => {
    const { document } = sample();
    for (let at = 0; at < document.length; at += 211) {
      expect(typeof verdict({ document: flipped(document, at, 4) }), `byte ${at}`).toBe("string");
    }
  });

  it("is refused where it lacks what the format asks for", () => {
    const { document } = sample();
    expect(verdict({ document: document.subarray(0, -1) })).toBe("format");
    expect(verdict({ document: Uint8Array.from([...document, 0]) })).toBe("format");
    expect(verdict({ document: encode([1, 2, 3]) })).toBe("format");
    expect(verdict({ document: encode(["a", {}, "b", "c"]) })).toBe("format");
    expect(verdict({ document: rebuilt(() => {}, encode(new Map([[1, -7]]))) })).toBe("format");
    for (const key of ["module_id", "timestamp", "digest", "pcrs", "certificate", "cabundle"])
      expect(verdict({ document: rebuilt((payload) => payload.delete(key)) }), key).toBe("format");
    expect(verdict({ document: rebuilt((payload) => payload.set("pcrs", new Map([[0, new Uint8Array(32)]]))) })).toBe(
      "format",
    );
    expect(verdict({ document: rebuilt((payload) => payload.set("nonce", new Uint8Array(513))) })).toBe("format");
  });
});

describe("an enclave in debug mode", () => {
  const debugged = { moduleId: "i-1", timestamp: 1, pcrs: new Map([[0, `0x${"00".repeat(48)}`]] as const) };

  it("is known by its zero PCR 0 and refused unless allowed", () => {
    expect(outcome(() => demandDocument(debugged, {}))).toBe("debug");
    expect(outcome(() => demandDocument({ ...debugged, pcrs: new Map() }, {}))).toBe("debug");
    expect(outcome(() => demandDocument(debugged, { allowDebug: true }))).toBeUndefined();
    expect(outcome(() => demandDocument({ ...debugged, pcrs: new Map([[0, PCRS[0]]]) }, {}))).toBeUndefined();
  });
});
