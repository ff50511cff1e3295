import { fromHex, utf8 } from "../formats/bytes.js";
import { type RevocationList, readPem, readRevocationList } from "./certificate.js";
import { date, verifyChain } from "./chain.js";
import { ecdsaHolds } from "./ecdsa.js";
import { demand, reading } from "./refusal.js";

/**
 * What Intel publishes about platforms, with its signatures, as collected for one quote: the names and forms of the usual
 * collateral files. Chains are PEM, lists and signatures hex, identities the signed text itself.
 */
export interface DcapCollateral {
  pck_crl_issuer_chain: string;
  root_ca_crl: string;
  pck_crl: string;
  tcb_info_issuer_chain: string;
  tcb_info: string;
  tcb_info_signature: string;
  qe_identity_issuer_chain: string;
  qe_identity: string;
  qe_identity_signature: string;
}

/** How well a platform is patched, in Intel's words. */
export type TcbStatus =
  | "UpToDate"
  | "SWHardeningNeeded"
  | "ConfigurationNeeded"
  | "ConfigurationAndSWHardeningNeeded"
  | "OutOfDate"
  | "OutOfDateConfigurationNeeded"
  | "Revoked";

export interface TcbLevel<T> {
  tcb: T;
  tcbDate: string;
  tcbStatus: TcbStatus;
  advisoryIDs?: string[];
}

interface Svn {
  svn: number;
}

export interface PlatformTcb {
  sgxtcbcomponents: Svn[];
  pcesvn: number;
  tdxtcbcomponents?: Svn[];
}

/** Of an enclave or module: who signed it, with what attributes, and how good its versions are. */
export interface ModuleIdentity {
  mrsigner: string;
  attributes: string;
  attributesMask: string;
}

export interface TcbInfo {
  id: "SGX" | "TDX";
  version: number;
  issueDate: string;
  nextUpdate: string;
  fmspc: string;
  pceId: string;
  tcbEvaluationDataNumber: number;
  tcbLevels: TcbLevel<PlatformTcb>[];
  tdxModule?: ModuleIdentity;
  tdxModuleIdentities?: (ModuleIdentity & { id: string; tcbLevels: TcbLevel<{ isvsvn: number }>[] })[];
}

export interface QeIdentity extends ModuleIdentity {
  id: "QE" | "TD_QE";
  version: number;
  issueDate: string;
  nextUpdate: string;
  miscselect: string;
  miscselectMask: string;
  isvprodid: number;
  tcbLevels: TcbLevel<{ isvsvn: number }>[];
}

export interface VerifiedCollateral {
  tcbInfo: TcbInfo;
  qeIdentity: QeIdentity;
  lists: RevocationList[];
}

/** Verifies signatures, chains and times of all parts. @throws AttestationRefused */
export function verifyCollateral(collateral: DcapCollateral, root: Uint8Array, time: number): VerifiedCollateral {
  const lists = [collateral.root_ca_crl, collateral.pck_crl].map((hex) => readRevocationList(fromText(hex)));
  const trust = { root, time, lists };
  // Chains whose keys sign lists are themselves under the root's list, which the chain of each certificate checks.
  verifyChain({ chain: readPem(collateral.pck_crl_issuer_chain), what: "the revocation list's chain", ...trust });
  const tcbInfo = verifyText<TcbInfo>("the TCB info", collateral.tcb_info, collateral.tcb_info_signature, {
    pem: collateral.tcb_info_issuer_chain,
    ...trust,
  });
  const qeIdentity = verifyText<QeIdentity>(
    "the QE identity",
    collateral.qe_identity,
    collateral.qe_identity_signature,
    {
      pem: collateral.qe_identity_issuer_chain,
      ...trust,
    },
  );
  demand(tcbInfo.version === 3 && qeIdentity.version === 2, "format", "the collateral's version is not supported");
  return { tcbInfo, qeIdentity, lists };
}

interface Trust {
  pem: string;
  root: Uint8Array;
  time: number;
  lists: RevocationList[];
}

/** Intel signs the text of the JSON object as it stands. */
function verifyText<T extends { issueDate: string; nextUpdate: string }>(
  what: string,
  text: string,
  signature: string,
  { pem, ...trust }: Trust,
): T {
  const signer = verifyChain({ chain: readPem(pem), what: `${what}'s chain`, ...trust });
  const holds = ecdsaHolds(signer.publicKey, utf8(text), fromText(signature), "compact");
  demand(holds, "signature", `${what} is not signed by its issuer`);
  const value = reading("format", what, () => JSON.parse(text) as T);
  const [from, to] = [Date.parse(value.issueDate) / 1000, Date.parse(value.nextUpdate) / 1000];
  demand(Number.isFinite(from) && Number.isFinite(to), "format", `${what} has no dates`);
  demand(
    from <= trust.time && trust.time <= to,
    "time",
    `${what} holds from ${value.issueDate} to ${value.nextUpdate}, and the time is ${date(trust.time)}`,
  );
  return value;
}

const fromText = (hex: string) => reading("format", "the collateral", () => fromHex(`0x${hex.replace(/^0x/, "")}`));
