// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract ConfirmTest is EscrowTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        vm.prank(buyer);
        escrow.confirm(licenseId, _altered(offer));
    }

    function test_RevertWhen_TheCallerIsNotTheHolder() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectRevert(_notAllowed(licenseId, stranger));
        vm.prank(stranger);
        escrow.confirm(licenseId, offer);
    }

    function test_RevertGiven_TheHoldIsNeitherHeldNorDelivered() external {
        uint256 allowed = _bit(IEscrowRail.HoldState.Held) | _bit(IEscrowRail.HoldState.Delivered);
        _assertOnlyIn(allowed, buyer, escrow.confirm.selector);
    }

    function test_RevertGiven_ADisputeFrozeTheMoneyBeforeTheConfirmation() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        _freeze(licenseId);
        vm.expectRevert(_frozen(licenseId));
        vm.prank(buyer);
        escrow.confirm(licenseId, offer);
    }

    function test_GivenTheHoldIsHeld() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.DeliveryConfirmed(licenseId, buyer);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.HoldReleased(licenseId, address(usdc), PRICE);
        vm.prank(buyer);
        escrow.confirm(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Released);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE), "owner");
        assertEq(usdc.balanceOf(address(escrow)), 0, "escrow");
        assertTrue(licenses.isLive(licenseId), "license lives on");
    }

    function test_GivenTheHoldIsDelivered() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        vm.prank(buyer);
        escrow.confirm(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Released);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE), "owner");
        assertEq(escrow.holdOf(licenseId).deadline, 0, "no deadline left");
    }
}
