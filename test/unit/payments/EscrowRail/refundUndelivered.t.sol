// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { OddToken } from "../doubles/OddToken.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract RefundUndeliveredTest is EscrowTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        escrow.refundUndelivered(licenseId, _altered(offer));
    }

    function test_RevertGiven_TheHoldIsNotHeld() external {
        _assertOnlyIn(_bit(IEscrowRail.HoldState.Held), stranger, escrow.refundUndelivered.selector);
    }

    function test_RevertGiven_ADisputeFrozeTheMoneyBeforeTheRefund() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        _freeze(licenseId);
        vm.warp(START + SLA + 1);
        vm.expectRevert(_frozen(licenseId));
        escrow.refundUndelivered(licenseId, offer);
    }

    function test_RevertWhen_DeliveryIsStillInTime() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.warp(START + SLA);
        vm.expectRevert(_tooEarly(licenseId, START + SLA + 1));
        escrow.refundUndelivered(licenseId, offer);
    }

    function test_WhenDeliveryIsLate() external {
        Offer memory offer = _offer();
        uint256 before = usdc.balanceOf(buyer);
        uint256 licenseId = _held(offer);
        vm.warp(START + SLA + 1);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.HoldRefunded(licenseId, buyer, address(usdc), PRICE);
        vm.prank(stranger);
        escrow.refundUndelivered(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Refunded);
        assertEq(usdc.balanceOf(buyer), before, "payer");
        assertFalse(licenses.isLive(licenseId), "license");
    }

    function test_GivenTheLicenseChangedHands() external {
        Offer memory offer = _offer();
        uint256 before = usdc.balanceOf(buyer);
        uint256 licenseId = _held(offer);
        vm.prank(buyer);
        licenses.transferFrom(buyer, carol, licenseId);
        vm.warp(START + SLA + 1);
        escrow.refundUndelivered(licenseId, offer);
        assertEq(usdc.balanceOf(buyer), before, "payer");
        assertEq(usdc.balanceOf(carol), 0, "holder");
    }

    function test_GivenTheLicenseWasRevoked() external {
        Offer memory offer = _offer();
        uint256 before = usdc.balanceOf(buyer);
        uint256 licenseId = _held(offer);
        vm.prank(seller);
        licenses.revoke(licenseId);
        vm.warp(START + SLA + 1 days);
        escrow.refundUndelivered(licenseId, offer);
        assertEq(usdc.balanceOf(buyer), before, "payer");
    }

    function test_GivenTheTokenRefusesThePayer() external {
        OddToken token = _listOdd(6, false);
        Offer memory offer = _offer();
        offer.token = address(token);
        uint256 licenseId = _held(offer);
        token.refuse(buyer, true);
        vm.warp(START + SLA + 1);
        vm.expectEmit(address(escrow));
        emit IPaymentRail.PayoutDeferred(buyer, address(token), PRICE);
        escrow.refundUndelivered(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Refunded);
        assertEq(escrow.deferredOf(buyer, address(token)), PRICE, "credited");
        assertEq(token.balanceOf(address(escrow)), PRICE, "still here");
        assertFalse(licenses.isLive(licenseId), "license");
    }
}
