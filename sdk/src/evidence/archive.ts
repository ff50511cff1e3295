/** The container: uncompressed USTAR (POSIX.1-1988) with every field fixed, so that the same files are the same bytes. */
import { concat, equalBytes, utf8 } from "../formats/bytes.js";
import { demand, EvidenceRefused } from "./refusal.js";

/** Most bytes of a bundle: 512 MiB. */
export const ARCHIVE_MAX_BYTES = 536_870_912;

const BLOCK = 512;
/** Two blocks of zeros, and not one byte after them. */
const END = 2 * BLOCK;
const PATH = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;
const MAX_PATH = 100;

/** A file of an archive. Paths are relative, of lower-case letters, digits, dots, dashes and underscores. */
export interface ArchiveFile {
  path: string;
  bytes: Uint8Array;
}

/**
 * An archive of the files, in the order given.
 * @throws EvidenceRefused `archive` on a path that cannot be, or that comes twice
 */
export function writeArchive(files: readonly ArchiveFile[]): Uint8Array {
  const seen = new Set<string>();
  const parts = files.flatMap(({ path, bytes }) => {
    demand(
      PATH.test(path) && path.length <= MAX_PATH,
      "archive",
      `no file can be named "${path.slice(0, 120)}".`,
      path,
    );
    demand(!seen.has(path), "archive", `${path} comes twice.`, path);
    seen.add(path);
    return [header(path, bytes.length), bytes, new Uint8Array(padding(bytes.length))];
  });
  return concat(...parts, new Uint8Array(END));
}

/**
 * The files of an archive. What writing them again does not give back byte for byte is refused: other fields, other padding, bytes
 * after the end.
 * @throws EvidenceRefused `archive`, naming the first byte that differs
 */
export function readArchive(archive: Uint8Array): ArchiveFile[] {
  demand(archive.length <= ARCHIVE_MAX_BYTES, "archive", `it has ${archive.length} bytes, too many for a bundle.`);
  const files: ArchiveFile[] = [];
  let at = 0;
  while (at + BLOCK <= archive.length && archive[at] !== 0) {
    const path = textAt(archive, at, MAX_PATH);
    const digits = textAt(archive, at + 124, 12);
    const size = /^[0-7]{11}$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
    const end = at + BLOCK + size;
    demand(end <= archive.length, "archive", `the header at byte ${at} does not name a file that is here whole.`);
    files.push({ path, bytes: archive.subarray(at + BLOCK, end) });
    at = end + padding(size);
  }
  const own = writeArchive(files);
  if (equalBytes(own, archive)) return files;
  const differs = own.findIndex((byte, i) => byte !== archive[i]);
  const place = differs < 0 ? own.length : differs;
  throw new EvidenceRefused("archive", `byte ${place} is not what an archive of these files has there.`);
}

function header(path: string, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (offset: number, text: string) => block.set(utf8(text), offset);
  put(0, path);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${octal(size, 11)}\0`);
  put(136, "00000000000\0");
  // The checksum is taken with spaces in its own place.
  put(148, "        ");
  put(156, "0");
  put(257, "ustar\x0000");
  put(329, "0000000\0");
  put(337, "0000000\0");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return block;
}

const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

/** A field's text up to its first zero. Bytes that are no text come out as what no field holds. */
function textAt(bytes: Uint8Array, offset: number, length: number): string {
  const field = bytes.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return String.fromCharCode(...field.subarray(0, end < 0 ? length : end));
}
