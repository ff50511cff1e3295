import type { AccessReason } from "./access.js";

/** Why one key node did not serve: its address, the code that it answered (or `unreachable`, `timeout`, `bad_share`), and its words. */
export interface KeyNodeFailure {
  url: string;
  code: string;
  message: string;
}

/** Base class of everything that can go wrong between a wrapped key and its plaintext. */
export class KeyError extends Error {
  override readonly name: string = "KeyError";
}

/** Conditions, a wrapped key or a network description that is not well formed, or not of the one shape that nodes accept. */
export class KeyFormatError extends KeyError {
  override readonly name = "KeyFormatError";
}

/** The chain says no. `reason` is the answer of `LicenseToken.accessOf`. Trying again does not help until the license changes. */
export class KeyAccessDenied extends KeyError {
  override readonly name = "KeyAccessDenied";
  constructor(
    readonly reason: AccessReason | "Unknown",
    readonly failures: readonly KeyNodeFailure[],
  ) {
    super(
      `Access denied by the key nodes: ${reason}. Expected accessOf to answer Granted for this license, account, version and use; ` +
        "check the license and its standing, then ask again.",
    );
  }
}

/** Fewer nodes than the threshold gave a valid share. `failures` says, per node, why. Trying again may help. */
export class KeyNodesUnavailable extends KeyError {
  override readonly name = "KeyNodesUnavailable";
  constructor(
    readonly needed: number,
    readonly got: number,
    readonly failures: readonly KeyNodeFailure[],
  ) {
    const detail = failures.map((f) => `${f.url}: ${f.code} (${f.message})`).join("; ");
    super(
      `Only ${got} of the ${needed} key nodes needed gave a valid share. ${detail}. Try again, or ask the nodes' operators.`,
    );
  }
}

/** The combined share opened nothing: the ciphertext was altered or belongs to another network. */
export class KeyUnwrapError extends KeyError {
  override readonly name = "KeyUnwrapError";
}
