/**
 * Collecting revenue as one flow: connect to the pool (or claim from it), bring in what streams released to the owner, unwrap, and
 * claim deferred payments.
 */
import { type Account, type Address, encodeFunctionData, isAddressEqual, zeroAddress } from "viem";
import { parseAccount } from "viem/accounts";
import { readContract } from "viem/actions";
import { paymentToken } from "../actions/config.js";
import { collectLive } from "../actions/live.js";
import { claimable, claimPayout, poolOf } from "../actions/revenue.js";
import { collectVault } from "../actions/stream.js";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import { minOf } from "../core/math.js";
import type { ColophonClient, Transaction, WaitOptions } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { decodeError } from "../errors/decode.js";
import { streamedRevenue } from "./collect-streams.js";
import type { Executed } from "./execute.js";
import { transactionOf as plain } from "./parts.js";
import { claimableIn, claimFromPool, superBalance, unwrapStep, walkSteps } from "./super-money.js";
import { gdaForwarderAbi, poolAbi } from "./superfluid-abi.js";

/** Superfluid's GDA forwarder has this address on its public chains; a deployment's `external.gdaForwarder` goes before. */
export const GDA_FORWARDER_ADDRESS: Address = "0x6DA13Bde224A05a288748d857b9e7DDEffd1dE08";

/** Whose revenue from what. */
export interface CollectParameters extends DeploymentOptions {
  datasetId: bigint;
  /** Split that pays through a pool; 0 for direct payments and what streams released to the owner. */
  split: number;
  /** Payment token (not its super token). */
  token: Address;
  account?: Account | Address | undefined;
  /** False claims what is there and stays unconnected; true (unless told) connects, after which money arrives at once. */
  connect?: boolean;
  gdaForwarder?: Address;
}

/** One transaction of the flow. `amount` is in base units of the payment token, as far as it is known before. */
export interface CollectStep extends Transaction {
  kind: "connect" | "claim" | "collect-stream" | "collect-live" | "claim-streams" | "unwrap" | "claim-deferred";
  amount: bigint;
}

/** Where an account's money is now; base units of the payment token, rounded down. */
export interface CollectPlan {
  account: Address;
  pool: Address;
  superToken: Address;
  connected: boolean;
  /** Units in the pool; 0 for no member. */
  units: bigint;
  /** Waiting in the pool. */
  inPool: bigint;
  /** Released to the account as owner by streams that pay contributors from their vaults, and by live streams; of all its datasets. */
  fromStreams: bigint;
  /** Held as super token. */
  wrapped: bigint;
  /** Waiting at the distributor after a failed direct payment. */
  deferred: bigint;
  /** What to send, in order. Empty when nothing can be collected. */
  steps: CollectStep[];
}

/**
 * Finds out what an account can collect, as a contributor and as owner, and the transactions that do it. `unwrap` is computed as if
 * the steps before it had been sent; without a pool it is for what streams released, else for all super tokens.
 */
export function prepareCollectRevenue(client: ColophonClient, parameters: CollectParameters): Promise<CollectPlan> {
  return plan(client, parameters, 0n);
}

/** How `collectRevenue` reports. */
export interface CollectOptions extends WaitOptions {
  onStep?: (step: CollectStep, status: "start" | "done", executed?: Executed) => void;
}

/**
 * Sends the whole flow, reading the chain again after each step because amounts move with it.
 * @returns what was sent, in order; empty when there was nothing to collect
 */
export async function collectRevenue(
  client: ColophonClient,
  { onStep, ...parameters }: CollectParameters & CollectOptions,
): Promise<(Executed & { step: CollectStep })[]> {
  const account = parseAccount(requireAccount(client, parameters, "collectRevenue"));
  let claimed = 0n;
  return walkSteps(client, account, () => plan(client, parameters, claimed), {
    ...parameters,
    onStep: (step, status, executed) => {
      if (step.kind === "claim-streams" && status === "done") claimed += step.amount;
      onStep?.(step, status, executed);
    },
  });
}

