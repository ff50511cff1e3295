// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract AddEncodingTest is ColophonTest {
    uint256 internal datasetId;

    function setUp() public override {
        super.setUp();
        datasetId = publishDataset(alice);
    }

    function test_AddEncoding_RevertWhen_TheCallerIsNotTheOwner() public {
        IDatasetRegistry.EncodingInput memory input = _input();
        vm.prank(provider);
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotOwner.selector, datasetId, provider, alice)
        );
        registry.addEncoding(datasetId, 1, input);
    }

    function test_AddEncoding_RevertWhen_TheVersionIsUnknown() public {
        IDatasetRegistry.EncodingInput memory input = _input();
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownVersion.selector, datasetId, 2));
        registry.addEncoding(datasetId, 2, input);
    }

    function test_AddEncoding_RevertWhen_ARootOrHashOrTheProviderIsZero() public {
        IDatasetRegistry.EncodingInput memory input = _input();
        input.encodingRoot = bytes32(0);
        _expectRevert(
            input, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_ZeroField.selector, bytes32("encodingRoot"))
        );
        input = _input();
        input.envelopeHash = bytes32(0);
        _expectRevert(
            input, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_ZeroField.selector, bytes32("envelopeHash"))
        );
        input = _input();
        input.provider = address(0);
        _expectRevert(
            input, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_ZeroField.selector, bytes32("provider"))
        );
    }

    function test_AddEncoding_RevertWhen_TheAcceptanceIsPastItsDeadline() public {
        IDatasetRegistry.EncodingInput memory input = _input();
        uint256 late = uint256(input.deadline) + 1;
        vm.warp(late);
        _expectRevert(
            input, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_Expired.selector, input.deadline, late)
        );
        vm.warp(input.deadline);
        vm.prank(alice);
        assertEq(registry.addEncoding(datasetId, 1, input), 1);
    }

    function testFuzz_AddEncoding_RevertWhen_TheAcceptanceDiffersInAnyField(uint8 field) public {
        IDatasetRegistry.EncodingInput memory input = _input();
        field = uint8(bound(field, 0, 4));
        if (field == 0) input.encodingRoot = unique("other");
        if (field == 1) input.envelopeHash = unique("other");
        if (field == 2) input.retirementNotice += 1;
        if (field == 3) input.deadline += 1;
        if (field == 4) input.provider = carol;
        _expectRevert(
            input, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_BadSignature.selector, input.provider)
        );
    }

    function test_AddEncoding_RevertWhen_TheAcceptanceWasUsedBefore() public {
        IDatasetRegistry.EncodingInput memory input = _input();
        vm.prank(alice);
        registry.addEncoding(datasetId, 1, input);
        _expectRevert(input, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_BadSignature.selector, provider));
    }

    function test_AddEncoding_WhenTheProviderAccepted() public {
        for (uint16 number = 1; number <= 3; ++number) {
            IDatasetRegistry.EncodingInput memory input = _input();
            vm.expectEmit(address(registry));
            emit IDatasetRegistry.EncodingAdded(
                datasetId, 1, number, input.encodingRoot, input.envelopeHash, provider, input.retirementNotice
            );
            vm.prank(alice);
            assertEq(registry.addEncoding(datasetId, 1, input), number);
            IDatasetRegistry.Encoding memory stored = registry.encodingOf(datasetId, 1, number);
            assertEq(stored.encodingRoot, input.encodingRoot);
            assertEq(stored.provider, provider);
            assertEq(stored.retirementNotice, input.retirementNotice);
            assertEq(stored.retiredAt, 0);
            assertEq(registry.versionOf(datasetId, 1).encodingCount, number);
        }
    }

    function test_RetireEncoding_RevertWhen_TheEncodingIsUnknown() public {
        vm.prank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownEncoding.selector, datasetId, 1, 1)
        );
        registry.retireEncoding(datasetId, 1, 1);
    }

    function test_RetireEncoding_RevertWhen_TheCallerIsNeitherOwnerNorProvider() public {
        addEncoding(datasetId, 1);
        vm.prank(mallory);
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotOwner.selector, datasetId, mallory, alice)
        );
        registry.retireEncoding(datasetId, 1, 1);
    }

    function test_RetireEncoding_RevertWhen_ItWasRetiredBefore() public {
        addEncoding(datasetId, 1);
        vm.startPrank(alice);
        registry.retireEncoding(datasetId, 1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_AlreadyRetired.selector, datasetId, 1, 1)
        );
        registry.retireEncoding(datasetId, 1, 1);
    }

    function test_RetireEncoding_WhenTheOwnerRetiresIt() public {
        _retireAs(alice);
    }

    function test_RetireEncoding_WhenTheProviderRetiresIt() public {
        _retireAs(provider);
    }

    function _retireAs(address caller) private {
        addEncoding(datasetId, 1);
        assertEq(registry.saleState(datasetId, 1, 1).provider, provider);
        forward(5);
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.EncodingRetired(datasetId, 1, 1, uint40(block.timestamp + 30 days));
        vm.prank(caller);
        registry.retireEncoding(datasetId, 1, 1);
        assertEq(registry.encodingOf(datasetId, 1, 1).retiredAt, block.timestamp);
        assertEq(registry.saleState(datasetId, 1, 1).provider, address(0));
    }

    function _input() private returns (IDatasetRegistry.EncodingInput memory) {
        return encodingInput(datasetId, 1, provider, providerKey);
    }

    function _expectRevert(IDatasetRegistry.EncodingInput memory input, bytes memory data) private {
        vm.prank(alice);
        vm.expectRevert(data);
        registry.addEncoding(datasetId, 1, input);
    }
}
