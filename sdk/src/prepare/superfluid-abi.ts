/** The few Superfluid functions that members of a pool and payers of streams need, declared from their published signatures. */
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
  "function upgrade(uint256 amount)",
  "function getHost() view returns (address)",
]);

/** The Superfluid host: front door to the agreements. */
export const hostAbi = parseAbi([
  "function getAgreementClass(bytes32 agreementType) view returns (address)",
  "function batchCall((uint32 operationType, address target, bytes data)[] operations) payable",
]);

/** The Constant Flow Agreement; writing functions are called through the host, `ctx` empty. */
export const constantFlowAbi = parseAbi([
  "function getFlow(address token, address sender, address receiver) view returns (uint256 timestamp, int96 flowRate, uint256 deposit, uint256 owedDeposit)",
  "function getAccountFlowInfo(address token, address account) view returns (uint256 timestamp, int96 flowRate, uint256 deposit, uint256 owedDeposit)",
  "function getDepositRequiredForFlowRate(address token, int96 flowRate) view returns (uint256 deposit)",
  "function getFlowOperatorData(address token, address sender, address flowOperator) view returns (bytes32 flowOperatorId, uint8 permissions, int96 flowRateAllowance)",
  "function updateFlowOperatorPermissions(address token, address flowOperator, uint8 permissions, int96 flowRateAllowance, bytes ctx) returns (bytes newCtx)",
]);
