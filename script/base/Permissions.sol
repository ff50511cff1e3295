// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Roles } from "../../contracts/access/Roles.sol";

/// @notice Which role may call which restricted function: the one table that deployment, tests and docs/PERMISSIONS.md read.
/// @dev A restricted function that is missing here can be called by the timelock alone, and the permission matrix fails.
library Permissions {
    struct Permission {
        string target;
        string signature;
        uint64 role;
    }

    struct RoleInfo {
        uint64 id;
        string label;
        uint32 delay;
    }

    /// @notice Every contract behind a proxy, in order of deployment.
    function proxies() internal pure returns (string[] memory names) {
        string[24] memory all = [
            "ProtocolConfig",
            "TermsRegistry",
            "DatasetRegistry",
            "LicenseToken",
            "LicenseMarket",
            "EscrowRail",
            "StreamRail",
            "MeterRail",
            "RevenueShareRail",
            "LiveStreamRail",
            "RevenueDistributor",
            "KeyNetwork",
            "ProviderBond",
            "ObjectiveFaults",
            "ServiceChallenges",
            "DisputeManager",
            "CouncilArbitrator",
            "AttestationRegistry",
            "ConsentRegistry",
            "Recalls",
            "QualityOracle",
            "ComputeReceipts",
            "ProofRegistry",
            "CheckpointLog"
        ];
        names = new string[](all.length);
        for (uint256 i; i < all.length; ++i) {
            names[i] = all[i];
        }
    }

    /// @notice The roles with their names on chain and the least delay outside local chains.
    function roles() internal pure returns (RoleInfo[4] memory) {
        return [
            RoleInfo(Roles.UPGRADER, "UPGRADER", Roles.UPGRADER_DELAY),
            RoleInfo(Roles.GOVERNOR, "GOVERNOR", Roles.GOVERNOR_DELAY),
            RoleInfo(Roles.GUARDIAN, "GUARDIAN", 0),
            RoleInfo(Roles.KEY_OPERATOR, "KEY_OPERATOR", Roles.KEY_OPERATOR_DELAY)
        ];
    }

    /// @notice Every restricted function but the upgrade, which is UPGRADER's on every proxy.
    function restricted() internal pure returns (Permission[] memory list) {
        Permission[38] memory all = [
            Permission("ProtocolConfig", "setPaymentToken(address,address,uint16,bool)", Roles.GOVERNOR),
            Permission("ProtocolConfig", "setTreasury(address)", Roles.GOVERNOR),
            Permission("TermsRegistry", "setTemplate(bytes32,bytes32)", Roles.GOVERNOR),
            Permission("DatasetRegistry", "restrictStatus(uint256,uint32,uint8)", Roles.GUARDIAN),
            Permission("DatasetRegistry", "reinstate(uint256,uint32)", Roles.GOVERNOR),
            Permission("LicenseToken", "addRail(uint8,address,bool)", Roles.GOVERNOR),
            Permission("LicenseToken", "setRailSells(uint8,bool)", Roles.GOVERNOR),
            Permission("LicenseToken", "stopRailSales(uint8)", Roles.GUARDIAN),
            Permission(
                "KeyNetwork", "startEpoch(uint256,bytes,(address,uint32,uint32,bytes32,string)[])", Roles.KEY_OPERATOR
            ),
            Permission("ProviderBond", "setBondToken(address,uint96,uint16,bool)", Roles.GOVERNOR),
            Permission("ProviderBond", "setParameters((uint32,uint16,uint8))", Roles.GOVERNOR),
            Permission("ProviderBond", "setSlashCap(uint8,uint16)", Roles.GOVERNOR),
            Permission("ProviderBond", "stopBondToken(address)", Roles.GUARDIAN),
            Permission("ObjectiveFaults", "setPenalty(uint8,(uint16,uint16))", Roles.GOVERNOR),
            Permission("ObjectiveFaults", "setClock((uint32,uint32))", Roles.GOVERNOR),
            Permission(
                "ServiceChallenges", "setTerms((uint32,uint32,uint16,uint16,uint16,uint16,bool))", Roles.GOVERNOR
            ),
            Permission("ServiceChallenges", "stop()", Roles.GUARDIAN),
            Permission("DisputeManager", "setArbitrator(address,uint16,uint32)", Roles.GOVERNOR),
            Permission(
                "DisputeManager",
                "setNumbers((uint32,uint32,uint32,uint32,uint16,uint8,uint8,uint16,address))",
                Roles.GOVERNOR
            ),
            Permission("DisputeManager", "setBond(uint8,address,uint128)", Roles.GOVERNOR),
            Permission("DisputeManager", "delistArbitrator(uint16)", Roles.GUARDIAN),
            Permission("CouncilArbitrator", "setCouncil(address[],string[],uint8,uint8)", Roles.GOVERNOR),
            Permission("AttestationRegistry", "accreditByGovernance(address,uint16,uint40)", Roles.GOVERNOR),
            Permission("AttestationRegistry", "setSchemaKnown(bytes32,bytes32,bool)", Roles.GOVERNOR),
            Permission("AttestationRegistry", "removeIssuer(address)", Roles.GUARDIAN),
            Permission("Recalls", "setPeriods(uint32,uint32)", Roles.GOVERNOR),
            Permission("QualityOracle", "setReporter(address,bool)", Roles.GOVERNOR),
            Permission("QualityOracle", "setRules((uint32,uint32,uint16,uint16,uint16))", Roles.GOVERNOR),
            Permission("QualityOracle", "setTokenTerms(address,uint128,uint128)", Roles.GOVERNOR),
            Permission("QualityOracle", "stopReporter(address)", Roles.GUARDIAN),
            Permission("ComputeReceipts", "setVerifier(address,bool)", Roles.GOVERNOR),
            Permission("ComputeReceipts", "stopVerifier(address)", Roles.GUARDIAN),
            Permission("ComputeReceipts", "stopSigner(bytes32,address,bytes32)", Roles.GUARDIAN),
            Permission("ProofRegistry", "addProgram(bytes32,bytes32,uint32,uint40,uint40)", Roles.GOVERNOR),
            Permission("ProofRegistry", "setProgramEnd(uint16,uint40)", Roles.GOVERNOR),
            Permission("ProofRegistry", "markUnsound(uint16,bytes32)", Roles.GUARDIAN),
            Permission("ProofRegistry", "addRoute(bytes4,address,uint8,bytes32)", Roles.GOVERNOR),
            Permission("ProofRegistry", "stopRoute(bytes4)", Roles.GUARDIAN)
        ];
        list = new Permission[](all.length);
        for (uint256 i; i < all.length; ++i) {
            list[i] = all[i];
        }
    }

    /// @notice The upgrade function of every proxy.
    string internal constant UPGRADE = "upgradeToAndCall(address,bytes)";

    function selectorOf(string memory signature) internal pure returns (bytes4) {
        return bytes4(keccak256(bytes(signature)));
    }
}
