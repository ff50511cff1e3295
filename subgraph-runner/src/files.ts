import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve, sep } from "node:path";
import { CID } from "multiformats/cid";
import { RunnerError } from "./errors.js";

const RAW = 0x55;
const SHA2_256 = 0x12;

/**
 * Files of IPFS from a folder, each under the name that mappings ask for: a CID, or a CID and a path. What a CID of raw bytes (`bafkrei…`) names is hashed; of
 * other CIDs, which name trees of blocks, the file is taken as it is.
 * @returns what a runner takes as `file`: null for what is not there
 * @throws {RunnerError} (the function) if a name leads out of the folder, or content is not what its CID says
 */
export function folderFiles(folder: string): (path: string) => Uint8Array | null {
  const root = resolve(folder);
  return (path) => {
    const file = resolve(root, path);
    if (!file.startsWith(root + sep)) throw new RunnerError(`the file "${path}" leads out of ${root}`);
    let content: Buffer;
    try {
      content = readFileSync(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
    checkContent(path, content);
    return content;
  };
}

function checkContent(path: string, content: Buffer): void {
  let cid: CID;
  try {
    cid = CID.parse(path);
  } catch {
    return;
  }
  if (cid.code !== RAW || cid.multihash.code !== SHA2_256) return;
  const hash = createHash("sha256").update(content).digest();
  if (!hash.equals(cid.multihash.digest))
    throw new RunnerError(
      `the file "${path}" has the hash ${hash.toString("hex")}, which is not that of its CID: fetch it again`,
    );
}
