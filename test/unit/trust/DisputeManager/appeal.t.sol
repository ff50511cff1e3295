// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { ArbitratorDouble } from "../../../mocks/ArbitratorDouble.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

contract DisputeManagerAppealTest is DisputeFixture {
    uint128 private constant APPEAL_BOND = LICENSE_BOND * APPEAL_FACTOR;
    uint128 private constant COUNTER_BOND = VERSION_BOND * COUNTER_FACTOR;

    function test_RevertWhen_ThereIsNoRuling() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        vm.prank(alice);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Asked));
        disputes.appeal(disputeId, offer, "");
    }

    function test_RevertWhen_AThirdPartyAppeals() external {
        (uint256 disputeId, Offer memory offer) = _ruled(refundOf(ALL));
        vm.prank(provider);
        vm.expectRevert(_notAllowed(disputeId, provider));
        disputes.appeal(disputeId, offer, "");
    }

    function test_RevertWhen_TheAppealWindowHasPassed() external {
        (uint256 disputeId, Offer memory offer) = _ruled(refundOf(ALL));
        uint256 until = block.timestamp + APPEAL;
        forward(APPEAL + 1);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_TooLate.selector, disputeId, until));
        disputes.appeal(disputeId, offer, "");
    }

    function test_RevertWhen_ItWasAppealedBefore() external {
        (uint256 disputeId, Offer memory offer) = _ruled(refundOf(ALL));
        vm.prank(alice);
        disputes.appeal(disputeId, offer, "");
        councilRules(disputeId, 1, refundOf(1), 3);
        vm.prank(bob);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Ruled));
        disputes.appeal(disputeId, offer, "");
    }

    function test_RevertWhen_NoHigherArbitratorIsNamed() external {
        ArbitratorDouble judge = new ArbitratorDouble(disputes);
        vm.prank(governance);
        disputes.setArbitrator(address(judge), 0, RULING);
        Offer memory offer = escrowOffer();
        offer.arbitrator = address(judge);
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
        bringToCouncil(disputeId, offer);
        judge.rule(disputeId, true);
        vm.prank(alice);
        vm.expectRevert(IDisputeTypes.DisputeManager_NoArbitrator.selector);
        disputes.appeal(disputeId, offer, "");
    }

    function test_GivenEitherSideAppealsInTime() external {
        (uint256 disputeId, Offer memory offer) = _ruled(refundOf(ALL));
        forward(APPEAL);
        uint256 before = usdc.balanceOf(alice);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.DisputeAppealed(disputeId, alice, address(usdc), APPEAL_BOND);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.DisputeReferred(disputeId, 1, address(council), uint40(block.timestamp + RULING));
        vm.prank(alice);
        disputes.appeal(disputeId, offer, "");
        assertEq(before - usdc.balanceOf(alice), APPEAL_BOND, "bond");
        (address appellant, uint128 bond,) = disputes.bondsOf(disputeId);
        assertEq(appellant, alice, "appellant");
        assertEq(bond, APPEAL_BOND, "posted");
        assertEq(council.caseOf(disputeId, 1).threshold, 3, "the higher threshold");
        (disputeId, offer) = _ruled(rejection());
        vm.prank(bob);
        disputes.appeal(disputeId, offer, "");
    }

    function test_GivenTheAppealWins() external {
        (uint256 disputeId, Offer memory offer) = _ruled(refundOf(ALL));
        uint256 seller = usdc.balanceOf(alice);
        vm.prank(alice);
        disputes.appeal(disputeId, offer, "");
        councilRules(disputeId, 1, rejection(), 3);
        forward(1);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Rejected);
        assertEq(usdc.balanceOf(alice), seller + LICENSE_BOND, "its own, and the claimant's");
        assertEq(usdc.balanceOf(address(disputes)), 0, "nothing left");
    }

    function test_GivenTheAppealLoses() external {
        (uint256 disputeId, Offer memory offer) = _ruled(refundOf(ALL));
        uint256 buyer = usdc.balanceOf(bob);
        vm.prank(alice);
        disputes.appeal(disputeId, offer, "");
        councilRules(disputeId, 1, refundOf(60e6), 3);
        forward(1);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Upheld);
        assertEq(usdc.balanceOf(bob), buyer + 60e6 + LICENSE_BOND + APPEAL_BOND, "the last ruling, and all bonds");
    }

    function test_GivenARevocationIsAppealed() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        uint256 disputeId = file(alice, IDisputeTypes.Reason.BreachOfTerms, licenseId, offer);
        bringToCouncil(disputeId, offer);
        IDisputeTypes.Ruling memory ruling = refundOf(0);
        ruling.endsAt = 1;
        council2(disputeId, ruling);
        assertEq(uint8(licenseToken.accessOf(licenseId, bob, 1, 1)), uint8(ILicenseToken.Access.Granted), "not yet");
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.LicenseHeld(licenseId, false, true, 1);
        vm.prank(bob);
        disputes.appeal(disputeId, offer, "");
        assertEq(uint8(licenseToken.accessOf(licenseId, bob, 1, 1)), uint8(ILicenseToken.Access.Frozen), "interim");
        uint256 snapshot = vm.snapshotState();
        councilRules(disputeId, 1, rejection(), 3);
        forward(1);
        disputes.conclude(disputeId, offer);
        assertEq(uint8(licenseToken.accessOf(licenseId, bob, 1, 1)), uint8(ILicenseToken.Access.Granted), "free");
        assertEq(disputes.heldOf(licenseId).access, 0, "nobody holds it");
        vm.revertToState(snapshot);
        councilRules(disputeId, 1, ruling, 3);
        forward(1);
        disputes.conclude(disputeId, offer);
        assertEq(uint8(licenseToken.accessOf(licenseId, bob, 1, 1)), uint8(ILicenseToken.Access.Revoked), "revoked");
    }

    // ---- counter-bonds

    function test_CounterBond_RevertWhen_TheClaimStopsNoSales() external {
        (uint256 disputeId,,) = fileNotDelivered();
        vm.prank(alice);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Open));
        disputes.counterBond(disputeId);
    }

    function test_CounterBond_RevertWhen_AnotherThanTheRespondentPostsIt() external {
        (uint256 disputeId,) = _takedown();
        vm.prank(carol);
        vm.expectRevert(_notAllowed(disputeId, carol));
        disputes.counterBond(disputeId);
    }

    function test_CounterBond_RevertWhen_ThereIsARulingAlready() external {
        (uint256 disputeId,) = _takedown();
        bringToCouncil(disputeId, none);
        council2(disputeId, rejection());
        vm.prank(alice);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Ruled));
        disputes.counterBond(disputeId);
        vm.prank(mallory);
        disputes.appeal(disputeId, none, "");
        vm.prank(alice);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Asked));
        disputes.counterBond(disputeId);
    }

    function test_CounterBond_RevertWhen_ItWasPostedBefore() external {
        (uint256 disputeId,) = _takedown();
        vm.startPrank(alice);
        disputes.counterBond(disputeId);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Open));
        disputes.counterBond(disputeId);
        vm.stopPrank();
    }

    function test_CounterBond_GivenTheOwnerPostsIt() external {
        (uint256 disputeId, uint256 datasetId) = _takedown();
        uint256 before = usdc.balanceOf(alice);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.CounterBondPosted(disputeId, alice, address(usdc), COUNTER_BOND);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.DisputeAnswered(disputeId, alice);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.SalesStopped(datasetId, 1, false, 0);
        vm.prank(alice);
        disputes.counterBond(disputeId);
        assertStatus(datasetId, IDatasetRegistry.Status.Trainable);
        assertEq(before - usdc.balanceOf(alice), COUNTER_BOND, "posted");
        disputes.refer(disputeId, "");
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "it counts as the answer");
    }

    function test_CounterBond_GivenAnotherTakedownStopsSalesToo() external {
        (uint256 disputeId, uint256 datasetId) = _takedown();
        uint256 other = file(carol, IDisputeTypes.Reason.Privacy, versionId(datasetId, 1), none);
        vm.prank(alice);
        disputes.counterBond(disputeId);
        assertStatus(datasetId, IDatasetRegistry.Status.Quarantined);
        vm.prank(alice);
        disputes.counterBond(other);
        assertStatus(datasetId, IDatasetRegistry.Status.Trainable);
    }

    function test_CounterBond_GivenTheClaimIsUpheld() external {
        (uint256 disputeId, uint256 datasetId) = _takedown();
        vm.prank(alice);
        disputes.counterBond(disputeId);
        uint256 before = usdc.balanceOf(mallory);
        bringToCouncil(disputeId, none);
        council2(disputeId, disputes.reliefOf(disputeId, true));
        finish(disputeId, none);
        assertStatus(datasetId, IDatasetRegistry.Status.Quarantined);
        assertEq(usdc.balanceOf(mallory), before + VERSION_BOND + COUNTER_BOND, "both bonds");
        assertEq(usdc.balanceOf(address(disputes)), 0, "nothing left");
    }

    function test_CounterBond_GivenTheClaimIsRejected() external {
        (uint256 disputeId, uint256 datasetId) = _takedown();
        uint256 before = usdc.balanceOf(alice);
        vm.prank(alice);
        disputes.counterBond(disputeId);
        decide(disputeId, none, rejection());
        assertStatus(datasetId, IDatasetRegistry.Status.Trainable);
        assertEq(usdc.balanceOf(alice), before + VERSION_BOND, "its own back, and the claimant's");
    }

    function _takedown() private returns (uint256 disputeId, uint256 datasetId) {
        datasetId = publishDataset(alice);
        disputeId = file(mallory, IDisputeTypes.Reason.Copyright, versionId(datasetId, 1), none);
    }

    function _ruled(IDisputeTypes.Ruling memory ruling) private returns (uint256 disputeId, Offer memory offer) {
        (disputeId,, offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        council2(disputeId, ruling);
    }

    function _wrongPhase(uint256 disputeId, IDisputeTypes.Phase phase) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_WrongPhase.selector, disputeId, phase);
    }

    function _notAllowed(uint256 disputeId, address by) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_NotAllowed.selector, disputeId, by);
    }
}
