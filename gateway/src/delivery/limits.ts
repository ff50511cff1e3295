import { Problem, unavailable } from "../errors.js";
import type { Metrics } from "../metrics.js";

/** Back-pressure: so many streams at once per license, so many per process. */
export class StreamLimiter {
  private readonly open = new Map<bigint, number>();
  private total = 0;

  constructor(
    private readonly perLicense: number,
    private readonly perProcess: number,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Takes a place for one stream.
   * @returns gives it back; calling it again does nothing
   * @throws Problem 429 when the license has its share already, 503 when the process is full; both with Retry-After
   */
  acquire(licenseId: bigint): () => void {
    const mine = this.open.get(licenseId) ?? 0;
    if (mine >= this.perLicense) {
      throw new Problem(
        429,
        "too_many_streams",
        `License ${licenseId} has ${mine} streams open, at most ${this.perLicense} are served at once.`,
        {
          headers: { "retry-after": "1" },
        },
      );
    }
    if (this.total >= this.perProcess)
      throw unavailable("busy", `The gateway has ${this.total} streams open. Try again shortly.`);
    this.set(licenseId, mine + 1, this.total + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.set(licenseId, (this.open.get(licenseId) ?? 1) - 1, this.total - 1);
    };
  }

  /** Streams that are open. */
  get count(): number {
    return this.total;
  }

  private set(licenseId: bigint, mine: number, total: number): void {
    if (mine > 0) this.open.set(licenseId, mine);
    else this.open.delete(licenseId);
    this.total = total;
    this.metrics.streams.set(total);
  }
}
