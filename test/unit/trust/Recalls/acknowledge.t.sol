// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRecalls } from "../../../../contracts/interfaces/trust/IRecalls.sol";
import { Messages, RecallAcknowledgement } from "../../../../contracts/types/Messages.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { RecallTest } from "./RecallTest.sol";

contract AcknowledgeTest is RecallTest {
    function test_Acknowledge_RevertWhen_TheRecallIsUnknown() external {
        vm.expectRevert(_unknownRecall(1));
        _acknowledge(1, IRecalls.Action.Delete);
    }

    function test_Acknowledge_RevertWhen_TheLicenseIsNotAffected() external {
        uint256 recallId = _openRecall();
        vm.warp(START + 1);
        uint256 later = _license(Uses.TRAIN, 0, 0);
        vm.expectRevert(_notAffected(recallId, later));
        vm.prank(buyer);
        recalls.acknowledge(recallId, later, IRecalls.Action.Delete, 0);
        vm.expectRevert(_notAffected(recallId, 99));
        vm.prank(buyer);
        recalls.acknowledge(recallId, 99, IRecalls.Action.Delete, 0);
    }

    function test_Acknowledge_RevertWhen_TheCallerDoesNotHoldTheLicense() external {
        uint256 recallId = _openRecall();
        vm.expectRevert(_notHolder(seller));
        vm.prank(seller);
        recalls.acknowledge(recallId, licenseId, IRecalls.Action.Delete, 0);
    }

    function test_Acknowledge_RevertWhen_TheActionIsNone() external {
        uint256 recallId = _openRecall();
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_BadAction.selector, 0));
        _acknowledge(recallId, IRecalls.Action.None);
    }

    function test_Acknowledge_RevertGiven_TheRecallStillCollects() external {
        uint256 recallId = _openByConsent("one");
        vm.warp(START + 1 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_Collecting.selector, recallId, START + 1 days));
        _acknowledge(recallId, IRecalls.Action.Delete);
        vm.warp(START + 1 days);
        _acknowledge(recallId, IRecalls.Action.Delete);
    }

    function test_Acknowledge_RevertGiven_TheRecallWasDismissed() external {
        uint256 recallId = _openRecall();
        _decide(recallId, false);
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_Dismissed.selector, recallId));
        _acknowledge(recallId, IRecalls.Action.Delete);
    }

    function test_Acknowledge_RevertWhen_AContestComesAfterTheDeadline() external {
        uint256 recallId = _openRecall();
        vm.warp(START + PERIOD + 1);
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_ContestTooLate.selector, recallId, START + PERIOD));
        _acknowledge(recallId, IRecalls.Action.Contest);
        _acknowledge(recallId, IRecalls.Action.Delete);
        assertEq(recalls.acknowledgementOf(recallId, licenseId).at, START + PERIOD + 1, "late, and readable");
    }

    function test_Acknowledge_RevertWhen_AContestComesAfterARuling() external {
        uint256 recallId = _openRecall();
        _decide(recallId, true);
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_ContestTooLate.selector, recallId, 0));
        _acknowledge(recallId, IRecalls.Action.Contest);
    }

    function test_Acknowledge_WhenTheHolderAnswers() external {
        uint256 recallId = _openRecall();
        vm.warp(START + PERIOD);
        vm.expectEmit(address(recalls));
        emit IRecalls.RecallAcknowledged(recallId, licenseId, buyer, IRecalls.Action.Retrain, "evidence", 1);
        _acknowledge(recallId, IRecalls.Action.Retrain);
        IRecalls.Acknowledgement memory stored = recalls.acknowledgementOf(recallId, licenseId);
        assertEq(uint8(stored.action), uint8(IRecalls.Action.Retrain));
        assertEq(stored.at, START + PERIOD);
        assertEq(stored.sequence, 1);
    }

    function test_Acknowledge_WhenTheHolderAnswersAgain() external {
        uint256 recallId = _openRecall();
        _acknowledge(recallId, IRecalls.Action.Delete);
        _acknowledge(recallId, IRecalls.Action.Contest);
        _assertStanding(recallId, IRecalls.Standing.Contested);
        _acknowledge(recallId, IRecalls.Action.Delete);
        _assertStanding(recallId, IRecalls.Standing.Acknowledged);
        assertEq(recalls.acknowledgementOf(recallId, licenseId).sequence, 3);
    }

    function test_Acknowledge_GivenAPastHolderSignedTheHighestSequence() external {
        licenseId = _license(Uses.TRAIN, TermsFlags.TRANSFERABLE, 0);
        uint256 recallId = _openRecall();
        RecallAcknowledgement memory answer = _message(recallId);
        answer.sequence = type(uint64).max;
        _bring(answer, buyerKey);
        vm.prank(buyer);
        licenses.transferFrom(buyer, stranger, licenseId);
        vm.prank(stranger);
        recalls.acknowledge(recallId, licenseId, IRecalls.Action.Contest, 0);
        _assertStanding(recallId, IRecalls.Standing.Contested);
    }

    // ---- many

    function test_AcknowledgeMany_RevertWhen_TheBatchIsEmptyOrTooLarge() external {
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_BatchSize.selector, 0, 64));
        recalls.acknowledgeMany(new IRecalls.Answer[](0));
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_BatchSize.selector, 65, 64));
        recalls.acknowledgeMany(new IRecalls.Answer[](65));
    }

    function test_AcknowledgeMany_RevertWhen_OneLicenseIsAnothers() external {
        IRecalls.Answer[] memory answers = _answers();
        vm.expectRevert(_notHolder(seller));
        vm.prank(seller);
        recalls.acknowledgeMany(answers);
        assertEq(recalls.acknowledgementOf(1, licenseId).at, 0);
    }

    function test_AcknowledgeMany_WhenAllAreTheHolders() external {
        IRecalls.Answer[] memory answers = _answers();
        vm.prank(buyer);
        recalls.acknowledgeMany(answers);
        _assertStanding(1, IRecalls.Standing.Acknowledged);
        _assertStanding(2, IRecalls.Standing.Contested);
    }

    // ---- by signature

    function test_AcknowledgeBySignature_RevertWhen_TheActionIsUnknown() external {
        RecallAcknowledgement memory answer = _message(_openRecall());
        answer.action = 4;
        _expect(answer, buyerKey, abi.encodeWithSelector(IRecalls.Recalls_BadAction.selector, 4));
        answer.action = 0;
        _expect(answer, buyerKey, abi.encodeWithSelector(IRecalls.Recalls_BadAction.selector, 0));
    }

    function test_AcknowledgeBySignature_RevertWhen_ItWasSignedBeforeTheRecallTookAnswers() external {
        RecallAcknowledgement memory answer = _message(_openByConsent("one"));
        vm.warp(START + 1 days);
        answer.signedAt = START + 1 days - 1;
        _expect(answer, buyerKey, _badTime(answer.signedAt));
        answer.signedAt = START + 1 days;
        _bring(answer, buyerKey);
    }

    function test_AcknowledgeBySignature_RevertWhen_ItWasSignedInTheFuture() external {
        RecallAcknowledgement memory answer = _message(_openByConsent("one"));
        vm.warp(START + 1 days);
        answer.signedAt = START + 1 days + 1;
        _expect(answer, buyerKey, _badTime(answer.signedAt));
    }

    function test_AcknowledgeBySignature_RevertWhen_TheSignedLicenseIsNotAffected() external {
        RecallAcknowledgement memory answer = _message(_openRecall());
        answer.licenseId = 99;
        _expect(answer, buyerKey, _notAffected(answer.recallId, 99));
    }

    function test_AcknowledgeBySignature_RevertWhen_SomebodyElseSigned() external {
        RecallAcknowledgement memory answer = _message(_openRecall());
        _expect(answer, issuerKey, _badSignature());
    }

    function test_AcknowledgeBySignature_RevertWhen_ItWasSignedForAnotherChain() external {
        RecallAcknowledgement memory answer = _message(_openRecall());
        bytes memory signature = _sign(buyerKey, Messages.hash(answer));
        vm.chainId(block.chainid + 1);
        vm.expectRevert(_badSignature());
        recalls.acknowledgeBySignature(answer, signature);
    }

    function test_AcknowledgeBySignature_RevertWhen_ItsSequenceIsNotAboveTheLast() external {
        RecallAcknowledgement memory answer = _message(_openRecall());
        answer.sequence = 5;
        _bring(answer, buyerKey);
        _expect(answer, buyerKey, _stale(5, 5));
        answer.sequence = 4;
        _expect(answer, buyerKey, _stale(4, 5));
        answer.sequence = 0;
        _expect(answer, buyerKey, _stale(0, 5));
    }

    function test_AcknowledgeBySignature_WhenAnybodyBringsTheHoldersAnswer() external {
        RecallAcknowledgement memory answer = _message(_openRecall());
        answer.sequence = 7;
        vm.expectEmit(address(recalls));
        emit IRecalls.RecallAcknowledged(
            answer.recallId, licenseId, buyer, IRecalls.Action.Delete, answer.evidenceHash, 7
        );
        vm.prank(stranger);
        recalls.acknowledgeBySignature(answer, _sign(buyerKey, Messages.hash(answer)));
        assertEq(recalls.acknowledgementOf(answer.recallId, licenseId).sequence, 7);
        _assertStanding(answer.recallId, IRecalls.Standing.Acknowledged);
    }

    // ---- parts

    function _message(uint256 recallId) private view returns (RecallAcknowledgement memory) {
        return RecallAcknowledgement({
            recallId: recallId,
            licenseId: licenseId,
            action: uint8(IRecalls.Action.Delete),
            evidenceHash: keccak256("evidence"),
            sequence: 1,
            signedAt: uint40(block.timestamp)
        });
    }

    function _bring(RecallAcknowledgement memory answer, uint256 key) private {
        recalls.acknowledgeBySignature(answer, _sign(key, Messages.hash(answer)));
    }

    function _expect(RecallAcknowledgement memory answer, uint256 key, bytes memory reason) private {
        bytes memory signature = _sign(key, Messages.hash(answer));
        vm.expectRevert(reason);
        recalls.acknowledgeBySignature(answer, signature);
    }

    function _answers() private returns (IRecalls.Answer[] memory answers) {
        answers = new IRecalls.Answer[](2);
        answers[0] = IRecalls.Answer(_openRecall(), licenseId, IRecalls.Action.Delete, "a");
        answers[1] = IRecalls.Answer(_openRecall(), licenseId, IRecalls.Action.Contest, "b");
    }

    function _notHolder(address caller) private view returns (bytes memory) {
        return abi.encodeWithSelector(IRecalls.Recalls_NotHolder.selector, licenseId, caller);
    }

    function _badSignature() private view returns (bytes memory) {
        return abi.encodeWithSelector(IRecalls.Recalls_BadSignature.selector, licenseId, buyer);
    }

    function _badTime(uint40 signedAt) private view returns (bytes memory) {
        return abi.encodeWithSelector(IRecalls.Recalls_BadTime.selector, signedAt, START + 1 days, block.timestamp);
    }

    function _stale(uint64 sequence, uint64 last) private view returns (bytes memory) {
        return abi.encodeWithSelector(IRecalls.Recalls_StaleSequence.selector, 1, licenseId, sequence, last);
    }
}
