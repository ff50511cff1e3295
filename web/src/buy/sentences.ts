import type { Requirement } from "@colophon-protocol/sdk";
import type { Token } from "../data/tokens";
import { moment, money } from "../ui/format";

/** What a person is about to sign or send, in one sentence. */
export function sentenceOf(requirement: Requirement, token: Token, deadline: bigint): string {
  const amount = (value: bigint) => money(value, token.decimals, token.symbol);
  switch (requirement.type) {
    case "balance":
      return `You need ${amount(requirement.required)} and have ${amount(requirement.available)}.`;
    case "approval":
      return `You allow ${requirement.spender.slice(0, 8)}… to take up to ${amount(requirement.amount)} from you. A transaction; nothing is paid yet.`;
    case "signature":
      return requirement.kind === "permit"
        ? `You sign that the market may take ${amount(requirement.amount)} from you until ${moment(deadline)}. No transaction, no gas.`
        : `You sign a payment of ${amount(requirement.amount)} that works for this purchase only, until ${moment(deadline)}. No transaction, no gas.`;
    case "permission":
      return `You wrap ${amount(requirement.wrap)} and let the stream rail open this stream from your account. A transaction; nothing is paid yet.`;
  }
}

/** A short name for a step. */
export function titleOf(requirement: Requirement): string {
  if (requirement.type === "balance") return "Have the money";
  if (requirement.type === "permission") return "Allow the stream";
  return requirement.type === "approval" ? "Approve the amount" : "Sign the payment";
}
