/** Opens Postgres when there is a URL and PGlite otherwise: one dialect, one schema, migrations applied before anything else. */
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { sql } from "drizzle-orm";
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres";
import { migrate as migratePg } from "drizzle-orm/node-postgres/migrator";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { migrate as migratePglite } from "drizzle-orm/pglite/migrator";
import pg from "pg";
import { Problem, unavailable } from "../errors.js";
import * as schema from "./schema.js";

const MIGRATIONS = fileURLToPath(new URL("../../migrations", import.meta.url));
/** Any constant: processes that start together migrate one after the other. */
const MIGRATION_LOCK = 7_480_001;

/** Milliseconds that closing waits for queries that still run. */
const CLOSE_MS = 5000;

export type Drizzle = PgDatabase<PgQueryResultHKT, typeof schema>;

/** Where the state is. */
export interface DatabaseOptions {
  /** Postgres URL; PGlite when absent. */
  url?: string | undefined;
  /** PGlite folder; in memory when absent. */
  folder?: string | undefined;
  /** Connections to Postgres. */
  poolSize?: number | undefined;
  /** Called when an idle connection is lost: the pool opens new ones by itself. */
  onLost?: ((error: Error) => void) | undefined;
}

/** The gateway's database. Every failure to reach it becomes a 503 and nothing else. */
export class Database {
  private constructor(
    private readonly drizzle: Drizzle,
    private readonly closeDriver: () => Promise<void>,
    readonly kind: "postgres" | "pglite",
    private readonly lock: Exclusive,
  ) {}

  /** @throws the driver's error when the database cannot be opened or migrated */
  static async open(options: DatabaseOptions = {}): Promise<Database> {
    return options.url ? Database.openPostgres(options.url, options) : Database.openPglite(options.folder);
  }

  private static async openPostgres(url: string, options: DatabaseOptions): Promise<Database> {
    const pool = new pg.Pool({
      connectionString: url,
      max: options.poolSize ?? 10,
      connectionTimeoutMillis: 3000,
      query_timeout: 10_000,
      application_name: "colophon-gateway",
    });
    pool.on("error", (error) => options.onLost?.(error));
    // While a connection is in use the pool does not listen, and a lost server would end the process.
    pool.on("connect", (client) => client.on("error", (error) => options.onLost?.(error)));
    try {
      await migrateLocked(pool);
    } catch (error) {
      await pool.end();
      throw error;
    }
    return new Database(drizzlePg(pool, { schema }), () => endWithin(pool, CLOSE_MS), "postgres", poolLock(pool));
  }

  private static async openPglite(folder: string | undefined): Promise<Database> {
    const client = await PGlite.create(folder ?? "memory://");
    const db = drizzlePglite(client, { schema });
    await migratePglite(db, { migrationsFolder: MIGRATIONS });
    return new Database(db, () => client.close(), "pglite", processLock());
  }

  /**
   * Runs queries.
   * @throws Problem 503 `database_unavailable` when they fail; a Problem thrown inside passes through
   */
  async run<T>(query: (db: Drizzle) => Promise<T>): Promise<T> {
    try {
      return await query(this.drizzle);
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw unavailable("database_unavailable", "The gateway's database does not answer. Try again shortly.", error);
    }
  }

  /** As `run`, in one transaction. */
  async transaction<T>(queries: (db: Drizzle) => Promise<T>): Promise<T> {
    return this.run((db) => db.transaction((tx) => queries(tx as unknown as Drizzle)));
  }

  /**
   * Runs `work` unless anybody else on this database runs something under the same key.
   * @param work told how to ask whether the lock is still held, which a lost connection ends
   * @returns undefined when somebody else does
   */
  async exclusively<T>(key: number, work: (isHeld: () => Promise<boolean>) => Promise<T>): Promise<T | undefined> {
    return this.lock(key, work);
  }

  /** @throws Problem 503 when the database does not answer */
  async ping(): Promise<void> {
    await this.run((db) => db.execute(sql`select 1`));
  }

  async close(): Promise<void> {
    await this.closeDriver();
  }
}

type Exclusive = <T>(key: number, work: (isHeld: () => Promise<boolean>) => Promise<T>) => Promise<T | undefined>;

/** Postgres' advisory lock, held by one connection: it ends with the process, however that ends. */
function poolLock(pool: pg.Pool): Exclusive {
  return async (key, work) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      const { rows } = await client.query("select pg_try_advisory_lock($1) as held", [key]);
      if (!rows[0].held) return undefined;
      const isHeld = () =>
        client.query("select 1").then(
          () => true,
          () => false,
        );
      return await work(isHeld);
    } finally {
      await client.query("select pg_advisory_unlock($1)", [key]).catch((error) => {
        broken = error;
      });
      client.release(broken);
    }
  };
}

/** PGlite belongs to one process. */
function processLock(): Exclusive {
  const held = new Set<number>();
  return async (key, work) => {
    if (held.has(key)) return undefined;
    held.add(key);
    return work(async () => true).finally(() => held.delete(key));
  };
}

/** A connection that hangs must not keep the process from ending. */
async function endWithin(pool: pg.Pool, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => resolve(), ms);
  });
  await Promise.race([pool.end(), late]).finally(() => clearTimeout(timer));
}

async function migrateLocked(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await migratePg(drizzlePg(client, { schema }), { migrationsFolder: MIGRATIONS });
  } finally {
    await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]).catch(() => undefined);
    client.release();
  }
}
