/** Does on chain what anyone may do and somebody must: settles streams, redeems vouchers, collects debts, anchors the log. One process of a database at a time. */
import type { Logger } from "pino";
import { createPublicClient, http, type LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Services } from "../services.js";
import { AnchorKeeper } from "./anchor.js";
import type { KeeperConfig } from "./config.js";
import { DebtKeeper } from "./debts.js";
import { LiveKeeper } from "./live.js";
import { KeeperMetrics } from "./metrics.js";
import { VoucherKeeper } from "./redeem.js";
import { bareChain, Deferred, TransactionSender } from "./sender.js";
import { StreamKeeper } from "./streams.js";
import { KeeperTasks } from "./tasks.js";

/** Any constant: keepers on one database run one after the other. */
const KEEPER_LOCK = 7_480_002;

export class Keeper {
  private readonly stopping = new AbortController();
  private readonly metrics: KeeperMetrics;
  private readonly sender: TransactionSender;
  private readonly parts: { name: string; run: () => Promise<void> }[];
  private running: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private isHeld: () => Promise<boolean> = async () => false;

  constructor(
    private readonly services: Services,
    private readonly config: KeeperConfig,
    private readonly log: Logger,
  ) {
    const { db, chain, deals, meter, metrics: gatewayMetrics, now } = services;
    const { chainId, rpcUrl, rpcTimeoutMs } = chain.config;
    const transport = http(rpcUrl, { batch: true, retryCount: 2, timeout: rpcTimeoutMs });
    const client = createPublicClient({ chain: bareChain(chainId, rpcUrl), transport });
    const account = privateKeyToAccount(config.key);
    const provider: LocalAccount = privateKeyToAccount(services.config.providerKey);
    const metrics = new KeeperMetrics(gatewayMetrics.registry);
    const tasks = new KeeperTasks(db, now);
    this.metrics = metrics;
    const guard = async () => {
      if (!(await this.isHeld())) throw new Deferred("stopped", "Another process keeps now.");
    };
    const { signal } = this.stopping;
    this.sender = new TransactionSender({ db, client, chainId, account, config, metrics, log, now, signal, guard });
    const common = { chain, client, tasks, sender: this.sender, metrics, log };
    const streams = new StreamKeeper({ ...common, db, deals, provider, lookEvery: config.lookEvery });
    const live = new LiveKeeper({
      ...common,
      deals,
      provider: provider.address,
      lookEvery: config.lookEvery,
      settleEvery: config.settleLiveEvery,
    });
    const vouchers = new VoucherKeeper({ ...common, meter, vouchers: meter.vouchers, config });
    const { sender } = this;
    const { anchorEvery } = config;
    const anchor = new AnchorKeeper({ chain, client, providerLog: services.log, sender, metrics, log, anchorEvery });
    const debts = new DebtKeeper({ ...common, deals, provider: provider.address, lookEvery: config.lookEvery });
    // Vouchers first: their windows end. What they leave unpaid is a debt.
    this.parts = [
      ...(chain.config.meterRail
        ? [
            { name: "vouchers", run: () => vouchers.run() },
            { name: "debts", run: () => debts.run() },
          ]
        : []),
      ...(chain.config.streamRail ? [{ name: "streams", run: () => streams.run() }] : []),
      ...(chain.config.liveStreamRail ? [{ name: "live streams", run: () => live.run() }] : []),
      ...(chain.config.checkpointLog ? [{ name: "log", run: () => anchor.run() }] : []),
    ];
  }

  /** Runs now and then again and again, until `stop`. */
  start(): void {
    const turn = async () => {
      this.running = this.run();
      await this.running;
      if (!this.stopping.signal.aborted) this.timer = setTimeout(turn, this.config.intervalMs);
    };
    void turn();
  }

  /** One run. Never throws: what failed is logged, counted and tried again. */
  async run(): Promise<void> {
    const { db } = this.services;
    const outcome = await db
      .exclusively(KEEPER_LOCK, async (isHeld) => {
        this.isHeld = isHeld;
        return this.runHeld();
      })
      .catch((err) => {
        this.log.error({ err }, "the keeper could not run");
        return "failed" as const;
      });
    this.metrics.runs.inc({ outcome: outcome ?? "elsewhere" });
    if (outcome === "done") this.metrics.lastRun.set(Math.floor(this.services.now() / 1000));
  }

  /** Lets the run that is under way come to a point where nothing is lost, and runs no more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private async runHeld(): Promise<"done" | "failed"> {
    let outcome: "done" | "failed" = "done";
    const parts = [{ name: "resume", run: () => this.sender.resume() }, ...this.parts];
    for (const { name, run } of parts) {
      try {
        await run();
      } catch (error) {
        if (error instanceof Deferred) {
          this.metrics.deferred.inc({ why: error.why });
          this.log.info({ part: name, why: error.why, detail: error.message }, "put off");
          // Nothing can be sent while something is pending.
          if (error.why === "pending" || error.why === "stopped") return "failed";
          continue;
        }
        outcome = "failed";
        this.log.error({ err: error, part: name }, "a part of the run failed");
      }
    }
    return outcome;
  }
}
