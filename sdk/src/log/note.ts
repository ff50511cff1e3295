/** Signed notes (C2SP signed-note v1.0.0): a text under signatures of keys that have names. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { base64pad } from "multiformats/bases/base64";
import { concat, utf8, viewOf } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import { sha256 } from "../formats/hash.js";

/** Longest note that is read, in bytes: sixteen signatures of the largest kind fit many times. */
const MAX_NOTE = 100_000;
const ED25519 = 0x01;
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;

/** One signature line. `keyId` is a short name of the key, 32 bits, not a commitment to it. */
export interface NoteSignature {
  name: string;
  keyId: number;
  signature: Uint8Array;
}

/** A note as it stands: nothing in it is to be believed before `openNote`. `text` ends with its newline. */
export interface Note {
  text: string;
  signatures: NoteSignature[];
}

/** Checks one key's signatures. */
export interface NoteVerifier {
  name: string;
  keyId: number;
  /** Whether `signature` is the key's over the bytes of `text`. */
  verify(text: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
}

/** Signs as one key. */
export interface NoteSigner {
  name: string;
  keyId: number;
  sign(text: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Key id as the specification recommends: the first 4 bytes of SHA-256(name ‖ newline ‖ type ‖ key), big endian. */
export function noteKeyId(name: string, type: number, key: Uint8Array): number {
  return viewOf(sha256(concat(utf8(`${requireName(name)}\n`), Uint8Array.of(type), key))).getUint32(0);
}

/**
 * Takes a note apart.
 * @throws FormatError `value` when it is no note
 */
export function parseNote(note: string): Note {
  if (note.length > MAX_NOTE) throw bad(`it has ${note.length} characters, expected at most ${MAX_NOTE}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids exactly these
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw bad("it has control characters other than newline");
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) throw bad("expected a text, an empty line, and signature lines");
  const lines = note.slice(end + 2, -1).split("\n");
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

/** A note's form: its text, an empty line, and one line for each signature. */
export function formatNote({ text, signatures }: Note): string {
  const lines = signatures.map(({ name, keyId, signature }) => {
    const id = new Uint8Array(4);
    viewOf(id).setUint32(0, keyId);
    return `— ${requireName(name)} ${base64pad.baseEncode(concat(id, signature))}\n`;
  });
  return `${text}\n${lines.join("")}`;
}

/**
 * Signs a text, which ends with a newline.
 * @throws FormatError `value` when a note cannot have this text
 */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  const bytes = utf8(text);
  const signatures = await Promise.all(
    signers.map(async ({ name, keyId, sign }) => ({ name, keyId, signature: await sign(bytes) })),
  );
  const note = formatNote({ text, signatures });
  if (parseNote(note).text !== text) throw bad("the text must end with a newline");
  return note;
}

/**
 * The note's text, with the signatures of known keys that were checked. Signatures of unknown keys are passed over.
 * @throws FormatError `value` when it is no note, `signature` when a known key's signature is not valid, or none is by a known key
 */
export async function openNote(note: string, verifiers: readonly NoteVerifier[]): Promise<Note> {
  const { text, signatures } = parseNote(note);
  const bytes = utf8(text);
  const checked: NoteSignature[] = [];
  for (const line of signatures) {
    const known = verifiers.find(({ name, keyId }) => name === line.name && keyId === line.keyId);
    if (!known) continue;
    if (!(await known.verify(bytes, line.signature))) {
      throw new FormatError("signature", `the signature of ${line.name} is not its key's over this note.`);
    }
    checked.push(line);
  }
  if (checked.length === 0) {
    const names = verifiers.map(({ name }) => name).join(", ");
    throw new FormatError("signature", `no signature is by a known key, expected one by ${names}.`);
  }
  return { text, signatures: checked };
}

/** A public Ed25519 key as tools for notes write it: `name+hash+key`, with the type and key in base64. */
export function formatVerifierKey(name: string, publicKey: Uint8Array): string {
  const hash = noteKeyId(name, ED25519, publicKey).toString(16).padStart(8, "0");
  return `${name}+${hash}+${base64pad.baseEncode(concat(Uint8Array.of(ED25519), publicKey))}`;
}

/**
 * Reads `name+hash+key`.
 * @throws FormatError `value` when it is not of that form, of another type than Ed25519, or its hash is not the key's
 */
export function ed25519Verifier(verifierKey: string): NoteVerifier {
  const [, name = "", hash = "", encoded = ""] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(verifierKey) ?? [];
  const key = encoded === "" ? new Uint8Array() : decode(encoded);
  if (key.length !== 33 || key[0] !== ED25519) {
    throw new FormatError(
      "value",
      `"${verifierKey.slice(0, 200)}" is no verifier key: expected name+hash+key, Ed25519.`,
    );
  }
  const publicKey = key.subarray(1);
  const keyId = noteKeyId(name, ED25519, publicKey);
  if (keyId !== Number.parseInt(hash, 16)) {
    throw new FormatError("value", `the verifier key's hash is ${hash}, its key and name give ${keyId.toString(16)}.`);
  }
  return { name, keyId, verify: (text, signature) => isSigned(publicKey, text, signature) };
}

/** Signs notes with an Ed25519 secret key (32 bytes, RFC 8032). */
export function ed25519Signer(name: string, secretKey: Uint8Array): NoteSigner & { verifierKey: string } {
  const publicKey = ed25519.getPublicKey(secretKey);
  return {
    name,
    keyId: noteKeyId(name, ED25519, publicKey),
    verifierKey: formatVerifierKey(name, publicKey),
    sign: (text) => ed25519.sign(text, secretKey),
  };
}

function isSigned(publicKey: Uint8Array, text: Uint8Array, signature: Uint8Array): boolean {
  // Of malformed input noble throws.
  try {
    return ed25519.verify(signature, text, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

function parseSignature(line: string): NoteSignature {
  const [, name = "", encoded = ""] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = encoded === "" ? new Uint8Array() : decode(encoded);
  if (bytes.length < 5) throw bad(`"${line.slice(0, 80)}" is no signature line`);
  return { name, keyId: viewOf(bytes).getUint32(0), signature: bytes.slice(4) };
}

function decode(encoded: string): Uint8Array {
  try {
    return base64pad.baseDecode(encoded);
  } catch {
    return new Uint8Array();
  }
}

function requireName(name: string): string {
  if (/^[^\s+]+$/u.test(name)) return name;
  throw new FormatError("value", `"${name.slice(0, 80)}" is no key name: expected text without spaces and plus signs.`);
}

const bad = (why: string) => new FormatError("value", `this is no signed note: ${why}.`);
