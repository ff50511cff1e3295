// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

contract DisputeManagerApplyFaultTest is DisputeFixture {
    function test_RevertWhen_TheCallerProvesNoFaults() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_NotVerifier.selector, mallory));
        disputes.applyFault(licenseId, offer, mallory);
    }

    function test_RevertWhen_TheOfferOfTheFaultIsAnotherOne() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        bytes32 expected = keccak256(abi.encode(offer));
        offer.price -= 1;
        vm.prank(_addressOf("ObjectiveFaults"));
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeTypes.DisputeManager_WrongOffer.selector, licenseId, expected, keccak256(abi.encode(offer))
            )
        );
        disputes.applyFault(licenseId, offer, mallory);
    }

    function test_GivenMoneyIsHeld() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        uint256 before = usdc.balanceOf(bob);
        address faults = _addressOf("ObjectiveFaults");
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.FaultApplied(licenseId, faults, mallory, PRICE);
        vm.prank(faults);
        assertEq(disputes.applyFault(licenseId, offer, mallory), PRICE, "refunded");
        assertEq(usdc.balanceOf(bob), before + PRICE, "paid back");
        assertFalse(licenseToken.isLive(licenseId), "ended");
    }

    function test_GivenTheHoldIsContested() external {
        (Offer memory offer, uint256 licenseId) = contested();
        uint256 before = usdc.balanceOf(bob);
        vm.prank(_addressOf("ServiceChallenges"));
        assertEq(disputes.applyFault(licenseId, offer, mallory), PRICE, "refunded");
        assertEq(usdc.balanceOf(bob), before + PRICE + 10e6, "price and bond");
    }

    function test_GivenNothingIsHeld() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        vm.prank(bob);
        escrow.confirm(licenseId, offer);
        vm.startPrank(_addressOf("ObjectiveFaults"));
        assertEq(disputes.applyFault(licenseId, offer, mallory), 0, "nothing");
        assertEq(disputes.applyFault(licenseId, offer, mallory), 0, "nothing again");
        vm.stopPrank();
        assertTrue(licenseToken.isLive(licenseId), "lives on");
    }

    function test_GivenADisputeHoldsTheMoney() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        vm.prank(_addressOf("ObjectiveFaults"));
        assertEq(disputes.applyFault(licenseId, offer, mallory), PRICE, "refunded");
        uint256 before = usdc.balanceOf(bob);
        council2(disputeId, refundOf(ALL));
        finish(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Upheld);
        assertEq(usdc.balanceOf(bob), before + LICENSE_BOND, "the bond alone");
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Refunded), "once");
    }

    function test_GivenARefundIsDueToADisputeThatEnded() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        uint256 other = file(bob, IDisputeTypes.Reason.NotAsDescribed, licenseId, offer);
        decide(disputeId, offer, refundOf(30e6));
        assertEq(disputes.heldOf(licenseId).owed, 30e6, "due");
        vm.prank(_addressOf("ObjectiveFaults"));
        assertEq(disputes.applyFault(licenseId, offer, mallory), PRICE, "all");
        assertEq(disputes.heldOf(licenseId).owed, 0, "nothing is due any more");
        forward(RESPONSE + REFER);
        disputes.conclude(other, offer);
        assertEnded(other, IDisputeTypes.Outcome.Dropped);
    }
}
