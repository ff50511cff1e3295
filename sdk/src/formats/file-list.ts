import { compareBytes, utf8 } from "./bytes.js";
import { chunksOf } from "./col1.js";
import { FormatError } from "./errors.js";
import { canonicalJson, parseCanonical } from "./jcs.js";

/** A file of a version: `size` bytes in `chunks` chunks from index `first`. */
export interface FileEntry {
  path: string;
  size: number;
  first: number;
  chunks: number;
}

const MAX_PATH_BYTES = 1024;

type Line = Record<string, unknown>;

/**
 * Checks one path of a version.
 * @throws FormatError `value` on absolute or climbing paths, backslashes, colons, control characters, other than NFC, or length
 */
export function requirePath(path: string): void {
  const problem = pathProblem(path);
  if (problem) {
    throw new FormatError("value", `path ${JSON.stringify(path.slice(0, 120))} ${problem}: rename the file.`);
  }
}

/**
 * Files in bytewise order of their UTF-8 paths, each with its place.
 * @throws FormatError `value` on a bad path, a path given twice (also in another case), or one inside another
 */
export function planFiles(files: readonly { path: string; size: number }[]): FileEntry[] {
  for (const file of files) requirePath(file.path);
  const sorted = files.map((file) => ({ ...file, key: utf8(file.path) })).sort((a, b) => compareBytes(a.key, b.key));
  requireDistinct(sorted.map((file) => file.path));
  let first = 0;
  return sorted.map(({ path, size }) => {
    const chunks = chunksOf(size);
    const entry = { path, size, first, chunks };
    first += chunks;
    return entry;
  });
}

/** Bytes of the file list of planned files: the last file of a version. */
export function fileListBytes(entries: readonly FileEntry[]): Uint8Array {
  const head = { files: entries.length, format: "colophon-file-list", formatVersion: 1 };
  const lines = [head, ...entries.map(({ path, size, first, chunks }) => ({ chunks, first, path, size }))];
  return utf8(lines.map((line) => `${canonicalJson(line)}\n`).join(""));
}

/**
 * Reads a file list, and checks that it is exactly the one that its own paths and sizes give.
 * @throws FormatError `not-canonical` or `value`
 */
export function readFileList(bytes: Uint8Array): FileEntry[] {
  const lines = new TextDecoder().decode(bytes).split("\n");
  const [head, ...entries] = lines.slice(0, -1).map((line) => parseCanonical(utf8(line)) as Line | null);
  if (lines.at(-1) !== "" || head?.format !== "colophon-file-list" || head.formatVersion !== 1) {
    throw new FormatError("value", "not a file list of version 1: use a newer version to read this data.");
  }
  const named = entries.map((entry, i) => {
    if (typeof entry?.path !== "string" || typeof entry.size !== "number") {
      throw new FormatError("value", `entry ${i} of the file list lacks a path or a size.`);
    }
    return { path: entry.path, size: entry.size };
  });
  const planned = planFiles(named);
  if (new TextDecoder().decode(fileListBytes(planned)) !== lines.join("\n")) {
    throw new FormatError("value", "the file list's order or places do not follow from its paths and sizes.");
  }
  return planned;
}

function pathProblem(path: string): string | undefined {
  if (path === "") return "is empty";
  if (utf8(path).length > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`;
  if (/\p{Surrogate}/u.test(path)) return "is not valid Unicode";
  if (path !== path.normalize("NFC")) return "is not in Unicode NFC";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\\:\u0000-\u001f\u007f]/.test(path)) return "has a backslash, colon or control character";
  if (path.split("/").some((segment) => segment === "" || segment === "." || segment === "..")) {
    return 'is absolute or has an empty, "." or ".." segment';
  }
  // Windows drops these at the end of a name, so that ".. " would climb there.
  if (/[. ](\/|$)/.test(path)) return "has a segment that ends with a dot or a space";
  return undefined;
}

/** No path twice, none in two spellings of case, none both a file and a folder: not every file system could hold them. */
function requireDistinct(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const path of paths) {
    const key = path.toLowerCase();
    const other = seen.get(key) ?? folders.get(key);
    if (other !== undefined) throw new FormatError("value", collision(path, other));
    seen.set(key, path);
    for (let at = key.indexOf("/"); at >= 0; at = key.indexOf("/", at + 1)) {
      const folder = key.slice(0, at);
      const file = seen.get(folder);
      if (file !== undefined) throw new FormatError("value", collision(path, file));
      folders.set(folder, path);
    }
  }
}

function collision(path: string, other: string): string {
  return `paths ${JSON.stringify(path)} and ${JSON.stringify(other)} cannot exist in one folder on every system: rename one.`;
}
