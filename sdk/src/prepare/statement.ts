/** A revenue statement, prepared: what it makes due, and what is needed before it can be paid. */

import type { Address } from "viem";
import { parseAccount } from "viem/accounts";
import type { SignedStatement } from "../actions/share.js";
import { shareAccountOf, submitStatement } from "../actions/share.js";
import { resolveAddress } from "../core/deployment.js";
import { minOf } from "../core/math.js";
import { shareOwedFor } from "../core/share-terms.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { approval, shortfall, transactionOf } from "./parts.js";
import type { Prepared } from "./requirements.js";
import { tokenState } from "./token.js";

/** A prepared statement; base units. */
export interface PreparedStatement extends Prepared {
  payer: Address;
  /** For the period: guarantee or share, whichever is more. */
  owed: bigint;
  /** Of it out of what was paid ahead. */
  fromCredit: bigint;
  /** What is paid now. */
  due: bigint;
}

/** Finds out what a signed statement makes due, and the approval that its payment needs. */
export async function prepareStatement(
  client: ColophonClient,
  parameters: SignedStatement & CallOptions,
): Promise<PreparedStatement> {
  const { offer, licenseId, statement, deployment } = parameters;
  const payer = parseAccount(requireAccount(client, parameters, "prepareStatement")).address;
  const rail = resolveAddress(client, "RevenueShareRail", { deployment });
  const owed = shareOwedFor(offer, statement.revenue);
  const [{ credit }, token] = await Promise.all([
    shareAccountOf(client, { licenseId, deployment }),
    tokenState(client, { token: offer.token, account: payer, spender: rail }),
  ]);
  const fromCredit = minOf(credit, owed);
  const due = owed - fromCredit;
  return {
    payer,
    owed,
    fromCredit,
    due,
    requirements: [
      ...shortfall(payer, token, due),
      ...(token.allowance < due ? [approval(offer.token, rail, due)] : []),
    ],
    build: () => transactionOf(submitStatement.call(client, { ...parameters, address: rail })),
  };
}
