/** The proven part of the chain: a bundle's headers and trie nodes, and what can be read from them. */
import { fromRlp, keccak256, numberToHex } from "viem";
import { type Hex, toHex } from "../formats/bytes.js";
import { DocumentFormat } from "../formats/document.js";
import schema from "../formats/generated/evidence-witness-validator.js";
import type { Headers } from "./blocks.js";
import type { ChainLog } from "./events.js";
import type { StateReader } from "./facts.js";
import { demand, EvidenceRefused } from "./refusal.js";
import { hashedKey, type NodePool, receiptKey } from "./trie.js";

/** Content of the file of role `chain-state`; see spec/schemas/evidence-witness.v1.schema.json. */
export interface WitnessFile {
  format: "colophon-evidence-witness";
  formatVersion: 1;
  /** RLP, ascending by number. */
  headers: Hex[];
  /** RLP, ascending by hash. */
  nodes: Hex[];
}

export const witnessFormat = /*#__PURE__*/ new DocumentFormat<WitnessFile>("chain state", schema, 268_435_456);

/** Storage as of one block, believed only as far as it hangs on the block's state root. */
export class ProvenState implements StateReader {
  private readonly storageRoots = new Map<string, Promise<Hex>>();

  constructor(
    private readonly pool: NodePool,
    private readonly stateRoot: Hex,
    private readonly contracts: ReadonlyMap<string, Hex>,
  ) {}

  /** @throws EvidenceRefused `state` when the bundle does not prove what the slot holds */
  async slot(contract: string, slot: bigint): Promise<bigint> {
    const root = this.storageRoots.get(contract) ?? this.storageRoot(contract);
    this.storageRoots.set(contract, root);
    const key = hashedKey(numberToHex(slot, { size: 32 }));
    const value = await this.lookUp(await root, key, `slot ${numberToHex(slot)} of ${contract}`);
    if (value === null) return 0n;
    const decoded = rlp(value);
    demand(typeof decoded === "string", "state", `slot ${numberToHex(slot)} of ${contract} holds no number.`);
    // Zeros are not in the trie; local chains put them there all the same.
    return decoded === "0x" ? 0n : BigInt(decoded);
  }

  private async storageRoot(contract: string): Promise<Hex> {
    const address = this.contracts.get(contract);
    if (!address) throw new EvidenceRefused("state", `bundle.json does not say where ${contract} is.`);
    const account = await this.lookUp(this.stateRoot, hashedKey(address), `the account of ${contract}, ${address}`);
    demand(account !== null, "state", `there is no ${contract} at ${address}.`);
    const fields = rlp(account);
    const root = Array.isArray(fields) && fields.length === 4 ? fields[2] : undefined;
    demand(typeof root === "string" && root.length === 66, "state", `${address} holds no account.`);
    return root as Hex;
  }

  private async lookUp(root: Hex, key: Uint8Array, what: string): Promise<Uint8Array | null> {
    try {
      return await this.pool.get(root, key);
    } catch (cause) {
      throw new EvidenceRefused("state", `${what} is not proven.`, undefined, { cause });
    }
  }
}

/** Logs of blocks, believed only as far as their receipts hang on the blocks' receipt roots. */
export class ProvenLogs {
  constructor(
    private readonly pool: NodePool,
    private readonly headers: Headers,
  ) {}

  /** @throws EvidenceRefused `events` or `blocks` when the bundle does not prove that there is such a log */
  async log(place: { block: number; transactionIndex: number; logIndex: number }): Promise<ChainLog> {
    const { block, transactionIndex, logIndex } = place;
    const { receiptsRoot } = this.headers.get(block);
    const where = `transaction ${transactionIndex} of block ${block}`;
    const receipt = await this.pool.get(receiptsRoot, receiptKey(transactionIndex)).catch((cause: unknown) => {
      throw new EvidenceRefused("events", `the receipt of ${where} is not proven.`, undefined, { cause });
    });
    demand(receipt !== null, "events", `there is no ${where}.`);
    const logs = logsOf(receipt);
    demand(logs !== undefined, "events", `${where} has no receipt of a known form, or did not succeed.`);
    const found = logs[logIndex];
    demand(found !== undefined, "events", `${where} has ${logs.length} logs, none has the number ${logIndex}.`);
    return found;
  }
}

/** Logs of a receipt; undefined when it is none, or the transaction failed. */
function logsOf(receipt: Uint8Array): ChainLog[] | undefined {
  // A list begins above 0xbf; what is below is the transaction's type.
  const typed = (receipt[0] ?? 0) < 0x80;
  const fields = rlp(typed ? receipt.subarray(1) : receipt);
  if (!Array.isArray(fields) || fields[0] !== "0x01" || !Array.isArray(fields[3])) return undefined;
  return (fields[3] as unknown[]).map((log) => {
    const [address, topics, data] = log as [Hex, Hex[], Hex];
    return { address, topics, data };
  });
}

function rlp(bytes: Uint8Array): unknown {
  try {
    return fromRlp(toHex(bytes), "hex");
  } catch {
    return undefined;
  }
}

/** The state's nodes: ascending by hash and none twice, so that one witness has one form. @throws EvidenceRefused `state` */
export function requireNodeOrder(nodes: readonly Hex[], file: string): void {
  let before = "";
  for (const node of nodes) {
    const hash = keccak256(node);
    demand(hash > before, "state", "the nodes are not ascending by hash.", file);
    before = hash;
  }
}
