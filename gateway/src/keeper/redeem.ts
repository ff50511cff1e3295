/** Redeems usage vouchers in batches: before their windows end, when they are worth it, and none too late. */
import { meterRailAbi } from "@colophon-protocol/contracts";
import { type Offer, offerId } from "@colophon-protocol/sdk";
import type { Logger } from "pino";
import { encodeFunctionData, erc20Abi, isAddressEqual, type PublicClient, parseEventLogs, parseUnits } from "viem";
import type { ChainReader } from "../chain/reader.js";
import type { MeterService, MeterState } from "../meter/service.js";
import type { StoredVoucher, VoucherStore } from "../meter/voucher-store.js";
import { errorName, reasonOf, tryCall } from "./calls.js";
import { type KeeperConfig, MAX_BATCH } from "./config.js";
import type { KeeperMetrics } from "./metrics.js";
import type { TransactionSender } from "./sender.js";
import type { KeeperTasks } from "./tasks.js";

const PER_RUN = 2000;
/** Seconds after which a redeemed voucher is looked at again. */
const RECHECK_AFTER = 300;
/** Gas of a batch besides its entries. */
const BATCH_GAS = 200_000n;

/** A voucher that is to be redeemed. */
interface Due {
  stored: StoredVoucher;
  offer: Offer;
  /** What redeeming it alone was estimated to use. */
  gas: bigint;
}

export interface VoucherKeeperOptions {
  chain: ChainReader;
  client: PublicClient;
  meter: MeterService;
  vouchers: VoucherStore;
  tasks: KeeperTasks;
  sender: TransactionSender;
  config: KeeperConfig;
  metrics: KeeperMetrics;
  log: Logger;
}

export class VoucherKeeper {
  constructor(private readonly options: VoucherKeeperOptions) {}

  /** Redeems what is due. @throws Deferred when fees are too high for now */
  async run(): Promise<void> {
    const { vouchers, tasks, metrics } = this.options;
    const waiting = await vouchers.waiting(PER_RUN);
    metrics.waiting.set(waiting.length);
    const failed = await tasks.waiting("voucher");
    const due: Due[] = [];
    for (const stored of waiting) {
      if (failed.has(stored.voucher.licenseId)) continue;
      const found = await this.look(stored).catch((error) => this.failed(stored, reasonOf(error)));
      if (found) due.push(found);
    }
    for (const batch of await this.batches(due)) await this.redeem(batch);
  }

  /** What must be redeemed now; undefined when it can wait, or was billed. */
  private async look(stored: StoredVoucher): Promise<Due | undefined> {
    const { meter, vouchers } = this.options;
    const { voucher } = stored;
    const license = await meter.require(voucher.licenseId);
    const state = await meter.state(license, true);
    if (voucher.sequence <= state.chain.sequence) {
      await vouchers.markBilled(stored);
      return undefined;
    }
    if (state.frozen || !(await this.isWorthIt(stored, state))) return undefined;
    const gas = await this.gasFor(stored, license.offer, state);
    if (typeof gas === "bigint") return { stored, offer: license.offer, gas };
    await this.failed(stored, gas);
    return undefined;
  }

  private async isWorthIt({ voucher, waitingSince }: StoredVoucher, state: MeterState): Promise<boolean> {
    const { redeemMargin, redeemAfter } = this.options.config;
    const { redeemableUntil, time, chain, offer } = state;
    if (redeemableUntil !== undefined && redeemableUntil - time <= redeemMargin) return true;
    if (time - waitingSince >= redeemAfter) return true;
    return voucher.amount - chain.spent >= (await this.worth(offer, state.block));
  }

  private async worth({ token }: Offer, block: bigint): Promise<bigint> {
    const decimals = await this.options.chain.readAt(token, erc20Abi, "decimals", [], block);
    return parseUnits(this.options.config.redeemWorth, decimals ?? 0);
  }

