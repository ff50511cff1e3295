/** Sending writes, or with `--dry-run` showing them: calldata and what the chain would say. */
import {
  type CallOptions,
  type ColophonClient,
  type DeploymentOptions,
  decodeError,
  type Executed,
  sendAndWait,
  type Transaction,
} from "@colophon-protocol/sdk";
import type { Address, Log } from "viem";
import { call, estimateGas } from "viem/actions";
import { actingAddress, requireSigner } from "./account.js";
import type { Context } from "./context.js";
import type { Printable } from "./output.js";

/** What of an SDK write action is used here. */
interface Write<parameters, event> {
  call(client: Pick<ColophonClient, "chain">, parameters: parameters & DeploymentOptions): Transaction;
  simulate(client: ColophonClient, parameters: parameters & CallOptions): Promise<unknown>;
  extractEvents(logs: readonly Log[], address?: Address): event[];
}

/** A sent write with its event, or a dry run's description. */
export type Outcome<event> =
  | { dryRun: false; event: event | undefined; sent: Executed }
  | { dryRun: true; shown: Printable };

/**
 * Sends one write, or tries it without sending.
 * @throws ColophonError when the chain refuses, in both cases
 */
export async function write<parameters extends object, event>(
  context: Context,
  action: Write<parameters, event>,
  parameters: parameters,
): Promise<Outcome<event>> {
  const { client, deployment } = context;
  const transaction = action.call(client, { ...parameters, deployment });
  if (context.settings.dryRun) return { dryRun: true, shown: await dryRun(context, transaction) };
  const sent = await sendAndWait(client, await requireSigner(context.settings), plain(transaction));
  const [event] = action.extractEvents(sent.receipt.logs, transaction.to);
  return { dryRun: false, event, sent };
}

/** A transaction as it would be sent, after trying it. */
export async function dryRun(context: Context, transaction: Transaction): Promise<Printable> {
  const from = await actingAddress(context.settings);
  const plainTransaction = plain(transaction);
  try {
    await call(context.client, { account: from, ...plainTransaction });
    const gas = await estimateGas(context.client, { account: from, ...plainTransaction });
    return { dryRun: true, simulation: "ok", from, ...plainTransaction, gas };
  } catch (error) {
    throw decodeError(error);
  }
}

/** What is printed of a sent transaction. */
export function receiptOf({ hash, receipt }: Executed): { [key: string]: Printable } {
  return { transaction: hash, block: receipt.blockNumber, gas: receipt.gasUsed };
}

/** Prints an outcome: the dry run as it is, or the values with the transaction. */
export function printOutcome<event>(
  context: Context,
  outcome: Outcome<event>,
  values: (event: event | undefined) => { [key: string]: Printable },
): void {
  if (outcome.dryRun) context.output.result(outcome.shown);
  else context.output.result({ ...values(outcome.event), ...receiptOf(outcome.sent) });
}

const plain = ({ to, data, value }: Transaction): Transaction => ({ to, data, value });
