/** A Postgres of its own for a test file: made, started and thrown away. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { freePort } from "./chain.js";

const DEBIAN = "/usr/lib/postgresql";

/** Folder with initdb and postgres; undefined when Postgres is not installed. */
function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return versions
    .map((version) => path.join(DEBIAN, version, "bin"))
    .find((bin) => existsSync(path.join(bin, "postgres")));
}

/** The databases that this machine can test on; a suite that needs Postgres is named so and skipped where it is not installed. */
export const DATABASES: readonly ("pglite" | "postgres")[] = findPostgres() ? ["pglite", "postgres"] : ["pglite"];

/** Postgres refuses to run as root. */
function asPostgres(command: string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [command[0] as string, command.slice(1)];
  return ["runuser", ["-u", "postgres", "--", ...command]];
}

export interface TestPostgres {
  url: string;
  /** URL of a new, empty database. */
  database(): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function startPostgres(): Promise<TestPostgres> {
  const bin = findPostgres() as string;
  const folder = mkdtempSync(path.join(tmpdir(), "colophon-pg-"));
  chmodSync(folder, 0o777);
  const data = path.join(folder, "data");
  const [initdb, initArgs] = asPostgres([
    path.join(bin, "initdb"),
    "-D",
    data,
    "-A",
    "trust",
    "-U",
    "colophon",
    "--no-sync",
  ]);
  execFileSync(initdb, initArgs, { stdio: "pipe" });
  const port = await freePort();
  const url = `postgres://colophon@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;
  const start = async () => {
    const settings = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"];
    const [command, args] = asPostgres([path.join(bin, "postgres"), "-D", data, "-p", String(port), ...settings]);
    child = spawn(command, args, { stdio: "ignore", cwd: folder });
    await reachable(url);
  };
  const stop = async () => {
    const gone = new Promise((resolve) => child?.once("exit", resolve));
    const [command, args] = asPostgres([path.join(bin, "pg_ctl"), "stop", "-D", data, "-m", "immediate"]);
    execFileSync(command, args, { stdio: "pipe" });
    await gone;
  };
  await start();
  let databases = 0;
  return {
    url,
    database: async () => {
      const name = `gateway_${++databases}`;
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return url.replace(/\/postgres$/, `/${name}`);
    },
    start,
    stop,
    remove: async () => {
      if (child?.exitCode === null) await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function reachable(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
