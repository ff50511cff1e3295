// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IRevenueShareRail } from "../interfaces/payments/IRevenueShareRail.sol";
import { Offer } from "../types/Offer.sol";
import { PaymentRail } from "./PaymentRail.sol";
import { Shares } from "./Shares.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Storage of revenue shares: periods, what is due when, and what is owed.
abstract contract RevenueShareBook is IRevenueShareRail, PaymentRail {
    uint32 internal constant NO_LAST_PERIOD = type(uint32).max;

    /// @dev Three slots. While `guaranteeHeld`, the rail holds exactly `credit`: every call that changes one settles the other.
    /// `standing` is asked without the offer, so the times that it needs are kept.
    struct Share {
        address payer;
        uint32 nextPeriod;
        uint32 reminded;
        bool frozen;
        bool closed;
        bool guaranteeHeld;
        uint128 debt;
        uint128 credit;
        uint40 start;
        uint40 debtDueAt;
        uint32 period;
        uint32 due;
        uint32 cure;
        uint32 lastPeriod;
    }

    /// @custom:storage-location erc7201:colophon.storage.RevenueShareRail
    struct RevenueShareRailStorage {
        mapping(uint256 licenseId => Share) shares;
        mapping(uint256 licenseId => mapping(uint32 period => Period)) periods;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.RevenueShareRail")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xeb9fa8fee830450e107449a50557be854be83a7a29c88ccbc05934e0611eba00;

    function _storage() internal pure returns (RevenueShareRailStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }

    // ---- guards

    /// @dev The share of a license that was bought from `offer` through this rail.
    function _shareOf(uint256 licenseId, Offer calldata offer) internal view returns (Share storage share) {
        _requireOffer(licenseId, offer);
        share = _storage().shares[licenseId];
        if (share.start == 0) revert RevenueShareRail_NotOpen(licenseId);
    }

    /// @dev The same, when no dispute stops its money.
    function _movable(uint256 licenseId, Offer calldata offer) internal view returns (Share storage share) {
        share = _shareOf(licenseId, offer);
        if (share.frozen) revert PaymentRail_Frozen(licenseId);
    }

    function _require(uint256 licenseId, bool condition, bytes32 field) internal pure {
        if (!condition) revert RevenueShareRail_WrongStatement(licenseId, field);
    }

    // ---- time

    /// @dev End of a period: the first second that no longer belongs to it.
    function _endOf(Share storage share, uint32 period) internal view returns (uint256) {
        return uint256(share.start) + uint256(period) * share.period;
    }

    /// @dev The same, not after the license's own end. Reverts for a period that never begins.
    function _endWithin(uint256 licenseId, Share storage share, uint32 period) internal view returns (uint256 end) {
        _require(licenseId, period != 0 && period <= share.lastPeriod, "period");
        ILicenseToken.License memory license = _licenseToken.licenseOf(licenseId);
        end = _endOf(share, period);
        if (license.expiry == 0 || end <= license.expiry) return end;
        _require(licenseId, end - share.period < license.expiry, "period");
        return license.expiry;
    }

    // ---- money

    /// @dev Greater of guarantee and share, rounded down.
    function _owed(Offer calldata offer, uint16 shareBps, uint128 revenue) internal pure returns (uint128) {
        // A share of at most the whole of 128 bits.
        return uint128(Math.max(offer.price, Shares.portion(revenue, shareBps)));
    }

    /// @dev Takes what the rail holds out of its books; the caller hands it on.
    function _takeGuarantee(
        uint256 licenseId,
        Share storage share,
        Offer calldata offer
    )
        internal
        returns (uint128 amount)
    {
        if (!share.guaranteeHeld) return 0;
        share.guaranteeHeld = false;
        amount = share.credit;
        emit GuaranteeReleased(licenseId, offer.token, amount);
    }

    /// @dev Books `owed` for a period: out of credit first.
    /// @return rest What credit did not cover.
    function _useCredit(Share storage share, uint128 owed) internal returns (uint128 rest) {
        uint128 credit = share.credit;
        uint128 used = credit < owed ? credit : owed;
        share.credit = credit - used;
        return owed - used;
    }

    /// @dev Books what an audit changed: more is taken from credit and then owed, less pays debt and is then credited.
    function _correct(Share storage share, uint128 before, uint128 owed) internal {
        if (owed > before) {
            uint128 rest = _useCredit(share, owed - before);
            if (rest == 0) return;
            if (share.debt == 0) share.debtDueAt = uint40(block.timestamp + share.due);
            share.debt += rest;
        } else {
            uint128 less = before - owed;
            uint128 debt = share.debt;
            uint128 paid = less < debt ? less : debt;
            if (paid != 0) _reduceDebt(share, debt, paid);
            share.credit += less - paid;
        }
    }

    function _reduceDebt(Share storage share, uint128 debt, uint128 paid) internal {
        share.debt = debt - paid;
        if (debt == paid) share.debtDueAt = 0;
    }

    // ---- the end

    /// @dev Ends the license; what was used until `lastPeriod` stays due.
    function _end(uint256 licenseId, Share storage share, uint32 lastPeriod) internal {
        if (share.closed) revert RevenueShareRail_NotOpen(licenseId);
        share.closed = true;
        share.lastPeriod = lastPeriod;
        emit ShareClosed(licenseId, lastPeriod);
        _licenseToken.end(licenseId);
    }
}
