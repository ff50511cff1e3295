// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IContributorList } from "../../../../contracts/interfaces/payments/IContributorList.sol";
import { IContributorLists } from "../../../../contracts/interfaces/payments/IContributorLists.sol";
import { ContributorListsTest } from "./ContributorListsTest.sol";

contract CreateTest is ContributorListsTest {
    address private constant FIRST = address(0x1000);

    function test_RevertWhen_ThereAreNoContributorsOrTooMany() external {
        uint256 max = contributorLists.MAX_CONTRIBUTORS();
        vm.expectRevert(abi.encodeWithSelector(IContributorLists.ContributorLists_Count.selector, 0, max));
        contributorLists.create(1, contributors(0, FIRST));
        vm.expectRevert(abi.encodeWithSelector(IContributorLists.ContributorLists_Count.selector, max + 1, max));
        contributorLists.create(1, contributors(max + 1, FIRST));
    }

    function testFuzz_RevertWhen_ContributorsAreNotSortedRepeatedOrZero(address second) external {
        IContributorLists.Contributor[] memory list = contributors(2, address(0));
        _expectNotSorted(address(0));
        contributorLists.create(1, list);
        list = contributors(2, FIRST);
        second = address(uint160(bound(uint160(second), 0, uint160(FIRST))));
        list[1].account = second;
        _expectNotSorted(second);
        contributorLists.create(1, list);
    }

    function test_RevertWhen_AContributorHasNoUnits() external {
        IContributorLists.Contributor[] memory list = contributors(2, FIRST);
        list[1].units = 0;
        vm.expectRevert(abi.encodeWithSelector(IContributorLists.ContributorLists_ZeroUnits.selector, list[1].account));
        contributorLists.create(1, list);
    }

    function test_WhenTheSameListWasMadeBefore() external {
        IContributorLists.Contributor[] memory list = contributors(3, FIRST);
        address made = contributorLists.create(1, list);
        vm.recordLogs();
        assertEq(contributorLists.create(1, list), made);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_WhenAnotherDatasetMakesTheSameList() external {
        IContributorLists.Contributor[] memory list = contributors(3, FIRST);
        assertNotEq(contributorLists.create(1, list), contributorLists.create(2, list));
    }

    function testFuzz_WhenTheListIsWellFormed(uint256 count, uint256 datasetId) external {
        IContributorLists.Contributor[] memory list = contributors(bound(count, 1, 70), FIRST);
        (bytes32 root, uint256 totalUnits) = contributorLists.rootOf(list);
        assertEq(root, nodeAt(list, 0));
        address expected = contributorLists.addressOf(datasetId, list);
        vm.expectEmit(address(contributorLists));
        emit IContributorLists.ListCreated(expected, datasetId, root, totalUnits, list);
        assertEq(contributorLists.create(datasetId, list), expected);
        assertEq(IContributorList(expected).root(), root);
        assertEq(IContributorList(expected).totalUnits(), totalUnits);
        uint256 sum;
        for (uint256 i; i < list.length; ++i) {
            sum += list[i].units;
        }
        assertEq(totalUnits, sum);
    }

    function _expectNotSorted(address account) private {
        vm.expectRevert(abi.encodeWithSelector(IContributorLists.ContributorLists_NotSorted.selector, account));
    }
}
