import { describe, expect, it } from "vitest";
import { readPem, readRevocationList } from "../../src/attestation/certificate.js";
import { verifyChain } from "../../src/attestation/chain.js";
import { demandReport } from "../../src/attestation/dcap.js";
import { together } from "../../src/attestation/dcap-status.js";
import { type DcapCollateral, type VerifyDcapParameters, verifyDcap } from "../../src/attestation/index.js";
import { externalFile, externalJson, hasExternal } from "../formats/vectors.js";
import { flipped, indexOf, outcome } from "./support.js";

const SGX_TIME = 1_750_334_171;
const TDX_TIME = 1_750_332_747;
const OUTDATED_TIME = 1_771_415_931;
const HARDENING = "ConfigurationAndSWHardeningNeeded";

const root = () => Uint8Array.from(externalFile("tee/intel-sgx-root-ca.der"));
const load = (name: string, time: number): VerifyDcapParameters => ({
  quote: Uint8Array.from(externalFile(`tee/${name}.bin`)),
  collateral: externalJson(`tee/${name}-collateral.json`),
  root: root(),
  time,
});
const sgx = (): VerifyDcapParameters => ({ ...load("sgx-quote-v3", SGX_TIME), accept: [HARDENING] });
const tdx = () => load("tdx-quote-v4", TDX_TIME);
const verdict = (parameters: VerifyDcapParameters) => outcome(() => verifyDcap(parameters));

/** The sample with another text in its collateral. */
const withCollateral = (sample: VerifyDcapParameters, change: Partial<DcapCollateral>) => ({
  ...sample,
  collateral: { ...sample.collateral, ...change },
});

/** One hex digit changed, from the end. */
const otherDigit = (hex: string, back = 1) => {
  const at = hex.length - back;
  return hex.slice(0, at) + (hex[at] === "0" ? "1" : "0") + hex.slice(at + 1);
};

