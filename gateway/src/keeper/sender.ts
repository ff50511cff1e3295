/**
 * Sends the keeper's transactions one after the other. Each is written down, signed, before it is sent: a process that dies leaves
 * nothing that the next one does not find and follow. One process sends at a time (see Keeper).
 */
import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import type { Logger } from "pino";
import {
  type Address,
  type Chain,
  type Hash,
  type Hex,
  keccak256,
  type LocalAccount,
  type PublicClient,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import type { Database } from "../db/open.js";
import { keeperTransactions } from "../db/schema.js";
import type { KeeperConfig } from "./config.js";
import type { KeeperMetrics } from "./metrics.js";

const DAY = 86_400;
const POLL_MS = 500;
const BUMP_PERCENT = 113n; // Nodes take a replacement from 10 percent on.

/** A call that the keeper pays for. */
export interface KeeperCall {
  kind: string;
  /** What it is about, for people. */
  subject: string;
  to: Address;
  data: Hex;
  gas: bigint;
  /** What it will use, for the day's budget; `gas` unless told, which may be far above. */
  expectedGas?: bigint;
}

/** Thrown when nothing is wrong, but now is not the time. */
export class Deferred extends Error {
  override readonly name = "Deferred";

  constructor(
    readonly why: "fee" | "budget" | "pending" | "stopped",
    message: string,
  ) {
    super(message);
  }
}

type Row = typeof keeperTransactions.$inferSelect;

export interface SenderOptions {
  db: Database;
  client: PublicClient;
  chainId: number;
  account: LocalAccount;
  config: KeeperConfig;
  metrics: KeeperMetrics;
  log: Logger;
  /** Milliseconds. */
  now: () => number;
  /** Ends waiting. */
  signal: AbortSignal;
  /** Throws unless this process is the one that sends. */
  guard: () => Promise<void>;
}

export class TransactionSender {
  constructor(private readonly options: SenderOptions) {}

  /** Who pays. */
  get address(): Address {
    return this.options.account.address;
  }

  /**
   * Follows what an earlier run or process sent, until it is mined.
   * @throws Deferred `pending` when it is not mined in time
   */
  async resume(): Promise<void> {
    for (const row of await this.pending()) await this.follow(row);
  }

  /**
   * Sends a call and waits for it.
   * @returns its receipt, successful or not
   * @throws Deferred when fees are above the caps, or it is not mined in time
   */
  async send(call: KeeperCall): Promise<TransactionReceipt> {
    await this.options.guard();
    await this.resume();
    const fees = await this.fees();
    await this.requireBudget((call.expectedGas ?? call.gas) * fees.maxFeePerGas);
    const nonce = await this.options.client.getTransactionCount({
      address: this.options.account.address,
      blockTag: "latest",
    });
    const row = await this.sign(call, nonce, fees);
    await this.options.db.run((db) =>
      db
        .insert(keeperTransactions)
        .values(row)
        .onConflictDoUpdate({ target: [keeperTransactions.sender, keeperTransactions.nonce], set: row }),
    );
    this.options.log.info({ kind: call.kind, subject: call.subject, nonce, hash: row.hash }, "transaction signed");
    await this.broadcast(row);
    const receipt = await this.follow(row);
    if (receipt) return receipt;
    throw new Deferred("pending", `Transaction ${nonce} was replaced by another one of the same account.`);
  }

  private pending(): Promise<Row[]> {
    const mine = and(eq(keeperTransactions.sender, this.options.account.address), eq(keeperTransactions.state, "sent"));
    return this.options.db.run((db) =>
      db.select().from(keeperTransactions).where(mine).orderBy(asc(keeperTransactions.nonce)),
    );
  }

  /** Waits until a transaction or an earlier version of it is mined; undefined when its nonce went to something else. */
  private async follow(given: Row): Promise<TransactionReceipt | undefined> {
    let row = given;
    const until = this.options.now() + this.options.config.waitFor * 1000;
    for (let first = true; ; first = false) {
      const receipt = await this.findReceipt(row);
      if (receipt) return this.mined(row, receipt);
      const nonce = await this.options.client.getTransactionCount({
        address: this.options.account.address,
        blockTag: "latest",
      });
      if (nonce > row.nonce) {
        // It may have been mined between the two questions.
        const late = await this.findReceipt(row);
        if (late) return this.mined(row, late);
        await this.update(row, { state: "replaced" });
        return undefined;
      }
      if (first) await this.broadcast(row);
      if (this.options.now() / 1000 - row.sentAt > this.options.config.resendAfter) row = await this.bump(row);
      if (this.options.signal.aborted)
        throw new Deferred("stopped", "The keeper stops; the transaction is followed later.");
      if (this.options.now() > until)
        throw new Deferred("pending", `Transaction ${row.nonce} (${row.kind}) is not mined yet.`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS / (first ? 10 : 1)));
    }
  }

  private async findReceipt({ hash, earlier }: Row): Promise<TransactionReceipt | undefined> {
    for (const one of [hash, ...earlier]) {
      try {
        return await this.options.client.getTransactionReceipt({ hash: one as Hash });
      } catch (error) {
        if (!(error instanceof TransactionReceiptNotFoundError)) throw error;
      }
    }
    return undefined;
  }

  private async mined(row: Row, receipt: TransactionReceipt): Promise<TransactionReceipt> {
    const fee = receipt.gasUsed * receipt.effectiveGasPrice;
    const outcome = receipt.status === "success" ? "mined" : "reverted";
    await this.update(row, { state: outcome, fee: fee.toString() });
    this.options.metrics.transactions.inc({ kind: row.kind, outcome });
    this.options.metrics.fees.inc(Number(fee / 10n ** 9n));
    const { kind, subject, nonce } = row;
    this.options.log.info({ kind, subject, nonce, outcome, gas: Number(receipt.gasUsed) }, "transaction mined");
    return receipt;
  }

  /** The same call under the same nonce for a higher fee, as far as the cap allows. */
  private async bump(row: Row): Promise<Row> {
    const wanted = (BigInt(row.maxFeePerGas) * BUMP_PERCENT) / 100n;
    if (wanted > this.options.config.maxFeePerGas) {
      await this.broadcast(row);
      return this.update(row, { sentAt: Math.floor(this.options.now() / 1000) });
    }
    const call = { kind: row.kind, subject: row.subject, to: row.to as Address, data: row.data as Hex, gas: row.gas };
    const { maxPriorityFeePerGas } = this.options.config;
    const fees = { maxFeePerGas: wanted, maxPriorityFeePerGas: minOf(maxPriorityFeePerGas * 2n, wanted) };
    const next = { ...(await this.sign(call, row.nonce, fees)), earlier: [row.hash, ...row.earlier] };
    const kept = await this.update(row, next);
    this.options.log.warn(
      { kind: row.kind, nonce: row.nonce, hash: next.hash },
      "transaction sent again with a higher fee",
    );
    await this.broadcast(kept);
    return kept;
  }

  private async sign(
    { kind, subject, to, data, gas }: KeeperCall,
    nonce: number,
    fees: { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint },
  ): Promise<Row> {
    const raw = await this.options.account.signTransaction({
      chainId: this.options.chainId,
      type: "eip1559",
      to,
      data,
      gas,
      nonce,
      ...fees,
    });
    return {
      nonce,
      sender: this.options.account.address,
      kind,
      subject,
      to,
      data,
      gas,
      raw,
      hash: keccak256(raw),
      maxFeePerGas: fees.maxFeePerGas.toString(),
      sentAt: Math.floor(this.options.now() / 1000),
      state: "sent",
      fee: null,
      earlier: [],
    };
  }

  /** A node that has it already, or has mined it, says so by an error: the receipt decides. */
  private async broadcast({ raw, nonce, kind }: Row): Promise<void> {
    try {
      await this.options.client.sendRawTransaction({ serializedTransaction: raw as Hex });
    } catch (err) {
      this.options.log.debug({ err, nonce, kind }, "the node did not take the transaction");
    }
  }

  private async update(row: Row, change: Partial<Row>): Promise<Row> {
    const of = and(eq(keeperTransactions.sender, row.sender), eq(keeperTransactions.nonce, row.nonce));
    await this.options.db.run((db) => db.update(keeperTransactions).set(change).where(of));
    return { ...row, ...change };
  }

  private async fees(): Promise<{ maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }> {
    const { baseFeePerGas } = await this.options.client.getBlock();
    const { maxFeePerGas: cap, maxPriorityFeePerGas: tip } = this.options.config;
    const base = baseFeePerGas ?? 0n;
    if (base + tip > cap) {
      throw new Deferred("fee", `Gas costs ${base + tip} wei, the keeper pays at most ${cap}.`);
    }
    return { maxFeePerGas: minOf(2n * base + tip, cap), maxPriorityFeePerGas: tip };
  }

  private async requireBudget(worst: bigint): Promise<void> {
    const since = Math.floor(this.options.now() / 1000) - DAY;
    const recent = and(
      eq(keeperTransactions.sender, this.options.account.address),
      inArray(keeperTransactions.state, ["mined", "reverted"]),
      gt(keeperTransactions.sentAt, since),
    );
    const [row] = await this.options.db.run((db) =>
      db
        .select({ spent: sql<string>`coalesce(sum(${keeperTransactions.fee}::numeric), 0)::text` })
        .from(keeperTransactions)
        .where(recent),
    );
    const spent = BigInt(row?.spent ?? "0");
    if (spent + worst <= this.options.config.maxFeePerDay) return;
    const budget = this.options.config.maxFeePerDay;
    throw new Deferred("budget", `The keeper spent ${spent} wei in a day; ${worst} more could pass ${budget}.`);
  }
}

function minOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** Only what a chain id needs: nothing of a chain is assumed. */
export function bareChain(id: number, rpcUrl: string): Chain {
  const nativeCurrency = { name: "Ether", symbol: "ETH", decimals: 18 };
  return { id, name: String(id), nativeCurrency, rpcUrls: { default: { http: [rpcUrl] } } };
}
