import { BaseError } from "viem";

/**
 * What kind of failure it is.
 * - `reverted`: a contract refused; `data` says which error, with values
 * - `rejected`: the person or wallet declined to sign
 * - `funds`: the account cannot pay for gas or value
 * - `guard`: a limit set by the caller (price, terms) was not met; nothing was sent
 * - `requirement`: something must be done first (approve, sign, fund)
 * - `wrong-chain`: client, wallet and deployment disagree on the chain
 * - `network`: the RPC endpoint or indexer did not answer properly
 * - `timeout`: no receipt in time; the transaction may still be mined
 * - `input`: an argument makes no sense
 * - `unknown`: anything else
 */
export type ColophonErrorCode =
  | "reverted"
  | "rejected"
  | "funds"
  | "guard"
  | "requirement"
  | "wrong-chain"
  | "network"
  | "timeout"
  | "input"
  | "unknown";

/** A decoded contract error: values, not strings. */
export interface DecodedRevert {
  errorName: string;
  /** Arguments in the order of the ABI. */
  args: readonly unknown[];
  /** Raw revert data, when the node gave it. */
  raw?: `0x${string}`;
}

interface ColophonErrorOptions {
  code: ColophonErrorCode;
  hint?: string | undefined;
  data?: DecodedRevert | undefined;
  cause?: unknown;
}

/** Every error that the SDK throws on purpose. `cause` keeps what happened underneath, whole. */
export class ColophonError extends BaseError {
  override readonly name: string = "ColophonError";
  readonly code: ColophonErrorCode;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** Set when a contract refused. */
  readonly data: DecodedRevert | undefined;

  constructor(message: string, { code, hint, data, cause }: ColophonErrorOptions) {
    super(message, {
      ...(cause instanceof Error ? { cause } : {}),
      ...(hint ? { metaMessages: [hint] } : {}),
    });
    this.code = code;
    this.hint = hint;
    this.data = data;
  }
}
