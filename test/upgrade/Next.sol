// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ProtocolConfig } from "../../contracts/governance/ProtocolConfig.sol";
import { KeyNetwork } from "../../contracts/keys/KeyNetwork.sol";
import { LicenseMarket } from "../../contracts/licensing/LicenseMarket.sol";
import { LicenseToken } from "../../contracts/licensing/LicenseToken.sol";
import { TermsRegistry } from "../../contracts/licensing/TermsRegistry.sol";
import { EscrowRail } from "../../contracts/payments/EscrowRail.sol";
import { MeterRail } from "../../contracts/payments/MeterRail.sol";
import { RevenueDistributor } from "../../contracts/payments/RevenueDistributor.sol";
import { RevenueShareRail } from "../../contracts/payments/RevenueShareRail.sol";
import { StreamRail } from "../../contracts/payments/StreamRail.sol";
import { DatasetRegistry } from "../../contracts/registry/DatasetRegistry.sol";

// The next version of every proxied contract: the present one with a mark and a namespace of its own.

/// @dev What every next version adds.
abstract contract Next {
    bytes32 private constant _SLOT = keccak256("colophon.test.Next");

    function setMark(uint256 mark_) external {
        bytes32 slot = _SLOT;
        assembly ("memory-safe") {
            sstore(slot, mark_)
        }
    }

    function mark() external view returns (uint256 mark_) {
        bytes32 slot = _SLOT;
        assembly ("memory-safe") {
            mark_ := sload(slot)
        }
    }
}

contract ProtocolConfigNext is ProtocolConfig, Next { }

contract TermsRegistryNext is TermsRegistry, Next { }

contract KeyNetworkNext is KeyNetwork, Next { }

contract DatasetRegistryNext is DatasetRegistry, Next {
    constructor(address a, address b, address c) DatasetRegistry(a, b, c) { }
}

contract LicenseTokenNext is LicenseToken, Next {
    constructor(address a, address b, address c, address d) LicenseToken(a, b, c, d) { }
}

contract LicenseMarketNext is LicenseMarket, Next {
    constructor(address a, address b, address c, address d, address e, address f) LicenseMarket(a, b, c, d, e, f) { }
}

contract EscrowRailNext is EscrowRail, Next {
    constructor(address[7] memory a) EscrowRail(a[0], a[1], a[2], a[3], a[4], a[5], a[6]) { }
}

contract MeterRailNext is MeterRail, Next {
    constructor(address a, address b, address c, address d) MeterRail(a, b, c, d) { }
}

contract RevenueShareRailNext is RevenueShareRail, Next {
    constructor(address a, address b, address c, address d) RevenueShareRail(a, b, c, d) { }
}

contract StreamRailNext is StreamRail, Next {
    constructor(address[9] memory a) StreamRail(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]) { }
}

contract RevenueDistributorNext is RevenueDistributor, Next {
    constructor(address a, address b, address c, address d) RevenueDistributor(a, b, c, d) { }
}
