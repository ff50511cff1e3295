// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Shares } from "../../contracts/payments/Shares.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Proofs, for all inputs, about how money is divided (halmos). Amounts stay below 2^96 so that products with shares
/// cannot overflow. What needs a product and a quotient of two unknowns, no solver decides in time: such properties are
/// fuzzed in test/unit/payments/Shares instead.
contract PaymentsSymbolicTest is Test {
    uint256 private constant LIMIT = 1 << 96;

    /// @notice No share is nothing.
    function check_NoShareIsNothing(uint256 amount) external pure {
        assert(Shares.portion(amount, 0) == 0);
    }

    /// @notice Fee, parents, contributors and owner add up to what came in, or the release reverts.
    function check_PartsAddUp(uint256 amount, uint256 feeBps, uint256 parentBps, uint256 splitBps) external pure {
        vm.assume(amount < LIMIT && feeBps <= Shares.BPS && parentBps <= Shares.BPS && splitBps <= Shares.BPS);
        uint256 fee = Shares.portion(amount, feeBps);
        uint256 rest = amount - fee;
        uint256 parents = Shares.portion(rest, parentBps);
        rest -= parents;
        uint256 contributors = Shares.portion(rest, splitBps);
        uint256 owner = rest - contributors;
        assert(fee + parents + contributors + owner == amount);
    }

    /// @notice What a pool gets and what is carried on are all there was; the rest is below one round of units.
    function check_NothingIsLostInDust(uint256 minted, uint256 carried, uint256 units) external pure {
        vm.assume(minted < LIMIT && units > 0 && units <= Shares.BPS && carried < units);
        (uint256 divisible, uint256 rest) = Shares.evenly(minted + carried, units);
        assert(divisible + rest == minted + carried);
        assert(rest < units);
    }

    /// @notice All of a token of at most 18 decimals can be wrapped, at its fixed rate.
    function check_WrappingTakesAll(uint256 amount) external pure {
        vm.assume(amount < LIMIT);
        (uint256 taken, uint256 minted) = Shares.toSuper(amount, 6);
        assert(taken == amount && minted == amount * 1e12);
        (taken, minted) = Shares.toSuper(amount, 18);
        assert(taken == amount && minted == amount);
    }
}
