// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Money of trust: what a token refuses to pay is credited, so that nobody can block an outcome
interface ITrustMoney {
    /// @notice A payout to an account failed and waits to be claimed.
    event PayoutDeferred(address indexed account, address indexed token, uint256 amount);
    /// @notice A deferred payout was claimed.
    event DeferredClaimed(address indexed account, address indexed token, address to, uint256 amount);

    /// @dev Thrown when a payment arrives short (fee-on-transfer token).
    error TrustMoney_TransferTax(address token, uint256 expected, uint256 received);
    /// @dev Thrown when there is nothing to claim.
    error TrustMoney_NothingToClaim(address account, address token);
    /// @dev Thrown when somebody else than the account chooses where its credit goes.
    error TrustMoney_NotAccount(address account, address caller);

    /// @notice Pays what an earlier payout could not (for instance a token that refused the receiver). Anyone may call.
    /// @param to Receiver; only the account itself may choose another one than itself.
    function claimDeferred(address account, address token, address to) external;

    /// @notice Base units that wait for an account after a failed payout.
    function deferredOf(address account, address token) external view returns (uint256);
}
