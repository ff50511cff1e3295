// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title One part of one live license: an account that passes a flow on
/// @notice Receives the payer's flow and passes it on into one pool while it comes in. Superfluid asks for a deposit of some hours
/// of what is passed on; that comes out of the buffer that the payer put here. Whatever was not passed on is the payer's. A
/// minimal clone, immutable; only its rail moves anything.
/// @dev One flow leaves, and no more: of a single flow into a pool Superfluid remembers to the second when a liquidator ended it, and
/// nobody can touch that time afterwards, because an account without outflow never gets insolvent. With two flows the first to
/// be ended could be "ended" again later. A pool has no receiver that could end the flow.
interface ILiveVault {
    /// @notice What is fixed when the vault is made.
    /// @param rate Units of the super token per second that come in and go out.
    struct Deal {
        address superToken;
        address payer;
        uint96 rate;
        address pool;
    }

    /// @dev Thrown when the caller is not the rail.
    error LiveVault_NotRail(address caller);
    /// @dev Thrown when Superfluid passes nothing on into the pool.
    error LiveVault_Refused(address pool);

    /// @notice The rail that the vault obeys.
    function rail() external view returns (address);
    /// @notice What was fixed when the vault was made.
    function deal() external view returns (Deal memory);
    /// @notice Whether the payer's flow comes in at the whole rate, and whether it is passed on.
    function flows() external view returns (bool comes, bool passes);
    /// @notice Units that were passed on and are not booked yet, and the seconds that it took.
    function passed() external view returns (uint256 units, uint256 duration);

    // Only the rail:

    /// @notice Begins to pass on, after a halt.
    function begin() external;
    /// @notice Books what was passed on until now.
    function book() external returns (uint256 units, uint256 duration);
    /// @notice Stops passing on; what was passed on until now stays to be booked.
    function halt() external;
    /// @notice Ends the payer's flow as its receiver, if it runs.
    function stop() external;
    /// @notice Sends all that can be spent here to the payer, or to the rail if the token refuses the payer.
    function empty() external returns (uint256 units, bool sent);
}
