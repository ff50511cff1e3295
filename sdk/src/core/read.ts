/** The one shape of all reads: `action(client, parameters)` with `call` for multicalls. */
import type { Abi, Address, ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType } from "viem";
import { readContract } from "viem/actions";
import type { ColophonError } from "../errors/colophon-error.js";
import type { ErrorHints } from "../errors/words.js";
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

/**
 * Makes the function that defines a contract's read actions.
 * @param loadHints words for the errors of this contract alone, loaded only when a read fails: a page that only reads stays small
 */
export function readsOf<const contract extends ActionContract>(
  contract: contract,
  contractAbi: NoInfer<Abis[contract]>,
  loadHints: () => Promise<ErrorHints>,
) {
  const abi = contractAbi as Abi;
  return <
    const name extends ReadName<contract>,
    parameters extends object,
    const args extends ReadArgs<contract, name>,
    value,
  >(
    spec: ReadSpec<contract, name, parameters, args, value>,
  ): ReadAction<contract, name, parameters, value> => {
    const callOf = (client: Pick<ColophonClient, "chain">, parameters: parameters & DeploymentOptions) => ({
      address: resolveAddress(client, contract, parameters),
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
        throw await decodedRead(error, loadHints);
      }
    };
    return Object.assign(action, { call: callOf }) as unknown as ReadAction<contract, name, parameters, value>;
  };
}

/** A contract's own ABI decodes what its views throw, so of all tables only its own words are needed. */
async function decodedRead(error: unknown, loadHints: () => Promise<ErrorHints>): Promise<ColophonError> {
  const [{ decodeErrorWith }, { externalHints }, own] = await Promise.all([
    import("../errors/decode-with.js"),
    import("../errors/hints-external.js"),
    loadHints(),
  ]);
  return decodeErrorWith(error, { decodeData: () => undefined, hints: { ...externalHints, ...own } });
}
