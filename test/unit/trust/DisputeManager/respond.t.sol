// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { ChunkFixture } from "../ChunkFixture.sol";

contract DisputeManagerRespondTest is ChunkFixture {
    function test_RevertWhen_TheDisputeDoesNotExist() external {
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_Unknown.selector, 7));
        disputes.respond(7, none, evidence());
    }

    function test_RevertWhen_TheDisputeHasEnded() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        vm.prank(bob);
        disputes.withdraw(disputeId, offer);
        vm.prank(alice);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Closed));
        disputes.respond(disputeId, offer, evidence());
    }

    function test_RevertWhen_TheResponseWindowHasPassed() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        uint256 until = block.timestamp + RESPONSE;
        forward(RESPONSE + 1);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_TooLate.selector, disputeId, until));
        disputes.respond(disputeId, offer, evidence());
    }

    function test_RevertWhen_AStrangerAnswers() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        vm.prank(mallory);
        vm.expectRevert(_notAllowed(disputeId, mallory));
        disputes.respond(disputeId, offer, evidence());
        // The provider answers buyers, and nobody else.
        (Offer memory other, uint256 licenseId) = buyEscrow();
        disputeId = file(alice, IDisputeTypes.Reason.BreachOfTerms, licenseId, other);
        vm.prank(provider);
        vm.expectRevert(_notAllowed(disputeId, provider));
        disputes.respond(disputeId, other, evidence());
    }

    function test_RevertWhen_TheProviderAnswersWithAnotherOffer() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        bytes32 expected = keccak256(abi.encode(offer));
        (offer.provider, offer.salt) = (mallory, 9);
        vm.prank(mallory);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeTypes.DisputeManager_WrongOffer.selector, licenseId, expected, keccak256(abi.encode(offer))
            )
        );
        disputes.respond(disputeId, offer, evidence());
    }

    function test_GivenTheRespondentAnswers() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        forward(RESPONSE);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.DisputeAnswered(disputeId, alice);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.EvidenceSubmitted(disputeId, alice, evidence().hash, evidence().uri, bytes32(0));
        respondAs(alice, disputeId, offer);
        vm.recordLogs();
        respondAs(alice, disputeId, offer);
        assertEq(vm.getRecordedLogs().length, 1, "evidence alone");
        disputes.refer(disputeId, "");
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "referred");
    }

    function test_GivenTheProviderAnswersForTheSeller() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        respondAs(provider, disputeId, offer);
        disputes.refer(disputeId, "");
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "referred");
    }

    function test_SubmitEvidence_RevertWhen_TheDisputeThatItIsForHasEnded() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        vm.prank(bob);
        disputes.withdraw(disputeId, offer);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Closed));
        disputes.submitEvidence(disputeId, evidence());
    }

    function test_SubmitEvidence_GivenTheDisputeRuns() external {
        (uint256 disputeId,,) = fileNotDelivered();
        IDisputeTypes.Evidence memory secret = IDisputeTypes.Evidence(bytes32(uint256(1)), "ipfs://s", bytes32("key"));
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.EvidenceSubmitted(disputeId, mallory, secret.hash, secret.uri, secret.recipient);
        vm.prank(mallory);
        disputes.submitEvidence(disputeId, secret);
    }

    function test_ShowChunkKey_RevertWhen_TheDisputeIsNotAboutALicense() external {
        uint256 datasetId = publishDataset(alice);
        uint256 disputeId = file(mallory, IDisputeTypes.Reason.Copyright, versionId(datasetId, 1), none);
        IDisputeTypes.ChunkEvidence memory shown;
        vm.expectRevert(_badEvidence("subject"));
        disputes.showChunkKey(disputeId, 1, shown);
    }

    function test_ShowChunkKey_RevertWhen_ALeafDoesNotHold() external {
        (uint256 disputeId, IDisputeTypes.ChunkEvidence memory shown) = _falseChunk();
        shown.chunkKey = bytes32(uint256(1));
        vm.expectRevert(_badEvidence("key"));
        disputes.showChunkKey(disputeId, 1, shown);
        shown = _again();
        shown.cipherSize += 1;
        vm.expectRevert(_badEvidence("cipher"));
        disputes.showChunkKey(disputeId, 1, shown);
        shown = _again();
        shown.plain = bytes32(uint256(1));
        vm.expectRevert(_badEvidence("plain"));
        disputes.showChunkKey(disputeId, 1, shown);
        shown = _again();
        // One place for all three: what is of another chunk proves nothing.
        shown.index = 0;
        vm.expectRevert(_badEvidence("key"));
        disputes.showChunkKey(disputeId, 1, shown);
        shown = _again();
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownEncoding.selector, datasetOfChunk, 1, 2)
        );
        disputes.showChunkKey(disputeId, 2, shown);
    }

    function test_ShowChunkKey_GivenLeavesAndProofsThatHold() external {
        (uint256 disputeId, IDisputeTypes.ChunkEvidence memory shown) = _falseChunk();
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.ChunkKeyShown(disputeId, bob, 1, shown);
        vm.prank(bob);
        disputes.showChunkKey(disputeId, 1, shown);
    }

    uint256 private _license;

    function _falseChunk() private returns (uint256 disputeId, IDisputeTypes.ChunkEvidence memory shown) {
        Offer memory offer = chunkOffer();
        _license = buy(offer, bob);
        disputeId = file(bob, IDisputeTypes.Reason.FalseEncoding, _license, offer);
        shown = shownChunk();
    }

    function _again() private view returns (IDisputeTypes.ChunkEvidence memory) {
        return shownChunk();
    }

    function _wrongPhase(uint256 disputeId, IDisputeTypes.Phase phase) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_WrongPhase.selector, disputeId, phase);
    }

    function _notAllowed(uint256 disputeId, address by) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_NotAllowed.selector, disputeId, by);
    }

    function _badEvidence(bytes32 field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_BadEvidence.selector, field);
    }
}
