// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IConsentRegistry } from "../../../../contracts/interfaces/registry/IConsentRegistry.sol";
import { IRecalls } from "../../../../contracts/interfaces/trust/IRecalls.sol";
import { Consent, Messages } from "../../../../contracts/types/Messages.sol";
import { ConsentTest } from "./ConsentTest.sol";

contract RevokeTest is ConsentTest {
    address private _guardian = makeAddr("guardian");

    function test_NameGuardian_RevertWhen_ItIsTheGrantorItselfOrNamedAlready() external {
        vm.startPrank(grantor);
        vm.expectRevert(_badGuardian(grantor));
        consents.nameGuardian(grantor);
        vm.expectRevert(_badGuardian(address(0)));
        consents.nameGuardian(address(0));
        consents.nameGuardian(_guardian);
        vm.expectRevert(_badGuardian(_guardian));
        consents.nameGuardian(_guardian);
        vm.stopPrank();
    }

    function test_NameGuardian_WhenAGrantorNamesOne() external {
        vm.expectEmit(address(consents));
        emit IConsentRegistry.GuardianNamed(grantor, _guardian);
        _name(_guardian);
        assertEq(consents.guardianOf(grantor), _guardian);
        _name(stranger);
        assertEq(consents.guardianOf(grantor), stranger);
        _name(address(0));
        assertEq(consents.guardianOf(grantor), address(0));
    }

    function test_Revoke_RevertWhen_TheCallerIsNeitherGrantorNorGuardian() external {
        vm.expectRevert(_notGrantor(seller, address(0)));
        _revokeAs(seller, 0);
    }

    function test_Revoke_RevertGiven_TheConsentWasRevokedBefore() external {
        _revokeOne();
        vm.warp(START + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_AlreadyRevoked.selector, consentHash, START)
        );
        _revokeOne();
    }

    function test_Revoke_RevertWhen_AVersionIsNamedThatItIsNotLinkedTo() external {
        _recordOne();
        vm.expectRevert(_notLinked(1));
        _revokeAs(grantor, 1);
        assertEq(consents.statusOf(consentHash).revokedAt, 0);
    }

    function test_Revoke_WhenTheGrantorRevokes() external {
        _recordOne();
        vm.warp(START + 9);
        vm.expectEmit(address(consents));
        emit IConsentRegistry.ConsentRevoked(consentHash, grantor, grantor, seller, "withdrawn");
        _revokeOne();
        assertEq(consents.statusOf(consentHash).revokedAt, START + 9);
        assertEq(consents.statusOf(consentHash).recordedAt, START);
    }

    function test_Revoke_WhenTheGuardianRevokes() external {
        _name(_guardian);
        vm.expectEmit(address(consents));
        emit IConsentRegistry.ConsentRevoked(consentHash, grantor, _guardian, seller, "withdrawn");
        _revokeAs(_guardian, 0);
        assertEq(consents.statusOf(consentHash).revokedAt, START);
    }

    function test_Revoke_RevertWhen_APastGuardianRevokes() external {
        _name(_guardian);
        _name(stranger);
        vm.expectRevert(_notGrantor(_guardian, stranger));
        _revokeAs(_guardian, 0);
    }

    function test_Revoke_WhenLinkedVersionsAreNamed() external {
        _recordOne();
        _link();
        _newVersion("2");
        vm.prank(seller);
        consents.link(consent, datasetId, 2, "more");
        vm.expectEmit(address(consents));
        emit IConsentRegistry.RecallStarted(consentHash, datasetId, 1, 1);
        vm.expectEmit(address(consents));
        emit IConsentRegistry.RecallStarted(consentHash, datasetId, 2, 2);
        _revokeAs(grantor, 2);
        assertEq(recalls.recallCount(), 2);
        assertEq(consents.linkOf(consentHash, datasetId, 1).recallId, 1);
        assertEq(consents.linkOf(consentHash, datasetId, 2).recallId, 2);
    }

    function test_Revoke_GivenTheTitleMovedSinceTheLink() external {
        _recordOne();
        _link();
        vm.prank(seller);
        registry.transferFrom(seller, stranger, datasetId);
        _revokeAs(grantor, 1);
        assertEq(recalls.recallOf(1).datasetId, datasetId);
    }

    // ---- by signature

    function test_RevokeBySignature_RevertWhen_TheWithdrawalNamesAnotherConsentGrantorOrController() external {
        Consent memory withdrawal = _withdrawal();
        withdrawal.receiptHash = keccak256("receipt");
        _expectWithdraw(withdrawal, grantorKey, _badWithdrawal());
        withdrawal = _withdrawal();
        withdrawal.grantor = buyer;
        _expectWithdraw(withdrawal, buyerKey, _badWithdrawal());
        withdrawal = _withdrawal();
        withdrawal.controller = buyer;
        _expectWithdraw(withdrawal, grantorKey, _badWithdrawal());
    }

    function test_RevokeBySignature_RevertWhen_TheWithdrawalStillGrantsAUse() external {
        Consent memory withdrawal = _withdrawal();
        withdrawal.uses = 1;
        _expectWithdraw(withdrawal, grantorKey, _badWithdrawal());
    }

    function test_RevokeBySignature_RevertWhen_SomebodyElseSignedTheWithdrawal() external {
        _expectWithdraw(_withdrawal(), buyerKey, _badSignature());
    }

    function test_RevokeBySignature_WhenAnybodyBringsTheGrantorsWithdrawal() external {
        Consent memory withdrawal = _withdrawal();
        bytes memory signed = _sign(grantorKey, Messages.hash(withdrawal));
        vm.expectEmit(address(consents));
        emit IConsentRegistry.ConsentRevoked(consentHash, grantor, stranger, seller, "signed");
        vm.prank(stranger);
        consents.revokeBySignature(consent, withdrawal, signed);
        assertEq(consents.statusOf(consentHash).revokedAt, START);
    }

    function test_RevokeBySignature_RevertWhen_TheWithdrawalIsRecordedAsAConsent() external {
        Consent memory withdrawal = _withdrawal();
        bytes32 hash = Messages.hash(withdrawal);
        bytes memory signed = _sign(grantorKey, hash);
        vm.expectRevert(abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_BadConsent.selector, hash));
        consents.record(withdrawal, signed);
    }

    // ---- recalls

    function test_StartRecall_RevertWhen_TheConsentIsNotRevoked() external {
        _recordOne();
        _link();
        vm.expectRevert(_notRevoked(consentHash));
        consents.startRecall(consentHash, datasetId, 1);
    }

    function test_StartRecall_RevertWhen_TheConsentIsNotLinkedToTheVersion() external {
        _recordOne();
        _link();
        _revokeOne();
        _newVersion("2");
        vm.expectRevert(_notLinked(2));
        consents.startRecall(consentHash, datasetId, 2);
    }

    function test_StartRecall_RevertGiven_ItsRecallWasStarted() external {
        _recordOne();
        _link();
        _revokeAs(grantor, 1);
        vm.expectRevert(_started());
        consents.startRecall(consentHash, datasetId, 1);
    }

    function test_StartRecall_WhenAnybodyStartsIt() external {
        _recordOne();
        _link();
        _revokeOne();
        assertEq(recalls.recallCount(), 0);
        vm.prank(stranger);
        assertEq(consents.startRecall(consentHash, datasetId, 1), 1);
        IRecalls.Recall memory opened = recalls.recallOf(1);
        assertEq(opened.openedBy, address(consents));
        assertEq(uint8(opened.reason), uint8(IRecalls.Reason.ConsentRevoked));
        assertEq(opened.leavesHash, keccak256(abi.encode(bytes32(0), consentHash, LEAVES)));
    }

    function test_StartRecallOfBatch_RevertWhen_TheBatchIsUnknown() external {
        _expectStartOfBatch(
            2, _proof(2), abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_UnknownBatch.selector, seller, root)
        );
    }

    function test_StartRecallOfBatch_RevertWhen_TheProofDoesNotShowTheConsent() external {
        _anchor();
        _linkBatch();
        _revokeNth(2);
        _expectStartOfBatch(2, _proof(1), _notInBatch(2));
        IConsentRegistry.BatchProof memory proof = _proof(2);
        vm.expectRevert(_notInBatch(2));
        consents.startRecallOfBatch(_nth(2), "another signature", proof, datasetId, 1);
    }

    function test_StartRecallOfBatch_RevertWhen_TheBatchIsNotLinkedToTheVersion() external {
        _anchor();
        _revokeNth(1);
        _expectStartOfBatch(1, _proof(1), _notLinked(1));
    }

    function test_StartRecallOfBatch_RevertWhen_TheBatchsConsentIsNotRevoked() external {
        _anchor();
        _linkBatch();
        _expectStartOfBatch(2, _proof(2), _notRevoked(Messages.hash(_nth(2))));
    }

    function test_StartRecallOfBatch_RevertGiven_TheConsentsOwnLinkStartedIt() external {
        _anchor();
        _linkBatch();
        consents.recordFromBatch(consent, signature, _proof(1));
        _link();
        _revokeAs(grantor, 1);
        _expectStartOfBatch(1, _proof(1), _started());
    }

    function test_StartRecallOfBatch_WhenAnybodyShowsThatARevokedConsentIsInALinkedBatch() external {
        _anchor();
        _linkBatch();
        bytes32 total;
        for (uint256 nonce = 1; nonce <= 3; ++nonce) {
            _revokeNth(nonce);
            bytes32 signed = keccak256(_signatureOf(nonce));
            vm.prank(stranger);
            assertEq(consents.startRecallOfBatch(_nth(nonce), signed, _proof(nonce), datasetId, 1), 1, "one a day");
            total = keccak256(abi.encode(total, Messages.hash(_nth(nonce)), LEAVES));
        }
        assertEq(recalls.recallOf(1).leavesHash, total);
        assertEq(consents.linkOf(consentHash, datasetId, 1).linkedAt, 0, "by batch alone");
        assertEq(consents.linkOf(consentHash, datasetId, 1).recallId, 1);
    }

    // ---- parts

    function _name(address guardian) private {
        vm.prank(grantor);
        consents.nameGuardian(guardian);
    }

    /// @dev Naming the first `versions` versions.
    function _revokeAs(address caller, uint32 versions) private {
        IConsentRegistry.VersionRef[] memory refs = new IConsentRegistry.VersionRef[](versions);
        for (uint32 i = 0; i < versions; ++i) {
            refs[i] = IConsentRegistry.VersionRef(datasetId, i + 1);
        }
        vm.prank(caller);
        consents.revoke(consent, "withdrawn", refs);
    }

    function _revokeNth(uint256 nonce) private {
        vm.prank(grantor);
        consents.revoke(_nth(nonce), "withdrawn", new IConsentRegistry.VersionRef[](0));
    }

    function _withdrawal() private view returns (Consent memory withdrawal) {
        withdrawal = _consent();
        (withdrawal.receiptHash, withdrawal.uses, withdrawal.nonce) = (consentHash, 0, 0);
    }

    function _expectWithdraw(Consent memory withdrawal, uint256 key, bytes memory reason) private {
        bytes memory signed = _sign(key, Messages.hash(withdrawal));
        vm.expectRevert(reason);
        consents.revokeBySignature(consent, withdrawal, signed);
    }

    function _expectStartOfBatch(uint256 nonce, IConsentRegistry.BatchProof memory proof, bytes memory reason) private {
        bytes32 signed = keccak256(_signatureOf(nonce));
        vm.expectRevert(reason);
        consents.startRecallOfBatch(_nth(nonce), signed, proof, datasetId, 1);
    }

    function _badGuardian(address guardian) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_BadGuardian.selector, guardian);
    }

    function _notGrantor(address caller, address guardian) private view returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_NotGrantor.selector, caller, grantor, guardian);
    }

    function _badWithdrawal() private view returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_BadWithdrawal.selector, consentHash);
    }

    function _notRevoked(bytes32 hash) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_NotRevoked.selector, hash);
    }

    function _started() private view returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_RecallStarted.selector, consentHash, 1);
    }
}
