import { concat, fromHex, type Hex, toHex, utf8 } from "./bytes.js";
import { derToFixed, fixedToDer } from "./der.js";
import { DocumentFormat } from "./document.js";
import { FormatError } from "./errors.js";
import bundleSchema from "./generated/signature-bundle-validator.js";
import statementSchema from "./generated/signature-statement-validator.js";
import { type Sha256, sha256 } from "./hash.js";
import { canonicalBytes } from "./jcs.js";

/** Bundles name files by hash; this holds a hundred thousand names. */
const MAX_BYTES = 33_554_432;
const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const PREDICATE_TYPE = "https://model_signing/signature/v1.0";
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
const MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** DER object identifiers of the two curves, as they stand in a public key. */
const CURVES = [
  { oid: "06082a8648ce3d030107", namedCurve: "P-256", hash: "SHA-256", size: 32 },
  { oid: "06052b81040022", namedCurve: "P-384", hash: "SHA-384", size: 48 },
] as const;

/** A signed file: its name and SHA-256. */
export interface SignedResource {
  name: string;
  digest: Hex;
}

/** in-toto Statement v1 with the OpenSSF model-signing predicate. */
export interface SignatureStatement {
  _type: typeof STATEMENT_TYPE;
  subject: [{ name: string; digest: { sha256: string } }];
  predicateType: typeof PREDICATE_TYPE;
  predicate: {
    resources: { name: string; algorithm: "sha256"; digest: string }[];
    serialization: { method: "files"; hash_type: "sha256"; allow_symlinks: boolean; ignore_paths?: string[] };
  };
}

/** The key-signed form of an OpenSSF model-signing bundle. */
export interface SignatureBundle {
  mediaType: typeof MEDIA_TYPE;
  verificationMaterial: { publicKey: { hint: string; rawBytes?: string }; tlogEntries?: object[] };
  dsseEnvelope: { payload: string; payloadType: typeof PAYLOAD_TYPE; signatures: [{ sig: string; keyid?: string }] };
}

