import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Prometheus metrics of one process. Labels are few and bounded: never a license, an address or a path. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: "colophon_gateway_requests_total",
    help: "Requests by route, method and status.",
    labelNames: ["route", "method", "status"],
    registers: [this.registry],
  });
  readonly duration = new Histogram({
    name: "colophon_gateway_request_seconds",
    help: "Time from the request's head to the end of the answer.",
    labelNames: ["route"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers: [this.registry],
  });
  readonly bytes = new Counter({
    name: "colophon_gateway_chunk_bytes_total",
    help: "Ciphertext bytes handed to the network.",
    registers: [this.registry],
  });
  readonly chunks = new Counter({
    name: "colophon_gateway_chunks_total",
    help: "Chunks handed to the network whole.",
    registers: [this.registry],
  });
  readonly streams = new Gauge({
    name: "colophon_gateway_streams",
    help: "Chunk streams that are open.",
    registers: [this.registry],
  });
  readonly access = new Counter({
    name: "colophon_gateway_access_total",
    help: "Answers of the chain to access checks, and failures to ask it.",
    labelNames: ["answer"],
    registers: [this.registry],
  });
  readonly receipts = new Counter({
    name: "colophon_gateway_receipts_total",
    help: "Delivery receipts signed.",
    registers: [this.registry],
  });
  readonly meteredUnits = new Counter({
    name: "colophon_gateway_metered_units_total",
    help: "Units counted under metered licenses, by what is counted.",
    labelNames: ["kind"],
    registers: [this.registry],
  });
  readonly meterCaps = new Counter({
    name: "colophon_gateway_meter_caps_total",
    help: "Uses at a cap of a meter: `soft` asked for a voucher, the others were refused.",
    labelNames: ["cap"],
    registers: [this.registry],
  });
  readonly vouchers = new Counter({
    name: "colophon_gateway_vouchers_total",
    help: "Usage vouchers taken.",
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
