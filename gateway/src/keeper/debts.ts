/** Collects what post-paid licenses owe, as soon as their debtors' allowances pay it. */
import { meterRailAbi } from "@colophon-protocol/contracts";
import { encodeFunctionData, getAbiItem, isAddressEqual } from "viem";
import { reasonOf, tryCall } from "./calls.js";
import { followLicenses } from "./discover.js";
import type { RailKeeperOptions } from "./options.js";

const MISSED = getAbiItem({ abi: meterRailAbi, name: "PaymentMissed" });
const PER_RUN = 200;
/** Neither the debtor's tokens nor its allowance pay anything now, or a dispute holds the meter. */
const NOT_YET = ["MeterRail_NothingToSettle", "PaymentRail_Frozen"];

export class DebtKeeper {
  constructor(private readonly options: RailKeeperOptions) {}

  /** Finds new debts and collects what can be. @throws Deferred when fees are too high for now */
  async run(): Promise<void> {
    const { tasks, metrics } = this.options;
    const rail = { name: "debts", contract: "meterRail", event: MISSED } as const;
    // A license that paid may owe again.
    await followLicenses(this.options, rail, (licenses) => tasks.wake("debt", licenses));
    metrics.debts.set(await tasks.count("debt"));
    for (const licenseId of await tasks.due("debt", PER_RUN)) {
      await this.keep(licenseId).catch((error) => this.failed(licenseId, reasonOf(error)));
    }
  }

  private async keep(licenseId: bigint): Promise<void> {
    const { chain, deals, tasks, provider, lookEvery } = this.options;
    const offer = await deals.offerOf(licenseId);
    if (!isAddressEqual(offer.provider, provider)) return tasks.finish("debt", licenseId);
    const { block } = await chain.confirmed(true);
    const meter = await chain.read("meterRail", "meterOf", [licenseId], block);
    if (!meter || meter.spent <= meter.funded) return tasks.finish("debt", licenseId);
    const data = encodeFunctionData({ abi: meterRailAbi, functionName: "settle", args: [licenseId, offer] });
    const to = chain.addressOf("meterRail");
    const trial = await tryCall(this.options.client, this.options.sender, { to, data });
    if (!trial.works && !NOT_YET.includes(trial.error)) return this.failed(licenseId, trial.error);
    if (trial.works && !(await this.collect(licenseId, data))) return this.failed(licenseId, "settle reverted");
    await tasks.again("debt", licenseId, lookEvery);
  }

  private async collect(licenseId: bigint, data: `0x${string}`): Promise<boolean> {
    const { client, sender, chain } = this.options;
    const to = chain.addressOf("meterRail");
    const expectedGas = await client.estimateGas({ account: sender.address, to, data });
    const gas = (expectedGas * 13n) / 10n;
    const receipt = await sender.send({ kind: "debt", subject: licenseId.toString(), to, data, gas, expectedGas });
    return receipt.status === "success";
  }

  private async failed(licenseId: bigint, problem: string): Promise<void> {
    const { tasks, metrics, log } = this.options;
    metrics.failures.inc({ kind: "debt" });
    log.warn({ licenseId: licenseId.toString(), problem }, "a debt could not be collected");
    await tasks.fail("debt", licenseId, problem);
  }
}
