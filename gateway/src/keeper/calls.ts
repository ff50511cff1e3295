/** Tries a call without sending it: what would revert costs no gas. */
import { colophonErrorsAbi } from "@colophon-protocol/contracts";
import { BaseError, decodeErrorResult, type Hex, type PublicClient, type RawContractError } from "viem";
import { Problem } from "../errors.js";
import { Deferred, type KeeperCall, type TransactionSender } from "./sender.js";

/** What a tried call came to. */
export type Trial = { works: true; data: Hex } | { works: false; error: string };

/** Runs a call on the latest state. @throws when the chain cannot be asked */
export async function tryCall(
  client: PublicClient,
  sender: TransactionSender,
  { to, data, gas }: Pick<KeeperCall, "to" | "data"> & { gas?: bigint },
): Promise<Trial> {
  try {
    const answer = await client.call({ account: sender.address, to, data, ...(gas === undefined ? {} : { gas }) });
    return { works: true, data: answer.data ?? "0x" };
  } catch (error) {
    const revert =
      error instanceof BaseError ? error.walk((e) => typeof (e as RawContractError).data !== "undefined") : null;
    if (!revert) throw error;
    return { works: false, error: errorName(revertData(revert)) };
  }
}

/**
 * What went wrong with one license, in a word.
 * @throws the error itself when it is not about that license: the chain or database is away, or fees are too high
 */
export function reasonOf(error: unknown): string {
  if (error instanceof Deferred || (error instanceof Problem && error.status === 503)) throw error;
  return error instanceof Error ? error.name : "unknown";
}

function revertData(error: unknown): Hex {
  const { data } = error as { data?: Hex | { data?: Hex } };
  return (typeof data === "object" ? data.data : data) ?? "0x";
}

/** Name of a contract error; its selector when it is not ours. */
export function errorName(data: Hex): string {
  try {
    return decodeErrorResult({ abi: colophonErrorsAbi, data }).errorName;
  } catch {
    return data.slice(0, 10);
  }
}
