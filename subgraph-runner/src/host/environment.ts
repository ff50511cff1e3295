import type { Hex } from "viem";
import type { EthereumValue } from "../ethereum-value.js";
import type { Schema } from "../schema.js";
import type { Row, Tagged } from "../store.js";

export type LogLevel = "critical" | "error" | "warning" | "info" | "debug" | "success";

/** A contract call as a mapping asks for it. */
export interface ContractCall {
  contract: string;
  address: Hex;
  function: string;
  /** `balanceOf(address):(uint256)` */
  signature: string;
  params: EthereumValue[];
}

/** What is behind the host functions: a runner's, or that of tests. */
export interface Environment {
  schema: Schema;
  get(type: string, id: string): Row | undefined;
  getInBlock(type: string, id: string): Row | undefined;
  set(type: string, id: string, fields: Map<string, Tagged>): void;
  remove(type: string, id: string): void;
  related(type: string, id: string, field: string): { type: string; row: Row }[];
  /** The source whose handler runs: a contract's address in hex, a file's CID as bytes of its text. */
  dataSource(): { address: Hex; network: string; context: Map<string, Tagged> };
  createDataSource(template: string, params: string[], context: Map<string, Tagged>): void;
  /** @returns null if the call reverted */
  contractCall(call: ContractCall): EthereumValue[] | null;
  balance(address: Hex): bigint;
  code(address: Hex): Hex;
  /** @returns null if there is no such file */
  file(path: string): Uint8Array | null;
  log(level: LogLevel, message: string): void;
  /** Calls an exported function of the mapping that runs. */
  callback(name: string, ...args: number[]): void;
}
