/** Verification of what trusted hardware says about the code that ran. Trust roots and the clock are arguments. */
export { type DcapAttestation, type VerifyDcapParameters, verifyDcap } from "./dcap.js";
export type { DcapCollateral, TcbStatus } from "./dcap-collateral.js";
export type { SgxReport, TdxReport } from "./dcap-quote.js";
export { type NitroAttestation, type VerifyNitroParameters, verifyNitro } from "./nitro.js";
export {
  type NvidiaAttestation,
  type NvidiaBundle,
  type NvidiaClaims,
  type NvidiaPolicy,
  type VerifyNvidiaParameters,
  verifyNvidia,
} from "./nvidia.js";
export { type AttestationRefusalCode, AttestationRefused } from "./refusal.js";
