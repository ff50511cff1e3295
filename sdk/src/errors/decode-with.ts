/** From anything thrown to a ColophonError: code, words, decoded values, and the cause whole. Brings no table of its own. */
import {
  BaseError,
  ChainMismatchError,
  ContractFunctionRevertedError,
  type Hex,
  HttpRequestError,
  InsufficientFundsError,
  TimeoutError,
  UserRejectedRequestError,
  WaitForTransactionReceiptTimeoutError,
} from "viem";
import { ColophonError, type ColophonErrorCode, type DecodedRevert } from "./colophon-error.js";
import { describeWith, type ErrorHints } from "./words.js";

/** What is known of contract errors: all of them, or only those that one contract throws. */
export interface ErrorTables {
  /** Name and values of revert data that viem could not decode with the call's own ABI. */
  decodeData: (data: Hex) => DecodedRevert | undefined;
  hints: ErrorHints;
}

/**
 * Turns whatever an action, a wallet or a node threw into a ColophonError with a title, a hint and decoded values.
 * @param error anything; a ColophonError is returned as it is
 */
export function decodeErrorWith(error: unknown, tables: ErrorTables): ColophonError {
  if (error instanceof ColophonError) return error;
  const nested = find(error, (cause): cause is ColophonError => cause instanceof ColophonError);
  if (nested) return nested;
  const revert = revertOf(error, tables);
  if (revert) return reverted(revert, error, tables);
  const { code, message, hint } = classify(error);
  return new ColophonError(message, { code, hint, cause: error });
}

function reverted(data: DecodedRevert, cause: unknown, { hints }: ErrorTables): ColophonError {
  const [first] = data.args;
  if (data.errorName === "Error") {
    return new ColophonError(`The contract refused: ${String(first)}`, { code: "reverted", data, cause });
  }
  const { title, hint } = describeWith(hints, data.errorName);
  const values =
    data.args.length > 0 ? ` (${data.errorName}: ${data.args.map(show).join(", ")})` : ` (${data.errorName})`;
  return new ColophonError(`${title}${values}.`, { code: "reverted", hint, data, cause });
}

/** A value of an error, for people: ASCII of `bytes32` field names, decimal bigints. */
function show(value: unknown): string {
  if (typeof value === "string" && /^0x(?:[2-7][0-9a-f])+(?:00)+$/i.test(value) && value.length === 66) {
    return String.fromCharCode(...(value.slice(2).match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))).replace(
      /\0+$/,
      "",
    );
  }
  return String(value);
}

function revertOf(error: unknown, { decodeData }: ErrorTables): DecodedRevert | undefined {
  const viemRevert = find(error, (cause): cause is ContractFunctionRevertedError => {
    return cause instanceof ContractFunctionRevertedError;
  });
  if (viemRevert?.data) {
    const { errorName, args } = viemRevert.data;
    return { errorName, args: (args ?? []) as readonly unknown[], ...(viemRevert.raw ? { raw: viemRevert.raw } : {}) };
  }
  const raw = viemRevert?.raw ?? find(error, hasRevertData)?.data;
  const data = typeof raw === "string" ? raw : raw?.data;
  if (!data) return undefined;
  return decodeData(data) ?? { errorName: data.slice(0, 10), args: [], raw: data };
}

/** Nodes put revert data into `data` of the JSON-RPC error, plain or once more inside an object. */
function hasRevertData(cause: unknown): cause is { data: Hex | { data: Hex } } {
  const data = (cause as { data?: unknown } | null)?.data;
  const isHex = (value: unknown) => typeof value === "string" && /^0x[0-9a-fA-F]{8,}$/.test(value);
  return isHex(data) || isHex((data as { data?: unknown } | null)?.data);
}

function classify(error: unknown): { code: ColophonErrorCode; message: string; hint?: string } {
  const is = (test: (cause: unknown) => boolean) =>
    find(error, test as (cause: unknown) => cause is object) !== undefined;
  if (is((cause) => cause instanceof UserRejectedRequestError || (cause as { code?: unknown }).code === 4001)) {
    return { code: "rejected", message: "The request was declined in the wallet.", hint: "Nothing was sent." };
  }
  if (is((cause) => cause instanceof InsufficientFundsError)) {
    return {
      code: "funds",
      message: "The account cannot pay for this transaction.",
      hint: "Fund it with the chain's own currency for gas.",
    };
  }
  if (is((cause) => cause instanceof ChainMismatchError)) {
    return {
      code: "wrong-chain",
      message: "The wallet is on another chain.",
      hint: "Switch the wallet to the client's chain.",
    };
  }
  if (is((cause) => cause instanceof WaitForTransactionReceiptTimeoutError)) {
    return {
      code: "timeout",
      message: "There is no receipt yet.",
      hint: "The transaction may still be mined: look for its hash before sending again.",
    };
  }
  if (is((cause) => cause instanceof HttpRequestError || cause instanceof TimeoutError)) {
    return {
      code: "network",
      message: "The RPC endpoint did not answer properly.",
      hint: "Check the RPC URL and try again.",
    };
  }
  const message =
    error instanceof BaseError ? error.shortMessage : error instanceof Error ? error.message : String(error);
  return { code: "unknown", message };
}

/** First error of the chain of causes that passes. */
function find<found>(error: unknown, test: (cause: unknown) => cause is found): found | undefined {
  const seen = new Set<unknown>();
  for (let cause = error; typeof cause === "object" && cause !== null && !seen.has(cause); ) {
    if (test(cause)) return cause;
    seen.add(cause);
    cause = (cause as { cause?: unknown }).cause;
  }
  return undefined;
}
