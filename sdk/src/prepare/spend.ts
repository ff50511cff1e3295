/** A write that takes tokens out of an allowance, prepared: what the account lacks, what must be approved, the call. */
import type { Address } from "viem";
import type { ColophonClient, Transaction } from "../core/types.js";
import { approval, shortfall, transactionOf } from "./parts.js";
import type { Prepared, Requirement } from "./requirements.js";
import { tokenState } from "./token.js";

/** One amount of one token for one spender, base units. */
export interface Spend {
  token: Address;
  spender: Address;
  amount: bigint;
}

/** What `account` must do before these amounts can be taken from it. Amounts of one token add up. */
async function spendRequirements(
  client: ColophonClient,
  account: Address,
  spends: readonly Spend[],
): Promise<Requirement[]> {
  const due = spends.filter(({ amount }) => amount > 0n);
  const states = await Promise.all(due.map(({ token, spender }) => tokenState(client, { token, account, spender })));
  const totals = new Map<string, bigint>();
  for (const { token, amount } of due) totals.set(token, (totals.get(token) ?? 0n) + amount);
  const short = [...totals].flatMap(([token, total]) => {
    const state = states.find(({ address }) => address === token);
    return state ? shortfall(account, state, total) : [];
  });
  const approvals = due.flatMap(({ token, spender, amount }, index) =>
    (states[index]?.allowance ?? 0n) < amount ? [approval(token, spender, amount)] : [],
  );
  return [...short, ...approvals];
}

/** A write with one amount to be taken for it. */
export async function preparedSpend(
  client: ColophonClient,
  account: Address,
  spends: readonly Spend[],
  call: () => Transaction,
): Promise<Prepared> {
  return { requirements: await spendRequirements(client, account, spends), build: () => transactionOf(call()) };
}
