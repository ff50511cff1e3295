/** Bonding, delegating, challenging and asking for scores, prepared: the allowances that they need, and the writes. */
import type { Address, Hex } from "viem";
import { parseAccount } from "viem/accounts";
import { delegateBond, depositBond, type ProviderToken, rewardDelegators } from "../actions/bond.js";
import { challengeCost, openChallenge } from "../actions/challenges.js";
import type { VersionRef } from "../actions/consents.js";
import type { LicenseId } from "../actions/license.js";
import {
  depositQualityStake,
  type QualityAccount,
  type QualityPay,
  requestQuality,
  requestQualityForLicense,
} from "../actions/quality.js";
import { resolveAddress } from "../core/deployment.js";
import type { Offer } from "../core/offer.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { Message } from "../formats/typed-data.js";
import type { Prepared } from "./requirements.js";
import { preparedSpend } from "./spend.js";

const senderOf = (client: ColophonClient, parameters: CallOptions, what: string): Address =>
  parseAccount(requireAccount(client, parameters, what)).address;

/** Finds out what bonding `amount` base units needs: own stake of `provider`, the sender unless told. */
export async function prepareDepositBond(
  client: ColophonClient,
  parameters: Omit<ProviderToken, "provider"> & CallOptions & { provider?: Address; amount: bigint },
): Promise<Prepared> {
  const { token, amount, deployment } = parameters;
  const from = senderOf(client, parameters, "prepareDepositBond");
  const spender = resolveAddress(client, "ProviderBond", { deployment });
  const provider = parameters.provider ?? from;
  return preparedSpend(client, from, [{ token, spender, amount }], () =>
    depositBond.call(client, { provider, token, amount, address: spender }),
  );
}

/** Finds out what putting `amount` base units behind a provider needs. */
export async function prepareDelegateBond(
  client: ColophonClient,
  parameters: ProviderToken & CallOptions & { amount: bigint; minShares?: bigint },
): Promise<Prepared> {
  const { provider, token, amount, minShares = 0n, deployment } = parameters;
  const from = senderOf(client, parameters, "prepareDelegateBond");
  const spender = resolveAddress(client, "ProviderBond", { deployment });
  return preparedSpend(client, from, [{ token, spender, amount }], () =>
    delegateBond.call(client, { provider, token, amount, minShares, address: spender }),
  );
}

/** Finds out what sharing `amount` base units of a provider's income with those who back it needs. Anyone may pay it. */
export async function prepareRewardDelegators(
  client: ColophonClient,
  parameters: ProviderToken & CallOptions & { amount: bigint },
): Promise<Prepared> {
  const { provider, token, amount, deployment } = parameters;
  const from = senderOf(client, parameters, "prepareRewardDelegators");
  const spender = resolveAddress(client, "ProviderBond", { deployment });
  return preparedSpend(client, from, [{ token, spender, amount }], () =>
    rewardDelegators.call(client, { provider, token, amount, address: spender }),
  );
}

/** A prepared challenge; base units. */
export interface PreparedChallenge extends Prepared {
  /** What the challenger pays, and gets back when nobody answers. */
  fee: bigint;
  /** What a missed answer costs the provider. */
  penalty: bigint;
}

/**
 * Finds out what a challenge costs and needs.
 * @param parameters.maxFee base units that the fee may be at most; what it is now unless told.
 * @throws ColophonError `guard` when it is higher
 */
export async function prepareChallenge(
  client: ColophonClient,
  parameters: CallOptions & { offer: Offer; request: Message<"DeliveryRequest">; signature?: Hex; maxFee?: bigint },
): Promise<PreparedChallenge> {
  const { offer, request, signature = "0x", deployment } = parameters;
  const from = senderOf(client, parameters, "prepareChallenge");
  const spender = resolveAddress(client, "ServiceChallenges", { deployment });
  try {
    const { fee, penalty } = await challengeCost(client, { offer, deployment });
    const maxFee = parameters.maxFee ?? fee;
    if (fee > maxFee) {
      throw new ColophonError(`The challenge costs ${fee} base units, more than ${maxFee}.`, {
        code: "guard",
        hint: `Agree to ${fee}, or do not challenge.`,
      });
    }
    const prepared = await preparedSpend(client, from, [{ token: offer.token, spender, amount: fee }], () =>
      openChallenge.call(client, { offer, request, signature, maxFee, address: spender }),
    );
    return { ...prepared, fee, penalty };
  } catch (error) {
    throw decodeError(error);
  }
}

/** What a score is asked for: a version by a method, or a license by the method that was declared for it. */
export type QualitySubject = LicenseId | (VersionRef & { method: Hex });

/** Finds out what asking for a score needs. */
export async function prepareRequestQuality(
  client: ColophonClient,
  parameters: QualitySubject & QualityPay & CallOptions,
): Promise<Prepared> {
  const { token, reward, seats, deployment } = parameters;
  const from = senderOf(client, parameters, "prepareRequestQuality");
  const address = resolveAddress(client, "QualityOracle", { deployment });
  const pay = { token, reward, seats, address };
  return preparedSpend(client, from, [{ token, spender: address, amount: reward }], () => {
    if ("licenseId" in parameters)
      return requestQualityForLicense.call(client, { licenseId: parameters.licenseId, ...pay });
    const { datasetId, version, method } = parameters;
    return requestQuality.call(client, { datasetId, version, method, ...pay });
  });
}

/** Finds out what paying into an account at the quality oracle needs: of `holder`, the sender unless told. */
export async function prepareQualityStake(
  client: ColophonClient,
  parameters: Omit<QualityAccount, "holder"> & CallOptions & { holder?: Address; amount: bigint },
): Promise<Prepared> {
  const { token, amount, deployment } = parameters;
  const from = senderOf(client, parameters, "prepareQualityStake");
  const address = resolveAddress(client, "QualityOracle", { deployment });
  return preparedSpend(client, from, [{ token, spender: address, amount }], () =>
    depositQualityStake.call(client, { holder: parameters.holder ?? from, token, amount, address }),
  );
}
