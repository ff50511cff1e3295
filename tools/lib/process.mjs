// Child processes with prefixed logs, each in a process group of its own, all ended with the parent.
import { spawn } from "node:child_process";
import { root } from "./paths.mjs";
import { forget, watch } from "./reaper.mjs";

const TAIL = 65_536;

/** @type {Set<Child>} */
const running = new Set();
let hooked = false;

/**
 * @typedef {object} Child
 * @property {string} name
 * @property {number} pid also the process group's id; 0 if the program could not be started
 * @property {Promise<number>} exited the exit code (127: not started, 128 + n: ended by a signal)
 * @property {{ stdout: string, stderr: string, both: string }} text what it wrote: the last 64 KiB, or all with `whole`
 * @property {(graceMs?: number) => Promise<number>} stop ends the group: SIGTERM, then SIGKILL; resolves to the exit code
 *
 * @typedef {object} StartOptions
 * @property {string} [cwd] default: the repository's root
 * @property {NodeJS.ProcessEnv} [env] added to this process's environment; undefined removes a variable
 * @property {(line: string) => void} [log] receives each line of output, prefixed with the name
 * @property {boolean} [whole] keep all output instead of its end
 * @property {boolean} [inherit] let it write to this process's own output; nothing is kept
 */

/** @param {number} pid @param {NodeJS.Signals} signal */
function signalGroup(pid, signal) {
  try {
    if (pid > 0) process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** Ends every child that is still running. */
export async function stopAll() {
  await Promise.all([...running].map((child) => child.stop()));
}

/** Ctrl-C and friends end the children politely; a second one, or a crash, at once. The reaper covers the rest. */
function hookExit() {
  if (hooked) return;
  hooked = true;
  let asked = false;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, async () => {
      const again = asked;
      asked = true;
      if (!again) await stopAll();
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
 * @param {StartOptions} [options]
 * @returns {Child}
 */
export function start(name, command, options = {}) {
  hookExit();
  const [program = "", ...args] = command;
  const spawned = spawn(program, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: options.inherit ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const text = { stdout: "", stderr: "", both: "" };
  const keep = (/** @type {string} */ all) => (options.whole ? all : all.slice(-TAIL));
  const print = options.log ? linePrinter(`[${name}] `, options.log) : undefined;
  for (const key of /** @type {const} */ (["stdout", "stderr"])) {
    spawned[key]?.setEncoding("utf8");
    spawned[key]?.on("data", (/** @type {string} */ chunk) => {
      text[key] = keep(text[key] + chunk);
      text.both = keep(text.both + chunk);
      print?.(chunk);
    });
  }
  const pid = spawned.pid ?? 0;
  /** @type {Promise<number>} */
  const exited = new Promise((resolve) => {
    const finish = (/** @type {number} */ code) => {
      running.delete(child);
      if (pid) forget(pid);
      resolve(code);
    };
    spawned.once("error", (error) => {
      text.both += `${program}: ${error.message}`;
      finish(127);
    });
    spawned.once("close", (code, signal) => finish(code ?? (signal === "SIGKILL" ? 137 : 143)));
  });
  const stop = async (graceMs = 5_000) => {
    const hard = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
    signalGroup(pid, "SIGTERM");
    const code = await exited;
    clearTimeout(hard);
    signalGroup(pid, "SIGKILL"); // grandchildren that ignored the polite signal
    return code;
  };
  /** @type {Child} */
  const child = { name, pid, exited, text, stop };
  if (pid) {
    running.add(child);
    watch(pid);
  }
  return child;
}

/**
 * Runs a command to its end.
 * @param {string} name
 * @param {string[]} command
 * @param {StartOptions} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string, both: string }>}
 */
export async function capture(name, command, options = {}) {
  const child = start(name, command, { whole: true, ...options });
  const code = await child.exited;
  return { code, ...child.text };
}

/**
 * Runs a command that must succeed.
 * @param {string} name
 * @param {string[]} command
 * @param {StartOptions} [options]
 * @throws if the exit code is not 0; the message carries the output unless it was logged already
 */
export async function run(name, command, options) {
  const { code, both } = await capture(name, command, options);
  if (code !== 0)
    throw new Error(`${name}: exit code ${code} from ${command.join(" ")}${options?.log ? "" : `\n${both.trimEnd()}`}`);
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
    if (ended) throw new Error(`${what}: the process ended before it was ready.\n${child?.text.both ?? ""}`);
    if (await check().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(`${what}: not ready after ${timeoutMs / 1000} s.\n${child?.text.both ?? ""}`);
}
