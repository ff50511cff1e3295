import { fromHex, toHex } from "../formats/bytes.js";
import type { ModuleIdentity, PlatformTcb, QeIdentity, TcbInfo, TcbLevel, TcbStatus } from "./dcap-collateral.js";
import type { Platform } from "./dcap-platform.js";
import type { SgxReport, TdxReport } from "./dcap-quote.js";
import { demand } from "./refusal.js";

export interface Standing {
  status: TcbStatus;
  /** Intel's advisories that are open at this level. */
  advisories: string[];
}

/** The level of the quoting enclave. @throws AttestationRefused `binding` where the report is of another enclave */
export function qeStanding(report: SgxReport, identity: QeIdentity): Standing {
  const fits =
    masked(report.miscSelect.toReversed(), identity.miscselectMask) ===
      masked(hexBytes(identity.miscselect), identity.miscselectMask) &&
    masked(report.attributes, identity.attributesMask) ===
      masked(hexBytes(identity.attributes), identity.attributesMask) &&
    report.mrSigner === lower(identity.mrsigner) &&
    report.isvProdId === identity.isvprodid;
  demand(fits, "binding", "the quoting enclave is not the one that the QE identity describes");
  return standing(
    identity.tcbLevels.find(({ tcb }) => tcb.isvsvn <= report.isvSvn),
    "quoting enclave",
  );
}

/** The level of the platform: the first whose every component is at most what the platform has. */
export function platformStanding(platform: Platform, report: SgxReport | TdxReport, { tcbLevels }: TcbInfo): Standing {
  const covers = ({ tcb }: TcbLevel<PlatformTcb>) =>
    tcb.sgxtcbcomponents.length === platform.components.length &&
    tcb.sgxtcbcomponents.every(({ svn }, i) => svn <= (platform.components[i] as number)) &&
    tcb.pcesvn <= platform.pceSvn &&
    (report.kind === "sgx" || coversTdx(tcb, report));
  return standing(tcbLevels.find(covers), "platform");
}

/** With a module that has its own identity, its version stands there and not in the first two components. */
function coversTdx({ tdxtcbcomponents }: PlatformTcb, { teeTcbSvn }: TdxReport): boolean {
  if (tdxtcbcomponents?.length !== teeTcbSvn.length) return false;
  const first = moduleVersion(teeTcbSvn) > 0 ? 2 : 0;
  return tdxtcbcomponents.every(({ svn }, i) => i < first || svn <= (teeTcbSvn[i] as number));
}

const moduleVersion = (teeTcbSvn: Uint8Array) => teeTcbSvn[1] as number;

/** The level of the TDX module. @throws AttestationRefused `binding` where the module is not Intel's */
export function moduleStanding(report: TdxReport, { tdxModule, tdxModuleIdentities }: TcbInfo): Standing {
  const version = moduleVersion(report.teeTcbSvn);
  if (version === 0) {
    demand(tdxModule !== undefined && isModule(report, tdxModule), "binding", "the TDX module is not Intel's");
    return { status: "UpToDate", advisories: [] };
  }
  const id = `TDX_${version.toString(16).padStart(2, "0")}`.toUpperCase();
  const identity = tdxModuleIdentities?.find((each) => each.id.toUpperCase() === id);
  demand(identity !== undefined && isModule(report, identity), "binding", `the TDX module is not Intel's ${id}`);
  const level = identity.tcbLevels.find(({ tcb }) => tcb.isvsvn <= (report.teeTcbSvn[0] as number));
  return standing(level, "TDX module");
}

function isModule(
  { mrSignerSeam, seamAttributes }: TdxReport,
  { mrsigner, attributes, attributesMask }: ModuleIdentity,
) {
  const isSame = masked(seamAttributes, attributesMask) === masked(hexBytes(attributes), attributesMask);
  return mrSignerSeam === lower(mrsigner) && isSame;
}

/** Of platform, quoting enclave and module together: as bad as the worst, and whatever one of them needs is needed. */
export function together(...standings: Standing[]): Standing {
  const advisories = [...new Set(standings.flatMap((each) => each.advisories))];
  const some = (part: string) => standings.some(({ status }) => status.includes(part));
  const [needsConfiguration, needsHardening] = [some("Configuration"), some("SWHardening")];
  const status = (): TcbStatus => {
    if (some("Revoked")) return "Revoked";
    if (some("OutOfDate")) return needsConfiguration ? "OutOfDateConfigurationNeeded" : "OutOfDate";
    if (needsConfiguration) return needsHardening ? "ConfigurationAndSWHardeningNeeded" : "ConfigurationNeeded";
    return needsHardening ? "SWHardeningNeeded" : "UpToDate";
  };
  return { status: status(), advisories };
}

/** All that Intel uses: a new word must not pass for a good one. */
const KNOWN: ReadonlySet<string> = new Set<TcbStatus>([
  "UpToDate",
  "SWHardeningNeeded",
  "ConfigurationNeeded",
  "ConfigurationAndSWHardeningNeeded",
  "OutOfDate",
  "OutOfDateConfigurationNeeded",
  "Revoked",
]);

function standing(level: TcbLevel<unknown> | undefined, what: string): Standing {
  demand(
    level !== undefined,
    "status",
    `no matching TCB level found for the ${what}: it is older than all that Intel lists`,
  );
  demand(KNOWN.has(level.tcbStatus), "status", `the ${what} has an unknown status: ${level.tcbStatus}`);
  return { status: level.tcbStatus, advisories: level.advisoryIDs ?? [] };
}

const lower = (hex: string) => `0x${hex.toLowerCase()}`;
const hexBytes = (hex: string) => fromHex(`0x${hex}`);

function masked(value: Uint8Array, mask: string): string {
  const bits = hexBytes(mask);
  demand(bits.length === value.length, "format", "a mask in the collateral has another length than its value");
  return toHex(value.map((byte, i) => byte & (bits[i] as number)));
}
