import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../src/formats/bytes.js";
import { leafHash, root, verifyConsistency, verifyInclusion } from "../../src/formats/tree.js";
import {
  ed25519Signer,
  formatEntries,
  LogReader,
  MAX_ENTRY,
  parseEntries,
  parseTilePath,
  signCheckpointNote,
  TILE_WIDTH,
  type Tile,
  tilePath,
  tileWidth,
} from "../../src/log/index.js";

const signer = ed25519Signer("log.example/a", new Uint8Array(32).fill(7));
const nodeSha256 = (data: Uint8Array) => new Uint8Array(createHash("sha256").update(data).digest());
const ENTRIES = Array.from({ length: 70_000 }, (_, i) => utf8(`entry ${i}`));
const LEAVES = ENTRIES.map((entry) => leafHash(entry, nodeSha256));

const known = new Map<string, Uint8Array>();
/** The tree hash of a range of entries, by its definition; each range is hashed once for all tests. */
function rangeRoot(from: number, to: number): Uint8Array {
  const id = `${from}-${to}`;
  const found = known.get(id) ?? root(LEAVES.slice(from, to), nodeSha256);
  known.set(id, found);
  return found;
}

/** What the specification says a tile holds. */
function tileBytes({ level, index, width }: Tile): Uint8Array {
  if (level === "entries") return formatEntries(ENTRIES.slice(index * TILE_WIDTH, index * TILE_WIDTH + width));
  const span = TILE_WIDTH ** level;
  const first = index * TILE_WIDTH;
  const hashes = Array.from({ length: width }, (_, i) => rangeRoot((first + i) * span, (first + i + 1) * span));
  return Uint8Array.from(hashes.flatMap((hash) => [...hash]));
}

/** A log of the first `size` entries, as a server of static files; `alter` changes what it answers. */
function serve(size: number, alter: (path: string, bytes: Uint8Array) => Uint8Array = (_, bytes) => bytes) {
  const asked: string[] = [];
  const head = { origin: "log.example/a", size, root: rangeRoot(0, size) };
  const fetch: typeof globalThis.fetch = async (input) => {
    const path = String(input).replace("https://log.example/a/", "");
    asked.push(path);
    if (path === "checkpoint") return new Response(await signCheckpointNote(head, [signer]));
    const tile = parseTilePath(path);
    if (!tile || tileWidth(tile.level, tile.index, size) !== tile.width) return new Response(null, { status: 404 });
    return new Response(alter(path, tileBytes(tile)) as BodyInit);
  };
  return { log: new LogReader({ url: "https://log.example/a/", verifierKey: signer.verifierKey, fetch }), asked, head };
}

