import {
  approveTransaction,
  baseToUnits,
  type ColophonClient,
  decodeError,
  type Prepared,
  type Requirement,
  tokenState,
} from "@colophon-protocol/sdk";
import { type Address, encodeFunctionData, parseAbi } from "viem";

const superTokenAbi = parseAbi(["function upgrade(uint256 amount)"]);

/** What wrapping needs to know: base units of `token`, and the super token that they become. */
interface Wrapping {
  token: Address;
  superToken: Address;
  decimals: number;
  amount: bigint;
}

/** Turning some of a payer's money into the form that streams, so that its streams last longer: an allowance, then the wrapping. */
export async function prepareWrap(
  client: ColophonClient,
  { token, superToken, decimals, amount }: Wrapping,
): Promise<Prepared> {
  const account = client.account?.address as Address;
  try {
    const { balance, allowance } = await tokenState(client, { token, account, spender: superToken });
    const missing = amount - balance;
    const requirements: Requirement[] = [];
    if (missing > 0n) {
      requirements.push({ type: "balance", token, account, required: amount, available: balance, missing });
    }
    if (allowance < amount) {
      const transaction = approveTransaction(token, superToken, amount);
      requirements.push({ type: "approval", token, spender: superToken, amount, transaction });
    }
    const args = [baseToUnits(amount, decimals)] as const;
    const data = encodeFunctionData({ abi: superTokenAbi, functionName: "upgrade", args });
    return { requirements, build: () => ({ to: superToken, data, value: 0n }) };
  } catch (error) {
    throw decodeError(error);
  }
}
