/** Twins of writes that have two outcomes, of which only one has the action's own event. */
import type { ContractEventName } from "viem";
import type { Abis, ActionContract } from "../core/abis.js";
import { resolveAddress } from "../core/deployment.js";
import type { ColophonClient, WaitOptions, WithReceipt, WriteOptions } from "../core/types.js";
import { type EventArgs, type WriteAction, type WriteName, waitForSuccess } from "../core/write.js";

/** What a write with two outcomes came to: the event, or undefined for the other outcome, and the receipt in both. */
export type EitherAction<parameters, event> = (
  client: ColophonClient,
  parameters: parameters & WriteOptions & WaitOptions,
) => Promise<WithReceipt<{ event: event | undefined }>>;

/** Makes the twin of such a write: it waits for the receipt, and gives the event where there is one. */
export function eitherSyncOf<
  const contract extends ActionContract,
  const name extends WriteName<contract>,
  const event extends ContractEventName<Abis[contract]>,
  parameters extends object,
>(action: WriteAction<contract, name, event, parameters>): EitherAction<parameters, EventArgs<contract, event>> {
  return async (client, parameters) => {
    const hash = await action(client, parameters);
    const receipt = await waitForSuccess(client, hash, parameters);
    const [event] = action.extractEvents(receipt.logs, resolveAddress(client, action.contract, parameters));
    return { event, receipt };
  };
}