describe("tiles", () => {
  it("stand where the specification says", () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe("tile/0/x001/x234/067");
    expect(tilePath({ level: "entries", index: 273, width: 112 })).toBe("tile/entries/273.p/112");
    expect([0, 1, 2].map((level) => tileWidth(level, level === 0 ? 273 : level === 1 ? 1 : 0, 70_000))).toEqual([
      112, 17, 1,
    ]);
    expect([tileWidth(0, 0, 256), tileWidth(1, 0, 256), tileWidth(1, 1, 256)]).toEqual([256, 1, 0]);
  });

  it.each(["tile/0/000", "tile/63/999.p/255", "tile/entries/x001/x234/067", "tile/1/x001/000.p/1"])(
    "reads %s back",
    (path) => {
      expect(tilePath(parseTilePath(path) as Tile)).toBe(path);
    },
  );

  it.each([
    "tile/64/000",
    "tile/00/000",
    "tile/0/0",
    "tile/0/x000/001",
    "tile/0/001/x002",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/../000",
    "tile/data/000",
    "checkpoint",
  ])("takes %s for no tile", (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it("bundle entries, of any length up to the longest", () => {
    const entries = [new Uint8Array(), utf8("a"), new Uint8Array(MAX_ENTRY).fill(1)];
    const bundle = formatEntries(entries);
    expect(parseEntries(bundle, 3)).toEqual(entries);
    expect(() => parseEntries(bundle, 4)).toThrow("3 whole entries");
    expect(() => parseEntries(bundle.slice(0, -1), 3)).toThrow("2 whole entries");
    expect(() => formatEntries([new Uint8Array(MAX_ENTRY + 1)])).toThrow("length of a log entry");
  });
});

describe("a reader", () => {
  it.each([1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 70_000])("proves entries of a log of %i", async (size) => {
    const { log, head } = serve(size);
    const opened = await log.head();
    expect(opened).toMatchObject(head);
    for (const index of new Set([0, size >> 1, size - 1])) {
      const { entry, leafHash: hash, proof } = await log.entry(index, opened);
      expect(entry).toEqual(ENTRIES[index]);
      expect(verifyInclusion({ leafHash: hash, index, size, proof, root: head.root })).toBe(true);
    }
    expect(await log.verifyTiles(opened)).toBe(true);
  });

  it("asks for few tiles", async () => {
    const { log, asked, head } = serve(70_000);
    await log.entry(1000, head);
    expect(asked.sort()).toEqual(
      ["tile/0/003", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/003"].filter(
        (path) => asked.includes(path),
      ),
    );
    expect(asked.length).toBeLessThanOrEqual(6);
  });

  it.each([
    [1, 2],
    [255, 256],
    [256, 70_000],
    [300, 65_536],
    [65_536, 70_000],
    [69_999, 70_000],
    [70_000, 70_000],
  ])("proves that %i entries begin a log of %i", async (from, to) => {
    const { log, head } = serve(to);
    const earlier = { size: from, root: rangeRoot(0, from) };
    const proof = await log.consistency(earlier, head);
    expect(verifyConsistency({ size1: from, size2: to, root1: earlier.root, root2: head.root, proof })).toBe(true);
  });

  it("says so when the log was rewritten", async () => {
    const { log, head } = serve(500);
    await expect(log.consistency({ size: 300, root: new Uint8Array(32) }, head)).rejects.toMatchObject({
      code: "mismatch",
    });
    await expect(log.consistency({ size: 500, root: new Uint8Array(32) }, head)).rejects.toMatchObject({
      code: "mismatch",
    });
  });

  it("reads stretches of entries", async () => {
    const { log, head } = serve(700);
    const read = async (from: number, to: number) => {
      const entries: Uint8Array[] = [];
      for await (const entry of log.entries(from, to, head)) entries.push(entry);
      return entries;
    };
    expect(await read(250, 690)).toEqual(ENTRIES.slice(250, 690));
    expect(await read(699, 700)).toEqual([ENTRIES[699]]);
    expect(await read(5, 5)).toEqual([]);
    await expect(read(0, 701)).rejects.toThrow("700 entries");
  });

  it.each(["tile/entries/001", "tile/0/002.p/188", "tile/1/000.p/2"])("believes no altered %s", async (altered) => {
    const { log, head } = serve(700, (path, bytes) => {
      if (path !== altered) return bytes;
      const other = bytes.slice();
      other[other.length - 1] = (other[other.length - 1] as number) ^ 1;
      return other;
    });
    const all = async () => {
      for await (const _ of log.entries(256, 700, head));
    };
    const failed = await Promise.allSettled([all(), log.entry(511, head), log.entry(600, head)]);
    expect(failed.some((one) => one.status === "rejected" && one.reason.code === "mismatch")).toBe(true);
  });

  it("refuses tiles and bundles of another length, and what is not there", async () => {
    const short = serve(700, (_, bytes) => bytes.slice(1));
    await expect(short.log.entry(3, short.head)).rejects.toMatchObject({ code: "value" });
    const { log, head } = serve(700);
    await expect(log.entry(700, head)).rejects.toMatchObject({ code: "value" });
    await expect(log.entry(3, { ...head, size: 900 })).rejects.toThrow("404");
  });
});
