import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { describe, expect, it } from "vitest";
import { evidenceKeyOf, evidenceRecipient, newEvidenceKey, openEvidence, sealEvidence } from "../src/keys/index.js";
import { hpkeSeal } from "../src/keys/sealed-evidence.js";

describe("evidence for an arbitrator alone", () => {
  it("is sealed as RFC 9180 does it (appendix A.1.1, first message)", async () => {
    const ephemeral = evidenceKeyOf(hexToBytes("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"));
    const sealed = await hpkeSeal({
      plain: utf8ToBytes("Beauty is truth, truth beauty"),
      publicKey: hexToBytes("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"),
      info: utf8ToBytes("Ode on a Grecian Urn"),
      additionalData: utf8ToBytes("Count-0"),
      ephemeral,
      aead: { id: 0x0001, keyBytes: 16 },
    });
    expect(bytesToHex(sealed)).toBe(
      "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431" +
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
    );
  });

  it("opens with the arbitrator's key and no other, whole and unaltered", async () => {
    const key = newEvidenceKey();
    const file = utf8ToBytes("The log of the day on which it went wrong.");
    const sealed = await sealEvidence(file, key.publicKey);
    expect(bytesToHex(sealed)).not.toContain(bytesToHex(file));
    expect(await openEvidence(sealed, key)).toEqual(file);
    expect(await openEvidence(sealed, evidenceKeyOf(key.secretKey))).toEqual(file);
    await expect(openEvidence(sealed, newEvidenceKey())).rejects.toThrow(/not sealed to this key/);
    for (let at = 0; at < sealed.length; at++) {
      const altered = sealed.map((byte, i) => (i === at ? byte ^ 1 : byte));
      await expect(openEvidence(altered, key), `byte ${at}`).rejects.toThrow(/not sealed to this key/);
    }
    await expect(openEvidence(sealed.subarray(0, 20), key)).rejects.toThrow(/not sealed to this key/);
    // Two seals of one file have nothing in common.
    expect(await sealEvidence(file, key.publicKey)).not.toEqual(sealed);
  });

  it("refuses what is no key, and names the right one by its hash", async () => {
    await expect(sealEvidence(new Uint8Array(1), new Uint8Array(31))).rejects.toThrow(/31 bytes, expected 32/);
    await expect(sealEvidence(new Uint8Array(1), new Uint8Array(32))).rejects.toThrow(/none of X25519/);
    expect(() => evidenceKeyOf(new Uint8Array(33))).toThrow(/33 bytes, expected 32/);
    expect(evidenceRecipient(new Uint8Array(32))).toBe(
      "0x66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925",
    );
  });
});
