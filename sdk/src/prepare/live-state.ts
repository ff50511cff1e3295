/** Everything about a live stream at one block. */

import { type Address, isAddressEqual, zeroAddress } from "viem";
import { getBlock, readContract } from "viem/actions";
import type { LicenseId } from "../actions/license.js";
import { liveOf, liveStanding, liveVaultDealOf, liveVaultFlows, liveVaultPassed } from "../actions/live.js";
import type { DeploymentOptions } from "../core/deployment.js";
import type { Standing } from "../core/enums.js";
import type { StreamingBalance } from "../core/stream-balance.js";
import type { ColophonClient } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import { streamingBalance, superfluidOf } from "./superfluid.js";
import { superTokenAbi } from "./superfluid-abi.js";

/** One of a license's vaults. Amounts in super token units, rates in units per second. */
export interface LiveVaultState {
  vault: Address;
  /** Where it passes on: the contributors' pool, or the collector. */
  pool: Address;
  rate: bigint;
  /** Whether the payer's flow comes in whole. */
  comes: boolean;
  /** Whether it is passed on. */
  passes: boolean;
  /** Passed on and not booked yet. */
  unbooked: bigint;
  /** What is in the vault, what Superfluid has locked of it included; the payer's, unless it is passed on. */
  buffer: bigint;
}

/** A live stream as of one block. */
export interface LiveState {
  live: Awaited<ReturnType<typeof liveOf>>;
  standing: Standing;
  payer: Address;
  superToken: Address;
  /** Of the payment token. */
  decimals: number;
  /** Agreed, both flows together. */
  rate: bigint;
  /** Whether the payer's flows come in whole, and are passed on. */
  comes: boolean;
  passes: boolean;
  /** For fee, parents and owner; contributors' first, where the license has a split. */
  vaults: LiveVaultState[];
  /** The payer's account, for `runwaySeconds` and `liquidationTime`. */
  balance: StreamingBalance;
}

/**
 * Reads a live stream, its vaults, the flows and the payer's balance.
 * @throws ColophonError `input` when the license has no live stream
 */
export async function readLive(
  client: ColophonClient,
  { licenseId, ...options }: LicenseId & DeploymentOptions,
): Promise<LiveState> {
  try {
    const { number: blockNumber } = await getBlock(client);
    const place = { licenseId, ...options, blockNumber };
    const [live, standing] = await Promise.all([liveOf(client, place), liveStanding(client, place)]);
    if (isAddressEqual(live.rest, zeroAddress)) {
      throw new ColophonError(`License ${licenseId} has no live stream.`, {
        code: "input",
        hint: "Look up its rail with licenseOf.",
      });
    }
    const at = { address: live.rest, blockNumber };
    const { superToken, payer } = await liveVaultDealOf(client, at);
    const there = [live.contributors, live.rest].filter((vault) => !isAddressEqual(vault, zeroAddress));
    const [vaults, balance, decimals] = await Promise.all([
      Promise.all(there.map((vault) => vaultState(client, superToken, vault, blockNumber))),
      superfluidOf(client, superToken).then((place) => streamingBalance(client, place, payer)),
      readContract(client, { address: superToken, abi: superTokenAbi, functionName: "getUnderlyingDecimals" }),
    ]);
    return {
      live,
      standing,
      payer,
      superToken,
      decimals,
      rate: live.rate,
      comes: vaults.every(({ comes }) => comes),
      passes: vaults.every(({ passes }) => passes),
      vaults,
      balance,
    };
  } catch (error) {
    throw decodeError(error);
  }
}

async function vaultState(
  client: ColophonClient,
  superToken: Address,
  vault: Address,
  blockNumber: bigint,
): Promise<LiveVaultState> {
  const at = { address: vault, blockNumber };
  const [{ pool, rate }, { comes, passes }, { units }, [available, deposit]] = await Promise.all([
    liveVaultDealOf(client, at),
    liveVaultFlows(client, at),
    liveVaultPassed(client, at),
    readContract(client, {
      address: superToken,
      abi: superTokenAbi,
      functionName: "realtimeBalanceOfNow",
      args: [vault],
      blockNumber,
    }),
  ]);
  return { vault, pool, rate, comes, passes, unbooked: units, buffer: available + deposit };
}
