// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

contract DisputeManagerConcludeTest is DisputeFixture {
    uint128 private constant CONTEST_BOND = 10e6;

    function test_RevertWhen_TheDisputeRuns() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        uint256 from = block.timestamp + RESPONSE + REFER + 1;
        forward(RESPONSE + REFER);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_TooEarly.selector, disputeId, from));
        disputes.conclude(disputeId, offer);
        disputes.refer(disputeId, "");
        from = block.timestamp + RULING + 1;
        forward(RULING);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_TooEarly.selector, disputeId, from));
        disputes.conclude(disputeId, offer);
        council2(disputeId, refundOf(ALL));
        from = block.timestamp + APPEAL + 1;
        forward(APPEAL);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_TooEarly.selector, disputeId, from));
        disputes.conclude(disputeId, offer);
    }

    function test_RevertWhen_TheDisputeIsOver() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        decide(disputeId, offer, rejection());
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeTypes.DisputeManager_WrongPhase.selector, disputeId, IDisputeTypes.Phase.Closed
            )
        );
        disputes.conclude(disputeId, offer);
    }

    function test_RevertWhen_TheOfferIsAnotherOne() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        forward(RESPONSE + REFER + 1);
        bytes32 expected = keccak256(abi.encode(offer));
        offer.token = address(1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeTypes.DisputeManager_WrongOffer.selector, licenseId, expected, keccak256(abi.encode(offer))
            )
        );
        disputes.conclude(disputeId, offer);
    }

    function test_GivenNobodyReferredItInTime() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        (uint256 seller, uint256 buyer) = (usdc.balanceOf(alice), usdc.balanceOf(bob));
        forward(RESPONSE + REFER + 1);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.DisputeClosed(disputeId, IDisputeTypes.Outcome.Dropped, 0, LICENSE_BOND);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Dropped);
        assertEq(usdc.balanceOf(alice), seller + LICENSE_BOND, "the bond");
        assertEq(usdc.balanceOf(bob), buyer, "nothing");
        assertFalse(isFrozen(licenseId), "free");
        // Not ruled on: it may be claimed again.
        file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
    }

    function test_GivenTheJudgeWasDelistedBeforeItWasAsked() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        uint256 buyer = usdc.balanceOf(bob);
        vm.prank(governance);
        disputes.delistArbitrator(councilJudge);
        forward(RESPONSE + 1);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Unruled);
        assertEq(usdc.balanceOf(bob), buyer + LICENSE_BOND, "the bond");
        assertFalse(isFrozen(licenseId), "free");
    }

    function test_GivenNoRulingInTimeAndAnAnswer() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        uint256 buyer = usdc.balanceOf(bob);
        bringToCouncil(disputeId, offer);
        forward(RULING + 1);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Unruled);
        assertEq(usdc.balanceOf(bob), buyer + LICENSE_BOND, "the bond");
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Held), "held");
        assertFalse(isFrozen(licenseId), "free");
        // The rail goes its own way: the delivery is late.
        escrow.refundUndelivered(licenseId, offer);
    }

    function test_GivenNoRulingInTimeAndNoAnswer() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        uint256 buyer = usdc.balanceOf(bob);
        bringUnanswered(disputeId);
        forward(RULING + 1);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Silent);
        assertEq(usdc.balanceOf(bob), buyer + LICENSE_BOND + PRICE, "price and bond");
        assertFalse(licenseToken.isLive(licenseId), "ended by its refund");
        (Offer memory other, uint256 second) = buyEscrow();
        disputeId = file(alice, IDisputeTypes.Reason.BreachOfTerms, second, other);
        bringUnanswered(disputeId);
        forward(RULING + 1);
        disputes.conclude(disputeId, other);
        assertEnded(disputeId, IDisputeTypes.Outcome.Silent);
        assertTrue(licenseToken.isLive(second), "nobody's access is cut");
    }

    function test_GivenNoRulingInTimeOnATakedownThatNobodyAnswered() external {
        uint256 datasetId = publishDataset(alice);
        uint256 disputeId = file(mallory, IDisputeTypes.Reason.Privacy, versionId(datasetId, 1), none);
        bringUnanswered(disputeId);
        forward(RULING + 1);
        disputes.conclude(disputeId, none);
        assertEnded(disputeId, IDisputeTypes.Outcome.Silent);
        assertStatus(datasetId, IDatasetRegistry.Status.Quarantined);
        // Governance alone lifts it.
        vm.prank(governance);
        registry.reinstate(datasetId, 1);
        assertStatus(datasetId, IDatasetRegistry.Status.Trainable);
    }

    function test_GivenNoRulingInTimeOnAContest() external {
        (Offer memory offer, uint256 licenseId) = contested();
        uint256 defaultAt = escrow.holdOf(licenseId).deadline;
        forward(10 days);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.Contested, licenseId, offer);
        bringUnanswered(disputeId);
        forward(RULING + 1);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Silent);
        uint256 frozenFor = RESPONSE + 1 + RULING + 1;
        assertEq(escrow.holdOf(licenseId).deadline, defaultAt + frozenFor, "as much later");
        vm.expectRevert();
        escrow.applyDefault(licenseId, offer);
        // The offer's own arbitrator still has the time that was left.
        vm.prank(arbitrator);
        escrow.rule(licenseId, offer, 50e6);
    }

    function test_GivenARulingThatRefundsInPart() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        uint256 buyer = usdc.balanceOf(bob);
        bringToCouncil(disputeId, offer);
        council2(disputeId, refundOf(30e6));
        forward(APPEAL + 1);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.LicenseSettled(licenseId, 30e6, 70e6);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Upheld);
        assertEq(usdc.balanceOf(bob), buyer + 30e6 + LICENSE_BOND, "a part, and the bond");
        assertFalse(licenseToken.isLive(licenseId), "ended");
        // The rest, less the fee, is the seller's.
        assertEq(usdc.balanceOf(alice), 10_000e6 + 70e6 - uint256(70e6) * FEE_BPS / 10_000, "released");
    }

    function test_GivenARulingThatRejects() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        uint256 seller = usdc.balanceOf(alice);
        decide(disputeId, offer, rejection());
        assertEnded(disputeId, IDisputeTypes.Outcome.Rejected);
        assertEq(usdc.balanceOf(alice), seller + LICENSE_BOND, "the bond");
        assertFalse(isFrozen(licenseId), "free");
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Held), "held");
        assertTrue(licenseToken.isLive(licenseId), "live");
    }

    function test_GivenAContestThatTheBuyerWon() external {
        (Offer memory offer, uint256 licenseId) = contested();
        uint256 buyer = usdc.balanceOf(bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.Contested, licenseId, offer);
        decide(disputeId, offer, refundOf(ALL));
        assertEq(usdc.balanceOf(bob), buyer + PRICE + CONTEST_BOND, "price and the contest's bond");
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Refunded), "refunded");
    }

    function test_GivenAContestThatTheBuyerLost() external {
        (Offer memory offer, uint256 licenseId) = contested();
        uint256 seller = usdc.balanceOf(alice);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.Contested, licenseId, offer);
        decide(disputeId, offer, rejection());
        uint256 released = PRICE - PRICE * FEE_BPS / 10_000;
        assertEq(usdc.balanceOf(alice), seller + released + CONTEST_BOND + LICENSE_BOND, "price and both bonds");
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Released), "released");
        assertTrue(licenseToken.isLive(licenseId), "the license lives on");
    }

    function test_GivenAContestThatTheSellerBroughtAndWon() external {
        (Offer memory offer, uint256 licenseId) = contested();
        uint256 disputeId = file(alice, IDisputeTypes.Reason.Contested, licenseId, offer);
        bringToCouncil(disputeId, offer);
        IDisputeTypes.Ruling memory ruling = disputes.reliefOf(disputeId, true);
        assertEq(ruling.refund, 0, "released");
        council2(disputeId, ruling);
        finish(disputeId, offer);
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Released), "released");
    }

    function test_GivenAContestThatTheSellerBroughtAndLost() external {
        (Offer memory offer, uint256 licenseId) = contested();
        uint256 buyer = usdc.balanceOf(bob);
        uint256 disputeId = file(alice, IDisputeTypes.Reason.Contested, licenseId, offer);
        bringToCouncil(disputeId, offer);
        IDisputeTypes.Ruling memory ruling = disputes.reliefOf(disputeId, false);
        assertEq(ruling.refund, ALL, "all back");
        council2(disputeId, ruling);
        finish(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Rejected);
        assertEq(usdc.balanceOf(bob), buyer + PRICE + CONTEST_BOND + LICENSE_BOND, "price and both bonds");
    }

    function test_GivenARulingThatEndsTheLicense() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        uint256 disputeId = file(alice, IDisputeTypes.Reason.BreachOfTerms, licenseId, offer);
        IDisputeTypes.Ruling memory ruling = refundOf(0);
        ruling.endsAt = 1;
        decide(disputeId, offer, ruling);
        assertFalse(licenseToken.isLive(licenseId), "revoked");
        // The money is another matter: it stays where the rail's terms put it.
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Held), "held");
    }

    function test_GivenARulingThatShortensTheLicense() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        uint256 disputeId = file(alice, IDisputeTypes.Reason.BreachOfTerms, licenseId, offer);
        IDisputeTypes.Ruling memory ruling = refundOf(0);
        ruling.endsAt = uint40(block.timestamp + 60 days);
        decide(disputeId, offer, ruling);
        assertTrue(licenseToken.isLive(licenseId), "until then");
        assertEq(disputes.heldOf(licenseId).endsAt, ruling.endsAt, "known");
        vm.warp(ruling.endsAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_NothingDue.selector, licenseId));
        disputes.endLicense(licenseId);
        vm.warp(ruling.endsAt);
        vm.prank(mallory);
        disputes.endLicense(licenseId);
        assertFalse(licenseToken.isLive(licenseId), "ended");
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_NothingDue.selector, licenseId));
        disputes.endLicense(licenseId);
    }

    function test_GivenATakedownUpheldWithSuspension() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        uint256 disputeId = _takedown(IDisputeTypes.Reason.Privacy, offer.datasetId, true);
        assertStatus(offer.datasetId, IDatasetRegistry.Status.Suspended);
        assertEq(uint8(licenseToken.accessOf(licenseId, bob, 1, 1)), 12, "suspended");
        assertEnded(disputeId, IDisputeTypes.Outcome.Upheld);
    }

    function test_GivenATakedownUpheldWithQuarantine() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        uint256 id = versionId(offer.datasetId, 1);
        uint256 other = file(carol, IDisputeTypes.Reason.Copyright, id, none);
        _takedown(IDisputeTypes.Reason.Copyright, offer.datasetId, true);
        assertStatus(offer.datasetId, IDatasetRegistry.Status.Quarantined);
        assertEq(uint8(licenseToken.accessOf(licenseId, bob, 1, 1)), 1, "licenses live on");
        // Another claim that ends does not lift what was ruled.
        vm.prank(carol);
        disputes.withdraw(other, none);
        assertStatus(offer.datasetId, IDatasetRegistry.Status.Quarantined);
    }

    function test_GivenATakedownRejected() external {
        uint256 datasetId = publishDataset(alice);
        uint256 seller = usdc.balanceOf(alice);
        _takedown(IDisputeTypes.Reason.Copyright, datasetId, false);
        assertStatus(datasetId, IDatasetRegistry.Status.Trainable);
        assertEq(usdc.balanceOf(alice), seller + VERSION_BOND, "the bond");
    }

    function test_GivenAGuardianSuspendedTheVersionMeanwhile() external {
        uint256 datasetId = publishDataset(alice);
        uint256 disputeId = file(mallory, IDisputeTypes.Reason.Copyright, versionId(datasetId, 1), none);
        vm.prank(governance);
        registry.restrictStatus(datasetId, 1, IDatasetRegistry.Status.Suspended);
        decide(disputeId, none, rejection());
        assertStatus(datasetId, IDatasetRegistry.Status.Suspended);
    }

    function test_GivenARecordToCorrect() external {
        uint256 datasetId = publishDataset(alice);
        uint256 disputeId = file(mallory, IDisputeTypes.Reason.FalseRecord, versionId(datasetId, 1), none);
        IDisputeTypes.Ruling memory ruling = refundOf(0);
        (ruling.correct, ruling.revokedRoot) = (true, keccak256("withdrawn"));
        decide(disputeId, none, ruling);
        assertEq(registry.revokedRootAt(datasetId, 1, uint40(block.timestamp)), keccak256("withdrawn"), "corrected");
        assertStatus(datasetId, IDatasetRegistry.Status.Trainable);
    }

    function test_GivenAnAppealThatNobodyRuledOn() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        council2(disputeId, refundOf(ALL));
        uint256 seller = usdc.balanceOf(alice);
        vm.prank(alice);
        disputes.appeal(disputeId, offer, "");
        assertEq(seller - usdc.balanceOf(alice), LICENSE_BOND * APPEAL_FACTOR, "posted");
        forward(RULING + 1);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Upheld);
        assertEq(usdc.balanceOf(alice), seller, "returned");
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Refunded), "as ruled first");
    }

    function test_GivenAPartyThatTheTokenRefuses() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        council2(disputeId, rejection());
        bytes memory pay = abi.encodeWithSignature("transfer(address,uint256)", alice, LICENSE_BOND);
        vm.mockCallRevert(address(usdc), pay, "blocked");
        finish(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Rejected);
        assertEq(disputes.deferredOf(alice, address(usdc)), LICENSE_BOND, "credited");
        vm.clearMockedCalls();
        disputes.claimDeferred(alice, address(usdc), alice);
        assertEq(usdc.balanceOf(address(disputes)), 0, "paid");
    }

    function _takedown(IDisputeTypes.Reason reason, uint256 datasetId, bool upheld)
        private
        returns (uint256 disputeId)
    {
        disputeId = file(mallory, reason, versionId(datasetId, 1), none);
        bringToCouncil(disputeId, none);
        council2(disputeId, disputes.reliefOf(disputeId, upheld));
        finish(disputeId, none);
    }
}
