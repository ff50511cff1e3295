// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { LicenseHead } from "../types/LicenseHead.sol";
import { TermsFlags } from "../types/Uses.sol";
import { LicenseTokenLife } from "./LicenseTokenLife.sol";

/// @notice The owner's first refusal: a holder announces buyer and price, the owner may take the license at that price, and
/// only after that it can move, to that buyer (docs/decisions/0009-derivation-and-resale.md).
/// @dev The flag is read from the terms when a license moves, as revocation does; it needs no bit in the head.
abstract contract LicenseTokenResale is LicenseTokenLife {
    /// @inheritdoc ILicenseToken
    uint40 public constant REFUSAL_WINDOW = 7 days;
    /// @inheritdoc ILicenseToken
    uint40 public constant RESALE_WINDOW = 14 days;

    /// @inheritdoc ILicenseToken
    function announceResale(uint256 licenseId, address buyer, uint128 price) external {
        address holder = _requireHolder(licenseId);
        if (buyer == address(0) || !_hasFirstRefusal(_storage().heads[licenseId])) {
            revert LicenseToken_NothingToAnnounce(licenseId, buyer);
        }
        uint40 present = uint40(block.timestamp);
        _storage().resales[licenseId] = Resale({ buyer: buyer, announcedAt: present, price: price });
        uint40 refusalUntil = present + REFUSAL_WINDOW;
        emit ResaleAnnounced(licenseId, holder, buyer, price, refusalUntil, refusalUntil + RESALE_WINDOW);
    }

    /// @inheritdoc ILicenseToken
    function cancelResale(uint256 licenseId) external {
        address holder = _requireHolder(licenseId);
        if (_storage().resales[licenseId].announcedAt == 0) revert LicenseToken_NothingToTake(licenseId, 0);
        delete _storage().resales[licenseId];
        emit ResaleCancelled(licenseId, holder);
    }

    /// @inheritdoc ILicenseToken
    function takeResale(uint256 licenseId, address owner) external returns (address holder, uint128 price) {
        if (msg.sender != _market) revert LicenseToken_NotMarket(msg.sender);
        Resale memory resale = _storage().resales[licenseId];
        uint256 until = resale.announcedAt == 0 ? 0 : uint256(resale.announcedAt) + REFUSAL_WINDOW;
        if (block.timestamp > until) revert LicenseToken_NothingToTake(licenseId, until);
        // The market is let through by _clearResale, which forgets the announcement.
        return (_update(owner, licenseId, address(0)), resale.price);
    }

    /// @inheritdoc ILicenseToken
    function resaleOf(uint256 licenseId) external view returns (Resale memory) {
        return _storage().resales[licenseId];
    }

    /// @dev Refuses a move that the owner could not refuse, and forgets the announcement. The market moves licenses in
    /// takeResale alone.
    function _clearResale(uint256 licenseId, LicenseHead head, address to) internal {
        if (!_hasFirstRefusal(head)) return;
        if (msg.sender != _market) _requireOpenTo(licenseId, to);
        delete _storage().resales[licenseId];
    }

    function _requireOpenTo(uint256 licenseId, address to) private view {
        Resale storage resale = _storage().resales[licenseId];
        // Nobody is announced as buyer, so nobody's time has come: `to` is never zero here.
        (uint256 from, uint256 until) = (0, 0);
        if (resale.buyer == to) {
            from = uint256(resale.announcedAt) + REFUSAL_WINDOW + 1;
            until = from + RESALE_WINDOW - 1;
        }
        if (block.timestamp < from || block.timestamp > until) {
            revert LicenseToken_FirstRefusal(licenseId, to, from, until);
        }
    }

    function _hasFirstRefusal(LicenseHead head) private view returns (bool) {
        return _terms.headOf(_terms.idAt(head.termsIndex())).flags & TermsFlags.FIRST_REFUSAL != 0;
    }
}
