// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../../../../contracts/interfaces/trust/IProviderBond.sol";
import { OddToken } from "../../payments/doubles/OddToken.sol";
import { BondFixture } from "../BondFixture.sol";

contract ProviderBondDelegateTest is BondFixture {
    function _setShare(uint16 bps) private {
        vm.prank(provider);
        bonds.setDelegatorShare(bps);
    }

    function _reward(uint128 amount) private {
        vm.prank(stranger);
        bonds.reward(provider, address(token), amount);
    }

    // ---- in

    function test_Delegate_RevertGiven_NobodyIsRegisteredOrTheTokenIsNotAccepted() external {
        vm.expectRevert(_notRegistered(erik));
        bonds.delegate(erik, address(token), 1, 0);
        OddToken other = _newToken();
        vm.expectRevert(_notAccepted(address(other)));
        bonds.delegate(provider, address(other), 1, 0);
    }

    function test_Delegate_RevertWhen_NothingIsDelegated() external {
        vm.expectRevert(_badField("amount", 0));
        bonds.delegate(provider, address(token), 0, 0);
    }

    function test_Delegate_WhenTheFirstOneDelegates() external {
        vm.expectEmit(address(bonds));
        emit IProviderBond.Delegated(provider, address(token), dana, 1000e6, 1000e6, 0);
        assertEq(_delegate(dana, 1000e6), 1000e6);
        assertEq(_account().delegated, 1000e6);
        assertEq(_account().shares, 1000e6);
        assertEq(_delegation(dana).worth, 1000e6);
    }

    function test_Delegate_GivenThePoolWasSlashed() external {
        _noCaps();
        _delegate(dana, 1000e6);
        _slash(_order(750e6));
        assertEq(_delegation(dana).worth, 250e6);
        assertEq(_delegate(erik, 500e6), 2000e6, "four shares a unit");
        assertEq(_delegation(erik).worth, 500e6);
        assertEq(_delegation(dana).worth, 250e6, "unchanged");
    }

    function test_Delegate_RevertWhen_FewerSharesComeOutThanAgreed() external {
        vm.expectRevert(_lessThanAgreed(1000, 1001));
        vm.prank(dana);
        bonds.delegate(provider, address(token), 1000, 1001);
    }

    function test_Delegate_GivenAnOpenClaimLocksDelegatedStake() external {
        _delegate(dana, 1000e6);
        assertEq(_lock("claim", 0, 500e6), 500e6);
        assertEq(_delegation(dana).worth, 500e6, "what leaving would pay now");
        assertEq(_delegate(erik, 1000e6), 1000e6, "at full worth");
        vm.prank(disputes);
        bonds.unlock("claim");
        assertEq(_delegation(dana).worth, 1000e6);
        assertEq(_delegation(erik).worth, 1000e6);
    }

    /// @dev The one way in which a share's worth rises: leaving while a claim locks nearly all. An attacker who pays for that cannot
    /// take from the next delegator by rounding.
    function test_Delegate_RevertGiven_TheWorthOfAShareRoseSoFarThatRoundingTakesFromADelegation() external {
        _noCaps();
        uint128 shares = _delegate(dana, 1_000_000e6);
        _requestUndelegation(dana, shares - 1);
        _after(THAW);
        _lock("claim", 0, 1_000_000e6 - 1);
        _completeUndelegation(dana);
        vm.prank(disputes);
        bonds.unlock("claim");
        assertEq(_account().shares, 1);
        uint256 worth = _account().delegated;
        assertGt(worth, 999_999e6);
        uint128 amount = uint128(worth * 19 / 10);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderBond.ProviderBond_Imprecise.selector, amount, (worth + amount) / 2)
        );
        _delegate(erik, amount);
    }

    function test_Delegate_GivenASlashTookAllOfThePool() external {
        _noCaps();
        _delegate(dana, 1000e6);
        vm.expectEmit(address(bonds));
        emit IProviderBond.DelegationEmptied(provider, address(token), 1, 0);
        _slash(_order(1000e6));
        assertEq(_delegation(dana).shares, 0);
        assertEq(_delegation(dana).worth, 0);
        assertEq(_delegate(erik, 700e6), 700e6);
        assertEq(_delegate(dana, 300e6), 300e6);
        assertEq(_delegation(erik).worth, 700e6);
        assertEq(_delegation(dana).worth, 300e6);
        assertEq(_account().epoch, 1);
    }

    /// @dev Dust that shares cannot count goes to the provider, and the next delegators begin anew.
    function testFuzz_Delegate_AfterASlashOfNearlyAll(uint128 stake, uint128 left, uint128 next) external {
        _noCaps();
        stake = uint128(bound(stake, 1, FUNDS));
        left = uint128(bound(left, 0, stake - 1));
        next = uint128(bound(next, 1e6, FUNDS));
        _delegate(dana, stake);
        _slash(_order(stake - left));
        IProviderBond.Account memory account = _account();
        assertEq(account.own + account.delegated, left, "exact");
        if (account.epoch == 1) assertLt(left, (uint256(stake) >> 32) + 1, "dust only");
        else assertEq(account.delegated, left);
        _delegate(erik, next);
        assertApproxEqAbs(_delegation(erik).worth, next, uint256(next) / 10_000 + 1);
        assertLe(_delegation(erik).worth + _delegation(dana).worth, _account().delegated);
    }

    // ---- out

    function test_CompleteUndelegation_RevertGiven_NothingWasAskedBack() external {
        _delegate(dana, 1000);
        vm.expectRevert(IProviderBond.ProviderBond_NothingThawing.selector);
        _completeUndelegation(dana);
        vm.expectRevert(IProviderBond.ProviderBond_NothingThawing.selector);
        _requestUndelegation(dana, 0);
    }

    function test_CompleteUndelegation_RevertWhen_ItHasNotThawed() external {
        _delegate(dana, 1000);
        vm.expectEmit(address(bonds));
        emit IProviderBond.UndelegationThawing(provider, address(token), dana, 400, START + THAW);
        _requestUndelegation(dana, 400);
        vm.warp(START + THAW - 1);
        vm.expectRevert(_stillThawing(START + THAW));
        _completeUndelegation(dana);
    }

    function test_CompleteUndelegation_RevertWhen_MoreSharesAreAskedBackThanThereAre() external {
        _delegate(dana, 1000);
        vm.expectRevert(_tooMuch(1001, 1000));
        _requestUndelegation(dana, 1001);
    }

    function test_CompleteUndelegation_WhenItHasThawed() external {
        _deposit(1000);
        _delegate(dana, 4000);
        _allocate(_offer(), 5000, 0);
        _requestUndelegation(dana, 4000);
        _after(THAW);
        vm.expectEmit(address(bonds));
        emit IProviderBond.Undelegated(provider, address(token), dana, 4000, 4000);
        assertEq(_completeUndelegation(dana), 4000);
        assertEq(token.balanceOf(dana), FUNDS);
        assertEq(_delegation(dana).shares, 0);
        assertEq(_account().delegated, 0);
    }

    function test_CompleteUndelegation_GivenAllocationsExceedWhatIsLeft() external {
        _deposit(2000);
        _delegate(dana, 2000);
        _allocate(_offer(), 3000, 0);
        _allocate(_otherOffer(), 1000, 0);
        _requestUndelegation(dana, 2000);
        _after(THAW);
        _completeUndelegation(dana);
        assertEq(bonds.allocationOf(_offer()).amount, 1500);
        assertEq(bonds.allocationOf(_otherOffer()).amount, 500);
        assertEq(_account().allocated, 2000);
    }

    function test_CompleteUndelegation_GivenAnOpenClaimLocksDelegatedStake() external {
        _noCaps();
        _deposit(1000e6);
        _delegate(dana, 1000e6);
        _delegate(erik, 1000e6);
        _requestUndelegation(dana, 1000e6);
        _after(THAW);
        _lock("claim", 0, 2000e6);
        assertEq(_delegation(erik).worth, 500e6);
        assertEq(_completeUndelegation(dana), 500e6, "half of the pool is locked");
        assertEq(_delegation(erik).worth, 500e6, "the same as before");
        IProviderBond.SlashOrder memory order = _order(2000e6);
        order.claimId = "claim";
        assertEq(_slash(order), 2000e6, "the claim loses nothing by it");
        assertEq(_delegation(erik).worth, 500e6, "nor do those who stay");
    }

    function test_CompleteUndelegation_RevertWhen_LessComesOutThanAgreed() external {
        _delegate(dana, 1000e6);
        _requestUndelegation(dana, 1000e6);
        _after(THAW);
        _lock("claim", 0, 100e6);
        vm.expectRevert(_lessThanAgreed(900e6, 1000e6));
        vm.prank(dana);
        bonds.completeUndelegation(provider, address(token), 1000e6);
    }

    function test_CompleteUndelegation_GivenTheLastOneLeavesDuringALock() external {
        _delegate(dana, 1000e6);
        _requestUndelegation(dana, 1000e6);
        _after(THAW);
        _lock("claim", 0, 100e6);
        assertEq(_completeUndelegation(dana), 900e6);
        assertEq(_account().own, 100e6);
        assertEq(_account().delegated, 0);
        assertEq(_account().locked, 100e6);
    }

    function test_CompleteUndelegation_RevertGiven_ASlashTookAllOfThePoolWhileItThawed() external {
        _noCaps();
        _delegate(dana, 1000e6);
        _requestUndelegation(dana, 1000e6);
        _slash(_order(1000e6));
        _after(THAW);
        vm.expectRevert(IProviderBond.ProviderBond_NothingThawing.selector);
        _completeUndelegation(dana);
    }

    function test_CompleteUndelegation_GivenTheRequestIsTakenBack() external {
        _deposit(1000e6);
        _delegate(dana, 1000e6);
        _requestUndelegation(dana, 1000e6);
        assertEq(_account().delegatedThawing, 1000e6);
        vm.expectRevert(_tooMuch(1500e6, 1000e6));
        _allocate(_offer(), 1500e6, 0);
        _requestUndelegation(dana, 0);
        assertEq(_account().delegatedThawing, 0);
        assertEq(_delegation(dana).thawedAt, 0);
        _allocate(_offer(), 1500e6, 0);
    }

    /// @dev Whatever is locked, leaving pays no more than a share of what is not, and the others keep theirs.
    function testFuzz_CompleteUndelegation_TakesFromNobody(
        uint128 own,
        uint128 first,
        uint128 second,
        uint128 locked,
        uint128 shares
    )
        external
    {
        _noCaps();
        own = uint128(bound(own, 1, FUNDS));
        first = uint128(bound(first, 1, FUNDS));
        second = uint128(bound(second, 1, FUNDS));
        _deposit(own);
        _delegate(dana, first);
        _delegate(erik, second);
        _lock("claim", 0, uint128(bound(locked, 0, uint256(own) + first + second)));
        _requestUndelegation(dana, uint128(bound(shares, 1, first)));
        _after(THAW);
        uint128 before = _delegation(erik).worth;
        _completeUndelegation(dana);
        assertGe(_delegation(erik).worth, before);
        IProviderBond.Account memory account = _account();
        assertGe(account.own + account.delegated, account.locked);
    }

    // ---- rewards

    function test_Reward_RevertGiven_NobodyIsRegisteredOrTheTokenIsNotAcceptedForRewards() external {
        vm.expectRevert(_notRegistered(erik));
        bonds.reward(erik, address(token), 1);
        OddToken other = _newToken();
        vm.expectRevert(_notAccepted(address(other)));
        bonds.reward(provider, address(other), 1);
        vm.expectRevert(_badField("amount", 0));
        bonds.reward(provider, address(token), 0);
    }

    function test_Reward_GivenNobodyDelegates() external {
        _setShare(5000);
        vm.expectEmit(address(bonds));
        emit IProviderBond.RewardShared(provider, address(token), stranger, 1000, 0);
        _reward(1000);
        assertEq(token.balanceOf(payout), 1000);
    }

    function test_Reward_GivenDelegatorsHaveAShare() external {
        _setShare(4000);
        _delegate(dana, 3000e6);
        _delegate(erik, 1000e6);
        vm.expectEmit(address(bonds));
        emit IProviderBond.RewardShared(provider, address(token), stranger, 1000e6, 400e6);
        _reward(1000e6);
        assertEq(token.balanceOf(payout), 600e6);
        assertApproxEqAbs(_delegation(dana).rewards, 300e6, 1);
        assertApproxEqAbs(_delegation(erik).rewards, 100e6, 1);
        assertEq(_delegation(dana).worth, 3000e6, "a share is worth what it was");
        uint128 earned = _delegation(dana).rewards;
        vm.expectEmit(address(bonds));
        emit IProviderBond.RewardsClaimed(provider, address(token), dana, earned);
        assertEq(bonds.claimRewards(provider, address(token), dana), earned);
        assertEq(token.balanceOf(dana), FUNDS - 3000e6 + earned);
        assertEq(_delegation(dana).rewards, 0);
    }

    function test_Reward_GivenSomebodyDelegatesAfterAReward() external {
        _setShare(10_000);
        _delegate(dana, 1000e6);
        _reward(500e6);
        _delegate(erik, 1_000_000e6);
        assertEq(_delegation(erik).rewards, 0);
        assertApproxEqAbs(_delegation(dana).rewards, 500e6, 1);
    }

    function test_Reward_GivenASlashTookAllOfThePoolAfterAReward() external {
        _noCaps();
        _setShare(10_000);
        _delegate(dana, 1000e6);
        _reward(500e6);
        _slash(_order(1000e6));
        _delegate(erik, 1000e6);
        _reward(300e6);
        assertApproxEqAbs(bonds.claimRewards(provider, address(token), dana), 500e6, 1);
        assertApproxEqAbs(bonds.claimRewards(provider, address(token), erik), 300e6, 1);
    }

    function test_Reward_RevertWhen_ThereIsNothingToClaim() external {
        _delegate(dana, 1000);
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_NothingToPay.selector, address(token)));
        bonds.claimRewards(provider, address(token), dana);
    }

    /// @dev What delegators can claim is never more than what was shared with them, and less by a unit each at most.
    function testFuzz_Reward_IsExact(uint128 first, uint128 second, uint128 amount, uint16 bps) external {
        first = uint128(bound(first, 1, FUNDS));
        second = uint128(bound(second, 1, FUNDS));
        amount = uint128(bound(amount, 1, FUNDS));
        bps = uint16(bound(bps, 1, 10_000));
        _setShare(bps);
        _delegate(dana, first);
        _delegate(erik, second);
        _reward(amount);
        uint256 part = uint256(amount) * bps / 10_000;
        uint256 earned = uint256(_delegation(dana).rewards) + _delegation(erik).rewards;
        assertLe(earned, part);
        assertLe(part - earned, 2);
        assertEq(token.balanceOf(payout), amount - part);
    }
}
