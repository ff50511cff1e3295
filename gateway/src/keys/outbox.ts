/** What a node still has to tell, in a file: it survives a restart, and it is bounded. */
import { appendFile, readFile, rename, writeFile } from "node:fs/promises";

/** Values that are done with before the file is written anew. After a crash as many are given again. */
const DONE_PER_WRITE = 256;

/** A queue of JSON values, a line each. One process at a time uses a file. */
export class Outbox<T> {
  #done = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly capacity: number,
    private readonly queue: T[],
  ) {}

  /**
   * Opens the queue that is in a file, or an empty one. A last line that a crash cut off is passed over.
   * @throws Error when the file cannot be read or written
   */
  static async open<T>(file: string, capacity: number): Promise<Outbox<T>> {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const outbox = new Outbox<T>(
      file,
      capacity,
      text
        .split("\n")
        .flatMap(valueIn<T>)
        .slice(0, capacity),
    );
    await outbox.rewrite();
    return outbox;
  }

  get size(): number {
    return this.queue.length;
  }

  /** The oldest value. */
  get first(): T | undefined {
    return this.queue[0];
  }

  /**
   * Adds a value, and writes it.
   * @returns false when the queue is full: the value is not taken
   * @throws Error when it cannot be written; it is in the queue then until the process ends
   */
  add(value: T): Promise<boolean> {
    return this.serially(async () => {
      if (this.queue.length >= this.capacity) return false;
      this.queue.push(value);
      await appendFile(this.file, `${JSON.stringify(value)}\n`, { mode: 0o600, flush: true });
      return true;
    });
  }

  /** Is done with the oldest value. @throws Error when the file cannot be written */
  removeFirst(): Promise<void> {
    return this.serially(async () => {
      this.queue.shift();
      this.#done++;
      if (this.queue.length === 0 || this.#done >= DONE_PER_WRITE) await this.rewrite();
    });
  }

  /** Whole or not at all. */
  private async rewrite(): Promise<void> {
    const temporary = `${this.file}.tmp`;
    const text = this.queue.map((value) => `${JSON.stringify(value)}\n`).join("");
    await writeFile(temporary, text, { mode: 0o600, flush: true });
    await rename(temporary, this.file);
    this.#done = 0;
  }

  private serially<R>(work: () => Promise<R>): Promise<R> {
    const run = this.#writing.then(work);
    this.#writing = run.then(
      () => undefined,
      () => undefined,
    );
    return run;
  }
}

function valueIn<T>(line: string): T[] {
  try {
    return [JSON.parse(line) as T];
  } catch {
    return [];
  }
}
