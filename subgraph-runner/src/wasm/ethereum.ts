import { type Address, type Hex, zeroAddress, zeroHash } from "viem";
import type { ChainBlock, ChainCall, ChainLog, ChainReceipt, ChainTransaction } from "../chain.js";
import type { EthereumValue, NamedValue } from "../ethereum-value.js";
import { KIND } from "../ethereum-value.js";
import type { Heap } from "./heap.js";
import { TypeId } from "./types.js";

/** @returns a pointer to an `ethereum.Value` */
export function writeEthereumValue(heap: Heap, value: EthereumValue): number {
  const tagged = (data: number) => heap.tagged(TypeId.EthereumValue, KIND[value.kind], data);
  switch (value.kind) {
    case "address":
    case "fixedBytes":
    case "bytes":
      return tagged(heap.bytes(value.value));
    case "int":
    case "uint":
      return tagged(heap.bigInt(value.value));
    case "bool":
      return tagged(value.value ? 1 : 0);
    case "string":
      return tagged(heap.string(value.value));
    default:
      return tagged(writeEthereumValues(heap, value.value));
  }
}

export function writeEthereumValues(heap: Heap, values: EthereumValue[]): number {
  const pointers = values.map((item) => writeEthereumValue(heap, item));
  return heap.array(TypeId.ArrayEthereumValue, pointers);
}

/** @param pointer to an `ethereum.Value` */
export function readEthereumValue(heap: Heap, pointer: number): EthereumValue {
  const data = heap.u32(pointer + 8);
  const kind = heap.u32(pointer);
  switch (kind) {
    case KIND.address:
      return { kind: "address", value: heap.readHex(data) };
    case KIND.fixedBytes:
      return { kind: "fixedBytes", value: heap.readHex(data) };
    case KIND.bytes:
      return { kind: "bytes", value: heap.readHex(data) };
    case KIND.int:
      return { kind: "int", value: heap.readBigInt(data) };
    case KIND.uint:
      return { kind: "uint", value: heap.readBigInt(data) };
    case KIND.bool:
      return { kind: "bool", value: data !== 0 };
    case KIND.string:
      return { kind: "string", value: heap.readString(data) };
  }
  const value = readEthereumValues(heap, data);
  return { kind: kind === KIND.tuple ? "tuple" : kind === KIND.array ? "array" : "fixedArray", value };
}

export function readEthereumValues(heap: Heap, pointer: number): EthereumValue[] {
  return heap.readArray(pointer).map((item) => readEthereumValue(heap, item));
}

function writeParams(heap: Heap, params: NamedValue[]): number {
  const pointers = params.map(({ name, value }) =>
    heap.object(TypeId.EventParam, [heap.string(name), writeEthereumValue(heap, value)]),
  );
  return heap.array(TypeId.ArrayEventParam, pointers);
}

/** @returns a pointer to an `ethereum.Block` */
export function writeBlock(heap: Heap, block: ChainBlock): number {
  return heap.object(TypeId.EthereumBlock, [
    heap.bytes(block.hash),
    heap.bytes(block.parentHash),
    heap.bytes(block.sha3Uncles ?? zeroHash),
    heap.bytes(block.miner ?? zeroAddress),
    heap.bytes(block.stateRoot ?? zeroHash),
    heap.bytes(block.transactionsRoot ?? zeroHash),
    heap.bytes(block.receiptsRoot ?? zeroHash),
    heap.bigInt(block.number),
    heap.bigInt(block.gasUsed ?? 0n),
    heap.bigInt(block.gasLimit ?? 0n),
    heap.bigInt(block.timestamp),
    heap.bigInt(block.difficulty ?? 0n),
    heap.bigInt(block.totalDifficulty ?? 0n),
    block.size === undefined ? 0 : heap.bigInt(block.size),
    block.baseFeePerGas == null ? 0 : heap.bigInt(block.baseFeePerGas),
  ]);
}

function writeTransaction(heap: Heap, transaction: ChainTransaction): number {
  return heap.object(TypeId.EthereumTransaction, [
    heap.bytes(transaction.hash),
    heap.bigInt(BigInt(transaction.transactionIndex)),
    heap.bytes(transaction.from),
    transaction.to ? heap.bytes(transaction.to) : 0,
    heap.bigInt(transaction.value),
    heap.bigInt(transaction.gas),
    heap.bigInt(transaction.gasPrice ?? 0n),
    heap.bytes(transaction.input),
    heap.bigInt(BigInt(transaction.nonce)),
  ]);
}

function writeLog(heap: Heap, log: ChainLog, block: ChainBlock): number {
  const topics = log.topics.map((topic) => heap.bytes(topic));
  return heap.object(TypeId.Log, [
    heap.bytes(log.address),
    heap.array(TypeId.ArrayH256, topics),
    heap.bytes(log.data),
    heap.bytes(block.hash),
    heap.bigInt(block.number),
    heap.bytes(log.transactionHash),
    heap.bigInt(BigInt(log.transactionIndex)),
    heap.bigInt(BigInt(log.logIndex)),
    heap.bigInt(BigInt(log.logIndex)),
    heap.string(""),
    0,
  ]);
}

function writeReceipt(heap: Heap, receipt: ChainReceipt, block: ChainBlock): number {
  const logs = receipt.logs.map((log) => writeLog(heap, log, block));
  return heap.object(TypeId.TransactionReceipt, [
    heap.bytes(receipt.transactionHash),
    heap.bigInt(BigInt(receipt.transactionIndex)),
    heap.bytes(block.hash),
    heap.bigInt(block.number),
    heap.bigInt(receipt.cumulativeGasUsed),
    heap.bigInt(receipt.gasUsed),
    heap.bytes(receipt.contractAddress ?? zeroAddress),
    heap.array(TypeId.ArrayLog, logs),
    heap.bigInt(receipt.status === "success" ? 1n : 0n),
    heap.bytes(receipt.root ?? zeroHash),
    heap.bytes(receipt.logsBloom),
  ]);
}

/** An event with all that a handler may read of it. */
export interface EventInput {
  block: ChainBlock;
  log: { address: Address; logIndex: number };
  transaction: ChainTransaction;
  params: NamedValue[];
  receipt?: ChainReceipt | undefined;
}

/** @returns a pointer to an `ethereum.Event` */
export function writeEvent(heap: Heap, { block, log, transaction, params, receipt }: EventInput): number {
  return heap.object(TypeId.EthereumEvent, [
    heap.bytes(log.address as Hex),
    heap.bigInt(BigInt(log.logIndex)),
    heap.bigInt(BigInt(log.logIndex)),
    0,
    writeBlock(heap, block),
    writeTransaction(heap, transaction),
    writeParams(heap, params),
    receipt ? writeReceipt(heap, receipt, block) : 0,
  ]);
}

/** A call with all that a handler may read of it. */
export interface CallInput {
  block: ChainBlock;
  call: ChainCall;
  transaction: ChainTransaction;
  inputs: NamedValue[];
  outputs: NamedValue[];
}

/** @returns a pointer to an `ethereum.Call` */
export function writeCall(heap: Heap, { block, call, transaction, inputs, outputs }: CallInput): number {
  return heap.object(TypeId.EthereumCall, [
    heap.bytes(call.to),
    heap.bytes(call.from),
    writeBlock(heap, block),
    writeTransaction(heap, transaction),
    writeParams(heap, inputs),
    writeParams(heap, outputs),
  ]);
}
