// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";

/// @notice Rail terms of metered offers: how they are packed, what bounds they keep, and what usage costs under them.
/// @dev Layout, from the lowest bit. Word 0: kind 8 | mode 8 | scale 8 | thaw 32 | grace 32 | included 64 | cap 64 |
/// minimum 40. Word 1: four tiers of from 40 | priceBps 16. All other bits are zero, so equal terms have one form.
library MeterTermsLib {
    /// @dev A provider must be able to redeem in the window.
    uint32 internal constant MIN_THAW = 1 hours;
    /// @dev Longest of all windows, so that all money comes free within known time.
    uint32 internal constant MAX_WINDOW = 365 days;
    /// @dev 10^18 is the largest block that 64 bits count.
    uint8 internal constant MAX_SCALE = 18;
    uint256 internal constant BPS = 10_000;

    /// @dev A tier costs less than this many times the offer's price.
    uint256 private constant _MOST_TIMES = 7;
    uint256 private constant _MODE = 8;
    uint256 private constant _SCALE = 16;
    uint256 private constant _THAW = 24;
    uint256 private constant _GRACE = 56;
    uint256 private constant _INCLUDED = 88;
    uint256 private constant _CAP = 152;
    uint256 private constant _MINIMUM = 216;
    uint256 private constant _TIERS = 4;
    uint256 private constant _TIER_BITS = 56;
    uint256 private constant _TIER_BPS = 40;

    function pack(IMeterRail.MeterTerms calldata terms) internal pure returns (bytes32[2] memory packed) {
        packed[0] = bytes32(
            uint256(terms.kind) | uint256(terms.mode) << _MODE | uint256(terms.scale) << _SCALE | uint256(terms.thaw)
                << _THAW | uint256(terms.grace) << _GRACE | uint256(terms.included) << _INCLUDED | uint256(terms.cap)
                << _CAP | uint256(terms.minimum) << _MINIMUM
        );
        uint256 tiers = 0;
        for (uint256 i = 0; i < _TIERS; ++i) {
            uint256 tier = terms.tiers[i].from | uint256(terms.tiers[i].priceBps) << _TIER_BPS;
            tiers |= tier << (i * _TIER_BITS);
        }
        packed[1] = bytes32(tiers);
    }

    /// @dev Reverts for a kind or mode that does not exist.
    function unpack(bytes32[2] calldata packed) internal pure returns (IMeterRail.MeterTerms memory terms) {
        uint256 word = uint256(packed[0]);
        terms.kind = IMeterRail.UnitKind(uint8(word));
        terms.mode = IMeterRail.Mode(uint8(word >> _MODE));
        terms.scale = uint8(word >> _SCALE);
        terms.thaw = uint32(word >> _THAW);
        terms.grace = uint32(word >> _GRACE);
        terms.included = uint64(word >> _INCLUDED);
        terms.cap = uint64(word >> _CAP);
        terms.minimum = uint40(word >> _MINIMUM);
        uint256 tiers = uint256(packed[1]);
        for (uint256 i = 0; i < _TIERS; ++i) {
            terms.tiers[i].from = uint40(tiers);
            terms.tiers[i].priceBps = uint16(tiers >> _TIER_BPS);
            tiers >>= _TIER_BITS;
        }
    }

    /// @dev Single fields for the paths that need no more: one shift instead of the whole struct. Only of terms that passed
    /// `check` at purchase, so anything but prepaid is post-paid.
    function isPrepaid(bytes32[2] calldata packed) internal pure returns (bool) {
        return uint8(uint256(packed[0]) >> _MODE) == uint8(IMeterRail.Mode.Prepaid);
    }

    function thaw(bytes32[2] calldata packed) internal pure returns (uint32) {
        return uint32(uint256(packed[0]) >> _THAW);
    }

    function grace(bytes32[2] calldata packed) internal pure returns (uint32) {
        return uint32(uint256(packed[0]) >> _GRACE);
    }

    function cap(bytes32[2] calldata packed) internal pure returns (uint64) {
        return uint64(uint256(packed[0]) >> _CAP);
    }

    /// @notice Least initial deposit in base units, and the one that is taken when the buyer names none: one block where
    /// prepaid offers ask for no more, which is the amount that signed funding paths carry.
    function deposits(bytes32[2] calldata packed, uint128 price) internal pure returns (uint256 least, uint256 usual) {
        least = (uint256(packed[0]) >> _MINIMUM) * price;
        usual = least == 0 && isPrepaid(packed) ? price : least;
    }

    /// @notice What `units` cost in all, rounded down, under terms that passed `check`.
    function amountFor(bytes32[2] calldata packed, uint256 price, uint256 units) internal pure returns (uint256) {
        // Blocks are at most 2^60 units, tiers start below 2^100, weighted units are below 2^80 and prices below 2^96.
        unchecked {
            uint256 word = uint256(packed[0]);
            uint256 included = uint64(word >> _INCLUDED);
            if (units <= included) return 0;
            uint256 charged = units - included;
            uint256 block_ = 10 ** uint256(uint8(word >> _SCALE));
            uint256 weighted = 0;
            uint256 from = 0;
            uint256 bps = BPS;
            for (uint256 tiers = uint256(packed[1]); tiers != 0; tiers >>= _TIER_BITS) {
                uint256 next = uint40(tiers) * block_;
                if (charged <= next) break;
                weighted += (next - from) * bps;
                (from, bps) = (next, uint16(tiers >> _TIER_BPS));
            }
            return (weighted + (charged - from) * bps) * price / (BPS * block_);
        }
    }

    /// @notice Whether no unit more than `units` can be billed: the cap is reached, or (prepaid) `free` base units do not pay
    /// for the next one, whose price is rounded up.
    function isExhausted(
        bytes32[2] calldata packed,
        uint256 price,
        uint256 units,
        uint256 free
    )
        internal
        pure
        returns (bool)
    {
        uint64 most = cap(packed);
        if (most != 0 && units >= most) return true;
        // Beyond any price of a block there is no need to look for the one that applies.
        return isPrepaid(packed) && free < price * _MOST_TIMES && free < _nextUnit(packed, price, units);
    }

    /// @dev Price of the unit after `units`, rounded up.
    function _nextUnit(bytes32[2] calldata packed, uint256 price, uint256 units) private pure returns (uint256) {
        // The same bounds as in amountFor.
        unchecked {
            uint256 word = uint256(packed[0]);
            uint256 included = uint64(word >> _INCLUDED);
            if (units < included) return 0;
            uint256 block_ = 10 ** uint256(uint8(word >> _SCALE));
            uint256 bps = BPS;
            for (uint256 tiers = uint256(packed[1]); tiers != 0; tiers >>= _TIER_BITS) {
                if (units - included < uint40(tiers) * block_) break;
                bps = uint16(tiers >> _TIER_BPS);
            }
            return (price * bps + BPS * block_ - 1) / (BPS * block_);
        }
    }

    /// @notice Reverts with PaymentRail_BadTerms, naming the field, when terms are out of bounds.
    /// @dev Exclusive offers are refused: nothing binds the licensee of a meter to use or pay anything, so for the price of
    /// gas one could bar everybody else.
    function check(bytes32[2] calldata packed, uint128 price, bool exclusive) internal pure {
        bytes32 fault = exclusive ? bytes32("exclusive") : _faultOf(packed, price);
        if (fault == 0) fault = _faultOfTiers(uint256(packed[1]));
        // Only well-formed terms have a price to speak of.
        if (fault == 0) fault = _faultOfSums(packed, price);
        if (fault != 0) revert IPaymentRail.PaymentRail_BadTerms(fault);
    }

    function _faultOf(bytes32[2] calldata packed, uint128 price) private pure returns (bytes32) {
        uint256 word = uint256(packed[0]);
        if (price == 0) return "price";
        if (uint8(word) == 0 || uint8(word) > uint8(type(IMeterRail.UnitKind).max)) return "kind";
        uint8 mode = uint8(word >> _MODE);
        if (mode > uint8(type(IMeterRail.Mode).max)) return "mode";
        if (uint8(word >> _SCALE) > MAX_SCALE) return "scale";
        if (thaw(packed) < MIN_THAW || thaw(packed) > MAX_WINDOW) return "thaw";
        bool prepaid = mode == uint8(IMeterRail.Mode.Prepaid);
        if (prepaid ? grace(packed) != 0 : grace(packed) > MAX_WINDOW) return "grace";
        if (cap(packed) == 0 && !prepaid) return "cap";
        // More included than could ever be used is a mistake.
        if (cap(packed) != 0 && cap(packed) < uint64(word >> _INCLUDED)) return "included";
        return 0;
    }

    /// @dev Ascending, no gaps, unused ones and the bits above all zero.
    function _faultOfTiers(uint256 tiers) private pure returns (bytes32) {
        if (tiers >> (_TIERS * _TIER_BITS) != 0) return "padding";
        for (uint256 last = 0; tiers != 0; tiers >>= _TIER_BITS) {
            if (uint40(tiers) <= last) return "tiers";
            last = uint40(tiers);
        }
        return 0;
    }

    /// @dev What must be paid at purchase, and all that can ever be owed, must fit the books.
    function _faultOfSums(bytes32[2] calldata packed, uint128 price) private pure returns (bytes32) {
        if (price > type(uint96).max) return "price";
        (uint256 least,) = deposits(packed, price);
        if (least > type(uint96).max) return "minimum";
        if (!isPrepaid(packed) && amountFor(packed, price, cap(packed)) > type(uint96).max) return "cap";
        return 0;
    }
}
