/** What a deployment was told: accounts, delays, tokens and verifiers of one chain. Content of `script/config/<chainId>.json`. */
import { type Address, getAddress, type Hex, isAddress, isHex, size } from "viem";
import { ColophonError } from "../errors/colophon-error.js";

/** The part of a configuration that the chain can be held against. Delays in seconds, fees in basis points. */
export interface DeploymentConfiguration {
  treasury: Address;
  /** Who may propose to the timelock, and cancel there. */
  proposer: Address;
  upgrader: Address;
  governor: Address;
  guardian: Address;
  keyOperator: Address;
  timelockDelay: number;
  upgraderDelay: number;
  governorDelay: number;
  keyOperatorDelay: number;
  /** Local chains only. */
  testTokens: boolean;
  testTokenFeeBps: number;
  tokens: readonly { token: Address; superToken: Address; feeBps: number }[];
  /** Local chains only. */
  mockVerifier: boolean;
  /** `assurance` by the contracts' number: 1 mock, 2 development, 3 production. */
  proofRoutes: readonly { selector: Hex; verifier: Address; assurance: number; codeHash: Hex }[];
}

type Fields = Record<string, unknown>;

/**
 * Checks the content of a configuration file. What it holds beside is left out.
 * @param value parsed JSON
 * @throws ColophonError `input` naming the field that is wrong
 */
export function parseDeploymentConfiguration(value: unknown): DeploymentConfiguration {
  const fields = fieldsOf("the configuration", value);
  return {
    ...each(["treasury", "proposer", "upgrader", "governor", "guardian", "keyOperator"], fields, address),
    ...each(["timelockDelay", "upgraderDelay", "governorDelay", "keyOperatorDelay", "testTokenFeeBps"], fields, whole),
    ...each(["testTokens", "mockVerifier"], fields, truth),
    tokens: listOf("tokens", fields.tokens).map(([at, token]) => ({
      ...each(["token", "superToken"], token, address, at),
      ...each(["feeBps"], token, whole, at),
    })),
    proofRoutes: listOf("proofRoutes", fields.proofRoutes).map(([at, route]) => ({
      ...each(["verifier"], route, address, at),
      ...each(["assurance"], route, whole, at),
      selector: bytes(`${at}.selector`, route.selector, 4),
      codeHash: bytes(`${at}.codeHash`, route.codeHash, 32),
    })),
  };
}

function each<const name extends string, value>(
  names: readonly name[],
  fields: Fields,
  parse: (field: string, given: unknown) => value,
  at?: string,
): Record<name, value> {
  const entries = names.map((name) => [name, parse(at === undefined ? name : `${at}.${name}`, fields[name])] as const);
  return Object.fromEntries(entries) as Record<name, value>;
}

function fieldsOf(field: string, value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw malformed(field, value, "an object");
}

function listOf(field: string, value: unknown): [string, Fields][] {
  if (!Array.isArray(value)) throw malformed(field, value, "a list");
  return value.map((item, i) => [`${field}[${i}]`, fieldsOf(`${field}[${i}]`, item)]);
}

function address(field: string, given: unknown): Address {
  if (typeof given === "string" && isAddress(given, { strict: false })) return getAddress(given);
  throw malformed(field, given, "an address");
}

function whole(field: string, given: unknown): number {
  if (Number.isSafeInteger(given) && (given as number) >= 0) return given as number;
  throw malformed(field, given, "a whole number");
}

function truth(field: string, given: unknown): boolean {
  if (typeof given === "boolean") return given;
  throw malformed(field, given, "true or false");
}

function bytes(field: string, given: unknown, length: number): Hex {
  if (isHex(given) && size(given) === length) return given.toLowerCase() as Hex;
  throw malformed(field, given, `${length} bytes of hex`);
}

function malformed(field: string, given: unknown, expected: string): ColophonError {
  const shown = given === undefined ? "missing" : JSON.stringify(given);
  return new ColophonError(
    `The deployment's configuration is not well formed: ${field} is ${shown}, expected ${expected}.`,
    {
      code: "input",
      hint: "Expected the content of a script/config/<chainId>.json, as script/config/TEMPLATE.json shows it.",
    },
  );
}
