import { KeyNodeError } from "./errors.js";

/** Remembers the nonces of live requests. Bounded; when full it refuses rather than forget. Times in seconds. */
export class NonceCache {
  readonly #seen = new Map<string, number>();

  constructor(
    private readonly now: () => number,
    private readonly capacity = 100_000,
  ) {}

  get size(): number {
    return this.#seen.size;
  }

  /** @throws KeyNodeError `replayed` when the key is known, `busy` when the cache is full of live ones. */
  add(key: string, expiresAt: number): void {
    if (this.#seen.has(key)) {
      throw new KeyNodeError("replayed", "This request was used already; sign a new one with a fresh nonce.");
    }
    if (this.#seen.size >= this.capacity) this.#sweep();
    if (this.#seen.size >= this.capacity)
      throw new KeyNodeError("busy", "Too many live requests; try again in a minute.");
    this.#seen.set(key, expiresAt);
  }

  /** Frees a nonce whose request could not be answered, so that the signed request may be sent again. */
  release(key: string): void {
    this.#seen.delete(key);
  }

  #sweep(): void {
    const now = this.now() / 1000;
    for (const [key, expiresAt] of this.#seen) if (expiresAt <= now) this.#seen.delete(key);
  }
}
