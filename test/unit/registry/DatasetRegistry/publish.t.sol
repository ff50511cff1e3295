// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC4906 } from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract PublishTest is ColophonTest {
    IDatasetRegistry.ParentLink[] internal none;

    function test_RevertWhen_TheContentRootIsZero() public {
        IDatasetRegistry.VersionInput memory input = versionInput();
        input.contentRoot = bytes32(0);
        _expectZeroField(input, "contentRoot");
    }

    function test_RevertWhen_TheManifestHashIsZero() public {
        IDatasetRegistry.VersionInput memory input = versionInput();
        input.manifestHash = bytes32(0);
        _expectZeroField(input, "manifestHash");
    }

    function test_RevertWhen_ThereIsNoChunk() public {
        IDatasetRegistry.VersionInput memory input = versionInput();
        input.chunkCount = 0;
        _expectZeroField(input, "chunkCount");
    }

    function test_RevertWhen_TheRecordSetHasNoRoot() public {
        IDatasetRegistry.VersionInput memory input = versionInput();
        input.recordCount = 1;
        _expectZeroField(input, "recordRoot");
    }

    function test_RevertWhen_TheRecordRootHasNoRecords() public {
        IDatasetRegistry.VersionInput memory input = versionInput();
        input.recordRoot = unique("records");
        _expectZeroField(input, "recordCount");
    }

    function test_RevertWhen_TheOwnerIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        registry.publish(address(0), versionInput(), none);
    }

    function testFuzz_WhenTheInputIsWhole(IDatasetRegistry.VersionInput memory input, address owner) public {
        vm.assume(owner != address(0));
        input.contentRoot = unique("content");
        input.manifestHash = unique("manifest");
        input.chunkCount = uint40(bound(input.chunkCount, 1, type(uint40).max));
        if (input.recordRoot == bytes32(0)) input.recordCount = 0;
        else input.recordCount = uint64(bound(input.recordCount, 1, type(uint64).max));

        uint256 expected = registry.datasetCount() + 1;
        vm.expectEmit(address(registry));
        emit IERC721.Transfer(address(0), owner, expected);
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.DatasetPublished(expected, owner);
        _expectVersionAdded(expected, 1, input);
        assertEq(registry.publish(owner, input, none), expected);

        assertEq(registry.ownerOf(expected), owner);
        assertEq(registry.datasetCount(), expected);
        assertEq(registry.versionCount(expected), 1);
        _assertVersion(expected, 1, input);
        assertEq(registry.publish(owner, input, none), expected + 1);
    }

    function test_RevertWhen_TheCallerIsNotTheOwner() public {
        uint256 datasetId = publishDataset(alice);
        vm.prank(mallory);
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotOwner.selector, datasetId, mallory, alice)
        );
        registry.addVersion(datasetId, versionInput(), none);
    }

    function test_RevertWhen_TheDatasetIsUnknown() public {
        IDatasetRegistry.VersionInput memory input = versionInput();
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownVersion.selector, 1, 0));
        registry.addVersion(1, input, none);
    }

    function test_WhenTheOwnerAddsAVersion() public {
        IDatasetRegistry.VersionInput memory first = versionInput();
        uint256 datasetId = registry.publish(alice, first, none);
        IDatasetRegistry.VersionInput memory second = versionInput();
        _expectVersionAdded(datasetId, 2, second);
        vm.expectEmit(address(registry));
        emit IERC4906.MetadataUpdate(datasetId);
        vm.prank(alice);
        assertEq(registry.addVersion(datasetId, second, none), 2);
        assertEq(registry.versionCount(datasetId), 2);
        _assertVersion(datasetId, 1, first);
        _assertVersion(datasetId, 2, second);
    }

    function testFuzz_RevertWhen_TheVersionIsUnknown(uint32 version) public {
        vm.assume(version != 1);
        uint256 datasetId = publishDataset(alice);
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownVersion.selector, datasetId, version)
        );
        registry.versionOf(datasetId, version);
    }

    function _expectVersionAdded(
        uint256 datasetId,
        uint32 version,
        IDatasetRegistry.VersionInput memory input
    )
        private
    {
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.VersionAdded(
            datasetId,
            version,
            input.contentRoot,
            input.recordRoot,
            input.manifestHash,
            input.chunkCount,
            input.recordCount,
            input.byteSize
        );
    }

    function _assertVersion(
        uint256 datasetId,
        uint32 version,
        IDatasetRegistry.VersionInput memory input
    )
        private
        view
    {
        IDatasetRegistry.Version memory stored = registry.versionOf(datasetId, version);
        assertEq(stored.contentRoot, input.contentRoot);
        assertEq(stored.recordRoot, input.recordRoot);
        assertEq(stored.manifestHash, input.manifestHash);
        assertEq(stored.chunkCount, input.chunkCount);
        assertEq(stored.recordCount, input.recordCount);
        assertEq(stored.byteSize, input.byteSize);
        assertEq(stored.publishedAt, START);
        assertEq(stored.encodingCount, 0);
        assertEq(stored.parentCount, 0);
        assertEq(uint8(stored.status), uint8(IDatasetRegistry.Status.Trainable));
    }

    function _expectZeroField(IDatasetRegistry.VersionInput memory input, bytes32 field) private {
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_ZeroField.selector, field));
        registry.publish(alice, input, none);
    }
}
