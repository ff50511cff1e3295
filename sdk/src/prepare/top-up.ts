/** More money for a payer's streams, prepared: some of it turned into the form that streams, so that they last longer. */
import { type Address, encodeFunctionData } from "viem";
import { parseAccount } from "viem/accounts";
import { baseToUnits } from "../core/stream-balance.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { decodeError } from "../errors/decode.js";
import { approval, shortfall } from "./parts.js";
import type { Prepared } from "./requirements.js";
import { superTokenAbi } from "./superfluid-abi.js";
import { tokenState } from "./token.js";

/** Base units of `token` that become super tokens of the account; `readStream` tells super token and decimals of a license. */
export interface TopUpParameters extends Pick<CallOptions, "account"> {
  /** Payment token. */
  token: Address;
  superToken: Address;
  /** Of the payment token. */
  decimals: number;
  amount: bigint;
}

/** Finds out what wrapping `amount` needs. It stays the account's, for all of its streams in this token. */
export async function prepareTopUp(client: ColophonClient, parameters: TopUpParameters): Promise<Prepared> {
  const { token, superToken, decimals, amount } = parameters;
  const account = parseAccount(requireAccount(client, parameters, "prepareTopUp")).address;
  try {
    const state = await tokenState(client, { token, account, spender: superToken });
    const args = [baseToUnits(amount, decimals)] as const;
    const data = encodeFunctionData({ abi: superTokenAbi, functionName: "upgrade", args });
    return {
      requirements: [
        ...shortfall(account, state, amount),
        ...(state.allowance < amount ? [approval(token, superToken, amount)] : []),
      ],
      build: () => ({ to: superToken, data, value: 0n }),
    };
  } catch (error) {
    throw decodeError(error);
  }
}
