// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../../../../contracts/common/TypedData.sol";
import { ICheckpointLog } from "../../../../contracts/interfaces/proofs/ICheckpointLog.sol";
import { IObjectiveFaults } from "../../../../contracts/interfaces/trust/IObjectiveFaults.sol";
import { IProviderBond } from "../../../../contracts/interfaces/trust/IProviderBond.sol";
import { KeyPurposes } from "../../../../contracts/trust/TrustBits.sol";
import { Checkpoint, Messages } from "../../../../contracts/types/Messages.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";
import { Trees } from "../../trust/Trees.sol";

contract CheckpointLogTest is ColophonTest {
    string private constant ORIGIN = "provider.example/log";
    bytes32 private constant ORIGIN_HASH = keccak256(bytes(ORIGIN));
    uint64 private constant ENTRIES = 40;
    bytes32[] private noProof;

    address private logKey;
    uint256 private logSecret;
    bytes32[] private entries;

    function setUp() public override {
        super.setUp();
        (logKey, logSecret) = makeAddrAndKey("key of the log");
        vm.startPrank(provider);
        providerBond.register(IProviderBond.Profile(provider, "uri", keccak256("endpoints"), keccak256("terms")));
        providerBond.addKey(logKey, KeyPurposes.LOGS);
        vm.stopPrank();
        for (uint256 i; i < ENTRIES; ++i) {
            entries.push(keccak256(abi.encode("entry", i)));
        }
        skip(1 hours);
    }

    // ---- open

    function test_Open_RevertWhen_TheOriginIsNotTheSignedOneOrNoLine() external {
        Checkpoint memory head = _head(7);
        bytes memory signature = _byProvider(head);
        _expectBadOrigin(keccak256("another"), head.originHash);
        checkpointLog.open("another", head, provider, signature);
        string[3] memory lines = ["", "two\nlines", string(new bytes(256))];
        for (uint256 i; i < lines.length; ++i) {
            head.originHash = keccak256(bytes(lines[i]));
            signature = _byProvider(head);
            _expectBadOrigin(head.originHash, head.originHash);
            checkpointLog.open(lines[i], head, provider, signature);
        }
    }

    function test_Open_RevertWhen_TheLogIsOpenAlready() external {
        _open(7);
        Checkpoint memory head = _head(8);
        bytes memory signature = _byProvider(head);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointLog.CheckpointLog_AlreadyOpen.selector, provider, ORIGIN_HASH)
        );
        checkpointLog.open(ORIGIN, head, provider, signature);
    }

    function test_Open_RevertWhen_TheHeadIsEmpty() external {
        Checkpoint memory head = _head(7);
        head.size = 0;
        bytes memory signature = _byProvider(head);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.CheckpointLog_NotLarger.selector, 0, 0));
        checkpointLog.open(ORIGIN, head, provider, signature);
    }

    function test_Open_RevertWhen_TheTimeIsOfTheFuture() external {
        Checkpoint memory head = _head(7);
        head.signedAt = uint40(block.timestamp + 1);
        bytes memory signature = _byProvider(head);
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointLog.CheckpointLog_BadTime.selector, head.signedAt, 0, block.timestamp)
        );
        checkpointLog.open(ORIGIN, head, provider, signature);
    }

    function test_Open_RevertWhen_TheSignatureIsNotTheSigners() external {
        Checkpoint memory head = _head(7);
        bytes memory signature = _byProvider(head);
        _expectBadSignature(logKey, head.signedAt);
        checkpointLog.open(ORIGIN, head, logKey, signature);
        head.root = keccak256("another");
        _expectBadSignature(provider, head.signedAt);
        checkpointLog.open(ORIGIN, head, provider, signature);
    }

    function test_Open_RevertWhen_TheSignerMayNotSignForLogs() external {
        Checkpoint memory head = _head(7);
        bytes memory signature = _sign(bobKey, head);
        _expectBadSignature(bob, head.signedAt);
        checkpointLog.open(ORIGIN, head, bob, signature);
        // A key signs for what comes after it was added.
        head.signedAt = uint40(START - 1);
        signature = _sign(logSecret, head);
        _expectBadSignature(logKey, head.signedAt);
        checkpointLog.open(ORIGIN, head, logKey, signature);
    }

    function test_Open_RevertWhen_TheLogWasProvenForked() external {
        Checkpoint memory head = _head(7);
        Checkpoint memory other = _head(7);
        other.root = keccak256("another history");
        _prove(head, other);
        bytes memory signature = _byProvider(head);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointLog.CheckpointLog_Forked.selector, provider, ORIGIN_HASH, uint40(block.timestamp)
            )
        );
        checkpointLog.open(ORIGIN, head, provider, signature);
    }

    function test_Open_WhenTheHeadIsGood() external {
        Checkpoint memory head = _head(7);
        bytes memory signature = _byProvider(head);
        vm.expectEmit(address(checkpointLog));
        emit ICheckpointLog.LogOpened(provider, ORIGIN_HASH, ORIGIN);
        vm.expectEmit(address(checkpointLog));
        emit ICheckpointLog.CheckpointAnchored(provider, ORIGIN_HASH, 7, head.root, head.signedAt, provider);
        vm.prank(mallory);
        checkpointLog.open(ORIGIN, head, provider, signature);
        _assertHead(7);
    }

    // ---- anchor

    function test_Anchor_RevertWhen_TheLogIsNotOpen() external {
        Checkpoint memory head = _head(7);
        bytes memory signature = _byProvider(head);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.CheckpointLog_NotOpen.selector, provider, ORIGIN_HASH));
        checkpointLog.anchor(head, provider, signature, noProof);
    }

    function test_Anchor_RevertWhen_TheHeadIsNotLarger() external {
        _open(7);
        Checkpoint memory head = _head(7);
        bytes memory signature = _byProvider(head);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.CheckpointLog_NotLarger.selector, 7, 7));
        checkpointLog.anchor(head, provider, signature, noProof);
    }

    function test_Anchor_RevertWhen_TheHeadWasSignedBeforeTheAnchoredOne() external {
        _open(7);
        Checkpoint memory head = _head(8);
        head.signedAt -= 1;
        bytes memory signature = _byProvider(head);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointLog.CheckpointLog_BadTime.selector, head.signedAt, head.signedAt + 1, block.timestamp
            )
        );
        checkpointLog.anchor(head, provider, signature, noProof);
    }

    function test_Anchor_RevertWhen_TheLogWasRewritten() external {
        _open(7);
        bytes32[] memory proof = _consistency(7, 12);
        entries[3] = keccak256("rewritten");
        Checkpoint memory head = _head(12);
        _expectInconsistent(head, proof, 7);
        _expectInconsistent(head, _consistency(7, 12), 7);
    }

    function test_Anchor_RevertWhen_TheProofIsOfAnotherSize() external {
        _open(7);
        _expectInconsistent(_head(12), _consistency(7, 13), 7);
        _expectInconsistent(_head(12), _consistency(6, 12), 7);
        _expectInconsistent(_head(12), noProof, 7);
    }

    function testFuzz_Anchor_WhenTheHeadExtendsTheAnchoredOne(uint64 from, uint64 to) external {
        from = uint64(bound(from, 1, ENTRIES - 1));
        to = uint64(bound(to, from + 1, ENTRIES));
        _open(from);
        skip(1 hours);
        Checkpoint memory head = _head(to);
        bytes memory signature = _sign(logSecret, head);
        bytes32[] memory proof = _consistency(from, to);
        vm.expectEmit(address(checkpointLog));
        emit ICheckpointLog.CheckpointAnchored(provider, ORIGIN_HASH, to, head.root, head.signedAt, logKey);
        checkpointLog.anchor(head, logKey, signature, proof);
        _assertHead(to);
    }

    function test_Anchor_WhenAnotherProviderUsesTheSameName() external {
        _open(7);
        Checkpoint memory head = _head(9);
        head.provider = bob;
        checkpointLog.open(ORIGIN, head, bob, _sign(bobKey, head));
        _assertHead(7);
        assertEq(checkpointLog.headOf(bob, ORIGIN_HASH).size, 9);
    }

    // ---- includedAt

    function testFuzz_IncludedAt_WhenTheEntryIsUnderTheHead(uint64 size, uint64 index) external {
        size = uint64(bound(size, 1, ENTRIES));
        index = uint64(bound(index, 0, size - 1));
        uint256 opened = block.timestamp;
        _open(size);
        skip(1 days);
        bytes32[] memory proof = Trees.proof(Trees.first(entries, size), index);
        assertEq(checkpointLog.includedAt(provider, ORIGIN_HASH, index, entries[index], proof), opened);
    }

    function test_IncludedAt_WhenItIsNot() external {
        bytes32[] memory proof = Trees.proof(Trees.first(entries, 7), 3);
        assertEq(checkpointLog.includedAt(provider, ORIGIN_HASH, 3, entries[3], proof), 0, "no head");
        _open(7);
        assertEq(checkpointLog.includedAt(provider, ORIGIN_HASH, 3, entries[4], proof), 0, "another entry");
        assertEq(checkpointLog.includedAt(provider, ORIGIN_HASH, 2, entries[3], proof), 0, "another place");
        assertEq(checkpointLog.includedAt(bob, ORIGIN_HASH, 3, entries[3], proof), 0, "another log");
    }

    // ---- parts

    function _head(uint64 size) private view returns (Checkpoint memory) {
        bytes32 root = Trees.root(Trees.first(entries, size));
        return Checkpoint(provider, ORIGIN_HASH, size, root, uint40(block.timestamp));
    }

    function _consistency(uint64 from, uint64 to) private view returns (bytes32[] memory) {
        return Trees.consistency(Trees.first(entries, to), from);
    }

    function _open(uint64 size) private {
        Checkpoint memory head = _head(size);
        checkpointLog.open(ORIGIN, head, provider, _byProvider(head));
    }

    function _byProvider(Checkpoint memory head) private view returns (bytes memory) {
        return _sign(providerKey, head);
    }

    function _sign(uint256 key, Checkpoint memory head) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, TypedData.digest(address(licenseToken), Messages.hash(head)));
        return abi.encodePacked(r, s, v);
    }

    /// @dev Two heads of one size: a fault of the provider, which has nothing at stake here.
    function _prove(Checkpoint memory one, Checkpoint memory other) private {
        IObjectiveFaults.SignedHead memory first = IObjectiveFaults.SignedHead(one, provider, _byProvider(one));
        IObjectiveFaults.SignedHead memory second = IObjectiveFaults.SignedHead(other, provider, _byProvider(other));
        objectiveFaults.equivocation(first, second, noProof, address(usdc));
    }

    function _assertHead(uint64 size) private view {
        ICheckpointLog.Head memory head = checkpointLog.headOf(provider, ORIGIN_HASH);
        assertEq(head.size, size);
        assertEq(head.root, Trees.root(Trees.first(entries, size)));
        assertEq(head.anchoredAt, block.timestamp);
        assertEq(head.signedAt, block.timestamp);
    }

    function _expectBadOrigin(bytes32 given, bytes32 signed) private {
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.CheckpointLog_BadOrigin.selector, given, signed));
    }

    function _expectBadSignature(address signer, uint40 at) private {
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointLog.CheckpointLog_BadSignature.selector, provider, signer, at)
        );
    }

    function _expectInconsistent(Checkpoint memory head, bytes32[] memory proof, uint64 anchored) private {
        bytes memory signature = _byProvider(head);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointLog.CheckpointLog_NotConsistent.selector, provider, ORIGIN_HASH, anchored, head.size
            )
        );
        checkpointLog.anchor(head, provider, signature, proof);
    }
}
