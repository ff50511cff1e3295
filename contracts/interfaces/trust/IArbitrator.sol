// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What every arbitrator answers
/// @notice A judge behind one interface: a council, an optimistic oracle or a court of another protocol. The dispute manager asks it
/// once per round; it answers, once and in its own time, by `IDisputeManager.rule`. What it never answers ends by the stated default.
interface IArbitrator {
    /// @notice The dispute manager asked for a ruling.
    event RulingRequested(uint256 indexed disputeId, uint8 indexed round, address indexed payer);

    /// @dev Thrown when the caller is not the dispute manager.
    error Arbitrator_NotDisputeManager(address caller);
    /// @dev Thrown when the same round of a dispute is asked for twice.
    error Arbitrator_AlreadyAsked(uint256 disputeId, uint8 round);
    /// @dev Thrown when this arbitrator was not asked about the dispute.
    error Arbitrator_NotAsked(uint256 disputeId);

    /// @notice Asks for a ruling. Only the dispute manager, which has sent `cost(round)` along: the token by transfer, the native
    /// currency with the call.
    /// @param round 0 for the first ruling, 1 for an appeal.
    /// @param payer Who paid the cost; what an arbitrator gives back of it goes there.
    /// @param extra Whatever this arbitrator wants to know besides; empty for most.
    function request(uint256 disputeId, uint8 round, address payer, bytes calldata extra) external payable;

    /// @notice What a request costs now.
    /// @return token Token of `amount`, zero when none is asked for.
    /// @return amount Base units of `token`.
    /// @return native Wei.
    function cost(uint8 round) external view returns (address token, uint256 amount, uint256 native);
}
