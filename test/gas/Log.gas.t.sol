// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../../contracts/common/TypedData.sol";
import { Checkpoint, Messages } from "../../contracts/types/Messages.sol";
import { ColophonTest } from "../base/ColophonTest.sol";
import { Trees } from "../unit/trust/Trees.sol";

/// @notice Gas of anchoring a log, each in its own isolated transaction: the proof is eleven nodes long.
/// forge-config: default.isolate = true
contract LogGasTest is ColophonTest {
    string private constant ORIGIN = "provider.example/log";

    bytes32[] private entries;

    function setUp() public override {
        super.setUp();
        for (uint256 i; i < 900; ++i) {
            entries.push(keccak256(abi.encode("entry", i)));
        }
    }

    function test_OpenAndAnchor() public {
        (Checkpoint memory head, bytes memory signature) = _signed(515);
        checkpointLog.open(ORIGIN, head, provider, signature);
        vm.snapshotGasLastCall("logs", "gas.log.open");
        bytes32[] memory proof = Trees.consistency(entries, 515);
        (head, signature) = _signed(900);
        checkpointLog.anchor(head, provider, signature, proof);
        vm.snapshotGasLastCall("logs", "gas.log.anchor");
        assertEq(proof.length, 11);
    }

    function _signed(uint64 size) private view returns (Checkpoint memory head, bytes memory signature) {
        bytes32 root = Trees.root(Trees.first(entries, size));
        head = Checkpoint(provider, keccak256(bytes(ORIGIN)), size, root, uint40(block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(providerKey, TypedData.digest(address(licenseToken), Messages.hash(head)));
        signature = abi.encodePacked(r, s, v);
    }
}
