// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { MeterFixture } from "../MeterFixture.sol";
import { OddToken } from "../doubles/OddToken.sol";

contract RequestWithdrawalTest is MeterFixture {
    function test_RequestWithdrawal_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(_wrongMeterOffer(licenseId, offer));
        vm.prank(buyer);
        meters.requestWithdrawal(licenseId, _alteredMeter(offer), 1);
    }

    function test_RequestWithdrawal_RevertWhen_TheCallerIsNotThePayer() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(_notAllowed(licenseId, provider));
        vm.prank(provider);
        meters.requestWithdrawal(licenseId, offer, 1);
    }

    function test_RequestWithdrawal_RevertWhen_MoreIsAskedForThanIsHeld() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _redeem(licenseId, offer, 1500);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMeterRail.MeterRail_AmountTooHigh.selector, licenseId, DEPOSIT - 2e6 + 1, DEPOSIT - 2e6
            )
        );
        vm.prank(buyer);
        meters.requestWithdrawal(licenseId, offer, DEPOSIT - 2e6 + 1);
    }

    function test_RequestWithdrawal_RevertWhen_NothingIsAskedForAndNothingThaws() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(_noWithdrawal(licenseId));
        vm.prank(buyer);
        meters.requestWithdrawal(licenseId, offer, 0);
    }

    function test_RequestWithdrawal_RevertGiven_TheMeterIsClosedToWithdrawals() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _close(licenseId, offer);
        vm.expectRevert(_closedError(licenseId));
        vm.prank(buyer);
        meters.requestWithdrawal(licenseId, offer, 1);
    }

    function test_RequestWithdrawal_WhenThePayerAsksForAll() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _redeem(licenseId, offer, 1500);
        uint40 thawedAt = uint40(block.timestamp + THAW);
        vm.expectEmit(address(meters));
        emit IMeterRail.WithdrawalThawing(licenseId, buyer, DEPOSIT - 2e6, thawedAt);
        vm.prank(buyer);
        meters.requestWithdrawal(licenseId, offer, DEPOSIT - 2e6);
        IMeterRail.Meter memory m = meters.meterOf(licenseId);
        assertEq(m.thawing, DEPOSIT - 2e6, "thawing");
        assertEq(m.thawFrom, block.timestamp, "since now");
        _assertStanding(licenseId, IPaymentRail.Standing.Exhausted);
    }

    function test_RequestWithdrawal_WhenThePayerAsksAgain() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, 10e6);
        vm.warp(block.timestamp + THAW);
        vm.prank(buyer);
        meters.requestWithdrawal(licenseId, offer, 30e6);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(_tooEarly(licenseId, block.timestamp - 1 + THAW + 1));
        meters.completeWithdrawal(licenseId, offer);
        assertEq(meters.meterOf(licenseId).thawing, 30e6, "replaced, not added");
    }

    function test_RequestWithdrawal_WhenThePayerCancels() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, DEPOSIT);
        vm.prank(buyer);
        meters.requestWithdrawal(licenseId, offer, 0);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(meters.meterOf(licenseId).thawing, 0);
    }

    function test_RequestWithdrawal_WhenASponsorAsks() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _buyMeter(offer, carol, DEPOSIT);
        vm.expectRevert(_notAllowed(licenseId, carol));
        vm.prank(carol);
        meters.requestWithdrawal(licenseId, offer, 1);
        vm.prank(buyer);
        meters.requestWithdrawal(licenseId, offer, DEPOSIT);
        vm.warp(block.timestamp + THAW + 1);
        uint256 before = usdc.balanceOf(buyer);
        meters.completeWithdrawal(licenseId, offer);
        assertEq(usdc.balanceOf(buyer) - before, DEPOSIT);
    }

    function test_RequestWithdrawal_GivenAFreeze() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _freezeMeter(licenseId);
        vm.prank(buyer);
        meters.requestWithdrawal(licenseId, offer, DEPOSIT);
        assertEq(meters.meterOf(licenseId).thawing, DEPOSIT);
    }

    function test_CompleteWithdrawal_RevertWhen_NothingThaws() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(_noWithdrawal(licenseId));
        meters.completeWithdrawal(licenseId, offer);
    }

    function test_CompleteWithdrawal_RevertWhen_ItIsTooEarly() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, DEPOSIT);
        uint256 until = block.timestamp + THAW;
        vm.warp(until);
        vm.expectRevert(_tooEarly(licenseId, until + 1));
        meters.completeWithdrawal(licenseId, offer);
    }

    function test_CompleteWithdrawal_RevertGiven_TheFrozenMeter() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, DEPOSIT);
        _freezeMeter(licenseId);
        vm.warp(block.timestamp + THAW + 1);
        vm.expectRevert(_frozen(licenseId));
        meters.completeWithdrawal(licenseId, offer);
    }

    function test_CompleteWithdrawal_GivenAFreezeEndedMeanwhile() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, DEPOSIT);
        _freezeMeter(licenseId);
        vm.warp(block.timestamp + 10 * THAW);
        uint256 unfrozenAt = block.timestamp;
        vm.prank(disputes);
        meters.unfreeze(licenseId);
        vm.warp(unfrozenAt + THAW);
        vm.expectRevert(_tooEarly(licenseId, unfrozenAt + THAW + 1));
        meters.completeWithdrawal(licenseId, offer);
        assertEq(_redeem(licenseId, offer, 1500), 2e6, "the provider has its window");
        vm.warp(unfrozenAt + THAW + 1);
        meters.completeWithdrawal(licenseId, offer);
        assertEq(_heldOf(licenseId), 0);
    }

    function test_CompleteWithdrawal_WhenItThawed() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, 30e6);
        vm.warp(block.timestamp + THAW + 1);
        uint256 before = usdc.balanceOf(buyer);
        vm.expectEmit(address(meters));
        emit IMeterRail.DepositWithdrawn(licenseId, buyer, address(usdc), 30e6);
        vm.prank(stranger);
        meters.completeWithdrawal(licenseId, offer);
        assertEq(usdc.balanceOf(buyer) - before, 30e6, "paid");
        assertEq(_heldOf(licenseId), DEPOSIT - 30e6, "held");
        assertEq(meters.meterOf(licenseId).thawing, 0, "once");
        vm.expectRevert(_noWithdrawal(licenseId));
        meters.completeWithdrawal(licenseId, offer);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
    }

    function test_CompleteWithdrawal_WhenVouchersLeftLess() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, DEPOSIT);
        _redeem(licenseId, offer, 60_500);
        vm.warp(block.timestamp + THAW + 1);
        vm.expectEmit(address(meters));
        emit IMeterRail.DepositWithdrawn(licenseId, buyer, address(usdc), 0);
        meters.completeWithdrawal(licenseId, offer);
        assertEq(usdc.balanceOf(address(meters)), 0);
    }

    function test_CompleteWithdrawal_WhenTheLicenseChangedHandsWhileItThawed() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, DEPOSIT);
        vm.prank(buyer);
        licenses.transferFrom(buyer, carol, licenseId);
        vm.warp(block.timestamp + THAW + 1);
        uint256 before = usdc.balanceOf(carol);
        meters.completeWithdrawal(licenseId, offer);
        assertEq(usdc.balanceOf(carol) - before, DEPOSIT);
    }

    function test_CompleteWithdrawal_WhenTheTokenRefusesThePayer() external {
        OddToken token = _listOdd(6, false);
        Offer memory offer = _prepaid();
        offer.token = address(token);
        uint256 licenseId = _thawing(offer, DEPOSIT);
        vm.warp(block.timestamp + THAW + 1);
        token.refuse(buyer, true);
        meters.completeWithdrawal(licenseId, offer);
        assertEq(meters.deferredOf(buyer, address(token)), DEPOSIT, "waits");
        vm.prank(buyer);
        meters.claimDeferred(buyer, address(token), carol);
        assertEq(token.balanceOf(carol), DEPOSIT, "claimed elsewhere");
    }

    function _noWithdrawal(uint256 licenseId) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMeterRail.MeterRail_NoWithdrawal.selector, licenseId);
    }
}
