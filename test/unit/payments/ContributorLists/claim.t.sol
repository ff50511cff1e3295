// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IContributorList } from "../../../../contracts/interfaces/payments/IContributorList.sol";
import { IContributorLists } from "../../../../contracts/interfaces/payments/IContributorLists.sol";
import { IRevenueDistributor } from "../../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { Messages, SplitConsent } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { OddToken } from "../doubles/OddToken.sol";
import { ContributorListsTest } from "./ContributorListsTest.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @dev What anyone may call on a Superfluid pool for a member that is not connected.
interface IPoolClaims {
    function claimAll(address member) external returns (bool);
}

contract ClaimTest is ContributorListsTest {
    address private constant FIRST = address(0x1000);
    uint256 private constant COUNT = 7;

    IContributorLists.Contributor[] private entries;
    IContributorList private list;
    uint256 private datasetId;

    function setUp() public override {
        super.setUp();
        datasetId = publishDataset(alice);
        addEncoding(datasetId, 1);
        _makeList(COUNT);
    }

    function test_RevertWhen_AnotherThanTheAccountChoosesTheReceiver() external {
        usdc.mint(address(list), 1000);
        vm.expectRevert(
            abi.encodeWithSelector(IContributorList.ContributorList_NotAccount.selector, entries[1].account, mallory)
        );
        vm.prank(mallory);
        list.claim(address(usdc), entries[1].account, entries[1].units, proofOf(entries, 1), mallory);
    }

    function testFuzz_RevertWhen_TheAccountIsNotInTheList(address account, uint256 units) external {
        vm.assume(uint160(account) < uint160(FIRST) || uint160(account) >= uint160(FIRST) + COUNT);
        usdc.mint(address(list), 1000);
        _expectNotListed(account, units);
        list.claim(address(usdc), account, units, proofOf(entries, 1), account);
    }

    function testFuzz_RevertWhen_TheUnitsAreOthers(uint256 units) external {
        vm.assume(units != entries[1].units);
        usdc.mint(address(list), 1000);
        _expectNotListed(entries[1].account, units);
        list.claim(address(usdc), entries[1].account, units, proofOf(entries, 1), entries[1].account);
    }

    function test_RevertWhen_TheProofIsOfAnotherPlace() external {
        usdc.mint(address(list), 1000);
        _expectNotListed(entries[1].account, entries[1].units);
        list.claim(address(usdc), entries[1].account, entries[1].units, proofOf(entries, 2), entries[1].account);
    }

    function test_RevertGiven_NothingArrived() external {
        _expectNothing(1);
        _claim(1);
    }

    function test_RevertGiven_AllWasClaimed() external {
        usdc.mint(address(list), 1000);
        _claim(1);
        _expectNothing(1);
        _claim(1);
    }

    function test_WhenTheAccountChoosesAnotherReceiver() external {
        usdc.mint(address(list), 2800);
        vm.prank(entries[1].account);
        list.claim(address(usdc), entries[1].account, entries[1].units, proofOf(entries, 1), carol);
        assertEq(usdc.balanceOf(carol), FUNDS + 200);
    }

    function test_WhenAnyoneClaimsForTheAccount() external {
        usdc.mint(address(list), 2800);
        assertEq(list.dueTo(entries[1].account, entries[1].units, address(usdc)), 200);
        vm.expectEmit(address(list));
        emit IContributorList.ContributorPaid(entries[1].account, address(usdc), entries[1].account, 200);
        vm.prank(mallory);
        assertEq(list.claim(address(usdc), entries[1].account, 2, proofOf(entries, 1), entries[1].account), 200);
        assertEq(usdc.balanceOf(entries[1].account), 200);
        assertEq(list.paidTo(entries[1].account, address(usdc)), 200);
        assertEq(list.received(address(usdc)), 2800);
    }

    function testFuzz_WhenPaymentsAndClaimsComeInAnyOrder(
        uint256 count,
        uint64[12] memory payments,
        uint256 order
    )
        external
    {
        _makeList(bound(count, 1, 20));
        uint256 total;
        for (uint256 i; i < payments.length; ++i) {
            usdc.mint(address(list), payments[i]);
            total += payments[i];
            uint256 who = uint256(keccak256(abi.encode(order, i))) % entries.length;
            if (list.dueTo(entries[who].account, entries[who].units, address(usdc)) != 0) _claim(who);
            assertEq(list.received(address(usdc)), total);
        }
        for (uint256 i; i < entries.length; ++i) {
            if (list.dueTo(entries[i].account, entries[i].units, address(usdc)) != 0) _claim(i);
            assertEq(usdc.balanceOf(entries[i].account), total * entries[i].units / list.totalUnits());
        }
        assertLt(usdc.balanceOf(address(list)), entries.length);
    }

    function test_WhenTheTokenCallsBack() external {
        OddToken token = new OddToken(6);
        token.mint(address(list), 2800);
        bytes memory again = abi.encodeCall(
            IContributorList.claim, (address(token), entries[2].account, 3, proofOf(entries, 2), entries[2].account)
        );
        token.hook(address(list), again);
        list.claim(address(token), entries[1].account, 2, proofOf(entries, 1), entries[1].account);
        assertFalse(token.hookSucceeded());
        bytes memory refusal = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        assertEq(token.hookResult(), refusal);
        assertEq(token.balanceOf(entries[1].account), 200);
    }

    function test_WhenTheTokenRefusesOneContributor() external {
        OddToken token = new OddToken(6);
        token.mint(address(list), 2800);
        token.refuse(entries[1].account, true);
        vm.expectRevert(abi.encodeWithSelector(OddToken.OddToken_Refused.selector, entries[1].account));
        list.claim(address(token), entries[1].account, 2, proofOf(entries, 1), entries[1].account);
        list.claim(address(token), entries[2].account, 3, proofOf(entries, 2), entries[2].account);
        assertEq(token.balanceOf(entries[2].account), 300);
    }

    // ---- in splits

    function test_CreateSplit_RevertWhen_AListsShareWouldFall() external {
        IRevenueDistributor.Member[] memory members = _one(address(list), 6000);
        vm.startPrank(alice);
        distributor.createSplit(datasetId, members, new IRevenueDistributor.Consent[](0));
        members[0].shareBps = 5999;
        IRevenueDistributor.Consent[] memory consents = new IRevenueDistributor.Consent[](1);
        uint40 deadline = uint40(block.timestamp + 1 days);
        SplitConsent memory message =
            SplitConsent(datasetId, 2, keccak256(abi.encode(members)), address(list), deadline);
        consents[0] = IRevenueDistributor.Consent(address(list), deadline, sign(aliceKey, Messages.hash(message)));
        vm.expectRevert(
            abi.encodeWithSelector(
                IRevenueDistributor.RevenueDistributor_ConsentMissing.selector, address(list), 6000, 5999
            )
        );
        distributor.createSplit(datasetId, members, consents);
        members[0].shareBps = 6001;
        assertEq(distributor.createSplit(datasetId, members, consents), 2);
    }

    function test_Distribute_GivenAListInTheSplit() external {
        uint16 split = _split(5000);
        _release(split);
        uint256 share = (PRICE - PRICE * FEE_BPS / 10_000) / 2 * 1e12;
        IPoolClaims(distributor.poolOf(datasetId, split, address(usdc))).claimAll(address(list));
        (,, uint256 dust) = distributor.poolState(datasetId, split, address(usdc));
        assertEq(list.received(usdcx) + dust, share);
        for (uint256 i; i < COUNT; ++i) {
            address account = entries[i].account;
            list.claim(usdcx, account, entries[i].units, proofOf(entries, i), account);
            assertEq(IERC20(usdcx).balanceOf(account), list.received(usdcx) * entries[i].units / list.totalUnits());
        }
        assertLt(IERC20(usdcx).balanceOf(address(list)), COUNT);
    }

    function test_Distribute_GivenSuperfluidFailed() external {
        uint16 split = _split(5000);
        vm.mockCallRevert(gdaForwarder, "", "no Superfluid");
        _release(split);
        uint256 share = (PRICE - PRICE * FEE_BPS / 10_000) / 2;
        assertEq(distributor.claimable(address(list), address(usdc)), share);
        vm.prank(mallory);
        distributor.claim(address(list), address(usdc), address(list));
        _claim(6);
        assertEq(usdc.balanceOf(entries[6].account), share * 7 / 28);
    }

    // ---- helpers

    function _makeList(uint256 count) private {
        IContributorLists.Contributor[] memory made = contributors(count, FIRST);
        delete entries;
        for (uint256 i; i < count; ++i) {
            entries.push(made[i]);
        }
        list = IContributorList(contributorLists.create(datasetId, made));
    }

    function _claim(uint256 position) private {
        IContributorLists.Contributor memory entry = entries[position];
        bytes32[] memory proof = proofOf(entries, position);
        list.claim(address(usdc), entry.account, entry.units, proof, entry.account);
    }

    function _one(address account, uint16 shareBps) private pure returns (IRevenueDistributor.Member[] memory members) {
        members = new IRevenueDistributor.Member[](1);
        members[0] = IRevenueDistributor.Member(account, shareBps);
    }

    function _split(uint16 shareBps) private returns (uint16) {
        vm.prank(alice);
        return distributor.createSplit(datasetId, _one(address(list), shareBps), new IRevenueDistributor.Consent[](0));
    }

    function _release(uint16 split) private {
        Offer memory offer = escrowOfferOf(datasetId, registerTerms(defaultTerms()));
        offer.split = split;
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        vm.prank(bob);
        escrow.confirm(licenseId, offer);
    }

    function _expectNotListed(address account, uint256 units) private {
        vm.expectRevert(abi.encodeWithSelector(IContributorList.ContributorList_NotListed.selector, account, units));
    }

    function _expectNothing(uint256 position) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IContributorList.ContributorList_NothingToClaim.selector, entries[position].account, address(usdc)
            )
        );
    }
}
