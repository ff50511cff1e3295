// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { MeterFixture } from "../MeterFixture.sol";

contract CloseTest is MeterFixture {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(_wrongMeterOffer(licenseId, offer));
        vm.prank(buyer);
        meters.close(licenseId, _alteredMeter(offer));
    }

    function test_RevertWhen_TheCallerIsNeitherTheHolderNorTheDisputeManager() external {
        _assertNotAllowed(provider);
    }

    function test_RevertGiven_ItWasClosedBefore() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _close(licenseId, offer);
        vm.expectRevert(_closedError(licenseId));
        vm.prank(buyer);
        meters.close(licenseId, offer);
    }

    function test_RevertGiven_TheLicenseExpired() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.warp(block.timestamp + DURATION);
        vm.expectRevert(_closedError(licenseId));
        vm.prank(buyer);
        meters.close(licenseId, offer);
    }

    function test_WhenTheHolderCloses() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        uint40 until = uint40(block.timestamp + THAW);
        vm.expectEmit(address(meters));
        emit IMeterRail.MeterClosed(licenseId, buyer, until);
        _close(licenseId, offer);
        assertFalse(licenses.isLive(licenseId), "ended");
        assertEq(uint8(licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Closed));
        _assertStanding(licenseId, IPaymentRail.Standing.Closed);
        assertEq(meters.redeemableUntil(licenseId, offer), until, "final window");
        assertEq(meters.meterOf(licenseId).closedAt, block.timestamp, "closed at");
        assertEq(usdc.balanceOf(address(meters)), DEPOSIT, "nothing moved yet");
    }

    function test_RevertWhen_ASponsorCloses() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _buyMeter(offer, carol, DEPOSIT);
        vm.expectRevert(_notAllowed(licenseId, buyer));
        vm.prank(buyer);
        meters.close(licenseId, offer);
    }

    function test_WhenTheDisputeManagerClosesAFrozenMeter() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _freezeMeter(licenseId);
        vm.prank(disputes);
        meters.close(licenseId, offer);
        assertTrue(meters.meterOf(licenseId).frozen);
        vm.warp(block.timestamp + THAW + 1);
        vm.expectRevert(_frozen(licenseId));
        meters.settle(licenseId, offer);
    }

    function test_RevertWhen_TheSellerWantsItClosed() external {
        _assertNotAllowed(seller);
    }

    function _assertNotAllowed(address caller) private {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.expectRevert(_notAllowed(licenseId, caller));
        vm.prank(caller);
        meters.close(licenseId, offer);
    }
}
