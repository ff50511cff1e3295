/** Everything about a stream at one block, for a page that then counts by itself. */

import type { Address } from "viem";
import { getBlock, readContract } from "viem/actions";
import type { LicenseId } from "../actions/license.js";
import { streamOf, streamStanding, vaultDealOf, vaultFlowOf, vaultReceivedUntil } from "../actions/stream.js";
import type { DeploymentOptions } from "../core/deployment.js";
import type { Standing } from "../core/enums.js";
import { minOf } from "../core/math.js";
import type { StreamedAmount, StreamingBalance } from "../core/stream-balance.js";
import type { ColophonClient } from "../core/types.js";
import { decodeError } from "../errors/decode.js";
import { streamingBalance, superfluidOf } from "./superfluid.js";
import { constantFlowAbi } from "./superfluid-abi.js";

/** A stream as of one block. Rates in super token units per second. */
export interface StreamState {
  stream: Awaited<ReturnType<typeof streamOf>>;
  standing: Standing;
  payer: Address;
  superToken: Address;
  /** Of the payment token. */
  decimals: number;
  agreedRate: bigint;
  /** Of the payer's flow now; 0 when there is none. */
  runningRate: bigint;
  paused: boolean;
  /** For `streamedAt`. */
  streamed: StreamedAmount;
  /** The payer's account, for `runwaySeconds` and `liquidationTime`. */
  balance: StreamingBalance;
}

/** Reads a stream, its vault, the flow and the payer's balance. */
export async function readStream(
  client: ColophonClient,
  { licenseId, ...options }: LicenseId & DeploymentOptions,
): Promise<StreamState> {
  try {
    const { number: blockNumber, timestamp } = await getBlock(client);
    const place = { licenseId, ...options, blockNumber };
    const [stream, standing] = await Promise.all([streamOf(client, place), streamStanding(client, place)]);
    const vault = { address: stream.vault, blockNumber };
    const [deal, flow, received] = await Promise.all([
      vaultDealOf(client, vault),
      vaultFlowOf(client, vault),
      vaultReceivedUntil(client, { ...vault, time: timestamp }),
    ]);
    const at = await superfluidOf(client, deal.superToken);
    const [balance, [, runningRate]] = await Promise.all([
      streamingBalance(client, at, deal.payer),
      readContract(client, {
        address: at.flows,
        abi: constantFlowAbi,
        functionName: "getFlow",
        args: [deal.superToken, deal.payer, stream.vault],
      }),
    ]);
    return {
      stream,
      standing,
      payer: deal.payer,
      superToken: deal.superToken,
      decimals: deal.decimals,
      agreedRate: flow.rate,
      runningRate,
      paused: flow.paused && runningRate === 0n,
      streamed: { received, rate: flow.ended ? 0n : minOf(runningRate, flow.rate), at: Number(timestamp) },
      balance,
    };
  } catch (error) {
    throw decodeError(error);
  }
}
