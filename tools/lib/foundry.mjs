// Finds the real forge, anvil and cast. The npm shims of the same names always exit 0, even when tests fail.
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { inRoot, inState } from "./paths.mjs";

/**
 * Absolute path of a Foundry binary for this platform.
 * @param {"forge" | "anvil" | "cast"} tool
 * @returns {string}
 * @throws if the platform package is not installed
 */
export function foundryBin(tool) {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const platform = process.platform === "win32" ? "win32" : process.platform;
  const name = `@foundry-rs/${tool}-${platform}-${arch}`;
  const file = inRoot("node_modules", name, "bin", platform === "win32" ? `${tool}.exe` : tool);
  if (existsSync(file)) return file;
  throw new Error(
    `${tool}: no binary at node_modules/${name}. Expected npm's optional package ${name}; ` +
      "run `npm install --ignore-scripts` on a platform that Foundry supports (linux, macOS or Windows; x64 or arm64).",
  );
}

/** Links the real binaries into .colophon/bin, for programs that look for `forge` on PATH. */
export function linkFoundry() {
  mkdirSync(inState("bin"), { recursive: true });
  for (const tool of /** @type {const} */ (["forge", "anvil", "cast"])) {
    const link = inState("bin", tool);
    rmSync(link, { force: true });
    symlinkSync(foundryBin(tool), link);
  }
}
