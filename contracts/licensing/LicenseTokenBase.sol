// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { ITermsRegistry } from "../interfaces/licensing/ITermsRegistry.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { LicenseHead } from "../types/LicenseHead.sol";
import { ERC721Upgradeable } from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import { BitMaps } from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// @notice Storage, neighbors and shared checks of LicenseToken.
abstract contract LicenseTokenBase is ILicenseToken, ERC721Upgradeable, ColophonUpgradeable {
    /// @dev A payment rail, one slot.
    struct Rail {
        address rail;
        bool live;
        bool sells;
    }

    /// @custom:storage-location erc7201:colophon.storage.LicenseToken
    struct LicenseTokenStorage {
        /// @dev Id of the next license. Starts at 1, so that no purchase pays for a first write.
        uint256 nextId;
        mapping(uint256 licenseId => LicenseHead) heads;
        mapping(uint256 licenseId => bytes32) offerIds;
        mapping(uint8 index => Rail) rails;
        mapping(address user => mapping(uint256 datasetId => mapping(uint32 version => uint256))) active;
        /// @dev One entry per transfer. Its length is the number of the present holder's epoch.
        mapping(uint256 licenseId => PastHolder[]) pastHolders;
        /// @dev Periods in ascending order, never overlapping. A transfer starts the next epoch, which has none.
        mapping(uint256 licenseId => mapping(uint256 epoch => mapping(address to => Delegation[]))) delegations;
        /// @dev By version number; bit 0 is the whole dataset. What the registry says, kept here so that an access check is not
        /// a call: both bits of any of the first 255 versions are one load.
        mapping(uint256 datasetId => BitMaps.BitMap) suspended;
        mapping(uint256 licenseId => Resale) resales;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.LicenseToken")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x0ebf91fede575210df0ec20254209492ea948bebcade3d321521a4a29fc59f00;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _market;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDatasetRegistry internal immutable _registry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ITermsRegistry internal immutable _terms;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _disputeManager;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address market, address registry, address terms, address disputeManager) {
        _market = market;
        _registry = IDatasetRegistry(registry);
        _terms = ITermsRegistry(terms);
        _disputeManager = disputeManager;
    }

    function _storage() internal pure returns (LicenseTokenStorage storage $) {
        bytes32 slot = _STORAGE_SLOT;
        assembly ("memory-safe") {
            $.slot := slot
        }
    }

    /// @dev Head of a license that exists.
    function _headOf(uint256 licenseId) internal view returns (LicenseHead head) {
        head = _storage().heads[licenseId];
        if (!head.exists()) revert LicenseToken_Unknown(licenseId);
    }

    /// @dev Reverts unless the caller holds the license.
    function _requireHolder(uint256 licenseId) internal view returns (address holder) {
        holder = _ownerOf(licenseId);
        if (holder == address(0)) revert LicenseToken_Unknown(licenseId);
        if (holder != msg.sender) revert LicenseToken_NotHolder(licenseId, msg.sender);
    }
}
