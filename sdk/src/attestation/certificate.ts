import { AsnConvert } from "@peculiar/asn1-schema";
import {
  BasicConstraints,
  Certificate as CertificateAsn,
  CertificateList,
  type Extension,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  KeyUsage,
  KeyUsageFlags,
  type Time,
} from "@peculiar/asn1-x509";
import { toHex } from "../formats/bytes.js";
import type { CurveName, PublicKey } from "./ecdsa.js";
import { demand, reading } from "./refusal.js";

/** Object identifiers. */
const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
/** Curves by their identifier in DER. */
const CURVES: Record<string, CurveName> = { "0x06082a8648ce3d030107": "P-256", "0x06052b81040022": "P-384" };
const SIGNATURES: Record<string, CurveName> = { "1.2.840.10045.4.3.2": "P-256", "1.2.840.10045.4.3.3": "P-384" };

/** A signed ASN.1 structure: what is signed, and by which kind of key. */
export interface Signed {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly curve: CurveName;
  /** DER of the issuer's name. */
  readonly issuer: string;
}

/** An X.509 certificate, as far as chains of elliptic-curve keys need it. Times in seconds. */
export interface Certificate extends Signed {
  readonly der: Uint8Array;
  readonly subject: string;
  readonly serial: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKey;
  /** May issue certificates, with at most this many intermediate ones after it. */
  readonly maxPathLength?: number;
  readonly signsCertificates: boolean;
  readonly signsLists: boolean;
  /** Values by object identifier. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}

/** A certificate revocation list. */
export interface RevocationList extends Signed {
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly serials: ReadonlySet<string>;
}

/** @throws AttestationRefused `certificate` where the bytes are none, or of a kind that is not supported */
export function readCertificate(der: Uint8Array): Certificate {
  return reading("certificate", "a certificate", () => certificateOf(der));
}

function certificateOf(der: Uint8Array): Certificate {
  const { tbsCertificate: tbs, ...outer } = AsnConvert.parse(der, CertificateAsn);
  const extensions = tbs.extensions ?? [];
  demandKnown(extensions);
  const key = tbs.subjectPublicKeyInfo;
  const curve = key.algorithm.parameters && CURVES[toHex(new Uint8Array(key.algorithm.parameters))];
  demand(
    key.algorithm.algorithm === EC_PUBLIC_KEY && !!curve,
    "certificate",
    "a certificate's key is not of P-256 or P-384",
  );
  const constraints = part(extensions, id_ce_basicConstraints, BasicConstraints);
  const usage = part(extensions, id_ce_keyUsage, KeyUsage);
  const may = (flag: KeyUsageFlags) => !usage || (usage.toNumber() & flag) !== 0;
  return {
    der,
    ...signedPart(outer.tbsCertificateRaw, outer.signatureValue, outer.signatureAlgorithm.algorithm),
    issuer: name(tbs.issuer),
    subject: name(tbs.subject),
    serial: toHex(new Uint8Array(tbs.serialNumber)),
    notBefore: seconds(tbs.validity.notBefore),
    notAfter: seconds(tbs.validity.notAfter),
    publicKey: { curve, point: new Uint8Array(key.subjectPublicKey) },
    ...(constraints?.cA && { maxPathLength: constraints.pathLenConstraint ?? Number.POSITIVE_INFINITY }),
    signsCertificates: may(KeyUsageFlags.keyCertSign),
    signsLists: may(KeyUsageFlags.cRLSign),
    extensions: new Map(extensions.map(({ extnID, extnValue }) => [extnID, new Uint8Array(extnValue.buffer)])),
  };
}

/** @throws AttestationRefused `certificate` where the bytes are no list with an end */
export function readRevocationList(der: Uint8Array): RevocationList {
  return reading("certificate", "a revocation list", () => revocationListOf(der));
}

function revocationListOf(der: Uint8Array): RevocationList {
  const { tbsCertList: list, ...outer } = AsnConvert.parse(der, CertificateList);
  demand(list.nextUpdate !== undefined, "certificate", "a revocation list does not say until when it holds");
  return {
    ...signedPart(outer.tbsCertListRaw, outer.signature, outer.signatureAlgorithm.algorithm),
    issuer: name(list.issuer),
    thisUpdate: seconds(list.thisUpdate),
    nextUpdate: seconds(list.nextUpdate),
    serials: new Set(list.revokedCertificates?.map(({ userCertificate }) => toHex(new Uint8Array(userCertificate)))),
  };
}

/** Certificates of a PEM text, in its order. */
export function readPem(text: string): Certificate[] {
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)];
  return blocks.map(([, base64]) => {
    const binary = reading("certificate", "a certificate", () => atob((base64 as string).replace(/\s/g, "")));
    return readCertificate(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  });
}

function signedPart(raw: ArrayBuffer | undefined, signature: ArrayBuffer, algorithm: string): Omit<Signed, "issuer"> {
  const curve = SIGNATURES[algorithm];
  demand(
    curve !== undefined && raw !== undefined,
    "certificate",
    `the signature algorithm ${algorithm} is not supported`,
  );
  return { signed: new Uint8Array(raw), signature: new Uint8Array(signature), curve };
}

/** What a chain may ask of its certificates: a critical extension beyond these must not be passed over. */
const KNOWN_CRITICAL = new Set<string>([id_ce_basicConstraints, id_ce_keyUsage]);

function demandKnown(extensions: Extension[]): void {
  const unknown = extensions.find(({ critical, extnID }) => critical && !KNOWN_CRITICAL.has(extnID));
  demand(!unknown, "certificate", `the critical extension ${unknown?.extnID} is not supported`);
}

function part<T>(extensions: Extension[], id: string, type: new () => T): T | undefined {
  const found = extensions.find(({ extnID }) => extnID === id);
  return found && AsnConvert.parse(found.extnValue.buffer, type);
}

const name = (value: object) => toHex(new Uint8Array(AsnConvert.serialize(value)));
const seconds = (time: Time) => Math.floor(time.getTime().getTime() / 1000);
