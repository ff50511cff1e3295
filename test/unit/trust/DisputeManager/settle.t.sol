// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { Messages, Settlement } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { TermsFlags } from "../../../../contracts/types/Uses.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

contract DisputeManagerSettleTest is DisputeFixture {
    function test_RevertWhen_TheTermsHaveExpired() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        Settlement memory terms = _terms(disputeId, 40e6);
        (bytes memory buyers, bytes memory sellers) = _signatures(terms);
        vm.warp(terms.deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeTypes.DisputeManager_TooLate.selector, disputeId, terms.deadline)
        );
        disputes.settle(terms, offer, buyers, sellers);
    }

    function test_RevertWhen_TheDisputeHasEndedBefore() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        Settlement memory terms = _terms(disputeId, 0);
        (bytes memory buyers, bytes memory sellers) = _signatures(terms);
        disputes.settle(terms, offer, buyers, sellers);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Closed));
        disputes.settle(terms, offer, buyers, sellers);
    }

    function test_RevertWhen_AThirdPartyBringsOneSignature() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        Settlement memory terms = _terms(disputeId, 40e6);
        (bytes memory buyers,) = _signatures(terms);
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_NotAllowed.selector, disputeId, mallory));
        disputes.settle(terms, offer, buyers, "");
    }

    function test_RevertWhen_TheClaimantWouldGetMoreThanItsBond() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        Settlement memory terms = _terms(disputeId, 0);
        terms.claimantBond = LICENSE_BOND + 1;
        _bad(terms, offer, "claimantBond");
    }

    function test_RevertWhen_ARefundIsAgreedAboutSomethingElseThanALicense() external {
        uint256 datasetId = publishDataset(alice);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.Copyright, versionId(datasetId, 1), none);
        Settlement memory terms = _terms(disputeId, 1);
        _bad(terms, none, "refund");
        (terms.refund, terms.revoke) = (0, true);
        _bad(terms, none, "revoke");
    }

    function test_RevertWhen_ALicenseIsToEndThatNeitherSideHolds() external {
        ITermsRegistry.Terms memory t = defaultTerms();
        t.flags |= TermsFlags.TRANSFERABLE;
        uint256 datasetId = publishDataset(alice);
        addEncoding(datasetId, 1);
        Offer memory offer = escrowOfferOf(datasetId, registerTerms(t));
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
        vm.prank(bob);
        licenseToken.transferFrom(bob, carol, licenseId);
        Settlement memory terms = _terms(disputeId, 0);
        terms.revoke = true;
        _bad(terms, offer, "revoke");
    }

    function test_RevertWhen_MoreIsToGoBackThanIsHeld() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        _bad(_terms(disputeId, PRICE + 1), offer, "refund");
    }

    function test_WhenASignatureIsOfOtherTermsAnotherChainOrAnotherDispute() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        Settlement memory terms = _terms(disputeId, 40e6);
        Settlement memory others = _terms(disputeId, 30e6);
        (bytes memory buyers, bytes memory sellers) = _signatures(others);
        _counts(terms, offer, buyers, sellers);
        others = _terms(disputeId + 1, 40e6);
        (buyers, sellers) = _signatures(others);
        _counts(terms, offer, buyers, sellers);
        vm.chainId(5);
        (buyers, sellers) = _signatures(terms);
        vm.chainId(31_337);
        _counts(terms, offer, buyers, sellers);
        // The right one of one side with the wrong one of the other.
        (buyers,) = _signatures(terms);
        _counts(terms, offer, buyers, sellers);
    }

    function test_GivenBothSidesSigned() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        Settlement memory terms = _terms(disputeId, 40e6);
        terms.claimantBond = 2e6;
        (bytes memory buyers, bytes memory sellers) = _signatures(terms);
        (uint256 buyer, uint256 seller) = (usdc.balanceOf(bob), usdc.balanceOf(alice));
        vm.warp(terms.deadline);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.DisputeSettled(disputeId, terms);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.DisputeClosed(disputeId, IDisputeTypes.Outcome.Settled, 2e6, LICENSE_BOND - 2e6);
        vm.prank(mallory);
        disputes.settle(terms, offer, buyers, sellers);
        assertEnded(disputeId, IDisputeTypes.Outcome.Settled);
        assertEq(usdc.balanceOf(bob), buyer + 40e6 + 2e6, "buyer");
        uint256 released = 60e6 - uint256(60e6) * FEE_BPS / 10_000;
        assertEq(usdc.balanceOf(alice), seller + released + LICENSE_BOND - 2e6, "seller");
        assertFalse(licenseToken.isLive(licenseId), "ended by the refund");
    }

    function test_GivenEachSideCalls() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        uint256 disputeId = file(alice, IDisputeTypes.Reason.BreachOfTerms, licenseId, offer);
        Settlement memory terms = _terms(disputeId, 0);
        terms.revoke = true;
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.SettlementOffered(disputeId, bob, terms);
        vm.prank(bob);
        disputes.settle(terms, offer, "", "");
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Open), "an offer");
        // Other terms are another offer.
        terms.claimantBond = 1;
        vm.prank(alice);
        disputes.settle(terms, offer, "", "");
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Open), "another offer");
        terms.claimantBond = 0;
        vm.prank(alice);
        disputes.settle(terms, offer, "", "");
        assertEnded(disputeId, IDisputeTypes.Outcome.Settled);
        assertFalse(licenseToken.isLive(licenseId), "ended as agreed");
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Held), "money as before");
    }

    function test_GivenOneSideCallsWithTheSignatureOfTheOther() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        Settlement memory terms = _terms(disputeId, PRICE);
        (bytes memory buyers,) = _signatures(terms);
        vm.prank(alice);
        disputes.settle(terms, offer, buyers, "");
        assertEnded(disputeId, IDisputeTypes.Outcome.Settled);
    }

    function test_GivenAnAppealRuns() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        council2(disputeId, refundOf(ALL));
        uint256 seller = usdc.balanceOf(alice);
        vm.prank(alice);
        disputes.appeal(disputeId, offer, "");
        Settlement memory terms = _terms(disputeId, PRICE);
        (bytes memory buyers, bytes memory sellers) = _signatures(terms);
        disputes.settle(terms, offer, buyers, sellers);
        assertEq(usdc.balanceOf(alice), seller + LICENSE_BOND, "appeal's bond back, and what was agreed");
        assertEq(usdc.balanceOf(address(disputes)), 0, "nothing left");
    }

    function test_GivenAContestedHoldAndNothingToRefund() external {
        (Offer memory offer, uint256 licenseId) = contested();
        uint256 disputeId = file(bob, IDisputeTypes.Reason.Contested, licenseId, offer);
        Settlement memory terms = _terms(disputeId, 0);
        (bytes memory buyers, bytes memory sellers) = _signatures(terms);
        disputes.settle(terms, offer, buyers, sellers);
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Released), "released");
    }

    function test_GivenATakedown() external {
        uint256 datasetId = publishDataset(alice);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.Copyright, versionId(datasetId, 1), none);
        Settlement memory terms = _terms(disputeId, 0);
        terms.claimantBond = VERSION_BOND;
        (bytes memory buyers, bytes memory sellers) = _signatures(terms);
        uint256 before = usdc.balanceOf(bob);
        disputes.settle(terms, none, buyers, sellers);
        assertEq(usdc.balanceOf(bob), before + VERSION_BOND, "bond back");
        assertStatus(datasetId, IDatasetRegistry.Status.Trainable);
        (, uint32 rejected) = disputes.stoppedOf(datasetId, 1);
        assertEq(rejected, 0, "not rejected");
    }

    // ---- withdrawal

    function test_Withdraw_RevertWhen_AnotherThanTheClaimantWithdraws() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_NotAllowed.selector, disputeId, alice));
        disputes.withdraw(disputeId, offer);
    }

    function test_Withdraw_RevertWhen_ThereIsARulingToAppealOrDo() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        council2(disputeId, rejection());
        vm.prank(bob);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Ruled));
        disputes.withdraw(disputeId, offer);
        vm.startPrank(bob);
        disputes.appeal(disputeId, offer, "");
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Asked));
        disputes.withdraw(disputeId, offer);
        vm.stopPrank();
    }

    function test_Withdraw_GivenThereIsNone() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        uint256 seller = usdc.balanceOf(alice);
        vm.prank(bob);
        disputes.withdraw(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Withdrawn);
        assertEq(usdc.balanceOf(alice), seller + LICENSE_BOND, "the bond");
        assertFalse(isFrozen(licenseId), "free");
        // An arbitrator that rules afterwards is not heard.
        vm.prank(councillors[0]);
        council.vote(disputeId, 0, rejection());
        vm.prank(councillors[1]);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Closed));
        council.vote(disputeId, 0, rejection());
    }

    function _terms(uint256 disputeId, uint128 refund) private view returns (Settlement memory) {
        return Settlement({
            disputeId: disputeId,
            refund: refund,
            revoke: false,
            claimantBond: 0,
            deadline: uint40(block.timestamp + 1 days)
        });
    }

    function _signatures(Settlement memory terms) private view returns (bytes memory buyers, bytes memory sellers) {
        bytes32 structHash = Messages.hash(terms);
        return (sign(bobKey, structHash), sign(aliceKey, structHash));
    }

    function _counts(Settlement memory terms, Offer memory offer, bytes memory buyers, bytes memory sellers) private {
        vm.prank(mallory);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeTypes.DisputeManager_NotAllowed.selector, terms.disputeId, mallory)
        );
        disputes.settle(terms, offer, buyers, sellers);
    }

    function _bad(Settlement memory terms, Offer memory offer, bytes32 field) private {
        (bytes memory buyers, bytes memory sellers) = _signatures(terms);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeTypes.DisputeManager_BadSettlement.selector, terms.disputeId, field)
        );
        disputes.settle(terms, offer, buyers, sellers);
    }

    function _wrongPhase(uint256 disputeId, IDisputeTypes.Phase phase) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_WrongPhase.selector, disputeId, phase);
    }
}
