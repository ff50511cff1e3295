/** Collecting revenue as a contributor: connect to the pool (or claim from it), unwrap, and claim deferred payments, as one flow. */
import { type Account, type Address, encodeFunctionData, isAddressEqual, zeroAddress } from "viem";
import { parseAccount } from "viem/accounts";
import { readContract } from "viem/actions";
import { claimable, claimPayout, poolOf } from "../actions/revenue.js";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import type { ColophonClient, Transaction, WaitOptions } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { decodeError } from "../errors/decode.js";
import { type Executed, sendAndWait } from "./execute.js";
import { gdaForwarderAbi, poolAbi, superTokenAbi } from "./superfluid-abi.js";

/** Superfluid's GDA forwarder has this address on its public chains; a deployment's `external.gdaForwarder` goes before. */
export const GDA_FORWARDER_ADDRESS: Address = "0x6DA13Bde224A05a288748d857b9e7DDEffd1dE08";

/** Whose revenue from what. */
export interface CollectParameters extends DeploymentOptions {
  datasetId: bigint;
  /** Split that pays through a pool; 0 for direct payments only. */
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
  kind: "connect" | "claim" | "unwrap" | "claim-deferred";
  amount: bigint;
}

/** Where a contributor's money is now; base units of the payment token, rounded down. */
export interface CollectPlan {
  account: Address;
  pool: Address;
  superToken: Address;
  connected: boolean;
  /** Units in the pool; 0 for no member. */
  units: bigint;
  /** Waiting in the pool. */
  inPool: bigint;
  /** Held as super token. */
  wrapped: bigint;
  /** Waiting at the distributor after a failed direct payment. */
  deferred: bigint;
  /** What to send, in order. Empty when nothing can be collected. */
  steps: CollectStep[];
}

/**
 * Finds out what a contributor can collect, and the transactions that do it. `unwrap` is computed as if the steps before
 * it had been sent.
 */
export async function prepareCollectRevenue(
  client: ColophonClient,
  parameters: CollectParameters,
): Promise<CollectPlan> {
  const account = parseAccount(requireAccount(client, parameters, "prepareCollectRevenue")).address;
  const { datasetId, split, token, deployment } = parameters;
  const distributor = { address: resolveAddress(client, "RevenueDistributor", parameters) };
  try {
    const [pool, deferred] = await Promise.all([
      poolOf(client, { datasetId, split, token, ...distributor }),
      claimable(client, { account, token, ...distributor }),
    ]);
    const claims: CollectStep[] =
      deferred > 0n
        ? [
            {
              kind: "claim-deferred",
              amount: deferred,
              ...plain(claimPayout.call(client, { owed: account, token, ...distributor })),
            },
          ]
        : [];
    const none = {
      account,
      pool,
      superToken: zeroAddress,
      connected: false,
      units: 0n,
      inPool: 0n,
      wrapped: 0n,
      deferred,
    };
    if (isAddressEqual(pool, zeroAddress)) return { ...none, steps: claims };
    const forwarder = parameters.gdaForwarder ?? deployment?.external?.gdaForwarder ?? GDA_FORWARDER_ADDRESS;
    const state = await poolState(client, pool, account, forwarder);
    const steps = [...poolSteps(state, pool, account, forwarder, parameters.connect ?? true), ...claims];
    const { superToken, connected, units, scale } = state;
    return {
      ...none,
      superToken,
      connected,
      units,
      inPool: state.inPool / scale,
      wrapped: state.wrapped / scale,
      steps,
    };
  } catch (error) {
    throw decodeError(error);
  }
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
  const sent: (Executed & { step: CollectStep })[] = [];
  // Each kind is sent at most once, so a token that never reports progress cannot keep us here.
  for (const done = new Set<string>(); ; ) {
    const { steps } = await prepareCollectRevenue(client, parameters);
    const step = steps.find(({ kind }) => !done.has(kind));
    if (!step) return sent;
    done.add(step.kind);
    onStep?.(step, "start");
    const executed = await sendAndWait(client, account, plain(step), parameters);
    onStep?.(step, "done", executed);
    sent.push({ ...executed, step });
  }
}

interface PoolState {
  superToken: Address;
  connected: boolean;
  units: bigint;
  /** 18 decimals. */
  inPool: bigint;
  /** 18 decimals. */
  wrapped: bigint;
  /** Super token units per base unit of the payment token. */
  scale: bigint;
}

async function poolState(
  client: ColophonClient,
  pool: Address,
  account: Address,
  forwarder: Address,
): Promise<PoolState> {
  const inPool = { address: pool, abi: poolAbi } as const;
  const [superToken, units, [claimableNow], connected] = await Promise.all([
    readContract(client, { ...inPool, functionName: "superToken" }),
    readContract(client, { ...inPool, functionName: "getUnits", args: [account] }),
    readContract(client, { ...inPool, functionName: "getClaimableNow", args: [account] }),
    readContract(client, {
      address: forwarder,
      abi: gdaForwarderAbi,
      functionName: "isMemberConnected",
      args: [pool, account],
    }),
  ]);
  const token = { address: superToken, abi: superTokenAbi } as const;
  const [decimals, [available]] = await Promise.all([
    readContract(client, { ...token, functionName: "getUnderlyingDecimals" }),
    readContract(client, { ...token, functionName: "realtimeBalanceOfNow", args: [account] }),
  ]);
  return {
    superToken,
    connected,
    units,
    // Of a connected member the pool's share is in the live balance already.
    inPool: connected ? 0n : positive(claimableNow),
    wrapped: positive(available),
    scale: 10n ** BigInt(18 - decimals),
  };
}

function poolSteps(
  state: PoolState,
  pool: Address,
  account: Address,
  forwarder: Address,
  connect: boolean,
): CollectStep[] {
  const { scale } = state;
  const steps: CollectStep[] = [];
  const amount = state.inPool / scale;
  if (connect && !state.connected && state.units > 0n) {
    const data = encodeFunctionData({ abi: gdaForwarderAbi, functionName: "connectPool", args: [pool, "0x"] });
    steps.push({ kind: "connect", amount, to: forwarder, data, value: 0n });
  } else if (amount > 0n) {
    const data = encodeFunctionData({ abi: poolAbi, functionName: "claimAll", args: [account] });
    steps.push({ kind: "claim", amount, to: pool, data, value: 0n });
  }
  // Whole base units only: a rest below one stays wrapped instead of being lost.
  const whole = (state.inPool + state.wrapped) / scale;
  if (whole > 0n) {
    const data = encodeFunctionData({ abi: superTokenAbi, functionName: "downgrade", args: [whole * scale] });
    steps.push({ kind: "unwrap", amount: whole, to: state.superToken, data, value: 0n });
  }
  return steps;
}

const positive = (amount: bigint) => (amount > 0n ? amount : 0n);
const plain = ({ to, data, value }: Transaction): Transaction => ({ to, data, value });
