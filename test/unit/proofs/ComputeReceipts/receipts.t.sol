// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IComputeReceipts } from "../../../../contracts/interfaces/proofs/IComputeReceipts.sol";
import { ComputeReceipt, Messages } from "../../../../contracts/types/Messages.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract ReceiptsTest is ColophonTest {
    using Messages for ComputeReceipt;

    address private checker = makeAddr("verifier of evidence");
    address private enclave;
    uint256 private enclaveKey;
    uint256 private licenseId;
    IComputeReceipts.Policy private policy;
    bytes32 private policyId;

    function setUp() public override {
        super.setUp();
        (enclave, enclaveKey) = makeAddrAndKey("key in an enclave");
        (, licenseId) = buyEscrow();
        vm.prank(governance);
        computeReceipts.setVerifier(checker, true);
        policy.platform = keccak256("intel-tdx");
        policy.rootHash = keccak256("root");
        policy.minimumTcb = 5;
        policy.debugForbidden = true;
        policy.measurements = [bytes32(uint256(1)), bytes32(uint256(2))];
        policy.deniedAdvisories = [keccak256("INTEL-SA-1")];
        policyId = computeReceipts.publishPolicy(policy);
    }

    // ---- publishPolicy

    function test_PublishPolicy_RevertWhen_ThePolicyCannotBe() public {
        IComputeReceipts.Policy memory p = policy;
        p.platform = 0;
        _expectBadPolicy(p, "platform");
        (p.platform, p.rootHash) = ("x", 0);
        _expectBadPolicy(p, "rootHash");
        (p.rootHash, p.debugForbidden) = ("x", false);
        _expectBadPolicy(p, "debugForbidden");
        (p.debugForbidden, p.measurements) = (true, new bytes32[](0));
        _expectBadPolicy(p, "measurements");
        p.measurements = new bytes32[](2);
        _expectBadPolicy(p, "measurements");
        p.measurements = new bytes32[](1);
        p.deniedAdvisories = new bytes32[](33);
        _expectBadPolicy(p, "deniedAdvisories");
    }

    function test_PublishPolicy_RevertWhen_ThePolicyIsPublishedAlready() public {
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_PolicyKnown.selector, policyId));
        computeReceipts.publishPolicy(policy);
    }

    function testFuzz_PublishPolicy_WhenThePolicyCanBe(uint64 tcb, bool simulated) public {
        IComputeReceipts.Policy memory p = policy;
        (p.minimumTcb, p.simulated, p.platform) = (tcb, simulated, "another");
        bytes32 id = keccak256(abi.encode(p));
        vm.expectEmit(address(computeReceipts));
        emit IComputeReceipts.PolicyPublished(id, address(this), p);
        assertEq(computeReceipts.publishPolicy(p), id);
        (bool published, bool said) = computeReceipts.policyOf(id);
        assertTrue(published);
        assertEq(said, simulated);
    }

    // ---- registerSigner

    function test_RegisterSigner_RevertWhen_TheCallerIsNoVerifier() public {
        bytes memory refusal = abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_NotVerifier.selector, mallory);
        vm.expectRevert(refusal);
        vm.prank(mallory);
        computeReceipts.registerSigner(policy, enclave, _evidence());
        vm.startPrank(governance);
        computeReceipts.setVerifier(mallory, true);
        assertTrue(computeReceipts.isVerifier(mallory));
        vm.expectEmit(address(computeReceipts));
        emit IComputeReceipts.VerifierSet(mallory, false);
        computeReceipts.stopVerifier(mallory);
        vm.expectRevert(IComputeReceipts.ComputeReceipts_NoChange.selector);
        computeReceipts.stopVerifier(mallory);
        vm.stopPrank();
        vm.expectRevert(refusal);
        vm.prank(mallory);
        computeReceipts.registerSigner(policy, enclave, _evidence());
    }

    function test_RegisterSigner_RevertWhen_ThePolicyIsUnknown() public {
        IComputeReceipts.Policy memory p = policy;
        p.minimumTcb = 4;
        bytes32 id = keccak256(abi.encode(p));
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_UnknownPolicy.selector, id));
        vm.prank(checker);
        computeReceipts.registerSigner(p, enclave, _evidence());
    }

    function test_RegisterSigner_RevertWhen_TheEvidenceDoesNotMeetThePolicy() public {
        IComputeReceipts.SignerEvidence memory e = _evidence();
        e.measurement = bytes32(uint256(3));
        _expectRefused(enclave, e, "measurement");
        e = _evidence();
        e.tcb = 4;
        _expectRefused(enclave, e, "tcb");
        e = _evidence();
        e.debug = true;
        _expectRefused(enclave, e, "debug");
        e = _evidence();
        e.advisories = new bytes32[](1);
        e.advisories[0] = keccak256("INTEL-SA-1");
        _expectRefused(enclave, e, "advisories");
        e = _evidence();
        e.evidenceHash = 0;
        _expectRefused(enclave, e, "evidenceHash");
        e = _evidence();
        e.expiresAt = uint40(block.timestamp);
        _expectRefused(enclave, e, "expiresAt");
        e.expiresAt = uint40(block.timestamp + 90 days + 1);
        _expectRefused(enclave, e, "expiresAt");
        _expectRefused(address(0), _evidence(), "signer");
    }

    function test_RegisterSigner_RevertWhen_TheKeyIsRegisteredOrWasRevoked() public {
        _register();
        bytes memory taken =
            abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_SignerTaken.selector, policyId, enclave);
        IComputeReceipts.SignerEvidence memory e = _evidence();
        vm.startPrank(checker);
        vm.expectRevert(taken);
        computeReceipts.registerSigner(policy, enclave, e);
        vm.warp(e.expiresAt);
        e.expiresAt += 1;
        computeReceipts.registerSigner(policy, enclave, e);
        computeReceipts.revokeSigner(policyId, enclave, "why");
        vm.warp(e.expiresAt);
        e.expiresAt += 1;
        vm.expectRevert(taken);
        computeReceipts.registerSigner(policy, enclave, e);
    }

    function test_RegisterSigner_WhenTheEvidenceMeetsThePolicy() public {
        IComputeReceipts.SignerEvidence memory e = _evidence();
        vm.expectEmit(address(computeReceipts));
        emit IComputeReceipts.SignerRegistered(policyId, enclave, checker, e);
        _register();
        IComputeReceipts.Signer memory s = computeReceipts.signerOf(policyId, enclave);
        assertEq(s.verifier, checker);
        assertEq(s.from, block.timestamp);
        assertEq(s.expiresAt, e.expiresAt);
        assertEq(s.evidenceHash, e.evidenceHash);
        assertEq(s.revokedAt, 0);
    }

    function test_RegisterSigner_WhenTheEnclaveIsSimulated() public {
        bytes32 id = _simulate();
        assertEq(computeReceipts.signerOf(id, enclave).verifier, mallory);
    }

    // ---- revokeSigner

    function test_RevokeSigner_RevertWhen_TheCallerIsNotTheVerifierThatRegisteredIt() public {
        _register();
        vm.expectRevert(
            abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_NotAnswerable.selector, policyId, enclave, mallory)
        );
        vm.prank(mallory);
        computeReceipts.revokeSigner(policyId, enclave, "why");
    }

    function test_RevokeSigner_WhenTheVerifierOrAGuardianRevokesIt() public {
        (ComputeReceipt memory r, uint256[] memory ids) = _receipt();
        bytes32 receiptId = computeReceipts.record(r, ids, _signed(r));
        assertEq(computeReceipts.provenAt(licenseId, 2), block.timestamp);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 2; ++i) {
            vm.expectEmit(address(computeReceipts));
            emit IComputeReceipts.SignerRevoked(policyId, enclave, i == 0 ? checker : governance, "why");
            vm.prank(i == 0 ? checker : governance);
            if (i == 0) computeReceipts.revokeSigner(policyId, enclave, "why");
            else computeReceipts.stopSigner(policyId, enclave, "why");
            assertTrue(computeReceipts.receiptOf(receiptId).revoked);
            assertEq(computeReceipts.provenAt(licenseId, 1), 0);
            assertFalse(computeReceipts.boundsRun(receiptId, r.runManifestHash, bob, r.startedAt, r.endedAt));
            if (i == 0) vm.revertToState(snapshot);
        }
    }

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

    function _evidence() private view returns (IComputeReceipts.SignerEvidence memory e) {
        (e.measurement, e.evidenceHash, e.tcb) = (bytes32(uint256(2)), keccak256("quote"), 5);
        e.expiresAt = uint40(block.timestamp + 30 days);
    }

    function _register() private {
        vm.prank(checker);
        computeReceipts.registerSigner(policy, enclave, _evidence());
    }

    /// @dev A policy of simulated enclaves, and the key registered under it by nobody in particular.
    function _simulate() private returns (bytes32 id) {
        IComputeReceipts.Policy memory p = policy;
        (p.simulated, p.debugForbidden) = (true, false);
        id = computeReceipts.publishPolicy(p);
        IComputeReceipts.SignerEvidence memory e = _evidence();
        e.debug = true;
        vm.prank(mallory);
        computeReceipts.registerSigner(p, enclave, e);
    }

    /// @dev A job of bob's that ran for an hour and ends now, by a key registered at its start.
    function _receipt() private returns (ComputeReceipt memory r, uint256[] memory ids) {
        _register();
        ids = new uint256[](1);
        ids[0] = licenseId;
        r.startedAt = uint40(block.timestamp);
        forward(1 hours);
        (r.policy, r.signer, r.runner, r.endedAt) = (policyId, enclave, bob, uint40(block.timestamp));
        (r.jobManifestHash, r.inputsHash, r.outputsHash) = (keccak256("job"), keccak256("in"), keccak256("out"));
        (r.runManifestHash, r.evidenceHash) = (keccak256("run"), keccak256("quote"));
        r.licensesHash = keccak256(abi.encodePacked(ids));
    }

    function _signed(ComputeReceipt memory r) private view returns (bytes memory) {
        return sign(enclaveKey, r.hash());
    }

    function _copy(ComputeReceipt memory r) private pure returns (ComputeReceipt memory) {
        return abi.decode(abi.encode(r), (ComputeReceipt));
    }

    function _expectBadPolicy(IComputeReceipts.Policy memory p, bytes32 field) private {
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_BadPolicy.selector, field));
        computeReceipts.publishPolicy(p);
    }

    function _expectRefused(address signer, IComputeReceipts.SignerEvidence memory e, bytes32 field) private {
        vm.expectRevert(
            abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_EvidenceRefused.selector, policyId, field)
        );
        vm.prank(checker);
        computeReceipts.registerSigner(policy, signer, e);
    }

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
