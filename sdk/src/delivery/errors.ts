/**
 * Why a delivery failed. Codes are stable.
 *
 * - `denied`: the chain denies access; `reason` is LicenseToken's answer. Trying again does not help until the license changes.
 * - `sign-in`: the gateway did not accept the sign-in, token or proof.
 * - `not-found`: the gateway does not serve this.
 * - `refused`: the gateway refused the request for another reason.
 * - `unavailable`: the gateway, its chain or its database did not answer after all tries. Resume later.
 * - `corrupt`: a chunk did not match the encoding root or the content root after all tries; `chunk` is its index.
 * - `aborted`: the caller's signal ended it.
 */
export type DeliveryErrorCode = "denied" | "sign-in" | "not-found" | "refused" | "unavailable" | "corrupt" | "aborted";

/** Details beside the message. */
export interface DeliveryErrorDetails {
  reason?: string | undefined;
  /** HTTP status and problem code of the gateway. */
  status?: number | undefined;
  problem?: string | undefined;
  chunk?: number | undefined;
  cause?: unknown;
}

/** Thrown by everything in `delivery`: says what was wrong, what was expected and what to do. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly reason: string | undefined;
  readonly status: number | undefined;
  readonly problem: string | undefined;
  readonly chunk: number | undefined;

  constructor(
    readonly code: DeliveryErrorCode,
    message: string,
    details: DeliveryErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.reason = details.reason;
    this.status = details.status;
    this.problem = details.problem;
    this.chunk = details.chunk;
  }
}

/** What an answer other than 2xx means. */
export async function errorOf(response: Response): Promise<DeliveryError> {
  const body = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; reason?: string };
  const { status } = response;
  const details = { status, problem: body.code, reason: body.reason };
  const message = body.detail ?? `The gateway answered ${status}.`;
  return new DeliveryError(codeOf(status, body.code), message, details);
}

function codeOf(status: number, problem: string | undefined): DeliveryErrorCode {
  if (problem === "access_denied") return "denied";
  if (status === 401) return "sign-in";
  if (status === 404) return "not-found";
  return status === 429 || status >= 500 ? "unavailable" : "refused";
}