describe.runIf(hasExternal("tee"))("real Intel quotes", () => {
  it("SGX, version 3: says what is measured and how well the platform is patched", () => {
    const { report, status, advisories, fmspc } = verifyDcap(sgx());
    if (report.kind !== "sgx") throw new Error("expected a report of SGX");
    expect([status, advisories, fmspc]).toEqual([HARDENING, ["INTEL-SA-00289", "INTEL-SA-00615"], "00a067110000"]);
    expect(new TextDecoder().decode(report.reportData)).toMatch(/^Hello, world!/);
    const expected = { measurement: report.mrEnclave, reportData: report.reportData };
    expect(verdict({ ...sgx(), ...expected })).toMatchObject({ status: HARDENING });
  });

  it("TDX, version 4: is up to date", () => {
    const { report, status, advisories } = verifyDcap(tdx());
    if (report.kind !== "tdx") throw new Error("expected a report of TDX");
    expect([status, advisories]).toEqual(["UpToDate", []]);
    expect(report.mrTd).toMatch(/^0x91eb2b44.*18b7$/);
    expect(verdict({ ...tdx(), measurement: report.mrTd })).toMatchObject({ status: "UpToDate" });
  });

  it("TDX, version 5: is refused, for no level that Intel lists is met", () => {
    const accept = [HARDENING, "OutOfDate", "OutOfDateConfigurationNeeded"] as const;
    const outdated = load("tdx-quote-v5-outdated", OUTDATED_TIME);
    expect(() => verifyDcap({ ...outdated, accept })).toThrow("no matching TCB level found");
    expect(verdict({ ...outdated, accept })).toBe("status");
  });

  it("are refused where the patch level is not among those accepted", () => {
    expect(verdict({ ...sgx(), accept: undefined as never })).toBe("status");
    expect(verdict({ ...sgx(), accept: ["UpToDate", "SWHardeningNeeded"] })).toBe("status");
    expect(verdict({ ...tdx(), accept: [] })).toBe("status");
  });

  it("are refused outside the time for which the collateral was collected", () => {
    const day = 86_400;
    for (const time of [TDX_TIME - 40 * day, TDX_TIME + 40 * day, Math.floor(Date.now() / 1000), 4_000_000_000]) {
      expect(verdict({ ...sgx(), time }), `SGX at ${time}`).toBe("time");
      expect(verdict({ ...tdx(), time }), `TDX at ${time}`).toBe("time");
    }
  });

  it("are refused where another measurement or other report data are expected", () => {
    expect(verdict({ ...sgx(), measurement: `0x${"00".repeat(32)}` })).toBe("expected");
    expect(verdict({ ...tdx(), measurement: `0x${"00".repeat(48)}` })).toBe("expected");
    expect(verdict({ ...sgx(), reportData: new Uint8Array(64) })).toBe("expected");
    expect(verdict({ ...tdx(), reportData: new Uint8Array(63) })).toBe("expected");
  });

  it("are refused under another root", () => {
    expect(verdict({ ...sgx(), root: Uint8Array.from(externalFile("tee/aws-nitro-root-g1.der")) })).toBe("root");
    expect(verdict({ ...sgx(), root: root().subarray(0, 50) })).toBe("certificate");
  });

  it.each([
    ["the report's measurement", 48 + 64, "signature"],
    ["the report data", 48 + 320, "signature"],
    ["the vendor", 12, "format"],
    ["the version", 0, "format"],
    ["the kind of key", 2, "format"],
    ["the signature", 48 + 384 + 4, "signature"],
    ["the attestation key", 48 + 384 + 4 + 64, "binding"],
    ["the quoting enclave's signer", 48 + 384 + 4 + 128 + 128, "signature"],
    ["the quoting enclave's report data", 48 + 384 + 4 + 128 + 320, "signature"],
    ["the quoting enclave's signature", 48 + 384 + 4 + 128 + 384, "signature"],
    ["the authentication data", 48 + 384 + 4 + 128 + 384 + 64 + 2, "binding"],
    ["the kind of certification", 48 + 384 + 4 + 128 + 384 + 64 + 2 + 32, "format"],
  ])("SGX: refused with one bit changed in %s", (_, at, code) => {
    const sample = sgx();
    expect(verdict({ ...sample, quote: flipped(sample.quote, at) })).toBe(code);
  });

  it.each([
    ["the module's version", 48, "signature"],
    ["the measurement", 48 + 136, "signature"],
    ["a run-time measurement", 48 + 328, "signature"],
    ["the report data", 48 + 520, "signature"],
    ["the attestation key", 48 + 584 + 4 + 64, "binding"],
    ["the quoting enclave's report", 48 + 584 + 4 + 128 + 6 + 64, "signature"],
  ])("TDX: refused with one bit changed in %s", (_, at, code) => {
    const sample = tdx();
    expect(verdict({ ...sample, quote: flipped(sample.quote, at) })).toBe(code);
  });

  it("are refused with a certificate of the platform's chain changed, missing or moved", () => {
    const sample = tdx();
    const pem = indexOf(sample.quote, "-----BEGIN CERTIFICATE-----");
    // Inside the leaf's signed part, far from its header.
    expect(["chain", "certificate"]).toContain(verdict({ ...sample, quote: flipped(sample.quote, pem + 400) }));
    const chain = readPem(sample.collateral.tcb_info_issuer_chain);
    const check = (certificates: typeof chain) =>
      outcome(() => verifyChain({ chain: certificates, root: root(), time: TDX_TIME, what: "the chain" }));
    expect(check(chain)).toMatchObject({ serial: chain[0]?.serial });
    expect(check(chain.toReversed())).toBe("root");
    expect(check(chain.slice(0, 1))).toBe("root");
    expect(check([])).toBe("chain");
  });

  it("are refused with any part of the collateral changed", () => {
    const sample = sgx();
    const { collateral: c } = sample;
    const other = tdx().collateral;
    const codes = (change: Partial<DcapCollateral>) => verdict(withCollateral(sample, change));
    expect(codes({ tcb_info: c.tcb_info.replace('"svn":11', '"svn":10') })).toBe("signature");
    expect(codes({ tcb_info_signature: otherDigit(c.tcb_info_signature) })).toBe("signature");
    expect(codes({ qe_identity: c.qe_identity.replace('"isvprodid":1', '"isvprodid":2') })).toBe("signature");
    expect(codes({ qe_identity_signature: otherDigit(c.qe_identity_signature, 70) })).toBe("signature");
    expect(codes({ root_ca_crl: otherDigit(c.root_ca_crl) })).toBe("chain");
    expect(codes({ pck_crl: otherDigit(c.pck_crl) })).toBe("chain");
    expect(codes({ pck_crl: "00" })).toBe("certificate");
    expect(codes({ pck_crl: "no hex" })).toBe("format");
    expect(codes({ pck_crl_issuer_chain: "" })).toBe("chain");
    // Well signed, and of another platform, another kind, or of another issuer.
    expect(codes({ pck_crl: c.root_ca_crl })).toBe("chain");
    expect(codes({ tcb_info: other.tcb_info, tcb_info_signature: other.tcb_info_signature })).toBe("binding");
    expect(codes({ qe_identity: other.qe_identity, qe_identity_signature: other.qe_identity_signature })).toBe(
      "binding",
    );
  });

  it("are refused once a certificate of the chain is revoked", () => {
    const { collateral } = tdx();
    const chain = readPem(collateral.pck_crl_issuer_chain);
    const list = readRevocationList(Buffer.from(collateral.root_ca_crl, "hex"));
    const check = (serials: string[], time = TDX_TIME) =>
      outcome(() =>
        verifyChain({ chain, root: root(), time, lists: [{ ...list, serials: new Set(serials) }], what: "the chain" }),
      );
    expect(check([])).toMatchObject({ serial: chain[0]?.serial });
    expect(check([chain[0]?.serial as string])).toBe("revoked");
    expect(check([], list.nextUpdate + 1)).toBe("time");
    expect(check([], list.thisUpdate - 1)).toBe("time");
  });

  it("are refused where the enclave can be debugged, unless that is allowed", () => {
    const { report: enclave } = verifyDcap(sgx());
    const { report: machine } = verifyDcap(tdx());
    if (enclave.kind !== "sgx" || machine.kind !== "tdx") throw new Error("expected one of each kind");
    const debugged = [
      { ...enclave, attributes: flipped(enclave.attributes, 0, 2) },
      { ...machine, tdAttributes: flipped(machine.tdAttributes, 0, 1) },
    ];
    for (const report of debugged) {
      expect(outcome(() => demandReport(report, {}))).toBe("debug");
      expect(outcome(() => demandReport(report, { allowDebug: true }))).toBeUndefined();
    }
    expect(outcome(() => demandReport(enclave, {}))).toBeUndefined();
  });

  it("are refused when cut anywhere", () => {
    const { quote, ...rest } = sgx();
    for (const length of [0, 1, 47, 48, 431, 435, 600, 1000, quote.length - 1500])
      expect(verdict({ ...rest, quote: quote.subarray(0, length) }), `${length} bytes`).toBe("format");
  });
});

describe("levels of several parts", () => {
  it("are as bad as the worst, and need what one of them needs", () => {
    const of = (...statuses: Parameters<typeof together>[0]["status"][]) =>
      together(...statuses.map((status) => ({ status, advisories: [status, "common"] })));
    expect(of("UpToDate", "UpToDate")).toEqual({ status: "UpToDate", advisories: ["UpToDate", "common"] });
    expect(of("SWHardeningNeeded", "UpToDate").status).toBe("SWHardeningNeeded");
    expect(of("UpToDate", "OutOfDate").status).toBe("OutOfDate");
    expect(of("SWHardeningNeeded", "OutOfDate").status).toBe("OutOfDate");
    expect(of("ConfigurationNeeded", "OutOfDate").status).toBe("OutOfDateConfigurationNeeded");
    expect(of("ConfigurationAndSWHardeningNeeded", "OutOfDate").status).toBe("OutOfDateConfigurationNeeded");
    expect(of("ConfigurationNeeded", "SWHardeningNeeded").status).toBe(HARDENING);
    expect(of("UpToDate", "Revoked", "OutOfDate").status).toBe("Revoked");
  });
});
