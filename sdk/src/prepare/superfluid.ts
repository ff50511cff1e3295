/** What a payer's Superfluid account allows and holds, and the one transaction that wraps and permits. */
import { type Address, encodeAbiParameters, encodeFunctionData, type Hex, keccak256, stringToHex } from "viem";
import { readContract } from "viem/actions";
import type { StreamingBalance } from "../core/stream-balance.js";
import type { ColophonClient, Transaction } from "../core/types.js";
import { constantFlowAbi, hostAbi, superTokenAbi } from "./superfluid-abi.js";

/** Where Superfluid is, told by the super token itself: nothing to configure. */
export interface SuperfluidAddresses {
  superToken: Address;
  host: Address;
  /** The Constant Flow Agreement. */
  flows: Address;
}

const CONSTANT_FLOW = keccak256(stringToHex("org.superfluid-finance.agreements.ConstantFlowAgreement.v1"));

/** Bits of a flow operator's permissions. */
export const FLOW_PERMISSION = { create: 1, update: 2, delete: 4 } as const;

/** Kinds of `batchCall` operations, as in Superfluid's `BatchOperation`. */
const OPERATION = { upgrade: 101, callAgreement: 201, simpleForward: 301 } as const;

/** Host and agreement of a super token. */
export async function superfluidOf(client: ColophonClient, superToken: Address): Promise<SuperfluidAddresses> {
  const host = await readContract(client, { address: superToken, abi: superTokenAbi, functionName: "getHost" });
  const flows = await readContract(client, {
    address: host,
    abi: hostAbi,
    functionName: "getAgreementClass",
    args: [CONSTANT_FLOW],
  });
  return { superToken, host, flows };
}

/** An account's balance and net rate in one super token, for `runwaySeconds` and the like. */
export async function streamingBalance(
  client: ColophonClient,
  { superToken, flows }: SuperfluidAddresses,
  account: Address,
): Promise<StreamingBalance> {
  const [[available, deposit, , at], [, netRate]] = await Promise.all([
    readContract(client, {
      address: superToken,
      abi: superTokenAbi,
      functionName: "realtimeBalanceOfNow",
      args: [account],
    }),
    readContract(client, {
      address: flows,
      abi: constantFlowAbi,
      functionName: "getAccountFlowInfo",
      args: [superToken, account],
    }),
  ]);
  return { available, deposit, netRate, at: Number(at) };
}

/** What an operator may do with an account's flows: permission bits, and the rate that it may still add. */
export async function flowPermission(
  client: ColophonClient,
  { superToken, flows }: SuperfluidAddresses,
  { payer, operator }: { payer: Address; operator: Address },
): Promise<{ permissions: number; rateAllowance: bigint }> {
  const [, permissions, rateAllowance] = await readContract(client, {
    address: flows,
    abi: constantFlowAbi,
    functionName: "getFlowOperatorData",
    args: [superToken, payer, operator],
  });
  return { permissions, rateAllowance };
}

/** Units that Superfluid locks while a flow of this rate runs. */
export function flowDeposit(
  client: ColophonClient,
  { superToken, flows }: SuperfluidAddresses,
  rate: bigint,
): Promise<bigint> {
  return readContract(client, {
    address: flows,
    abi: constantFlowAbi,
    functionName: "getDepositRequiredForFlowRate",
    args: [superToken, rate],
  });
}

/** What a set-up transaction does, in this order; each part may be missing. */
export interface FlowSetup {
  /** An EIP-2612 permit call to the payment token. */
  permit?: { token: Address; data: Hex } | undefined;
  /** Units to wrap. */
  wrap: bigint;
  /** What the operator may do from now on; replaces what it might do before. */
  permission?: { operator: Address; permissions: number; rateAllowance: bigint } | undefined;
  /** What follows in the same transaction. It comes in the name of Superfluid's forwarder, so it must carry its own signature. */
  then?: Pick<Transaction, "to" | "data"> | undefined;
}

/** One `batchCall` of the payer: permit, wrap, permission, what follows. Superfluid's host acts for whoever sends it. */
export function flowSetupTransaction(at: SuperfluidAddresses, setup: FlowSetup): Transaction {
  const operations: { operationType: number; target: Address; data: Hex }[] = [];
  if (setup.permit) {
    operations.push({ operationType: OPERATION.simpleForward, target: setup.permit.token, data: setup.permit.data });
  }
  if (setup.wrap > 0n) {
    const data = encodeAbiParameters([{ type: "uint256" }], [setup.wrap]);
    operations.push({ operationType: OPERATION.upgrade, target: at.superToken, data });
  }
  if (setup.permission) {
    const { operator, permissions, rateAllowance } = setup.permission;
    const call = encodeFunctionData({
      abi: constantFlowAbi,
      functionName: "updateFlowOperatorPermissions",
      args: [at.superToken, operator, permissions, rateAllowance, "0x"],
    });
    const data = encodeAbiParameters([{ type: "bytes" }, { type: "bytes" }], [call, "0x"]);
    operations.push({ operationType: OPERATION.callAgreement, target: at.flows, data });
  }
  if (setup.then) {
    operations.push({ operationType: OPERATION.simpleForward, target: setup.then.to, data: setup.then.data });
  }
  const data = encodeFunctionData({ abi: hostAbi, functionName: "batchCall", args: [operations] });
  return { to: at.host, data, value: 0n };
}
