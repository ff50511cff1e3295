// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import { IKeyNetwork } from "../../../../contracts/interfaces/keys/IKeyNetwork.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract StartEpochTest is ColophonTest {
    bytes internal publicKey = abi.encodePacked(keccak256("public"), bytes16(keccak256("key")));

    function test_RevertWhen_TheCallerLacksTheRole() public {
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, mallory));
        keyNetwork.startEpoch(2, publicKey, _nodes(3));
    }

    function testFuzz_RevertWhen_ThereAreTooFewOrTooManyNodes(uint256 count) public {
        uint256 max = keyNetwork.MAX_NODES();
        count = bound(count, 0, 8);
        count = count < 2 ? count : max - 1 + count;
        _expectRevert(2, publicKey, _nodes(count), IKeyNetwork.KeyNetwork_BadNodeCount.selector, count, max);
    }

    function testFuzz_RevertWhen_TheThresholdIsBelowTwoOrAboveTheNodes(uint256 threshold) public {
        threshold = threshold % 2 == 0 ? bound(threshold, 0, 1) : bound(threshold, 4, type(uint256).max);
        _expectRevert(threshold, publicKey, _nodes(3), IKeyNetwork.KeyNetwork_BadThreshold.selector, threshold, 3);
    }

    function testFuzz_RevertWhen_ThePublicKeyHasAnotherLength(uint256 length) public {
        length = bound(length, 0, 96);
        vm.assume(length != 48);
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IKeyNetwork.KeyNetwork_BadPublicKey.selector, length));
        keyNetwork.startEpoch(2, new bytes(length), _nodes(3));
    }

    function test_RevertWhen_ANodeHasNoOperatorOrEndpoint() public {
        IKeyNetwork.Node[] memory nodes = _nodes(3);
        nodes[1].operator = address(0);
        _expectBadNode(nodes, 1);
        nodes = _nodes(3);
        nodes[2].endpoint = "";
        _expectBadNode(nodes, 2);
    }

    function test_RevertWhen_TwoNodesHaveOneOperator() public {
        IKeyNetwork.Node[] memory nodes = _nodes(3);
        nodes[2].operator = nodes[0].operator;
        _expectBadNode(nodes, 2);
    }

    function test_WhenItIsTheFirstEpoch() public {
        IKeyNetwork.Node[] memory nodes = _nodes(3);
        vm.expectEmit(address(keyNetwork));
        emit IKeyNetwork.EpochStarted(1, 2, publicKey, nodes);
        vm.expectEmit(address(keyNetwork));
        emit IKeyNetwork.StateChanged(1);
        vm.expectEmit(address(keyNetwork));
        emit IKeyNetwork.StateChanged(0);
        vm.prank(governance);
        keyNetwork.startEpoch(2, publicKey, nodes);
        _assertState(1, 2, publicKey, nodes);
    }

    function testFuzz_WhenItFollowsAnotherEpoch(uint256 before, uint256 count) public {
        bytes memory other = abi.encodePacked(keccak256("other"), bytes16(keccak256("key")));
        vm.startPrank(governance);
        keyNetwork.startEpoch(2, other, _nodes(bound(before, 2, 8)));
        IKeyNetwork.Node[] memory nodes = _nodes(bound(count, 2, 8));
        nodes[0].endpoint = "https://moved.example";
        keyNetwork.startEpoch(nodes.length, publicKey, nodes);
        vm.stopPrank();
        _assertState(2, nodes.length, publicKey, nodes);
    }

    function test_GivenNoEpochStarted() public view {
        _assertState(0, 0, "", new IKeyNetwork.Node[](0));
    }

    function _assertState(
        uint256 epoch,
        uint256 threshold,
        bytes memory key,
        IKeyNetwork.Node[] memory nodes
    )
        private
        view
    {
        assertEq(keyNetwork.epoch(), epoch);
        assertEq(keyNetwork.threshold(), threshold);
        assertEq(keyNetwork.publicKey(), key);
        assertEq(abi.encode(keyNetwork.nodes()), abi.encode(nodes));
        (IKeyNetwork.Epoch memory lit, uint256 minimum, IKeyNetwork.Validator[] memory validators) =
            keyNetwork.getActiveUnkickedValidatorStructsAndCounts();
        assertEq(lit.number, epoch);
        assertEq(minimum, threshold);
        assertEq(validators.length, nodes.length);
        for (uint256 i; i < nodes.length; ++i) {
            assertEq(validators[i].ip, nodes[i].ip);
            assertEq(validators[i].port, nodes[i].port);
            assertEq(validators[i].nodeAddress, nodes[i].operator);
        }
    }

    function _expectBadNode(IKeyNetwork.Node[] memory nodes, uint256 position) private {
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IKeyNetwork.KeyNetwork_BadNode.selector, position));
        keyNetwork.startEpoch(2, publicKey, nodes);
    }

    function _expectRevert(
        uint256 threshold,
        bytes memory key,
        IKeyNetwork.Node[] memory nodes,
        bytes4 selector,
        uint256 first,
        uint256 second
    )
        private
    {
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(selector, first, second));
        keyNetwork.startEpoch(threshold, key, nodes);
    }

    function _nodes(uint256 count) private returns (IKeyNetwork.Node[] memory nodes) {
        nodes = new IKeyNetwork.Node[](count);
        for (uint256 i; i < count; ++i) {
            string memory name = vm.toString(i);
            nodes[i] = IKeyNetwork.Node({
                operator: makeAddr(name),
                ip: uint32(0x7f000001 + i),
                port: uint32(8000 + i),
                publicKeyShareHash: keccak256(bytes(name)),
                endpoint: string.concat("https://node-", name, ".example")
            });
        }
    }
}
