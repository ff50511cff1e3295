import type { AccessReason } from "@colophon-protocol/sdk/keys";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Codes that a key node answers with, and their HTTP status. */
const NODE_ERROR_STATUS = {
  malformed: 400,
  wrong_network: 400,
  bad_signature: 401,
  request_expired: 401,
  request_not_yet_valid: 401,
  request_too_long: 401,
  access_denied: 403,
  conditions_not_allowed: 403,
  not_found: 404,
  replayed: 409,
  too_large: 413,
  rate_limited: 429,
  internal: 500,
  stale_head: 503,
  rpc_unavailable: 503,
  busy: 503,
  shutting_down: 503,
} as const satisfies Record<string, ContentfulStatusCode>;

export type NodeErrorCode = keyof typeof NODE_ERROR_STATUS;

/** A refusal with the words that the client gets to see. Never carries secrets. */
export class KeyNodeError extends Error {
  override readonly name = "KeyNodeError";
  constructor(
    readonly code: NodeErrorCode,
    message: string,
    readonly reason?: AccessReason,
  ) {
    super(message);
  }

  get status(): ContentfulStatusCode {
    return NODE_ERROR_STATUS[this.code];
  }
}

/** The chain's no, with its reason. */
export function denied(reason: AccessReason): KeyNodeError {
  return new KeyNodeError("access_denied", `The license token answers ${reason}; expected Granted.`, reason);
}

/** Configuration or share file that cannot be used; shown to the operator only. */
export class KeyNodeConfigError extends Error {
  override readonly name = "KeyNodeConfigError";
}
