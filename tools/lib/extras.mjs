// Programs that npm does not carry and only some suites need. Each is found, or installed where that is possible, or
// reported with the reason why not, so that the suites which need it are skipped by name and never silently.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inRoot, inState } from "./paths.mjs";
import { capture } from "./process.mjs";

/** @typedef {"chromium" | "postgres" | "slither" | "halmos" | "readers" | "cargo" | "guest-toolchain"} ExtraName */
/** @typedef {{ path: string } | { reason: string }} Extra found here, or absent for this reason */

const MEMORY = inState("extras.json");
const VENV = inState("venv");
/** What zk/toolchain makes the guests' compiler from. */
const GUEST_PACKAGES = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const PYTHON_TOOLS = { slither: "slither-analyzer==0.11.6", halmos: "halmos==0.3.3" };
/** Other people's readers of what we export, apart from the tools: they want other versions of the same packages. */
const READERS = inState("readers");
const PYTHON_READERS = { openlineage: "openlineage-python==1.39.0", "in-toto": "in-toto-attestation==0.9.3" };

/** @param {string[]} names @returns {string | undefined} the first that is on PATH */
function onPath(...names) {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file));
}

/** Debian keeps initdb and postgres of each version off PATH. */
function findPostgres() {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => path.join(debian, version, "bin/postgres")).find((file) => existsSync(file));
  return found ?? onPath("postgres");
}

/** @param {string} tool */
const inVenv = (tool) => {
  const file = path.join(VENV, "bin", tool);
  return existsSync(file) ? file : undefined;
};

/** The Python that has the readers; pip leaves no folder of a package that it did not install. */
function findReaders() {
  const lib = path.join(READERS, "lib");
  const packages = existsSync(lib) ? readdirSync(lib).map((version) => path.join(lib, version, "site-packages")) : [];
  const has = packages.some((folder) =>
    ["openlineage", "in_toto_attestation"].every((name) => existsSync(path.join(folder, name))),
  );
  return has ? readersPython() : undefined;
}

/** The Python in which checks/exports.py runs. */
export const readersPython = () => path.join(READERS, "bin/python");

/** Debian's own compiler with the sources of its standard library. */
function findGuestToolchain() {
  const files = ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/lib/rustlib/src/rust/library/vendor"];
  return files.every((file) => existsSync(file)) ? onPath("ld.lld-19") : undefined;
}

/** @type {Record<ExtraName, () => string | undefined>} */
const find = {
  chromium: () => process.env.COLOPHON_CHROMIUM ?? onPath("chromium", "chromium-browser", "google-chrome"),
  postgres: findPostgres,
  slither: () => inVenv("slither"),
  halmos: () => inVenv("halmos"),
  readers: findReaders,
  cargo: () => onPath("cargo"),
  "guest-toolchain": findGuestToolchain,
};

/** @param {string} text @returns {string} its last line that says something */
const lastLine = (text) => text.trim().split("\n").at(-1)?.trim() ?? "";

/** @param {string[]} packages @param {(line: string) => void} log @returns {Promise<string | undefined>} why it failed */
async function installDebian(packages, log) {
  if (!existsSync("/etc/debian_version") || !onPath("apt-get"))
    return `not on Debian; install ${packages.join(", ")} with your system's package manager`;
  if (process.getuid?.() !== 0) return `not root; run \`apt-get install ${packages.join(" ")}\` as root`;
  log(`installing Debian packages: ${packages.join(", ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const install = () =>
    capture("apt-get", ["apt-get", "install", "-y", "--no-install-recommends", ...packages], { env });
  if ((await install()).code === 0) return undefined;
  await capture("apt-get", ["apt-get", "update", "-qq"], { env });
  const second = await install();
  return second.code === 0 ? undefined : `apt-get install ${packages.join(" ")} failed: ${lastLine(second.both)}`;
}

/** @param {string} venv @param {string[]} specs @param {(line: string) => void} log @returns {Promise<string | undefined>} why it failed */
async function installPython(venv, specs, log) {
  const python = onPath("python3");
  if (!python) return "no python3 on PATH; install Python 3.10 or newer";
  log(`installing into .colophon/${path.basename(venv)}: ${specs.join(", ")}`);
  let made = await capture("venv", [python, "-m", "venv", venv]);
  if (made.code !== 0 && (await installDebian(["python3-venv"], log)) === undefined)
    made = await capture("venv", [python, "-m", "venv", "--clear", venv]);
  if (made.code !== 0) return `python3 -m venv failed: ${lastLine(made.both)}`;
  const pip = [path.join(venv, "bin/pip"), "install", "--quiet", "--disable-pip-version-check", ...specs];
  const installed = await capture("pip", pip);
  if (installed.code === 0) return undefined;
  rmSync(venv, { recursive: true, force: true });
  return `pip install ${specs.join(" ")} failed: ${lastLine(installed.both)}`;
}

/** @type {Record<ExtraName, (log: (line: string) => void) => Promise<string | undefined>>} */
const install = {
  chromium: (log) => installDebian(["chromium"], log),
  postgres: (log) => installDebian(["postgresql"], log),
  slither: (log) => installPython(VENV, Object.values(PYTHON_TOOLS), log),
  halmos: (log) => installPython(VENV, Object.values(PYTHON_TOOLS), log),
  readers: (log) => installPython(READERS, Object.values(PYTHON_READERS), log),
  cargo: async () => "no cargo on PATH; install Rust 1.91 or newer (https://rustup.rs)",
  "guest-toolchain": (log) => installDebian(GUEST_PACKAGES, log),
};

/** Reasons of attempts that failed before, so that each run does not wait for the same failure. */
function readMemory() {
  return /** @type {Record<string, string>} */ (existsSync(MEMORY) ? JSON.parse(readFileSync(MEMORY, "utf8")) : {});
}

/**
 * Finds or installs the named extras.
 * @param {Iterable<ExtraName>} names
 * @param {{ retry?: boolean, log?: (line: string) => void }} [options] retry: try again what failed in an earlier run
 * @returns {Promise<Map<ExtraName, Extra>>}
 */
export async function ensureExtras(names, { retry = false, log = console.log } = {}) {
  const failed = retry ? {} : readMemory();
  /** @type {Map<ExtraName, Extra>} */
  const result = new Map();
  for (const name of names) {
    let file = find[name]();
    if (!file && !failed[name]) {
      const reason = await install[name](log);
      file = find[name]();
      if (!file) failed[name] = reason ?? "installed, but its program was not found";
    }
    result.set(name, file ? { path: file } : { reason: failed[name] ?? "not found" });
    if (file) delete failed[name];
  }
  mkdirSync(inState(), { recursive: true });
  writeFileSync(MEMORY, `${JSON.stringify(failed, null, 2)}\n`);
  return result;
}

/** Environment in which the Python tools find solc's wrapper and the real Foundry binaries. */
export function pythonToolsEnv() {
  const shims = inState("bin");
  return {
    PATH: [shims, path.join(VENV, "bin"), process.env.PATH ?? ""].join(path.delimiter),
    SOLC: inRoot("tools/solc-js"),
  };
}
