// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import { ERC1967Utils } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";

import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { DisputeManager } from "../../../../contracts/trust/DisputeManager.sol";
import { DisputeFlags } from "../../../../contracts/trust/DisputeReasons.sol";
import { CouncilArbitrator } from "../../../../contracts/trust/arbitration/CouncilArbitrator.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

contract DisputeManagerOpenTest is DisputeFixture {
    function test_RevertWhen_GovernanceHasSetNothing() external {
        address implementation = address(uint160(uint256(vm.load(address(disputes), ERC1967Utils.IMPLEMENTATION_SLOT))));
        bytes memory init = abi.encodeWithSignature("initialize(address)", accessManager);
        DisputeManager fresh = DisputeManager(address(new ERC1967Proxy(implementation, init)));
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.NotDelivered, licenseId);
        vm.prank(bob);
        vm.expectRevert(IDisputeTypes.DisputeManager_NoArbitrator.selector);
        fresh.open(claim, offer, evidence());
    }

    function test_RevertWhen_TheClaimHasNoReason() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        _refused(bob, claimOf(IDisputeTypes.Reason.None, licenseId), offer, _bad("reason"));
    }

    function test_RevertWhen_TheEventLiesInTheFuture() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.NotDelivered, licenseId);
        ++claim.occurredAt;
        _refused(bob, claim, offer, _bad("occurredAt"));
    }

    function test_RevertWhen_TheEventIsOlderThanTheLimitation() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.NotDelivered, licenseId);
        forward(LIMITATION);
        vm.prank(bob);
        (IDisputeTypes.Answer answer,,,,) = disputes.check(claim, offer, bob);
        assertEq(uint8(answer), uint8(IDisputeTypes.Answer.Fine), "last second");
        forward(1);
        _refused(bob, claim, offer, _answered(IDisputeTypes.Answer.TooOld));
    }

    function test_RevertWhen_TheEventIsOlderThanTheLicense() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.NotDelivered, licenseId);
        --claim.occurredAt;
        _refused(bob, claim, offer, _bad("occurredAt"));
    }

    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        bytes32 expected = keccak256(abi.encode(offer));
        ++offer.price;
        _refused(
            bob,
            claimOf(IDisputeTypes.Reason.NotDelivered, licenseId),
            offer,
            abi.encodeWithSelector(
                IDisputeTypes.DisputeManager_WrongOffer.selector, licenseId, expected, keccak256(abi.encode(offer))
            )
        );
    }

    function test_RevertWhen_AStrangerClaimsAboutALicense() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        _refused(mallory, claimOf(IDisputeTypes.Reason.NotDelivered, licenseId), offer, _notAllowed(mallory));
        _refused(mallory, claimOf(IDisputeTypes.Reason.BreachOfTerms, licenseId), offer, _notAllowed(mallory));
    }

    function test_RevertWhen_TheSellerGivesABuyersReason() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        _refused(alice, claimOf(IDisputeTypes.Reason.NotDelivered, licenseId), offer, _notAllowed(alice));
    }

    function test_RevertWhen_TheBuyerGivesASellersReason() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        _refused(bob, claimOf(IDisputeTypes.Reason.BreachOfTerms, licenseId), offer, _notAllowed(bob));
    }

    function test_RevertWhen_SomebodyDisputesWithItself() external {
        uint256 datasetId = publishDataset(alice);
        _refused(alice, claimOf(IDisputeTypes.Reason.Copyright, versionId(datasetId, 1)), none, _bad("respondent"));
        usdc.mint(alice, FUNDS);
        vm.startPrank(alice);
        usdc.approve(address(market), type(uint256).max);
        vm.stopPrank();
        Offer memory offer = openEscrowOffer();
        uint256 licenseId = buy(offer, alice);
        _refused(alice, claimOf(IDisputeTypes.Reason.NotDelivered, licenseId), offer, _bad("respondent"));
    }

    function test_RevertWhen_NothingIsHeldAnyMore() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        vm.prank(bob);
        escrow.confirm(licenseId, offer);
        bytes memory answer = _answered(IDisputeTypes.Answer.NothingHeld);
        _refused(bob, claimOf(IDisputeTypes.Reason.NotDelivered, licenseId), offer, answer);
        // Nor does a bond, where there are none.
        vm.etch(address(providerBond), "");
        _refused(bob, claimOf(IDisputeTypes.Reason.FalseEncoding, licenseId), offer, answer);
    }

    function test_RevertWhen_ALicenseThatIsOverIsToBeEnded() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        bytes memory answer = _answered(IDisputeTypes.Answer.Over);
        uint256 snapshot = vm.snapshotState();
        forward(8 days);
        escrow.refundUndelivered(licenseId, offer);
        _refused(alice, claimOf(IDisputeTypes.Reason.BreachOfTerms, licenseId), offer, answer);
        vm.revertToState(snapshot);
        forward(365 days);
        _refused(alice, claimOf(IDisputeTypes.Reason.BreachOfTerms, licenseId), offer, answer);
    }

    function test_RevertWhen_NobodyContested() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        deliver(licenseId, offer);
        bytes memory answer = _answered(IDisputeTypes.Answer.NotContested);
        _refused(bob, claimOf(IDisputeTypes.Reason.Contested, licenseId), offer, answer);
    }

    function test_RevertWhen_TheContestsDefaultIsDue() external {
        (Offer memory offer, uint256 licenseId) = contested();
        forward(14 days);
        vm.prank(alice);
        (IDisputeTypes.Answer answer,,,,) =
            disputes.check(claimOf(IDisputeTypes.Reason.Contested, licenseId), offer, alice);
        assertEq(uint8(answer), uint8(IDisputeTypes.Answer.Fine), "last second");
        forward(1);
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.Contested, licenseId);
        _refused(alice, claim, offer, _answered(IDisputeTypes.Answer.NotContested));
    }

    function test_RevertWhen_TheReasonWasRuledOnBefore() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        decide(disputeId, offer, rejection());
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.NotDelivered, licenseId);
        _refused(bob, claim, offer, _answered(IDisputeTypes.Answer.AlreadyRuled));
        // Another reason is another claim.
        file(bob, IDisputeTypes.Reason.NotAsDescribed, licenseId, offer);
    }

    function test_RevertWhen_ASuspendedVersionIsTakenDown() external {
        uint256 datasetId = publishDataset(alice);
        vm.prank(governance);
        registry.restrictStatus(datasetId, 1, IDatasetRegistry.Status.Suspended);
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.Privacy, versionId(datasetId, 1));
        _refused(mallory, claim, none, _answered(IDisputeTypes.Answer.AlreadySuspended));
    }

    function test_RevertWhen_TheNeighborOfTheSubjectHasNoCode() external {
        bytes memory answer = _answered(IDisputeTypes.Answer.Unknown);
        vm.etch(address(attestations), "");
        vm.etch(address(recalls), "");
        vm.etch(address(providerBond), "");
        vm.etch(address(computeReceipts), "");
        _refused(mallory, claimOf(IDisputeTypes.Reason.FalseProof, 1), none, answer);
        _refused(mallory, claimOf(IDisputeTypes.Reason.FalseReceipt, 1), none, answer);
        _refused(mallory, claimOf(IDisputeTypes.Reason.FalseAttestation, 1), none, answer);
        _refused(mallory, claimOf(IDisputeTypes.Reason.ContestedRecall, 1), none, answer);
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.Misconduct, uint160(provider));
        claim.token = address(usdc);
        _refused(mallory, claim, none, answer);
    }

    function test_RevertWhen_AProviderClaimNamesNoToken() external {
        _refused(mallory, claimOf(IDisputeTypes.Reason.Misconduct, uint160(provider)), none, _bad("token"));
        _refused(mallory, claimOf(IDisputeTypes.Reason.Misconduct, 1 << 160), none, _bad("id"));
    }

    function test_RevertWhen_TheTokenRefusesTheBond() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        vm.prank(bob);
        usdc.approve(address(disputes), LICENSE_BOND - 1);
        _refused(
            bob,
            claimOf(IDisputeTypes.Reason.NotDelivered, licenseId),
            offer,
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(disputes), LICENSE_BOND - 1, LICENSE_BOND
            )
        );
    }

    function test_GivenTheHolderClaims() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.NotDelivered, licenseId);
        claim.claimed = 40e6;
        uint40 respondBy = uint40(block.timestamp + RESPONSE);
        uint16 flags = DisputeFlags.BUYER | DisputeFlags.MONEY;
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.DisputeOpened(
            1,
            IDisputeTypes.Subject.License,
            licenseId,
            bob,
            alice,
            claim,
            address(usdc),
            LICENSE_BOND,
            councilJudge,
            1,
            flags,
            respondBy
        );
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.EvidenceSubmitted(1, bob, evidence().hash, evidence().uri, bytes32(0));
        vm.prank(bob);
        uint256 disputeId = disputes.open(claim, offer, evidence());

        IDisputeTypes.Dispute memory d = disputes.disputeOf(disputeId);
        assertEq(d.claimant, bob, "claimant");
        assertEq(d.respondent, alice, "respondent");
        assertEq(d.bond, LICENSE_BOND, "bond");
        assertEq(uint8(d.reason), uint8(IDisputeTypes.Reason.NotDelivered), "reason");
        assertEq(uint8(d.phase), uint8(IDisputeTypes.Phase.Open), "phase");
        assertEq(d.deadline, respondBy, "deadline");
        assertEq(d.subjectId, licenseId, "license");
        assertEq(d.flags, flags, "flags");
        (, uint128 claimed) = disputes.stakeOf(disputeId);
        assertEq(claimed, 40e6, "claimed");
        assertTrue(isFrozen(licenseId), "money frozen");
        assertEq(uint8(licenseToken.accessOf(licenseId, bob, 1, 1)), 1, "access goes on");
        assertEq(usdc.balanceOf(address(disputes)), LICENSE_BOND, "bond taken");
        (uint16 numbers, uint256 count) = disputes.counts();
        assertEq(numbers, 1, "numbers");
        assertEq(count, 1, "disputes");
    }

    function test_GivenTheHolderAsksForNoFreeze() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.NotDelivered, licenseId);
        claim.freeze = false;
        vm.prank(bob);
        disputes.open(claim, offer, evidence());
        assertFalse(isFrozen(licenseId), "not frozen");
    }

    function test_GivenThePayerClaims() external {
        Offer memory offer = openEscrowOffer();
        vm.prank(carol);
        uint256 licenseId = market.buy(offer, bob, bytes32(0), "");
        uint256 disputeId = file(carol, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
        assertEq(disputes.disputeOf(disputeId).respondent, alice, "the seller answers");
        assertEq(disputes.disputeOf(disputeId).flags & DisputeFlags.BUYER, DisputeFlags.BUYER, "buyer");
    }

    function test_GivenTheOwnerOfTheDatasetClaims() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        vm.prank(alice);
        registry.transferFrom(alice, carol, offer.datasetId);
        uint256 disputeId = file(carol, IDisputeTypes.Reason.BreachOfTerms, licenseId, offer);
        assertEq(disputes.disputeOf(disputeId).respondent, bob, "the holder answers");
        assertFalse(isFrozen(licenseId), "money moves");
        assertEq(uint8(licenseToken.accessOf(licenseId, bob, 1, 1)), 1, "access goes on");
        // Seller and provider may claim as well.
        file(alice, IDisputeTypes.Reason.BreachOfTerms, licenseId, offer);
        file(provider, IDisputeTypes.Reason.FalseStatement, licenseId, offer);
    }

    function test_GivenEitherSideTakesAContestToADispute() external {
        (Offer memory offer, uint256 licenseId) = contested();
        uint256 snapshot = vm.snapshotState();
        uint256 disputeId = file(bob, IDisputeTypes.Reason.Contested, licenseId, offer);
        assertEq(disputes.disputeOf(disputeId).respondent, alice, "alice answers");
        assertTrue(isFrozen(licenseId), "frozen by bob");
        vm.revertToState(snapshot);
        disputeId = file(alice, IDisputeTypes.Reason.Contested, licenseId, offer);
        assertEq(disputes.disputeOf(disputeId).respondent, bob, "bob answers");
        assertTrue(isFrozen(licenseId), "frozen by alice");
    }

    function test_GivenATakedown() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.SalesStopped(offer.datasetId, 1, true, 1);
        file(mallory, IDisputeTypes.Reason.Copyright, versionId(offer.datasetId, 1), none);
        assertStatus(offer.datasetId, IDatasetRegistry.Status.Quarantined);
        assertEq(uint8(licenseToken.accessOf(licenseId, bob, 1, 1)), 1, "licenses live on");
        assertFalse(isFrozen(licenseId), "money moves");
        vm.prank(carol);
        vm.expectRevert();
        market.buy(offer, carol, bytes32(0), "");
    }

    function test_GivenATakedownOfAVersionThatAGuardianRestricted() external {
        uint256 datasetId = publishDataset(alice);
        vm.prank(governance);
        registry.restrictStatus(datasetId, 1, IDatasetRegistry.Status.Quarantined);
        uint256 disputeId = file(mallory, IDisputeTypes.Reason.Copyright, versionId(datasetId, 1), none);
        vm.prank(mallory);
        disputes.withdraw(disputeId, none);
        assertStatus(datasetId, IDatasetRegistry.Status.Quarantined);
    }

    function test_GivenAFalseRecord() external {
        uint256 datasetId = publishDataset(alice);
        file(mallory, IDisputeTypes.Reason.FalseRecord, versionId(datasetId, 1), none);
        assertStatus(datasetId, IDatasetRegistry.Status.Trainable);
    }

    function test_GivenTakedownsOfTheVersionWereRejectedBefore() external {
        uint256 id = versionId(publishDataset(alice), 1);
        for (uint256 i = 0; i < 7; ++i) {
            uint256 expected = VERSION_BOND << (i < 5 ? i : 5);
            (,,,, uint128 bond) = disputes.check(claimOf(IDisputeTypes.Reason.Copyright, id), none, mallory);
            assertEq(bond, expected, "bond");
            decide(file(mallory, IDisputeTypes.Reason.Copyright, id, none), none, rejection());
        }
        (uint32 holds, uint32 rejected) = disputes.stoppedOf(id >> 32, 1);
        assertEq(holds, 0, "holds");
        assertEq(rejected, 7, "rejected");
    }

    function test_GivenTheOfferNamesAListedArbitrator() external {
        CouncilArbitrator other = new CouncilArbitrator(address(disputes));
        vm.prank(governance);
        uint16 index = disputes.setArbitrator(address(other), 0, RULING);
        Offer memory offer = escrowOffer();
        offer.arbitrator = address(other);
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
        assertEq(disputes.disputeOf(disputeId).judge, index, "the offer's");
    }

    function test_GivenTheOffersArbitratorIsNotListed() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        assertEq(offer.arbitrator, arbitrator, "named");
        assertEq(disputes.disputeOf(disputeId).judge, councilJudge, "the default");
    }

    function testFuzz_GivenAnyPrice(uint96 price, uint80 fixedBond) external {
        // At least the contest's bond of the offer's terms.
        price = uint96(bound(price, 10e6, FUNDS / 10));
        fixedBond = uint80(bound(fixedBond, 0, 1000e6));
        vm.prank(governance);
        disputes.setBond(IDisputeTypes.Subject.License, address(usdc), fixedBond);
        Offer memory offer = escrowOffer();
        offer.price = price;
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        uint256 share = (uint256(price) * PRICE_BPS + 9999) / 10_000;
        uint256 expected = share > fixedBond ? share : fixedBond;
        uint256 before = usdc.balanceOf(bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
        uint256 bond = disputes.disputeOf(disputeId).bond;
        assertGe(bond, expected, "bond");
        assertLe(bond - expected, expected >> 31, "rounded up");
        assertEq(before - usdc.balanceOf(bob), bond, "paid");
    }

    function _refused(address by, IDisputeTypes.Claim memory claim, Offer memory offer, bytes memory reason) private {
        vm.prank(by);
        vm.expectRevert(reason);
        disputes.open(claim, offer, evidence());
    }

    function _bad(bytes32 field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_BadClaim.selector, field);
    }

    function _answered(IDisputeTypes.Answer answer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_AnsweredByChain.selector, answer);
    }

    function _notAllowed(address by) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_NotAllowed.selector, 0, by);
    }
}
