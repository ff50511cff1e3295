/** Payment tokens on the command line: an address, or a name of the deployment such as TestUSDC. */
import { tokenState } from "@colophon-protocol/sdk";
import { type Address, formatUnits, isAddress } from "viem";
import { parseAddress } from "../account.js";
import { type Context, contractAddress } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";

/** A token's address. @throws CliError when it is neither an address nor in the deployment */
export function tokenAddress(context: Context, value: string): Address {
  if (isAddress(value, { strict: false })) return parseAddress("--token", value);
  const found = contractAddress(context, value);
  if (found) return found;
  throw new CliError(
    `--token is "${value}".`,
    EXIT.usage,
    "Expected an address, or the name of a token in the deployment.",
  );
}

/** Decimals and symbol of a token. */
export async function tokenUnits({ client }: Context, token: Address): Promise<{ symbol: string; decimals: number }> {
  return tokenState(client, { token, account: token, spender: token });
}

/** Base units as people write them: "250 USDC". */
export function amountText(amount: bigint, { symbol, decimals }: { symbol: string; decimals: number }): string {
  return `${formatUnits(amount, decimals)} ${symbol}`;
}
