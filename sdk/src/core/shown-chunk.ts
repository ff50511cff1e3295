/** One chunk's key, shown in a dispute: how the claimant builds it, and what an arbitrator finds with it. Pure: nothing is sent. */
import { bytesToHex, type Hex } from "viem";
import { equalBytes, fromHex } from "../formats/bytes.js";
import { Col1Cipher, type Col1Engine, decryptWithShownKey } from "../formats/col1.js";
import { chunkPlaces } from "../formats/col1-keys.js";
import { FormatError } from "../formats/errors.js";
import { sha256 } from "../formats/hash.js";
import { ChunkFlag, type ChunkLeaf } from "../formats/leaf.js";
import type { ShownChunk } from "./dispute-values.js";
import { encodingProof } from "./fault-evidence.js";

/** What a chunk's key is shown with. Publishers and licensees have all of it. */
export interface ShowChunkInput {
  /** The encoding's COL1 header, 136 bytes, from its envelope. */
  header: Uint8Array | Hex;
  /** 32 bytes. It is not shown: only the chunk's own key is, which opens no other chunk. */
  datasetKey: Uint8Array;
  /** All leaves of the encoding's tree. */
  encoding: readonly ChunkLeaf[];
  /** All leaves of the version's content tree. */
  content: readonly ChunkLeaf[];
  /** Which chunk, from 0. */
  index: number;
  engine?: Col1Engine;
}

/**
 * One chunk's key with its commitments: what `showChunkKey` takes.
 * @throws FormatError `value` when there is no such chunk, `wrong-key` when the key is not the encoding's, `mismatch` when the header
 * commits to other keys than this layout's
 */
export function showChunk({ header, datasetKey, encoding, content, index, engine = {} }: ShowChunkInput): ShownChunk {
  const counts = chunksPerFile(content);
  const place = [...chunkPlaces(counts)][index];
  const [cipherLeaf, plainLeaf] = [encoding[index], content[index]];
  if (!place || !cipherLeaf || !plainLeaf) {
    throw new FormatError(
      "value",
      `there is no chunk ${index}: the encoding has ${encoding.length} chunks, from 0 on.`,
    );
  }
  const cipher = new Col1Cipher(bytesOf(header), datasetKey, engine);
  const { chunkKey, proof } = cipher.showKey(place, counts);
  return {
    ...{ keyRoot: bytesToHex(cipher.header.keyRoot), ...place, index: BigInt(index), chunkKey: bytesToHex(chunkKey) },
    keyProof: proof.map((node) => bytesToHex(node)),
    ...{
      cipherSize: cipherLeaf.size,
      cipher: bytesToHex(cipherLeaf.digest),
      cipherProof: encodingProof(encoding, index),
    },
    ...{ plainSize: plainLeaf.size, plain: bytesToHex(plainLeaf.digest), plainProof: encodingProof(content, index) },
  };
}

/**
 * What a chunk is: what was licensed, other content, or nothing that its own key opens. The last two make the encoding false, and the
 * claim right.
 */
export type ChunkFinding = "as-licensed" | "other-content" | "does-not-decrypt";

/**
 * Decrypts a chunk with the key that was shown, and compares it with the content that was licensed. That its leaves are in the trees
 * on chain was checked when it was shown; that the header is the encoding's is the caller's to check, by the envelope's hash on chain.
 * @param sealed the chunk's ciphertext
 * @throws FormatError `mismatch` when the bytes are not the encoding's, or the key is not the header's: then nothing is found
 */
export async function judgeShownChunk({
  header,
  shown,
  sealed,
  engine = {},
}: {
  header: Uint8Array | Hex;
  shown: ShownChunk;
  sealed: Uint8Array;
  engine?: Col1Engine;
}): Promise<{ finding: ChunkFinding; plain?: Uint8Array }> {
  const hash = engine.hash ?? sha256;
  if (sealed.length !== shown.cipherSize || bytesToHex(hash(sealed)) !== shown.cipher.toLowerCase()) {
    throw new FormatError("mismatch", `these bytes are not the ciphertext of chunk ${shown.index}: ask for it again.`);
  }
  const { file, counter, flags } = shown;
  const key = {
    place: { index: Number(shown.index), file, counter, flags },
    chunkKey: fromHex(shown.chunkKey, 32),
    proof: shown.keyProof.map((node) => fromHex(node, 32)),
  };
  try {
    const plain = await decryptWithShownKey(bytesOf(header), key, sealed, engine);
    const same = plain.length === shown.plainSize && equalBytes(hash(plain), fromHex(shown.plain, 32));
    return { finding: same ? "as-licensed" : "other-content", plain };
  } catch (error) {
    if (error instanceof FormatError && error.code === "decrypt") return { finding: "does-not-decrypt" };
    throw error;
  }
}

const bytesOf = (header: Uint8Array | Hex) => (typeof header === "string" ? fromHex(header) : header);

/** The layout from the leaves: a file ends with the chunk that is flagged as its last. */
function chunksPerFile(leaves: readonly ChunkLeaf[]): number[] {
  const counts: number[] = [];
  let count = 0;
  for (const { flags } of leaves) {
    count += 1;
    if ((flags & ChunkFlag.Last) === 0) continue;
    counts.push(count);
    count = 0;
  }
  return counts;
}
