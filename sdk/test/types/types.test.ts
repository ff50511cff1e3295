import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

it("infers precise types for clients, parameters, results and events, and refuses wrong ones", async () => {
  const project = new URL("tsconfig.json", import.meta.url).pathname;
  const run = promisify(execFile)(process.execPath, [tsc, "-p", project]);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
}, 600_000);
