import { type Hex, toHex } from "../formats/bytes.js";
import type { PublicKey } from "./ecdsa.js";
import { demand } from "./refusal.js";

/** Intel's quoting enclave with ECDSA on P-256. */
const ECDSA_P256 = 2;
const INTEL_VENDOR = "0x939a7233f79c4ca9940a0db3957f0607";
/** Kinds of certification data: a chain in PEM, and the quoting enclave's report with data of its own. */
const PCK_CHAIN = 5;
const QE_REPORT = 6;
const SGX_BODY = 384;
const TDX_BODY = 584;
const TDX_15_BODY = 648;

/** Report of an SGX enclave. */
export interface SgxReport {
  readonly kind: "sgx";
  readonly cpuSvn: Hex;
  readonly miscSelect: Uint8Array;
  readonly attributes: Uint8Array;
  /** Measurement of the enclave's code and data, 32 bytes. */
  readonly mrEnclave: Hex;
  /** Hash of the key that signed the enclave, 32 bytes. */
  readonly mrSigner: Hex;
  readonly isvProdId: number;
  readonly isvSvn: number;
  /** What the enclave put in, 64 bytes. */
  readonly reportData: Uint8Array;
}

/** Report of a TDX virtual machine. */
export interface TdxReport {
  readonly kind: "tdx";
  readonly teeTcbSvn: Uint8Array;
  readonly mrSeam: Hex;
  readonly mrSignerSeam: Hex;
  readonly seamAttributes: Uint8Array;
  readonly tdAttributes: Uint8Array;
  readonly xfam: Hex;
  /** Measurement of the machine as it started, 48 bytes. */
  readonly mrTd: Hex;
  readonly mrConfigId: Hex;
  readonly mrOwner: Hex;
  readonly mrOwnerConfig: Hex;
  /** Measurements taken at run time, four of 48 bytes. */
  readonly rtmr: readonly [Hex, Hex, Hex, Hex];
  /** What the machine put in, 64 bytes. */
  readonly reportData: Uint8Array;
}

/** A quote of version 3 (SGX), 4 or 5 (SGX and TDX), taken apart and not verified. */
export interface Quote {
  readonly version: number;
  readonly report: SgxReport | TdxReport;
  /** Header and report: what `signature` is over. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly attestationKey: PublicKey;
  readonly qe: { readonly report: SgxReport; readonly signed: Uint8Array; readonly signature: Uint8Array };
  /** What the quoting enclave hashed together with the attestation key. */
  readonly authData: Uint8Array;
  /** Certificates of the platform's key, in PEM. */
  readonly pckChain: string;
}

/** @throws AttestationRefused `format` */
export function readQuote(bytes: Uint8Array): Quote {
  const reader = new Reader(bytes);
  const version = reader.uint16();
  const keyType = reader.uint16();
  const tee = reader.uint32();
  demand([3, 4, 5].includes(version), "format", `the quote has version ${version}, and 3 to 5 are known`);
  demand(keyType === ECDSA_P256, "format", `the attestation key is of kind ${keyType}, expected ECDSA on P-256 (2)`);
  reader.take(4);
  demand(toHex(reader.take(16)) === INTEL_VENDOR, "format", "the quoting enclave is not Intel's");
  reader.take(20);
  const report = readBody(reader, version, tee);
  const signed = bytes.subarray(0, reader.at);
  const section = new Reader(reader.take(reader.uint32()));
  const signature = section.take(64);
  const attestationKey = p256Key(section.take(64));
  const certified = version === 3 ? section : certificationData(section, QE_REPORT);
  const qe = { signed: certified.take(SGX_BODY), signature: certified.take(64) };
  const authData = certified.take(certified.uint16());
  const pckChain = new TextDecoder().decode(certificationData(certified, PCK_CHAIN).rest());
  const qeReport = readSgx(new Reader(qe.signed));
  return { version, report, signed, signature, attestationKey, qe: { ...qe, report: qeReport }, authData, pckChain };
}

/** Since version 5 the body says what it is; before, the header does. */
function readBody(reader: Reader, version: number, tee: number): SgxReport | TdxReport {
  const isTdx = tee === 0x81;
  demand(isTdx || tee === 0, "format", `the quote is of an unknown kind (${tee})`);
  demand(version !== 3 || !isTdx, "format", "a quote of version 3 is of SGX");
  if (version < 5) return isTdx ? readTdx(reader) : readSgx(reader);
  const [type, size] = [reader.uint16(), reader.uint32()];
  const sizes: Record<number, number> = { 1: SGX_BODY, 2: TDX_BODY, 3: TDX_15_BODY };
  demand(
    sizes[type] === size && isTdx === (type !== 1),
    "format",
    `the quote's body of kind ${type} and ${size} bytes is unknown`,
  );
  const body = new Reader(reader.take(size));
  return isTdx ? readTdx(body) : readSgx(body);
}

function readSgx(reader: Reader): SgxReport {
  const cpuSvn = reader.hex(16);
  const miscSelect = reader.take(4);
  reader.take(28);
  const attributes = reader.take(16);
  const mrEnclave = reader.hex(32);
  reader.take(32);
  const mrSigner = reader.hex(32);
  reader.take(96);
  const [isvProdId, isvSvn] = [reader.uint16(), reader.uint16()];
  reader.take(60);
  const reportData = reader.take(64);
  return { kind: "sgx", cpuSvn, miscSelect, attributes, mrEnclave, mrSigner, isvProdId, isvSvn, reportData };
}

function readTdx(reader: Reader): TdxReport {
  return {
    kind: "tdx",
    teeTcbSvn: reader.take(16),
    mrSeam: reader.hex(48),
    mrSignerSeam: reader.hex(48),
    seamAttributes: reader.take(8),
    tdAttributes: reader.take(8),
    xfam: reader.hex(8),
    mrTd: reader.hex(48),
    mrConfigId: reader.hex(48),
    mrOwner: reader.hex(48),
    mrOwnerConfig: reader.hex(48),
    rtmr: [reader.hex(48), reader.hex(48), reader.hex(48), reader.hex(48)],
    reportData: reader.take(64),
  };
}

function certificationData(reader: Reader, type: number): Reader {
  const found = reader.uint16();
  demand(found === type, "format", `the quote is certified by data of kind ${found}, expected ${type}`);
  return new Reader(reader.take(reader.uint32()));
}

function p256Key(coordinates: Uint8Array): PublicKey {
  const point = new Uint8Array(65);
  point[0] = 4;
  point.set(coordinates, 1);
  return { curve: "P-256", point };
}

/** Integers are little endian. */
class Reader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  take(length: number): Uint8Array {
    const part = this.bytes.subarray(this.at, this.at + length);
    demand(part.length === length, "format", `the quote ends after ${this.bytes.length} bytes of a part that has more`);
    this.at += length;
    return part;
  }

  rest = (): Uint8Array => this.bytes.subarray(this.at);
  hex = (length: number): Hex => toHex(this.take(length));
  uint16 = (): number => this.view(2).getUint16(0, true);
  uint32 = (): number => this.view(4).getUint32(0, true);

  private view(length: number): DataView {
    const part = this.take(length);
    return new DataView(part.buffer, part.byteOffset, length);
  }
}
