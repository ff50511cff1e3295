import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ChainReader } from "./chain.js";
import type { NonceCache } from "./nonces.js";

/** Prometheus metrics of one node. No label ever carries an account, a license or a key. */
export class NodeMetrics {
  readonly registry = new Registry();
  readonly #requests: Counter<"endpoint" | "outcome">;
  readonly #seconds: Histogram<"endpoint">;
  /** Statements for providers' logs: `logged`, `refused` there, `dropped` because too many waited, `lost` before they were kept. */
  readonly statements: Counter<"outcome">;

  constructor(index: number, chains: ReadonlyMap<string, ChainReader>, nonces: NonceCache) {
    const registers = [this.registry];
    this.registry.setDefaultLabels({ node: String(index) });
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Counter({
      name: "colophon_keynode_requests_total",
      help: "Requests by endpoint and outcome (ok or error code).",
      labelNames: ["endpoint", "outcome"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "colophon_keynode_request_seconds",
      help: "Time to answer, by endpoint.",
      labelNames: ["endpoint"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    this.statements = new Counter({
      name: "colophon_keynode_release_statements_total",
      help: "Statements about releases for providers' logs, by outcome.",
      labelNames: ["outcome"],
      registers,
    });
    new Gauge({
      name: "colophon_keynode_head_age_seconds",
      help: "Age of each chain's head; NaN when its RPC does not answer.",
      labelNames: ["chain"],
      registers,
      async collect() {
        const ages = await Promise.all(
          [...chains].map(async ([name, chain]) => [name, await chain.headAge()] as const),
        );
        for (const [name, age] of ages) this.set({ chain: name }, age ?? Number.NaN);
      },
    });
    new Gauge({
      name: "colophon_keynode_live_nonces",
      help: "Nonces remembered.",
      registers,
      collect() {
        this.set(nonces.size);
      },
    });
  }

  /** Counts one answered request; `seconds` is how long it took. */
  record(endpoint: string, outcome: string, seconds: number): void {
    this.#requests.inc({ endpoint, outcome });
    this.#seconds.observe({ endpoint }, seconds);
  }
}
