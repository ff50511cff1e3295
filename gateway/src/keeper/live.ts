/**
 * Settles live streams: books what was passed on, so that owners can claim it, and stops what only a buffer pays, so that a payer
 * whose flow ended loses no more than it must. Then brings what came for the distributor there. As with streams, licenses are found
 * in the rail's own events.
 */
import { liveStreamRailAbi, liveVaultAbi } from "@colophon-protocol/contracts";
import type { Offer } from "@colophon-protocol/sdk";
import { type Address, encodeFunctionData, getAbiItem, type Hex, isAddressEqual, zeroAddress } from "viem";
import type { BlockRef } from "../chain/reader.js";
import { reasonOf, tryCall } from "./calls.js";
import { followLicenses } from "./discover.js";
import type { RailKeeperOptions } from "./options.js";

const OPENED = getAbiItem({ abi: liveStreamRailAbi, name: "LiveOpened" });
const PER_RUN = 200;

/** What the keeper has seen of a license. Times in chain seconds. */
interface Look extends BlockRef {
  licenseId: bigint;
  offer: Offer;
  /** For fee, parents and owner, and for contributors where there are any. */
  vaults: Address[];
  frozen: boolean;
  /** When the license ends, undefined while that is not set. */
  end: number | undefined;
}

export interface LiveKeeperOptions extends RailKeeperOptions {
  /** Seconds of passing on that are booked at a time; a flow that stopped is settled at once. */
  settleEvery: number;
}

export class LiveKeeper {
  constructor(private readonly options: LiveKeeperOptions) {}

  /** Finds new licenses and does what is due. @throws Deferred when fees are too high for now */
  async run(): Promise<void> {
    const { tasks, metrics } = this.options;
    const rail = { name: "live streams", contract: "liveStreamRail", event: OPENED } as const;
    await followLicenses(this.options, rail, (licenses) => tasks.add("live", licenses));
    metrics.live.set(await tasks.count("live"));
    const settled = new Set<Address>();
    for (const licenseId of await tasks.due("live", PER_RUN)) {
      await this.keep(licenseId, settled).catch((error) => this.failed(licenseId, reasonOf(error)));
    }
    for (const superToken of settled) await this.collect(superToken);
  }

  private async keep(licenseId: bigint, settled: Set<Address>): Promise<void> {
    const { tasks, deals, provider, lookEvery } = this.options;
    const offer = await deals.offerOf(licenseId);
    if (!isAddressEqual(offer.provider, provider)) return tasks.finish("live", licenseId);
    const look = await this.look(licenseId, offer);
    if (!look) return tasks.finish("live", licenseId);
    const problem = await this.act(look, settled);
    if (problem === undefined) return tasks.again("live", licenseId, lookEvery);
    await this.failed(licenseId, problem);
  }

  private async failed(licenseId: bigint, problem: string): Promise<void> {
    const { tasks, metrics, log } = this.options;
    metrics.failures.inc({ kind: "live" });
    log.warn({ licenseId: licenseId.toString(), problem }, "a live stream could not be kept");
    await tasks.fail("live", licenseId, problem);
  }

  /** Ends what is over, else settles when it is worth it. @returns what went wrong */
  private async act(look: Look, settled: Set<Address>): Promise<string | undefined> {
    const { client, sender, chain, settleEvery } = this.options;
    const over = look.end !== undefined && look.end <= look.time;
    const [superToken, parts] = await this.vaults(look);
    const comes = parts.every((part) => part.comes);
    // A vault that has too little left to pass on again is tried at each look, until the flow has filled it.
    const right = comes && !look.frozen ? parts.every(({ passes }) => passes) : !parts.some(({ passes }) => passes);
    const longest = Math.max(...parts.map(({ seconds }) => seconds));
    if (!over && right && longest < settleEvery) return undefined;
    const kind = over ? "close" : "settle";
    const data = encodeFunctionData({
      abi: liveStreamRailAbi,
      functionName: kind,
      args: [look.licenseId, look.offer],
    });
    const trial = await tryCall(client, sender, { to: chain.addressOf("liveStreamRail"), data });
    if (!trial.works) return trial.error === "LiveStreamRail_NothingDue" ? undefined : trial.error;
    const problem = await this.send(kind, look.licenseId.toString(), data);
    if (problem === undefined) settled.add(superToken);
    return problem;
  }

  /** Super token, and what comes into each vault, leaves it, and waits to be booked. */
  private async vaults({ vaults, block }: Look) {
    const { chain } = this.options;
    const parts = await Promise.all(
      vaults.map(async (vault) => {
        const [deal, flows, passed] = await Promise.all([
          chain.readAt(vault, liveVaultAbi, "deal", [], block),
          chain.readAt(vault, liveVaultAbi, "flows", [], block),
          chain.readAt(vault, liveVaultAbi, "passed", [], block),
        ]);
        if (!deal || !flows || !passed) throw new Error(`The chain does not know the live vault ${vault}.`);
        return { superToken: deal.superToken, comes: flows[0], passes: flows[1], seconds: Number(passed[1]) };
      }),
    );
    return [parts[0]?.superToken as Address, parts] as const;
  }

  /** What is booked can be claimed once it is at the distributor. */
  private async collect(superToken: Address): Promise<void> {
    const { metrics, log } = this.options;
    const data = encodeFunctionData({ abi: liveStreamRailAbi, functionName: "collect", args: [superToken] });
    const problem = await this.send("collect", superToken, data).catch(reasonOf);
    if (problem === undefined) return;
    metrics.failures.inc({ kind: "live" });
    log.warn({ superToken, problem }, "what live streams passed on could not be collected");
  }

  /** @returns undefined once the license has ended */
  private async look(licenseId: bigint, offer: Offer): Promise<Look | undefined> {
    const { chain } = this.options;
    const at = await chain.confirmed(true);
    const [live, license] = await Promise.all([
      chain.read("liveStreamRail", "liveOf", [licenseId], at.block),
      chain.read("licenseToken", "licenseOf", [licenseId], at.block),
    ]);
    if (!live || !license) throw new Error(`The chain does not know the live stream of license ${licenseId}.`);
    if (live.ended) return undefined;
    const vaults = [live.rest, live.contributors].filter((vault) => !isAddressEqual(vault, zeroAddress));
    const ends = [live.endsAt, license.expiry].filter((time) => time !== 0);
    const end = ends.length === 0 ? undefined : Math.min(...ends);
    return { ...at, licenseId, offer, vaults, frozen: live.frozen, end };
  }

  private async send(kind: string, subject: string, data: Hex): Promise<string | undefined> {
    const { client, sender, chain } = this.options;
    const to = chain.addressOf("liveStreamRail");
    const expectedGas = await client.estimateGas({ account: sender.address, to, data });
    const gas = (expectedGas * 13n) / 10n;
    const receipt = await sender.send({ kind, subject, to, data, gas, expectedGas });
    return receipt.status === "success" ? undefined : `${kind} reverted in ${receipt.transactionHash}`;
  }
}
