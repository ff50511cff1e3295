/**
 * Concludes the epochs of streaming licenses, and looks at their flows. Licenses are found in the rail's own events, read by the
 * keeper itself: an indexer that is behind, or shows a fork, must not decide whether money moves.
 */
import { streamRailAbi, streamVaultAbi } from "@colophon-protocol/contracts";
import { type Offer, STREAM_FLAG_BITS, type StreamTerms, unpackStreamTerms } from "@colophon-protocol/sdk";
import { type Message, typedData } from "@colophon-protocol/sdk/formats";
import { type Address, encodeFunctionData, getAbiItem, type Hex, isAddressEqual, type LocalAccount } from "viem";
import type { BlockRef } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { servedBetween } from "../delivery/log.js";
import { reasonOf, tryCall } from "./calls.js";
import { followLicenses } from "./discover.js";
import type { RailKeeperOptions } from "./options.js";

const OPENED = getAbiItem({ abi: streamRailAbi, name: "StreamOpened" });
const PER_RUN = 200;
/** Seconds for which a signed report can be submitted. */
const REPORT_TTL = 86_400;

/** A stream at a block. Times in chain seconds. */
interface Look extends BlockRef {
  licenseId: bigint;
  offer: Offer;
  terms: StreamTerms;
  vault: Address;
  start: number;
  settled: number;
  flags: number;
  /** When the license ends, undefined while that is not set. */
  end: number | undefined;
}

export interface StreamKeeperOptions extends Omit<RailKeeperOptions, "provider"> {
  db: Database;
  /** Signs service reports; its licenses are the ones that are kept. */
  provider: LocalAccount;
}

export class StreamKeeper {
  constructor(private readonly options: StreamKeeperOptions) {}

  /** Finds new streams and does what is due. @throws Deferred when fees are too high for now */
  async run(): Promise<void> {
    const { tasks, metrics } = this.options;
    await this.discover();
    metrics.streams.set(await tasks.count("stream"));
    for (const licenseId of await tasks.due("stream", PER_RUN)) {
      await this.keep(licenseId).catch((error) => this.failed(licenseId, reasonOf(error)));
    }
  }

  private discover(): Promise<void> {
    const { tasks } = this.options;
    const rail = { name: "streams", contract: "streamRail", event: OPENED } as const;
    return followLicenses(this.options, rail, (licenses) => tasks.add("stream", licenses));
  }

  private async keep(licenseId: bigint): Promise<void> {
    const { tasks, deals, provider, lookEvery } = this.options;
    const offer = await deals.offerOf(licenseId);
    if (!isAddressEqual(offer.provider, provider.address)) return tasks.finish("stream", licenseId);
    const look = await this.look(licenseId, offer);
    if (look.flags & STREAM_FLAG_BITS.done) return tasks.finish("stream", licenseId);
    const problem = look.flags & STREAM_FLAG_BITS.frozen ? undefined : await this.act(look);
    if (problem === undefined) return tasks.again("stream", licenseId, lookEvery);
    await this.failed(licenseId, problem);
  }

  private async failed(licenseId: bigint, problem: string): Promise<void> {
    const { tasks, metrics, log } = this.options;
    metrics.failures.inc({ kind: "stream" });
    log.warn({ licenseId: licenseId.toString(), problem }, "a stream could not be kept");
    await tasks.fail("stream", licenseId, problem);
  }

  /** Everything that is due of one stream. @returns what went wrong */
  private async act(look: Look): Promise<string | undefined> {
    const ended = (look.flags & STREAM_FLAG_BITS.ended) !== 0;
    if (look.end !== undefined && look.end <= look.time && !ended) {
      const failed = await this.send(look, "close", this.encode("close", look));
      if (failed) return failed;
    }
    if (await this.report(look)) return undefined;
    const settle = this.encode("settle", look);
    const { client, sender, chain } = this.options;
    const trial = await tryCall(client, sender, { to: chain.addressOf("streamRail"), data: settle });
    if (trial.works) return this.send(look, "settle", settle);
    const notYet = ["PaymentRail_TooEarly", "StreamRail_NothingDue"].includes(trial.error);
    if (!notYet) return trial.error;
    return (await this.flowChanged(look)) ? this.send(look, "sync", this.encode("sync", look)) : undefined;
  }

