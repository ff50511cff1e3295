// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The arithmetic of dividing money: pure, so that it can be proven. All amounts are base units below 2^128, all
/// shares basis points. Every division rounds down and leaves its rest to a named party, so parts always add up.
library Shares {
    uint256 internal constant BPS = 10_000;
    /// @dev Decimals of every Superfluid token.
    uint256 private constant _SUPER_DECIMALS = 18;

    /// @notice `amount * bps / 10,000`, rounded down; at most `amount` when bps is at most 10,000.
    function portion(uint256 amount, uint256 bps) internal pure returns (uint256) {
        return amount * bps / BPS;
    }

    /// @notice A member's part of `amount` among members whose shares add up to `totalBps`, rounded down.
    function memberPart(uint256 amount, uint256 shareBps, uint256 totalBps) internal pure returns (uint256) {
        return amount * shareBps / totalBps;
    }

    /// @notice How many base units can become super tokens without a rest, and how many super tokens they become.
    /// @param decimals Decimals of the base token; above 18, a rest of the base token cannot be converted.
    function toSuper(uint256 amount, uint256 decimals) internal pure returns (uint256 convertible, uint256 minted) {
        if (decimals <= _SUPER_DECIMALS) return (amount, amount * 10 ** (_SUPER_DECIMALS - decimals));
        uint256 factor = 10 ** (decimals - _SUPER_DECIMALS);
        minted = amount / factor;
        // What whole super tokens are worth: the rounding is the point.
        // slither-disable-next-line divide-before-multiply
        convertible = minted * factor;
    }

    /// @notice The part of `available` that a pool of `units` units can divide evenly, and the rest, below `units`.
    function evenly(uint256 available, uint256 units) internal pure returns (uint256 divisible, uint256 rest) {
        rest = available % units;
        divisible = available - rest;
    }
}
