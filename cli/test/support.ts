import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Hex } from "viem";
import { vi } from "vitest";
import { run } from "../src/program.js";
import { MANIFEST } from "./manifest.js";

const BIN = new URL("../dist/bundle/colophon.js", import.meta.url).pathname;

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Nothing of this machine's settings. */
const bareEnv = (env: Record<string, string>) => ({
  PATH: process.env.PATH ?? "",
  COLOPHON_CONFIG: join(tmpdir(), "colophon-no-such-config.json"),
  ...env,
});

/** Runs the built program (`npm run build`) in a process of its own, as people do. */
export function colophonProcess(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...args], { env: bareEnv(env), stdio: ["ignore", "pipe", "pipe"] });
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

let last: Promise<unknown> = Promise.resolve();

/** Runs the same program within this process, which saves its start; one command at a time, because output and settings are the process's. */
export function colophon(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const next = last.then(() => runHere(args, env));
  last = next.catch(() => undefined);
  return next;
}

async function runHere(args: readonly string[], env: Record<string, string>): Promise<Ran> {
  const kept = process.env;
  const texts = { stdout: "", stderr: "" };
  const capture = (name: keyof typeof texts) =>
    vi.spyOn(process[name], "write").mockImplementation((part) => {
      texts[name] += part;
      return true;
    });
  const spies = [capture("stdout"), capture("stderr")];
  process.env = bareEnv(env);
  try {
    const code = await run(["node", "colophon", ...args]);
    return { code, ...texts };
  } finally {
    process.env = kept;
    for (const spy of spies) spy.mockRestore();
  }
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

/** Ingests files by the program. @returns what it printed, `store` and `contentRoot` among it */
export async function ingest(folder: string, name: string, files: Record<string, Uint8Array | string>) {
  const [data, store, manifest] = [`${name}-data`, `${name}-store`, `${name}.json`].map((part) =>
    join(folder, part),
  ) as [string, string, string];
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(data, path)), { recursive: true });
    await writeFile(join(data, path), content);
  }
  await writeFile(manifest, JSON.stringify({ ...MANIFEST, name }));
  const to = ["--manifest", manifest, "--out", store, "--signing-key", join(folder, "signing.json")];
  return (await colophonJson(["dataset", "ingest", data, ...to])) as {
    store: string;
    contentRoot: Hex;
    encodingRoot: Hex;
  };
}
