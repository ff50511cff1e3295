// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRevenueDistributor } from "../../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { PaymentsFixture } from "../PaymentsFixture.sol";

contract CreateSplitTest is PaymentsFixture {
    IRevenueDistributor.Consent[] private _none;

    function test_CreateSplit_RevertWhen_TheCallerDoesNotOwnTheDataset() external {
        vm.expectRevert(
            abi.encodeWithSelector(
                IRevenueDistributor.RevenueDistributor_NotOwner.selector, datasetId, stranger, seller
            )
        );
        vm.prank(stranger);
        distributor.createSplit(datasetId, _members(carol, 1, dave, 1), _none);
    }

    function test_CreateSplit_RevertWhen_ThereAreNoMembersOrTooMany() external {
        _expectCount(0);
        _expectCount(65);
        vm.prank(seller);
        assertEq(distributor.createSplit(datasetId, _many(64), _none), 1, "64 are allowed");
    }

    function test_CreateSplit_RevertWhen_MembersAreNotSortedRepeatedOrZero() external {
        IRevenueDistributor.Member[] memory members = _members(carol, 1, dave, 1);
        (members[0], members[1]) = (members[1], members[0]);
        _expectUnsorted(members, members[1].account);
        members = _members(carol, 1, carol, 1);
        _expectUnsorted(members, carol);
        members = _members(address(0), 1, carol, 1);
        _expectUnsorted(members, address(0));
    }

    function test_CreateSplit_RevertWhen_AShareIsZero() external {
        vm.expectRevert(abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_ZeroShare.selector, dave));
        vm.prank(seller);
        distributor.createSplit(datasetId, _members(carol, 10_000, dave, 0), _none);
    }

    function testFuzz_CreateSplit_RevertWhen_SharesAddUpToMoreThanAll(uint16 a, uint16 b) external {
        a = uint16(bound(a, 1, type(uint16).max));
        b = uint16(bound(b, a > 10_000 ? 1 : 10_001 - a, type(uint16).max));
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_SharesTooHigh.selector, uint256(a) + b)
        );
        vm.prank(seller);
        distributor.createSplit(datasetId, _members(carol, a, dave, b), _none);
    }

    function testFuzz_CreateSplit_WhenTheFirstSplitLeavesTheOwnerLess(uint16 a, uint16 b) external {
        a = uint16(bound(a, 1, 9999));
        b = uint16(bound(b, 1, 10_000 - a));
        IRevenueDistributor.Member[] memory members = _members(carol, a, dave, b);
        vm.expectEmit(address(distributor));
        emit IRevenueDistributor.SplitCreated(datasetId, 1, members);
        assertEq(_createSplit(members), 1, "first split");
        assertEq(distributor.splitCount(datasetId), 1, "count");
        assertEq(abi.encode(distributor.membersOf(datasetId, 1)), abi.encode(members), "members");
    }

    function test_CreateSplit_RevertGiven_TheMemberDidNotSign() external {
        _createSplit(_members(carol, 7000, dave, 3000));
        _expectMissing(_members(carol, 6999, dave, 3001), _none, carol, 7000, 6999);
    }

    function test_CreateSplit_RevertGiven_TheMemberSignedAnotherSplit() external {
        _createSplit(_members(carol, 7000, dave, 3000));
        IRevenueDistributor.Member[] memory members = _members(carol, 6000, dave, 4000);
        IRevenueDistributor.Consent[] memory consents = new IRevenueDistributor.Consent[](4);
        consents[0] = _consent(3, members, carol, carolKey);
        consents[1] = _consent(2, _members(carol, 6001, dave, 3999), carol, carolKey);
        consents[2] = _consent(2, members, carol, daveKey);
        consents[3] = _consent(2, members, dave, carolKey);
        _expectMissing(members, consents, carol, 7000, 6000);
    }

    function test_CreateSplit_RevertGiven_TheSignatureIsTooOld() external {
        _createSplit(_members(carol, 7000, dave, 3000));
        IRevenueDistributor.Member[] memory members = _members(carol, 6000, dave, 4000);
        IRevenueDistributor.Consent[] memory consents = _one(_consent(2, members, carol, carolKey));
        vm.warp(consents[0].deadline + 1);
        _expectMissing(members, consents, carol, 7000, 6000);
    }

    function test_CreateSplit_GivenTheMemberSigned() external {
        _createSplit(_members(carol, 7000, dave, 3000));
        IRevenueDistributor.Member[] memory members = _members(carol, 6000, dave, 4000);
        IRevenueDistributor.Consent[] memory consents = _one(_consent(2, members, carol, carolKey));
        vm.warp(consents[0].deadline);
        vm.prank(seller);
        assertEq(distributor.createSplit(datasetId, members, consents), 2, "second split");
        assertEq(abi.encode(distributor.membersOf(datasetId, 2)), abi.encode(members), "members");
    }

    function test_CreateSplit_RevertWhen_AMemberIsLeftOutWithoutSigning() external {
        _createSplit(_members(carol, 7000, dave, 3000));
        IRevenueDistributor.Member[] memory members = new IRevenueDistributor.Member[](1);
        members[0] = IRevenueDistributor.Member(carol, 10_000);
        _expectMissing(members, _none, dave, 3000, 0);
        vm.prank(seller);
        distributor.createSplit(datasetId, members, _one(_consent(2, members, dave, daveKey)));
        assertEq(distributor.splitCount(datasetId), 2, "with consent");
    }

    function test_CreateSplit_WhenTheLoweredMemberIsTheCaller() external {
        _createSplit(_members(seller, 7000, dave, 3000));
        assertEq(_createSplit(_members(seller, 1000, dave, 3000)), 2, "second split");
    }

    function test_CreateSplit_WhenSharesOnlyRise() external {
        IRevenueDistributor.Member[] memory first = _members(carol, 1000, dave, 2000);
        _createSplit(first);
        IRevenueDistributor.Member[] memory second = _many(6);
        for (uint256 i = 0; i < 6; ++i) {
            second[i].shareBps = 10;
        }
        (second[4], second[5]) = (_members(carol, 1000, dave, 9000)[0], _members(carol, 1000, dave, 9000)[1]);
        second[5].shareBps = 3000;
        second[4].shareBps = 3000;
        vm.expectEmit(address(distributor));
        emit IRevenueDistributor.SplitCreated(datasetId, 2, second);
        assertEq(_createSplit(second), 2, "second split");
        assertEq(abi.encode(distributor.membersOf(datasetId, 1)), abi.encode(first), "the first stands");
        assertEq(distributor.splitHashOf(second), keccak256(abi.encode(second)), "hash");
    }

    function test_MembersOf_RevertGiven_NoSuchSplit() external {
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_UnknownSplit.selector, datasetId, uint16(1))
        );
        distributor.membersOf(datasetId, 1);
    }

    function test_MembersOf_GivenSplitZero() external view {
        assertEq(distributor.membersOf(datasetId, 0).length, 0, "the owner alone");
    }

    function _many(uint256 count) private pure returns (IRevenueDistributor.Member[] memory members) {
        members = new IRevenueDistributor.Member[](count);
        for (uint256 i = 0; i < count; ++i) {
            members[i] = IRevenueDistributor.Member(address(uint160(i + 1)), 100);
        }
    }

    function _one(IRevenueDistributor.Consent memory consent)
        private
        pure
        returns (IRevenueDistributor.Consent[] memory consents)
    {
        consents = new IRevenueDistributor.Consent[](1);
        consents[0] = consent;
    }

    function _expectCount(uint256 count) private {
        vm.expectRevert(abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_MemberCount.selector, count, 64));
        vm.prank(seller);
        distributor.createSplit(datasetId, _many(count), _none);
    }

    function _expectUnsorted(IRevenueDistributor.Member[] memory members, address account) private {
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_MembersNotSorted.selector, account)
        );
        vm.prank(seller);
        distributor.createSplit(datasetId, members, _none);
    }

    function _expectMissing(
        IRevenueDistributor.Member[] memory members,
        IRevenueDistributor.Consent[] memory consents,
        address member,
        uint16 from,
        uint16 to
    )
        private
    {
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_ConsentMissing.selector, member, from, to)
        );
        vm.prank(seller);
        distributor.createSplit(datasetId, members, consents);
    }
}
