// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a provider's key signs: one bit each.
library KeyPurposes {
    /// @dev Delivery and availability receipts.
    uint8 internal constant RECEIPTS = 1 << 0;
    /// @dev Heads of the provider's log.
    uint8 internal constant LOGS = 1 << 1;

    uint8 internal constant ALL = RECEIPTS | LOGS;
}

/// @notice What a license's provider was slashed for, where that counts once per license: one bit each.
library FaultMarks {
    /// @dev A receipt that the encoding contradicts.
    uint8 internal constant CONTENT = 1 << 0;
    /// @dev A receipt for after the license's end.
    uint8 internal constant LATE = 1 << 1;
}
