// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";

/// @notice Rail terms of escrow offers: how they are packed and what bounds they keep.
/// @dev Layout, from the lowest bit. Word 0: challengeWindow 32 | sla 32 | defaultAfter 32 | coolingOff 32 |
/// objectionWindow 32 | defaultRefund 1. Word 1: contestBond 128 | condition 8 | leastAssurance 8. All other bits are zero, so
/// equal terms have one form.
library EscrowTermsLib {
    uint32 internal constant MIN_CHALLENGE_WINDOW = 1 hours;
    /// @dev Shortest of the other windows that are not optional: a provider or arbitrator must be able to act in them.
    uint32 internal constant MIN_WINDOW = 1 hours;
    /// @dev Longest of all windows, so that every hold ends within known time.
    uint32 internal constant MAX_WINDOW = 365 days;

    uint256 private constant _SLA = 32;
    uint256 private constant _DEFAULT_AFTER = 64;
    uint256 private constant _COOLING_OFF = 96;
    uint256 private constant _OBJECTION = 128;
    uint256 private constant _DEFAULT_REFUND = 160;
    uint256 private constant _USED = 161;

    uint256 private constant _CONDITION = 128;
    uint256 private constant _ASSURANCE = 136;
    uint256 private constant _USED_1 = 144;

    function pack(IEscrowRail.EscrowTerms memory terms) internal pure returns (bytes32[2] memory packed) {
        packed[0] = bytes32(
            uint256(terms.challengeWindow) | (uint256(terms.sla) << _SLA)
                | (uint256(terms.defaultAfter) << _DEFAULT_AFTER) | (uint256(terms.coolingOff) << _COOLING_OFF)
                | (uint256(terms.objectionWindow) << _OBJECTION)
                | (terms.defaultRefund ? uint256(1) << _DEFAULT_REFUND : 0)
        );
        packed[1] = bytes32(
            uint256(terms.contestBond) | (uint256(terms.condition) << _CONDITION)
                | (uint256(terms.leastAssurance) << _ASSURANCE)
        );
    }

    function unpack(bytes32[2] calldata packed) internal pure returns (IEscrowRail.EscrowTerms memory terms) {
        uint256 word = uint256(packed[0]);
        terms.challengeWindow = uint32(word);
        terms.sla = uint32(word >> _SLA);
        terms.defaultAfter = uint32(word >> _DEFAULT_AFTER);
        terms.coolingOff = uint32(word >> _COOLING_OFF);
        terms.objectionWindow = uint32(word >> _OBJECTION);
        terms.defaultRefund = (word >> _DEFAULT_REFUND) & 1 == 1;
        terms.contestBond = uint128(uint256(packed[1]));
        terms.condition = condition(packed);
        terms.leastAssurance = leastAssurance(packed);
    }

    /// @dev Single fields for the paths that need no more: one shift instead of the whole struct.
    function challengeWindow(bytes32[2] calldata packed) internal pure returns (uint32) {
        return uint32(uint256(packed[0]));
    }

    function sla(bytes32[2] calldata packed) internal pure returns (uint32) {
        return uint32(uint256(packed[0]) >> _SLA);
    }

    function hasCondition(bytes32[2] calldata packed) internal pure returns (bool) {
        return uint256(packed[1]) >> _CONDITION != 0;
    }

    function condition(bytes32[2] calldata packed) internal pure returns (IEscrowRail.ReleaseCondition) {
        return IEscrowRail.ReleaseCondition(uint8(uint256(packed[1]) >> _CONDITION));
    }

    function leastAssurance(bytes32[2] calldata packed) internal pure returns (uint8) {
        return uint8(uint256(packed[1]) >> _ASSURANCE);
    }

    /// @notice Whether the named evidence takes the place of delivery receipts.
    function replacesReceipts(IEscrowRail.ReleaseCondition named) internal pure returns (bool) {
        return named == IEscrowRail.ReleaseCondition.ComputeReceipt || named == IEscrowRail.ReleaseCondition.Quality;
    }

    /// @notice Reverts with PaymentRail_BadTerms, naming the field, when terms are out of bounds for an offer of `price`.
    /// @return conditional Whether they name evidence.
    function check(bytes32[2] calldata packed, uint128 price) internal pure returns (bool conditional) {
        uint256 second = uint256(packed[1]);
        bytes32 fault = _faultOf(uint256(packed[0]), second, price);
        if (fault != 0) revert IPaymentRail.PaymentRail_BadTerms(fault);
        return second >> _CONDITION != 0;
    }

    /// @dev The first field out of bounds, zero when none is. On the bits as they are, because every sale comes here.
    function _faultOf(uint256 word, uint256 second, uint128 price) private pure returns (bytes32) {
        if (price == 0) return "price";
        if (_outside(uint32(word), MIN_CHALLENGE_WINDOW)) return "challengeWindow";
        if (_outside(uint32(word >> _SLA), MIN_WINDOW)) return "sla";
        if (_outside(uint32(word >> _DEFAULT_AFTER), MIN_WINDOW)) return "defaultAfter";
        uint32 coolingOff = uint32(word >> _COOLING_OFF);
        uint32 objection = uint32(word >> _OBJECTION);
        if (coolingOff > MAX_WINDOW) return "coolingOff";
        // A withdrawal that the provider cannot object to would make every delivery within cooling-off free.
        if (coolingOff == 0 ? objection != 0 : _outside(objection, MIN_WINDOW)) return "objectionWindow";
        if (word >> _USED != 0) return "padding";
        // A bond above the price would make contesting pointless, and so the window a formality.
        if (uint128(second) > price) return "contestBond";
        return second >> _CONDITION == 0 ? bytes32(0) : _conditionFaultOf(coolingOff, second);
    }

    /// @dev The first fault of a named condition. A field without effect would read as a promise and be none.
    function _conditionFaultOf(uint32 coolingOff, uint256 second) private pure returns (bytes32) {
        if (second >> _USED_1 != 0) return "padding";
        uint8 named = uint8(second >> _CONDITION);
        if (named == 0 || named > uint8(type(IEscrowRail.ReleaseCondition).max)) return "condition";
        if (second >> _ASSURANCE == 0) return "leastAssurance";
        IEscrowRail.ReleaseCondition condition_ = IEscrowRail.ReleaseCondition(named);
        if (replacesReceipts(condition_) && uint128(second) != 0) return "contestBond";
        // What was read cannot be given back, and no receipt could object.
        if (condition_ == IEscrowRail.ReleaseCondition.Quality && coolingOff != 0) return "coolingOff";
        return 0;
    }

    function _outside(uint32 window, uint32 floor) private pure returns (bool) {
        return window < floor || window > MAX_WINDOW;
    }
}
