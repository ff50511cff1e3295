// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../interfaces/payments/IStreamRail.sol";

/// @notice Rail terms of streams: how they are packed and what bounds they keep.
/// @dev Layout, from the lowest bit. Word 0: period 32 | epoch 32 | window 32 | openFor 32 | defaultAfter 32 | notice 32 |
/// grace 24 | holdbackBps 16 | proof 8 | defaultRefund 1 | leastAssurance 8. Word 1: contestBond 128. All other bits are zero.
library StreamTermsLib {
    uint32 internal constant MIN_EPOCH = 1 hours;
    /// @dev Shortest time in which somebody must be able to act.
    uint32 internal constant MIN_WINDOW = 1 hours;
    uint32 internal constant MAX_WINDOW = 365 days;
    uint24 internal constant MAX_GRACE = 30 days;
    uint16 internal constant WHOLE_BPS = 10_000;
    /// @dev Strongest grade of ComputeReceipts; more would be a promise that nothing can keep.
    uint8 internal constant MAX_RECEIPT_GRADE = 2;
    /// @dev The same of ProofRegistry.
    uint8 internal constant MAX_ADHERENCE_GRADE = 4;

    uint256 private constant _EPOCH = 32;
    uint256 private constant _WINDOW = 64;
    uint256 private constant _OPEN_FOR = 96;
    uint256 private constant _DEFAULT_AFTER = 128;
    uint256 private constant _NOTICE = 160;
    uint256 private constant _GRACE = 192;
    uint256 private constant _HOLDBACK = 216;
    uint256 private constant _PROOF = 232;
    uint256 private constant _DEFAULT_REFUND = 240;
    uint256 private constant _ASSURANCE = 241;
    uint256 private constant _USED = 249;
    /// @dev The two fields that live offers use.
    uint256 private constant _LIVE_TIMES = uint256(type(uint32).max) | uint256(type(uint32).max) << _NOTICE;

    function pack(IStreamRail.StreamTerms memory t) internal pure returns (bytes32[2] memory packed) {
        uint256 times = uint256(t.period) | uint256(t.epoch) << _EPOCH | uint256(t.window) << _WINDOW
            | uint256(t.openFor) << _OPEN_FOR | uint256(t.defaultAfter) << _DEFAULT_AFTER | uint256(t.notice) << _NOTICE;
        uint256 rest = uint256(t.grace) << _GRACE | uint256(t.holdbackBps) << _HOLDBACK | uint256(t.proof) << _PROOF
            | (t.defaultRefund ? uint256(1) << _DEFAULT_REFUND : 0) | uint256(t.leastAssurance) << _ASSURANCE;
        packed[0] = bytes32(times | rest);
        packed[1] = bytes32(uint256(t.contestBond));
    }

    function unpack(bytes32[2] calldata packed) internal pure returns (IStreamRail.StreamTerms memory t) {
        t.period = uint32(period(packed));
        t.epoch = epoch(packed);
        t.window = window(packed);
        t.openFor = openFor(packed);
        t.defaultAfter = defaultAfter(packed);
        t.notice = notice(packed);
        t.grace = grace(packed);
        t.holdbackBps = uint16(uint256(packed[0]) >> _HOLDBACK);
        t.proof = proof(packed);
        t.defaultRefund = defaultRefund(packed);
        t.leastAssurance = leastAssurance(packed);
        t.contestBond = contestBond(packed);
    }

    /// @dev Single fields for the paths that need no more.
    function period(bytes32[2] calldata packed) internal pure returns (uint256) {
        return uint32(uint256(packed[0]));
    }

    function epoch(bytes32[2] calldata packed) internal pure returns (uint32) {
        return uint32(uint256(packed[0]) >> _EPOCH);
    }

    function window(bytes32[2] calldata packed) internal pure returns (uint32) {
        return uint32(uint256(packed[0]) >> _WINDOW);
    }

    function openFor(bytes32[2] calldata packed) internal pure returns (uint32) {
        return uint32(uint256(packed[0]) >> _OPEN_FOR);
    }

    function defaultAfter(bytes32[2] calldata packed) internal pure returns (uint32) {
        return uint32(uint256(packed[0]) >> _DEFAULT_AFTER);
    }

    function notice(bytes32[2] calldata packed) internal pure returns (uint32) {
        return uint32(uint256(packed[0]) >> _NOTICE);
    }

    function grace(bytes32[2] calldata packed) internal pure returns (uint24) {
        return uint24(uint256(packed[0]) >> _GRACE);
    }

    function proof(bytes32[2] calldata packed) internal pure returns (IStreamRail.Proof) {
        return IStreamRail.Proof(uint8(uint256(packed[0]) >> _PROOF));
    }

    /// @notice Whether evidence that other contracts keep proves an epoch.
    function isByEvidence(bytes32[2] calldata packed) internal pure returns (bool) {
        return uint8(uint256(packed[0]) >> _PROOF) > uint8(IStreamRail.Proof.Report);
    }

    function defaultRefund(bytes32[2] calldata packed) internal pure returns (bool) {
        return (uint256(packed[0]) >> _DEFAULT_REFUND) & 1 == 1;
    }

    function leastAssurance(bytes32[2] calldata packed) internal pure returns (uint8) {
        return uint8(uint256(packed[0]) >> _ASSURANCE);
    }

    function contestBond(bytes32[2] calldata packed) internal pure returns (uint128) {
        return uint128(uint256(packed[1]));
    }

    /// @notice Reverts with PaymentRail_BadTerms, naming the field, when terms are out of bounds for an offer of `price`.
    function check(bytes32[2] calldata packed, uint128 price) internal pure {
        bytes32 fault = _faultOf(uint256(packed[0]), uint256(packed[1]), price);
        if (fault != 0) revert IPaymentRail.PaymentRail_BadTerms(fault);
    }

    /// @notice The same for live offers: without holdback there are no epochs, no proofs and no contests.
    function checkLive(bytes32[2] calldata packed) internal pure {
        uint256 word = uint256(packed[0]);
        bytes32 fault = 0;
        if (uint32(word) == 0 || uint32(word) > MAX_WINDOW) fault = "period";
        else if (uint32(word >> _NOTICE) > MAX_WINDOW) fault = "notice";
        else if (word & ~(_LIVE_TIMES) != 0) fault = "padding";
        else if (packed[1] != 0) fault = "contestBond";
        if (fault != 0) revert IPaymentRail.PaymentRail_BadTerms(fault);
    }

    /// @dev The first field out of bounds, zero when none is. On the bits as they are, because every sale comes here.
    // One bound after the other, each in a line of its own.
    // solhint-disable-next-line code-complexity
    function _faultOf(uint256 word, uint256 bond, uint128 price) private pure returns (bytes32) {
        if (uint32(word) == 0 || uint32(word) > MAX_WINDOW) return "period";
        if (_outside(uint32(word >> _EPOCH), MIN_EPOCH)) return "epoch";
        if (uint32(word >> _NOTICE) > MAX_WINDOW) return "notice";
        if (uint24(word >> _GRACE) > MAX_GRACE) return "grace";
        // Live mode and parts of it come with provider bonds.
        if (uint16(word >> _HOLDBACK) != WHOLE_BPS) return "holdbackBps";
        if (word >> _USED != 0) return "padding";
        uint256 proof_ = uint8(word >> _PROOF);
        if (proof_ > uint8(type(IStreamRail.Proof).max)) return "proof";
        if (proof_ > uint8(IStreamRail.Proof.Report)) return _faultOfEvidence(word, bond, proof_);
        if (word >> _ASSURANCE != 0) return "leastAssurance";
        if (proof_ == uint8(IStreamRail.Proof.Time)) return _faultOfTime(word, bond);
        return _faultOfReport(word, bond, price);
    }

    /// @dev Equal terms have one form: what time alone does not use is zero.
    function _faultOfTime(uint256 word, uint256 bond) private pure returns (bytes32) {
        if (uint32(word >> _WINDOW) != 0) return "window";
        if (uint32(word >> _OPEN_FOR) != 0) return "openFor";
        if (uint32(word >> _DEFAULT_AFTER) != 0) return "defaultAfter";
        if (word >> _DEFAULT_REFUND != 0) return "defaultRefund";
        return bond != 0 ? bytes32("contestBond") : bytes32(0);
    }

    function _faultOfReport(uint256 word, uint256 bond, uint128 price) private pure returns (bytes32) {
        if (_outside(uint32(word >> _WINDOW), MIN_WINDOW)) return "window";
        if (_outside(uint32(word >> _OPEN_FOR), MIN_WINDOW)) return "openFor";
        if (_outside(uint32(word >> _DEFAULT_AFTER), MIN_WINDOW)) return "defaultAfter";
        // A bond above a whole period's price would make contesting pointless, and so the window a formality.
        return bond > price ? bytes32("contestBond") : bytes32(0);
    }

    /// @dev Nothing is contested, so what contests need is zero.
    function _faultOfEvidence(uint256 word, uint256 bond, uint256 proof_) private pure returns (bytes32) {
        if (uint32(word >> _WINDOW) != 0) return "window";
        if (_outside(uint32(word >> _OPEN_FOR), MIN_WINDOW)) return "openFor";
        if (uint32(word >> _DEFAULT_AFTER) != 0) return "defaultAfter";
        uint256 most = proof_ == uint8(IStreamRail.Proof.ComputeReceipt) ? MAX_RECEIPT_GRADE : MAX_ADHERENCE_GRADE;
        uint256 least = word >> _ASSURANCE;
        if (least == 0 || least > most) return "leastAssurance";
        return bond != 0 ? bytes32("contestBond") : bytes32(0);
    }

    function _outside(uint32 seconds_, uint32 floor) private pure returns (bool) {
        return seconds_ < floor || seconds_ > MAX_WINDOW;
    }
}
