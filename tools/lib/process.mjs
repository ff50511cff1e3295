// Child processes with prefixed logs, each in a process group of its own, all ended with the parent.
import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

/** @type {Set<Child>} */
const running = new Set();
let hooked = false;

/**
 * @typedef {object} Child
 * @property {string} name
 * @property {number} pid also the process group's id
 * @property {Promise<number>} exited the exit code (128 + n for a signal)
 * @property {() => string} output the last 64 KiB of standard output and error
 * @property {(graceMs?: number) => Promise<number>} stop ends the group: SIGTERM, then SIGKILL; resolves to the exit code
 */

/** @param {number} pid @param {NodeJS.Signals} signal @returns {boolean} false if the group is already gone */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Ends every child that is still running. */
export async function stopAll() {
  await Promise.all([...running].map((child) => child.stop()));
}

/** Ctrl-C and friends end the children first; a crash of this process still kills their groups. */
function hookExit() {
  if (hooked) return;
  hooked = true;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.once(signal, async () => {
      await stopAll();
      process.exit(signal === "SIGINT" ? 130 : 143);
    });
  }
  process.on("exit", () => {
    for (const child of running) signalGroup(child.pid, "SIGKILL");
  });
}

/** @param {string} prefix @param {(line: string) => void} log @returns {(text: string) => void} */
function linePrinter(prefix, log) {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) log(`${prefix}${line}`);
  };
}

/**
 * Starts a child in its own process group.
 * @param {string} name shown before each of its lines
 * @param {string[]} command program and arguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, log?: (line: string) => void, input?: string }} [options]
 *   log receives each line of output, prefixed; without it output is only kept for `output()`
 * @returns {Child}
 */
export function start(name, command, options = {}) {
  hookExit();
  const [program, ...args] = command;
  const stdin = options.input === undefined ? "ignore" : "pipe";
  const spawned = spawn(program, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: [stdin, "pipe", "pipe"],
    detached: true,
  });
  spawned.stdin?.end(options.input);
  let tail = "";
  const print = options.log ? linePrinter(`[${name}] `, options.log) : undefined;
  for (const stream of [spawned.stdout, spawned.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      tail = (tail + text).slice(-65_536);
      print?.(text);
    });
  }
  const exited = new Promise((resolve) => {
    spawned.once("error", (error) => {
      tail += `${program}: ${error.message}`;
      running.delete(child);
      resolve(127);
    });
    spawned.once("close", (code, signal) => {
      running.delete(child);
      resolve(code ?? 128 + (signal === "SIGKILL" ? 9 : 15));
    });
  });
  const stop = async (graceMs = 5_000) => {
    const hard = setTimeout(() => signalGroup(child.pid, "SIGKILL"), graceMs);
    signalGroup(child.pid, "SIGTERM");
    const code = await exited;
    clearTimeout(hard);
    signalGroup(child.pid, "SIGKILL"); // grandchildren that ignored the polite signal
    return code;
  };
  /** @type {Child} */
  const child = { name, pid: spawned.pid ?? 0, exited, output: () => tail, stop };
  if (child.pid) running.add(child);
  return child;
}

/**
 * Runs a command to its end.
 * @param {string} name
 * @param {string[]} command
 * @param {Parameters<typeof start>[2]} [options]
 * @returns {Promise<string>} its output (last 64 KiB)
 * @throws if the exit code is not 0; the message carries the output
 */
export async function run(name, command, options) {
  const child = start(name, command, options);
  const code = await child.exited;
  if (code === 0) return child.output();
  throw new Error(`${name} failed with exit code ${code}: ${command.join(" ")}\n${options?.log ? "" : child.output()}`);
}

/**
 * Runs a command and keeps all of its standard output, however long.
 * @param {string} name
 * @param {string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function capture(name, command, options = {}) {
  hookExit();
  const [program, ...args] = command;
  const spawned = spawn(program, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const text = { stdout: "", stderr: "" };
  for (const key of /** @type {const} */ (["stdout", "stderr"])) {
    spawned[key].setEncoding("utf8");
    spawned[key].on("data", (chunk) => {
      text[key] += chunk;
    });
  }
  return new Promise((resolve) => {
    /** @type {Child} */
    const child = {
      name,
      pid: spawned.pid ?? 0,
      exited: Promise.resolve(0),
      output: () => text.stdout,
      stop: async () => (signalGroup(spawned.pid ?? 0, "SIGKILL"), 137),
    };
    if (child.pid) running.add(child);
    const finish = (/** @type {number} */ code) => {
      running.delete(child);
      resolve({ code, ...text });
    };
    spawned.once("error", (error) => {
      text.stderr += `${program}: ${error.message}`;
      finish(127);
    });
    spawned.once("close", (code) => finish(code ?? 137));
  });
}

/**
 * Polls until the check succeeds.
 * @param {string} what for the error
 * @param {() => Promise<boolean>} check errors count as "not yet"
 * @param {{ timeoutMs?: number, everyMs?: number, child?: Child }} [options] child: stop waiting when it exits
 * @throws after timeoutMs (default 30 s), or when the child has ended
 */
export async function waitFor(what, check, { timeoutMs = 30_000, everyMs = 100, child } = {}) {
  const end = Date.now() + timeoutMs;
  let ended = false;
  child?.exited.then(() => {
    ended = true;
  });
  while (Date.now() < end) {
    if (ended) throw new Error(`${what}: the process ended before it was ready.\n${child?.output() ?? ""}`);
    if (await check().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(`${what}: not ready after ${timeoutMs / 1000} s.\n${child?.output() ?? ""}`);
}
