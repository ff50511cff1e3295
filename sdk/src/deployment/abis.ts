/** What is asked of OpenZeppelin's contracts, and of proxies. */
import { parseAbi } from "viem";

export const accessManagerAbi = parseAbi([
  "event RoleGranted(uint64 indexed roleId, address indexed account, uint32 delay, uint48 since, bool newMember)",
  "event RoleRevoked(uint64 indexed roleId, address indexed account)",
  "event TargetFunctionRoleUpdated(address indexed target, bytes4 selector, uint64 indexed roleId)",
  "event TargetClosed(address indexed target, bool closed)",
  "event TargetAdminDelayUpdated(address indexed target, uint32 delay, uint48 since)",
  "function isTargetClosed(address target) view returns (bool)",
  "function getTargetFunctionRole(address target, bytes4 selector) view returns (uint64)",
  "function getTargetAdminDelay(address target) view returns (uint32)",
  "function getRoleAdmin(uint64 roleId) view returns (uint64)",
  "function getRoleGuardian(uint64 roleId) view returns (uint64)",
  "function getRoleGrantDelay(uint64 roleId) view returns (uint32)",
  "function getAccess(uint64 roleId, address account) view returns (uint48 since, uint32 currentDelay, uint32 pendingDelay, uint48 effect)",
]);

export const timelockAbi = parseAbi([
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
  "event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)",
  "function getMinDelay() view returns (uint256)",
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function getRoleAdmin(bytes32 role) view returns (bytes32)",
]);

export const ownableAbi = parseAbi(["function owner() view returns (address)"]);
export const managedAbi = parseAbi(["function authority() view returns (address)"]);
export const verifierAbi = parseAbi(["function VERIFIER_HASH() view returns (bytes32)"]);
export const hostAbi = parseAbi(["function getAgreementClass(bytes32 agreementType) view returns (address)"]);
