// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { UsageVoucher } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { MeterFixture } from "../MeterFixture.sol";

contract RefundTest is MeterFixture {
    function test_RevertWhen_TheCallerIsNotTheDisputeManager() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, buyer));
        vm.prank(buyer);
        meters.refund(licenseId, offer, 1);
    }

    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(_wrongMeterOffer(licenseId, offer));
        vm.prank(disputes);
        meters.refund(licenseId, _alteredMeter(offer), 1);
    }

    function test_RevertWhen_MoreIsRefundedThanHeld() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(
            abi.encodeWithSelector(IMeterRail.MeterRail_AmountTooHigh.selector, licenseId, DEPOSIT + 1, DEPOSIT)
        );
        vm.prank(disputes);
        meters.refund(licenseId, offer, DEPOSIT + 1);
    }

    function test_RevertGiven_TheMeterIsFinished() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _finished(offer);
        vm.expectRevert(_closedError(licenseId));
        vm.prank(disputes);
        meters.refund(licenseId, offer, 0);
    }

    function testFuzz_GivenAnyMeterThatIsNotFinished(uint128 amount, bool frozen, bool thawing) external {
        Offer memory offer = _prepaid();
        uint256 licenseId = thawing ? _thawing(offer, DEPOSIT) : _meter(offer);
        _redeem(licenseId, offer, 1500);
        uint128 held = DEPOSIT - 2e6;
        amount = uint128(bound(amount, 0, held));
        if (frozen) _freezeMeter(licenseId);
        uint256 before = usdc.balanceOf(buyer);
        vm.expectEmit(address(meters));
        emit IMeterRail.MeterFinished(licenseId, buyer, address(usdc), amount, held - amount);
        vm.prank(disputes);
        meters.refund(licenseId, offer, amount);
        assertEq(usdc.balanceOf(buyer) - before, amount, "payer");
        assertEq(usdc.balanceOf(seller), _afterFee(2e6) + _afterFee(held - amount), "owner");
        assertEq(usdc.balanceOf(address(meters)), 0, "nothing left");
        assertFalse(licenses.isLive(licenseId), "ended");
        assertFalse(meters.meterOf(licenseId).frozen, "the dispute is over");
        UsageVoucher memory voucher = _voucher(licenseId, offer, 2500);
        bytes memory signature = _signed(voucher, buyerKey);
        vm.expectRevert(_closedError(licenseId));
        meters.redeem(offer, voucher, signature);
    }

    function test_GivenAClosedMeter() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _close(licenseId, offer);
        uint256 at = block.timestamp;
        vm.warp(at + 1 hours);
        vm.prank(disputes);
        meters.refund(licenseId, offer, 60e6);
        assertEq(usdc.balanceOf(seller), _afterFee(40e6), "owner");
        assertEq(meters.meterOf(licenseId).closedAt, at, "closed when it was");
    }

    function test_GivenADebt() external {
        Offer memory offer = _postpaid();
        (uint256 licenseId, uint128 debt) = _inDebt(offer, 10_500);
        vm.prank(disputes);
        meters.refund(licenseId, offer, 0);
        assertFalse(licenses.isLive(licenseId), "ended");
        assertEq(_debtOf(licenseId), debt, "still owed");
        _payAgain(buyer, debt);
        assertEq(meters.settle(licenseId, offer), debt, "and collected");
    }
}