  /** What redeeming would use; why the chain would not take the voucher otherwise, asked before any gas is paid. */
  private async gasFor({ voucher, signature, signer }: StoredVoucher, offer: Offer, { holder }: MeterState) {
    const { client, sender, chain, config } = this.options;
    if (!isAddressEqual(signer, holder)) return `signed by ${signer}, who does not hold the license any more`;
    const args = [offer, voucher, signature] as const;
    const data = encodeFunctionData({ abi: meterRailAbi, functionName: "redeem", args });
    const to = chain.addressOf("meterRail");
    const trial = await tryCall(client, sender, { to, data });
    if (!trial.works) return trial.error;
    const gas = await client.estimateGas({ account: sender.address, to, data });
    return gas <= config.gasEach ? gas : `needs ${gas} gas, at most ${config.gasEach} are given to each`;
  }

  private async redeem(batch: readonly Due[]): Promise<void> {
    const { sender, chain, metrics, tasks, log } = this.options;
    const offers = [...new Map(batch.map(({ offer }) => [offerId(offer), offer])).entries()];
    const positions = new Map(offers.map(([id], i) => [id, BigInt(i)]));
    const redemptions = batch.map(({ offer, stored: { voucher, signature } }) => ({
      offer: positions.get(offerId(offer)) as bigint,
      voucher,
      signature,
    }));
    // No signer's contract may use more than the dearest of them was seen to need.
    const dearest = [...batch].sort((a, b) => Number(b.gas - a.gas))[0];
    const gasEach = ((dearest?.gas ?? 0n) * 5n) / 4n;
    const args = [offers.map(([, offer]) => offer), redemptions, gasEach] as const;
    const data = encodeFunctionData({ abi: meterRailAbi, functionName: "redeemMany", args });
    const to = chain.addressOf("meterRail");
    // An estimate is of no use as the limit: a batch also succeeds when its entries run out of gas.
    const expectedGas = batch.reduce((sum, due) => sum + due.gas, 0n);
    const gas = (expectedGas * 5n) / 4n + gasEach + BATCH_GAS;
    const receipt = await sender.send({
      kind: "redeem",
      subject: `${batch.length} vouchers`,
      to,
      data,
      gas,
      expectedGas,
    });
    const logs = parseEventLogs({
      abi: meterRailAbi,
      logs: receipt.logs,
      eventName: ["VoucherRedeemed", "VoucherRefused"],
    });
    for (const entry of logs) {
      const due = batch.find(({ stored }) => stored.voucher.licenseId === entry.args.licenseId);
      if (!due) continue;
      if (entry.eventName === "VoucherRefused") await this.failed(due.stored, errorName(entry.args.reason));
      else {
        metrics.redeemed.inc();
        // Whether it stays billed says the chain at its confirmed depth, some time later.
        const { licenseId } = due.stored.voucher;
        await tasks.add("voucher", [licenseId]);
        await tasks.again("voucher", licenseId, RECHECK_AFTER);
      }
    }
    log.info({ vouchers: batch.length, gas: Number(receipt.gasUsed) }, "vouchers redeemed");
  }

  private async failed({ voucher }: StoredVoucher, why: string): Promise<void> {
    const { tasks, metrics, log } = this.options;
    const licenseId = voucher.licenseId.toString();
    metrics.failures.inc({ kind: "voucher" });
    log.warn({ licenseId, sequence: voucher.sequence.toString(), why }, "a voucher could not be redeemed");
    await tasks.add("voucher", [voucher.licenseId]);
    await tasks.fail("voucher", voucher.licenseId, why);
  }

  /** Batches that fit a block with all the gas that each entry may use. */
  private async batches(due: readonly Due[]): Promise<Due[][]> {
    if (due.length === 0) return [];
    const { gasLimit } = await this.options.client.getBlock();
    // The limit is a fourth above what is expected, and one entry's gas on top.
    const room = (gasLimit * 7n) / 10n - BATCH_GAS - 2n * this.options.config.gasEach;
    const batches: Due[][] = [];
    let used = room;
    for (const one of due) {
      const last = batches.at(-1);
      if (last && used + one.gas <= room && last.length < MAX_BATCH) last.push(one);
      else {
        batches.push([one]);
        used = 0n;
      }
      used += one.gas;
    }
    return batches;
  }
}
