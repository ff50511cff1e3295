import {
  CHUNK_LEAF_SIZE,
  type ChunkPlace,
  CompactRange,
  encodeChunkLeaf,
  leafHash,
  TAG_SIZE,
} from "@colophon-protocol/sdk/formats";
import { nodeSha256 } from "./engine.js";
import type { DoneChunk } from "./work.js";

/** The leaves of both trees as they grow, and their roots. */
export class LeafTables {
  /** 45-byte leaves, in order. */
  readonly contentLeaves: Uint8Array;
  readonly encodingLeaves: Uint8Array;
  private readonly content = new CompactRange(nodeSha256);
  private readonly encoding = new CompactRange(nodeSha256);

  constructor(chunkCount: number) {
    this.contentLeaves = new Uint8Array(chunkCount * CHUNK_LEAF_SIZE);
    this.encodingLeaves = new Uint8Array(chunkCount * CHUNK_LEAF_SIZE);
  }

  /** Adds the next chunk. */
  append(place: ChunkPlace, chunk: DoneChunk): void {
    const { index, flags } = place;
    const plain = encodeChunkLeaf({ index, flags, size: chunk.size, digest: chunk.contentDigest });
    const sealed = encodeChunkLeaf({ index, flags, size: chunk.size + TAG_SIZE, digest: chunk.cipherDigest });
    this.contentLeaves.set(plain, index * CHUNK_LEAF_SIZE);
    this.encodingLeaves.set(sealed, index * CHUNK_LEAF_SIZE);
    this.content.append(leafHash(plain, nodeSha256));
    this.encoding.append(leafHash(sealed, nodeSha256));
  }

  get contentRoot(): Uint8Array {
    return this.content.root();
  }

  get encodingRoot(): Uint8Array {
    return this.encoding.root();
  }
}
