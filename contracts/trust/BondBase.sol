// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { ILicenseMarket } from "../interfaces/licensing/ILicenseMarket.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { BondState } from "./BondState.sol";

/// @notice Neighbors of the bond.
abstract contract BondBase is IProviderBond, ColophonUpgradeable, BondState {
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseMarket internal immutable _market;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IProtocolConfig internal immutable _config;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _objectiveFaults;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _serviceChallenges;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _disputeManager;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address market,
        address config,
        address objectiveFaults,
        address serviceChallenges,
        address disputeManager
    ) {
        _market = ILicenseMarket(market);
        _config = IProtocolConfig(config);
        // Zero would be a verifier that nobody is.
        // slither-disable-start missing-zero-check
        _objectiveFaults = objectiveFaults;
        _serviceChallenges = serviceChallenges;
        _disputeManager = disputeManager;
        // slither-disable-end missing-zero-check
    }
}
