/** Payouts that a token refused: each waits at the contract that owes it, and anyone may have it sent on. */
import { trustMoneyAbi } from "@colophon-protocol/contracts";
import { type Account, type Address, encodeFunctionData, isAddressEqual, zeroAddress } from "viem";
import { parseAccount } from "viem/accounts";
import { readContract } from "viem/actions";
import { paymentToken } from "../actions/config.js";
import { RAIL_CONTRACTS } from "../actions/payments.js";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import type { RailName } from "../core/rail-terms.js";
import type { ColophonClient, Transaction, WaitOptions } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { decodeError } from "../errors/decode.js";
import { type Executed, sendAndWait } from "./execute.js";
import { transactionOf } from "./parts.js";

/** Who may owe a payout: a provider's bond, a dispute, a service challenge, or a payment rail. */
export type PayoutSource = "bond" | "dispute" | "challenge" | RailName;

/** Contract of each source, as in `deployments/<chainId>.json`. Rails keep such payouts as the contracts of trust do. */
const SOURCES = {
  bond: "ProviderBond",
  dispute: "DisputeManager",
  challenge: "ServiceChallenges",
  ...RAIL_CONTRACTS,
} as const satisfies Record<PayoutSource, string>;

/** Names of all sources. */
export const PAYOUT_SOURCES = /*#__PURE__*/ Object.keys(SOURCES) as PayoutSource[];

/** A payout that waits, and the transaction that pays it. `amount` in base units of `token`, which may be a super token. */
export interface WaitingPayout extends Transaction {
  source: PayoutSource;
  holder: Address;
  token: Address;
  amount: bigint;
}

/** Whose payouts, in which tokens, and where to. */
export interface WaitingPayoutsParameters extends Pick<DeploymentOptions, "deployment"> {
  holder: Address;
  /** Payment tokens; their super tokens, in which streams pay, are looked at too. */
  tokens: readonly Address[];
  /** Receiver: the holder unless told. Only the holder itself may send such a transaction to another one. */
  to?: Address;
}

/** How `claimPayouts` reports, and which of what waits it takes; all unless told. */
export interface ClaimPayoutsOptions extends WaitOptions {
  account?: Account | Address | undefined;
  source?: PayoutSource | undefined;
  onStep?: (payout: WaitingPayout, status: "start" | "done") => void;
}

/**
 * Sends on everything that waits for an account, one transaction for each. Anyone.
 * @returns what was sent, in order; empty when nothing waits
 */
export async function claimPayouts(
  client: ColophonClient,
  { account, source, onStep, ...parameters }: WaitingPayoutsParameters & ClaimPayoutsOptions,
): Promise<(Executed & { payout: WaitingPayout })[]> {
  const sender = parseAccount(requireAccount(client, { account }, "claimPayouts"));
  const sent: (Executed & { payout: WaitingPayout })[] = [];
  for (const payout of await waitingPayouts(client, parameters)) {
    if (source !== undefined && payout.source !== source) continue;
    onStep?.(payout, "start");
    const executed = await sendAndWait(client, sender, transactionOf(payout), parameters);
    onStep?.(payout, "done");
    sent.push({ ...executed, payout });
  }
  return sent;
}

/** Everything that waits for an account. Empty, unless a token refused it a payout. */
export async function waitingPayouts(
  client: ColophonClient,
  { holder, tokens, to = holder, deployment }: WaitingPayoutsParameters,
): Promise<WaitingPayout[]> {
  try {
    const listed = await Promise.all(tokens.map((token) => paymentToken(client, { token, deployment })));
    const supers = listed.map(({ superToken }) => superToken).filter((token) => !isAddressEqual(token, zeroAddress));
    const places = PAYOUT_SOURCES.flatMap((source) => [...tokens, ...supers].map((token) => ({ source, token })));
    const found = await Promise.all(
      places.map(async ({ source, token }) => {
        const address = resolveAddress(client, SOURCES[source], { deployment });
        const at = { address, abi: trustMoneyAbi } as const;
        const amount = await readContract(client, { ...at, functionName: "deferredOf", args: [holder, token] });
        const data = encodeFunctionData({ ...at, functionName: "claimDeferred", args: [holder, token, to] });
        return { source, holder, token, amount, to: address, data, value: 0n };
      }),
    );
    return found.filter(({ amount }) => amount > 0n);
  } catch (error) {
    throw decodeError(error);
  }
}
