/** ProtocolConfig: payment tokens with their fee, and the treasury. */
import { protocolConfigAbi } from "@colophon-protocol/contracts";
import type { Address } from "viem";
import { defineRead } from "../core/read.js";

/** A payment token: its super token, the fee in basis points, whether new sales may use it. All zero when never listed. */
export const paymentToken = /*#__PURE__*/ defineRead({
  contract: "ProtocolConfig",
  abi: protocolConfigAbi,
  functionName: "paymentToken",
  args: ({ token }: { token: Address }) => [token],
  result: (listed) => listed,
});

/** Receiver of protocol fees. */
export const treasury = /*#__PURE__*/ defineRead({
  contract: "ProtocolConfig",
  abi: protocolConfigAbi,
  functionName: "treasury",
  args: (_: object) => [],
  result: (account): Address => account,
});

/** Hard cap of the protocol fee, basis points. */
export const maxFeeBps = /*#__PURE__*/ defineRead({
  contract: "ProtocolConfig",
  abi: protocolConfigAbi,
  functionName: "MAX_FEE_BPS",
  args: (_: object) => [],
  result: (bps): number => bps,
});