  /** Reports the epochs that are over, where the offer wants that. @returns whether a report was submitted */
  private async report(look: Look): Promise<boolean> {
    const { client, sender, chain, provider, db } = this.options;
    const reported = look.flags & (STREAM_FLAG_BITS.reported | STREAM_FLAG_BITS.contested);
    const to = epochsOver(look);
    if (look.terms.proof !== "Report" || reported || to <= look.settled) return false;
    const { licenseId, offer, settled } = look;
    const served = await servedBetween(db, licenseId, boundary(look, settled), boundary(look, to));
    const report: Message<"ServiceReport"> = {
      licenseId,
      datasetId: offer.datasetId,
      epochFrom: settled,
      epochTo: to,
      servedRoot: served.servedRoot,
      deliveries: BigInt(served.deliveries),
      bytesServed: BigInt(served.bytesServed),
      deadline: look.time + REPORT_TTL,
    };
    const { chainId, licenseToken } = chain.config;
    const signature = await provider.signTypedData(
      typedData("ServiceReport", { chainId, licenseToken }, report) as never,
    );
    const args = [licenseId, offer, report, signature] as const;
    const data = encodeFunctionData({ abi: streamRailAbi, functionName: "submitReport", args });
    // Too late for a report: the offer's default settles instead.
    const trial = await tryCall(client, sender, { to: chain.addressOf("streamRail"), data });
    return trial.works && (await this.send(look, "report", data)) === undefined;
  }

  /** Whether the payer's flow is not what the vault saw last: then what counts differs from what it would be. */
  private async flowChanged({ vault, block, time }: Look): Promise<boolean> {
    const { chain } = this.options;
    const [flow, received] = await Promise.all([
      chain.readAt(vault, streamVaultAbi, "flow", [], block),
      chain.readAt(vault, streamVaultAbi, "receivedUntil", [BigInt(time)], block),
    ]);
    if (!flow || received === undefined || flow.ended) return false;
    return received !== flow.received + flow.seenRate * BigInt(Math.max(0, time - flow.seenAt));
  }

  private async look(licenseId: bigint, offer: Offer): Promise<Look> {
    const { chain } = this.options;
    const at = await chain.confirmed(true);
    const [stream, license] = await Promise.all([
      chain.read("streamRail", "streamOf", [licenseId], at.block),
      chain.read("licenseToken", "licenseOf", [licenseId], at.block),
    ]);
    if (!stream || !license) throw new Error(`The chain does not know the stream of license ${licenseId}.`);
    const { vault, start, settled, flags, endsAt } = stream;
    const ends = [flags & STREAM_FLAG_BITS.noticed ? endsAt : 0, license.expiry].filter((time) => time !== 0);
    const end = ends.length === 0 ? undefined : Math.min(...ends);
    return { ...at, licenseId, offer, terms: unpackStreamTerms(offer.railTerms), vault, start, settled, flags, end };
  }

  private encode(functionName: "settle" | "close" | "sync", { licenseId, offer }: Look): Hex {
    const args = functionName === "sync" ? [licenseId] : [licenseId, offer];
    return encodeFunctionData({ abi: streamRailAbi, functionName, args } as never);
  }

  private async send({ licenseId }: Look, kind: string, data: Hex): Promise<string | undefined> {
    const { client, sender, chain } = this.options;
    const to = chain.addressOf("streamRail");
    const expectedGas = await client.estimateGas({ account: sender.address, to, data });
    const gas = (expectedGas * 13n) / 10n;
    const receipt = await sender.send({ kind, subject: licenseId.toString(), to, data, gas, expectedGas });
    return receipt.status === "success" ? undefined : `${kind} reverted in ${receipt.transactionHash}`;
  }
}

/** Epochs that are over; all that there will be once the license has ended. As StreamEpochs on chain. */
function epochsOver({ start, end, time, terms }: Look): number {
  if (time < start) return 0;
  if (end !== undefined && end <= time) return Math.ceil((end - start) / terms.epoch);
  return Math.floor((time - start) / terms.epoch);
}

/** End of the first `count` epochs. */
function boundary({ start, end, terms }: Look, count: number): number {
  const at = start + count * terms.epoch;
  return end !== undefined && end < at ? end : at;
}
