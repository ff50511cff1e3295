/** ProtocolConfig: payment tokens with their fee, and the treasury. */
import { protocolConfigAbi } from "@colophon-protocol/contracts";
import type { Address } from "viem";
import { readsOf } from "../core/read.js";

const read = /*#__PURE__*/ readsOf(
  "ProtocolConfig",
  protocolConfigAbi,
  async () => (await import("../errors/hints-protocol.js")).protocolHints,
);

/** A payment token: its super token, the fee in basis points, whether new sales may use it. All zero when never listed. */
export const paymentToken = /*#__PURE__*/ read({
  functionName: "paymentToken",
  args: ({ token }: { token: Address }) => [token],
  result: (listed) => listed,
});

/** Receiver of protocol fees. */
export const treasury = /*#__PURE__*/ read({
  functionName: "treasury",
  args: (_: object) => [],
  result: (account): Address => account,
});

/** Hard cap of the protocol fee, basis points. */
export const maxFeeBps = /*#__PURE__*/ read({
  functionName: "MAX_FEE_BPS",
  args: (_: object) => [],
  result: (bps): number => bps,
});
