// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The few Superfluid functions that Colophon calls, declared from their published ABIs. Nothing is imported:
/// parts of the original interfaces carry another license.

/// @notice Settings of a new pool.
/// @param transferabilityForUnitsOwner Whether members may move their units.
/// @param distributionFromAnyAddress Whether others than the admin may distribute.
struct PoolConfig {
    bool transferabilityForUnitsOwner;
    bool distributionFromAnyAddress;
}

/// @notice Front door to the General Distribution Agreement.
interface IGDAForwarder {
    /// @notice Makes a pool that `admin` administers.
    function createPool(
        address superToken,
        address admin,
        PoolConfig calldata config
    )
        external
        returns (bool success, address pool);
    /// @notice Distributes from `from`, who must be the caller, to a pool's members by units.
    function distribute(
        address superToken,
        address from,
        address pool,
        uint256 amount,
        bytes calldata userData
    )
        external
        returns (bool success);
}

/// @notice A pool, as its admin sees it.
interface ISuperfluidPoolMinimal {
    /// @notice Sets a member's units. Only the admin.
    function updateMemberUnits(address member, uint128 units) external returns (bool success);
}

/// @notice A super token that wraps another token.
interface ISuperTokenMinimal {
    /// @notice Wraps: takes the underlying token from the caller's allowance. `amount` has 18 decimals.
    function upgrade(uint256 amount) external;
    /// @notice Decimals of the underlying token.
    function getUnderlyingDecimals() external view returns (uint8);
}
