import { leafHash, root, utf8 } from "@colophon-protocol/sdk/formats";
import {
  chainSigner,
  ed25519Signer,
  formatEntries,
  type LogEvent,
  logEntryText,
  MAX_ENTRY,
  parseTilePath,
  signCheckpointNote,
  TILE_WIDTH,
} from "@colophon-protocol/sdk/log";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import type { LogView } from "../src/log/query.js";
import { readProviderLog, SHOWN } from "../src/log/read.js";
import { entriesInWords, entryInWords, failureInWords, logInWords } from "../src/log/words.js";

const ORIGIN = "provider.example/log";
const provider = privateKeyToAccount(`0x${"11".repeat(32)}`);
const stranger = privateKeyToAccount(`0x${"22".repeat(32)}`);
const place = { url: "https://gateway.example/log", chainId: 31337, licenseToken: stranger.address };
const word = (byte: string): `0x${string}` => `0x${byte.repeat(32)}`;

const sale = (licenseId: string): LogEvent => ({ type: "sale", licenseId, datasetId: "1", version: 1, encoding: 1 });
const ingest: LogEvent = {
  ...{ type: "ingest", datasetId: "1", version: 1, encoding: 1 },
  ...{ encodingRoot: word("01"), contentRoot: word("02"), manifestHash: word("03") },
};
const release: LogEvent = {
  ...{ type: "key-release", licenseId: "7", datasetId: "1", version: 1, keyHash: word("04"), node: 2 },
  ...{ releasedAt: 90, releaseHash: word("05") },
};
const run: LogEvent = {
  ...{ type: "run", licenseId: "7", recordId: "77", runManifestHash: word("06"), statement: "adherence", program: 1 },
  ...{ assurance: "mock", block: 12, transactionHash: word("07") },
};
const delivery: LogEvent = { type: "delivery", licenseId: "7", sequence: 1, receiptHash: word("08") };

/** A log of few entries or many, served as a gateway does; `forge` changes what it answers for a path. */
async function logOf(texts: string[], forge: (path: string, bytes: Uint8Array) => Uint8Array | number = (_, b) => b) {
  const entries = texts.map((text) => utf8(text));
  const hashes = entries.map((entry) => leafHash(entry));
  const key = ed25519Signer(ORIGIN, new Uint8Array(32).fill(7));
  const authority = { ...place, provider: provider.address, signer: provider.address };
  const head = { origin: ORIGIN, size: entries.length, root: root(hashes) };
  const note = await signCheckpointNote(head, [key, chainSigner(ORIGIN, authority, provider, 1_700_000_000)]);
  const asked: string[] = [];
  const bytesOf = (path: string): Uint8Array | undefined => {
    if (path === "key") return utf8(`${key.verifierKey}\n`);
    if (path === "checkpoint") return utf8(note);
    const tile = parseTilePath(path);
    if (!tile) return undefined;
    const of = [tile.index * TILE_WIDTH, tile.index * TILE_WIDTH + tile.width] as const;
    if (tile.level === "entries") return formatEntries(entries.slice(...of));
    if (tile.level === 0) return Buffer.concat(hashes.slice(...of));
    const full = (index: number) => root(hashes.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH));
    return Buffer.concat(Array.from({ length: tile.width }, (_, i) => full(of[0] + i)));
  };
  const fetch: typeof globalThis.fetch = async (input) => {
    const path = String(input).slice(place.url.length + 1);
    asked.push(path);
    const found = bytesOf(path);
    const given = found && forge(path, Uint8Array.from(found));
    if (typeof given === "number") return new Response(null, { status: given });
    return new Response((given ?? null) as BodyInit | null, { status: given ? 200 : 404 });
  };
  return { ...place, fetch, asked };
}

const textsOf = (...events: LogEvent[]) => events.map((event, i) => logEntryText(event, 100 + i));
const license = { license: { licenseId: 7n, datasetId: 1n, provider: provider.address } };
const story = textsOf(ingest, sale("9"), sale("7"), release, delivery, run);

