// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { MeterFixture } from "../MeterFixture.sol";
import { OddToken } from "../doubles/OddToken.sol";

contract SettleTest is MeterFixture {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(_wrongMeterOffer(licenseId, offer));
        meters.settle(licenseId, _alteredMeter(offer));
    }

    function test_RevertGiven_TheMeterRunsAndOwesNothing() external {
        Offer memory offer = _prepaid();
        _assertNothing(_meter(offer), offer);
    }

    function test_RevertGiven_TheFinalWindowRuns() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _close(licenseId, offer);
        vm.warp(block.timestamp + THAW);
        _assertNothing(licenseId, offer);
    }

    function test_RevertGiven_TheFrozenMeter() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _close(licenseId, offer);
        _freezeMeter(licenseId);
        vm.warp(block.timestamp + THAW + 1);
        vm.expectRevert(_frozen(licenseId));
        meters.settle(licenseId, offer);
    }

    function test_GivenTheFinalWindowIsOver() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _redeem(licenseId, offer, 1500);
        _close(licenseId, offer);
        vm.warp(block.timestamp + THAW + 1);
        uint256 before = usdc.balanceOf(buyer);
        vm.expectEmit(address(meters));
        emit IMeterRail.MeterFinished(licenseId, buyer, address(usdc), DEPOSIT - 2e6, 0);
        vm.prank(stranger);
        assertEq(meters.settle(licenseId, offer), 0, "nothing to release");
        assertEq(usdc.balanceOf(buyer) - before, DEPOSIT - 2e6, "back");
        assertEq(usdc.balanceOf(address(meters)), 0, "nothing left");
        assertTrue(meters.meterOf(licenseId).finished, "finished");
        _assertNothing(licenseId, offer);
    }

    function test_GivenTheLicenseExpiredOrWasRevoked() external {
        Offer memory offer = _prepaid();
        uint256 revoked = _meter(offer);
        uint256 expired = _meter(offer);
        vm.prank(disputes);
        licenses.revokeByRuling(revoked);
        uint256 at = block.timestamp;
        uint256 before = usdc.balanceOf(buyer);
        vm.warp(at + THAW + 1);
        meters.settle(revoked, offer);
        assertEq(usdc.balanceOf(buyer) - before, DEPOSIT, "revoked");
        assertEq(meters.meterOf(revoked).closedAt, at, "since the ruling");
        _assertNothing(expired, offer);
        vm.warp(at + DURATION + THAW + 1);
        meters.settle(expired, offer);
        assertEq(usdc.balanceOf(buyer) - before, 2 * DEPOSIT, "expired");
    }

    function test_GivenAFreezeEndedInTheFinalWindow() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _close(licenseId, offer);
        _freezeMeter(licenseId);
        vm.warp(block.timestamp + 5 * THAW);
        uint256 unfrozenAt = block.timestamp;
        vm.prank(disputes);
        meters.unfreeze(licenseId);
        _assertNothing(licenseId, offer);
        vm.warp(unfrozenAt + THAW);
        assertEq(_redeem(licenseId, offer, 1500), 2e6, "still redeemable");
        vm.warp(unfrozenAt + THAW + 1);
        meters.settle(licenseId, offer);
        assertEq(usdc.balanceOf(address(meters)), 0);
    }

    function test_GivenAWithdrawalThawedMeanwhile() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, 10e6);
        _close(licenseId, offer);
        vm.warp(block.timestamp + THAW + 1);
        uint256 before = usdc.balanceOf(buyer);
        meters.settle(licenseId, offer);
        assertEq(usdc.balanceOf(buyer) - before, DEPOSIT, "all");
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_NoWithdrawal.selector, licenseId));
        meters.completeWithdrawal(licenseId, offer);
    }

    function test_GivenADebtAndAnAllowanceThatIsBack() external {
        Offer memory offer = _postpaid();
        (uint256 licenseId, uint128 debt) = _inDebt(offer, 10_500);
        _assertNothing(licenseId, offer);
        vm.warp(block.timestamp + GRACE);
        _payAgain(buyer, type(uint256).max);
        vm.expectEmit(address(meters));
        emit IMeterRail.DebtPaid(licenseId, buyer, address(usdc), debt, 0);
        assertEq(meters.settle(licenseId, offer), debt, "released");
        assertEq(usdc.balanceOf(seller), _afterFee(debt), "owner");
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
    }

    function test_GivenADebtWhenTheFinalWindowIsOver() external {
        Offer memory offer = _postpaid();
        (uint256 licenseId, uint128 debt) = _inDebt(offer, 10_500);
        _close(licenseId, offer);
        vm.warp(block.timestamp + THAW + 1);
        assertEq(meters.settle(licenseId, offer), 0, "finished");
        assertTrue(meters.meterOf(licenseId).finished);
        _assertNothing(licenseId, offer);
        _payAgain(buyer, debt);
        assertEq(meters.settle(licenseId, offer), debt, "a debt outlives the meter");
        assertEq(_debtOf(licenseId), 0);
    }

    function test_GivenADebtWhenTheFinalWindowIsOver_WithTheAllowanceBack() external {
        Offer memory offer = _postpaid();
        (uint256 licenseId, uint128 debt) = _inDebt(offer, 10_500);
        _close(licenseId, offer);
        _payAgain(buyer, debt);
        vm.warp(block.timestamp + THAW + 1);
        assertEq(meters.settle(licenseId, offer), debt, "both in one call");
        assertTrue(meters.meterOf(licenseId).finished, "finished");
        assertEq(_debtOf(licenseId), 0, "paid");
    }

    function test_WhenTheTokenRefusesThePayer() external {
        OddToken token = _listOdd(6, false);
        Offer memory offer = _prepaid();
        offer.token = address(token);
        uint256 licenseId = _meter(offer);
        _close(licenseId, offer);
        token.refuse(buyer, true);
        vm.warp(block.timestamp + THAW + 1);
        meters.settle(licenseId, offer);
        assertEq(meters.deferredOf(buyer, address(token)), DEPOSIT);
    }

    function _assertNothing(uint256 licenseId, Offer memory offer) private {
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_NothingToSettle.selector, licenseId));
        meters.settle(licenseId, offer);
    }
}
