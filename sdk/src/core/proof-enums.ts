/** Names of the enums of proofs, in the contracts' order. Append-only. */

/** `IProofRegistry.Assurance`: what a verifier's word is worth. */
export const PROOF_ASSURANCE = ["None", "Mock", "Development", "Production"] as const;
export type ProofAssurance = (typeof PROOF_ASSURANCE)[number];
