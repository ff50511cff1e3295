// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The roles of the AccessManager: one place that deployment, tests and docs/PERMISSIONS.md read.
/// @dev Ids are append-only. Guardians only make things safer and act at once; every other role acts with a delay.
library Roles {
    /// @dev AccessManager's own admin: the timelock.
    uint64 internal constant ADMIN = 0;
    /// @dev Upgrades proxies.
    uint64 internal constant UPGRADER = 1;
    /// @dev Sets governed numbers, payment tokens, rails, templates.
    uint64 internal constant GOVERNOR = 2;
    /// @dev Quarantines and suspends; stops a rail's sales. Only ever safer.
    uint64 internal constant GUARDIAN = 3;
    /// @dev Starts epochs of the key network.
    uint64 internal constant KEY_OPERATOR = 4;

    uint32 internal constant UPGRADER_DELAY = 2 days;
    uint32 internal constant GOVERNOR_DELAY = 1 days;
    uint32 internal constant KEY_OPERATOR_DELAY = 1 days;
}
