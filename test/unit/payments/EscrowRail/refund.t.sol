// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract RefundTest is EscrowTest {
    function test_RevertWhen_TheCallerIsNotTheDisputeManager() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, buyer));
        vm.prank(buyer);
        escrow.refund(licenseId, offer, PRICE);
    }

    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        vm.prank(disputes);
        escrow.refund(licenseId, _altered(offer), PRICE);
    }

    function test_RevertGiven_TheHoldHasEnded() external {
        Offer memory offer = _offer();
        uint256 released = _released(offer);
        uint256 refunded = _refunded(offer);
        vm.startPrank(disputes);
        vm.expectRevert(_wrongState(released, IEscrowRail.HoldState.Released));
        escrow.refund(released, offer, PRICE);
        vm.expectRevert(_wrongState(refunded, IEscrowRail.HoldState.Refunded));
        escrow.refund(refunded, offer, PRICE);
    }

    function test_RevertWhen_MoreIsRefundedThanHeld() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectRevert(abi.encodeWithSelector(IEscrowRail.EscrowRail_AmountTooHigh.selector, PRICE + 1, PRICE));
        vm.prank(disputes);
        escrow.refund(licenseId, offer, PRICE + 1);
    }

    function testFuzz_GivenAnyOpenHoldFrozenOrNot(uint8 state, bool frozen, uint128 amount) external {
        state = uint8(bound(state, uint8(IEscrowRail.HoldState.Held), uint8(IEscrowRail.HoldState.Withdrawing)));
        amount = uint128(bound(amount, 1, PRICE));
        Offer memory offer = _offer();
        uint256 before = usdc.balanceOf(buyer);
        uint256 licenseId = _inState(offer, IEscrowRail.HoldState(state));
        if (frozen) _freeze(licenseId);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.HoldRefunded(licenseId, buyer, address(usdc), amount);
        vm.prank(disputes);
        escrow.refund(licenseId, offer, amount);
        _assertState(licenseId, IEscrowRail.HoldState.Refunded);
        assertFalse(escrow.holdOf(licenseId).frozen, "frozen");
        assertEq(usdc.balanceOf(buyer), before - PRICE + amount, "payer, with any bond");
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE - amount), "owner");
        assertEq(usdc.balanceOf(address(escrow)), 0, "escrow");
        assertFalse(licenses.isLive(licenseId), "license");
    }

    function test_GivenAContestedHold() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.ContestResolved(licenseId, true, false, seller, BOND);
        vm.prank(disputes);
        escrow.refund(licenseId, offer, 0);
        _assertState(licenseId, IEscrowRail.HoldState.Released);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE) + BOND, "owner and bond");
    }

    function test_GivenAWithdrawalIsPendingAndNothingIsRefunded() external {
        Offer memory offer = _offer();
        uint256 licenseId = _withdrawing(offer);
        vm.prank(disputes);
        escrow.refund(licenseId, offer, 0);
        _assertState(licenseId, IEscrowRail.HoldState.Released);
        assertEq(escrow.holdOf(licenseId).requestedAt, 0, "no request left");
        assertEq(licenses.licenseOf(licenseId).flags & 0x42, 0, "access is back");
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE), "owner");
    }
}
