import { lstat, readdir } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import {
  canonicalBytes,
  chunksOf,
  type FileEntry,
  FormatError,
  fileListBytes,
  planFiles,
  toHex,
} from "@colophon-protocol/sdk/formats";
import { nodeSha256 } from "./engine.js";
import { IngestError } from "./errors.js";

/** A file to publish under `path`: from disk, or from memory. */
export type IngestSource = { path: string; file: string } | { path: string; data: Uint8Array };

/** A file in its place, with what tells that it has not changed. */
export interface PlannedFile extends FileEntry {
  source: IngestSource;
  /** Modification time in nanoseconds, or the hash of data from memory. */
  stamp: string;
}

/** Everything that is known before the first byte is read. */
export interface Plan {
  /** Names this very input: same files, sizes and times give the same id. */
  id: string;
  files: PlannedFile[];
  fileList: Uint8Array;
  /** For the files and, last, the file list. */
  chunksPerFile: number[];
  chunkCount: number;
  byteCount: number;
}

/**
 * Plans a version from a folder (all files in it, by their relative paths) or a list of files.
 * @param out folder of the output, which must not lie in the source folder
 * @param isResumable whether the id must tell inputs apart: costs a hash of data in memory
 * @throws IngestError `input` on an empty input, bad or colliding names, symbolic links and special files
 */
export async function planIngest(
  source: string | readonly IngestSource[],
  out: string,
  isResumable = true,
): Promise<Plan> {
  const sources = typeof source === "string" ? await filesIn(resolve(source), resolve(out)) : source;
  if (sources.length === 0) throw new IngestError("input", "there is no file to publish: give a folder with files.");
  const measured = new Map<string, { source: IngestSource; size: number; stamp: string }>();
  for (const item of sources) {
    if (measured.has(item.path)) {
      throw new IngestError("input", `path ${JSON.stringify(item.path)} is given twice: rename one file.`);
    }
    measured.set(item.path, { source: item, ...(await measure(item, isResumable)) });
  }
  const entries = placed([...measured].map(([path, { size }]) => ({ path, size })));
  const files = entries.map((entry): PlannedFile => {
    const { source: from, stamp } = measured.get(entry.path) as { source: IngestSource; stamp: string };
    return { ...entry, source: from, stamp };
  });
  const fileList = fileListBytes(entries);
  const chunksPerFile = [...entries.map((entry) => entry.chunks), chunksOf(fileList.length)];
  return {
    id: toHex(nodeSha256(canonicalBytes(files.map(({ path, size, stamp }) => [path, size, stamp])))).slice(2, 34),
    files,
    fileList,
    chunksPerFile,
    chunkCount: chunksPerFile.reduce((sum, count) => sum + count, 0),
    byteCount: entries.reduce((sum, entry) => sum + entry.size, fileList.length),
  };
}

/** Size and stamp of a source now. */
async function measure(source: IngestSource, isResumable: boolean): Promise<{ size: number; stamp: string }> {
  if ("data" in source) {
    return { size: source.data.length, stamp: isResumable ? toHex(nodeSha256(source.data)) : "" };
  }
  const info = await lstat(source.file, { bigint: true });
  if (!info.isFile()) {
    throw new IngestError(
      "input",
      `${source.file} is not a regular file: symbolic links and devices are not published.`,
    );
  }
  return { size: Number(info.size), stamp: info.mtimeNs.toString() };
}

function placed(files: { path: string; size: number }[]): FileEntry[] {
  try {
    return planFiles(files);
  } catch (cause) {
    if (cause instanceof FormatError) throw new IngestError("input", cause.message, { cause });
    throw cause;
  }
}

async function filesIn(root: string, out: string): Promise<IngestSource[]> {
  if (out === root || out.startsWith(root + sep)) {
    throw new IngestError("input", `the output ${out} lies in the source folder ${root}: choose another.`);
  }
  const found: IngestSource[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const file = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(file);
      else found.push({ path: pathIn(root, file), file });
    }
  }
  return found;
}

function pathIn(root: string, file: string): string {
  const path = relative(root, file).split(sep).join("/");
  if (path.includes("\ufffd")) throw new IngestError("input", `the name of ${file} is not UTF-8: rename the file.`);
  return path;
}
