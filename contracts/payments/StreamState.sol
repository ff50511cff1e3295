// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Flags of a stream: one bit each.
library StreamFlags {
    uint8 internal constant OPENED = 1 << 0;
    /// @dev Ended: nothing more is earned; epochs until then may still be open.
    uint8 internal constant ENDED = 1 << 1;
    uint8 internal constant FROZEN = 1 << 2;
    uint8 internal constant NOTICED = 1 << 3;
    /// @dev A report over the epochs from `settled` to `reportedTo` waits for its window.
    uint8 internal constant REPORTED = 1 << 4;
    /// @dev That report is contested. Never together with REPORTED.
    uint8 internal constant CONTESTED = 1 << 5;
    /// @dev Ended, and every epoch concluded.
    uint8 internal constant DONE = 1 << 6;
}

/// @notice A stream as stored (docs/decisions/0007-streams.md). A purchase writes the first slot only; payer, rate and the
/// flow's history are the vault's.
struct StreamData {
    // slot 0
    address vault;
    uint40 start;
    uint24 settled;
    uint24 grace;
    uint8 flags;
    // slot 1
    uint24 reportedTo;
    uint40 deadline;
    uint40 movedAt;
    uint40 endsAt;
    // slot 2
    address contester;
    uint40 frozenAt;
}
