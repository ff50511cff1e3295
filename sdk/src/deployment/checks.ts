/** What a verifier of a deployment notes: one thing, how it should be and how it is. */
import type { Address } from "viem";
import type { Deployment } from "../core/deployment.js";
import type { ChainAt } from "./chain.js";
import type { ReadArtifact } from "./code.js";
import type { DeploymentConfiguration } from "./configuration.js";

/** One thing that was looked at. */
export interface DeploymentCheck {
  /** What it is about: a contract, a role, a function. */
  subject: string;
  /** What of it, in words. */
  what: string;
  expected: string;
  found: string;
  holds: boolean;
}

/** What the checks work on. */
export interface Inspection {
  chain: ChainAt;
  deployment: Deployment;
  /** What it was deployed by; some checks are weaker without. */
  configuration: DeploymentConfiguration | undefined;
  /** Whether mocks and delays of nothing are allowed. */
  local: boolean;
  artifact: ReadArtifact | undefined;
}

/** The chain id of local chains. */
export const LOCAL_CHAIN_ID = 31_337;
/** What is found where a contract does not answer a call as it must. */
export const NO_ANSWER = "no answer";

/** A check that holds when both texts are equal. */
export function equal(subject: string, what: string, expected: string, found: string | undefined): DeploymentCheck {
  return { subject, what, expected, found: found ?? NO_ANSWER, holds: found === expected };
}

/** Several things as one text, in an order of their own. */
export const listed = (items: Iterable<string>): string => [...items].sort().join(", ") || "none";

/** Addresses with the names that the deployment has for them. */
export function namer({
  deployer,
  contracts,
  external = {},
}: Deployment): (address: Address | undefined) => string | undefined {
  const names = new Map<string, string>();
  if (deployer) names.set(deployer.toLowerCase(), "deployer");
  for (const [name, at] of Object.entries(external)) names.set(at.toLowerCase(), name);
  for (const [name, { address, implementation }] of Object.entries(contracts)) {
    if (implementation) names.set(implementation.toLowerCase(), `implementation of ${name}`);
    names.set(address.toLowerCase(), name);
  }
  return (address) => {
    const name = address && names.get(address.toLowerCase());
    return name ? `${address} (${name})` : address;
  };
}

/** Where a contract of the deployment is; undefined when it lists none. */
export const addressOf = ({ contracts }: Deployment, name: string): Address | undefined => contracts[name]?.address;
