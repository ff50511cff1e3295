import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { inRoot } from "../lib/paths.mjs";
import { freePort } from "../lib/ports.mjs";
import { capture, run, start, waitFor } from "../lib/process.mjs";

const node = process.execPath;

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A program that starts a child, whose own child prints both process ids and then sleeps. */
const PARENT = `
  import { start } from ${JSON.stringify(`file://${inRoot("tools/lib/process.mjs")}`)};
  start("tree", ["sh", "-c", "sleep 300 & echo $$ $!; wait"], { log: (line) => console.log(line) });
  setInterval(() => {}, 1000);`;

async function startTree() {
  const parent = spawn(node, ["--input-type=module", "-e", PARENT], { stdio: ["ignore", "pipe", "inherit"] });
  const [text] = (await once(parent.stdout, "data")) as [Buffer];
  const pids = [...text.toString().matchAll(/\d+/g)].map(Number);
  expect(pids).toHaveLength(2);
  expect(pids.every(isAlive)).toBe(true);
  return { parent, pids };
}

describe("child processes", () => {
  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("leave no orphan when the parent gets %s", async (signal) => {
    const { parent, pids } = await startTree();
    parent.kill(signal);
    await once(parent, "exit");
    await waitFor("the tree's end", async () => !pids.some(isAlive), { timeoutMs: 10_000 });
    expect(pids.some(isAlive)).toBe(false);
  });

  it("report exit codes and both streams", async () => {
    const done = await capture("x", [node, "-e", "console.log('out'); console.error('err'); process.exit(3)"]);
    expect(done).toMatchObject({ code: 3, stdout: "out\n", stderr: "err\n" });
    await expect(run("x", [node, "-e", "console.error('why'); process.exit(2)"])).rejects.toThrow(
      /exit code 2[\s\S]*why/,
    );
    expect((await capture("x", ["no-such-program-anywhere"])).code).toBe(127);
  });

  it("keep all output when asked, and prefix each line when logged", async () => {
    const print = "for (let i = 0; i < 20000; i++) console.log('line', i)";
    const lines: string[] = [];
    const done = await capture("n", [node, "-e", print], { log: (line) => lines.push(line) });
    expect(done.stdout.split("\n")).toHaveLength(20_001);
    expect(lines[19_999]).toBe("[n] line 19999");
    const child = start("n", [node, "-e", print]);
    await child.exited;
    expect(child.text.stdout.length).toBe(65_536);
  });

  it("stop waiting for a process that has ended, and say what it wrote", async () => {
    const child = start("dead", [node, "-e", "console.log('no luck')"]);
    await expect(waitFor("dead", async () => false, { child })).rejects.toThrow(/ended before[\s\S]*no luck/);
  });
});

describe("ports", () => {
  it("gives the preferred port, and the next one when it is taken", async () => {
    const taken = new Set<number>();
    const first = await freePort(0, taken);
    expect(await freePort(first, taken)).toBeGreaterThan(first);
  });
});
