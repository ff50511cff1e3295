import { sha256 } from "@noble/hashes/sha2.js";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { toHex, utf8 } from "../formats/bytes.js";
import { type AttestationRefusalCode, AttestationRefused, demand } from "./refusal.js";

/** What NVIDIA's service signs with. */
const ALGORITHM = "ES384";

/** A detached bundle of EAT tokens: the overall token, and one for each device by its name. */
export type NvidiaBundle = readonly [readonly ["JWT", string], Readonly<Record<string, string>>];

/** Claims that must come out; of nested ones those named. */
export interface NvidiaClaims {
  readonly [claim: string]: string | number | boolean | null | NvidiaClaims;
}

/** An appraisal policy in NVIDIA's form. */
export interface NvidiaPolicy {
  "authorization-rules": {
    "overall-claims": NvidiaClaims;
    "detached-claims": NvidiaClaims;
  };
}

export interface VerifyNvidiaParameters {
  bundle: NvidiaBundle;
  /** The service's published keys: what is trusted. */
  keys: JSONWebKeySet;
  /** Who must have issued all tokens. */
  issuer: string;
  /** The verifier's clock, seconds. */
  time: number;
  /** What was sent to the devices, hex without 0x. */
  nonce: string;
  /** What must hold of overall and device claims, beyond what always must. */
  policy: NvidiaPolicy;
  /** Take devices in debug mode, whose memory can be read from outside. Default: no. */
  allowDebug?: boolean;
}

/** What NVIDIA's attestation service says about GPUs and switches. */
export interface NvidiaAttestation {
  overall: JWTPayload;
  /** Claims by device name. */
  devices: ReadonlyMap<string, JWTPayload>;
}

/**
 * Verifies a bundle of NVIDIA's remote attestation service: signatures, times and issuer of all tokens, that the overall token
 * names exactly these device tokens, nonce, result, secure boot, debug mode, policy.
 *
 * @throws AttestationRefused with the first thing that fails
 */
export async function verifyNvidia(parameters: VerifyNvidiaParameters): Promise<NvidiaAttestation> {
  const { bundle, nonce, policy, allowDebug } = parameters;
  const [overallToken, tokens] = partsOf(bundle);
  const overall = await verifyToken(overallToken, "the overall token", parameters);
  demandSubmodules(overall.submods, tokens);
  const devices = new Map<string, JWTPayload>();
  for (const [name, token] of Object.entries(tokens)) devices.set(name, await verifyToken(token, name, parameters));
  demandNonce(overall, "the overall token", nonce);
  demandClaims(overall, { "x-nvidia-overall-att-result": true }, "the overall token");
  demandClaims(overall, policy["authorization-rules"]["overall-claims"], "the overall token");
  for (const [name, claims] of devices) {
    demandNonce(claims, name, nonce);
    demand(
      claims.dbgstat === "disabled" || allowDebug === true,
      "debug",
      `${name} can be debugged: dbgstat is ${claims.dbgstat}`,
    );
    demandClaims(claims, { measres: "success", secboot: true }, name);
    demandClaims(claims, policy["authorization-rules"]["detached-claims"], name);
  }
  return { overall, devices };
}

function partsOf(bundle: NvidiaBundle): [string, Record<string, string>] {
  const [overall, tokens] = Array.isArray(bundle) ? bundle : [];
  const isBundle =
    Array.isArray(overall) &&
    overall[0] === "JWT" &&
    typeof overall[1] === "string" &&
    typeof tokens === "object" &&
    tokens !== null;
  demand(isBundle, "format", "this is no bundle of an overall token and device tokens");
  const texts = Object.values(tokens);
  demand(
    texts.length > 0 && texts.every((token) => typeof token === "string"),
    "format",
    "the bundle has no device token",
  );
  return [overall[1], tokens];
}

async function verifyToken(
  token: string,
  what: string,
  { keys, issuer, time }: VerifyNvidiaParameters,
): Promise<JWTPayload> {
  try {
    const options = {
      issuer,
      algorithms: [ALGORITHM],
      currentDate: new Date(time * 1000),
      requiredClaims: ["exp", "nbf"],
    };
    return (await jwtVerify(token, createLocalJWKSet(keys), options)).payload;
  } catch (cause) {
    throw new AttestationRefused(codeOf(cause), `${what}: ${(cause as Error).message}`, { cause });
  }
}

/** Jose's errors in our words. */
function codeOf(error: unknown): AttestationRefusalCode {
  if (error instanceof errors.JWTExpired) return "time";
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === "missing") return "format";
    return error.claim === "nbf" ? "time" : "expected";
  }
  if (error instanceof errors.JWKSNoMatchingKey) return "root";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "signature";
  return "format";
}

/** The overall token names each device with the SHA-256 of its token. */
function demandSubmodules(submods: unknown, tokens: Record<string, string>): void {
  demand(typeof submods === "object" && submods !== null, "format", "the overall token names no devices");
  const named = new Map(Object.entries(submods as Record<string, unknown>));
  const isSame =
    named.size === Object.keys(tokens).length && [...named.keys()].every((name) => Object.hasOwn(tokens, name));
  demand(
    isSame,
    "binding",
    `the overall token is of ${[...named.keys()].join(", ")}, the bundle of ${Object.keys(tokens).join(", ")}`,
  );
  for (const [name, token] of Object.entries(tokens)) {
    const expected = JSON.stringify(["DIGEST", ["SHA-256", toHex(sha256(utf8(token))).slice(2)]]);
    demand(JSON.stringify(named.get(name)) === expected, "binding", `the overall token is of another token of ${name}`);
  }
}

function demandNonce({ eat_nonce: found }: JWTPayload, what: string, nonce: string): void {
  const isSame = typeof found === "string" && found.toLowerCase() === nonce.toLowerCase();
  demand(isSame, "expected", `${what}: the nonce is ${found}, expected ${nonce}`);
}

function demandClaims(found: Readonly<Record<string, unknown>>, expected: NvidiaClaims, what: string): void {
  for (const [claim, value] of Object.entries(expected)) {
    const has = found[claim];
    if (typeof value === "object" && value !== null) {
      demand(typeof has === "object" && has !== null, "expected", `${what} has no ${claim}`);
      demandClaims(has as Record<string, unknown>, value, `${what}: ${claim}`);
    } else
      demand(
        has === value,
        "expected",
        `${what}: ${claim} is ${JSON.stringify(has)}, expected ${JSON.stringify(value)}`,
      );
  }
}
