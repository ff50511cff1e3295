// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { ITermsRegistry } from "../interfaces/licensing/ITermsRegistry.sol";
import { LicenseFlags, LicenseHead } from "../types/LicenseHead.sol";
import { TermsFlags } from "../types/Uses.sol";
import { LicenseTokenAccess } from "./LicenseTokenAccess.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @notice How a license comes to be and ends, and the rails that sell it.
abstract contract LicenseTokenLife is LicenseTokenAccess {
    /// @inheritdoc ILicenseToken
    function mint(
        address licensee,
        bytes32 offerId,
        LicenseHead head,
        uint16 termsFlags,
        bool exclusive
    )
        external
        returns (uint256 licenseId, address rail)
    {
        if (msg.sender != _market) revert LicenseToken_NotMarket(msg.sender);
        LicenseTokenStorage storage $ = _storage();
        Rail memory through = $.rails[head.rail()];
        if (!through.sells) revert LicenseToken_RailNotForSale(head.rail());
        rail = through.rail;
        licenseId = $.nextId++;
        head = head.started(uint40(block.timestamp), _flagsOf(termsFlags, exclusive, through.live));
        $.heads[licenseId] = head;
        $.offerIds[licenseId] = offerId;
        _mint(licensee, licenseId);
        if (head.hasAny(LicenseFlags.TRANSFERABLE)) emit Unlocked(licenseId);
        else emit Locked(licenseId);
        emit LicenseMinted(licenseId, offerId, licensee, head.unpack());
    }

    /// @inheritdoc ILicenseToken
    function setFrozen(uint256 licenseId, bool frozen) external {
        LicenseHead head = _headOf(licenseId);
        uint8 flag = LicenseFlags.FROZEN_BY_DISPUTE;
        if (msg.sender == _storage().rails[head.rail()].rail) flag = LicenseFlags.FROZEN_BY_RAIL;
        else if (msg.sender != _disputeManager) revert LicenseToken_NotRailOrDispute(licenseId, msg.sender);

        if (head.hasAny(flag) == frozen) return;
        head = head.withFlag(flag, frozen);
        _storage().heads[licenseId] = head;
        emit LicenseFrozen(licenseId, msg.sender, frozen, head.hasAny(LicenseFlags.FROZEN));
    }

    /// @inheritdoc ILicenseToken
    function end(uint256 licenseId) external {
        LicenseHead head = _headOf(licenseId);
        if (msg.sender != _storage().rails[head.rail()].rail) revert LicenseToken_NotRail(licenseId, msg.sender);
        if (head.hasAny(LicenseFlags.ENDED)) revert LicenseToken_AlreadyEnded(licenseId);
        _storage().heads[licenseId] = head.withFlag(LicenseFlags.ENDED, true);
        emit LicenseEnded(licenseId);
    }

    /// @inheritdoc ILicenseToken
    function revoke(uint256 licenseId) external {
        LicenseHead head = _headOf(licenseId);
        address owner = IERC721(address(_registry)).ownerOf(head.datasetId());
        if (msg.sender != owner) revert LicenseToken_NotDatasetOwner(licenseId, msg.sender, owner);
        ITermsRegistry.TermsHead memory terms = _terms.headOf(_terms.idAt(head.termsIndex()));
        if (terms.flags & TermsFlags.REVOCABLE == 0) revert LicenseToken_NotRevocable(licenseId);
        if (head.hasAny(LicenseFlags.REVOKED)) revert LicenseToken_AlreadyEnded(licenseId);
        _revoke(licenseId, head, block.timestamp + terms.revocationNotice);
    }

    /// @inheritdoc ILicenseToken
    function revokeByRuling(uint256 licenseId) external {
        if (msg.sender != _disputeManager) revert LicenseToken_NotRailOrDispute(licenseId, msg.sender);
        _revoke(licenseId, _headOf(licenseId), block.timestamp);
    }

    /// @inheritdoc ILicenseToken
    function addRail(uint8 index, address rail, bool live) external restricted {
        LicenseTokenStorage storage $ = _storage();
        if (index == 0 || $.rails[index].rail != address(0) || rail.code.length == 0) {
            revert LicenseToken_BadRail(index, rail);
        }
        $.rails[index] = Rail({ rail: rail, live: live, sells: true });
        emit RailAdded(index, rail, live);
    }

    /// @inheritdoc ILicenseToken
    function setRailSells(uint8 index, bool sells) external restricted {
        _setRailSells(index, sells);
    }

    /// @inheritdoc ILicenseToken
    function stopRailSales(uint8 index) external restricted {
        _setRailSells(index, false);
    }

    /// @inheritdoc ILicenseToken
    function railAt(uint8 index) external view returns (address rail, bool live, bool sells) {
        Rail memory r = _storage().rails[index];
        return (r.rail, r.live, r.sells);
    }

    function _setRailSells(uint8 index, bool sells) private {
        Rail storage r = _storage().rails[index];
        if (r.rail == address(0)) revert LicenseToken_BadRail(index, address(0));
        if (r.sells == sells) revert LicenseToken_NoChange(index, sells);
        r.sells = sells;
        emit RailSellsSet(index, sells);
    }

    /// @dev Ends the license at `at`, or when it would have expired anyway, whichever comes first.
    function _revoke(uint256 licenseId, LicenseHead head, uint256 at) private {
        if (!head.isLive(block.timestamp)) revert LicenseToken_AlreadyEnded(licenseId);
        uint40 expiry = head.expiry();
        // A time beyond uint40 cannot come from a 32-bit notice.
        uint40 effectiveAt = expiry != 0 && expiry < at ? expiry : uint40(at);
        _storage().heads[licenseId] = head.withExpiry(effectiveAt).withFlag(LicenseFlags.REVOKED, true);
        emit LicenseRevoked(licenseId, msg.sender, effectiveAt);
    }

    function _flagsOf(uint16 termsFlags, bool exclusive, bool live) private pure returns (uint8 flags) {
        if (live) flags |= LicenseFlags.LIVE;
        if (exclusive) flags |= LicenseFlags.EXCLUSIVE;
        if (termsFlags & TermsFlags.TRANSFERABLE != 0) flags |= LicenseFlags.TRANSFERABLE;
        if (termsFlags & TermsFlags.LATER_VERSIONS != 0) flags |= LicenseFlags.LATER_VERSIONS;
    }
}
