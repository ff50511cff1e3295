/** Reads of one block. A contract that does not answer as it must is a finding; an endpoint that does not is an error. */
import {
  type Abi,
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  keccak256,
  numberToHex,
  parseAbi,
  size,
} from "viem";
import { getBlock, getCode, getContractEvents, getStorageAt, readContract } from "viem/actions";
import type { ColophonClient } from "../core/types.js";
import { decodeError } from "../errors/decode.js";

/** A call by name. */
export interface Call {
  functionName: string;
  args?: readonly unknown[];
}

/** An event with its values by name. */
export interface Happened {
  eventName: string;
  args: Record<string, unknown>;
}

const multicallAbi = parseAbi(["function multicall(bytes[] data) view returns (bytes[])"]);
/** Calls in one request: far below what nodes let a read use. */
const BATCH = 200;

/** The chain as it was at one block. */
export class ChainAt {
  readonly #codes = new Map<string, Promise<Hex>>();

  private constructor(
    private readonly client: ColophonClient,
    readonly block: { number: bigint; hash: Hex; timestamp: bigint },
  ) {}

  /** @param blockNumber the latest unless told @throws ColophonError when the endpoint does not answer */
  static async open(client: ColophonClient, blockNumber: bigint | undefined): Promise<ChainAt> {
    const block = await answered(getBlock(client, blockNumber === undefined ? {} : { blockNumber }));
    return new ChainAt(client, { number: block.number as bigint, hash: block.hash as Hex, timestamp: block.timestamp });
  }

  /** Runtime code; `0x` when there is none. */
  code(address: Address): Promise<Hex> {
    const known = this.#codes.get(address.toLowerCase());
    if (known) return known;
    const read = answered(getCode(this.client, { address, blockNumber: this.block.number })).then(
      (code) => code ?? "0x",
    );
    this.#codes.set(address.toLowerCase(), read);
    return read;
  }

  /** keccak256 of the code; undefined when there is none. */
  async codeHash(address: Address): Promise<Hex | undefined> {
    const code = await this.code(address);
    return size(code) === 0 ? undefined : keccak256(code);
  }

  /** 32 bytes of storage. */
  async slot(address: Address, slot: Hex): Promise<Hex> {
    const value = await answered(getStorageAt(this.client, { address, slot, blockNumber: this.block.number }));
    return numberToHex(BigInt(value ?? 0), { size: 32 });
  }

  /** What a view returns; undefined when the contract does not answer. */
  async read<value>(address: Address | undefined, abi: Abi, call: Call): Promise<value | undefined> {
    if (!address) return undefined;
    const at = { address, abi, functionName: call.functionName, args: call.args ?? [] };
    try {
      return (await readContract(this.client, { ...at, blockNumber: this.block.number })) as value;
    } catch (error) {
      return refused(error);
    }
  }

  /** What many views of a contract return that has OpenZeppelin's Multicall, in few requests. */
  async readMany(address: Address, abi: Abi, calls: readonly Call[]): Promise<unknown[]> {
    const results: unknown[] = [];
    for (let from = 0; from < calls.length; from += BATCH) {
      const batch = calls.slice(from, from + BATCH);
      const data = batch.map(({ functionName, args = [] }) => encodeFunctionData({ abi, functionName, args }));
      const returned = await this.read<Hex[]>(address, multicallAbi, { functionName: "multicall", args: [data] });
      results.push(...batch.map(({ functionName }, i) => decoded(abi, functionName, returned?.[i])));
    }
    return results;
  }

  /** Events of a contract, oldest first. */
  async events(address: Address, abi: Abi, fromBlock: number): Promise<Happened[]> {
    const range = { fromBlock: BigInt(fromBlock), toBlock: this.block.number };
    const logs = await answered(getContractEvents(this.client, { address, abi, ...range, strict: true }));
    return logs as unknown as Happened[];
  }
}

function decoded(abi: Abi, functionName: string, data: Hex | undefined): unknown {
  if (data === undefined) return undefined;
  try {
    return decodeFunctionResult({ abi, functionName, data });
  } catch {
    // Whatever answered is not the contract that it should be.
    return undefined;
  }
}

async function answered<value>(reading: Promise<value>): Promise<value> {
  try {
    return await reading;
  } catch (error) {
    throw decodeError(error);
  }
}

/** @throws ColophonError when it is the endpoint that failed */
function refused(error: unknown): undefined {
  const decoded = decodeError(error);
  if (decoded.code === "network" || decoded.code === "timeout") throw decoded;
  return undefined;
}
