import { Counter, Gauge, type Registry } from "prom-client";

/** Prometheus metrics of a keeper. Labels are few and bounded. */
export class KeeperMetrics {
  readonly runs: Counter;
  readonly transactions: Counter;
  readonly deferred: Counter;
  readonly failures: Counter;
  readonly redeemed: Counter;
  readonly fees: Counter;
  readonly waiting: Gauge;
  readonly streams: Gauge;
  readonly live: Gauge;
  readonly debts: Gauge;
  readonly lastRun: Gauge;

  constructor(registry: Registry) {
    const known = (name: string) => registry.getSingleMetric(`colophon_keeper_${name}`);
    const counter = (name: string, help: string, labelNames: string[] = []) =>
      (known(name) as Counter | undefined) ??
      new Counter({ name: `colophon_keeper_${name}`, help, labelNames, registers: [registry] });
    const gauge = (name: string, help: string) =>
      (known(name) as Gauge | undefined) ?? new Gauge({ name: `colophon_keeper_${name}`, help, registers: [registry] });
    this.runs = counter("runs_total", "Runs: done, failed, or left to another process.", ["outcome"]);
    this.transactions = counter("transactions_total", "Transactions mined.", ["kind", "outcome"]);
    this.deferred = counter("deferred_total", "Transactions put off: the fee cap, the day's budget, or one pending.", [
      "why",
    ]);
    this.failures = counter("failures_total", "Looks that failed and will be tried again.", ["kind"]);
    this.redeemed = counter("vouchers_redeemed_total", "Vouchers billed by the keeper.");
    this.fees = counter("fees_gwei_total", "Fees paid, in gwei.");
    this.waiting = gauge("vouchers_waiting", "Vouchers that nothing has billed yet.");
    this.streams = gauge("streams", "Streams that the keeper looks after.");
    this.live = gauge("live_streams", "Live streams that the keeper looks after.");
    this.debts = gauge("debts", "Post-paid licenses whose debts the keeper tries to collect.");
    this.lastRun = gauge("last_run_seconds", "When the last whole run ended, Unix time.");
  }
}
