/** What of a recorded run says how strong it is. */
export interface ProofStanding {
  /** 1 mock, 2 development key, 3 production, 4 production with bound times. */
  grade: number;
  revoked?: boolean;
  unsound?: boolean;
}

/** A proof's status in plain words: a few for a badge, a sentence beside it. */
export interface ProofStatus {
  short: string;
  text: string;
  /** Whether a cryptographic proof was checked, with a key that nobody could have forged with, and still counts. */
  proven: boolean;
}

const GRADES: Record<number, ProofStatus> = {
  1: {
    short: "executed, not proven",
    text: "The program was executed on the run's data and accepted it. No proof was made: a mock verifier, which only local chains have, took the values as they are.",
    proven: false,
  },
  2: {
    short: "proven (development key)",
    text: "A proof was verified on chain, with a key that one party made. The proof is real; the key gives no security.",
    proven: false,
  },
  3: {
    short: "proven",
    text: "A proof was verified on chain. When the run began and ended is the runner's word.",
    proven: true,
  },
  4: {
    short: "proven, times bound",
    text: "A proof was verified on chain, and the receipt of an attested enclave bounds the run's times.",
    proven: true,
  },
};

/** The words for a record. */
export function proofStatus({ grade, revoked = false, unsound = false }: ProofStanding): ProofStatus {
  if (revoked) return { short: "revoked", text: "A ruling revoked this record. It counts for nothing.", proven: false };
  if (unsound) {
    const text = "The program that made this proof was found unsound. The record counts for nothing.";
    return { short: "program unsound", text, proven: false };
  }
  return GRADES[grade] ?? { short: "unknown", text: `There is no grade ${grade}.`, proven: false };
}
