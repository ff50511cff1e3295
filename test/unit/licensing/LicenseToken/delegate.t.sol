// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { LicensingFixture } from "../LicensingFixture.sol";

contract DelegateTest is LicensingFixture {
    uint40 private constant T0 = 1_800_000_000;

    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = _license(LICENSED, TermsFlags.TRANSFERABLE, 0);
    }

    function test_RevertWhen_TheLicenseToDelegateIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_Unknown.selector, 9));
        licenses.delegate(9, stranger, T0 + 1);
    }

    function test_RevertWhen_TheDelegatingCallerDoesNotHoldTheLicense() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotHolder.selector, id, stranger));
        vm.prank(stranger);
        licenses.delegate(id, stranger, T0 + 1);
    }

    function test_RevertWhen_TheDelegateIsNobodyOrTheHolder() public {
        vm.startPrank(buyer);
        _expectBad(address(0), T0 + 1);
        licenses.delegate(id, address(0), T0 + 1);
        _expectBad(buyer, T0 + 1);
        licenses.delegate(id, buyer, T0 + 1);
    }

    function testFuzz_RevertWhen_TheEndIsNotAhead(uint40 until) public {
        until = uint40(bound(until, 0, T0));
        _expectBad(stranger, until);
        _delegate(until);
    }

    function testFuzz_WhenTheDelegationIsNew(uint40 until) public {
        until = uint40(bound(until, T0 + 1, type(uint40).max));
        vm.expectEmit(address(licenses));
        emit ILicenseToken.AccessDelegated(id, buyer, stranger, until);
        _delegate(until);
        _assertDelegation(T0, until);
    }

    function testFuzz_WhenARunningDelegationIsChanged(uint40 first, uint40 later, uint40 second) public {
        first = uint40(bound(first, T0 + 1, type(uint40).max - 1));
        later = uint40(bound(later, T0, first - 1));
        second = uint40(bound(second, later + 1, type(uint40).max));
        _delegate(first);
        vm.warp(later);
        _delegate(second);
        _assertDelegation(T0, second);
    }

    function test_WhenTheDelegationBeforeHasEnded() public {
        _delegate(T0 + 10);
        vm.warp(T0 + 10);
        _delegate(T0 + 30);
        _assertDelegation(T0 + 10, T0 + 30);
    }

    // ---- undelegate

    function test_Undelegate_RevertWhen_TheCallerDoesNotHoldTheLicense() public {
        _delegate(T0 + 10);
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotHolder.selector, id, stranger));
        vm.prank(stranger);
        licenses.undelegate(id, stranger);
    }

    function test_Undelegate_RevertWhen_NoneRuns() public {
        _expectBad(stranger, 0);
        vm.prank(buyer);
        licenses.undelegate(id, stranger);
        _delegate(T0 + 10);
        vm.warp(T0 + 10);
        _expectBad(stranger, T0 + 10);
        vm.prank(buyer);
        licenses.undelegate(id, stranger);
    }

    function test_Undelegate_WhenOneRuns() public {
        _delegate(T0 + 10);
        vm.warp(T0 + 4);
        vm.expectEmit(address(licenses));
        emit ILicenseToken.DelegationEnded(id, buyer, stranger);
        vm.prank(buyer);
        licenses.undelegate(id, stranger);
        _assertDelegation(T0, T0 + 4);
        assertEq(uint8(licenses.accessOf(id, stranger, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.NotHolder));
        assertFalse(licenses.heldThroughout(id, stranger, T0, T0 + 4));
        assertTrue(licenses.heldThroughout(id, stranger, T0, T0 + 3));
    }

    // ---- heldThroughout

    function test_HeldThroughout_WhenTheTimesMakeNoSense() public {
        vm.warp(T0 + 10);
        assertFalse(licenses.heldThroughout(id, buyer, T0 + 5, T0 + 4), "backwards");
        assertFalse(licenses.heldThroughout(id, buyer, T0, T0 + 11), "ahead");
        assertFalse(licenses.heldThroughout(id, buyer, T0 - 1, T0 + 5), "before the mint");
    }

    function test_HeldThroughout_WhenTheLicenseOrUserIsUnknown() public view {
        assertFalse(licenses.heldThroughout(9, buyer, T0, T0));
        assertFalse(licenses.heldThroughout(9, address(0), T0, T0));
        assertFalse(licenses.heldThroughout(id, address(0), T0, T0));
        assertFalse(licenses.heldThroughout(id, stranger, T0, T0));
    }

    function testFuzz_HeldThroughout_WhenTheHolderNeverChanged(uint40 present, uint40 from, uint40 to) public {
        present = uint40(bound(present, T0, type(uint40).max));
        from = uint40(bound(from, T0, present));
        to = uint40(bound(to, from, present));
        vm.warp(present);
        assertTrue(licenses.heldThroughout(id, buyer, from, to));
        assertFalse(licenses.heldThroughout(id, stranger, from, to));
    }

    /// @dev buyer [0,100), stranger [100,200), buyer [200,250), arbitrator from 250.
    function testFuzz_HeldThroughout_WhenTheLicenseMoved(uint40 from, uint40 to) public {
        _move(buyer, stranger, T0 + 100);
        _move(stranger, buyer, T0 + 200);
        _move(buyer, arbitrator, T0 + 250);
        vm.warp(T0 + 300);
        from = uint40(bound(from, T0, T0 + 300));
        to = uint40(bound(to, from, T0 + 300));
        bool inFirst = to < T0 + 100;
        bool inSecond = from >= T0 + 100 && to < T0 + 200;
        bool inThird = from >= T0 + 200 && to < T0 + 250;
        assertEq(licenses.heldThroughout(id, buyer, from, to), inFirst || inThird);
        assertEq(licenses.heldThroughout(id, stranger, from, to), inSecond);
        assertEq(licenses.heldThroughout(id, arbitrator, from, to), from >= T0 + 250);
    }

    /// @dev Delegated [0,10), [10,20), [25,40).
    function testFuzz_HeldThroughout_WhenDelegationsFollowEachOther(uint40 from, uint40 to) public {
        _delegate(T0 + 10);
        vm.warp(T0 + 10);
        _delegate(T0 + 20);
        vm.warp(T0 + 25);
        _delegate(T0 + 40);
        vm.warp(T0 + 50);
        from = uint40(bound(from, T0, T0 + 50));
        to = uint40(bound(to, from, T0 + 50));
        bool covered = to < T0 + 20 || (from >= T0 + 25 && to < T0 + 40);
        assertEq(licenses.heldThroughout(id, stranger, from, to), covered);
    }

    function test_HeldThroughout_WhenADelegationWasCutByATransfer() public {
        _delegate(T0 + 100);
        _move(buyer, arbitrator, T0 + 50);
        vm.warp(T0 + 90);
        assertEq(licenses.delegationOf(id, stranger).until, 0, "ended for the new holder");
        assertTrue(licenses.heldThroughout(id, stranger, T0, T0 + 49));
        assertFalse(licenses.heldThroughout(id, stranger, T0, T0 + 50));
    }

    /// @dev stranger: delegated [0,50), holds [50,80), delegated by the next holder [80,90).
    function testFuzz_HeldThroughout_WhenHoldingAndDelegationJoin(uint40 from, uint40 to) public {
        _delegate(T0 + 100);
        _move(buyer, stranger, T0 + 50);
        _move(stranger, arbitrator, T0 + 80);
        vm.prank(arbitrator);
        licenses.delegate(id, stranger, T0 + 90);
        vm.warp(T0 + 100);
        from = uint40(bound(from, T0, T0 + 100));
        to = uint40(bound(to, from, T0 + 100));
        assertEq(licenses.heldThroughout(id, stranger, from, to), to < T0 + 90);
    }

    function _delegate(uint40 until) private {
        vm.prank(buyer);
        licenses.delegate(id, stranger, until);
    }

    function _move(address from, address to, uint40 at) private {
        vm.warp(at);
        vm.prank(from);
        licenses.transferFrom(from, to, id);
    }

    function _expectBad(address to, uint40 until) private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_BadDelegation.selector, to, until));
    }

    function _assertDelegation(uint40 from, uint40 until) private view {
        ILicenseToken.Delegation memory d = licenses.delegationOf(id, stranger);
        assertEq(d.from, from);
        assertEq(d.until, until);
    }
}
