// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { LicenseFlags, LicenseHead } from "../types/LicenseHead.sol";
import { LicenseTokenBase } from "./LicenseTokenBase.sol";
import { LicenseTokenResale } from "./LicenseTokenResale.sol";
import { ERC721Upgradeable } from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import { IERC165 } from "@openzeppelin/contracts/interfaces/IERC165.sol";
import { IERC2981 } from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @title Licenses (ERC-721, ERC-5192, ERC-2981)
contract LicenseToken is LicenseTokenResale, IERC2981 {
    /// @dev ERC-165 id of ERC-5192: the selector of `locked(uint256)`.
    bytes4 private constant _ERC5192_ID = 0xb45a3c0e;
    uint256 private constant _BPS = 10_000;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address market,
        address registry,
        address terms,
        address disputeManager
    )
        LicenseTokenBase(market, registry, terms, disputeManager)
    { }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __ERC721_init("Colophon License", "COLL");
        __AccessManaged_init(authority_);
        _storage().nextId = 1;
    }

    /// @inheritdoc ILicenseToken
    function licenseOf(uint256 licenseId) external view returns (License memory) {
        return _headOf(licenseId).unpack();
    }

    /// @inheritdoc ILicenseToken
    function offerIdOf(uint256 licenseId) external view returns (bytes32) {
        return _storage().offerIds[licenseId];
    }

    /// @inheritdoc ILicenseToken
    function dealOf(uint256 licenseId) external view returns (License memory license, bytes32 offerId, address rail) {
        license = _headOf(licenseId).unpack();
        offerId = _storage().offerIds[licenseId];
        rail = _storage().rails[license.rail].rail;
    }

    /// @inheritdoc ILicenseToken
    function releaseOf(uint256 licenseId) external view returns (LicenseHead head, address rail) {
        head = _headOf(licenseId);
        rail = _storage().rails[head.rail()].rail;
    }

    /// @inheritdoc ILicenseToken
    function locked(uint256 licenseId) external view returns (bool) {
        return !_headOf(licenseId).hasAny(LicenseFlags.TRANSFERABLE);
    }

    /// @inheritdoc ILicenseToken
    function licenseCount() external view returns (uint256) {
        return _storage().nextId - 1;
    }

    /// @inheritdoc ILicenseToken
    // The name that ERC-2612 and others gave it.
    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return TypedData.domainSeparator(address(this));
    }

    /// @inheritdoc IERC2981
    /// @dev The terms' resale royalty, rounded down, to who owns the dataset now.
    function royaltyInfo(uint256 licenseId, uint256 salePrice)
        external
        view
        returns (address receiver, uint256 amount)
    {
        LicenseHead head = _headOf(licenseId);
        uint256 bps = _terms.headOf(_terms.idAt(head.termsIndex())).resaleRoyaltyBps;
        // In two parts, so that no price overflows.
        // slither-disable-next-line divide-before-multiply
        amount = salePrice / _BPS * bps + salePrice % _BPS * bps / _BPS;
        return (IERC721(address(_registry)).ownerOf(head.datasetId()), amount);
    }

    /// @notice The manifest of the version that is licensed, which is valid ERC-721 metadata.
    function tokenURI(uint256 licenseId) public view override returns (string memory) {
        LicenseHead head = _headOf(licenseId);
        return _registry.versionURI(head.datasetId(), head.version());
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC721Upgradeable, IERC165) returns (bool) {
        return
            interfaceId == _ERC5192_ID || interfaceId == type(IERC2981).interfaceId
                || super.supportsInterface(interfaceId);
    }

    /// @dev Every way to move a license comes through here. Only live, unfrozen licenses move, and only where the terms let
    /// them and the owner has refused or has no say; a move ends all delegations.
    function _update(address to, uint256 licenseId, address auth) internal override returns (address from) {
        from = _ownerOf(licenseId);
        if (from != address(0)) {
            LicenseHead head = _storage().heads[licenseId];
            if (!head.hasAny(LicenseFlags.TRANSFERABLE)) revert LicenseToken_Locked(licenseId);
            if (head.hasAny(LicenseFlags.FROZEN) || !head.isLive(block.timestamp)) {
                revert LicenseToken_NotTransferableNow(licenseId);
            }
            _clearResale(licenseId, head, to);
            _endEpoch(licenseId, from);
        }
        super._update(to, licenseId, auth);
    }

    /// @dev A locked license takes no approvals either. Clearing one (`to` zero) is always allowed.
    function _approve(address to, uint256 licenseId, address auth, bool emitEvent) internal override {
        if (to != address(0) && !_headOf(licenseId).hasAny(LicenseFlags.TRANSFERABLE)) {
            revert LicenseToken_Locked(licenseId);
        }
        super._approve(to, licenseId, auth, emitEvent);
    }
}
