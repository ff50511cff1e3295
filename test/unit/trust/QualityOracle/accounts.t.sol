// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IQualityOracle } from "../../../../contracts/interfaces/trust/IQualityOracle.sol";
import { CallingToken, TaxedToken } from "../../licensing/doubles/PaymentTokens.sol";
import { QualityTest } from "./QualityTest.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

contract AccountsTest is QualityTest {
    bytes private constant _NO_CHANGE = abi.encodeWithSelector(IQualityOracle.QualityOracle_NoChange.selector);

    function test_Deposit_RevertWhen_TheTokenIsNotTaken() external {
        vm.expectRevert(abi.encodeWithSelector(IQualityOracle.QualityOracle_TokenNotTaken.selector, address(0xbeef)));
        quality.deposit(buyer, address(0xbeef), 1);
    }

    function test_Deposit_RevertWhen_NothingIsPaidIn() external {
        vm.expectRevert(_badAmount(0, 0));
        quality.deposit(buyer, address(usd), 0);
    }

    function test_Deposit_RevertWhen_TheDepositedTokenKeepsAFee() external {
        TaxedToken taxed = new TaxedToken();
        config.setPaymentToken(address(taxed), address(0), 0, true);
        quality.setTokenTerms(address(taxed), 0, 1);
        taxed.mint(buyer, 100);
        vm.startPrank(buyer);
        taxed.approve(address(quality), 100);
        vm.expectRevert(
            abi.encodeWithSelector(IQualityOracle.QualityOracle_TransferTax.selector, address(taxed), 100, 99)
        );
        quality.deposit(buyer, address(taxed), 100);
        vm.stopPrank();
    }

    function test_Deposit_WhenAnybodyPaysIn() external {
        vm.expectEmit(address(quality));
        emit IQualityOracle.Deposited(reporters[0], address(usd), buyer, 7);
        vm.prank(buyer);
        quality.deposit(reporters[0], address(usd), 7);
        assertEq(_balance(reporters[0]), DEPOSIT + 7);
    }

    function test_Withdraw_RevertWhen_SomebodyElseNamesAnotherReceiver() external {
        _refunded();
        vm.expectRevert(_notAccount(buyer));
        vm.prank(stranger);
        quality.withdraw(buyer, address(usd), REWARD, stranger);
    }

    function test_Withdraw_RevertWhen_SomebodyElseEmptiesAReportersAccount() external {
        vm.expectRevert(_notAccount(reporters[0]));
        vm.prank(stranger);
        quality.withdraw(reporters[0], address(usd), DEPOSIT, reporters[0]);
    }

    function test_Withdraw_RevertWhen_MoreThanIsFreeIsAskedFor() external {
        _commit(_request(), 0, 8000);
        vm.startPrank(reporters[0]);
        vm.expectRevert(_badAmount(DEPOSIT - STAKE + 1, DEPOSIT - STAKE));
        quality.withdraw(reporters[0], address(usd), DEPOSIT - STAKE + 1, reporters[0]);
        quality.withdraw(reporters[0], address(usd), DEPOSIT - STAKE, reporters[0]);
        vm.stopPrank();
        assertEq(_balance(reporters[0]), STAKE);
    }

    function test_Withdraw_RevertWhen_NothingIsAskedFor() external {
        vm.expectRevert(_badAmount(0, DEPOSIT));
        vm.prank(reporters[0]);
        quality.withdraw(reporters[0], address(usd), 0, reporters[0]);
    }

    function test_Withdraw_WhenTheHolderWithdraws() external {
        vm.expectEmit(address(quality));
        emit IQualityOracle.Withdrawn(reporters[0], address(usd), grantor, DEPOSIT);
        vm.prank(reporters[0]);
        quality.withdraw(reporters[0], address(usd), DEPOSIT, grantor);
        assertEq(usd.balanceOf(grantor), DEPOSIT);
        assertEq(_balance(reporters[0]), 0);
    }

    function test_Withdraw_WhenSomebodyPaysAHolderOut() external {
        _refunded();
        uint256 before = usd.balanceOf(buyer);
        vm.prank(stranger);
        quality.withdraw(buyer, address(usd), REWARD, buyer);
        assertEq(usd.balanceOf(buyer), before + REWARD);
    }

    function test_Withdraw_WhenTheTokenWasTakenOffTheList() external {
        config.setPaymentToken(address(usd), address(0), 0, false);
        quality.setTokenTerms(address(usd), 0, 0);
        vm.prank(reporters[0]);
        quality.withdraw(reporters[0], address(usd), DEPOSIT, reporters[0]);
        assertEq(_balance(reporters[0]), 0);
    }

    function test_Withdraw_WhenATokenCallsBack() external {
        CallingToken calling = new CallingToken();
        config.setPaymentToken(address(calling), address(0), 0, true);
        quality.setTokenTerms(address(calling), 0, 1);
        calling.mint(buyer, 100);
        vm.startPrank(buyer);
        calling.approve(address(quality), 100);
        quality.deposit(buyer, address(calling), 100);
        calling.callOnTransfer(
            address(quality), abi.encodeCall(IQualityOracle.withdraw, (buyer, address(calling), 50, buyer))
        );
        vm.expectRevert(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        quality.withdraw(buyer, address(calling), 50, buyer);
        vm.stopPrank();
    }

    // ---- governance

    function test_Governance_RevertWhen_AStrangerSetsAnything() external {
        IQualityOracle.Rules memory rules = quality.rules();
        vm.startPrank(stranger);
        vm.expectRevert(_unauthorized(stranger));
        quality.setReporter(stranger, true);
        vm.expectRevert(_unauthorized(stranger));
        quality.stopReporter(reporters[0]);
        vm.expectRevert(_unauthorized(stranger));
        quality.setRules(rules);
        vm.expectRevert(_unauthorized(stranger));
        quality.setTokenTerms(address(usd), 0, 0);
        vm.stopPrank();
    }

    function test_Governance_RevertWhen_ANumberIsOutOfItsBounds() external {
        _expectRules(IQualityOracle.Rules(3599, 1 hours, 1, 1, 1), "commitWindow", 3599, 1 hours, 14 days);
        _expectRules(IQualityOracle.Rules(1 hours, 14 days + 1, 1, 1, 1), "revealWindow", 14 days + 1, 1 hours, 14 days);
        _expectRules(IQualityOracle.Rules(1 hours, 1 hours, 0, 1, 1), "tolerance", 0, 1, 5000);
        _expectRules(IQualityOracle.Rules(1 hours, 1 hours, 5001, 1, 1), "tolerance", 5001, 1, 5000);
        _expectRules(IQualityOracle.Rules(1 hours, 1 hours, 1, 0, 0), "silencePenaltyBps", 0, 1, 10_000);
        _expectRules(IQualityOracle.Rules(1 hours, 1 hours, 1, 501, 500), "outlierPenaltyBps", 501, 0, 500);
    }

    function test_Governance_RevertWhen_ASetterChangesNothing() external {
        vm.expectRevert(_NO_CHANGE);
        quality.setReporter(reporters[0], true);
        vm.expectRevert(_NO_CHANGE);
        quality.stopReporter(stranger);
        vm.expectRevert(_NO_CHANGE);
        quality.setTokenTerms(address(usd), LEAST_REWARD, STAKE);
    }

    function test_Governance_WhenGovernanceSetsNumbers() external {
        IQualityOracle.Rules memory rules = IQualityOracle.Rules(1 hours, 2 hours, 3, 4, 5);
        vm.expectEmit(address(quality));
        emit IQualityOracle.QualityRulesSet(rules);
        quality.setRules(rules);
        assertEq(abi.encode(quality.rules()), abi.encode(rules));
        vm.expectEmit(address(quality));
        emit IQualityOracle.TokenTermsSet(address(usd), 3, 4);
        quality.setTokenTerms(address(usd), 3, 4);
        assertEq(quality.tokenTermsOf(address(usd)).leastReward, 3);
        assertEq(quality.tokenTermsOf(address(usd)).stake, 4);
        vm.expectEmit(address(quality));
        emit IQualityOracle.ReporterSet(reporters[0], false);
        quality.stopReporter(reporters[0]);
        assertFalse(quality.isReporter(reporters[0]));
    }

    /// @dev A request that nobody answered: its reward is in the requester's account.
    function _refunded() private {
        uint256 requestId = _request();
        vm.warp(START + COMMIT_WINDOW + 1);
        quality.settle(requestId);
    }

    function _expectRules(
        IQualityOracle.Rules memory rules,
        bytes32 field,
        uint256 given,
        uint256 least,
        uint256 most
    )
        private
    {
        vm.expectRevert(
            abi.encodeWithSelector(IQualityOracle.QualityOracle_OutOfBounds.selector, field, given, least, most)
        );
        quality.setRules(rules);
    }

    function _badAmount(uint256 amount, uint256 free) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_BadAmount.selector, amount, free);
    }

    function _notAccount(address account) private view returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_NotAccount.selector, account, stranger);
    }
}
