// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { IPermit2 } from "../interfaces/external/IPermit2.sol";
import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { ILicenseMarket } from "../interfaces/licensing/ILicenseMarket.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { ITermsRegistry } from "../interfaces/licensing/ITermsRegistry.sol";
import { IRevenueDistributor } from "../interfaces/payments/IRevenueDistributor.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { PackedOfferState } from "./LicenseMarketState.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice Storage and neighbors of LicenseMarket.
abstract contract LicenseMarketBase is ILicenseMarket, ColophonUpgradeable, ReentrancyGuardTransient {
    /// @custom:storage-location erc7201:colophon.storage.LicenseMarket
    struct LicenseMarketStorage {
        mapping(bytes32 offerId => PackedOfferState) offers;
        /// @dev License that holds a version exclusively, or held it last.
        mapping(uint256 datasetId => mapping(uint32 version => uint256 licenseId)) exclusive;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.LicenseMarket")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xb13339f68f42270aaec1a2ff17cddceaf3624ed43532fe3afe553f3255491100;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken internal immutable _licenseToken;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDatasetRegistry internal immutable _registry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ITermsRegistry internal immutable _terms;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IProtocolConfig internal immutable _config;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IRevenueDistributor internal immutable _distributor;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IPermit2 internal immutable _permit2;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address licenseToken,
        address registry,
        address terms,
        address config,
        address distributor,
        address permit2
    ) {
        _licenseToken = ILicenseToken(licenseToken);
        _registry = IDatasetRegistry(registry);
        _terms = ITermsRegistry(terms);
        _config = IProtocolConfig(config);
        _distributor = IRevenueDistributor(distributor);
        _permit2 = IPermit2(permit2);
    }

    function _storage() internal pure returns (LicenseMarketStorage storage $) {
        bytes32 slot = _STORAGE_SLOT;
        assembly ("memory-safe") {
            $.slot := slot
        }
    }
}
