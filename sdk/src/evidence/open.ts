/** Opens a bundle: container, index, signature and files. What is in the files is looked at afterwards. */
import type { Address } from "viem";
import type { Hex } from "../formats/bytes.js";
import { toHex } from "../formats/bytes.js";
import { sha256 } from "../formats/hash.js";
import { type ArchiveFile, readArchive } from "./archive.js";
import {
  type AbsentPart,
  EVIDENCE_ROLES,
  type EvidenceFile,
  type EvidenceIndex,
  type EvidencePart,
  type EvidenceRole,
  INDEX_PATH,
  readIndex,
  SIGNATURE_PATH,
  verifyIndexSignature,
} from "./index-file.js";
import { demand } from "./refusal.js";

/** A file of a role. */
export interface OpenedFile extends EvidenceFile {
  bytes: Uint8Array;
}

/** A bundle whose files are those that were signed. */
export class OpenedBundle {
  readonly contracts: ReadonlyMap<string, Hex>;

  constructor(
    readonly index: EvidenceIndex,
    /** Who signed it. */
    readonly signer: Address,
    private readonly files: readonly OpenedFile[],
  ) {
    this.contracts = new Map(index.contracts.map(({ name, address }) => [name, address]));
  }

  /** Address of a contract. @throws EvidenceRefused `index` when bundle.json does not name it */
  addressOf(name: string): Hex {
    const found = this.contracts.get(name);
    demand(found !== undefined, "index", `bundle.json does not say where ${name} is.`, INDEX_PATH);
    return found;
  }

  /** All files of a role. */
  all(role: EvidenceRole): OpenedFile[] {
    return this.files.filter((file) => file.role === role);
  }

  /**
   * The file of one part, undefined where the bundle says that it is absent.
   * @throws EvidenceRefused `files` when it says neither
   */
  part({ role, of }: EvidencePart): OpenedFile | undefined {
    const same = (each: EvidencePart) => each.role === role && each.of === of;
    const [found, ...more] = this.files.filter(same);
    const named = of === undefined ? role : `${role} of ${of}`;
    demand(more.length === 0, "files", `the part "${named}" is there twice.`, more[0]?.path);
    const isAbsent = this.index.absent.some(same);
    demand((found === undefined) === isAbsent, "files", `the part "${named}" is neither there nor said to be absent.`);
    return found;
  }
}

/**
 * Opens a bundle.
 * @throws EvidenceRefused `archive`, `index`, `signature` or `files`
 */
export function openBundle(archive: Uint8Array): OpenedBundle {
  const [first, second, ...files] = readArchive(archive);
  demand(first?.path === INDEX_PATH, "archive", `its first file is not ${INDEX_PATH}.`);
  demand(second?.path === SIGNATURE_PATH, "archive", `its second file is not ${SIGNATURE_PATH}.`);
  const index = readIndex(first.bytes);
  requireOrder(index);
  const signer = verifyIndexSignature(index, first.bytes, second.bytes);
  return new OpenedBundle(index, signer, matched(index.files, files));
}

function requireOrder({ files, contracts, absent }: EvidenceIndex): void {
  const ascending = (texts: string[]) => texts.every((text, i) => i === 0 || (texts[i - 1] as string) < text);
  const inOrder = ascending(files.map(({ path }) => path)) && ascending(contracts.map(({ name }) => name));
  demand(inOrder, "index", "files or contracts are not ascending, each once.", INDEX_PATH);
  for (const role of EVIDENCE_ROLES) {
    const known = [...files, ...absent].some((part: EvidenceFile | AbsentPart) => part.role === role);
    demand(known, "index", `the part "${role}" is neither listed nor said to be absent.`, INDEX_PATH);
  }
}

function matched(listed: readonly EvidenceFile[], files: readonly ArchiveFile[]): OpenedFile[] {
  const opened = listed.map((file, i): OpenedFile => {
    const found = files[i];
    demand(
      found?.path === file.path,
      "files",
      `${file.path} is listed, and not in its place in the archive.`,
      file.path,
    );
    const same = found.bytes.length === file.size && toHex(sha256(found.bytes)) === file.sha256;
    demand(same, "files", `${file.path} was altered: its SHA-256 is not the one listed.`, file.path);
    return { ...file, bytes: found.bytes };
  });
  const foreign = files[listed.length]?.path;
  demand(foreign === undefined, "files", `${foreign} is in the archive, and not listed.`, foreign);
  return opened;
}
