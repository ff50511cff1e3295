// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract RequestWithdrawalTest is EscrowTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        vm.prank(buyer);
        escrow.requestWithdrawal(licenseId, _altered(offer));
    }

    function test_RevertGiven_TheHoldIsNotHeld() external {
        _assertOnlyIn(_bit(IEscrowRail.HoldState.Held), buyer, escrow.requestWithdrawal.selector);
    }

    function test_RevertWhen_TheCallerIsNotTheHolder() external {
        Offer memory offer = _offer();
        uint256 licenseId = _buyFor(offer, carol);
        vm.expectRevert(_notAllowed(licenseId, buyer));
        vm.prank(buyer);
        escrow.requestWithdrawal(licenseId, offer);
    }

    function test_RevertGiven_TheOfferHasNoCoolingOff() external {
        Offer memory offer = _offer();
        IEscrowRail.EscrowTerms memory t = _escrowTerms();
        (t.coolingOff, t.objectionWindow) = (0, 0);
        offer.railTerms = escrow.packTerms(t);
        uint256 licenseId = _held(offer);
        vm.expectRevert(_notAllowed(licenseId, buyer));
        vm.prank(buyer);
        escrow.requestWithdrawal(licenseId, offer);
    }

    function test_RevertWhen_TheCoolingOffTimeIsOver() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.warp(START + COOLING_OFF + 1);
        vm.expectRevert(_tooLate(licenseId, START + COOLING_OFF));
        vm.prank(buyer);
        escrow.requestWithdrawal(licenseId, offer);
    }

    function test_WhenTheHolderWithdrawsInTime() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.warp(START + COOLING_OFF);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.WithdrawalRequested(licenseId, buyer, START + COOLING_OFF + OBJECTION);
        vm.prank(buyer);
        escrow.requestWithdrawal(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Withdrawing);
        assertEq(escrow.holdOf(licenseId).requestedAt, START + COOLING_OFF, "requestedAt");
        assertEq(escrow.holdOf(licenseId).deadline, START + COOLING_OFF + OBJECTION, "deadline");
        assertEq(
            uint8(licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Frozen), "access"
        );
    }
}
