/** Token buckets per client. Bounded: when full, the buckets that filled up again are forgotten first. */
export class RateLimiter {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    private readonly perMinute: number,
    private readonly now: () => number,
    private readonly capacity = 50_000,
  ) {}

  /** Takes one token; returns 0 when there was one, else the seconds to wait. */
  take(client: string): number {
    const now = this.now();
    const bucket = this.#buckets.get(client) ?? { tokens: this.perMinute, at: now };
    const elapsed = Math.max(0, now - bucket.at);
    const tokens = Math.min(this.perMinute, bucket.tokens + (elapsed * this.perMinute) / 60_000);
    if (!this.#buckets.has(client) && this.#buckets.size >= this.capacity) this.#sweep(now);
    this.#buckets.set(client, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 60) / this.perMinute);
  }

  #sweep(now: number): void {
    for (const [client, { tokens, at }] of this.#buckets) {
      if (tokens + ((now - at) * this.perMinute) / 60_000 >= this.perMinute) this.#buckets.delete(client);
    }
    // All live: forget the oldest half rather than grow without end.
    if (this.#buckets.size < this.capacity) return;
    for (const client of [...this.#buckets.keys()].slice(0, this.capacity / 2)) this.#buckets.delete(client);
  }
}
