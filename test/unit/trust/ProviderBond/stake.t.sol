// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBondParameters } from "../../../../contracts/interfaces/trust/IBondParameters.sol";
import { IProviderBond } from "../../../../contracts/interfaces/trust/IProviderBond.sol";
import { ITrustMoney } from "../../../../contracts/interfaces/trust/ITrustMoney.sol";
import { OddToken } from "../../payments/doubles/OddToken.sol";
import { BondFixture } from "../BondFixture.sol";

contract ProviderBondStakeTest is BondFixture {
    uint40 private constant THAWED = START + THAW + OWN_LAG;

    function test_Deposit_RevertGiven_TheProviderIsNotRegistered() external {
        vm.expectRevert(_notRegistered(stranger));
        vm.prank(stranger);
        bonds.deposit(stranger, address(token), 1);
    }

    function test_Deposit_RevertGiven_TheTokenIsNotAccepted() external {
        OddToken other = _newToken();
        vm.expectRevert(_notAccepted(address(other)));
        bonds.deposit(provider, address(other), 1);
    }

    function test_Deposit_RevertWhen_NothingIsDeposited() external {
        vm.expectRevert(_badField("amount", 0));
        bonds.deposit(provider, address(token), 0);
    }

    function test_Deposit_RevertGiven_TheTokenKeepsAPart() external {
        token.tax(100);
        vm.expectRevert(abi.encodeWithSelector(ITrustMoney.TrustMoney_TransferTax.selector, address(token), 1000, 990));
        vm.prank(provider);
        bonds.deposit(provider, address(token), 1000);
    }

    function test_Deposit_WhenSomebodyDeposits() external {
        vm.expectEmit(address(bonds));
        emit IProviderBond.Deposited(provider, address(token), stranger, 1000);
        vm.prank(stranger);
        bonds.deposit(provider, address(token), 1000);
        assertEq(_account().own, 1000);
        assertEq(bonds.stakeOf(provider, address(token)), 1000);
        assertEq(token.balanceOf(address(bonds)), 1000);
    }

    function test_RequestWithdrawal_RevertWhen_MoreIsAskedForThanThereIs() external {
        _deposit(STAKE);
        vm.expectRevert(_tooMuch(STAKE + 1, STAKE));
        _requestWithdrawal(STAKE + 1);
    }

    function test_RequestWithdrawal_RevertWhen_NothingIsAskedForAndNothingThaws() external {
        _deposit(STAKE);
        vm.expectRevert(IProviderBond.ProviderBond_NothingThawing.selector);
        _requestWithdrawal(0);
    }

    function test_RequestWithdrawal_WhenStakeIsAskedBack() external {
        _deposit(STAKE);
        vm.expectEmit(address(bonds));
        emit IProviderBond.WithdrawalThawing(provider, address(token), 1000, THAWED);
        _requestWithdrawal(1000);
        assertEq(_account().thawing, 1000);
        assertEq(_account().thawedAt, THAWED);
        assertEq(_account().own, STAKE, "still there");
    }

    function test_RequestWithdrawal_GivenARequestRuns() external {
        _deposit(STAKE);
        _requestWithdrawal(1000);
        _after(1 days);
        _requestWithdrawal(300);
        assertEq(_account().thawing, 300);
        assertEq(_account().thawedAt, THAWED + 1 days);
        _requestWithdrawal(0);
        assertEq(_account().thawing, 0);
        assertEq(_account().thawedAt, 0);
    }

    function test_RequestWithdrawal_GivenTheThawingTimeChangedSince() external {
        _deposit(STAKE);
        _requestWithdrawal(1000);
        bonds.setParameters(IBondParameters.Parameters(90 days, 1000, 4));
        assertEq(_account().thawedAt, THAWED);
        vm.warp(THAWED);
        assertEq(_completeWithdrawal(), 1000);
    }

    function test_CompleteWithdrawal_RevertGiven_NothingThaws() external {
        _deposit(STAKE);
        vm.expectRevert(IProviderBond.ProviderBond_NothingThawing.selector);
        _completeWithdrawal();
    }

    function test_CompleteWithdrawal_RevertWhen_ItHasNotThawed() external {
        _deposit(STAKE);
        _requestWithdrawal(1000);
        vm.warp(THAWED - 1);
        vm.expectRevert(_stillThawing(THAWED));
        _completeWithdrawal();
    }

    function test_CompleteWithdrawal_RevertGiven_AllOfTheStakeStandsBehindOffersOrClaims() external {
        _deposit(STAKE);
        _allocate(_offer(), STAKE - 400, 0);
        _lock("claim", 0, 400);
        _requestWithdrawal(STAKE);
        vm.warp(THAWED);
        vm.expectRevert(_inUse(STAKE - 400, 400));
        _completeWithdrawal();
    }

    function test_CompleteWithdrawal_GivenAPartOfTheStakeStandsBehindOffersOrClaims() external {
        _deposit(STAKE);
        _allocate(_offer(), 1000, 0);
        _lock("claim", 0, 400);
        _requestWithdrawal(STAKE);
        vm.warp(THAWED);
        assertEq(_completeWithdrawal(), STAKE - 1400);
        assertEq(_account().thawing, 1400);
        vm.prank(disputes);
        bonds.unlock("claim");
        assertEq(_completeWithdrawal(), 400);
        assertEq(_account().own, 1000);
    }

    function test_CompleteWithdrawal_GivenDelegatedStakeAloneWouldBearAnOpenClaim() external {
        _deposit(1000);
        _delegate(dana, 4000);
        _lock("claim", 0, 600);
        _requestWithdrawal(1000);
        vm.warp(THAWED);
        assertEq(_completeWithdrawal(), 400);
        assertEq(_account().own, 600, "own stake bears it first");
    }

    function test_CompleteWithdrawal_GivenThawingStakeWasSlashed() external {
        _deposit(STAKE);
        _requestWithdrawal(STAKE);
        uint128 taken = _slash(_order(4000e6));
        assertEq(taken, 4000e6, "thawing stake is slashable");
        vm.warp(THAWED);
        assertEq(_completeWithdrawal(), STAKE - 4000e6);
        assertEq(_account().thawing, 0);
    }

    function test_CompleteWithdrawal_GivenTheTokenRefusesThePayoutAddress() external {
        _deposit(STAKE);
        _requestWithdrawal(STAKE);
        vm.warp(THAWED);
        token.refuse(payout, true);
        vm.expectEmit(address(bonds));
        emit ITrustMoney.PayoutDeferred(payout, address(token), STAKE);
        _completeWithdrawal();
        assertEq(bonds.deferredOf(payout, address(token)), STAKE);
        vm.expectRevert(abi.encodeWithSelector(ITrustMoney.TrustMoney_NotAccount.selector, payout, stranger));
        vm.prank(stranger);
        bonds.claimDeferred(payout, address(token), stranger);
        vm.expectEmit(address(bonds));
        emit ITrustMoney.DeferredClaimed(payout, address(token), dana, STAKE);
        vm.prank(payout);
        bonds.claimDeferred(payout, address(token), dana);
        assertEq(token.balanceOf(dana), FUNDS + STAKE);
        vm.expectRevert(abi.encodeWithSelector(ITrustMoney.TrustMoney_NothingToClaim.selector, payout, address(token)));
        bonds.claimDeferred(payout, address(token), payout);
    }

    function test_CompleteWithdrawal_GivenTheTokenIsNoLongerAccepted() external {
        _deposit(STAKE);
        _requestWithdrawal(STAKE);
        bonds.stopBondToken(address(token));
        vm.warp(THAWED);
        assertEq(_completeWithdrawal(), STAKE);
    }

    function test_CompleteWithdrawal_WhenItHasThawed() external {
        _noCaps();
        _deposit(STAKE);
        _requestWithdrawal(1000e6);
        vm.warp(THAWED);
        vm.expectEmit(address(bonds));
        emit IProviderBond.Withdrawn(provider, address(token), payout, 1000e6);
        assertEq(_completeWithdrawal(), 1000e6);
        assertEq(token.balanceOf(payout), 1000e6);
        assertEq(_account().own, STAKE - 1000e6);
        assertEq(_slash(_order(type(uint128).max)), STAKE - 1000e6, "what was paid out is out of reach");
    }

    /// @dev A token that calls back cannot withdraw twice.
    function test_CompleteWithdrawal_ReentryFails() external {
        _deposit(STAKE);
        _requestWithdrawal(STAKE);
        vm.warp(THAWED);
        token.hook(address(bonds), abi.encodeCall(bonds.completeWithdrawal, (address(token))));
        _completeWithdrawal();
        assertFalse(token.hookSucceeded());
        assertEq(token.hookResult(), abi.encodeWithSignature("ReentrancyGuardReentrantCall()"));
    }
}
