/** Anchors the provider's log on chain: its newest head, every so often, if it has grown. */
import { checkpointLogAbi } from "@colophon-protocol/contracts";
import { toHex } from "@colophon-protocol/sdk/formats";
import type { Logger } from "pino";
import { encodeFunctionData, type Hex, keccak256, type PublicClient, stringToHex } from "viem";
import type { ChainReader } from "../chain/reader.js";
import type { LogService } from "../log/service.js";
import type { KeeperMetrics } from "./metrics.js";
import type { TransactionSender } from "./sender.js";

export interface AnchorKeeperOptions {
  chain: ChainReader;
  client: PublicClient;
  providerLog: LogService;
  sender: TransactionSender;
  metrics: KeeperMetrics;
  log: Logger;
  /** Seconds between two anchors. */
  anchorEvery: number;
}

export class AnchorKeeper {
  constructor(private readonly options: AnchorKeeperOptions) {}

  /** Anchors the log if it is time. @throws Deferred when fees are too high for now, Problem 503 when the log cannot be signed */
  async run(): Promise<void> {
    const { chain, providerLog, anchorEvery } = this.options;
    const { block, time } = await chain.confirmed(true);
    const id = [providerLog.provider, keccak256(stringToHex(providerLog.origin))] as const;
    const anchored = await chain.read("checkpointLog", "headOf", id, block);
    if (!anchored || (anchored.anchoredAt !== 0 && time - anchored.anchoredAt < anchorEvery)) return;
    const { size, onChain } = await providerLog.head();
    if (size <= Number(anchored.size)) return;
    const { head, signer, signature } = onChain;
    const first = anchored.anchoredAt === 0;
    const proof = first ? [] : (await providerLog.consistency(Number(anchored.size), size)).map((node) => toHex(node));
    await this.send(
      size,
      first
        ? encodeFunctionData({
            abi: checkpointLogAbi,
            functionName: "open",
            args: [providerLog.origin, head, signer, signature],
          })
        : encodeFunctionData({ abi: checkpointLogAbi, functionName: "anchor", args: [head, signer, signature, proof] }),
    );
  }

  private async send(size: number, data: Hex): Promise<void> {
    const { client, sender, chain, metrics, log } = this.options;
    const to = chain.addressOf("checkpointLog");
    const expectedGas = await client.estimateGas({ account: sender.address, to, data });
    const gas = (expectedGas * 13n) / 10n;
    const receipt = await sender.send({ kind: "anchor", subject: String(size), to, data, gas, expectedGas });
    if (receipt.status === "success") return;
    metrics.failures.inc({ kind: "anchor" });
    log.warn({ size }, "the log could not be anchored");
  }
}
