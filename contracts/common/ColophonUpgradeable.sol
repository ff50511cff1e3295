// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessManagedUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import { UUPSUpgradeable } from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// @notice Base of every proxied contract: UUPS, upgrades by the role that the AccessManager gives, with its delay.
/// @dev Neighbors are immutables of the implementation: their addresses follow from salts. Initializers call no neighbor.
abstract contract ColophonUpgradeable is AccessManagedUpgradeable, UUPSUpgradeable {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override restricted { }
}
