// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../../../../contracts/interfaces/trust/IProviderBond.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { BondFixture } from "../BondFixture.sol";

contract ProviderBondAllocateTest is BondFixture {
    function setUp() public override {
        super.setUp();
        _deposit(STAKE);
    }

    function _assertCover(uint128 allocated, uint128 required, uint128 perPurchase) private view {
        (uint128 a, uint128 r, uint128 p) = bonds.coverOf(_offer());
        assertEq(a, allocated, "allocated");
        assertEq(r, required, "required");
        assertEq(p, perPurchase, "per purchase");
        assertEq(bonds.covers(_offer()), allocated >= required, "covers");
    }

    function _required(uint256 valueAtRisk) private pure returns (uint128) {
        return uint128(MINIMUM + valueAtRisk * RATIO_BPS / 10_000);
    }

    // ---- in

    function test_Allocate_RevertWhen_TheCallerIsNotTheOffersProvider() external {
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_NotProvider.selector, stranger, provider));
        vm.prank(stranger);
        bonds.allocate(_offer(), 1, 0);
    }

    function test_Allocate_RevertGiven_TheTokenIsNotAccepted() external {
        bonds.stopBondToken(address(token));
        vm.expectRevert(_notAccepted(address(token)));
        _allocate(_offer(), 1, 0);
    }

    function test_Allocate_RevertWhen_MoreIsAllocatedThanIsFree() external {
        _allocate(_otherOffer(), 1000e6, 0);
        _lock("claim", 0, 500e6);
        vm.expectRevert(_tooMuch(STAKE, STAKE - 1500e6));
        _allocate(_offer(), STAKE, 0);
    }

    function test_Allocate_RevertWhen_NothingChanges() external {
        vm.expectRevert(IProviderBond.ProviderBond_NoChange.selector);
        _allocate(_offer(), 0, 0);
    }

    function test_Allocate_WhenStakeIsAllocated() external {
        vm.expectEmit(address(bonds));
        emit IProviderBond.Allocated(_idOf(_offer()), provider, address(token), 1000e6, 5000e6);
        _allocate(_offer(), 1000e6, 5000e6);
        _allocate(_offer(), 500e6, 4000e6);
        _allocate(_offer(), 0, 6000e6);
        IProviderBond.Allocation memory allocation = bonds.allocationOf(_offer());
        assertEq(allocation.amount, 1500e6);
        assertEq(allocation.valueAtRisk, 6000e6);
        assertEq(_account().allocated, 1500e6);
    }

    function test_Allocate_GivenDelegatedStakeIsMoreThanTheRatio() external {
        _delegate(dana, 5 * STAKE);
        vm.expectRevert(_tooMuch(5 * STAKE + 1, 5 * STAKE));
        _allocate(_offer(), 5 * STAKE + 1, 0);
        _allocate(_offer(), 5 * STAKE, 0);
    }

    function test_Allocate_GivenAllocationsLostAllTheirWorth() external {
        _noCaps();
        _allocate(_offer(), STAKE, 0);
        vm.expectEmit(address(bonds));
        emit IProviderBond.AllocationsEmptied(provider, address(token), 1);
        _slash(_order(STAKE));
        assertEq(bonds.allocationOf(_offer()).amount, 0);
        _deposit(STAKE);
        _allocate(_otherOffer(), 700e6, 0);
        _allocate(_offer(), 300e6, 0);
        assertEq(bonds.allocationOf(_offer()).amount, 300e6);
        assertEq(bonds.allocationOf(_otherOffer()).amount, 700e6);
    }

    // ---- out

    function test_CompleteDeallocation_RevertGiven_NoAllocationIsAskedBack() external {
        _allocate(_offer(), 1000e6, 0);
        vm.expectRevert(IProviderBond.ProviderBond_NothingThawing.selector);
        _completeDeallocation(_offer());
        vm.expectRevert(IProviderBond.ProviderBond_NothingThawing.selector);
        _requestDeallocation(_offer(), 0);
    }

    function test_CompleteDeallocation_RevertWhen_MoreIsAskedBackThanIsAllocated() external {
        _allocate(_offer(), 1000e6, 0);
        vm.expectRevert(_tooMuch(1000e6 + 1, 1000e6));
        _requestDeallocation(_offer(), 1000e6 + 1);
    }

    function test_CompleteDeallocation_RevertWhen_AnAllocationHasNotThawed() external {
        _allocate(_offer(), 1000e6, 0);
        vm.expectEmit(address(bonds));
        emit IProviderBond.DeallocationThawing(_idOf(_offer()), provider, 400e6, START + THAW);
        _requestDeallocation(_offer(), 400e6);
        vm.warp(START + THAW - 1);
        vm.expectRevert(_stillThawing(START + THAW));
        _completeDeallocation(_offer());
    }

    function test_CompleteDeallocation_WhenAnAllocationHasThawed() external {
        _allocate(_offer(), 1000e6, 0);
        _requestDeallocation(_offer(), 400e6);
        _after(THAW);
        vm.expectEmit(address(bonds));
        emit IProviderBond.Deallocated(_idOf(_offer()), provider, 400e6);
        assertEq(_completeDeallocation(_offer()), 400e6);
        assertEq(bonds.allocationOf(_offer()).amount, 600e6);
        assertEq(_account().allocated, 600e6);
        _requestDeallocation(_offer(), 600e6);
        _after(THAW);
        assertEq(_completeDeallocation(_offer()), 600e6);
        assertEq(_account().allocated, 0);
    }

    /// @dev Shares that are worth parts of a unit do not stay behind: found by BOND-9.
    function test_CompleteDeallocation_LeavesNoPartOfAUnit() external {
        _noCaps();
        _allocate(_offer(), 3, 0);
        _allocate(_otherOffer(), 4, 0);
        _slash(_order(STAKE - 5));
        assertEq(_account().allocated, 5);
        _requestDeallocation(_offer(), 2);
        _requestDeallocation(_otherOffer(), 2);
        _after(THAW);
        assertEq(_completeDeallocation(_offer()) + _completeDeallocation(_otherOffer()), 5);
        assertEq(_account().allocated, 0);
    }

    function test_CompleteDeallocation_GivenARequestRuns() external {
        _allocate(_offer(), 1000e6, 0);
        _requestDeallocation(_offer(), 400e6);
        _requestDeallocation(_offer(), 0);
        assertEq(bonds.allocationOf(_offer()).thawing, 0);
        _after(THAW);
        vm.expectRevert(IProviderBond.ProviderBond_NothingThawing.selector);
        _completeDeallocation(_offer());
    }

    function test_CompleteDeallocation_GivenTheOfferWasSlashedMeanwhile() external {
        _noCaps();
        _allocate(_offer(), STAKE, 0);
        _requestDeallocation(_offer(), STAKE);
        assertEq(_slash(_licenseOrder(_offer(), 0, 9000e6)), 9000e6, "thawing allocations are slashable");
        _after(THAW);
        assertEq(_completeDeallocation(_offer()), 1000e6);
    }

    function test_CompleteDeallocation_GivenTheTokenOfTheOfferIsNoLongerAccepted() external {
        _allocate(_offer(), 1000e6, 0);
        bonds.stopBondToken(address(token));
        _requestDeallocation(_offer(), 1000e6);
        _after(THAW);
        assertEq(_completeDeallocation(_offer()), 1000e6);
    }

    // ---- cover

    function test_CoverOf_GivenNothingIsAllocated() external view {
        _assertCover(0, _required(PRICE), 0);
    }

    function test_CoverOf_GivenTheOfferNeverSold() external {
        _allocate(_offer(), 150e6, 0);
        assertEq(_required(PRICE), 150e6);
        _assertCover(150e6, 150e6, 150e6);
    }

    function test_CoverOf_GivenMoreWasSoldThanWasDeclared() external {
        _allocate(_offer(), 1000e6, 2 * PRICE);
        _assertCover(1000e6, _required(2 * PRICE), PRICE);
        market.setSold(_idOf(_offer()), 8);
        _assertCover(1000e6, _required(8 * PRICE), 1000e6 / 8);
    }

    function test_CoverOf_GivenAPartOfTheAllocationThaws() external {
        _allocate(_offer(), 1000e6, 0);
        _requestDeallocation(_offer(), 800e6);
        assertEq(bonds.allocationOf(_offer()).amount, 1000e6);
        assertEq(bonds.allocationOf(_offer()).thawing, 800e6);
        _assertCover(200e6, _required(PRICE), 200e6);
    }

    function test_CoverOf_GivenOwnStakeThaws() external {
        _allocate(_offer(), STAKE / 2, 0);
        _allocate(_otherOffer(), STAKE / 2, 0);
        _requestWithdrawal(STAKE * 9 / 10);
        _assertCover(STAKE / 20, _required(PRICE), PRICE);
    }

    function test_CoverOf_GivenStakeIsLocked() external {
        _allocate(_offer(), STAKE, 0);
        _lock("claim", _idOf(_offer()), 4000e6);
        _assertCover(6000e6, _required(PRICE), PRICE);
    }

    function test_CoverOf_GivenTheCapsAreLowerThanTheAllocation() external {
        bonds.setSlashCap(IProviderBond.Verifier.ObjectiveFaults, 500);
        _requestWithdrawal(STAKE - 400e6);
        _after(THAW + OWN_LAG);
        _completeWithdrawal();
        _allocate(_offer(), 400e6, 0);
        _assertCover(400e6, _required(PRICE), 20e6);
    }

    function test_CoverOf_GivenTheTokenWasStopped() external {
        _allocate(_offer(), 1000e6, 0);
        assertTrue(bonds.covers(_offer()));
        bonds.stopBondToken(address(token));
        assertFalse(bonds.covers(_offer()));
    }

    /// @dev The formula, rounded up; and a purchase is never covered to more than its price or its part of the allocation.
    function testFuzz_CoverOf_IsTheFormula(uint128 price, uint32 sold, uint128 valueAtRisk, uint128 amount) external {
        Offer memory offer = _offer();
        offer.price = price;
        amount = uint128(bound(amount, 1, STAKE));
        vm.prank(provider);
        bonds.allocate(offer, amount, valueAtRisk);
        market.setSold(_idOf(offer), sold);
        (uint128 allocated, uint128 required, uint128 perPurchase) = bonds.coverOf(offer);
        uint256 risk = uint256(price) * (sold == 0 ? 1 : sold);
        if (risk > type(uint128).max) risk = type(uint128).max;
        if (valueAtRisk > risk) risk = valueAtRisk;
        assertEq(allocated, amount);
        assertEq(required, bonds.requiredBond(address(token), uint128(risk)));
        assertGe(uint256(required - MINIMUM) * 10_000, risk * RATIO_BPS);
        assertLe(perPurchase, price);
        assertLe(uint256(perPurchase) * risk, uint256(amount) * price);
    }
}
