// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract FreezeTest is EscrowTest {
    function test_Freeze_RevertWhen_TheCallerOfFreezeIsNotTheDisputeManager() external {
        uint256 licenseId = _held(_offer());
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, arbitrator));
        vm.prank(arbitrator);
        escrow.freeze(licenseId);
    }

    function test_Freeze_RevertGiven_TheHoldHasEndedOrNeverWas() external {
        Offer memory offer = _offer();
        uint256 released = _released(offer);
        uint256 refunded = _refunded(offer);
        vm.startPrank(disputes);
        vm.expectRevert(_wrongState(released, IEscrowRail.HoldState.Released));
        escrow.freeze(released);
        vm.expectRevert(_wrongState(refunded, IEscrowRail.HoldState.Refunded));
        escrow.freeze(refunded);
        vm.expectRevert(_wrongState(99, IEscrowRail.HoldState.None));
        escrow.freeze(99);
    }

    function test_Freeze_RevertGiven_TheMoneyIsFrozenAlready() external {
        uint256 licenseId = _held(_offer());
        _freeze(licenseId);
        vm.expectRevert(_frozen(licenseId));
        vm.prank(disputes);
        escrow.freeze(licenseId);
    }

    function test_Freeze_GivenAnOpenHold() external {
        Offer memory offer = _offer();
        for (uint8 i = uint8(IEscrowRail.HoldState.Held); i <= uint8(IEscrowRail.HoldState.Withdrawing); ++i) {
            uint256 licenseId = _inState(offer, IEscrowRail.HoldState(i));
            uint8 flags = licenses.licenseOf(licenseId).flags;
            vm.expectEmit(address(escrow));
            emit IEscrowRail.HoldFrozen(licenseId, true);
            _freeze(licenseId);
            assertTrue(escrow.holdOf(licenseId).frozen, "frozen");
            _assertState(licenseId, IEscrowRail.HoldState(i));
            assertEq(licenses.licenseOf(licenseId).flags, flags, "access");
        }
    }

    function test_Unfreeze_RevertWhen_TheCallerOfUnfreezeIsNotTheDisputeManager() external {
        uint256 licenseId = _held(_offer());
        _freeze(licenseId);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, buyer));
        vm.prank(buyer);
        escrow.unfreeze(licenseId);
    }

    function test_Unfreeze_RevertGiven_TheMoneyIsNotFrozen() external {
        uint256 licenseId = _held(_offer());
        vm.expectRevert(_wrongState(licenseId, IEscrowRail.HoldState.Held));
        vm.prank(disputes);
        escrow.unfreeze(licenseId);
    }

    function test_Unfreeze_GivenTheMoneyIsFrozen() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        _freeze(licenseId);
        vm.warp(START + WINDOW + 1);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.HoldFrozen(licenseId, false);
        vm.prank(disputes);
        escrow.unfreeze(licenseId);
        assertFalse(escrow.holdOf(licenseId).frozen, "frozen");
        assertEq(escrow.settle(licenseId, offer), PRICE, "released");
    }

    /// @dev Else a third party could use up the arbitrator's time: nobody can rule on frozen money.
    function test_Unfreeze_GivenAContestWasFrozen() external {
        Offer memory offer = _offer();
        uint256 licenseId = _inState(offer, IEscrowRail.HoldState.Contested);
        uint256 defaultAt = escrow.holdOf(licenseId).deadline;
        vm.warp(defaultAt - 1 days);
        _freeze(licenseId);
        vm.warp(defaultAt + 30 days);
        vm.prank(disputes);
        escrow.unfreeze(licenseId);
        assertEq(escrow.holdOf(licenseId).deadline, defaultAt + 31 days, "a day is left");
        assertEq(escrow.holdOf(licenseId).requestedAt, 0, "no withdrawal");
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentRail.PaymentRail_TooEarly.selector, licenseId, defaultAt + 31 days + 1)
        );
        escrow.applyDefault(licenseId, offer);
        vm.prank(arbitrator);
        escrow.rule(licenseId, offer, PRICE);
        _assertState(licenseId, IEscrowRail.HoldState.Refunded);
    }

    function test_Unfreeze_GivenFrozenMoneyWasContested() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        _freeze(licenseId);
        vm.warp(vm.getBlockTimestamp() + 1 hours);
        vm.prank(buyer);
        escrow.contest(licenseId, offer, "");
        uint256 defaultAt = escrow.holdOf(licenseId).deadline;
        vm.warp(vm.getBlockTimestamp() + 5 days);
        vm.prank(disputes);
        escrow.unfreeze(licenseId);
        assertEq(escrow.holdOf(licenseId).deadline, defaultAt + 5 days, "since the contest");
    }

    function test_Unfreeze_GivenAFrozenContestIsRuledOnByTheDisputeManager() external {
        Offer memory offer = _offer();
        uint256 licenseId = _inState(offer, IEscrowRail.HoldState.Contested);
        _freeze(licenseId);
        uint8 flags = licenses.licenseOf(licenseId).flags;
        vm.prank(disputes);
        escrow.close(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Released);
        assertEq(licenses.licenseOf(licenseId).flags, flags, "access");
    }
}
