import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { type ChunkPlace, chunkPlaces, PLAIN_CHUNK_SIZE } from "@colophon-protocol/sdk/formats";
import { IngestError } from "./errors.js";
import type { Plan, PlannedFile } from "./plan.js";

/** A plaintext chunk. `data` is valid until the chunk after the next is asked for: buffers go round. */
export interface PlainChunk {
  place: ChunkPlace;
  data: Uint8Array;
}

/** One buffer is worked on, one is being filled. */
const BUFFERS = 2;

/**
 * All chunks from index `from`, each read while the one before is worked on.
 * @throws IngestError `source-changed` when a file is not what was planned, before and after it is read
 */
export async function* readChunks(plan: Plan, from: number): AsyncGenerator<PlainChunk> {
  const source = chunksInOrder(plan, from);
  let next = source.next();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = source.next();
      next.catch(() => undefined); // Reported when it is awaited.
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await source.return(undefined);
  }
}

async function* chunksInOrder(plan: Plan, from: number): AsyncGenerator<PlainChunk> {
  const buffers = Array.from({ length: BUFFERS }, () => Buffer.allocUnsafeSlow(PLAIN_CHUNK_SIZE));
  const places = chunkPlaces(plan.chunksPerFile);
  let turn = 0;
  for (const [number, chunks] of plan.chunksPerFile.entries()) {
    const all = Array.from({ length: chunks }, () => places.next().value as ChunkPlace);
    const wanted = all.filter((place) => place.index >= from);
    if (wanted.length === 0) continue;
    const file = plan.files[number];
    const memory = file ? memoryOf(file) : plan.fileList;
    if (memory) {
      for (const place of wanted) yield { place, data: slice(memory, place) };
    } else {
      yield* fromDisk(file as PlannedFile, wanted, () => buffers[turn++ % BUFFERS] as Buffer);
    }
  }
}

function memoryOf(file: PlannedFile): Uint8Array | undefined {
  return "data" in file.source ? file.source.data : undefined;
}

function slice(data: Uint8Array, place: ChunkPlace): Uint8Array {
  return data.subarray(place.counter * PLAIN_CHUNK_SIZE, (place.counter + 1) * PLAIN_CHUNK_SIZE);
}

async function* fromDisk(planned: PlannedFile, places: ChunkPlace[], buffer: () => Buffer): AsyncGenerator<PlainChunk> {
  const path = (planned.source as { file: string }).file;
  // O_NOFOLLOW: a link put in the file's place after planning is not followed out of the folder.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause) => {
    throw changed(path, cause);
  });
  const requireUnchanged = async () => {
    const { size, mtimeNs } = await file.stat({ bigint: true });
    if (Number(size) !== planned.size || mtimeNs.toString() !== planned.stamp) throw changed(path);
  };
  try {
    await requireUnchanged();
    for (const [i, place] of places.entries()) {
      const start = place.counter * PLAIN_CHUNK_SIZE;
      const data = buffer().subarray(0, Math.min(PLAIN_CHUNK_SIZE, planned.size - start));
      for (let done = 0; done < data.length; ) {
        const { bytesRead } = await file.read(data, done, data.length - done, start + done);
        if (bytesRead === 0) throw changed(path);
        done += bytesRead;
      }
      if (i === places.length - 1) await requireUnchanged();
      yield { place, data };
    }
  } finally {
    await file.close();
  }
}

function changed(path: string, cause?: unknown): IngestError {
  return new IngestError("source-changed", `${path} changed while it was read: nothing was published. Run again.`, {
    cause,
  });
}