/** @param claimed base units that were claimed of streams before, and are still wrapped */
async function plan(client: ColophonClient, parameters: CollectParameters, claimed: bigint): Promise<CollectPlan> {
  const account = parseAccount(requireAccount(client, parameters, "prepareCollectRevenue")).address;
  const { datasetId, split, token, deployment } = parameters;
  const distributor = { address: resolveAddress(client, "RevenueDistributor", parameters) };
  try {
    const [pool, deferred, listed] = await Promise.all([
      poolOf(client, { datasetId, split, token, ...distributor }),
      claimable(client, { account, token, ...distributor }),
      paymentToken(client, { token, deployment }),
    ]);
    const hasPool = !isAddressEqual(pool, zeroAddress);
    const forwarder = parameters.gdaForwarder ?? deployment?.external?.gdaForwarder ?? GDA_FORWARDER_ADDRESS;
    const state = hasPool ? await poolState(client, pool, account, forwarder) : outsidePools(listed.superToken);
    const { superToken, connected, units } = state;
    const [streams, held] = await Promise.all([
      streamedRevenue(client, { account, superToken, deployment }),
      superBalance(client, superToken, account),
    ]);
    const { scale, available } = held;
    const free = hasPool ? available : minOf(available, claimed * scale);
    // Whole base units only: a rest below one stays wrapped instead of being lost.
    const whole = (state.inPool + streams.units + free) / scale;
    const claimOf = (owed: Address) => plain(claimPayout.call(client, { owed: account, token: owed, ...distributor }));
    const steps: CollectStep[] = [
      ...poolSteps(state, { pool, account, forwarder, connect: parameters.connect ?? true, scale }),
      ...streams.vaults.map(({ vault, units: due }) => ({
        kind: "collect-stream" as const,
        amount: due / scale,
        ...plain(collectVault.call(client, { address: vault })),
      })),
      ...(streams.live > 0n
        ? [
            {
              kind: "collect-live" as const,
              amount: streams.live / scale,
              ...plain(collectLive.call(client, { superToken, deployment })),
            },
          ]
        : []),
      ...(streams.units > 0n
        ? [{ kind: "claim-streams" as const, amount: streams.units / scale, ...claimOf(superToken) }]
        : []),
      ...(whole > 0n ? [unwrapStep(superToken, whole, scale)] : []),
      ...(deferred > 0n ? [{ kind: "claim-deferred" as const, amount: deferred, ...claimOf(token) }] : []),
    ];
    return {
      account,
      pool,
      superToken,
      connected,
      units,
      inPool: state.inPool / scale,
      fromStreams: streams.units / scale,
      wrapped: available / scale,
      deferred,
      steps,
    };
  } catch (error) {
    throw decodeError(error);
  }
}

interface PoolState {
  superToken: Address;
  connected: boolean;
  units: bigint;
  /** 18 decimals. */
  inPool: bigint;
}

const outsidePools = (superToken: Address): PoolState => ({ superToken, connected: false, units: 0n, inPool: 0n });

async function poolState(
  client: ColophonClient,
  pool: Address,
  account: Address,
  forwarder: Address,
): Promise<PoolState> {
  const inPool = { address: pool, abi: poolAbi } as const;
  const [superToken, units, waiting, connected] = await Promise.all([
    readContract(client, { ...inPool, functionName: "superToken" }),
    readContract(client, { ...inPool, functionName: "getUnits", args: [account] }),
    claimableIn(client, pool, account),
    readContract(client, {
      address: forwarder,
      abi: gdaForwarderAbi,
      functionName: "isMemberConnected",
      args: [pool, account],
    }),
  ]);
  // Of a connected member the pool's share is in the live balance already.
  return { superToken, connected, units, inPool: connected ? 0n : waiting };
}

interface PoolSteps {
  pool: Address;
  account: Address;
  forwarder: Address;
  connect: boolean;
  scale: bigint;
}

function poolSteps(state: PoolState, { pool, account, forwarder, connect, scale }: PoolSteps): CollectStep[] {
  const amount = state.inPool / scale;
  if (connect && !state.connected && state.units > 0n) {
    const data = encodeFunctionData({ abi: gdaForwarderAbi, functionName: "connectPool", args: [pool, "0x"] });
    return [{ kind: "connect", amount, to: forwarder, data, value: 0n }];
  }
  return amount > 0n ? [{ kind: "claim", amount, ...claimFromPool(pool, account) }] : [];
}
