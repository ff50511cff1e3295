import type { Address } from "viem";
import { useColophon } from "../app";
import { money } from "../ui/format";

/** A payment token as the settings know it. */
export interface Token {
  address: Address;
  symbol: string;
  decimals: number;
}

/** Looks payment tokens up; an unknown one shows base units, so that no amount is ever misread. */
export function useTokens() {
  const { config } = useColophon();
  const known = Object.values(config.deployment.tokens ?? {});
  const token = (address: Address): Token =>
    known.find((entry) => entry.address.toLowerCase() === address.toLowerCase()) ?? {
      address,
      symbol: `units of ${address.slice(0, 8)}…`,
      decimals: 0,
    };
  const price = (amount: bigint, address: Address) => {
    const { decimals, symbol } = token(address);
    return money(amount, decimals, symbol);
  };
  return { token, price };
}
