import type { ErrorHint } from "./words.js";

/** Errors of ProtocolConfig, KeyNetwork and the factory. */
export const protocolHints = {
  ProtocolConfig_FeeTooHigh: {
    title: "The fee is above the hard cap",
    hint: "Set at most the cap that the contract names.",
  },
  ProtocolConfig_NoChange: {
    title: "This would change nothing",
    hint: "The value is set already.",
  },
  ProtocolConfig_SuperTokenFixed: {
    title: "The super token of a listed token cannot change",
    hint: "Pools exist in it. List another token instead.",
  },
  ProtocolConfig_WrongSuperToken: {
    title: "The super token does not wrap this token",
    hint: "Name the Superfluid wrapper whose underlying token it is.",
  },
  ProtocolConfig_ZeroAddress: {
    title: "An address that must be set is zero",
    hint: "Give the address.",
  },
  KeyNetwork_BadNode: {
    title: "A key node has no operator or endpoint",
    hint: "Complete the node at the position given.",
  },
  KeyNetwork_BadNodeCount: {
    title: "A key network needs at least two nodes and at most the allowed number",
    hint: "Change the number of nodes.",
  },
  KeyNetwork_BadPublicKey: {
    title: "The network's public key is not 48 bytes",
    hint: "Give a compressed BLS12-381 G1 point.",
  },
  KeyNetwork_BadThreshold: {
    title: "The threshold does not fit the number of nodes",
    hint: "Use at least 2 and at most the number of nodes.",
  },
  ColophonFactory_SaltUsed: {
    title: "Something was deployed with this salt already",
    hint: "The address is taken for good; use the contract there, or another salt.",
  },
} as const satisfies Record<string, ErrorHint>;
