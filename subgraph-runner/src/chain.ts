import type { Address, Hex } from "viem";

/** A block as viem's `getBlock` gives it. Numbers are bigint, `timestamp` is in seconds. What a proof-of-stake chain has not may be left out. */
export interface ChainBlock {
  number: bigint;
  hash: Hex;
  parentHash: Hex;
  timestamp: bigint;
  sha3Uncles?: Hex | undefined;
  miner?: Address | undefined;
  stateRoot?: Hex | undefined;
  transactionsRoot?: Hex | undefined;
  receiptsRoot?: Hex | undefined;
  gasUsed?: bigint | undefined;
  gasLimit?: bigint | undefined;
  difficulty?: bigint | undefined;
  totalDifficulty?: bigint | null | undefined;
  size?: bigint | undefined;
  baseFeePerGas?: bigint | null | undefined;
}

/** A transaction as viem's `getTransaction` gives it. */
export interface ChainTransaction {
  hash: Hex;
  transactionIndex: number;
  from: Address;
  to: Address | null;
  value: bigint;
  gas: bigint;
  gasPrice?: bigint | undefined;
  input: Hex;
  nonce: number;
}

/** A log as viem's `getLogs` gives it. */
export interface ChainLog {
  address: Address;
  topics: readonly Hex[];
  data: Hex;
  transactionHash: Hex;
  transactionIndex: number;
  logIndex: number;
}

/** A receipt as viem's `getTransactionReceipt` gives it. */
export interface ChainReceipt {
  transactionHash: Hex;
  transactionIndex: number;
  cumulativeGasUsed: bigint;
  gasUsed: bigint;
  contractAddress?: Address | null | undefined;
  logs: readonly ChainLog[];
  status: "success" | "reverted";
  root?: Hex | undefined;
  logsBloom: Hex;
}

/** A call between accounts that did not revert, out of a trace. In the order in which they happened. */
export interface ChainCall {
  from: Address;
  to: Address;
  input: Hex;
  output: Hex;
  transactionHash: Hex;
  transactionIndex: number;
}

/** What a runner is fed. Logs in the order of `logIndex`; transactions of all logs and calls; receipts where a handler asks for them. */
export interface BlockInput {
  block: ChainBlock;
  logs?: readonly ChainLog[];
  transactions?: readonly ChainTransaction[];
  receipts?: readonly ChainReceipt[];
  calls?: readonly ChainCall[];
}

/** What mappings ask of the chain, in the middle of a handler: so it answers at once, not by a promise. Blocks are numbers. */
export interface ChainState {
  /** @returns the output, or null if the call reverted */
  call(to: Address, data: Hex, block: bigint): Hex | null;
  /** @returns base units */
  balance(account: Address, block: bigint): bigint;
  code(account: Address, block: bigint): Hex;
}
