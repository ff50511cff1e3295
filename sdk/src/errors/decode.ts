/** Decoding with everything that is known: the merged errors of all contracts, and words for each. */
import { colophonErrorsAbi } from "@colophon-protocol/contracts";
import { type Abi, decodeErrorResult, type Hex } from "viem";
import type { ColophonError, DecodedRevert } from "./colophon-error.js";
import { decodeErrorWith } from "./decode-with.js";
import { errorHints } from "./hints.js";

/** Errors that Solidity itself raises; they are in no ABI. */
const SOLIDITY_ERRORS = [
  { type: "error", name: "Error", inputs: [{ name: "message", type: "string" }] },
  { type: "error", name: "Panic", inputs: [{ name: "code", type: "uint256" }] },
] as const;

// Typed loosely: a precise type of some 250 errors would cost every compilation seconds, and callers get values anyway.
const ALL_ERRORS = [...(colophonErrorsAbi as Abi), ...SOLIDITY_ERRORS] as Abi;

/**
 * Decodes revert data with the merged errors of all Colophon contracts and those beneath.
 * @param data what a call reverted with, selector first
 * @returns name and values, or undefined when no known error has that selector
 */
export function decodeRevertData(data: Hex): DecodedRevert | undefined {
  if (data.length < 10) return undefined;
  try {
    const { errorName, args } = decodeErrorResult({ abi: ALL_ERRORS, data });
    return { errorName, args: (args ?? []) as readonly unknown[], raw: data };
  } catch {
    return undefined;
  }
}

/**
 * Turns whatever an action, a wallet or a node threw into a ColophonError with a title, a hint and decoded values.
 * @param error anything; a ColophonError is returned as it is
 */
export function decodeError(error: unknown): ColophonError {
  return decodeErrorWith(error, { decodeData: decodeRevertData, hints: errorHints });
}
