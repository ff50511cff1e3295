// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../../contracts/interfaces/trust/IProviderBond.sol";
import { BondFixture } from "../unit/trust/BondFixture.sol";
import { BondHandler } from "./BondHandler.sol";

/// @notice BOND-n of docs/INVARIANTS.md over random walks.
contract BondInvariantTest is BondFixture {
    BondHandler private _handler;

    function setUp() public override {
        super.setUp();
        _noCaps();
        _handler = new BondHandler(bonds, token, provider, [faults, challenges, disputes]);
        bytes4[] memory moves = new bytes4[](17);
        (moves[0], moves[1]) = (BondHandler.deposit.selector, BondHandler.requestWithdrawal.selector);
        (moves[2], moves[3]) = (BondHandler.completeWithdrawal.selector, BondHandler.delegate.selector);
        (moves[4], moves[5]) = (BondHandler.requestUndelegation.selector, BondHandler.completeUndelegation.selector);
        (moves[6], moves[7]) = (BondHandler.reward.selector, BondHandler.claimRewards.selector);
        (moves[8], moves[9]) = (BondHandler.allocate.selector, BondHandler.requestDeallocation.selector);
        (moves[10], moves[11]) = (BondHandler.completeDeallocation.selector, BondHandler.lock.selector);
        (moves[12], moves[13]) = (BondHandler.unlock.selector, BondHandler.slash.selector);
        (moves[14], moves[15]) = (BondHandler.pass.selector, BondHandler.dropLock.selector);
        moves[16] = BondHandler.pass.selector;
        targetContract(address(_handler));
        targetSelector(FuzzSelector({ addr: address(_handler), selectors: moves }));
    }

    /// @dev BOND-1, BOND-2: staked = slashed + paid back + remaining, and the money is there.
    function invariant_EveryUnitIsAccountedFor() external view {
        IProviderBond.Account memory a = _account();
        uint256 stake = uint256(a.own) + a.delegated;
        assertEq(_handler.staked(), _handler.slashed() + _handler.left() + stake, "stake");
        assertEq(_handler.slashed(), _handler.toHarmed() + _handler.toReporter() + _handler.toTreasury(), "waterfall");
        uint256 owed = stake + bonds.treasuryOwed(address(token)) + _handler.shared() - _handler.claimed();
        assertEq(token.balanceOf(address(bonds)), owed, "money");
        assertEq(token.balanceOf(_handler.harmed()), _handler.toHarmed(), "harmed");
        assertEq(token.balanceOf(_handler.reporter()), _handler.toReporter(), "reporter");
    }

    /// @dev BOND-3, BOND-4: locks and allocations lie within the stake.
    function invariant_NothingStandsBehindMoreThanThereIs() external view {
        IProviderBond.Account memory a = _account();
        uint256 stake = uint256(a.own) + a.delegated;
        assertLe(a.locked, stake, "locked");
        assertLe(a.allocated, stake, "allocated");
        uint256 offers;
        uint256 covered;
        for (uint256 i; i < 3; ++i) {
            offers += bonds.allocationOf(_handler.offer(i)).amount;
            (uint128 allocated,,) = bonds.coverOf(_handler.offer(i));
            covered += allocated;
        }
        assertLe(offers, a.allocated, "sum of allocations");
        assertLe(a.allocated - offers, 3, "less rounding");
        // A unit that covers neither thaws nor is locked.
        if (covered != 0) assertLe(covered + a.thawing + a.delegatedThawing + a.locked, stake, "cover");
    }

    /// @dev BOND-5: delegators own the delegated stake, and no more rewards than were shared.
    function invariant_DelegatorsOwnThePool() external view {
        IProviderBond.Account memory a = _account();
        (uint256 shares, uint256 worth, uint256 rewards) = (0, 0, 0);
        for (uint256 i; i < 3; ++i) {
            IProviderBond.Delegation memory d = _delegation(_handler.delegators(i));
            (shares, worth, rewards) = (shares + d.shares, worth + d.worth, rewards + d.rewards);
        }
        assertEq(shares, a.shares, "shares");
        assertLe(worth, a.delegated, "worth");
        assertLe(rewards + _handler.claimed(), _handler.shared(), "rewards");
    }

    /// @dev BOND-6: a license is never compensated beyond one loss.
    function invariant_ALossIsPaidOnce() external view {
        for (uint256 id = 1; id <= 3; ++id) {
            assertLe(_handler.paidFor(id), _handler.worstLoss(id));
            assertEq(bonds.compensated(id), _handler.paidFor(id));
        }
    }

    /// @dev BOND-7, BOND-8, and that no move panics.
    function invariant_NoMoveDidWhatItMustNot() external view {
        assertEq(_handler.broken(), "");
    }

    /// @dev BOND-9: after any walk everybody gets out, and nothing but the rounding of rewards stays.
    function afterInvariant() external {
        _handler.windDown();
        IProviderBond.Account memory a = _account();
        assertEq(uint256(a.own) + a.delegated + a.locked + a.allocated, 0, "stake stayed");
        uint256 rest = token.balanceOf(address(bonds)) - bonds.treasuryOwed(address(token));
        assertEq(rest, _handler.shared() - _handler.claimed(), "unclaimed rewards");
    }
}
