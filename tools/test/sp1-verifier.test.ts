import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inRoot } from "../lib/paths.mjs";

const FOLDER = inRoot("tools/sp1-verifier");
const KEY = join(FOLDER, "groth16_vk-v6.1.0.bin");
const GENERATED = inRoot("contracts/proofs/verifier/Sp1Groth16Verifier.sol");
const NUMBERS = inRoot("contracts/proofs/verifier/Sp1KeyV6.sol");

/** Go is on PATH, or where its own installer puts it. */
const go = ["go", "/usr/local/go/bin/go"].find((program) => spawnSync(program, ["version"]).status === 0);

/** The first run fetches and compiles gnark: a minute of one core. */
const generate = (...args: string[]) =>
  spawnSync(go as string, ["run", ".", ...args], { cwd: FOLDER, encoding: "utf8", maxBuffer: 1e7 });

describe("the key of SP1's Groth16 circuit v6.1.0", () => {
  it("is the one that the contracts name", () => {
    const hash = createHash("sha256").update(readFileSync(KEY)).digest("hex");
    expect(hash).toBe("4388a21c687fdd5f218d7e3d13190cac4c5355818d3605fd5fb811df468ee696");
    for (const file of [GENERATED, NUMBERS]) expect(readFileSync(file, "utf8")).toContain(hash);
  });
});

describe.runIf(go)("the generator (needs Go)", () => {
  it("writes the committed contract from the committed key", { timeout: 600_000 }, () => {
    const { status, stdout, stderr } = generate("-key", KEY);
    expect(status, stderr).toBe(0);
    expect(stdout).toBe(readFileSync(GENERATED, "utf8"));
  });

  it("writes the same key's numbers for the shared check", { timeout: 600_000 }, () => {
    const { status, stdout, stderr } = generate("-key", KEY, "-numbers", "-name", "Sp1KeyV6");
    expect(status, stderr).toBe(0);
    expect(stdout).toBe(readFileSync(NUMBERS, "utf8"));
  });

  it("refuses what is no such key, and says why", { timeout: 600_000 }, () => {
    const longer = join(tmpdir(), `colophon-key-${process.pid}.bin`);
    writeFileSync(longer, Buffer.concat([readFileSync(KEY), Buffer.alloc(1)]));
    expect(generate("-key", longer)).toMatchObject({ status: 1, stderr: expect.stringContaining("493 bytes") });
    expect(generate("-key", join(FOLDER, "go.mod"))).toMatchObject({ status: 1 });
    expect(generate()).toMatchObject({ status: 1, stderr: expect.stringContaining("-key") });
  });
});
