// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IRecalls } from "../../../../contracts/interfaces/trust/IRecalls.sol";
import { RecallTest } from "./RecallTest.sol";

contract ResolveTest is RecallTest {
    function test_NameRoot_RevertWhen_TheCallerIsNotTheOwner() external {
        uint256 recallId = _collected();
        vm.expectRevert(_notOwner(buyer));
        vm.prank(buyer);
        recalls.nameRoot(recallId, ROOT);
    }

    function test_NameRoot_RevertGiven_TheRecallStillCollects() external {
        uint256 recallId = _openByConsent("one");
        _expectName(
            recallId, ROOT, abi.encodeWithSelector(IRecalls.Recalls_Collecting.selector, recallId, START + 1 days)
        );
    }

    function test_NameRoot_RevertGiven_TheRootIsNamed() external {
        uint256 recallId = _openRecall();
        _expectName(recallId, ROOT, abi.encodeWithSelector(IRecalls.Recalls_RootNamed.selector, recallId, ROOT));
    }

    function test_NameRoot_RevertGiven_TheRecallWasDismissed() external {
        uint256 recallId = _collected();
        _decide(recallId, false);
        _expectName(recallId, ROOT, abi.encodeWithSelector(IRecalls.Recalls_Dismissed.selector, recallId));
    }

    function test_NameRoot_RevertWhen_TheNamedRootIsNotInForce() external {
        uint256 recallId = _collected();
        _expectName(
            recallId,
            "other",
            abi.encodeWithSelector(IRecalls.Recalls_RootNotInForce.selector, datasetId, 1, bytes32("other"), ROOT)
        );
    }

    function test_NameRoot_WhenTheOwnerNamesTheRootInForce() external {
        uint256 recallId = _collected();
        vm.expectEmit(address(recalls));
        emit IRecalls.RevokedRootNamed(recallId, ROOT);
        vm.prank(seller);
        recalls.nameRoot(recallId, ROOT);
        assertEq(recalls.recallOf(recallId).revokedRoot, ROOT);
    }

    function test_Resolve_RevertWhen_SomebodyElseResolves() external {
        uint256 recallId = _openRecall();
        uint32 version = _newVersion("2");
        vm.expectRevert(_notOwner(buyer));
        vm.prank(buyer);
        recalls.resolve(recallId, version);
    }

    function test_Resolve_RevertGiven_NoRootIsNamed() external {
        uint256 recallId = _collected();
        uint32 version = _newVersion("2");
        _expectResolve(recallId, version, abi.encodeWithSelector(IRecalls.Recalls_RootMissing.selector, recallId));
    }

    function test_Resolve_RevertGiven_ItIsDismissed() external {
        uint256 recallId = _openRecall();
        _decide(recallId, false);
        uint32 version = _newVersion("2");
        _expectResolve(recallId, version, abi.encodeWithSelector(IRecalls.Recalls_Dismissed.selector, recallId));
    }

    function test_Resolve_RevertWhen_TheNewVersionIsNotLater() external {
        uint256 recallId = _openRecall();
        _expectResolve(recallId, 1, _badVersion(recallId, 1));
        _expectResolve(recallId, 0, _badVersion(recallId, 0));
    }

    function test_Resolve_RevertWhen_TheNewVersionDoesNotExist() external {
        uint256 recallId = _openRecall();
        _expectResolve(recallId, 2, abi.encodeWithSelector(IRecalls.Recalls_UnknownVersion.selector, datasetId, 2));
    }

    function test_Resolve_RevertWhen_TheNewVersionHasTheRecalledContents() external {
        uint256 recallId = _openRecall();
        vm.prank(seller);
        registry.addVersion(datasetId, _version(keccak256("v1")), new IDatasetRegistry.ParentLink[](0));
        _expectResolve(recallId, 2, _badVersion(recallId, 2));
    }

    function test_Resolve_RevertGiven_ItIsResolved() external {
        uint256 recallId = _openRecall();
        uint32 version = _newVersion("2");
        _resolve(recallId, version);
        _expectResolve(recallId, version, _badVersion(recallId, version));
    }

    function test_Resolve_WhenTheOwnerResolves() external {
        uint256 recallId = _openRecall();
        uint32 version = _newVersion("2");
        vm.expectEmit(address(recalls));
        emit IRecalls.RecallResolved(recallId, datasetId, version, LEAVES, ROOT, 0);
        _resolve(recallId, version);
        assertEq(recalls.recallOf(recallId).newVersion, version);
        assertEq(recalls.departureCount(datasetId, version), 1);
        assertEq(recalls.departureAt(datasetId, version, 0), recallId);
        assertEq(recalls.departureAt(datasetId, version, 1), 0, "none");
        _assertStanding(recallId, IRecalls.Standing.Waiting);
    }

    function test_Resolve_WhenOneVersionResolvesTwoRecalls() external {
        (uint256 first, uint256 second) = (_openRecall(), _openRecall());
        uint32 version = _newVersion("2");
        _resolve(second, version);
        _resolve(first, version);
        assertEq(recalls.departureCount(datasetId, version), 2);
        assertEq(recalls.departureAt(datasetId, version, 0), second);
        assertEq(recalls.departureAt(datasetId, version, 1), first);
    }

    /// @dev A recall by consent that no longer collects.
    function _collected() private returns (uint256 recallId) {
        recallId = _openByConsent("one");
        vm.warp(START + 1 days);
    }

    function _resolve(uint256 recallId, uint32 version) private {
        vm.prank(seller);
        recalls.resolve(recallId, version);
    }

    function _expectName(uint256 recallId, bytes32 root, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(seller);
        recalls.nameRoot(recallId, root);
    }

    function _expectResolve(uint256 recallId, uint32 version, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(seller);
        recalls.resolve(recallId, version);
    }

    function _badVersion(uint256 recallId, uint32 version) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRecalls.Recalls_BadVersion.selector, recallId, version);
    }
}
