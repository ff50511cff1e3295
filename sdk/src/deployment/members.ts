/** Members of roles as events tell them: granted and not revoked since. */
import type { Address } from "viem";
import type { Happened } from "./chain.js";

/**
 * @param events oldest first
 * @param roleField name of the role's value in the events
 * @returns role → accounts in lower case
 */
export function membersTold<role>(events: readonly Happened[], roleField: string): Map<role, Set<string>> {
  const told = new Map<role, Set<string>>();
  for (const { eventName, args } of events) {
    if (eventName !== "RoleGranted" && eventName !== "RoleRevoked") continue;
    const role = args[roleField] as role;
    const members = told.get(role) ?? new Set();
    told.set(role, members);
    const account = (args.account as Address).toLowerCase();
    if (eventName === "RoleGranted") members.add(account);
    else members.delete(account);
  }
  return told;
}
