import { zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { readRunManifest, runManifestBytes, runManifestHash, sha256, toHex } from "../../src/formats/index.js";
import {
  adherenceInput,
  checkAdherence,
  encodeAdherenceValues,
  evidenceOfRun,
  executeAdherence,
  type GuestReport,
  MOCK_SELECTOR,
  manifestOfRun,
  mockSp1Proof,
  proofStatus,
  type RunFile,
  readDelivered,
  readRunFile,
  runEntries,
  sortedSetRoot,
} from "../../src/proofs/index.js";
import { contentOf, deliveryOf, type Hex, word } from "./run-support.js";

const RUNNER: Hex = `0x${"0a".repeat(20)}`;
const delivered = deliveryOf(8, [5, 1, 2, 1]);
const run: RunFile = {
  format: "colophon-run",
  formatVersion: 1,
  chainId: 31337,
  licenseToken: `0x${"01".repeat(20)}`,
  registry: `0x${"02".repeat(20)}`,
  runner: RUNNER,
  purpose: "train",
  runStart: 1000,
  licenses: [
    {
      licenseId: "7",
      datasetId: "1",
      version: 1,
      contentRoot: contentOf(8).contentRoot,
      recordRoot: zeroHash,
      revokedRoot: zeroHash,
      uses: 2,
    },
  ],
  attestationDigest: zeroHash,
};
const manifestFor = (change: Partial<Parameters<typeof manifestOfRun>[1]> = {}, of = run) =>
  manifestOfRun(of, { deliveries: [delivered], runEnd: 1060, count: 4, salt: new Uint8Array(32).fill(3), ...change });
const inputOf = (of = run, withdrawn?: Map<string, string[]>) =>
  adherenceInput(evidenceOfRun(of, manifestFor({}, of), [delivered], withdrawn));

describe("what a delivery leaves", () => {
  it("survives its file, with chunks in order and each once", () => {
    expect(delivered.chunks).toEqual([1, 2, 5]);
    expect(readDelivered(JSON.parse(JSON.stringify(delivered)))).toEqual(delivered);
  });

  it.each([
    ["another root", { contentRoot: word("11") }, "mismatch"],
    ["a chunk outside of the version", { chunks: [8] }, "schema"],
    ["chunks out of order", { chunks: [2, 1] }, "schema"],
    ["half a leaf", { leaves: `${delivered.leaves}00` }, "value"],
    ["an id that is none", { licenseId: "seven" }, "schema"],
    ["records out of order", { records: { set: ["2", "1"], used: [] } }, "schema"],
    ["another format", { format: "colophon-run" }, "schema"],
  ])("is refused with %s", (_, change, code) => {
    expect(() => readDelivered({ ...delivered, ...change })).toThrow(expect.objectContaining({ code }));
  });
});

describe("a run file", () => {
  it("survives its file", () => {
    expect(readRunFile(JSON.parse(JSON.stringify(run)))).toEqual(run);
    const ended = { ...run, runEnd: 1060, runManifestHash: word("33") };
    expect(readRunFile(JSON.parse(JSON.stringify(ended)))).toEqual(ended);
  });

  it.each([
    ["no license", { licenses: [] }],
    ["a purpose that is none", { purpose: "sell" }],
    ["a time that is none", { runStart: -1 }],
    ["a runner that is none", { runner: "0x12" }],
  ])("is refused with %s", (_, change) => {
    expect(() => readRunFile({ ...run, ...change })).toThrow(expect.objectContaining({ code: "schema" }));
  });
});

describe("a run's manifest", () => {
  it("lists what was delivered, as often as it was used", () => {
    const manifest = manifestFor();
    expect(readRunManifest(runManifestBytes(manifest))).toEqual(manifest);
    expect(manifest.entries.map(({ kind, count, ...entry }) => [kind, count, "index" in entry && entry.index])).toEqual(
      [
        ["chunk", 4, 1],
        ["chunk", 4, 2],
        ["chunk", 4, 5],
      ],
    );
    expect(runEntries(run, manifest)).toEqual([{ licenseId: 7n, datasetId: 1n, version: 1, uses: 2 }]);
  });

  it("is refused with a delivery of another license, without one, and with an end before its start", () => {
    expect(() => manifestFor({ deliveries: [deliveryOf(8, [1], 8n)] })).toThrow(/license 8, which the run was not/);
    expect(() => manifestFor({ deliveries: [] })).toThrow(/no delivery is of license 7/);
    const early = manifestFor({ runEnd: 999 });
    expect(() => runManifestHash(early)).toThrow(/before it starts/);
  });

  it("holds record ids too", () => {
    const set = BigUint64Array.of(3n, 5n, 8n, 13n);
    const of = {
      ...run,
      licenses: run.licenses.map((license) => ({ ...license, recordRoot: toHex(sortedSetRoot(set, sha256)) })),
    };
    const both = { ...delivered, records: { set: [...set].map(String), used: ["5", "13"] } };
    const manifest = manifestFor({ deliveries: [both] }, of);
    const values = checkAdherence(adherenceInput(evidenceOfRun(of, manifest, [both])));
    expect(values).toMatchObject({ distinctEntries: 5n, entries: 20n, runManifestHash: runManifestHash(manifest) });
  });
});

describe("an execution", () => {
  const guestSaying = (report: Partial<GuestReport>) => async () => ({
    ...{ exitCode: 0, cycles: 64_000, said: "", publicValues: encodeAdherenceValues(checkAdherence(inputOf())) },
    ...report,
  });

  it("is the reference implementation's where there is no guest, and says so", async () => {
    const { by, cycles, values } = await executeAdherence(inputOf());
    expect([by, cycles]).toEqual(["reference", undefined]);
    expect(values).toMatchObject({ runner: RUNNER, entries: 12n, distinctEntries: 3n, runStart: 1000, runEnd: 1060 });
  });

  it("is the guest's where there is one, and both must agree", async () => {
    expect(await executeAdherence(inputOf(), guestSaying({}))).toMatchObject({ by: "guest", cycles: 64_000 });
    await expect(executeAdherence(inputOf(), guestSaying({ publicValues: "0x00" }))).rejects.toThrow(
      /different versions/,
    );
  });

  it("fails as the guest fails, with its reason", async () => {
    const refusing = guestSaying({ exitCode: 1, publicValues: "0x", said: "refused: content-root\n" });
    await expect(executeAdherence(inputOf(), refusing)).rejects.toMatchObject({ code: "content-root" });
    const dumb = guestSaying({ exitCode: 9, publicValues: "0x", said: "out of memory" });
    await expect(executeAdherence(inputOf(), dumb)).rejects.toThrow("ended with 9 and gave no reason: out of memory");
  });

  it("refuses what was not licensed or had been withdrawn", async () => {
    const other = { ...run, licenses: run.licenses.map((license) => ({ ...license, contentRoot: word("77") })) };
    const elsewhere = { ...delivered, contentRoot: word("77") };
    const manifest = manifestFor({ deliveries: [elsewhere] }, other);
    const input = adherenceInput(evidenceOfRun(other, manifest, [elsewhere]));
    await expect(executeAdherence(input)).rejects.toMatchObject({ code: "content-root" });

    const leaf = manifestFor().entries[1]?.leaf as Hex;
    const id = BigInt(leaf.slice(0, 18));
    const revokedRoot = toHex(sortedSetRoot(BigUint64Array.of(id), sha256));
    const recalled = { ...run, licenses: run.licenses.map((license) => ({ ...license, revokedRoot })) };
    const withdrawn = new Map([["1/1", [String(id)]]]);
    await expect(executeAdherence(inputOf(recalled, withdrawn))).rejects.toMatchObject({ code: "revoked" });
    await expect(executeAdherence(inputOf(recalled))).rejects.toMatchObject({ code: "revoked-root" });
  });
});

describe("the words for a proof", () => {
  it("say proven of none but a production proof that stands", () => {
    expect([1, 2, 3, 4].map((grade) => proofStatus({ grade }).proven)).toEqual([false, false, true, true]);
    expect(proofStatus({ grade: 1 }).short).toBe("executed, not proven");
    expect(proofStatus({ grade: 4, revoked: true })).toMatchObject({ short: "revoked", proven: false });
    expect(proofStatus({ grade: 4, unsound: true })).toMatchObject({ short: "program unsound", proven: false });
  });

  it("come with a mock that names key and values", () => {
    const mock = mockSp1Proof(word("01"), "0x1234");
    expect(mock).toHaveLength(2 + 2 * 36);
    expect(mock.startsWith(MOCK_SELECTOR)).toBe(true);
    expect(mockSp1Proof(word("01"), "0x1235")).not.toBe(mock);
    expect(mockSp1Proof(word("02"), "0x1234")).not.toBe(mock);
  });
});
