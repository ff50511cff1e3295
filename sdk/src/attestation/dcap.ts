import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equalBytes, type Hex } from "../formats/bytes.js";
import { readPem } from "./certificate.js";
import { verifyChain } from "./chain.js";
import { type DcapCollateral, type TcbStatus, verifyCollateral } from "./dcap-collateral.js";
import { type Platform, readPlatform } from "./dcap-platform.js";
import { type Quote, readQuote, type SgxReport, type TdxReport } from "./dcap-quote.js";
import { moduleStanding, platformStanding, qeStanding, together } from "./dcap-status.js";
import { ecdsaHolds } from "./ecdsa.js";
import { demand } from "./refusal.js";

/** Bit of SGX's attributes, and of TDX's. */
const SGX_DEBUG = 0x02;
const TDX_DEBUG = 0x01;

export interface VerifyDcapParameters {
  /** The quote as the platform made it. */
  quote: Uint8Array;
  /** What Intel published about the platform, valid at `time`. */
  collateral: DcapCollateral;
  /** Intel's SGX root certificate in DER. */
  root: Uint8Array;
  /** The verifier's clock, seconds. */
  time: number;
  /** Patch levels that are good enough; a revoked one never is. Default: up to date alone. */
  accept?: readonly Exclude<TcbStatus, "Revoked">[];
  /** Measurement that must come out: MRENCLAVE (32 bytes) or MRTD (48 bytes). */
  measurement?: Hex;
  /** Report data that must come out, 64 bytes. */
  reportData?: Uint8Array;
  /** Take enclaves and machines that can be debugged, which keep no secret. Default: no. */
  allowDebug?: boolean;
}

/** What Intel's hardware says about an enclave or a virtual machine. */
export interface DcapAttestation {
  report: SgxReport | TdxReport;
  status: TcbStatus;
  /** Intel's advisories that are open at this patch level. */
  advisories: string[];
  fmspc: string;
}

/**
 * Verifies an Intel SGX or TDX quote (DCAP, ECDSA) with archived collateral: collateral, platform certificate, quoting enclave,
 * quote, patch levels, in this order.
 *
 * @throws AttestationRefused with the first thing that fails
 */
export function verifyDcap(parameters: VerifyDcapParameters): DcapAttestation {
  const { collateral, root, time, accept = ["UpToDate"] } = parameters;
  const quote = readQuote(parameters.quote);
  const { tcbInfo, qeIdentity, lists } = verifyCollateral(collateral, root, time);
  const pck = verifyChain({ chain: readPem(quote.pckChain), root, time, lists, what: "the platform's chain" });
  for (const issuer of readPem(quote.pckChain).slice(1)) {
    const isListed = lists.some((list) => list.issuer === issuer.subject);
    demand(isListed, "chain", "the collateral has no revocation list of an issuer of the platform's chain");
  }
  const platform = readPlatform(pck);
  verifySignatures(quote, pck.publicKey);
  verifyKind(quote, platform, tcbInfo, qeIdentity.id);
  const { report } = quote;
  const standings = [qeStanding(quote.qe.report, qeIdentity)];
  if (report.kind === "tdx") standings.push(moduleStanding(report, tcbInfo));
  const { status, advisories } = together(platformStanding(platform, report, tcbInfo), ...standings);
  demandReport(report, parameters);
  const isAccepted = status !== "Revoked" && accept.includes(status);
  demand(
    isAccepted,
    "status",
    `the platform is ${status} (${advisories.join(", ") || "no advisories"}); accepted: ${accept.join(", ")}`,
  );
  return { report, status, advisories, fmspc: platform.fmspc };
}

function verifySignatures(quote: Quote, pck: Parameters<typeof ecdsaHolds>[0]): void {
  const { qe, attestationKey, authData } = quote;
  demand(
    ecdsaHolds(pck, qe.signed, qe.signature, "compact"),
    "signature",
    "the quoting enclave is not certified by the platform",
  );
  const bound = new Uint8Array(64);
  bound.set(sha256(concat(attestationKey.point.subarray(1), authData)));
  demand(equalBytes(qe.report.reportData, bound), "binding", "the attestation key is not the quoting enclave's");
  demand(
    ecdsaHolds(attestationKey, quote.signed, quote.signature, "compact"),
    "signature",
    "the quote is not signed by the attestation key",
  );
}

function verifyKind(
  { report }: Quote,
  platform: Platform,
  tcbInfo: { id: string; fmspc: string; pceId: string },
  qeId: string,
): void {
  const isTdx = report.kind === "tdx";
  demand(
    tcbInfo.id === (isTdx ? "TDX" : "SGX") && qeId === (isTdx ? "TD_QE" : "QE"),
    "binding",
    "the collateral is of another kind of hardware",
  );
  const isOfPlatform = tcbInfo.fmspc.toLowerCase() === platform.fmspc && tcbInfo.pceId.toLowerCase() === platform.pceId;
  demand(isOfPlatform, "binding", `the TCB info is of platform ${tcbInfo.fmspc}, the quote of ${platform.fmspc}`);
}

/** What the caller asks of a report that is Intel's. */
export function demandReport(
  report: SgxReport | TdxReport,
  { allowDebug, measurement, reportData }: Pick<VerifyDcapParameters, "allowDebug" | "measurement" | "reportData">,
): void {
  const isDebug =
    report.kind === "sgx"
      ? ((report.attributes[0] as number) & SGX_DEBUG) !== 0
      : ((report.tdAttributes[0] as number) & TDX_DEBUG) !== 0;
  demand(!isDebug || allowDebug === true, "debug", "the enclave can be debugged");
  const found = report.kind === "sgx" ? report.mrEnclave : report.mrTd;
  demand(
    measurement === undefined || measurement.toLowerCase() === found,
    "expected",
    `the measurement is ${found}, expected ${measurement}`,
  );
  demand(
    reportData === undefined || equalBytes(report.reportData, reportData),
    "expected",
    "the report data is another",
  );
}
