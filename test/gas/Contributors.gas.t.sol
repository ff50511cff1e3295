// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IContributorList } from "../../contracts/interfaces/payments/IContributorList.sol";
import { IContributorLists } from "../../contracts/interfaces/payments/IContributorLists.sol";
import { IRevenueDistributor } from "../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { ContributorListsTest } from "../unit/payments/ContributorLists/ContributorListsTest.sol";

/// @notice What many contributors cost, as pool members and as a list: the figures behind the size above which a list pays
/// (docs/decisions/0009-derivation-and-resale.md).
/// forge-config: default.isolate = true
contract ContributorsGasTest is ContributorListsTest {
    address private constant FIRST = address(0x1000000);
    uint256 private constant POOL = 64;

    /// @dev A whole block's worth is 30 million; a transaction may have 2^24 on Ethereum.
    uint256 private constant TX_LIMIT = 1 << 24;

    function test_AListOfSixtyFour() external {
        contributorLists.create(1, contributors(POOL, FIRST));
        vm.snapshotGasLastCall("contributors", "list.64");
    }

    function test_TheLargestListFitsATransaction() external {
        contributorLists.create(1, contributors(contributorLists.MAX_CONTRIBUTORS(), FIRST));
        uint256 used = vm.lastCallGas().gasTotalUsed;
        vm.snapshotValue("contributors", "list.4096", used);
        assertLt(used, TX_LIMIT);
    }

    /// @dev The second payment to a contributor, who has held the token before: the case that repeats.
    function test_ClaimFromTheLargestList() external {
        IContributorLists.Contributor[] memory entries = contributors(contributorLists.MAX_CONTRIBUTORS(), FIRST);
        IContributorList list = IContributorList(contributorLists.create(1, entries));
        bytes32[] memory proof = proofOf(entries, 77);
        usdc.mint(address(list), 1e12);
        list.claim(address(usdc), entries[77].account, entries[77].units, proof, entries[77].account);
        vm.snapshotGasLastCall("contributors", "claim.first");
        usdc.mint(address(list), 1e12);
        list.claim(address(usdc), entries[77].account, entries[77].units, proof, entries[77].account);
        vm.snapshotGasLastCall("contributors", "claim.repeat");
    }

    /// @dev The same sixty-four as members of a split with a pool of their own.
    function test_APoolOfSixtyFour() external {
        uint256 datasetId = publishDataset(alice);
        IRevenueDistributor.Member[] memory members = new IRevenueDistributor.Member[](POOL);
        for (uint256 i; i < POOL; ++i) {
            members[i] = IRevenueDistributor.Member(address(uint160(FIRST) + uint160(i)), 100);
        }
        vm.prank(alice);
        distributor.createSplit(datasetId, members, new IRevenueDistributor.Consent[](0));
        uint256 used = vm.lastCallGas().gasTotalUsed;
        distributor.preparePool(datasetId, 1, address(usdc), POOL);
        vm.snapshotValue("contributors", "pool.64", used + vm.lastCallGas().gasTotalUsed);
    }
}
