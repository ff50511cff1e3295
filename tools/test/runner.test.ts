import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inRoot } from "../lib/paths.mjs";
import { readCargo, readExit, readForge, readJson, readVitest } from "../lib/readers.mjs";
import { runSuites, select, summary } from "../lib/runner.mjs";

const done = (code: number, stdout: string) => ({ code, stdout, stderr: "", both: stdout });

function npmTest(args: string[], env: NodeJS.ProcessEnv = {}) {
  const command = ["tools/test.mjs", "--table", "tools/test/fixtures/suites.mjs", ...args];
  const { status, stdout } = spawnSync(process.execPath, command, {
    cwd: inRoot(),
    encoding: "utf8",
    env: { ...process.env, CI: "", ...env },
  });
  return { status, stdout, last: stdout.trimEnd().split("\n").at(-1) };
}

describe("npm test, run on fixtures", () => {
  it("fails when a forge test fails, names it, and the counts add up", () => {
    const { status, stdout, last } = npmTest(["--only", "sample/forge"]);
    expect(last).toBe("1 passed, 1 failed, 1 skipped");
    expect(status).toBe(1);
    expect(stdout).toContain("failed: test/Sample.t.sol:SampleTest test_Fails()");
    expect(stdout).toContain("one and one is not three");
    expect(stdout).toContain("skipped: test/Sample.t.sol:SampleTest test_Skips(): to show that a skip is reported");
  });

  it("adds up all suites, with files that do not load and suites without tests as failures", () => {
    const { status, stdout, last } = npmTest([]);
    expect(last).toBe("3 passed, 4 failed, 1 skipped");
    expect(status).toBe(1);
    expect(stdout).toContain("failed: mixed.sample.ts > fails on purpose");
    expect(stdout).toContain("failed: broken.sample.ts");
    expect(stdout).toContain("this file cannot be loaded");
    expect(stdout).toContain("forge did not get as far as a test (exit code 0)");
  });

  it("ends with status 0 and no word of skips when all is well", () => {
    const { status, last } = npmTest(["--only", "other"]);
    expect([status, last]).toEqual([0, "1 passed, 0 failed"]);
  });

  it("counts a skip as a failure when CI is set", () => {
    const { status, last } = npmTest(["--only", "sample/forge"], { CI: "true" });
    expect([status, last]).toEqual([1, "1 passed, 2 failed"]);
  });

  it("refuses an unknown suite", () => {
    const { status, last } = npmTest(["--only", "nowhere"]);
    expect([status, last]).toEqual([1, "0 passed, 1 failed"]);
  });
});

describe("readers", () => {
  it("take an exit code over a claim of success", () => {
    const green = JSON.stringify({
      "a.t.sol:A": { test_results: { "test_A()": { status: "Success", reason: null } } },
    });
    expect(readForge(done(0, green))).toEqual({ passed: 1, failures: [], skips: [] });
    expect(readForge(done(1, green)).failures[0]?.name).toBe("exit code 1 although no test failed");
    expect(readJson(done(1, '{"passed":3,"failures":[]}')).failures).toHaveLength(1);
    expect(readExit("x")(done(2, "boom")).failures).toEqual([{ name: "x", output: "boom" }]);
  });

  it("take no output, or no report, for a failure", () => {
    expect(readForge(done(1, "Error: solc exited")).failures[0]?.output).toBe("Error: solc exited");
    expect(readJson(done(0, "")).failures).toHaveLength(1);
    expect(readJson(done(0, '{"passed":0,"failures":[]}')).failures[0]?.name).toBe("no test ran");
    expect(readVitest("/nonexistent.json")(done(0, "")).failures).toHaveLength(1);
  });
});

describe("the reader of cargo's output", () => {
  const result = (passed: number, failed: number, ignored: number) =>
    `test result: ${failed ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed; ${ignored} ignored; 0 measured; 0 filtered out; finished in 0.01s`;

  it("adds up all test binaries and names what failed and what was ignored", () => {
    const text = [
      "test tree::one ... ok",
      "test tree::two ... FAILED",
      "test tree::slow ... ignored, takes an hour",
      result(5, 1, 1),
      "",
      result(0, 0, 0),
      result(7, 0, 0),
    ].join("\n");
    const { passed, failures, skips } = readCargo(done(101, text));
    expect([passed, failures.map(({ name }) => name)]).toEqual([12, ["tree::two"]]);
    expect(skips).toEqual([{ name: "tree::slow", reason: "ignored by the test itself" }]);
  });

  it("counts a failure whose name is torn from its verdict", () => {
    const { passed, failures } = readCargo(done(101, `test a ... cycles 448071\nFAILED\n${result(1, 1, 0)}`));
    expect([passed, failures.length]).toEqual([1, 1]);
  });

  it("takes a crate that does not compile, and silence, for a failure", () => {
    expect(readCargo(done(101, "error: could not compile")).failures[0]?.name).toContain("exit code 101");
    expect(readCargo(done(101, result(3, 0, 0))).failures).toHaveLength(1);
    expect(readCargo(done(0, result(0, 0, 0))).failures[0]?.name).toBe("no test ran");
  });
});

describe("runner", () => {
  const suite = (name: string) => ({ name, command: () => [process.execPath, "-e", ""], read: readExit("node") });

  it("reports a suite that cannot run here by name, and does not run it", async () => {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const absent = (each: { name: string }) => (each.name === "a/x" ? "slither: no python3" : undefined);
    const totals = await runSuites([suite("a/x"), suite("a/y")], { log, absent });
    expect(summary(totals)).toBe("1 passed, 0 failed, 1 skipped");
    expect(lines).toContain("     skipped: a/x: slither: no python3");
  });

  it.runIf(availableParallelism() > 1)("runs lanes beside each other", async () => {
    const folder = mkdtempSync(join(tmpdir(), "colophon-lanes-"));
    const file = JSON.stringify(join(folder, "written"));
    const script = (name: string, lane: string, code: string) => ({
      ...suite(name),
      lane,
      command: () => [process.execPath, "-e", `const fs = require("node:fs"); ${code}`],
    });
    const waits = script(
      "a/waits",
      "one",
      `const timer = setInterval(() => fs.existsSync(${file}) && clearInterval(timer), 20)`,
    );
    const totals = await runSuites([waits, script("a/writes", "two", `fs.writeFileSync(${file}, "")`)], {
      log: () => {},
    });
    rmSync(folder, { recursive: true });
    expect(summary(totals)).toBe("2 passed, 0 failed");
  });

  it("runs the suites of one lane one after the other, in order", async () => {
    const ran: string[] = [];
    const log = (line: string) => ran.push(line.split(" ")[3] ?? "");
    const slow = {
      ...suite("a/slow"),
      lane: "one",
      command: () => [process.execPath, "-e", "setTimeout(() => {}, 300)"],
    };
    await runSuites([slow, { ...suite("a/after"), lane: "one" }, suite("b/alone")], { log });
    expect(ran.indexOf("a/slow")).toBeLessThan(ran.indexOf("a/after"));
    expect(ran).toHaveLength(3);
  });

  it("selects rooms and suites", () => {
    const all = [suite("sdk/vitest"), suite("contracts/gas"), suite("contracts/forge"), suite("sdkx/vitest")];
    const names = (only?: string) => select(all, only).map(({ name }) => name);
    expect(names("sdk")).toEqual(["sdk/vitest"]);
    expect(names("contracts/forge,sdk")).toEqual(["sdk/vitest", "contracts/forge"]);
    expect(names()).toHaveLength(4);
    expect(() => names("sdk,nope")).toThrow("no suite is named nope");
  });
});
