// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IComputeReceipts } from "../../../../contracts/interfaces/proofs/IComputeReceipts.sol";
import { ComputeReceipt, Messages } from "../../../../contracts/types/Messages.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

/// @notice Receipts that follow each other under one license, of enclaves of two kinds.
contract LatestReceiptTest is ColophonTest {
    using Messages for ComputeReceipt;

    address private checker = makeAddr("verifier of evidence");
    uint256 private licenseId;
    IComputeReceipts.Policy private attested;
    IComputeReceipts.Policy private simulated;

    function setUp() public override {
        super.setUp();
        (, licenseId) = buyEscrow();
        vm.prank(governance);
        computeReceipts.setVerifier(checker, true);
        (attested.platform, attested.rootHash, attested.debugForbidden) = ("platform", "root", true);
        attested.measurements = [bytes32(uint256(1))];
        simulated = attested;
        (simulated.simulated, simulated.debugForbidden) = (true, false);
        computeReceipts.publishPolicy(attested);
        computeReceipts.publishPolicy(simulated);
        forward(1 days);
    }

    function test_LastProvenAt_WhenNoReceiptIsOnRecord() public view {
        _assertLast(1, 0);
    }

    function test_LastProvenAt_WhenOneReceiptIsOnRecord() public {
        uint40 at = _record("a", attested);
        forward(1 days);
        _assertLast(0, at);
        _assertLast(1, at);
        _assertLast(2, at);
        _assertLast(3, 0);
    }

    function test_LastProvenAt_WhenReceiptsFollowEachOther() public {
        uint40 first = _record("a", attested);
        uint40 second = _record("b", attested);
        _assertLast(2, second);
        uint40 third = _record("c", simulated);
        _assertLast(1, third);
        _assertLast(2, second);
        uint40 fourth = _record("d", attested);
        _assertLast(1, fourth);
        _assertLast(2, fourth);
        assertEq(computeReceipts.provenAt(licenseId, 2), first, "the first stays the first");
    }

    function test_LastProvenAt_WhenTheLastReceiptFell() public {
        uint40 first = _record("a", attested);
        _record("b", attested);
        _record("c", attested);
        _revoke("c");
        _assertLast(2, first);
    }

    function test_LastProvenAt_WhenTheFirstReceiptFell() public {
        _record("a", attested);
        uint40 second = _record("b", attested);
        _revoke("a");
        _assertLast(2, second);
        // The next takes the first's place, and is later than the last of before.
        uint40 third = _record("c", attested);
        assertEq(computeReceipts.provenAt(licenseId, 2), third, "first");
        _assertLast(2, third);
        uint40 fourth = _record("d", attested);
        _assertLast(2, fourth);
    }

    function test_LastProvenAt_WhenEveryReceiptFell() public {
        _record("a", attested);
        _record("b", attested);
        _revoke("a");
        _revoke("b");
        _assertLast(1, 0);
    }

    // ---- helpers

    function _assertLast(uint8 least, uint40 at) private view {
        assertEq(computeReceipts.lastProvenAt(licenseId, least), at, vm.toString(least));
    }

    /// @dev A job of bob's that runs for an hour in an enclave with this key, recorded a day later.
    function _record(string memory enclave, IComputeReceipts.Policy memory policy) private returns (uint40) {
        (address key, uint256 secret) = makeAddrAndKey(enclave);
        IComputeReceipts.SignerEvidence memory evidence;
        (evidence.measurement, evidence.evidenceHash) = (bytes32(uint256(1)), keccak256("quote"));
        evidence.expiresAt = uint40(block.timestamp + 30 days);
        vm.prank(checker);
        computeReceipts.registerSigner(policy, key, evidence);
        ComputeReceipt memory r;
        r.startedAt = uint40(block.timestamp);
        forward(1 hours);
        (r.policy, r.signer, r.runner) = (keccak256(abi.encode(policy)), key, bob);
        (r.endedAt, r.jobManifestHash) = (uint40(block.timestamp), unique("job"));
        (r.runManifestHash, r.evidenceHash) = (unique("run"), evidence.evidenceHash);
        uint256[] memory ids = new uint256[](1);
        ids[0] = licenseId;
        r.licensesHash = keccak256(abi.encodePacked(ids));
        forward(1 days);
        computeReceipts.record(r, ids, sign(secret, r.hash()));
        return uint40(block.timestamp);
    }

    function _revoke(string memory enclave) private {
        (address key,) = makeAddrAndKey(enclave);
        bytes32 policy = keccak256(abi.encode(attested));
        vm.prank(checker);
        computeReceipts.revokeSigner(policy, key, "why");
    }
}
