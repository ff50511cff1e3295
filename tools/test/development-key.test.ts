import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proofDocument, writeInput } from "../../zk/development-key/files.mjs";
import { freeMemory, shortage } from "../../zk/development-key/needs.mjs";
import { inRoot } from "../lib/paths.mjs";

const make = (...args: string[]) =>
  spawnSync(process.execPath, [inRoot("zk/development-key/make.mjs"), ...args], { encoding: "utf8" });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "colophon-development-key-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("what a step needs", () => {
  const needs = { memory: 15, disk: 6, minutes: "3" };
  const GB = 1e9;

  it("is said where it is short", () => {
    expect(shortage("prove", needs, { memory: 15 * GB, disk: 6 * GB })).toBeUndefined();
    expect(shortage("prove", needs, { memory: undefined, disk: 6 * GB })).toBeUndefined();
    expect(shortage("prove", needs, { memory: 14.9 * GB, disk: 6 * GB })).toContain(
      "prove needs 15 GB of memory (14.9 are free, with swap): free some",
    );
    expect(shortage("setup", needs, { memory: 2 * GB, disk: 5.5 * GB })).toMatch(
      /memory .* and 6 GB of disk \(5.5 are/,
    );
  });

  it("is held against memory with swap", () => {
    const file = join(folder, "meminfo");
    writeFileSync(file, "MemTotal:  99 kB\nMemAvailable:   2000 kB\nSwapTotal: 9 kB\nSwapFree:        48 kB\n");
    expect(freeMemory(file)).toBe(2048 * 1024);
    expect(freeMemory(join(folder, "absent"))).toBeUndefined();
  });
});

describe("the command", () => {
  it("says what it would do, takes, and that the key gives no security", () => {
    const { stdout, status } = make("--dir", folder, "--plan");
    expect(status).toBe(0);
    expect(stdout).toMatch(/setup +make the development key +40 min, 17.5 GB, 6 GB disk/);
    expect(stdout).toContain("can forge proofs under it");
  });

  it("does the first step, and not again", () => {
    const first = make("--dir", folder, "--until", "input");
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout).toContain("== input done");
    const { inputHash } = JSON.parse(readFileSync(inRoot("zk/development-key/scenario.json"), "utf8"));
    const hash = createHash("sha256").update(readFileSync(join(folder, "run.input")));
    expect(`0x${hash.digest("hex")}`).toBe(inputHash);
    expect(make("--dir", folder, "--until", "input").stdout).not.toContain("== input");
  });

  it("knows its steps", () => {
    expect(make("--dir", folder, "--until", "other")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("no step other: input, tools, compressed"),
    });
  });
});

it("writes a proof with the selector of its key before it", () => {
  const key = Buffer.from("a key");
  const document = proofDocument({ key, encodedProof: "00ff", vkey: "0x01", publicValues: "0x02" });
  const hash = createHash("sha256").update(key).digest("hex");
  expect(document).toMatchObject({ verifierHash: `0x${hash}`, proof: `0x${hash.slice(0, 8)}00ff`, vkey: "0x01" });
});

it("refuses to write an input into a folder that is not there", async () => {
  await expect(writeInput(join(folder, "absent"))).rejects.toThrow("ENOENT");
});
