// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IComputeReceipts } from "../../../../contracts/interfaces/proofs/IComputeReceipts.sol";
import { ComputeReceipt, Messages } from "../../../../contracts/types/Messages.sol";
import { ReceiptTest } from "../ReceiptTest.sol";

contract ReceiptsTest is ReceiptTest {
    using Messages for ComputeReceipt;

    // ---- record

    function test_Record_WhenTheReceiptIsGood() public {
        (ComputeReceipt memory r, uint256[] memory ids) = _receipt();
        bytes32 receiptId = r.hash();
        vm.expectEmit(address(computeReceipts));
        emit IComputeReceipts.ReceiptRecorded(receiptId, r.runManifestHash, enclave, 2, r, ids);
        vm.expectEmit(address(computeReceipts));
        emit IComputeReceipts.LicenseReceipt(licenseId, receiptId, 2);
        assertEq(computeReceipts.record(r, ids, _signed(r)), receiptId);
        IComputeReceipts.Receipt memory stored = computeReceipts.receiptOf(receiptId);
        assertEq(stored.policy, policyId);
        assertEq(stored.signer, enclave);
        assertEq(stored.runner, bob);
        assertEq(stored.startedAt, r.startedAt);
        assertEq(stored.endedAt, r.endedAt);
        assertEq(stored.recordedAt, block.timestamp);
        assertEq(stored.runManifestHash, r.runManifestHash);
        assertEq(stored.evidenceHash, r.evidenceHash);
        assertFalse(stored.simulated || stored.revoked);
        assertEq(computeReceipts.provenAt(licenseId, 1), block.timestamp);
        assertEq(computeReceipts.provenAt(licenseId, 2), block.timestamp);
        assertEq(computeReceipts.provenAt(licenseId, 3), 0);
        bytes32 m = r.runManifestHash;
        assertTrue(computeReceipts.boundsRun(receiptId, m, bob, r.startedAt, r.endedAt));
        assertFalse(computeReceipts.boundsRun(receiptId, m, bob, r.startedAt - 1, r.endedAt));
        assertFalse(computeReceipts.boundsRun(receiptId, m, bob, r.startedAt, r.endedAt + 1));
        assertFalse(computeReceipts.boundsRun(receiptId, m, carol, r.startedAt, r.endedAt));
        assertFalse(computeReceipts.boundsRun(receiptId, "other", bob, r.startedAt, r.endedAt));
        assertFalse(computeReceipts.boundsRun("other", m, bob, r.startedAt, r.endedAt));
    }

    function test_Record_WhenTheEnclaveOfTheReceiptIsSimulated() public {
        bytes32 id = _simulate();
        (ComputeReceipt memory r, uint256[] memory ids) = _receipt();
        r.policy = id;
        bytes32 receiptId = computeReceipts.record(r, ids, _signed(r));
        assertEq(computeReceipts.provenAt(licenseId, 1), block.timestamp);
        assertEq(computeReceipts.provenAt(licenseId, 2), 0);
        assertTrue(computeReceipts.receiptOf(receiptId).simulated);
        assertFalse(computeReceipts.boundsRun(receiptId, r.runManifestHash, bob, r.startedAt, r.endedAt));
    }

    function test_Record_RevertWhen_ItWasRecordedBefore() public {
        (ComputeReceipt memory r, uint256[] memory ids) = _receipt();
        bytes memory signature = _signed(r);
        bytes32 receiptId = computeReceipts.record(r, ids, signature);
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_AlreadyRecorded.selector, receiptId));
        computeReceipts.record(r, ids, signature);
    }

    function test_Record_RevertWhen_TheReceiptCannotBe() public {
        (ComputeReceipt memory r, uint256[] memory ids) = _receipt();
        ComputeReceipt memory bad = _copy(r);
        bad.jobManifestHash = 0;
        _expectBadReceipt(bad, ids, "jobManifestHash");
        bad = _copy(r);
        bad.runner = address(0);
        _expectBadReceipt(bad, ids, "runner");
        bad = _copy(r);
        bad.startedAt = bad.endedAt + 1;
        _expectBadReceipt(bad, ids, "startedAt");
        bad = _copy(r);
        bad.endedAt = uint40(block.timestamp + 1);
        _expectBadReceipt(bad, ids, "endedAt");
        bad = _copy(r);
        bad.evidenceHash = "other";
        _expectBadReceipt(bad, ids, "evidenceHash");
        bad = _copy(r);
        bad.policy = "other";
        bytes memory signature = _signed(bad);
        vm.expectRevert(
            abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_UnknownPolicy.selector, bytes32("other"))
        );
        computeReceipts.record(bad, ids, signature);
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_UnknownReceipt.selector, bytes32("x")));
        computeReceipts.receiptOf("x");
    }

    function test_Record_RevertWhen_TheSignerDidNotCountAtTheEndOfTheJob() public {
        (ComputeReceipt memory r, uint256[] memory ids) = _receipt();
        r.endedAt = computeReceipts.signerOf(policyId, enclave).from - 1;
        r.startedAt = r.endedAt;
        _expectNotValid(r, ids);
        r.endedAt = computeReceipts.signerOf(policyId, enclave).expiresAt;
        vm.warp(r.endedAt);
        _expectNotValid(r, ids);
        r.endedAt -= 1;
        vm.prank(checker);
        computeReceipts.revokeSigner(policyId, enclave, "why");
        _expectNotValid(r, ids);
    }

    function test_Record_RevertWhen_ItIsNotSignedByItsSigner() public {
        (ComputeReceipt memory r, uint256[] memory ids) = _receipt();
        bytes memory signature = sign(bobKey, r.hash());
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_BadSignature.selector, enclave));
        computeReceipts.record(r, ids, signature);
    }

    function test_Record_RevertWhen_TheLicensesAreNotThoseItNames() public {
        (ComputeReceipt memory r,) = _receipt();
        _expectBadLicenses(r, new uint256[](0));
        _expectBadLicenses(r, new uint256[](65));
        uint256[] memory twice = new uint256[](2);
        (twice[0], twice[1]) = (licenseId, licenseId);
        _expectBadLicenses(r, twice);
        r.licensesHash = keccak256(abi.encodePacked(twice));
        _expectBadLicenses(r, twice);
    }

    function test_Record_RevertWhen_TheRunnerDidNotHoldALicenseThroughout() public {
        (ComputeReceipt memory r, uint256[] memory ids) = _receipt();
        r.runner = carol;
        bytes memory signature = _signed(r);
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_NotHeld.selector, licenseId, carol));
        computeReceipts.record(r, ids, signature);
    }

    // ---- proveContradiction

    function test_ProveContradiction_RevertWhen_TheReceiptsDoNotContradictEachOther() public {
        (ComputeReceipt memory a,) = _receipt();
        ComputeReceipt memory b = _copy(a);
        _expectNone(a, b);
        (b.outputsHash, b.startedAt) = ("other", a.startedAt + 1);
        _expectNone(a, b);
        (b.startedAt, b.jobManifestHash) = (a.startedAt, "other");
        _expectNone(a, b);
        b.jobManifestHash = a.jobManifestHash;
        bytes memory signature = _signed(a);
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_BadSignature.selector, enclave));
        computeReceipts.proveContradiction(a, signature, b, signature);
    }

    function test_ProveContradiction_WhenOneSignerSignedTwoForOneJob() public {
        (ComputeReceipt memory a, uint256[] memory ids) = _receipt();
        computeReceipts.record(a, ids, _signed(a));
        ComputeReceipt memory b = _copy(a);
        b.outputsHash = "other";
        (bytes memory first, bytes memory second) = (_signed(a), _signed(b));
        vm.expectEmit(address(computeReceipts));
        emit IComputeReceipts.ContradictionProven(policyId, enclave, a.hash(), b.hash());
        vm.prank(mallory);
        computeReceipts.proveContradiction(a, first, b, second);
        assertEq(computeReceipts.provenAt(licenseId, 1), 0);
        assertEq(computeReceipts.signerOf(policyId, enclave).revokedAt, block.timestamp);
    }

    // ---- helpers

    function _expectBadReceipt(ComputeReceipt memory r, uint256[] memory ids, bytes32 field) private {
        bytes memory signature = _signed(r);
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_BadReceipt.selector, field));
        computeReceipts.record(r, ids, signature);
    }

    function _expectNotValid(ComputeReceipt memory r, uint256[] memory ids) private {
        bytes memory signature = _signed(r);
        vm.expectRevert(
            abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_SignerNotValid.selector, policyId, enclave)
        );
        computeReceipts.record(r, ids, signature);
    }

    function _expectBadLicenses(ComputeReceipt memory r, uint256[] memory ids) private {
        bytes memory signature = _signed(r);
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_BadLicenses.selector, ids.length, 64));
        computeReceipts.record(r, ids, signature);
    }

    function _expectNone(ComputeReceipt memory a, ComputeReceipt memory b) private {
        (bytes memory first, bytes memory second) = (_signed(a), _signed(b));
        vm.expectRevert(
            abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_NoContradiction.selector, a.hash(), b.hash())
        );
        computeReceipts.proveContradiction(a, first, b, second);
    }
}
