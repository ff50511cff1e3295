/** Merkle-Patricia tries, as far as proofs need them: a pool of nodes to look values up in, and the trie of a block's receipts. */
import { createMerkleProof, createMPT, type MPTOpts } from "@ethereumjs/mpt";
import { keccak256, toRlp } from "viem";
import { fromHex, type Hex, toHex } from "../formats/bytes.js";

/** Root of the trie without entries. */
const EMPTY_ROOT = keccak256("0x80");

type Database = NonNullable<MPTOpts["db"]>;

/** Nodes of any number of tries, by their hash: whatever is found through a root hangs on that root. */
export class NodePool {
  private readonly nodes = new Map<string, string>();
  private readonly database: Database = {
    get: async (key) => this.nodes.get(String(key)),
    put: async () => readOnly(),
    del: async () => readOnly(),
    batch: async () => readOnly(),
    shallowCopy: () => this.database,
    open: async () => undefined,
  };

  constructor(nodes: Iterable<Hex> = []) {
    for (const node of nodes) this.add(node);
  }

  /** Adds a node, RLP. */
  add(node: Hex): void {
    this.nodes.set(keccak256(node).slice(2), node.slice(2));
  }

  /** All nodes, ascending by hash. */
  list(): Hex[] {
    return [...this.nodes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, node]): Hex => `0x${node}`);
  }

  /**
   * The value at `key` of the trie with this root; null where the nodes prove that it has none.
   * @throws Error when nodes are missing, or are none
   */
  async get(root: Hex, key: Uint8Array): Promise<Uint8Array | null> {
    if (root === EMPTY_ROOT) return null;
    const trie = await createMPT({ db: this.database, root: fromHex(root, 32) });
    return trie.get(key, true);
  }
}

function readOnly(): never {
  throw new Error("A pool of proof nodes takes no writes.");
}

/** Key of a hashed trie: accounts by address, slots by their number. */
export const hashedKey = (key: Hex): Uint8Array => keccak256(key, "bytes");

/** Key of a block's receipt. */
export const receiptKey = (index: number): Uint8Array => toRlp(index === 0 ? "0x" : toHex(bigEndian(index)), "bytes");

function bigEndian(value: number): Uint8Array {
  const text = value.toString(16);
  return fromHex(`0x${text.length % 2 === 0 ? text : `0${text}`}`);
}

/** The trie of a block's receipts: its root, and the nodes that lead to each of some receipts. */
export async function receiptsTrie(
  receipts: readonly Uint8Array[],
  indexes: readonly number[],
): Promise<{ root: Hex; nodes: Hex[] }> {
  const trie = await createMPT();
  for (const [index, receipt] of receipts.entries()) await trie.put(receiptKey(index), receipt);
  const proofs = await Promise.all(indexes.map((index) => createMerkleProof(trie, receiptKey(index))));
  return { root: toHex(trie.root()), nodes: proofs.flat().map((node) => toHex(node)) };
}
