/** The one shape of all writes: `action(client, parameters)` with `call / simulate / estimateGas / extractEvent`, and its `Sync` twin. */
import { colophonErrorsAbi } from "@colophon-protocol/contracts";
import {
  type Abi,
  type Account,
  type Address,
  type ContractEventName,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  encodeFunctionData,
  type Hash,
  isAddressEqual,
  type Log,
  parseEventLogs,
} from "viem";
import { estimateContractGas, simulateContract, waitForTransactionReceipt, writeContract } from "viem/actions";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { Abis, ActionContract } from "./abis.js";
import { type DeploymentOptions, resolveAddress } from "./deployment.js";
import { minedRevert } from "./mined-revert.js";
import type { CallOptions, ColophonClient, Transaction, WaitOptions, WithReceipt, WriteOptions } from "./types.js";

/** State-changing functions. */
type Writes = "nonpayable" | "payable";
export type WriteName<contract extends ActionContract> = ContractFunctionName<Abis[contract], Writes>;
export type WriteArgs<contract extends ActionContract, name extends WriteName<contract>> = ContractFunctionArgs<
  Abis[contract],
  Writes,
  name
>;
/** Decoded arguments of an event, by name. */
export type EventArgs<contract extends ActionContract, event extends ContractEventName<Abis[contract]>> = Log<
  bigint,
  number,
  false,
  undefined,
  true,
  Abis[contract],
  event
>["args"];

interface WriteSpec<
  contract extends ActionContract,
  name extends WriteName<contract>,
  event extends ContractEventName<Abis[contract]>,
  parameters extends object,
  args extends WriteArgs<contract, name>,
> {
  contract: contract;
  /** Checked, but nothing is inferred from it: that would compare it with every ABI, entry by entry, for minutes. */
  abi: NoInfer<Abis[contract]>;
  functionName: name;
  /** The event that says what happened. */
  event: event;
  args: (parameters: parameters) => args;
  /** Gas to send where an estimate would be too low: calls that take a part's want of gas for its refusal, and go on. */
  gas?: (parameters: parameters) => bigint;
  /** Wei that goes along; none unless told. */
  value?: (parameters: parameters) => bigint;
}

/** A contract call as data: for `multicall`, `sendCalls`, `simulateContract`, or any sender of `{ to, data, value }`. */
export interface ContractCall<contract extends ActionContract, name extends WriteName<contract>> extends Transaction {
  address: Address;
  abi: Abis[contract];
  functionName: name;
  args: WriteArgs<contract, name>;
}

/** A write action. Throws ColophonError, with the contract's error decoded. */
export interface WriteAction<
  contract extends ActionContract,
  name extends WriteName<contract>,
  event extends ContractEventName<Abis[contract]>,
  parameters extends object,
> {
  /** Simulates, then sends. @returns the transaction hash */
  (client: ColophonClient, parameters: parameters & WriteOptions): Promise<Hash>;
  /** The call as data; sends nothing. Needs the client only for its chain. */
  call(client: Pick<ColophonClient, "chain">, parameters: parameters & DeploymentOptions): ContractCall<contract, name>;
  /** Runs the call without sending. @returns what the contract would return */
  simulate(
    client: ColophonClient,
    parameters: parameters & CallOptions,
  ): Promise<ContractFunctionReturnType<Abis[contract], Writes, name>>;
  /** Gas units that the call would use. */
  estimateGas(client: ColophonClient, parameters: parameters & CallOptions): Promise<bigint>;
  /** First event of this action in logs, of `address` only when given. @throws ColophonError when there is none */
  extractEvent(logs: readonly Log[], address?: Address): EventArgs<contract, event>;
  /** All events of this action in logs, of `address` only when given. */
  extractEvents(logs: readonly Log[], address?: Address): EventArgs<contract, event>[];
  /** What the Sync twin needs to know. */
  readonly contract: contract;
}

/** The twin that waits for the receipt and returns the decoded event with it. */
export type SyncAction<parameters, event> = (
  client: ColophonClient,
  parameters: parameters & WriteOptions & WaitOptions,
) => Promise<WithReceipt<event>>;

/** Parameters of an action, without the options that all share. */
export type ActionParameters<action> =
  action extends WriteAction<ActionContract, never, never, infer parameters> ? parameters : never;

/** Makes a write action from what is special about it. */
export function defineWrite<
  const contract extends ActionContract,
  const name extends WriteName<contract>,
  const event extends ContractEventName<Abis[contract]>,
  parameters extends object,
  // A tuple because of its bound; without it the callback's array would be widened.
  const args extends WriteArgs<contract, name>,
