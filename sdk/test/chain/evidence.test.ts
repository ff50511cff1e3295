import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EvidenceIndex, readArchive, verifyEvidence, writeArchive } from "../../src/evidence/index.js";
import { canonicalBytes } from "../../src/formats/index.js";
import { markProofProgramUnsoundSync } from "../../src/index.js";
import {
  bundleOf,
  bytesOfText,
  edited,
  jsonIn,
  type RecordedWorld,
  recordedWorld,
  signerOf,
} from "./evidence-support.js";
import { rolesOf } from "./trust-support.js";

type Hex = `0x${string}`;
const word = (byte: string): Hex => `0x${byte.repeat(32)}`;

let recorded: RecordedWorld;
let archive: Uint8Array;
let index: EvidenceIndex;

beforeAll(async () => {
  recorded = await recordedWorld();
  ({ archive } = await bundleOf(recorded));
  index = jsonIn(archive, "bundle.json") as unknown as EvidenceIndex;
});
afterAll(() => recorded?.world.chain.stop());

const codeOf = (bundle: Uint8Array, parameters = {}): Promise<string> =>
  verifyEvidence(bundle, parameters).then(
    () => "verified",
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

describe("a bundle of a recorded run", () => {
  it("verifies with nothing but itself, and says what it took on trust and what it did not see", async () => {
    const report = await verifyEvidence(archive);
    expect(report).toMatchObject({
      recordId: recorded.recordId,
      chainId: 31337,
      status: { short: "executed, not proven" },
    });
    expect([...new Set(report.checks.map(({ code }) => code))]).toEqual([
      ...["archive", "signature", "blocks", "events", "record", "proof", "license-set", "license"],
      ...["run-manifest", "delivery-receipt", "log-inclusion", "standing"],
    ]);
    expect(report.checks.find(({ code }) => code === "log-inclusion")?.found).toMatch(
      /^ingest, sale, key-release, delivery, run; anchored/,
    );
    expect(report.assumed).toHaveLength(5);
    expect(report.assumed.join()).toContain(
      `block ${index.block.number} of chain 31337 has the hash ${index.block.hash}`,
    );
    expect(report.absent.map(({ role }) => role)).toEqual([
      "revocations",
      "compute-receipt",
      "attestation",
      "manifest",
      "terms",
    ]);
    expect(report.notChecked.join()).toMatch(
      /no proof was made.*lists everything.*names no receipt.*the runner's word/,
    );
  });

  it("takes nothing on trust where all of it is given", async () => {
    const { deployment, vkey, parts, world } = recorded;
    const given = {
      ...{ deployment, vkey, blockHashes: [index.block.hash], signer: world.buyer.account.address },
      logKeys: parts.logs?.map(({ verifierKey }) => verifierKey),
    };
    expect((await verifyEvidence(archive, given)).assumed).toEqual([]);
  });

  it.each([
    ["another block", "blocks", { blockHashes: [word("12")] }],
    ["another signer", "signature", { signer: "0x00000000000000000000000000000000000000aa" }],
    ["another program", "record", { vkey: word("12") }],
    ["another log's key", "log-inclusion", { logKeys: ["provider.example/log+00000000+AA=="] }],
    ["another chain", "index", { deployment: { chainId: 1, contracts: {} } }],
    ["a deployment with other addresses", "index", { deployment: { chainId: 31337, contracts: {} } }],
  ])("is refused by who trusts %s", async (_, code, parameters) => {
    expect(await codeOf(archive, parameters)).toBe(code);
  });

  it("is the same to the byte when it is made again at the same block, and another where less is given", async () => {
    const again = await bundleOf(recorded, { block: BigInt(index.block.number) });
    expect(Buffer.compare(again.archive, archive)).toBe(0);
    const less = await bundleOf(recorded, {
      runManifest: undefined,
      deliveries: [],
      logs: [],
      reasons: { "log-inclusion": "it is shut" },
    });
    expect(less.report.absent).toContainEqual({ role: "log-inclusion", of: "license 1", reason: "it is shut" });
    expect(less.report.notChecked.join()).toMatch(
      /what the run manifest lists.*what was delivered.*what the provider's log says/,
    );
  });

  it("is not made of a record that there is not, or with a manifest of another run", async () => {
    await expect(bundleOf(recorded, { recordId: 5n })).rejects.toMatchObject({ code: "record" });
    const { runManifest } = recorded.parts;
    const other = Buffer.from(runManifest as Uint8Array)
      .toString()
      .replace(/"salt":"0x01/, '"salt":"0x02');
    await expect(bundleOf(recorded, { runManifest: bytesOfText(other) })).rejects.toMatchObject({
      code: "run-manifest",
    });
  });

  it.each<[string, object]>([
    ["assurance", { assurance: "production" }],
    ["manifest", { runManifestHash: word("12") }],
    ["program", { program: 2 }],
    ["receipt", { receiptId: word("12") }],
  ])("is not made with a provider's log that names another %s of the run", async (what, change) => {
    const logs = [await recorded.logOf({ ...recorded.told, ...change }, `${what}.example/log`)];
    await expect(bundleOf(recorded, { logs })).rejects.toMatchObject({ code: "log-inclusion" });
  });

  it("takes what a provider's log says of other runs as it is", async () => {
    const logs = [await recorded.logOf({ ...recorded.told, recordId: "5", program: 2 }, "runs.example/log")];
    const { report } = await bundleOf(recorded, { logs });
    expect(report.checks.find(({ code }) => code === "log-inclusion")?.found).toMatch(/run; anchored/);
  });
});

describe("an altered byte", () => {
  /** Every byte of headers, padding's ends, signature and end; of the rest a dense sample. */
  function places(): number[] {
    const found: number[] = [];
    let at = 0;
    for (const { path, bytes } of readArchive(archive)) {
      const every = path === "bundle.dsse.json" ? 1 : path === "bundle.json" ? 3 : 61;
      for (let i = 0; i < 512; i++) found.push(at + i);
      for (let i = 0; i < bytes.length; i += every) found.push(at + 512 + i);
      at += 512 * (1 + Math.ceil(bytes.length / 512));
      if (bytes.length % 512 !== 0) found.push(at - 1, at - (512 - (bytes.length % 512)));
    }
    for (; at < archive.length; at++) found.push(at);
    return found;
  }

  it("is caught, wherever it is", async () => {
    const copy = Uint8Array.from(archive);
    const missed: number[] = [];
    const all = places();
    expect(all.length).toBeGreaterThan(8000);
    for (const at of all) {
      copy[at] = (copy[at] as number) ^ (1 << (at % 8));
      if (!/^(archive|index|signature|files)$/.test(await codeOf(copy))) missed.push(at);
      copy[at] = archive[at] as number;
    }
    expect(missed).toEqual([]);
  });

  it.each([
    ["bytes after the end", (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc(512)])],
    ["a byte too few", (bytes: Uint8Array) => bytes.subarray(0, -1)],
    ["no end", (bytes: Uint8Array) => bytes.subarray(0, -1024)],
    ["nothing", () => new Uint8Array()],
    ["another order", (bytes: Uint8Array) => writeArchive(readArchive(bytes).reverse())],
  ])("is caught as %s", async (_, alter) => {
    expect(await codeOf(alter(archive))).toBe("archive");
  });

  it("is caught as a file too many, one too few, and one under another name", async () => {
    const files = readArchive(archive);
    const extra = [...files, { path: "z.json", bytes: bytesOfText("{}") }];
    expect(await codeOf(writeArchive(extra))).toBe("files");
    expect(await codeOf(writeArchive(files.slice(0, -1)))).toBe("files");
    const renamed = files.map((file) => (file.path === "run/proof.json" ? { ...file, path: "run/proofs.json" } : file));
    expect(await codeOf(writeArchive(renamed))).toBe("files");
  });
});

describe("a forged bundle, signed anew", () => {
  // biome-ignore lint/suspicious/noExplicitAny: JSON of every part
  type Json = any;
  /** Changes one value, by its path: `events[0].args.runner`. */
  const put = (path: string, change: (value: Json) => Json) => (json: Json) => {
    const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
    const name = keys.pop() as string;
    const at = keys.reduce((value, key) => value[key], json);
    at[name] = change(at[name]);
    return json;
  };
  const last = (text: string) => text.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));

  it.each<[string, string, string, (json: Json) => unknown]>([
    ["a node of the state", "chain/state.json", "state", (json) => ({ ...json, nodes: json.nodes.slice(1) })],
    ["nodes out of order", "chain/state.json", "state", (json) => ({ ...json, nodes: json.nodes.toReversed() })],
    ["the last header", "chain/state.json", "blocks", (json) => ({ ...json, headers: json.headers.slice(0, -1) })],
    [
      "a header in between",
      "chain/state.json",
      "blocks",
      (json) => ({ ...json, headers: [last(json.headers[0]), ...json.headers.slice(1)] }),
    ],
    ["an event's runner", "events/record.json", "events", put("events[0].args.runner", () => `0x${"11".repeat(20)}`)],
    ["an event's place", "events/record.json", "events", put("events[0].logIndex", (value) => value + 1)],
    ["an event under another name", "events/payments.json", "events", put("events[0].event", () => "HoldRefunded")],
    [
      "an event twice",
      "events/record.json",
      "events",
      (json) => ({ ...json, events: [json.events[0], json.events[0]] }),
    ],
    [
      "a payment in the license's file",
      "events/license-1.json",
      "events",
      (json) => ({ ...json, events: (jsonIn(archive, "events/payments.json") as Json).events }),
    ],
    ["a proof of something else", "run/proof.json", "proof", (json) => ({ ...json, proof: last(json.proof) })],
    ["other public values", "run/proof.json", "proof", (json) => ({ ...json, publicValues: last(json.publicValues) })],
    [
      "a run manifest with another count",
      "run/manifest.json",
      "run-manifest",
      put("entries[0].count", (value) => value + 1),
    ],
    ["a delivery of more chunks", "deliveries/license-1.json", "delivery-receipt", put("message.chunks", () => "4")],
    [
      "a delivery signed by another",
      "deliveries/license-1.json",
      "delivery-receipt",
      (json) => ({ ...json, signer: `0x${"11".repeat(20)}` }),
    ],
    ["an entry of the log", "log/license-1.json", "log-inclusion", put("entries[1].entry", (value) => `${value} `)],
    [
      "a checkpoint",
      "log/license-1.json",
      "log-inclusion",
      (json) => ({ ...json, checkpoint: json.checkpoint.replace("\n6\n", "\n7\n") }),
    ],
    [
      "another provider's log",
      "log/license-1.json",
      "log-inclusion",
      (json) => ({ ...json, provider: `0x${"11".repeat(20)}` }),
    ],
    ["an unanchored log", "log/license-1.json", "log-inclusion", (json) => ({ ...json, anchored: null })],
  ])("is refused with %s", async (_, path, code, change) => {
    expect(await codeOf(await edited(archive, { [path]: change }))).toBe(code);
  });

  it.each<[string, string, (json: Json) => unknown]>([
    ["a part left out silently", "index", (json) => ({ ...json, absent: json.absent.slice(1) })],
    [
      "a part absent and there",
      "files",
      (json) => ({ ...json, absent: [...json.absent, { role: "proof", reason: "lost" }] }),
    ],
    [
      "the terms of one license not told of",
      "files",
      (json) => ({
        ...json,
        absent: json.absent.map((part: Json) => (part.role === "terms" ? { ...part, of: "license 2" } : part)),
      }),
    ],
    [
      "a part of another run",
      "files",
      (json) => ({ ...json, absent: [...json.absent, { role: "terms", of: "license 9", reason: "lost" }] }),
    ],
    ["another record's number", "record", (json) => ({ ...json, recordId: "5" })],
    ["another chain", "proof", (json) => ({ ...json, chainId: 1 })],
    ["another block", "blocks", (json) => ({ ...json, block: { ...json.block, number: json.block.number + 1 } })],
    [
      "another registry",
      "events",
      (json) => ({
        ...json,
        contracts: json.contracts.map((each: Json) =>
          each.name === "ProofRegistry" ? { ...each, address: `0x${"11".repeat(20)}` } : each,
        ),
      }),
    ],
  ])("is refused with %s", async (_, code, change) => {
    expect(await codeOf(await edited(archive, { "bundle.json": change }))).toBe(code);
  });

  it("is the forger's by its signature", async () => {
    const own = await edited(archive, { "events/payments.json": (json) => json }, signerOf(4));
    const { signer } = await verifyEvidence(own);
    expect(signer).toBe(recorded.world.ada.account.address);
    expect(canonicalBytes(jsonIn(own, "bundle.json"))).not.toEqual(canonicalBytes(index));
  });
});

describe("what happened after the run", () => {
  it("is in the next bundle: its program is unsound, so the record does not stand", async () => {
    const { world, deployment } = recorded;
    const { governor } = await rolesOf(world);
    await markProofProgramUnsoundSync(governor, { deployment, program: 1, reasonHash: word("05") });
    await expect(bundleOf(recorded)).rejects.toMatchObject({ code: "standing" });
    expect(await codeOf(archive)).toBe("verified");
  });
});
