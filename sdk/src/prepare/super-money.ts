/** Super tokens of an account and what waits for it in pools: the steps that collecting flows share. */
import { type Account, type Address, encodeFunctionData, isAddressEqual, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { maxOf } from "../core/math.js";
import type { ColophonClient, Transaction, WaitOptions } from "../core/types.js";
import { type Executed, sendAndWait } from "./execute.js";
import { transactionOf } from "./parts.js";
import { poolAbi, superTokenAbi } from "./superfluid-abi.js";

/** An account's super tokens. */
export interface SuperBalance {
  /** Super token units that can be spent now; 0 below zero. */
  available: bigint;
  /** Super token units per base unit of the payment token. */
  scale: bigint;
}

/** Reads an account's super tokens; nothing of a token that has none (`superToken` zero). */
export async function superBalance(
  client: ColophonClient,
  superToken: Address,
  account: Address,
): Promise<SuperBalance> {
  if (isAddressEqual(superToken, zeroAddress)) return { available: 0n, scale: 1n };
  const token = { address: superToken, abi: superTokenAbi } as const;
  const [decimals, [available]] = await Promise.all([
    readContract(client, { ...token, functionName: "getUnderlyingDecimals" }),
    readContract(client, { ...token, functionName: "realtimeBalanceOfNow", args: [account] }),
  ]);
  return { available: maxOf(available, 0n), scale: 10n ** BigInt(18 - decimals) };
}

/** Super token units that wait for a member in a pool. */
export async function claimableIn(client: ColophonClient, pool: Address, member: Address): Promise<bigint> {
  const call = { address: pool, abi: poolAbi, functionName: "getClaimableNow", args: [member] } as const;
  const [units] = await readContract(client, call);
  return maxOf(units, 0n);
}

/** Sends a member what waits for it in a pool. Anyone. */
export function claimFromPool(pool: Address, member: Address): Transaction {
  const data = encodeFunctionData({ abi: poolAbi, functionName: "claimAll", args: [member] });
  return { to: pool, data, value: 0n };
}

/** Turns `whole` base units' worth of super tokens back. */
export function unwrapStep(superToken: Address, whole: bigint, scale: bigint) {
  const data = encodeFunctionData({ abi: superTokenAbi, functionName: "downgrade", args: [whole * scale] });
  return { kind: "unwrap" as const, amount: whole, to: superToken, data, value: 0n };
}

interface WalkOptions<step> extends WaitOptions {
  onStep?: ((step: step, status: "start" | "done", executed?: Executed) => void) | undefined;
}

/** Sends a flow's steps, asking for the plan again after each. @returns what was sent, in order */
export async function walkSteps<step extends Transaction & { kind: string }>(
  client: ColophonClient,
  account: Account,
  plan: () => Promise<{ steps: readonly step[] }>,
  { onStep, ...options }: WalkOptions<step>,
): Promise<(Executed & { step: step })[]> {
  const sent: (Executed & { step: step })[] = [];
  // Each step is sent at most once, so a token that never reports progress cannot keep us here.
  for (const done = new Set<string>(); ; ) {
    const { steps } = await plan();
    const step = steps.find(({ kind, to }) => !done.has(`${kind} ${to}`));
    if (!step) return sent;
    done.add(`${step.kind} ${step.to}`);
    onStep?.(step, "start");
    const executed = await sendAndWait(client, account, transactionOf(step), options);
    onStep?.(step, "done", executed);
    sent.push({ ...executed, step });
  }
}
