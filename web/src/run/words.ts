import { type ProofStatus, proofStatus } from "@colophon-protocol/sdk/proofs";
import type { ReceiptRow } from "./query";

type State = "proven" | "open" | "faulted";

/** What of a record its state follows from, as the indexer writes it. */
interface Standing {
  grade: number;
  revokedAt: string | null;
  program: { unsoundAt: string | null };
}

/** A run's proof: how it is marked, and its words. */
export function proofInWords({ grade, revokedAt, program }: Standing): [State, ProofStatus] {
  const fallen = revokedAt !== null || program.unsoundAt !== null;
  const status = proofStatus({ grade, revoked: revokedAt !== null, unsound: program.unsoundAt !== null });
  return [fallen ? "faulted" : status.proven ? "proven" : "open", status];
}

/** Where a run took place, as far as anybody but the runner says. */
export function placeInWords(receipt: ReceiptRow | null, isNamed: boolean): [State, string, string] {
  if (!isNamed) return ["open", "the runner's word", "The proof names no receipt of an enclave."];
  if (!receipt) return ["open", "not recorded", "The proof names a receipt that was not recorded on this chain."];
  if (receipt.signer.revokedAt) {
    return ["faulted", "signer revoked", "The key that signed the receipt was revoked, and the receipt with it."];
  }
  if (receipt.grade === 1) {
    const text = "An enclave was simulated: the receipt has the form of a real one and proves nothing.";
    return ["open", "simulated enclave", text];
  }
  return ["proven", "attested enclave", "A verifier checked the enclave's evidence, and its key signed the receipt."];
}

const USES = ["read", "train", "fine-tune", "evaluate", "infer", "redistribute", "derive", "mint"];

/** "train, evaluate": claimed uses from their bits. */
export function usesInWords(bits: number): string {
  return USES.filter((_, bit) => (bits & (1 << bit)) !== 0).join(", ");
}
