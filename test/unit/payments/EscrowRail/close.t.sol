// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract CloseTest is EscrowTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        escrow.close(licenseId, _altered(offer));
    }

    function test_WhenTheDisputeManagerCloses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        _freeze(licenseId);
        vm.prank(disputes);
        escrow.close(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Released);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE), "owner");
    }

    function test_GivenDeliveryIsLate() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.warp(START + SLA + 1);
        vm.prank(stranger);
        escrow.close(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Refunded);
    }

    function test_GivenTheWithdrawalCanTakeEffect() external {
        Offer memory offer = _offer();
        uint256 licenseId = _withdrawing(offer);
        vm.warp(START + OBJECTION + 1);
        vm.prank(stranger);
        escrow.close(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Refunded);
    }

    function test_WhenTheHolderClosesWithinCoolingOff() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.prank(buyer);
        escrow.close(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Withdrawing);
    }

    function test_RevertWhen_AStrangerClosesWithinCoolingOff() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectRevert(_notAllowed(licenseId, stranger));
        vm.prank(stranger);
        escrow.close(licenseId, offer);
    }

    function test_RevertGiven_TheTermsAllowNothingAnyMore() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.warp(START + COOLING_OFF + 1);
        vm.expectRevert(_tooLate(licenseId, START + COOLING_OFF));
        vm.prank(buyer);
        escrow.close(licenseId, offer);
        uint256 released = _released(offer);
        vm.expectRevert(_wrongState(released, IEscrowRail.HoldState.Released));
        vm.prank(buyer);
        escrow.close(released, offer);
    }
}
