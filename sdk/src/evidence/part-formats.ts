/** Small files of a bundle: proof, delivery receipt, log inclusion. */
import type { Hex } from "../formats/bytes.js";
import { DocumentFormat } from "../formats/document.js";
import deliverySchema from "../formats/generated/evidence-delivery-validator.js";
import logSchema from "../formats/generated/evidence-log-validator.js";
import proofSchema from "../formats/generated/evidence-proof-validator.js";

/** See spec/schemas/evidence-proof.v1.schema.json. */
interface ProofPart {
  format: "colophon-evidence-proof";
  formatVersion: 1;
  publicValues: Hex;
  proof: Hex;
}

/** See spec/schemas/evidence-delivery.v1.schema.json. */
interface DeliveryPart {
  format: "colophon-evidence-delivery";
  formatVersion: 1;
  message: Record<string, unknown>;
  signature: Hex;
  signer: Hex;
}

/** See spec/schemas/evidence-log.v1.schema.json. */
export interface LogPart {
  format: "colophon-evidence-log";
  formatVersion: 1;
  verifierKey: string;
  provider: Hex;
  signer: Hex;
  /** Signed note. */
  checkpoint: string;
  anchored: { size: number; consistency: Hex[] } | null;
  entries: { index: number; entry: string; inclusion: Hex[] }[];
}

export const proofFormat = /*#__PURE__*/ new DocumentFormat<ProofPart>("proof", proofSchema, 65_536);
export const deliveryFormat = /*#__PURE__*/ new DocumentFormat<DeliveryPart>(
  "delivery receipt",
  deliverySchema,
  65_536,
);
export const logFormat = /*#__PURE__*/ new DocumentFormat<LogPart>("log inclusion", logSchema, 67_108_864);
