import { secp256k1 } from "@noble/curves/secp256k1.js";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { sha256, toHex } from "../../src/formats/index.js";
import {
  type JobManifest,
  jobManifestHash,
  jobReportData,
  simulatedEvidenceHash,
  simulateEvidence,
  verifySimulated,
} from "../../src/provenance/index.js";

const word = (byte: string): `0x${string}` => `0x${byte.repeat(32)}`;
const key = new Uint8Array(32).fill(5);
const rootKey = new Uint8Array(32).fill(6);
const job: JobManifest = {
  format: "colophon-job",
  formatVersion: 1,
  name: "a job",
  measurement: word("0c"),
  chainId: 31337,
  licenseToken: `0x${"01".repeat(20)}`,
  runner: `0x${"02".repeat(20)}`,
  purpose: "train",
  inputs: [{ licenseId: "7", datasetId: "1", version: 1, contentRoot: word("c0") }],
  parameters: { epochs: "4" },
};
const binding = { nonce: word("0e"), chainId: 31337, licenses: [7n] };
const publicKey = toHex(secp256k1.getPublicKey(key));
const evidence = simulateEvidence(job, { ...binding, publicKey, rootKey, expiresAt: 2000 });
const policy = {
  platform: "simulated",
  rootHash: toHex(sha256(secp256k1.getPublicKey(rootKey))),
  simulated: true,
  measurements: [job.measurement],
};
const asked = { ...binding, policy, job, now: 1000 };

describe("a simulated enclave", () => {
  it("is marked as one, and binds its key to job, nonce, chain and licenses", () => {
    const { signer, evidence: registered } = verifySimulated(evidence, asked);
    expect(evidence.platform).toBe("simulated");
    expect(signer).toBe(privateKeyToAccount(toHex(key)).address);
    expect(registered).toMatchObject({ evidenceHash: simulatedEvidenceHash(evidence), debug: true, expiresAt: 2000 });
    expect(evidence.reportData).toBe(jobReportData(job, { ...binding, publicKey }));
    expect(evidence.reportData.slice(0, 66)).toBe(jobManifestHash(job));
  });

  it("is refused by every policy of real enclaves", () => {
    const real = { ...policy, platform: "intel-tdx", simulated: false };
    expect(() => verifySimulated(evidence, { ...asked, policy: real })).toThrow(
      expect.objectContaining({ code: "root", message: expect.stringMatching(/real enclaves/) }),
    );
    const posing = { ...policy, simulated: false };
    expect(() => verifySimulated(evidence, { ...asked, policy: posing })).toThrow(
      expect.objectContaining({ code: "root" }),
    );
  });

  const other = { ...job, parameters: { epochs: "5" } };
  it.each([
    ["another root", {}, { policy: { ...policy, rootHash: word("99") } }, "root"],
    ["a changed expiry", { expiresAt: 3000 }, {}, "signature"],
    ["a changed key", { publicKey: toHex(secp256k1.getPublicKey(rootKey)) }, {}, "signature"],
    ["its time over", {}, { now: 2000 }, "time"],
    ["another job", {}, { job: other }, "binding"],
    ["another nonce", {}, { nonce: word("0f") }, "binding"],
    ["another chain", {}, { chainId: 1 }, "binding"],
    ["another license", {}, { licenses: [8n] }, "binding"],
    ["code that the policy does not know", {}, { policy: { ...policy, measurements: [word("0d")] } }, "expected"],
  ])("is refused with %s", (_, change, ask, code) => {
    expect(() => verifySimulated({ ...evidence, ...change }, { ...asked, ...ask })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
