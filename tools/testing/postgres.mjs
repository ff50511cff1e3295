// A Postgres server of a test's own.
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { ensureExtras } from "../lib/extras.mjs";
import { freePort } from "../lib/ports.mjs";
import { run, start, waitFor } from "../lib/process.mjs";

/** Postgres refuses to run as root: then it runs as the account that its package made. @param {string[]} command */
const asPostgres = (command) => (process.getuid?.() === 0 ? ["runuser", "-u", "postgres", "--", ...command] : command);

/** @returns {Promise<string>} absolute path of the server program */
async function postgresProgram() {
  const found = (await ensureExtras(["postgres"])).get("postgres");
  if (found && "path" in found) return found.path;
  throw new Error(`Postgres is needed and not there: ${found?.reason ?? "not found"}`);
}

/**
 * Starts a server on a free port, its data in `folder`.
 * @param {string} folder absolute; made when missing and kept at the end, so that a server can be started on it again
 * @returns {Promise<{ url: string, stop: () => Promise<unknown> }>} url: of its database, without a password
 */
export async function startPostgres(folder) {
  const program = await postgresProgram();
  const data = path.join(folder, "data");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path.join(data, "PG_VERSION"))) {
    if (process.getuid?.() === 0) await run("chown", ["chown", "postgres", folder]);
    const initdb = path.join(path.dirname(program), "initdb");
    await run("initdb", asPostgres([initdb, "-D", data, "-U", "colophon", "--auth=trust", "--no-sync"]), {
      cwd: folder,
    });
  }
  const port = await freePort();
  const settings = ["-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"];
  const child = start("postgres", asPostgres([program, "-D", data, "-p", String(port), ...settings]), { cwd: folder });
  const isReady = [path.join(path.dirname(program), "pg_isready"), "-h", "127.0.0.1", "-p", String(port)];
  await waitFor("postgres", async () => (await run("pg_isready", isReady)) === undefined, { child });
  return { url: `postgresql://colophon@127.0.0.1:${port}/postgres`, stop: () => child.stop(10_000) };
}
