/** Paying what an audit found to be owed, prepared. */
import type { Address } from "viem";
import { parseAccount } from "viem/accounts";
import type { Deal } from "../actions/escrow.js";
import { payShareDebt, shareAccountOf } from "../actions/share.js";
import { resolveAddress } from "../core/deployment.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import { approval, shortfall, transactionOf } from "./parts.js";
import type { Prepared } from "./requirements.js";
import { tokenState } from "./token.js";

/** A prepared payment of a debt; base units. */
export interface PreparedDebt extends Prepared {
  payer: Address;
  amount: bigint;
  /** What is owed before it. */
  debt: bigint;
}

/**
 * Finds out what paying a revenue share's debt needs.
 * @param parameters.amount base units; the whole debt unless told
 * @throws ColophonError `guard` when nothing, or less than the amount, is owed
 */
export async function preparePayDebt(
  client: ColophonClient,
  parameters: Deal & CallOptions & { amount?: bigint },
): Promise<PreparedDebt> {
  const { offer, licenseId, deployment } = parameters;
  const payer = parseAccount(requireAccount(client, parameters, "preparePayDebt")).address;
  const rail = resolveAddress(client, "RevenueShareRail", { deployment });
  try {
    const [{ debt }, token] = await Promise.all([
      shareAccountOf(client, { licenseId, deployment }),
      tokenState(client, { token: offer.token, account: payer, spender: rail }),
    ]);
    const amount = parameters.amount ?? debt;
    if (amount === 0n || amount > debt) throw notOwed(licenseId, debt, amount);
    return {
      payer,
      amount,
      debt,
      requirements: [
        ...shortfall(payer, token, amount),
        ...(token.allowance < amount ? [approval(offer.token, rail, amount)] : []),
      ],
      build: () => transactionOf(payShareDebt.call(client, { licenseId, offer, amount, address: rail })),
    };
  } catch (error) {
    throw decodeError(error);
  }
}

function notOwed(licenseId: bigint, debt: bigint, amount: bigint): ColophonError {
  return new ColophonError(`License ${licenseId} owes ${debt} base units, ${amount} were to be paid.`, {
    code: "guard",
    hint: debt === 0n ? "Nothing needs to be paid." : "Pay at most what is owed.",
  });
}
