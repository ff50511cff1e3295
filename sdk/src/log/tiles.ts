/** Tiles of a log (C2SP tlog-tiles): where the hashes and entries of a tree stand, and what is in them. */
import { concat, requireUint, viewOf } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import { HASH_SIZE, type NodeSource, root } from "../formats/tree.js";

/** Hashes, or entries, in a full tile. */
export const TILE_WIDTH = 256;
/** Longest entry, in bytes. */
export const MAX_ENTRY = 0xffff;

const HEIGHT = 8;

/** A tile of hashes, or of entries. `width` is less than TILE_WIDTH for the last one alone. */
export interface Tile {
  level: number | "entries";
  index: number;
  width: number;
}

/** Path below a log's URL: `tile/<L>/<N>[.p/<W>]`. */
export function tilePath({ level, index, width }: Tile): string {
  let rest = Math.floor(index / 1000);
  let path = three(index % 1000);
  for (; rest > 0; rest = Math.floor(rest / 1000)) path = `x${three(rest % 1000)}/${path}`;
  return `tile/${level}/${path}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

/** The tile that a path names; undefined where it names none, or not in its one form. */
export function parseTilePath(path: string): Tile | undefined {
  const found =
    /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x[0-9]{3}\/){0,4}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path);
  if (!found) return undefined;
  const [, level = "", number = "", partial] = found;
  const index = Number(number.replaceAll(/[x/]/g, ""));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const tile: Tile = { level: level === "entries" ? level : Number(level), index, width };
  return (partial === undefined || width < TILE_WIDTH) && tilePath(tile) === path ? tile : undefined;
}

/** How many hashes (or entries) the tile has in the log of `size` entries; 0 where it does not exist. */
export function tileWidth(level: number | "entries", index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === "entries" ? 0 : level));
  return Math.min(TILE_WIDTH, Math.max(0, hashes - index * TILE_WIDTH));
}

/** Where node `index` of `level` of the tree stands: in which tile, over which of its hashes. */
function placeOf(level: number, index: number): { level: number; tile: number; from: number; count: number } {
  const count = 2 ** (level % HEIGHT);
  const first = index * count;
  return { level: Math.floor(level / HEIGHT), tile: Math.floor(first / TILE_WIDTH), from: first % TILE_WIDTH, count };
}

/**
 * Runs `compute` over the nodes of a log of `size` entries, after fetching the tiles that it needs, all at once.
 * @param fetchTile the bytes of a tile of hashes; they are believed by nobody until what is computed from them fits a signed root
 * @throws FormatError `value` when a tile has not its length
 */
export async function overTiles<T>(
  size: number,
  fetchTile: (tile: Tile) => Promise<Uint8Array>,
  compute: (node: NodeSource) => T,
): Promise<T> {
  const needed = new Map<string, Tile>();
  const nothing = new Uint8Array(HASH_SIZE);
  // Which nodes are asked for does not depend on what they are.
  compute((level, index) => {
    const place = placeOf(level, index);
    const tile = { level: place.level, index: place.tile, width: tileWidth(place.level, place.tile, size) };
    needed.set(tilePath(tile), tile);
    return nothing;
  });
  const tiles = new Map<string, Uint8Array>();
  await Promise.all(
    [...needed].map(async ([path, tile]) => {
      const bytes = await fetchTile(tile);
      if (bytes.length !== tile.width * HASH_SIZE) {
        throw new FormatError("value", `${path} has ${bytes.length} bytes, expected ${tile.width * HASH_SIZE}.`);
      }
      tiles.set(path, bytes);
    }),
  );
  return compute((level, index) => {
    const { level: at, tile, from, count } = placeOf(level, index);
    const bytes = tiles.get(tilePath({ level: at, index: tile, width: tileWidth(at, tile, size) })) as Uint8Array;
    return root(hashesOf(bytes).slice(from, from + count));
  });
}

/** The hashes in a tile's bytes. */
export function hashesOf(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: tile.length / HASH_SIZE }, (_, i) => tile.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE));
}

/**
 * A bundle of entries: each after its length (u16, big endian).
 * @throws FormatError `value` when an entry is longer than 65,535 bytes
 */
export function formatEntries(entries: readonly Uint8Array[]): Uint8Array {
  return concat(
    ...entries.flatMap((entry) => {
      requireUint(entry.length, MAX_ENTRY, "length of a log entry");
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/**
 * The entries in a bundle.
 * @throws FormatError `value` when it does not hold `width` entries exactly
 */
export function parseEntries(bundle: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  const view = viewOf(bundle);
  let at = 0;
  while (at + 2 <= bundle.length) {
    const end = at + 2 + view.getUint16(at);
    if (end > bundle.length) break;
    entries.push(bundle.slice(at + 2, end));
    at = end;
  }
  if (at !== bundle.length || entries.length !== width) {
    throw new FormatError(
      "value",
      `the bundle holds ${entries.length} whole entries, expected ${width} and no more bytes.`,
    );
  }
  return entries;
}

const three = (value: number) => value.toString().padStart(3, "0");
