/** Reads a provider's log and believes nothing that does not fit a signed head. */
import { DeliveryError } from "../delivery/errors.js";
import { concat } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  rootFrom,
  verifyConsistency,
  verifyInclusion,
} from "../formats/tree.js";
import { type LogAuthority, type LogHead, type OpenedCheckpoint, openCheckpoint } from "./checkpoint.js";
import { ed25519Verifier, type NoteVerifier } from "./note.js";
import { overTiles, parseEntries, TILE_WIDTH, type Tile, tilePath, tileWidth } from "./tiles.js";

const MAX_CHECKPOINT = 100_000;
const MAX_TILE = TILE_WIDTH * (2 + 0xffff);

export interface LogReaderOptions {
  /** The log's URL, as `https://provider.example/log`. */
  url: string;
  /** The log's key, `name+hash+key`, learned from somewhere else than the log: the provider's registered endpoints. */
  verifierKey: string;
  /** Asks for a signature that contracts take, too. */
  authority?: LogAuthority;
  fetch?: typeof globalThis.fetch;
}

/** An entry with the proof that it is in the log. */
export interface ProvenEntry {
  index: number;
  entry: Uint8Array;
  leafHash: Uint8Array;
  /** RFC 9162 inclusion proof to the head that it was asked for. */
  proof: Uint8Array[];
}

/** A client of one log. Every method throws FormatError where the log shows something else than what it signed, DeliveryError where it does not answer. */
export class LogReader {
  private readonly key: NoteVerifier;
  private readonly fetch: typeof globalThis.fetch;

  constructor(private readonly options: LogReaderOptions) {
    this.key = ed25519Verifier(options.verifierKey);
    this.fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /** The latest head, its signatures checked. */
  async head(): Promise<OpenedCheckpoint> {
    const note = new TextDecoder().decode(await this.get("checkpoint", MAX_CHECKPOINT));
    return openCheckpoint(note, this.key, this.options.authority);
  }

  /** Entry `index` with its proof to `head`. */
  async entry(index: number, head: LogHead): Promise<ProvenEntry> {
    const bundle = Math.floor(index / TILE_WIDTH);
    const proof = await this.compute(head.size, (node) => inclusionProof(node, index, head.size));
    const entry = (await this.bundle(bundle, head.size))[index % TILE_WIDTH] as Uint8Array;
    const hash = leafHash(entry);
    if (!verifyInclusion({ leafHash: hash, index, size: head.size, proof, root: head.root })) {
      throw mismatch(`entry ${index}`, head);
    }
    return { index, entry, leafHash: hash, proof };
  }

  /** Entries `from` to before `to`, each bundle checked against `head` before its entries are given. */
  async *entries(from: number, to: number, head: LogHead): AsyncGenerator<ProvenEntry["entry"]> {
    if (to > head.size) throw new FormatError("value", `the log has ${head.size} entries, asked for ${to}.`);
    for (let at = from; at < to; ) {
      const bundle = Math.floor(at / TILE_WIDTH);
      const start = bundle * TILE_WIDTH;
      const entries = await this.checkedBundle(bundle, head);
      const end = Math.min(to, start + entries.length);
      for (; at < end; at++) yield entries[at - start] as Uint8Array;
    }
  }

  /** The proof that the log of `size` entries with `root` is the beginning of `head`: what `anchorLog` takes. */
  async consistency(earlier: Pick<LogHead, "size" | "root">, head: LogHead): Promise<Uint8Array[]> {
    if (earlier.size === head.size && earlier.size > 0) return this.checked([], earlier, head);
    const proof = await this.compute(head.size, (node) => consistencyProof(node, earlier.size, head.size));
    return this.checked(proof, earlier, head);
  }

  /** Whether the tiles make the root of `head`: reads the right edge of the tree alone. */
  async verifyTiles(head: LogHead): Promise<boolean> {
    const found = await this.compute(head.size, (node) => rootFrom(node, head.size));
    return found.every((byte, i) => byte === head.root[i]);
  }

  private checked(proof: Uint8Array[], earlier: Pick<LogHead, "size" | "root">, head: LogHead): Uint8Array[] {
    const heads = { size1: earlier.size, size2: head.size, root1: earlier.root, root2: head.root };
    if (verifyConsistency({ ...heads, proof })) return proof;
    throw new FormatError(
      "mismatch",
      `the log of ${head.size} entries does not begin with the ${earlier.size} entries of the earlier head: two signed heads of ` +
        "which this holds are evidence (proveEquivocation).",
    );
  }

  /** The whole bundle hangs on the proof of its first entry: the entries beside it are hashed into that proof. */
  private async checkedBundle(index: number, head: LogHead): Promise<Uint8Array[]> {
    const first = index * TILE_WIDTH;
    const entries = await this.bundle(index, head.size);
    const hashes = entries.map((entry) => leafHash(entry));
    const own = concat(...hashes);
    const proof = await overTiles(
      head.size,
      (tile) => (tile.level === 0 && tile.index === index ? Promise.resolve(own) : this.tile(tile)),
      (node) => inclusionProof(node, first, head.size),
    );
    const leaf = hashes[0] as Uint8Array;
    if (!verifyInclusion({ leafHash: leaf, index: first, size: head.size, proof, root: head.root })) {
      throw mismatch(`the bundle of entries from ${first} on`, head);
    }
    return entries;
  }

  private async bundle(index: number, size: number): Promise<Uint8Array[]> {
    const width = tileWidth("entries", index, size);
    if (width === 0) throw new FormatError("value", `the log has ${size} entries, asked for bundle ${index}.`);
    return parseEntries(await this.tile({ level: "entries", index, width }), width);
  }

  private compute<T>(size: number, compute: Parameters<typeof overTiles<T>>[2]): Promise<T> {
    return overTiles(size, (tile) => this.tile(tile), compute);
  }

  private tile(tile: Tile): Promise<Uint8Array> {
    return this.get(tilePath(tile), MAX_TILE);
  }

  private async get(path: string, most: number): Promise<Uint8Array> {
    const url = `${this.options.url.replace(/\/+$/, "")}/${path}`;
    const response = await this.fetch(url).catch((cause: unknown) => {
      throw new DeliveryError("unavailable", `The log does not answer at ${url}. Try again, or check its address.`, {
        cause,
      });
    });
    if (!response.ok) {
      const { status } = response;
      const code = status === 404 ? "not-found" : "unavailable";
      throw new DeliveryError(code, `The log answered ${status} for ${url}. Try again, or check its address.`, {
        status,
      });
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length > most)
      throw new FormatError("value", `${url} has ${bytes.length} bytes, expected at most ${most}.`);
    return bytes;
  }
}

const mismatch = (what: string, head: LogHead) =>
  new FormatError(
    "mismatch",
    `${what} is not in the log of ${head.size} entries that was signed: the log shows something else.`,
  );
