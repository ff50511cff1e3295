// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The part of a meter that every voucher changes, one slot, from the lowest bit: spent 96 | units 64 | sequence 64 |
/// flags 32 (docs/decisions/0006-metering.md).
type MeterHead is uint256;

using MeterHeads for MeterHead global;

/// @notice Flags of a meter: one bit each.
library MeterFlags {
    uint32 internal constant OPENED = 1 << 0;
    /// @dev By a call; a meter whose license expired is closed without it.
    uint32 internal constant CLOSED = 1 << 1;
    uint32 internal constant FINISHED = 1 << 2;
    uint32 internal constant FROZEN = 1 << 3;
    uint32 internal constant EXHAUSTED = 1 << 4;
    uint32 internal constant IN_DEBT = 1 << 5;
    uint32 internal constant THAWING = 1 << 6;
    uint32 internal constant WAS_FROZEN = 1 << 7;

    /// @dev The clock says when the meter's windows end.
    uint32 internal constant CLOCKED = CLOSED | WAS_FROZEN;
}

/// @notice Who paid, and how much was paid in and not paid back: one slot, which a prepaid voucher only reads.
/// @param payer Who bought the license for another; zero when the holder is the payer.
struct MeterFund {
    address payer;
    uint96 funded;
}

/// @notice What few meters have: one slot.
struct MeterClock {
    uint96 thawing;
    uint40 thawFrom;
    uint40 closedAt;
    uint40 unfrozenAt;
}

/// @notice A bill that was not paid: one slot.
struct MeterDebt {
    address debtor;
    uint40 lapsesAt;
}

/// @notice A meter as stored.
struct MeterRecord {
    MeterHead head;
    MeterFund fund;
    MeterClock clock;
    MeterDebt debt;
}

/// @notice Packing of meter heads. Written by hand so that a voucher is one load and one store.
library MeterHeads {
    uint256 private constant UNITS = 96;
    uint256 private constant SEQUENCE = 160;
    uint256 private constant FLAGS = 224;

    function spent(MeterHead head) internal pure returns (uint256) {
        return uint96(MeterHead.unwrap(head));
    }

    function units(MeterHead head) internal pure returns (uint64) {
        return uint64(MeterHead.unwrap(head) >> UNITS);
    }

    function sequence(MeterHead head) internal pure returns (uint64) {
        return uint64(MeterHead.unwrap(head) >> SEQUENCE);
    }

    /// @notice True when any of `flags` is set.
    function hasAny(MeterHead head, uint32 flags) internal pure returns (bool) {
        return (MeterHead.unwrap(head) >> FLAGS) & flags != 0;
    }

    function withFlag(MeterHead head, uint32 flag, bool set) internal pure returns (MeterHead) {
        uint256 bit = uint256(flag) << FLAGS;
        uint256 raw = MeterHead.unwrap(head);
        return MeterHead.wrap(set ? raw | bit : raw & ~bit);
    }

    function withSpent(MeterHead head, uint96 spent_) internal pure returns (MeterHead) {
        return MeterHead.wrap((MeterHead.unwrap(head) >> UNITS) << UNITS | spent_);
    }

    /// @notice The head after a voucher; flags stay.
    function billed(MeterHead head, uint96 spent_, uint64 units_, uint64 sequence_) internal pure returns (MeterHead) {
        uint256 flags = (MeterHead.unwrap(head) >> FLAGS) << FLAGS;
        return MeterHead.wrap(flags | uint256(sequence_) << SEQUENCE | uint256(units_) << UNITS | spent_);
    }
}
