/** A deposit into a meter, prepared: the allowance that it needs, and the deposit itself. */

import type { Address } from "viem";
import { parseAccount } from "viem/accounts";
import type { Deal } from "../actions/escrow.js";
import { depositToMeter, meterOf } from "../actions/meter.js";
import { resolveAddress } from "../core/deployment.js";
import { minOf } from "../core/math.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { approval, shortfall, transactionOf } from "./parts.js";
import type { Prepared } from "./requirements.js";
import { tokenState } from "./token.js";

/** A prepared deposit; base units. */
export interface PreparedDeposit extends Prepared {
  /** Who pays in. */
  depositor: Address;
  /** Whom withdrawals and refunds go to, as the meter is now; the deposit is refused if that changes. */
  payer: Address;
  /** Of the amount, what pays a debt first. */
  forDebt: bigint;
}

/** Finds out what a deposit of `amount` base units needs. */
export async function prepareDeposit(
  client: ColophonClient,
  parameters: Deal & CallOptions & { amount: bigint },
): Promise<PreparedDeposit> {
  const { offer, licenseId, amount, deployment } = parameters;
  const depositor = parseAccount(requireAccount(client, parameters, "prepareDeposit")).address;
  const rail = resolveAddress(client, "MeterRail", { deployment });
  const [{ payer, debt }, token] = await Promise.all([
    meterOf(client, { licenseId, deployment }),
    tokenState(client, { token: offer.token, account: depositor, spender: rail }),
  ]);
  return {
    depositor,
    payer,
    forDebt: minOf(amount, debt),
    requirements: [
      ...shortfall(depositor, token, amount),
      ...(token.allowance < amount ? [approval(offer.token, rail, amount)] : []),
    ],
    build: () => transactionOf(depositToMeter.call(client, { licenseId, offer, amount, payer, address: rail })),
  };
}
