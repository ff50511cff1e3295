// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IConsentRegistry } from "../../../../contracts/interfaces/registry/IConsentRegistry.sol";
import { Consent, Messages } from "../../../../contracts/types/Messages.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { ConsentTest } from "./ConsentTest.sol";

contract RecordTest is ConsentTest {
    function test_Record_RevertWhen_SomebodyElseSigned() external {
        bytes memory other = _sign(buyerKey, consentHash);
        vm.expectRevert(_badSignature());
        consents.record(consent, other);
    }

    function test_Record_RevertWhen_ItWasSignedForAnotherChain() external {
        vm.chainId(block.chainid + 1);
        vm.expectRevert(_badSignature());
        consents.record(consent, signature);
    }

    function test_Record_RevertWhen_ItNamesNoReceiptControllerOrUse() external {
        Consent memory bad = _consent();
        bad.receiptHash = 0;
        _expectBad(bad);
        bad = _consent();
        bad.controller = address(0);
        _expectBad(bad);
        bad = _consent();
        bad.uses = 0;
        _expectBad(bad);
    }

    function test_Record_RevertWhen_ItNamesAnUnknownUse() external {
        Consent memory bad = _consent();
        bad.uses = Uses.ALL + 1;
        _expectBad(bad);
    }

    function test_Record_RevertWhen_ItsPeriodIsEmpty() external {
        Consent memory bad = _consent();
        bad.validUntil = START - 1;
        _expectBad(bad);
        bad.validUntil = START;
        _record(bad);
    }

    function test_Record_RevertGiven_ItIsRecorded() external {
        _recordOne();
        vm.warp(START + 1);
        vm.expectRevert(_alreadyRecorded());
        _recordOne();
    }

    function test_Record_WhenAnybodyRecordsASignedConsent() external {
        vm.expectEmit(address(consents));
        emit IConsentRegistry.ConsentRecorded(
            consentHash, grantor, seller, keccak256("receipt"), Uses.TRAIN, START, 0, 1, 0, START
        );
        vm.prank(stranger);
        assertEq(consents.record(consent, signature), consentHash);
        assertEq(consents.hashOf(consent), consentHash);
        assertEq(consents.statusOf(consentHash).recordedAt, START);
        assertEq(consents.statusOf(consentHash).revokedAt, 0);
    }

    function test_Record_GivenItWasRevokedBefore() external {
        _revokeOne();
        vm.warp(START + 1);
        _recordOne();
        assertEq(consents.statusOf(consentHash).revokedAt, START);
        assertFalse(consents.isInForce(consent, START + 1));
    }

    // ---- batches

    function test_AnchorBatch_RevertWhen_TheRootOrSizeIsZero() external {
        bytes memory empty = abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_EmptyBatch.selector);
        vm.expectRevert(empty);
        consents.anchorBatch(0, 1);
        vm.expectRevert(empty);
        consents.anchorBatch(root, 0);
    }

    function test_AnchorBatch_RevertGiven_TheControllerAnchoredIt() external {
        _anchor();
        vm.expectRevert(abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_AlreadyAnchored.selector, seller, root));
        _anchor();
    }

    function test_AnchorBatch_WhenAControllerAnchors() external {
        vm.expectEmit(address(consents));
        emit IConsentRegistry.ConsentsAnchored(seller, root, 3);
        _anchor();
        assertEq(consents.batchOf(seller, root).size, 3);
        assertEq(consents.batchOf(seller, root).anchoredAt, START);
    }

    function test_AnchorBatch_GivenSomebodyElseAnchoredTheSameRoot() external {
        vm.prank(stranger);
        consents.anchorBatch(root, 9);
        _anchor();
        assertEq(consents.batchOf(seller, root).size, 3);
        assertEq(consents.batchOf(stranger, root).size, 9);
    }

    function test_RecordFromBatch_RevertWhen_AnotherSigned() external {
        _anchor();
        _expectFromBatch(1, _sign(buyerKey, consentHash), _proof(1), _badSignature());
    }

    function test_RecordFromBatch_RevertWhen_TheControllerAnchoredNoSuchRoot() external {
        vm.prank(stranger);
        consents.anchorBatch(root, 3);
        _expectFromBatch(
            1,
            signature,
            _proof(1),
            abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_UnknownBatch.selector, seller, root)
        );
    }

    function test_RecordFromBatch_RevertWhen_TheProofIsOfAnotherPlaceConsentOrSignature() external {
        _anchor();
        IConsentRegistry.BatchProof memory proof = _proof(1);
        proof.index = 1;
        _expectFromBatch(1, signature, proof, _notInBatch(1));
        _expectFromBatch(1, signature, _proof(2), _notInBatch(1));
        proof = _proof(1);
        proof.leavesHash = "other";
        _expectFromBatch(1, signature, proof, _notInBatch(1));
        _expectFromBatch(4, _signatureOf(4), _proof(3), _notInBatch(4));
    }

    function test_RecordFromBatch_WhenTheConsentIsInTheBatch() external {
        _anchor();
        vm.warp(START + 30 days);
        for (uint256 nonce = 1; nonce <= 3; ++nonce) {
            bytes32 hash = Messages.hash(_nth(nonce));
            vm.expectEmit(address(consents));
            emit IConsentRegistry.ConsentRecorded(
                hash, grantor, seller, keccak256("receipt"), Uses.TRAIN, START, 0, nonce, root, START
            );
            assertEq(consents.recordFromBatch(_nth(nonce), _signatureOf(nonce), _proof(nonce)), hash);
            assertEq(consents.statusOf(hash).recordedAt, START, "the batch's time");
        }
    }

    function test_RecordFromBatch_GivenItWasRecordedLater() external {
        _anchor();
        vm.warp(START + 1);
        _recordOne();
        consents.recordFromBatch(consent, signature, _proof(1));
        assertEq(consents.statusOf(consentHash).recordedAt, START);
    }

    function test_RecordFromBatch_RevertGiven_ItWasRecordedEarlier() external {
        _recordOne();
        vm.warp(START + 1);
        _anchor();
        _expectFromBatch(1, signature, _proof(1), _alreadyRecorded());
    }

    // ---- in force

    function test_IsInForce_WhenItIsNotRecorded() external view {
        assertFalse(consents.isInForce(consent, START));
    }

    function test_IsInForce_WhenTheTimeLiesAhead() external {
        _recordOne();
        assertTrue(consents.isInForce(consent, START));
        assertFalse(consents.isInForce(consent, START + 1));
    }

    function test_IsInForce_WhenTheTimeIsBeforeItsRecordOrItsStart() external {
        consent.validFrom = START + 10;
        _record(consent);
        vm.warp(START + 20);
        assertFalse(consents.isInForce(consent, START - 1), "before both");
        assertFalse(consents.isInForce(consent, START + 9), "before its start");
        assertTrue(consents.isInForce(consent, START + 10));
        consent.validFrom = START - 10;
        _record(consent);
        assertFalse(consents.isInForce(consent, START), "nobody could know");
    }

    function testFuzz_IsInForce_WhenTheTimeIsWithinItsPeriod(uint40 until, uint40 at) external {
        consent.validUntil = uint40(bound(until, START, START + 1000 days));
        _record(consent);
        vm.warp(START + 1000 days);
        assertTrue(consents.isInForce(consent, uint40(bound(at, START, consent.validUntil))));
    }

    function test_IsInForce_WhenTheTimeIsAfterItsLastSecond() external {
        consent.validUntil = START + 10;
        _record(consent);
        vm.warp(START + 20);
        assertTrue(consents.isInForce(consent, START + 10));
        assertFalse(consents.isInForce(consent, START + 11));
    }

    function test_IsInForce_WhenItWasRevoked() external {
        _recordOne();
        vm.warp(START + 10);
        _revokeOne();
        assertTrue(consents.isInForce(consent, START + 9));
        assertFalse(consents.isInForce(consent, START + 10));
    }

    function _expectBad(Consent memory bad) private {
        bytes32 hash = Messages.hash(bad);
        bytes memory signed = _sign(grantorKey, hash);
        vm.expectRevert(abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_BadConsent.selector, hash));
        consents.record(bad, signed);
    }

    function _expectFromBatch(
        uint256 nonce,
        bytes memory signed,
        IConsentRegistry.BatchProof memory proof,
        bytes memory reason
    )
        private
    {
        Consent memory given = _nth(nonce);
        vm.expectRevert(reason);
        consents.recordFromBatch(given, signed, proof);
    }

    function _alreadyRecorded() private view returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_AlreadyRecorded.selector, consentHash);
    }
}
