import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BIN = new URL("../dist/bundle/colophon.js", import.meta.url).pathname;

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built program (`npm run build`) with nothing of this machine's settings. */
export function colophon(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH ?? "", COLOPHON_CONFIG: join(tmpdir(), "colophon-no-such-config.json"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

/** Runs with `--json` and reads the answer. @throws when it did not end well */
export async function colophonJson(args: readonly string[], env: Record<string, string> = {}) {
  const ran = await colophon([...args, "--json"], env);
  if (ran.code !== 0) throw new Error(`colophon ${args.join(" ")} ended with ${ran.code}: ${ran.stderr}`);
  return JSON.parse(ran.stdout);
}

/** The error that `--json` prints. */
export const errorOf = (ran: Ran) => JSON.parse(ran.stderr).error;

/** A folder of its own, removed by `done`. */
export async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), "colophon-cli-"));
  return { path, done: () => rm(path, { recursive: true, force: true }) };
}
