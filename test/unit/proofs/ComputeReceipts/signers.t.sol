// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IComputeReceipts } from "../../../../contracts/interfaces/proofs/IComputeReceipts.sol";
import { ComputeReceipt } from "../../../../contracts/types/Messages.sol";
import { ReceiptTest } from "../ReceiptTest.sol";

/// @notice Policies, and keys that count under them.
contract SignersTest is ReceiptTest {
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

    // ---- helpers

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
}
