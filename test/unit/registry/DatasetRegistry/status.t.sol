// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract StatusTest is ColophonTest {
    IDatasetRegistry.Status internal constant NONE = IDatasetRegistry.Status.None;
    IDatasetRegistry.Status internal constant TRAINABLE = IDatasetRegistry.Status.Trainable;
    IDatasetRegistry.Status internal constant QUARANTINED = IDatasetRegistry.Status.Quarantined;
    IDatasetRegistry.Status internal constant SUSPENDED = IDatasetRegistry.Status.Suspended;
    IDatasetRegistry.Status internal constant RETIRED = IDatasetRegistry.Status.Retired;

    uint256 internal datasetId;

    function setUp() public override {
        super.setUp();
        datasetId = publishDataset(alice);
    }

    function test_SetVersionStatus_RevertWhen_TheCallerIsNotTheOwner() public {
        vm.prank(governance);
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotOwner.selector, datasetId, governance, alice)
        );
        registry.setVersionStatus(datasetId, 1, QUARANTINED);
    }

    function test_SetVersionStatus_RevertWhen_TheChangeIsNotTheOwners() public {
        _expectOwnerRefused(TRAINABLE, TRAINABLE);
        _expectOwnerRefused(TRAINABLE, NONE);
        _expectOwnerRefused(TRAINABLE, SUSPENDED);
        _ownerSets(RETIRED);
        _expectOwnerRefused(RETIRED, TRAINABLE);
        _expectOwnerRefused(RETIRED, QUARANTINED);
        _expectOwnerRefused(RETIRED, RETIRED);
    }

    function test_SetVersionStatus_RevertWhen_ARestrictionIsInForce() public {
        _guardianSets(1, QUARANTINED);
        _expectOwnerRefused(QUARANTINED, TRAINABLE);
        _expectOwnerRefused(QUARANTINED, RETIRED);
        _guardianSets(1, SUSPENDED);
        _expectOwnerRefused(SUSPENDED, TRAINABLE);
    }

    function test_SetVersionStatus_WhenTheChangeIsAllowed() public {
        IDatasetRegistry.Status[4] memory path = [QUARANTINED, TRAINABLE, QUARANTINED, RETIRED];
        IDatasetRegistry.Status previous = TRAINABLE;
        for (uint256 i; i < path.length; ++i) {
            vm.expectEmit(address(registry));
            emit IDatasetRegistry.VersionStatusSet(datasetId, 1, previous, path[i]);
            _ownerSets(path[i]);
            _assertStatus(1, path[i]);
            previous = path[i];
        }
    }

    function test_RestrictStatus_RevertWhen_TheCallerLacksTheRole() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice));
        registry.restrictStatus(datasetId, 1, SUSPENDED);
    }

    function test_RestrictStatus_RevertWhen_TheVersionOrDatasetIsUnknown() public {
        vm.startPrank(governance);
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownVersion.selector, datasetId, 2));
        registry.restrictStatus(datasetId, 2, SUSPENDED);
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownVersion.selector, datasetId + 1, 0)
        );
        registry.restrictStatus(datasetId + 1, 0, SUSPENDED);
    }

    function test_RestrictStatus_RevertWhen_TheStatusWouldNotBeSafer() public {
        for (uint32 version; version <= 1; ++version) {
            _expectGuardianRefused(version, TRAINABLE, NONE);
            _expectGuardianRefused(version, TRAINABLE, TRAINABLE);
            _expectGuardianRefused(version, TRAINABLE, RETIRED);
            _guardianSets(version, SUSPENDED);
            _expectGuardianRefused(version, SUSPENDED, QUARANTINED);
            _expectGuardianRefused(version, SUSPENDED, SUSPENDED);
        }
    }

    function test_RestrictStatus_RevertWhen_TheStatusWouldNotBeSafer_OfARetiredVersion() public {
        _ownerSets(RETIRED);
        _expectGuardianRefused(1, RETIRED, QUARANTINED);
        _guardianSets(1, SUSPENDED);
        _assertStatus(1, SUSPENDED);
    }

    function test_RestrictStatus_WhenAGuardianRestrictsAVersion() public {
        addVersion(datasetId);
        _ownerSets(QUARANTINED);
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.VersionStatusSet(datasetId, 1, QUARANTINED, QUARANTINED);
        _guardianSets(1, QUARANTINED);
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.VersionStatusSet(datasetId, 1, QUARANTINED, SUSPENDED);
        _guardianSets(1, SUSPENDED);
        _assertStatus(1, SUSPENDED);
        _assertStatus(2, TRAINABLE);
    }

    function test_RestrictStatus_WhenAGuardianRestrictsADataset() public {
        addVersion(datasetId);
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.DatasetStatusSet(datasetId, TRAINABLE, QUARANTINED);
        _guardianSets(0, QUARANTINED);
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.DatasetStatusSet(datasetId, QUARANTINED, SUSPENDED);
        _guardianSets(0, SUSPENDED);
        assertEq(uint8(registry.statusOf(datasetId, 1)), uint8(SUSPENDED));
        assertEq(uint8(registry.statusOf(datasetId, 2)), uint8(SUSPENDED));
        assertEq(uint8(registry.versionOf(datasetId, 1).status), uint8(TRAINABLE));
    }

    function test_RestrictStatus_WhenTheDisputeManagerRestricts() public {
        vm.startPrank(address(disputeManager));
        registry.restrictStatus(datasetId, 1, QUARANTINED);
        registry.restrictStatus(datasetId, 0, SUSPENDED);
        assertEq(uint8(registry.statusOf(datasetId, 1)), uint8(SUSPENDED));
    }

    function test_Reinstate_RevertWhen_TheCallerLacksTheGovernorRole() public {
        _guardianSets(1, SUSPENDED);
        address[2] memory callers = [alice, address(disputeManager)];
        for (uint256 i; i < callers.length; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, callers[i]));
            registry.reinstate(datasetId, 1);
        }
    }

    function test_Reinstate_RevertWhen_NothingIsRestricted() public {
        _ownerSets(QUARANTINED);
        vm.startPrank(governance);
        vm.expectRevert(_change(QUARANTINED, QUARANTINED));
        registry.reinstate(datasetId, 1);
        vm.expectRevert(_change(TRAINABLE, TRAINABLE));
        registry.reinstate(datasetId, 0);
    }

    function test_Reinstate_WhenTheDisputeManagerReinstatesWhatAClaimMayStop() public {
        vm.startPrank(address(disputeManager));
        registry.restrictStatus(datasetId, 1, QUARANTINED);
        registry.reinstate(datasetId, 1);
        _assertStatus(1, TRAINABLE);
        // The whole dataset is no claim's.
        registry.restrictStatus(datasetId, 0, QUARANTINED);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(disputeManager))
        );
        registry.reinstate(datasetId, 0);
    }

    function test_Reinstate_WhenAVersionIsReinstated() public {
        IDatasetRegistry.Status[3] memory owners = [TRAINABLE, QUARANTINED, RETIRED];
        for (uint256 i; i < owners.length; ++i) {
            if (owners[i] != TRAINABLE) _ownerSets(owners[i]);
            _guardianSets(1, SUSPENDED);
            vm.expectEmit(address(registry));
            emit IDatasetRegistry.VersionStatusSet(datasetId, 1, SUSPENDED, owners[i]);
            vm.prank(governance);
            registry.reinstate(datasetId, 1);
            _assertStatus(1, owners[i]);
        }
    }

    function test_Reinstate_WhenADatasetIsReinstated() public {
        _ownerSets(QUARANTINED);
        _guardianSets(0, SUSPENDED);
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.DatasetStatusSet(datasetId, SUSPENDED, TRAINABLE);
        vm.prank(governance);
        registry.reinstate(datasetId, 0);
        _assertStatus(1, QUARANTINED);
    }

    /// @dev The order of strictness stands here on its own: Trainable, Quarantined, Retired, Suspended.
    function testFuzz_StatusOf_GivenAnyDatasetAndVersionStatus(uint256 owner, uint256 version, uint256 dataset) public {
        IDatasetRegistry.Status[4] memory order = [TRAINABLE, QUARANTINED, RETIRED, SUSPENDED];
        uint256[3] memory picked = [owner % 3, (version % 3), (dataset % 3)];
        uint256 strictest = picked[0];
        if (picked[0] != 0) _ownerSets(order[picked[0]]);
        // A restriction is nothing, Quarantined or Suspended, and Quarantined would not tighten Retired.
        if (picked[1] != 0 && !(picked[0] == 2 && picked[1] == 1)) {
            _guardianSets(1, picked[1] == 1 ? QUARANTINED : SUSPENDED);
            if (picked[1] == 2) strictest = 3;
            else if (strictest < 1) strictest = 1;
        }
        if (picked[2] != 0) {
            _guardianSets(0, picked[2] == 1 ? QUARANTINED : SUSPENDED);
            if (picked[2] == 2) strictest = 3;
            else if (strictest < 1) strictest = 1;
        }
        assertEq(uint8(registry.statusOf(datasetId, 1)), uint8(order[strictest]));
        assertEq(uint8(registry.saleState(datasetId, 1, 1).status), uint8(order[strictest]));
        assertEq(uint8(registry.statusOf(datasetId, 2)), uint8(NONE));
    }

    function _assertStatus(uint32 version, IDatasetRegistry.Status status) private view {
        assertEq(uint8(registry.statusOf(datasetId, version)), uint8(status));
        assertEq(uint8(registry.versionOf(datasetId, version).status), uint8(status));
    }

    function _ownerSets(IDatasetRegistry.Status status) private {
        vm.prank(alice);
        registry.setVersionStatus(datasetId, 1, status);
    }

    function _guardianSets(uint32 version, IDatasetRegistry.Status status) private {
        vm.prank(governance);
        registry.restrictStatus(datasetId, version, status);
    }

    function _expectOwnerRefused(IDatasetRegistry.Status from, IDatasetRegistry.Status to) private {
        vm.prank(alice);
        vm.expectRevert(_change(from, to));
        registry.setVersionStatus(datasetId, 1, to);
    }

    function _expectGuardianRefused(uint32 version, IDatasetRegistry.Status from, IDatasetRegistry.Status to) private {
        vm.prank(governance);
        vm.expectRevert(_change(from, to));
        registry.restrictStatus(datasetId, version, to);
    }

    function _change(IDatasetRegistry.Status from, IDatasetRegistry.Status to) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_StatusChange.selector, from, to);
    }
}
