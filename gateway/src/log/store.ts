/**
 * The provider's append-only log in the database. Every entry comes in the transaction of what it is about, under the lock of one
 * row: the log names nothing that did not happen, and leaves out nothing that did.
 */
import { fromHex, leafHash, root, toHex } from "@colophon-protocol/sdk/formats";
import {
  formatEntries,
  type LogEvent,
  logEntryText,
  MAX_ENTRY,
  TILE_WIDTH,
  type Tile,
  tileWidth,
} from "@colophon-protocol/sdk/log";
import { and, asc, eq, gte, lt } from "drizzle-orm";
import type { Database, Drizzle } from "../db/open.js";
import { logEntries, logHead, logNodes } from "../db/schema.js";

const ROW = 1;

/** The log's row. `signedSize` and `checkpoint` are those of the newest signed head. */
export type LogRow = typeof logHead.$inferSelect;

/**
 * Makes the log's row on the first start, named `origin` or else `fallback`.
 * @returns the log's name, which stays when addresses change
 * @throws Error when this database holds another log than `origin`: its name is in everything that was signed
 */
export async function openLog(db: Database, origin: string | undefined, fallback: string): Promise<string> {
  const row = { id: ROW, origin: origin ?? fallback, size: 0 };
  await db.run((d) => d.insert(logHead).values(row).onConflictDoNothing());
  const { origin: known } = await readLog(db);
  if (origin === undefined || known === origin) return known;
  throw new Error(
    `The log in the database is named ${known}, not ${origin}: heads under that name are signed. Set COLOPHON_GATEWAY_LOG_ORIGIN=${known}.`,
  );
}

/** The log's row as it stands. */
export async function readLog(db: Database): Promise<LogRow> {
  const [row] = await db.run((d) => d.select().from(logHead).where(eq(logHead.id, ROW)));
  return row as LogRow;
}

/** The same under its lock, within a transaction: nothing is appended and no head signed meanwhile. */
export async function lockLog(db: Drizzle): Promise<LogRow> {
  const [row] = await db.select().from(logHead).where(eq(logHead.id, ROW)).for("update");
  return row as LogRow;
}

/** Keeps a signed head. Under the lock. */
export async function keepCheckpoint(db: Drizzle, checkpoint: string, signedSize: number): Promise<void> {
  await db.update(logHead).set({ checkpoint, signedSize }).where(eq(logHead.id, ROW));
}

/** Appends an event to the log, last in its transaction so that the lock is short. @param time chain seconds */
export async function appendEvent(db: Drizzle, event: LogEvent, time: number): Promise<void> {
  const entry = logEntryText(event, time);
  const bytes = new TextEncoder().encode(entry);
  if (bytes.length > MAX_ENTRY)
    throw new Error(`An entry of the log has ${bytes.length} bytes, at most ${MAX_ENTRY} fit.`);
  const { size } = await lockLog(db);
  await db.insert(logEntries).values({ index: size, entry, leafHash: toHex(leafHash(bytes)) });
  await completeTiles(db, size + 1);
  await db
    .update(logHead)
    .set({ size: size + 1 })
    .where(eq(logHead.id, ROW));
}

/** Stores the roots of the tiles that the entry before `size` made full. */
async function completeTiles(db: Drizzle, size: number): Promise<void> {
  for (let level = 0, count = size; count % TILE_WIDTH === 0; level++, count /= TILE_WIDTH) {
    const index = count / TILE_WIDTH - 1;
    const hashes = await hashesIn(db, { level, index, width: TILE_WIDTH });
    await db.insert(logNodes).values({ level: level + 1, index, hash: toHex(root(hashes)) });
  }
}

async function hashesIn(db: Drizzle, { level, index, width }: Tile): Promise<Uint8Array[]> {
  const from = index * TILE_WIDTH;
  const rows =
    level === 0
      ? await db
          .select({ hash: logEntries.leafHash })
          .from(logEntries)
          .where(and(gte(logEntries.index, from), lt(logEntries.index, from + width)))
          .orderBy(asc(logEntries.index))
      : await db
          .select({ hash: logNodes.hash })
          .from(logNodes)
          .where(and(eq(logNodes.level, level as number), gte(logNodes.index, from), lt(logNodes.index, from + width)))
          .orderBy(asc(logNodes.index));
  return rows.map(({ hash }) => fromHex(hash, 32));
}

/** Bytes of a tile of the log's first `size` entries; undefined where that log has no such tile, or has it with another width. */
export async function readTile(db: Drizzle, tile: Tile, size: number): Promise<Uint8Array | undefined> {
  const { level, index, width } = tile;
  const most = tileWidth(level, index, size);
  if (width > most) return undefined;
  if (level !== "entries") return Buffer.concat(await hashesIn(db, tile));
  const from = index * TILE_WIDTH;
  const rows = await db
    .select({ entry: logEntries.entry })
    .from(logEntries)
    .where(and(gte(logEntries.index, from), lt(logEntries.index, from + width)))
    .orderBy(asc(logEntries.index));
  return formatEntries(rows.map(({ entry }) => new TextEncoder().encode(entry)));
}
