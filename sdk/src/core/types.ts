import type { Account, Address, Chain, Client, Hash, TransactionReceipt, Transport } from "viem";
import type { DeploymentOptions } from "./deployment.js";

/** Any viem client: wallet clients sign, public clients read. */
export type ColophonClient = Client<Transport, Chain | undefined, Account | undefined>;

/** A transaction as plain data, for whoever sends it: a wallet, a smart account, a batch. `value` in wei. */
export interface Transaction {
  to: Address;
  data: `0x${string}`;
  value: bigint;
}

/** Who sends and where to. */
export interface CallOptions extends DeploymentOptions {
  /** Sender; the client's account unless told. */
  account?: Account | Address | undefined;
}

/** How a write is sent. Fees in wei. */
export interface WriteOptions extends CallOptions {
  gas?: bigint | undefined;
  nonce?: number | undefined;
  maxFeePerGas?: bigint | undefined;
  maxPriorityFeePerGas?: bigint | undefined;
}

/** How a receipt is waited for. */
export interface WaitOptions {
  /** Blocks on top of the transaction's own; 1 unless told. */
  confirmations?: number | undefined;
  /** Milliseconds; viem's default unless told. */
  timeout?: number | undefined;
  /**
   * Turns what the wallet answered into the hash that is mined. Smart accounts answer with the hash of a user operation
   * or a Safe transaction, for which no receipt ever appears.
   */
  resolveHash?: ((hash: Hash) => Promise<Hash>) | undefined;
}

/** At which block a read looks. */
export interface ReadOptions extends DeploymentOptions {
  blockNumber?: bigint | undefined;
  blockTag?: "latest" | "safe" | "finalized" | "pending" | undefined;
}

/** What a `Sync` action returns: the receipt beside the decoded event. */
export type WithReceipt<event> = event & { receipt: TransactionReceipt };