describe("what a provider's log says", () => {
  it("of a license is what names it or its dataset, the newest first, under a head that its provider signed", async () => {
    const view = (await readProviderLog(await logOf(story), license)) as LogView;
    expect(view.entries.map(({ index, entry }) => [index, entry.type])).toEqual([
      ...([
        [5, "run"],
        [4, "delivery"],
        [3, "key-release"],
        [2, "sale"],
        [0, "ingest"],
      ] as const),
    ]);
    expect(view).toMatchObject({ origin: ORIGIN, size: 6, signedAt: 1_700_000_000, found: 5, skipped: 0 });
    expect(view.provider).toBe(provider.address);
    expect(logInWords(view).slice(0, 2)).toEqual(["proven", "verified"]);
  });

  it("of a run is its entries alone", async () => {
    const of = { run: { recordId: "77", providers: [stranger.address, provider.address] } };
    const view = (await readProviderLog(await logOf(story), of)) as LogView;
    expect(view.entries.map(({ index }) => index)).toEqual([5]);
    const none = (await readProviderLog(await logOf(story), { run: { ...of.run, recordId: "78" } })) as LogView;
    expect(logInWords(none).slice(0, 2)).toEqual(["open", "no entry"]);
  });

  it("may have others' entries, and malformed ones, which say nothing", async () => {
    const texts = [
      ...story,
      "not ours",
      '{"licenseId":"7","time":1,"type":"sale"}',
      '{"licenseId":"7","type":"later"}',
    ];
    expect(await readProviderLog(await logOf(texts), license)).toMatchObject({ size: 9, found: 5 });
  });

  it("is read tile by tile, each once, and its newest entries shown with proofs", async () => {
    const texts = Array.from({ length: 700 }, (_, i) => logEntryText({ ...delivery, sequence: i }, i));
    const log = await logOf(texts);
    const view = (await readProviderLog(log, license)) as LogView;
    expect(view).toMatchObject({ size: 700, found: 700, skipped: 0 });
    expect(view.entries).toHaveLength(SHOWN);
    expect(view.entries[0]).toMatchObject({ index: 699, entry: { sequence: 699 } });
    expect(new Set(log.asked).size).toBe(log.asked.length);
    expect(logInWords(view)[2]).toContain(`newest ${SHOWN}`);
  });

  it("begins empty", async () => {
    expect(await readProviderLog(await logOf([]), license)).toMatchObject({ size: 0, found: 0, entries: [] });
  });

  it("is nobody's here when its head is another provider's", async () => {
    const other = { license: { ...license.license, provider: stranger.address } };
    expect(await readProviderLog(await logOf(story), other)).toBeUndefined();
    expect(logInWords(null)[1]).toBe("another provider's log");
  });
});

describe("a log that is not what was signed", () => {
  const flip = (at: number) => (bytes: Uint8Array) => {
    bytes[at] = (bytes[at] as number) ^ 1;
    return bytes;
  };
  it.each<[string, string, (bytes: Uint8Array) => Uint8Array]>([
    ["an entry", "tile/entries/000.p/6", flip(40)],
    ["a hash", "tile/0/000.p/6", flip(5)],
    ["the root", "checkpoint", (bytes) => utf8(new TextDecoder().decode(bytes).replace(/\n6\n./, "\n6\nA"))],
    ["the size", "checkpoint", (bytes) => utf8(new TextDecoder().decode(bytes).replace("\n6\n", "\n5\n"))],
    ["the key", "key", flip(ORIGIN.length + 12)],
    ["too long a tile", "tile/0/000.p/6", () => new Uint8Array(TILE_WIDTH * (MAX_ENTRY + 3))],
  ])("does not verify: %s", async (_, path, change) => {
    const log = await logOf(story, (asked, bytes) => (asked === path ? change(bytes) : bytes));
    const error = await readProviderLog(log, license).catch((caught) => caught);
    expect(error.name).toBe("FormatError");
    expect(failureInWords(error).slice(0, 2)).toEqual(["faulted", "does not verify"]);
  });

  it.each(["key", "checkpoint", "tile/0/000.p/6"])(
    "is told apart from one that does not answer for %s",
    async (path) => {
      const log = await logOf(story, (asked, bytes) => (asked === path ? 503 : bytes));
      const error = await readProviderLog(log, license).catch((caught) => caught);
      expect(failureInWords(error).slice(0, 2)).toEqual(["open", "unreachable"]);
      const down = { ...place, fetch: async () => Promise.reject(new TypeError("network")) };
      await expect(readProviderLog(down, license)).rejects.toMatchObject({ name: "DeliveryError" });
    },
  );
});

describe("an entry in words", () => {
  it("is a sentence for each type", () => {
    const said = (event: LogEvent) => entryInWords({ ...event, time: 1 });
    expect(said(ingest)).toBe("The provider took in encoding 1 of version 1.");
    expect(said(sale("7"))).toContain("for the first time");
    expect(said(release)).toBe("Key node 2 released its share of the key of version 1.");
    expect(said(delivery)).toContain("receipt 1");
    expect(said({ type: "metering", licenseId: "7", sequence: "1", units: "1000000" })).toContain("1,000,000 units");
    const consent = { type: "consent", datasetId: "1", version: 2, manifestHash: word("03") } as const;
    expect(said({ ...consent, basis: "source-license" })).toContain("the license of its source");
    expect(said({ ...consent, basis: "receipts", root: word("04"), count: 1200 })).toContain("1,200 consent receipts");
    expect(said({ ...consent, basis: "receipts" })).toBe("Version 2 rests on consent receipts.");
    expect(said(run)).toBe("A training run was recorded (executed, not proven).");
    expect([entriesInWords(1), entriesInWords(1234)]).toEqual(["1 entry", "1,234 entries"]);
  });
});
