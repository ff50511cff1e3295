import type { Requirement } from "@colophon-protocol/sdk";
import type { Address } from "viem";
import type { Token } from "../data/tokens";
import { rateOver } from "../ui/amounts";
import { moment, money } from "../ui/format";

/** What sentences need to know beyond the requirement. */
export interface StepContext {
  token: Token;
  /** Last second at which a signature can be used, where one is asked for. */
  deadline?: bigint | undefined;
  /** "the market": who an address is. */
  who: (address: Address) => string;
}

const MONTH = 30 * 86_400;

/** What a person is about to sign or send, in one sentence. */
export function sentenceOf(requirement: Requirement, { token, deadline, who }: StepContext): string {
  const amount = (value: bigint) => money(value, token.decimals, token.symbol);
  switch (requirement.type) {
    case "balance":
      return `You need ${amount(requirement.required)} and have ${amount(requirement.available)}.`;
    case "approval":
      return `You allow ${who(requirement.spender)} to take up to ${amount(requirement.amount)} from you. A transaction; nothing is paid yet.`;
    case "signature": {
      const until = deadline === undefined ? "" : ` until ${moment(deadline)}`;
      const spender = who((requirement.typedData.message as { spender?: Address }).spender ?? "0x");
      return requirement.kind === "permit"
        ? `You sign that ${spender} may take ${amount(requirement.amount)} from you${until}. No transaction, no gas.`
        : `You sign a payment of ${amount(requirement.amount)} that works for this purchase only,${until}. No transaction, no gas.`;
    }
    case "permission": {
      const { wrap, rate } = requirement;
      const wrapped =
        wrap > 0n
          ? `You turn ${amount(wrap)} into the form that streams; it stays yours until it has streamed, and turns back at any time. You also`
          : "You";
      return `${wrapped} allow ${who(requirement.operator)} to open a flow from you of up to ${amount(rateOver(rate, MONTH, token.decimals))} per 30 days. One transaction.`;
    }
  }
}

/** A short name for a step. */
export function titleOf(requirement: Requirement): string {
  switch (requirement.type) {
    case "balance":
      return "Have the money";
    case "approval":
      return "Approve the amount";
    case "signature":
      return "Sign the payment";
    case "permission":
      return requirement.wrap > 0n ? "Wrap the money and permit the flow" : "Permit the flow";
  }
}

const NAMES: Record<string, string> = {
  LicenseMarket: "the market",
  EscrowRail: "the escrow",
  StreamRail: "the stream rail",
  LiveStreamRail: "the live-stream rail",
  MeterRail: "the meter",
  RevenueShareRail: "the revenue-share rail",
};

/** Names the contracts of a deployment and the streaming forms of its tokens; others by their address. */
export function naming(deployment: {
  contracts: Record<string, { address: Address }>;
  tokens?: Record<string, { superToken?: Address; symbol: string }>;
}): (address: Address) => string {
  const same = (a: Address | undefined, b: Address) => a?.toLowerCase() === b.toLowerCase();
  return (address) => {
    const contract = Object.entries(NAMES).find(([name]) => same(deployment.contracts[name]?.address, address));
    if (contract) return contract[1];
    const token = Object.values(deployment.tokens ?? {}).find(({ superToken }) => same(superToken, address));
    return token ? `the streaming form of ${token.symbol}` : `${address.slice(0, 8)}…`;
  };
}
