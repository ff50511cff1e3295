import type { KeyGate, KeyGateLicense, WrappedKey } from "@colophon-protocol/sdk/keys";

/** Milliseconds over all rounds. */
export interface ReleaseTimings {
  /** The fastest round: what company on the machine adds least to. */
  min: number;
  p50: number;
  p95: number;
  rounds: number;
}

export interface BenchReleaseParameters {
  gate: KeyGate;
  /** Wrapped keys, used in turn: one measures releases of an identity that the nodes know, many of ones that they do not. */
  wrapped: readonly { wrapped: WrappedKey; license: KeyGateLicense }[];
  /** 32-byte key that every release must give; a wrong answer fails the measurement. */
  key: Uint8Array;
  rounds: number;
  /** Releases before the clock starts, so that code is compiled and connections are open. */
  warmUp: number;
}

/**
 * Measures whole releases, from the signature of the request to the key in hand, one after the other.
 * @throws Whatever a release throws, and Error when a key comes out wrong.
 */
export async function benchRelease(parameters: BenchReleaseParameters): Promise<ReleaseTimings> {
  const { gate, wrapped, key, rounds, warmUp } = parameters;
  const times: number[] = [];
  for (let round = -warmUp; round < rounds; round++) {
    const entry = wrapped[(round + warmUp) % wrapped.length];
    if (!entry) throw new Error("Nothing to release: give at least one wrapped key.");
    const start = performance.now();
    const released = await gate.release(entry);
    const elapsed = performance.now() - start;
    if (!key.every((byte, i) => byte === released[i])) throw new Error(`${gate.kind} released another key.`);
    if (round >= 0) times.push(elapsed);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
  return { min: at(0), p50: at(0.5), p95: at(0.95), rounds };
}
