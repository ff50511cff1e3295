import type { Hex } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import { canonicalBytes } from "../formats/jcs.js";
import { type DsseEnvelope, type DsseSigner, signDsse, type VerifyDsseParameters, verifyDsse } from "./dsse.js";

/** Media type of in-toto statements in envelopes. */
export const IN_TOTO_TYPE = "application/vnd.in-toto+json";
/** What every statement of version 1 begins with. */
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

/** A thing that a statement is about: a name, and digests by algorithm in hex without 0x. */
export interface InTotoSubject {
  name: string;
  digest: Record<string, string>;
}

/** An in-toto Statement v1. */
export interface InTotoStatement<P = unknown> {
  _type: typeof STATEMENT_TYPE;
  subject: InTotoSubject[];
  predicateType: string;
  predicate: P;
}

/** A statement. */
export function inTotoStatement<P>(subject: InTotoSubject[], predicateType: string, predicate: P): InTotoStatement<P> {
  return { _type: STATEMENT_TYPE, subject, predicateType, predicate };
}

/** A digest as in-toto writes it. */
export const sha256Digest = (hash: Hex): { sha256: string } => ({ sha256: hash.slice(2) });

/** A statement in a signed envelope; its JSON is canonical (RFC 8785). @throws FormatError `value` on what JSON loses */
export function signInToto(statement: InTotoStatement, signers: readonly DsseSigner[]): Promise<DsseEnvelope> {
  return signDsse(IN_TOTO_TYPE, canonicalBytes(statement), signers);
}

/**
 * The statement in an envelope that enough trusted keys signed.
 * @param predicateType the one that the caller understands
 * @throws FormatError `schema`, `signature`, or `value` for another type or predicate
 */
export function verifyInToto<P>(
  envelope: unknown,
  predicateType: string,
  parameters: Omit<VerifyDsseParameters, "payloadTypes">,
): InTotoStatement<P> {
  const payload = verifyDsse(envelope, { ...parameters, payloadTypes: [IN_TOTO_TYPE] });
  const statement = readStatement(payload);
  if (statement.predicateType === predicateType) return statement as InTotoStatement<P>;
  throw new FormatError("value", `the statement is a ${statement.predicateType}, expected ${predicateType}.`);
}

function readStatement(payload: Uint8Array): InTotoStatement {
  let statement: Partial<InTotoStatement>;
  try {
    statement = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (cause) {
    throw new FormatError("schema", "the statement is not JSON.", { cause });
  }
  const { _type, subject, predicateType, predicate } = statement ?? {};
  const named = (each: InTotoSubject) => typeof each?.digest === "object" && Object.keys(each.digest).length > 0;
  const isSubject = Array.isArray(subject) && subject.length > 0 && subject.every(named);
  if (_type === STATEMENT_TYPE && isSubject && typeof predicateType === "string" && predicate !== undefined)
    return statement as InTotoStatement;
  throw new FormatError("schema", "this is no in-toto Statement v1 with subjects that have digests.");
}
