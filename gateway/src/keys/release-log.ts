/**
 * Tells the provider's log what this node released. Nothing waits for it: a release goes out whether the log answers or not, and what
 * the log did not take yet is kept and sent again.
 */
import { setImmediate as afterAnswers, setTimeout as delay } from "node:timers/promises";
import { type Message, messageToJson, typedData } from "@colophon-protocol/sdk/formats";
import type { Logger } from "pino";
import type { Hex, PrivateKeyAccount } from "viem";
import type { ChainConfig } from "./config.js";
import type { NodeMetrics } from "./metrics.js";
import type { Outbox } from "./outbox.js";

/** Statements that wait at most; further ones are not kept. */
export const OUTBOX_CAPACITY = 10_000;

const TIMEOUT_MS = 10_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** The gateway will never take this statement: it is malformed to it, or of data that is not served there. */
const REFUSALS: ReadonlySet<number> = new Set([400, 409, 413]);

/** What was released, to whom; the node and the time come with the statement. */
export type Released = Omit<Message<"KeyRelease">, "networkKey" | "node" | "releasedAt">;

/** A signed KeyRelease as it travels. */
export interface SignedRelease {
  release: Record<string, unknown>;
  signature: Hex;
}

export interface ReleaseLogOptions {
  chain: ChainConfig;
  /** Where the provider's gateway is. */
  gatewayUrl: string;
  node: { index: number; networkKey: Hex };
  account: PrivateKeyAccount;
  outbox: Outbox<SignedRelease>;
  metrics: NodeMetrics;
  log: Logger;
  /** Milliseconds. */
  now: () => number;
}

export class ReleaseLog {
  readonly #stopping = new AbortController();
  #keeping: Promise<void> = Promise.resolve();
  #sending: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(private readonly options: ReleaseLogOptions) {}

  /** Statements that the log has not taken yet. */
  get pending(): number {
    return this.options.outbox.size;
  }

  /** Notes a release. Returns at once and never throws. */
  record(released: Released): void {
    const { node, now } = this.options;
    const releasedAt = Math.floor(now() / 1000);
    const release = { ...released, networkKey: node.networkKey, node: node.index, releasedAt };
    this.#keeping = this.#keeping.then(() => this.keep(release)).catch((error: Error) => this.lost(error));
  }

  /** Notes that a release cannot be told of, because nobody said under which license it was. */
  lost(error: Error): void {
    this.options.metrics.statements.inc({ outcome: "lost" });
    this.options.log.error({ err: error.message }, "a release could not be noted for the provider's log");
  }

  start(): void {
    this.#sending = this.send();
  }

  /** Keeps what was noted, and sends nothing more. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await Promise.all([this.#keeping, this.#sending]);
  }

  private async keep(message: Message<"KeyRelease">): Promise<void> {
    const { chain, account, outbox, metrics, log } = this.options;
    // Signing takes a millisecond or two, which the answer does not wait for.
    await afterAnswers();
    const signature = await account.signTypedData(typedData("KeyRelease", chain, message));
    if (await outbox.add({ release: messageToJson(message), signature })) return this.#wake();
    metrics.statements.inc({ outcome: "dropped" });
    log.error({ pending: outbox.size }, "the outbox is full: a release is missing from the provider's log");
  }

  private async send(): Promise<void> {
    const { outbox, metrics, log } = this.options;
    const { signal } = this.#stopping;
    for (let wait = FIRST_WAIT_MS; !signal.aborted; ) {
      const { first } = outbox;
      if (!first) {
        await this.added();
        continue;
      }
      const outcome = await this.post(first);
      if (outcome === "later") {
        await delay(wait, undefined, { signal }).catch(() => undefined);
        wait = Math.min(2 * wait, LONGEST_WAIT_MS);
        continue;
      }
      wait = FIRST_WAIT_MS;
      metrics.statements.inc({ outcome });
      await outbox
        .removeFirst()
        .catch((error: Error) => log.error({ err: error.message }, "the outbox is not writable"));
    }
  }

  /** Until something is in the outbox, or this is to stop. */
  private added(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.pending > 0 || this.#stopping.signal.aborted) resolve();
    });
  }

  private async post(body: SignedRelease): Promise<"logged" | "refused" | "later"> {
    const { gatewayUrl, log } = this.options;
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const request = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    try {
      const response = await fetch(`${gatewayUrl}/v1/key-releases`, { ...request, signal, redirect: "error" });
      await response.body?.cancel();
      if (response.ok) return "logged";
      const refused = REFUSALS.has(response.status);
      log.warn({ status: response.status, kept: !refused }, "the provider's log did not take a release");
      return refused ? "refused" : "later";
    } catch (error) {
      if (!this.#stopping.signal.aborted)
        log.warn({ err: (error as Error).message }, "the provider's log does not answer");
      return "later";
    }
  }
}
