/** Where delivered data goes, and where a delivery that was interrupted goes on. */
import type { FileEntry, Hex } from "../formats/index.js";

/** A verified, decrypted chunk. */
export interface DeliveredChunk {
  /** Index in the version. */
  index: number;
  file: FileEntry;
  /** Where its bytes start in the file. */
  offset: number;
  bytes: Uint8Array;
  /** Leaf hash in the content tree: what a run manifest lists. */
  leafHash: Hex;
}

/** Takes verified plaintext. Chunks come in any order, each once. */
export interface DeliverySink {
  /** The files of the version, before the first chunk. */
  start?(files: readonly FileEntry[]): Promise<void> | void;
  write(chunk: DeliveredChunk): Promise<void> | void;
  /** After the last chunk. Not called when the delivery fails. */
  finish?(): Promise<void> | void;
}

/** Keeps ciphertext chunks for a later try. What it returns is verified again, so it need not be trusted. */
export interface ChunkStore {
  get(encodingRoot: Hex, index: number): Promise<Uint8Array | undefined>;
  put(encodingRoot: Hex, index: number, bytes: Uint8Array): Promise<void>;
}

/** A store that lives as long as the page or process. */
export function memoryChunkStore(): ChunkStore {
  const chunks = new Map<string, Uint8Array>();
  return {
    get: async (encodingRoot, index) => chunks.get(`${encodingRoot}/${index}`),
    put: async (encodingRoot, index, bytes) => {
      chunks.set(`${encodingRoot}/${index}`, bytes);
    },
  };
}

/**
 * A store in the browser's IndexedDB, which outlives the page.
 * @param name of the database
 */
export function indexedDbChunkStore(name = "colophon-chunks"): ChunkStore {
  const table = "chunks";
  let opened: Promise<IDBDatabase> | undefined;
  const open = () => {
    opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(table);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  };
  const run = async <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const db = await open();
    return new Promise<T>((resolve, reject) => {
      const request = act(db.transaction(table, mode).objectStore(table));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  };
  return {
    get: (encodingRoot, index) => run<Uint8Array | undefined>("readonly", (store) => store.get([encodingRoot, index])),
    put: async (encodingRoot, index, bytes) => {
      await run("readwrite", (store) => store.put(bytes, [encodingRoot, index]));
    },
  };
}

/** A sink that keeps every file in memory, for versions that fit there. `files` is complete after `finish`. */
export function memorySink(): DeliverySink & { files: Map<string, Uint8Array>; leafHashes: Map<number, Hex> } {
  const files = new Map<string, Uint8Array>();
  const leafHashes = new Map<number, Hex>();
  return {
    files,
    leafHashes,
    start: (entries) => {
      for (const { path, size } of entries) files.set(path, new Uint8Array(size));
    },
    write: ({ index, file, offset, bytes, leafHash }) => {
      files.get(file.path)?.set(bytes, offset);
      leafHashes.set(index, leafHash);
    },
  };
}
