// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { MeterFixture } from "../MeterFixture.sol";
import { OddToken } from "../doubles/OddToken.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

contract DepositTest is MeterFixture {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(_wrongMeterOffer(licenseId, offer));
        vm.prank(buyer);
        meters.deposit(licenseId, _alteredMeter(offer), 1, buyer);
    }

    function test_RevertWhen_TheLicenseHasNoMeterHere() external {
        Offer memory offer = _offer();
        uint256 licenseId = _buy(offer);
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_Unknown.selector, licenseId));
        meters.deposit(licenseId, offer, 1, buyer);
    }

    function test_RevertWhen_NothingIsPaid() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_ZeroAmount.selector, licenseId));
        meters.deposit(licenseId, offer, 0, buyer);
    }

    function test_RevertWhen_TheDepositorExpectsAnotherPayer() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.prank(buyer);
        licenses.transferFrom(buyer, carol, licenseId);
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_WrongPayer.selector, licenseId, buyer, carol));
        vm.prank(buyer);
        meters.deposit(licenseId, offer, 1, buyer);
    }

    function test_RevertWhen_TheTokenKeepsAFee() external {
        (Offer memory offer, OddToken token) = _oddOffer();
        uint256 licenseId = _meter(offer);
        token.tax(100);
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentRail.PaymentRail_TransferTax.selector, address(token), 1000, 990)
        );
        vm.prank(buyer);
        meters.deposit(licenseId, offer, 1000, buyer);
    }

    function test_RevertWhen_TheSumDoesNotFitTheBooks() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        uint256 sum = uint256(type(uint96).max) + DEPOSIT;
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, sum));
        vm.prank(buyer);
        meters.deposit(licenseId, offer, type(uint96).max, buyer);
    }

    function test_RevertGiven_TheMeterIsFrozen() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _freezeMeter(licenseId);
        vm.expectRevert(_frozen(licenseId));
        vm.prank(buyer);
        meters.deposit(licenseId, offer, 1, buyer);
    }

    function test_RevertGiven_TheMeterIsClosed() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _close(licenseId, offer);
        vm.expectRevert(_closedError(licenseId));
        vm.prank(buyer);
        meters.deposit(licenseId, offer, 1, buyer);
    }

    function test_WhenAnyonePaysIntoAnExhaustedMeter() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _buyMeter(offer, buyer, 2e6);
        _redeem(licenseId, offer, 1500);
        _assertStanding(licenseId, IPaymentRail.Standing.Exhausted);
        vm.expectEmit(address(meters));
        emit IMeterRail.Deposited(licenseId, carol, address(usdc), 5e6, 7e6);
        vm.prank(carol);
        meters.deposit(licenseId, offer, 5e6, buyer);
        assertEq(_heldOf(licenseId), 5e6, "held");
        assertEq(usdc.balanceOf(address(meters)), 5e6, "balance");
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(meters.meterOf(licenseId).payer, buyer, "a stranger's money is the payer's");
    }

    function test_GivenADebtLargerThanThePayment() external {
        Offer memory offer = _postpaid();
        (uint256 licenseId, uint128 debt) = _inDebt(offer, 10_500);
        vm.expectEmit(address(meters));
        emit IMeterRail.DebtPaid(licenseId, carol, address(usdc), 5e6, debt - 5e6);
        vm.prank(carol);
        meters.deposit(licenseId, offer, 5e6, buyer);
        assertEq(_debtOf(licenseId), debt - 5e6, "owed");
        assertEq(usdc.balanceOf(seller), _afterFee(5e6), "released");
        vm.warp(block.timestamp + GRACE);
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
    }

    function test_GivenADebtSmallerThanThePayment() external {
        Offer memory offer = _postpaid();
        (uint256 licenseId, uint128 debt) = _inDebt(offer, 10_500);
        vm.warp(block.timestamp + GRACE);
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
        vm.prank(carol);
        meters.deposit(licenseId, offer, debt + 3e6, buyer);
        assertEq(_debtOf(licenseId), 0, "no debt");
        assertEq(_heldOf(licenseId), 3e6, "held");
        assertEq(meters.meterOf(licenseId).debtor, address(0), "nobody owes");
        assertEq(usdc.balanceOf(seller), _afterFee(debt), "released");
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
    }

    function test_GivenADebtOnAClosedMeter() external {
        Offer memory offer = _postpaid();
        (uint256 licenseId, uint128 debt) = _inDebt(offer, 10_500);
        _close(licenseId, offer);
        vm.startPrank(carol);
        vm.expectRevert(_closedError(licenseId));
        meters.deposit(licenseId, offer, debt + 1, buyer);
        meters.deposit(licenseId, offer, debt, buyer);
        vm.stopPrank();
        assertEq(_debtOf(licenseId), 0);
        assertEq(usdc.balanceOf(seller), _afterFee(debt));
    }

    function _oddOffer() private returns (Offer memory offer, OddToken token) {
        token = _listOdd(6, false);
        offer = _prepaid();
        offer.token = address(token);
        vm.prank(buyer);
        token.approve(address(meters), type(uint256).max);
    }
}
