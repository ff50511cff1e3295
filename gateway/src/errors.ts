/** What the gateway answers when it says no: RFC 9457 problem details with a stable `code`. */

/** Stable codes; clients may branch on them. */
export type ProblemCode =
  | "invalid_request"
  | "invalid_json"
  | "body_too_large"
  | "not_found"
  | "method_not_allowed"
  | "invalid_login"
  | "invalid_token"
  | "invalid_dpop_proof"
  | "access_denied"
  | "not_allowed"
  | "conflict"
  | "range_not_satisfiable"
  | "too_many_streams"
  | "too_many_jobs"
  | "job_too_large"
  | "rate_limited"
  | "voucher_needed"
  | "deposit_needed"
  | "quota_exhausted"
  | "meter_busy"
  | "payment_required"
  | "payment_failed"
  | "chain_unavailable"
  | "stale_head"
  | "database_unavailable"
  | "storage_unavailable"
  | "log_lost"
  | "busy"
  | "internal";

const TITLES: Record<ProblemCode, string> = {
  invalid_request: "The request is not well formed",
  invalid_json: "The body is not JSON",
  body_too_large: "The body is too large",
  not_found: "Not found",
  method_not_allowed: "Method not allowed",
  invalid_login: "The sign-in was not accepted",
  invalid_token: "The access token was not accepted",
  invalid_dpop_proof: "The DPoP proof was not accepted",
  access_denied: "The chain denies access",
  not_allowed: "Not allowed",
  conflict: "The state does not allow this",
  range_not_satisfiable: "The range is outside the data",
  too_many_streams: "Too many streams at once",
  too_many_jobs: "Too many jobs at once",
  job_too_large: "The job is too large",
  rate_limited: "Too many requests",
  voucher_needed: "A usage voucher is needed first",
  deposit_needed: "A deposit is needed first",
  quota_exhausted: "The license's units are used up",
  payment_required: "A payment is required",
  payment_failed: "The payment failed",
  meter_busy: "Other uses of the license are being served",
  chain_unavailable: "The chain does not answer",
  stale_head: "The chain's head is stale",
  database_unavailable: "The database does not answer",
  storage_unavailable: "The storage does not answer",
  log_lost: "The log lacks what was anchored",
  busy: "The gateway is busy",
  internal: "Internal error",
};

/** Extra members of the answer, and headers that go with it. */
export interface ProblemExtra {
  /** LicenseToken's answer, for `access_denied`. */
  reason?: string;
  headers?: Record<string, string>;
  /** What is needed, for `voucher_needed` and `deposit_needed`. */
  needed?: Record<string, unknown>;
  cause?: unknown;
}

/** Thrown anywhere, answered as problem details. The message goes to the client: it never holds a secret. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly reason: string | undefined;
  readonly headers: Record<string, string>;
  readonly needed: Record<string, unknown> | undefined;

  /**
   * @param status HTTP status
   * @param code stable code
   * @param detail what was wrong, what was expected, what to do
   */
  constructor(
    readonly status: number,
    readonly code: ProblemCode,
    detail: string,
    extra: ProblemExtra = {},
  ) {
    super(detail, { cause: extra.cause });
    this.reason = extra.reason;
    this.headers = extra.headers ?? {};
    this.needed = extra.needed;
  }

  /** The body of the answer. */
  toJSON(): Record<string, unknown> {
    return {
      type: `urn:colophon:problem:${this.code}`,
      title: TITLES[this.code],
      status: this.status,
      code: this.code,
      detail: this.message,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(this.needed === undefined ? {} : { needed: this.needed }),
    };
  }
}

/** 400 `invalid_request`. */
export function badRequest(detail: string): Problem {
  return new Problem(400, "invalid_request", detail);
}

/** 404. */
export function notFound(detail: string): Problem {
  return new Problem(404, "not_found", detail);
}

/** 401 with the DPoP challenge that RFC 9449 section 7.1 asks for. */
export function unauthorized(code: "invalid_token" | "invalid_dpop_proof", detail: string): Problem {
  return new Problem(401, code, detail, { headers: { "www-authenticate": `DPoP error="${code}", algs="ES256"` } });
}

/** 403 with the chain's reason. */
export function accessDenied(reason: string, detail: string): Problem {
  return new Problem(403, "access_denied", detail, { reason });
}

/** 503 with Retry-After: nothing is granted or served until the cause is gone. */
export function unavailable(
  code: "chain_unavailable" | "stale_head" | "database_unavailable" | "storage_unavailable" | "busy",
  detail: string,
  cause?: unknown,
): Problem {
  return new Problem(503, code, detail, { cause, headers: { "retry-after": "2" } });
}
