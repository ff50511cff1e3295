/** The few Superfluid functions that members of a pool need, declared from their published signatures. */
import { parseAbi } from "viem";

/** GDAv1Forwarder: the front door to the General Distribution Agreement. */
export const gdaForwarderAbi = parseAbi([
  "function connectPool(address pool, bytes userData) returns (bool)",
  "function isMemberConnected(address pool, address member) view returns (bool)",
]);

/** A pool, as its members see it. */
export const poolAbi = parseAbi([
  "function superToken() view returns (address)",
  "function getUnits(address member) view returns (uint128)",
  "function getClaimableNow(address member) view returns (int256 claimable, uint256 timestamp)",
  "function claimAll(address member) returns (bool)",
]);

/** A super token that wraps another token; it has 18 decimals. */
export const superTokenAbi = parseAbi([
  "function getUnderlyingToken() view returns (address)",
  "function getUnderlyingDecimals() view returns (uint8)",
  "function realtimeBalanceOfNow(address account) view returns (int256 available, uint256 deposit, uint256 owed, uint256 timestamp)",
  "function downgrade(uint256 amount)",
]);
