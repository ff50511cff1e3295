/** Files that hold secrets: written for their owner alone, and refused when others can read them. */
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { CliError, EXIT } from "./exit-codes.js";

/** Writes a file that only its owner may read, and its folder likewise when it is new. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, text, { mode: 0o600 });
  // An existing file keeps its mode on write.
  await chmod(path, 0o600);
}

/**
 * Reads a file of secrets.
 * @returns its text, undefined when there is no such file
 * @throws CliError when group or others may read it
 */
export async function readPrivate(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8);
    throw new CliError(`${path} can be read by others (mode ${mode}).`, EXIT.usage, `Run: chmod 600 ${path}`);
  }
  return readFile(path, "utf8");
}
