/** The one shape of all reads: `action(client, parameters)` with `call` for multicalls. */
import type { Abi, Address, ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType } from "viem";
import { readContract } from "viem/actions";
import type { Abis, ActionContract } from "./abis.js";
import { type DeploymentOptions, resolveAddress } from "./deployment.js";
import type { ColophonClient, ReadOptions } from "./types.js";

type Reads = "view" | "pure";
export type ReadName<contract extends ActionContract> = ContractFunctionName<Abis[contract], Reads>;
export type ReadArgs<contract extends ActionContract, name extends ReadName<contract>> = ContractFunctionArgs<
  Abis[contract],
  Reads,
  name
>;
type ReadResult<contract extends ActionContract, name extends ReadName<contract>> = ContractFunctionReturnType<
  Abis[contract],
  Reads,
  name
>;

interface ReadSpec<
  contract extends ActionContract,
  name extends ReadName<contract>,
  parameters extends object,
  args extends ReadArgs<contract, name>,
  value,
> {
  contract: contract;
  abi: Abis[contract];
  functionName: name;
  args: (parameters: parameters) => args;
  /** From what the contract returns to what the action returns. */
  result: (returned: ReadResult<contract, name>) => value;
}

/** A read action. Throws ColophonError, with the contract's error decoded. */
export interface ReadAction<
  contract extends ActionContract,
  name extends ReadName<contract>,
  parameters extends object,
  value,
> {
  (client: ColophonClient, parameters: parameters & ReadOptions): Promise<value>;
  /** The call as data, for `multicall` or `useReadContract`. */
  call(
    client: Pick<ColophonClient, "chain">,
    parameters: parameters & DeploymentOptions,
  ): { address: Address; abi: Abis[contract]; functionName: name; args: ReadArgs<contract, name> };
}

/** Makes a read action from what is special about it. */
export function defineRead<
  const contract extends ActionContract,
  const name extends ReadName<contract>,
  parameters extends object,
  const args extends ReadArgs<contract, name>,
  value,
>(spec: ReadSpec<contract, name, parameters, args, value>): ReadAction<contract, name, parameters, value> {
  const abi = spec.abi as Abi;
  const callOf = (client: Pick<ColophonClient, "chain">, parameters: parameters & DeploymentOptions) => ({
    address: resolveAddress(client, spec.contract, parameters),
    abi,
    functionName: spec.functionName as string,
    args: spec.args(parameters) as readonly unknown[],
  });
  const action = async (client: ColophonClient, parameters: parameters & ReadOptions): Promise<value> => {
    const { blockNumber, blockTag } = parameters;
    const at = blockNumber === undefined ? (blockTag === undefined ? {} : { blockTag }) : { blockNumber };
    try {
      return spec.result((await readContract(client, { ...callOf(client, parameters), ...at })) as never);
    } catch (error) {
      // Loaded only when something failed, so that a page that only reads stays small.
      throw (await import("../errors/decode.js")).decodeError(error);
    }
  };
  return Object.assign(action, { call: callOf }) as unknown as ReadAction<contract, name, parameters, value>;
}
