// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IRevenueShareRail } from "../interfaces/payments/IRevenueShareRail.sol";

/// @notice Rail terms of revenue-share offers: how they are packed and what bounds they keep.
/// @dev Layout, from the lowest bit. Word 0: period 32 | due 32 | cure 32 | auditWindow 32 | shareBps 16 | countersigned 1.
/// Word 1: auditor 160. All other bits are zero, so equal terms have one form.
library RevenueShareTermsLib {
    uint32 internal constant MIN_PERIOD = 1 days;
    uint32 internal constant MAX_PERIOD = 366 days;
    uint16 internal constant MAX_BPS = 10_000;

    uint256 private constant _DUE = 32;
    uint256 private constant _CURE = 64;
    uint256 private constant _AUDIT = 96;
    uint256 private constant _SHARE = 128;
    uint256 private constant _COUNTERSIGNED = 144;
    uint256 private constant _USED = 145;

    function pack(IRevenueShareRail.ShareTerms memory terms) internal pure returns (bytes32[2] memory packed) {
        packed[0] = bytes32(
            uint256(terms.period) | uint256(terms.due) << _DUE | uint256(terms.cure) << _CURE
                | uint256(terms.auditWindow) << _AUDIT | uint256(terms.shareBps) << _SHARE
                | (terms.countersigned ? uint256(1) << _COUNTERSIGNED : 0)
        );
        packed[1] = bytes32(uint256(uint160(terms.auditor)));
    }

    function unpack(bytes32[2] calldata packed) internal pure returns (IRevenueShareRail.ShareTerms memory terms) {
        uint256 word = uint256(packed[0]);
        terms.period = uint32(word);
        terms.due = uint32(word >> _DUE);
        terms.cure = uint32(word >> _CURE);
        terms.auditWindow = uint32(word >> _AUDIT);
        terms.shareBps = uint16(word >> _SHARE);
        terms.countersigned = (word >> _COUNTERSIGNED) & 1 == 1;
        terms.auditor = address(uint160(uint256(packed[1])));
    }

    /// @notice Reverts with PaymentRail_BadTerms, naming the field, when terms are out of bounds for an offer of `price`.
    function check(bytes32[2] calldata packed, uint128 price) internal pure {
        IRevenueShareRail.ShareTerms memory terms = unpack(packed);
        _require(terms.period >= MIN_PERIOD && terms.period <= MAX_PERIOD, "period");
        _require(terms.due >= MIN_PERIOD && terms.due <= MAX_PERIOD, "due");
        _require(terms.cure <= MAX_PERIOD, "cure");
        _require(terms.shareBps <= MAX_BPS, "shareBps");
        // An offer that never makes anything due is no revenue share but a gift, for which there are other rails.
        _require(price > 0 || terms.shareBps > 0, "price");
        bool audited = terms.auditor != address(0);
        _require(audited || !terms.countersigned, "countersigned");
        _require(audited ? terms.auditWindow <= MAX_PERIOD : terms.auditWindow == 0, "auditWindow");
        _require(uint256(packed[0]) >> _USED == 0 && uint256(packed[1]) >> 160 == 0, "padding");
    }

    function _require(bool condition, bytes32 field) private pure {
        if (!condition) revert IPaymentRail.PaymentRail_BadTerms(field);
    }
}
