// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../../../../contracts/interfaces/trust/IProviderBond.sol";
import { ITrustMoney } from "../../../../contracts/interfaces/trust/ITrustMoney.sol";
import { FaultMarks } from "../../../../contracts/trust/TrustBits.sol";
import { BondFixture } from "../BondFixture.sol";

contract ProviderBondSlashTest is BondFixture {
    function setUp() public override {
        super.setUp();
        _noCaps();
        _deposit(STAKE);
    }

    function _assertPaid(uint256 toHarmed, uint256 toReporter, uint256 toTreasury) private view {
        assertEq(token.balanceOf(harmed), toHarmed, "harmed");
        assertEq(token.balanceOf(reporter), toReporter, "reporter");
        assertEq(bonds.treasuryOwed(address(token)), toTreasury, "treasury");
    }

    function _withClaim(
        IProviderBond.SlashOrder memory order,
        bytes32 claimId
    )
        private
        pure
        returns (IProviderBond.SlashOrder memory)
    {
        order.claimId = claimId;
        return order;
    }

    function test_Slash_RevertWhen_TheCallerIsNoVerifier() external {
        vm.expectRevert(_notVerifier(stranger));
        vm.prank(stranger);
        bonds.slash(_order(1));
    }

    function test_Slash_WhenStakeIsSlashed() external {
        IProviderBond.SlashOrder memory order = _licenseOrder(_offer(), 600e6, 400e6);
        IProviderBond.SlashResult memory result = IProviderBond.SlashResult(600e6, 100e6, 300e6, 1000e6, 0, 0);
        vm.expectEmit(address(bonds));
        emit IProviderBond.Slashed(order.claimId, provider, address(token), order, result);
        vm.prank(faults);
        (uint128 a, uint128 b, uint128 c) = bonds.slash(order);
        assertEq(abi.encode(a, b, c), abi.encode(600e6, 100e6, 300e6));
        _assertPaid(600e6, 100e6, 300e6);
        assertEq(_account().own, STAKE - 1000e6);
        assertEq(bonds.compensated(7), 600e6);
        assertEq(bonds.marksOf(7), 0);
    }

    function test_Slash_WhenNobodyIsHarmedOrReports() external {
        IProviderBond.SlashOrder memory order = _licenseOrder(_offer(), 600e6, 400e6);
        (order.harmed, order.reporter) = (address(0), address(0));
        assertEq(_slash(order), 400e6, "a loss that nobody bears is none");
        assertEq(bonds.treasuryOwed(address(token)), 400e6);
        assertEq(bonds.compensated(7), 0);
    }

    function test_Slash_GivenTheStakeIsLessThanTheLoss() external {
        assertEq(_slash(_licenseOrder(_offer(), STAKE + 1, 400e6)), STAKE);
        _assertPaid(STAKE, 0, 0);
        assertEq(_account().own, 0);
    }

    function test_Slash_GivenTheCapIsLowerThanTheOrder() external {
        bonds.setSlashCap(IProviderBond.Verifier.DisputeManager, 2500);
        assertEq(_slash(_licenseOrder(_offer(), STAKE, STAKE)), STAKE / 4);
        vm.prank(challenges);
        (uint128 a, uint128 b, uint128 c) = bonds.slash(_order(STAKE));
        assertEq(a + b + c, STAKE * 3 / 4 / 10, "another verifier, another cap");
    }

    function test_Slash_GivenThereIsNoStake() external {
        IProviderBond.SlashOrder memory order = _licenseOrder(_offer(), 1, 1);
        order.provider = stranger;
        order.mark = FaultMarks.CONTENT;
        assertEq(_slash(order), 0);
        assertEq(bonds.marksOf(7), FaultMarks.CONTENT, "counted all the same");
    }

    function test_Slash_GivenDelegatedStake() external {
        _delegate(dana, 3000e6);
        _delegate(erik, 1000e6);
        _slash(_order(STAKE));
        assertEq(_account().own, 0);
        assertEq(_account().delegated, 4000e6, "own stake first");
        _slash(_order(1000e6));
        assertEq(_delegation(dana).worth, 2250e6);
        assertEq(_delegation(erik).worth, 750e6);
    }

    function test_Slash_WhenTheOrderIsAboutAnOffer() external {
        _allocate(_offer(), 3000e6, 0);
        _allocate(_otherOffer(), 5000e6, 0);
        assertEq(_slash(_licenseOrder(_offer(), 0, 1500e6)), 1500e6);
        assertEq(bonds.allocationOf(_offer()).amount, 3000e6, "what is free first");
        assertEq(_slash(_licenseOrder(_offer(), 0, 1500e6)), 1500e6);
        assertEq(bonds.allocationOf(_offer()).amount, 2000e6, "then the offer's");
        assertEq(_slash(_licenseOrder(_offer(), 0, STAKE)), 2000e6);
        assertEq(bonds.allocationOf(_offer()).amount, 0);
        assertEq(bonds.allocationOf(_otherOffer()).amount, 5000e6, "what is another's is left");
        assertEq(_account().own, 5000e6);
    }

    function test_Slash_WhenTheOrderIsAboutTheProviderAsSuch() external {
        _allocate(_offer(), 6000e6, 0);
        _allocate(_otherOffer(), 2000e6, 0);
        _slash(_order(6000e6));
        assertEq(bonds.allocationOf(_offer()).amount, 3000e6);
        assertEq(bonds.allocationOf(_otherOffer()).amount, 1000e6);
        assertEq(_account().allocated, 4000e6);
    }

    function test_Slash_GivenTheLicenseWasCompensatedBefore() external {
        _slash(_licenseOrder(_offer(), 200e6, 0));
        assertEq(_slash(_licenseOrder(_offer(), 250e6, 0)), 50e6);
        assertEq(bonds.compensated(7), 250e6);
        assertEq(_slash(_licenseOrder(_offer(), 250e6, 10e6)), 10e6, "a penalty is no loss");
        _assertPaid(250e6, 1e6, 9e6);
    }

    function test_Slash_RevertGiven_TheLicenseBearsTheMark() external {
        IProviderBond.SlashOrder memory order = _licenseOrder(_offer(), 0, 1e6);
        order.mark = FaultMarks.CONTENT;
        _slash(order);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderBond.ProviderBond_AlreadyMarked.selector, 7, FaultMarks.CONTENT)
        );
        _slash(order);
        order.mark = FaultMarks.LATE;
        _slash(order);
        assertEq(bonds.marksOf(7), FaultMarks.CONTENT | FaultMarks.LATE);
    }

    function test_Slash_GivenOtherClaimsHoldStake() external {
        _lock("first", 0, 7000e6);
        assertEq(_slash(_withClaim(_order(STAKE), "second")), 3000e6);
        assertEq(_account().locked, 7000e6);
        assertEq(_slash(_withClaim(_order(STAKE), "first")), 7000e6, "there for its claim");
    }

    function test_Slash_GivenTheClaimHasALock() external {
        _allocate(_offer(), 6000e6, 0);
        _lock("claim", _idOf(_offer()), 8000e6);
        assertEq(_account().locked, 8000e6);
        // Another slash for the same offer takes what is not locked; then little is left of the allocation.
        assertEq(_slash(_withClaim(_licenseOrder(_offer(), 0, STAKE), "other")), 2000e6);
        vm.expectEmit(address(bonds));
        emit IProviderBond.Unlocked("claim", 8000e6);
        assertEq(_slash(_withClaim(_licenseOrder(_offer(), 0, 8000e6), "claim")), 8000e6);
        assertEq(_account().locked, 0);
        assertEq(_account().own, 0);
        assertEq(bonds.lockOf("claim").amount, 0);
    }

    function test_Slash_RevertGiven_TheLockIsOfAnotherVerifierProviderOrToken() external {
        _lock("claim", 0, 1000e6);
        vm.expectRevert(_notVerifier(challenges));
        vm.prank(challenges);
        bonds.slash(_withClaim(_order(1), "claim"));
        IProviderBond.SlashOrder memory order = _withClaim(_order(1), "claim");
        order.provider = stranger;
        bytes memory wrong = abi.encodeWithSelector(
            IProviderBond.ProviderBond_WrongLock.selector, bytes32("claim"), provider, address(token)
        );
        vm.expectRevert(wrong);
        _slash(order);
        (order.provider, order.token) = (provider, stranger);
        vm.expectRevert(wrong);
        _slash(order);
    }

    function test_Slash_GivenTheTokenRefusesTheHarmed() external {
        token.refuse(harmed, true);
        vm.expectEmit(address(bonds));
        emit ITrustMoney.PayoutDeferred(harmed, address(token), 600e6);
        _slash(_licenseOrder(_offer(), 600e6, 400e6));
        _assertPaid(0, 100e6, 300e6);
        assertEq(bonds.deferredOf(harmed, address(token)), 600e6);
    }

    function test_Slash_WhenTheTreasuryIsPaid() external {
        _slash(_order(1000e6));
        vm.expectEmit(address(bonds));
        emit IProviderBond.TreasuryPaid(address(token), treasury, 900e6);
        assertEq(bonds.payTreasury(address(token)), 900e6);
        assertEq(token.balanceOf(treasury), 900e6);
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_NothingToPay.selector, address(token)));
        bonds.payTreasury(address(token));
    }

    // ---- locks

    function test_Lock_RevertWhen_SomebodyElseThanAVerifierLocksOrUnlocks() external {
        vm.startPrank(stranger);
        vm.expectRevert(_notVerifier(stranger));
        bonds.lock("claim", provider, address(token), 0, 1);
        vm.expectRevert(_notVerifier(stranger));
        bonds.unlock("claim");
    }

    function test_Lock_RevertWhen_AClaimHasALock() external {
        _lock("claim", 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_LockExists.selector, bytes32("claim")));
        _lock("claim", 0, 1);
    }

    function test_Lock_WhenAClaimLocks() external {
        vm.expectEmit(address(bonds));
        emit IProviderBond.Locked(
            "claim", provider, address(token), "offer", 1000e6, IProviderBond.Verifier.DisputeManager
        );
        assertEq(_lock("claim", "offer", 1000e6), 1000e6);
        IProviderBond.Lock memory held = bonds.lockOf("claim");
        assertEq(held.provider, provider);
        assertEq(held.token, address(token));
        assertEq(held.amount, 1000e6);
        assertEq(held.since, START);
        assertEq(uint8(held.verifier), uint8(IProviderBond.Verifier.DisputeManager));
        assertEq(_account().locked, 1000e6);
    }

    function test_Lock_WhenMoreIsAskedForThanASlashCouldTake() external {
        _allocate(_offer(), 3000e6, 0);
        _allocate(_otherOffer(), 5000e6, 0);
        assertEq(_lock("first", _idOf(_offer()), STAKE), 5000e6, "free and the offer's");
        bonds.setSlashCap(IProviderBond.Verifier.DisputeManager, 1000);
        assertEq(_lock("second", 0, STAKE), STAKE / 10, "the cap");
        assertEq(_account().locked, 6000e6);
    }

    function test_Lock_WhenThereIsNothingToHold() external {
        _lock("first", 0, STAKE);
        assertEq(_lock("second", 0, 1), 0);
        assertEq(bonds.lockOf("second").provider, address(0));
    }

    function test_Lock_WhenALockEnds() external {
        _lock("claim", 0, 1000e6);
        vm.expectEmit(address(bonds));
        emit IProviderBond.Unlocked("claim", 1000e6);
        vm.prank(disputes);
        bonds.unlock("claim");
        assertEq(_account().locked, 0);
        assertEq(bonds.lockOf("claim").provider, address(0));
    }

    function test_Lock_WhenTheClaimHasNoLock() external {
        vm.prank(disputes);
        bonds.unlock("claim");
        assertEq(_account().locked, 0);
    }

    function test_Lock_RevertGiven_TheLockIsAnotherVerifiers() external {
        _lock("claim", 0, 1000e6);
        vm.expectRevert(_notVerifier(challenges));
        vm.prank(challenges);
        bonds.unlock("claim");
    }

    function test_Lock_WhenSomebodyDropsALock() external {
        _lock("claim", 0, 1000e6);
        uint256 from = START + bonds.MAX_LOCK_AGE();
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_LockRuns.selector, bytes32("claim"), from));
        bonds.dropLock("claim");
        vm.warp(from);
        vm.expectEmit(address(bonds));
        emit IProviderBond.Unlocked("claim", 1000e6);
        bonds.dropLock("claim");
        assertEq(_account().locked, 0);
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_NoLock.selector, bytes32("claim")));
        bonds.dropLock("claim");
    }

    // ---- for all numbers

    /// @dev The waterfall is exact to the unit, own stake first, and never more than cap and reach.
    function testFuzz_Slash_IsExact(
        uint128 delegated,
        uint128 allocated,
        uint128 other,
        uint128 loss,
        uint128 penalty,
        uint16 cap
    )
        external
    {
        delegated = uint128(bound(delegated, 1, 4 * STAKE));
        _delegate(dana, delegated);
        uint128 stake = STAKE + delegated;
        allocated = uint128(bound(allocated, 1, stake - 1));
        other = uint128(bound(other, 0, stake - allocated));
        cap = uint16(bound(cap, 500, 10_000));
        (loss, penalty) = (uint128(bound(loss, 0, 1e30)), uint128(bound(penalty, 0, 1e30)));
        _allocate(_offer(), allocated, 0);
        if (other != 0) _allocate(_otherOffer(), other, 0);
        if (cap != 10_000) bonds.setSlashCap(IProviderBond.Verifier.DisputeManager, cap);
        uint256 taken = _slash(_licenseOrder(_offer(), loss, penalty));

        uint256 reach = stake - other;
        uint256 most = uint256(stake) * cap / 10_000;
        uint256 expected = uint256(loss) + penalty;
        if (expected > reach) expected = reach;
        if (expected > most) expected = most;
        assertEq(taken, expected, "taken");
        assertEq(bonds.stakeOf(provider, address(token)), stake - taken, "left");
        assertEq(_account().own, taken < STAKE ? STAKE - taken : 0, "own stake first");
        uint256 toHarmed = taken < loss ? taken : loss;
        uint256 toReporter = taken / 10 < taken - toHarmed ? taken / 10 : taken - toHarmed;
        _assertPaid(toHarmed, toReporter, taken - toHarmed - toReporter);
        assertEq(bonds.allocationOf(_otherOffer()).amount, other, "another offer's is left");
        assertEq(token.balanceOf(address(bonds)), stake - toHarmed - toReporter, "books and money");
    }
}
