import type { Hex } from "./bytes.js";
import { domainNames, messageTypeStrings, messageTypes } from "./generated/eip712.js";

/** Names of the protocol's signed messages. */
export type MessageName = keyof typeof messageTypes;

/** Integers up to 48 bits are numbers, as in viem; larger ones bigint. */
type SmallUint = "uint8" | "uint16" | "uint24" | "uint32" | "uint40" | "uint48";
type ValueOf<Type extends string> = Type extends "bool"
  ? boolean
  : Type extends SmallUint
    ? number
    : Type extends `uint${string}`
      ? bigint
      : Hex;

/** Fields of a message, typed from `spec/eip712`. */
export type Message<Name extends MessageName> = {
  [Field in (typeof messageTypes)[Name][number] as Field["name"]]: ValueOf<Field["type"]>;
};

/** Where messages are valid: one domain for the whole protocol on one chain. */
export interface DomainParameters {
  chainId: number;
  /** Address of LicenseToken on that chain. */
  licenseToken: Hex;
}

/** What wallets and viem's `signTypedData`, `verifyTypedData` and `hashTypedData` take. */
export interface TypedData<Name extends MessageName> {
  domain: { name: "Colophon"; version: "1"; chainId: number; verifyingContract: Hex };
  types: Pick<typeof messageTypes, Name>;
  primaryType: Name;
  message: Message<Name>;
}

/** The one EIP-712 domain: name Colophon, version 1, the chain, LicenseToken. */
export function colophonDomain(parameters: DomainParameters): TypedData<MessageName>["domain"] {
  return { ...domainNames, chainId: parameters.chainId, verifyingContract: parameters.licenseToken };
}

/** A message ready to be signed or checked. Times are seconds, amounts base units. */
export function typedData<Name extends MessageName>(
  primaryType: Name,
  parameters: DomainParameters,
  message: Message<Name>,
): TypedData<Name> {
  return {
    domain: colophonDomain(parameters),
    types: { [primaryType]: messageTypes[primaryType] } as Pick<typeof messageTypes, Name>,
    primaryType,
    message,
  };
}

/** The type string whose keccak256 is the type hash in the contracts. */
export function messageType(name: MessageName): string {
  return messageTypeStrings[name];
}
