import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MEMBERS, WORDS } from "../../src/evidence/slots.js";

const layoutOf = (contract: string) =>
  JSON.parse(readFileSync(new URL(`../../../layouts/${contract}.json`, import.meta.url), "utf8")) as {
    namespaces: Record<string, { slot: string; members: string[] }>;
    structs: Record<string, string[]>;
  };

/** What stands in the layout at each member used. */
const EXPECTED: Record<keyof typeof MEMBERS, RegExp> = {
  programs: /^mapping\(uint16 => struct \S+StoredProgram\) programs$/,
  records: /^mapping\(uint256 => struct \S+StoredRecord\) records$/,
  heads: / heads$/,
  offerIds: / offerIds$/,
  pastHolders: / pastHolders$/,
  owners: / _owners$/,
  datasets: / datasets$/,
  versions: / versions$/,
  encodings: / encodings$/,
  revokedRoots: / revokedRoots$/,
  termsTails: / tails$/,
  termsIds: / ids$/,
  policies: / policies$/,
  receipts: / receipts$/,
  logHeads: / heads$/,
};

describe("slots", () => {
  it.each(Object.keys(MEMBERS) as (keyof typeof MEMBERS)[])("has %s where the contracts have it", (name) => {
    const { namespace, base, member } = MEMBERS[name];
    const { namespaces } = layoutOf(namespace);
    const members = Object.values(namespaces).find(({ slot }) => slot === base)?.members;
    expect(members?.[member]).toMatch(EXPECTED[name]);
    // Each member before it has a slot of its own: none of two small ones shares one.
    const small = (text: string) => /^(uint(8|16|32|40|64|128)|bool|address|bytes4) /.test(text);
    const before = members?.slice(0, member + 1) ?? [];
    expect(before.some((text, i) => small(text) && small(before[i + 1] ?? ""))).toBe(false);
  });

  it.each([
    ["record", "ProofRegistry", "struct ProofState.StoredRecord", 0],
    ["program", "ProofRegistry", "struct ProofState.StoredProgram", 1],
    ["version", "DatasetRegistry", "struct DatasetStorage.StoredVersion", 3],
    ["dataset", "DatasetRegistry", "struct DatasetStorage.StoredDataset", 0],
    ["encoding", "DatasetRegistry", "struct IDatasetRegistry.Encoding", 1],
    ["receiptSigner", "ComputeReceipts", "struct ReceiptState.StoredReceipt", 2],
    ["receiptRunner", "ComputeReceipts", "struct ReceiptState.StoredReceipt", 5],
    ["policy", "ComputeReceipts", "struct ReceiptState.StoredPolicy", 0],
    ["logHead", "CheckpointLog", "struct ICheckpointLog.Head", 1],
  ] as const)("reads the fields of a %s in their order", (word, contract, struct, first) => {
    const fields = layoutOf(contract).structs[struct]?.slice(first) ?? [];
    for (const [i, [name, bits]] of Object.entries(WORDS[word]).entries()) {
      const [type, given] = (fields[i] ?? "").split(/ (?=\w+$)/);
      const size = type === "address" ? 160 : type === "bool" || type?.startsWith("enum") ? 8 : Number(type?.slice(4));
      expect([given, size]).toEqual([name, bits]);
    }
  });
});