/** Signs with ECDSA on P-256 and SHA-256. */
export interface DocumentSigner {
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Uint8Array;
  /** 64 bytes, r ‖ s. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

const statementFormat = /*#__PURE__*/ new DocumentFormat<SignatureStatement>(
  "signed statement",
  statementSchema,
  MAX_BYTES,
);
const bundleFormat = /*#__PURE__*/ new DocumentFormat<SignatureBundle>("signature bundle", bundleSchema, MAX_BYTES);

/** A new P-256 key pair of the platform; extractable, so that the owner can keep it. */
export async function generateSigningKey(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
}

/** A signer over a P-256 key pair of WebCrypto. */
export async function webCryptoSigner(pair: { publicKey: CryptoKey; privateKey: CryptoKey }): Promise<DocumentSigner> {
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  return {
    publicKey,
    sign: async (data) => new Uint8Array(await crypto.subtle.sign(algorithm, pair.privateKey, data as BufferSource)),
  };
}

/** PEM text of a public key, as OpenSSL writes it. */
export function publicKeyPem(spki: Uint8Array): string {
  const lines = toBase64(spki).match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----\n`;
}

/** DER bytes of a public key from PEM; text around it is ignored. */
export function publicKeyFromPem(pem: string): Uint8Array {
  const body = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(pem)?.[1];
  if (!body) throw new FormatError("signature", "no PUBLIC KEY block in the PEM text.");
  return fromBase64(body.replace(/\s/g, ""));
}

/** The key's name in a bundle: SHA-256 of its PEM text, hex without 0x. */
export function publicKeyHint(spki: Uint8Array, hash: Sha256 = sha256): string {
  return toHex(hash(utf8(publicKeyPem(spki)))).slice(2);
}

/**
 * Signs files by their hashes.
 * @param subject what they are together, for people
 * @param resources in any order; names distinct
 */
export async function signResources(
  subject: string,
  resources: readonly SignedResource[],
  signer: DocumentSigner,
): Promise<SignatureBundle> {
  const sorted = [...resources].sort((a, b) => (a.name < b.name ? -1 : 1));
  const statement: SignatureStatement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: subject, digest: { sha256: subjectDigest(sorted.map((r) => r.digest)) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      resources: sorted.map(({ name, digest }) => ({ name, algorithm: "sha256", digest: digest.slice(2) })),
      serialization: { method: "files", hash_type: "sha256", allow_symlinks: false },
    },
  };
  statementFormat.check(statement);
  const payload = canonicalBytes(statement);
  const sig = fixedToDer(await signer.sign(preAuthEncoding(payload)));
  return {
    mediaType: MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: publicKeyHint(signer.publicKey) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: toBase64(payload),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: toBase64(sig), keyid: "" }],
    },
  };
}

/**
 * Checks a bundle: its form, that one of the trusted keys signed it, and that it is about the expected files.
 * @param trustedKeys SubjectPublicKeyInfo (DER) of keys on P-256 or P-384
 * @param expected files that must be among the signed ones; none to check the signature alone
 * @returns the statement that was signed
 * @throws FormatError `schema` on another form, `signature` when unsigned, signed by another or altered, `mismatch` when an
 * expected file is missing or has another hash
 */
export async function verifyBundle(
  bundle: unknown,
  trustedKeys: readonly Uint8Array[],
  expected: readonly SignedResource[] = [],
): Promise<SignatureStatement> {
  const { verificationMaterial, dsseEnvelope } = bundleFormat.check(bundle);
  const { hint } = verificationMaterial.publicKey;
  const key = trustedKeys.find((candidate) => publicKeyHint(candidate) === hint);
  if (!key)
    throw new FormatError("signature", `signed by key ${hint.slice(0, 16)}…, which is not one of those trusted.`);
  const payload = fromBase64(dsseEnvelope.payload);
  const [signature] = dsseEnvelope.signatures;
  if (!(await verifyEcdsa(key, fromBase64(signature.sig), preAuthEncoding(payload)))) {
    throw new FormatError(
      "signature",
      "the signature does not fit: the statement was altered or signed by another key.",
    );
  }
  const statement = parseStatement(payload);
  requireExpected(statement, expected);
  return statement;
}

function parseStatement(payload: Uint8Array): SignatureStatement {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (cause) {
    throw new FormatError("schema", "the signed payload is not JSON.", { cause });
  }
  const statement = statementFormat.check(parsed);
  const digests = statement.predicate.resources.map((resource): Hex => `0x${resource.digest}`);
  if (subjectDigest(digests) !== statement.subject[0].digest.sha256) {
    throw new FormatError("mismatch", "the statement's subject is not the hash of its resources.");
  }
  return statement;
}

function requireExpected(statement: SignatureStatement, expected: readonly SignedResource[]): void {
  const signed = new Map(statement.predicate.resources.map((resource) => [resource.name, resource.digest]));
  for (const { name, digest } of expected) {
    if (signed.get(name) !== digest.slice(2).toLowerCase()) {
      const found = signed.get(name) ?? "nothing";
      throw new FormatError("mismatch", `the signature covers ${found} for ${name}, expected ${digest}.`);
    }
  }
}

/** DSSE's pre-authentication encoding, which is what is signed. */
function preAuthEncoding(payload: Uint8Array): Uint8Array {
  return concat(utf8(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload);
}

/** OpenSSF model signing: SHA-256 over the raw digests of all resources, in order. */
function subjectDigest(digests: readonly Hex[]): string {
  return toHex(sha256(concat(...digests.map((digest) => fromHex(digest, 32))))).slice(2);
}

async function verifyEcdsa(spki: Uint8Array, der: Uint8Array, data: Uint8Array): Promise<boolean> {
  const curve = CURVES.find(({ oid }) => toHex(spki).includes(oid));
  if (!curve) throw new FormatError("signature", "the key is on another curve: expected P-256 or P-384.");
  const fixed = derToFixed(der, curve.size);
  if (!fixed) return false;
  const { namedCurve, hash } = curve;
  const key = await crypto.subtle.importKey("spki", spki as BufferSource, { name: "ECDSA", namedCurve }, false, [
    "verify",
  ]);
  return await crypto.subtle.verify({ name: "ECDSA", hash }, key, fixed as BufferSource, data as BufferSource);
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch (cause) {
    throw new FormatError("signature", "not base64.", { cause });
  }
}
