// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRevenueDistributor } from "../../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { PaymentsFixture } from "../PaymentsFixture.sol";
import { OddToken } from "../doubles/OddToken.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @dev What the tests read of a pool.
interface IPoolView {
    function getUnits(address member) external view returns (uint128);
    function getTotalUnits() external view returns (uint128);
    function getClaimableNow(address member) external view returns (int256 claimable, uint256 timestamp);
}

contract DistributeTest is PaymentsFixture {
    function test_Distribute_RevertWhen_TheCallerIsNotTheLicensesRail() external {
        uint256 licenseId = _held(_offer());
        vm.expectRevert(
            abi.encodeWithSelector(
                IRevenueDistributor.RevenueDistributor_NotRail.selector, licenseId, stranger, address(escrow)
            )
        );
        vm.prank(stranger);
        distributor.distribute(licenseId, address(usdc), 1);
    }

    function test_Distribute_RevertWhen_TheAmountIsZero() external {
        uint256 licenseId = _held(_offer());
        vm.expectRevert(IRevenueDistributor.RevenueDistributor_NothingToPay.selector);
        vm.prank(address(escrow));
        distributor.distribute(licenseId, address(usdc), 0);
    }

    function test_Distribute_RevertWhen_TheAmountDidNotArrive() external {
        Offer memory offer = _offer();
        _released(offer);
        uint256 licenseId = _held(offer);
        usdc.mint(address(distributor), 99);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_NotReceived.selector, address(usdc), 100, 99)
        );
        vm.prank(address(escrow));
        distributor.distribute(licenseId, address(usdc), 100);
    }

    function testFuzz_Distribute_GivenTheOwnerIsAlone(uint128 amount) external {
        amount = uint128(bound(amount, 1, type(uint128).max / 10_001));
        uint256 licenseId = _held(_offer());
        uint256 fee = uint256(amount) * FEE_BPS / 10_000;
        usdc.mint(address(distributor), amount);
        vm.expectEmit(address(distributor));
        emit IRevenueDistributor.Distributed(
            licenseId, datasetId, address(usdc), amount, fee, 0, 0, amount - fee, seller
        );
        vm.prank(address(escrow));
        distributor.distribute(licenseId, address(usdc), amount);
        assertEq(usdc.balanceOf(seller), amount - fee, "owner");
        assertEq(distributor.accruedFees(address(usdc)), fee, "fee");
        _assertBooks(address(usdc), amount, amount - fee);
    }

    function test_Distribute_GivenTheTokenRefusesTheOwner() external {
        OddToken token = _listOdd(6, true);
        Offer memory offer = _offer();
        offer.token = address(token);
        token.refuse(seller, true);
        uint256 licenseId = _held(offer);
        vm.expectEmit(address(distributor));
        emit IRevenueDistributor.Credited(seller, address(token), _afterFee(PRICE), true);
        vm.prank(buyer);
        escrow.confirm(licenseId, offer);
        assertEq(distributor.claimable(seller, address(token)), _afterFee(PRICE), "credited");
        assertEq(distributor.accruedFees(address(token)), PRICE - _afterFee(PRICE), "fee");
        _assertBooks(address(token), PRICE, 0);
    }

    function test_Distribute_GivenASplit_PaidThrice() external {
        Offer memory offer = _offer();
        offer.split = _createSplit(_members(carol, 7000, dave, 3000));
        uint256 licenseId = _held(offer);
        for (uint256 i = 1; i <= 3; ++i) {
            usdc.mint(address(distributor), PRICE);
            vm.prank(address(escrow));
            distributor.distribute(licenseId, address(usdc), PRICE);
            IRevenueDistributor.Books memory books = distributor.booksOf(usdcx);
            assertEq(books.received, i * _afterFee(PRICE) * 1e12, "wrapped");
            assertEq(books.paid, books.received, "all of it distributed");
        }
    }

    function testFuzz_Distribute_GivenASplit(uint16 a, uint16 b, uint128 amount) external {
        a = uint16(bound(a, 1, 9999));
        b = uint16(bound(b, 1, 10_000 - a));
        amount = uint128(bound(amount, 1, 1e22));
        Offer memory offer = _offer();
        offer.split = _createSplit(_members(carol, a, dave, b));
        uint256 licenseId = _held(offer);
        usdc.mint(address(distributor), amount);
        vm.prank(address(escrow));
        distributor.distribute(licenseId, address(usdc), amount);

        uint256 rest = _afterFee(amount);
        uint256 contributors = rest * (uint256(a) + b) / 10_000;
        assertEq(usdc.balanceOf(seller), rest - contributors, "owner");
        if (contributors == 0) return;
        _assertPool(offer.split, a, b, contributors);
        _assertBooks(address(usdc), amount, rest);
        IRevenueDistributor.Books memory books = distributor.booksOf(usdcx);
        assertEq(books.received, contributors * 1e12, "wrapped");
        assertEq(books.held, IERC20(usdcx).balanceOf(address(distributor)), "dust");
        assertLt(books.held, uint256(a) + b, "dust is below one round of units");
    }

    function test_Distribute_GivenSuperfluidFails() external {
        Offer memory offer = _offer();
        offer.split = _createSplit(_members(carol, 7000, dave, 2000));
        vm.mockCallRevert(gdaForwarder, bytes(""), bytes("down"));
        _released(offer);
        uint256 rest = _afterFee(PRICE);
        uint256 contributors = rest * 9000 / 10_000;
        assertEq(distributor.claimable(carol, address(usdc)), contributors * 7000 / 9000, "carol");
        assertEq(distributor.claimable(dave, address(usdc)), contributors * 2000 / 9000, "dave");
        assertEq(usdc.balanceOf(seller), rest - contributors, "owner");
        assertEq(distributor.poolOf(datasetId, offer.split, address(usdc)), address(0), "no pool");
        assertEq(usdc.allowance(address(distributor), usdcx), 0, "no allowance left");
        _assertBooks(address(usdc), PRICE, rest - contributors);
        // It works again: the next release goes through the pool and takes the dust along.
        vm.clearMockedCalls();
        _released(offer);
        assertTrue(distributor.poolOf(datasetId, offer.split, address(usdc)) != address(0), "pool");
    }

    function test_Distribute_GivenTheTokenHasNoSuperToken() external {
        OddToken token = _listOdd(6, false);
        Offer memory offer = _offer();
        offer.token = address(token);
        offer.price = 1e6 + 7;
        offer.railTerms[1] = 0;
        offer.split = _createSplit(_members(carol, 3333, dave, 3333));
        uint256 contributors = _afterFee(offer.price) * 6666 / 10_000;
        uint256 licenseId = _held(offer);
        vm.expectEmit(address(distributor));
        emit IRevenueDistributor.Credited(carol < dave ? carol : dave, address(token), contributors / 2, false);
        vm.prank(buyer);
        escrow.confirm(licenseId, offer);
        assertEq(distributor.claimable(carol, address(token)), contributors / 2, "carol");
        assertEq(distributor.claimable(dave, address(token)), contributors / 2, "dave");
        (, uint256 dust,) = distributor.poolState(datasetId, offer.split, address(token));
        assertEq(dust, contributors % 2, "dust");
    }

    function test_Distribute_GivenASplitTooLargeToPrepareAtOnce() external {
        Offer memory offer = _offer();
        offer.split = _createSplit(_crowd(20));
        _released(offer);
        address member = address(uint160(0x1000));
        uint256 each = _afterFee(PRICE) * 500 / 10_000;
        assertEq(distributor.claimable(member, address(usdc)), each, "credited");
        distributor.preparePool(datasetId, offer.split, address(usdc), 15);
        _released(offer);
        assertEq(distributor.claimable(member, address(usdc)), 2 * each, "still credited");
        distributor.preparePool(datasetId, offer.split, address(usdc), 15);
        _released(offer);
        assertEq(distributor.claimable(member, address(usdc)), 2 * each, "no longer credited");
        IPoolView pool = IPoolView(distributor.poolOf(datasetId, offer.split, address(usdc)));
        (int256 claimable,) = pool.getClaimableNow(member);
        assertEq(claimable, int256(each * 1e12), "in the pool");
    }

    function test_DistributeToPool_RevertWhen_AnotherThanTheDistributorCalls() external {
        vm.expectRevert(abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_NotSelf.selector, stranger));
        vm.prank(stranger);
        distributor.distributeToPool(datasetId, 1, address(usdc), 1);
    }

    function test_PreparePool_RevertGiven_ThereIsNoSuchSplit() external {
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_UnknownSplit.selector, datasetId, uint16(1))
        );
        distributor.preparePool(datasetId, 1, address(usdc), 1);
    }

    function test_PreparePool_RevertGiven_AllUnitsAreSet() external {
        uint16 split = _createSplit(_members(carol, 1, dave, 1));
        distributor.preparePool(datasetId, split, address(usdc), type(uint256).max);
        vm.expectRevert(IRevenueDistributor.RevenueDistributor_NothingToPay.selector);
        distributor.preparePool(datasetId, split, address(usdc), 1);
    }

    function test_PreparePool_RevertGiven_TheTokenCannotBeWrapped() external {
        OddToken token = _listOdd(6, false);
        uint16 split = _createSplit(_members(carol, 1, dave, 1));
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_NoSuperToken.selector, address(token))
        );
        distributor.preparePool(datasetId, split, address(token), 1);
    }

    function test_PreparePool_GivenMembersWithoutUnits() external {
        IRevenueDistributor.Member[] memory members = _members(carol, 7000, dave, 3000);
        uint16 split = _createSplit(members);
        distributor.preparePool(datasetId, split, address(usdc), 1);
        IPoolView pool = IPoolView(distributor.poolOf(datasetId, split, address(usdc)));
        assertEq(pool.getTotalUnits(), members[0].shareBps, "the first member");
        (uint256 ready,,) = distributor.poolState(datasetId, split, address(usdc));
        assertEq(ready, 1, "ready");
        distributor.preparePool(datasetId, split, address(usdc), 9);
        assertEq(pool.getUnits(carol), 7000, "carol");
        assertEq(pool.getUnits(dave), 3000, "dave");
    }

    function _crowd(uint256 count) private pure returns (IRevenueDistributor.Member[] memory members) {
        members = new IRevenueDistributor.Member[](count);
        for (uint256 i = 0; i < count; ++i) {
            members[i] = IRevenueDistributor.Member(address(uint160(0x1000 + i)), uint16(10_000 / count));
        }
    }

    function _assertPool(uint16 split, uint16 a, uint16 b, uint256 contributors) private view {
        IPoolView pool = IPoolView(distributor.poolOf(datasetId, split, address(usdc)));
        uint256 perUnit = contributors * 1e12 / (uint256(a) + b);
        (int256 ofCarol,) = pool.getClaimableNow(carol);
        (int256 ofDave,) = pool.getClaimableNow(dave);
        assertEq(ofCarol, int256(perUnit * a), "carol");
        assertEq(ofDave, int256(perUnit * b), "dave");
    }

    function _assertBooks(address token, uint256 received, uint256 paid) private view {
        IRevenueDistributor.Books memory books = distributor.booksOf(token);
        assertEq(books.received, received, "received");
        assertEq(books.paid, paid, "paid");
        assertEq(books.held, received - paid, "held");
        assertEq(IERC20(token).balanceOf(address(distributor)), books.held, "balance");
    }
}
