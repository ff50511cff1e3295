/** Block headers: from JSON-RPC to the bytes that are hashed, and which of a bundle's hang on which. */
import { fromRlp, keccak256, toRlp, type Hex as ViemHex } from "viem";
import type { Hex } from "../formats/bytes.js";
import { demand, EvidenceRefused } from "./refusal.js";

/** A block as JSON-RPC gives it. */
export type RpcBlock = Readonly<Record<string, unknown>> & { hash: Hex; number: Hex };

/** What proofs need of a header. `timestamp` in seconds. */
export interface BlockHeader {
  number: number;
  hash: Hex;
  parentHash: Hex;
  stateRoot: Hex;
  receiptsRoot: Hex;
  timestamp: number;
}

/** Fields in the header's order. Those after `nonce` came one by one: a chain has the first few of them. */
const FIELDS = [
  "parentHash",
  "sha3Uncles",
  "miner",
  "stateRoot",
  "transactionsRoot",
  "receiptsRoot",
  "logsBloom",
  "difficulty",
  "number",
  "gasLimit",
  "gasUsed",
  "timestamp",
  "extraData",
  "mixHash",
  "nonce",
  "baseFeePerGas",
  "withdrawalsRoot",
  "blobGasUsed",
  "excessBlobGas",
  "parentBeaconBlockRoot",
  "requestsHash",
] as const;
const QUANTITIES: readonly string[] = [
  ...["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"],
];

/**
 * The header whose hash the block has, RLP.
 * @throws EvidenceRefused `blocks` when the chain's headers have another form
 */
export function headerOf(block: RpcBlock): Hex {
  const present = FIELDS.findIndex((field) => typeof block[field] !== "string");
  const fields = FIELDS.slice(0, present < 0 ? FIELDS.length : present);
  const values = fields.map((field) => {
    const value = block[field] as Hex;
    return QUANTITIES.includes(field) ? quantity(value) : value;
  });
  const header = toRlp(values);
  demand(
    keccak256(header) === block.hash,
    "blocks",
    `the header of block ${Number(block.number)} cannot be rebuilt from what the node says: its hash is of another form.`,
  );
  return header;
}

/** An integer as RLP has it: big endian, without leading zeros. */
export function quantity(value: Hex): Hex {
  const digits = value.slice(2).replace(/^0+/, "");
  return `0x${digits.length % 2 === 0 ? digits : `0${digits}`}`;
}

/** Reads a header. @throws EvidenceRefused `blocks` */
function readHeader(rlp: Hex): BlockHeader {
  const fields = decode(rlp);
  const at = (index: number, size: number): Hex => {
    const value = fields[index];
    if (typeof value === "string" && value.length === 2 + 2 * size) return value as Hex;
    throw new EvidenceRefused("blocks", "one of the headers is no block header.");
  };
  const number = (index: number) => Number(BigInt((fields[index] as Hex) === "0x" ? 0 : (fields[index] as Hex)));
  const header = { parentHash: at(0, 32), stateRoot: at(3, 32), receiptsRoot: at(5, 32) };
  return { ...header, number: number(8), timestamp: number(11), hash: keccak256(rlp) };
}

function decode(rlp: Hex): readonly unknown[] {
  try {
    const fields = fromRlp(rlp as ViemHex, "hex");
    if (Array.isArray(fields) && fields.length >= 15 && typeof fields[8] === "string" && typeof fields[11] === "string")
      return fields;
  } catch {
    // Falls through to the one refusal.
  }
  throw new EvidenceRefused("blocks", "one of the headers is no block header.");
}

/** The headers of a bundle, and the hashes that somebody has to vouch for. */
export class Headers {
  private readonly byNumber: ReadonlyMap<number, BlockHeader>;
  /** Headers that no other names as its parent: whoever trusts these trusts all. The first is the block of the state. */
  readonly heads: readonly BlockHeader[];

  /** @throws EvidenceRefused `blocks` when one is none, they are out of order, or contradict each other */
  constructor(headers: readonly Hex[], state: { number: number; hash: Hex; timestamp: number }) {
    const read = headers.map(readHeader);
    const heads: BlockHeader[] = [];
    for (const [i, header] of read.entries()) {
      const next = read[i + 1];
      demand(!next || next.number > header.number, "blocks", "the headers are not ascending by number.");
      const isParent = next?.number === header.number + 1;
      if (isParent) {
        const same = next.parentHash === header.hash;
        demand(same, "blocks", `block ${next.number} names another parent than block ${header.number} of the bundle.`);
      } else heads.unshift(header);
    }
    const last = heads[0];
    const { number, hash, timestamp } = state;
    const same = last?.number === number && last.hash === hash && last.timestamp === timestamp;
    demand(same, "blocks", `the last header is not that of block ${number}, ${hash}, which bundle.json names.`);
    this.heads = heads;
    this.byNumber = new Map(read.map((header) => [header.number, header]));
  }

  /** @throws EvidenceRefused `blocks` when the bundle lacks it */
  get(number: number): BlockHeader {
    const found = this.byNumber.get(number);
    if (found) return found;
    throw new EvidenceRefused("blocks", `the header of block ${number} is missing.`);
  }
}