>(spec: WriteSpec<contract, name, event, parameters, args>): WriteAction<contract, name, event, parameters> {
  const { contract, functionName } = spec;
  // Inside, types are loose: viem's per-ABI types cannot be computed for an ABI that is still a type parameter.
  const abi = spec.abi as Abi;
  const callOf = (client: Pick<ColophonClient, "chain">, parameters: parameters & DeploymentOptions) => {
    const address = resolveAddress(client, contract, parameters);
    const args = spec.args(parameters) as readonly unknown[];
    const data = encodeFunctionData({ abi, functionName: functionName as string, args });
    return {
      address,
      abi,
      functionName: functionName as string,
      args,
      to: address,
      data,
      value: spec.value?.(parameters) ?? 0n,
    };
  };
  const requestOf = (client: ColophonClient, parameters: parameters & WriteOptions) => {
    const { address, args, value } = callOf(client, parameters);
    const { gas = spec.gas?.(parameters), nonce, maxFeePerGas, maxPriorityFeePerGas } = parameters;
    return {
      // Reverts of contracts further in are decoded too.
      abi: [...abi, ...(colophonErrorsAbi as Abi)],
      address,
      functionName: functionName as string,
      args,
      account: requireAccount(client, parameters, functionName as string),
      // viem takes a value only where its types show that the function is payable.
      ...((value === 0n ? {} : { value }) as { value?: undefined }),
      ...(gas === undefined ? {} : { gas }),
      ...(nonce === undefined ? {} : { nonce }),
      ...(maxFeePerGas === undefined ? {} : { maxFeePerGas }),
      ...(maxPriorityFeePerGas === undefined ? {} : { maxPriorityFeePerGas }),
    };
  };
  const extractEvents = (logs: readonly Log[], address?: Address) => {
    const events = parseEventLogs({ abi, eventName: spec.event as string, logs: logs as Log[], strict: true });
    return events.filter((log) => !address || isAddressEqual(log.address, address)).map(({ args }) => args);
  };
  const action = async (client: ColophonClient, parameters: parameters & WriteOptions): Promise<Hash> => {
    const request = requestOf(client, parameters);
    try {
      await simulateContract(client, request);
      const gas = request.gas ?? withGasMargin(await estimateContractGas(client, request));
      return await writeContract(client, { ...request, gas, chain: client.chain });
    } catch (error) {
      throw decodeError(error);
    }
  };
  return Object.assign(action, {
    contract,
    call: callOf,
    simulate: (client: ColophonClient, parameters: parameters & CallOptions) =>
      decoded(simulateContract(client, requestOf(client, parameters)).then(({ result }) => result)),
    estimateGas: (client: ColophonClient, parameters: parameters & CallOptions) =>
      decoded(estimateContractGas(client, requestOf(client, parameters))),
    extractEvents,
    extractEvent: (logs: readonly Log[], address?: Address) => {
      const [first] = extractEvents(logs, address);
      if (first) return first;
      throw new ColophonError(`The transaction emitted no ${String(spec.event)}.`, {
        code: "input",
        hint: "Pass the logs of this action's own receipt, and the address of the contract that it called.",
      });
    },
  }) as unknown as WriteAction<contract, name, event, parameters>;
}

/**
 * Gas to send: a quarter above the estimate, and 60,000 at least. A node estimates in the second of its last block: streams use more
 * gas when seconds have passed, and a history keyed by time takes a new entry (57,000) where the estimate wrote over the last one.
 * What is not used is not paid.
 */
export const withGasMargin = (estimate: bigint): bigint => estimate + (estimate > 240_000n ? estimate / 4n : 60_000n);

/** Makes the twin of a write action that waits for the receipt. */
export function syncOf<
  const contract extends ActionContract,
  const name extends WriteName<contract>,
  const event extends ContractEventName<Abis[contract]>,
  parameters extends object,
>(action: WriteAction<contract, name, event, parameters>): SyncAction<parameters, EventArgs<contract, event>> {
  return async (client, parameters) => {
    const hash = await action(client, parameters);
    const receipt = await waitForSuccess(client, hash, parameters);
    const event = action.extractEvent(receipt.logs, resolveAddress(client, action.contract, parameters));
    return { ...(event as object), receipt } as WithReceipt<EventArgs<contract, event>>;
  };
}

/**
 * Waits until a transaction is mined.
 * @throws ColophonError `timeout` when there is no receipt in time, `reverted` when it failed on chain
 */
export async function waitForSuccess(client: ColophonClient, answered: Hash, options: WaitOptions = {}) {
  const { confirmations, timeout, resolveHash } = options;
  try {
    const hash = resolveHash ? await resolveHash(answered) : answered;
    const receipt = await waitForTransactionReceipt(client, {
      hash,
      ...(confirmations === undefined ? {} : { confirmations }),
      ...(timeout === undefined ? {} : { timeout }),
    });
    if (receipt.status === "success") return receipt;
    throw await minedRevert(client, receipt);
  } catch (error) {
    throw decodeError(error);
  }
}

/** @throws ColophonError `input` when neither parameters nor client name an account */
export function requireAccount(
  client: Pick<ColophonClient, "account">,
  parameters: { account?: Account | Address | undefined },
  what: string,
): Account | Address {
  const account = parameters.account ?? client.account;
  if (account) return account;
  throw new ColophonError(`${what} needs an account to send from.`, {
    code: "input",
    hint: "Create the client with `account`, or pass `account`.",
  });
}

async function decoded<value>(work: Promise<value>): Promise<value> {
  try {
    return await work;
  } catch (error) {
    throw decodeError(error);
  }
}
