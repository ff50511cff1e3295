import type { ErrorHint } from "./words.js";

/** Errors of the verifier of SP1's proofs and of the Groth16 contract under it. */
export const sp1Hints = {
  Sp1Verifier_WrongLength: {
    title: "This is no Groth16 proof of SP1",
    hint: "Give the 356 bytes that the prover wrote: core and compressed proofs, and PLONK proofs, are of other lengths.",
  },
  Sp1Verifier_WrongSelector: {
    title: "The proof is for another verification key",
    hint: "It was made with another version of SP1 or with a development key. Submit it by the route of its first four bytes, or prove again.",
  },
  Sp1Verifier_ProgramFailed: {
    title: "The program did not end well",
    hint: "Its public values say nothing. Run it in the executor to see what it refused.",
  },
  Sp1Verifier_WrongVkRoot: {
    title: "The proof was aggregated by unknown recursion programs",
    hint: "Prove again with the SP1 version that the verifier names.",
  },
  ProofInvalid: {
    title: "The proof does not hold",
    hint: "It is for another program or other public values, or it was changed.",
  },
  PublicInputNotInField: {
    title: "The program key or the proof's nonce is no field element",
    hint: "Check the program's verification key: its first three bits are zero.",
  },
} as const satisfies Record<string, ErrorHint>;
