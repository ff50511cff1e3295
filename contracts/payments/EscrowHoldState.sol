// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../interfaces/payments/IEscrowRail.sol";

/// @notice A hold as stored: one slot, fields in the order of IEscrowRail.Hold from the lowest bit
/// (docs/decisions/0001-bit-layouts.md).
type PackedHold is uint256;

using PackedHolds for PackedHold global;

/// @notice Packing of holds. Written by hand so that every move is one load and one store.
library PackedHolds {
    uint256 private constant DEADLINE = 160;
    uint256 private constant REQUESTED_AT = 200;
    uint256 private constant STATE = 240;
    uint256 private constant FROZEN = 248;

    function pack(IEscrowRail.Hold memory hold) internal pure returns (PackedHold) {
        return PackedHold.wrap(
            uint256(uint160(hold.payer)) | uint256(hold.deadline) << DEADLINE | uint256(hold.requestedAt)
                << REQUESTED_AT | uint256(hold.state) << STATE | (hold.frozen ? uint256(1) << FROZEN : 0)
        );
    }

    /// @notice What is kept of a hold that has ended: its state alone.
    function ended(IEscrowRail.HoldState state) internal pure returns (PackedHold) {
        return PackedHold.wrap(uint256(state) << STATE);
    }

    function unpack(PackedHold packed) internal pure returns (IEscrowRail.Hold memory hold) {
        uint256 raw = PackedHold.unwrap(packed);
        hold.payer = address(uint160(raw));
        hold.deadline = uint40(raw >> DEADLINE);
        hold.requestedAt = uint40(raw >> REQUESTED_AT);
        hold.state = IEscrowRail.HoldState(uint8(raw >> STATE));
        hold.frozen = raw >> FROZEN != 0;
    }
}
