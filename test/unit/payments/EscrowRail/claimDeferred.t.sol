// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { OddToken } from "../doubles/OddToken.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract ClaimDeferredTest is EscrowTest {
    OddToken private _token;

    function setUp() public override {
        super.setUp();
        _token = _listOdd(6, false);
        Offer memory offer = _offer();
        offer.token = address(_token);
        uint256 licenseId = _held(offer);
        _token.refuse(buyer, true);
        vm.prank(disputes);
        escrow.refund(licenseId, offer, PRICE);
    }

    function test_RevertWhen_AnotherThanTheAccountChoosesTheReceiver() external {
        vm.expectRevert(_notAllowed(0, stranger));
        vm.prank(stranger);
        escrow.claimDeferred(buyer, address(_token), stranger);
    }

    function test_RevertGiven_NothingWaits() external {
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentRail.PaymentRail_NothingToClaim.selector, stranger, address(_token))
        );
        escrow.claimDeferred(stranger, address(_token), stranger);
    }

    function test_RevertGiven_TheTokenStillRefusesTheAccount() external {
        vm.expectRevert(abi.encodeWithSelector(OddToken.OddToken_Refused.selector, buyer));
        escrow.claimDeferred(buyer, address(_token), buyer);
        vm.prank(buyer);
        escrow.claimDeferred(buyer, address(_token), carol);
        assertEq(_token.balanceOf(carol), PRICE, "the chosen receiver");
        assertEq(escrow.deferredOf(buyer, address(_token)), 0, "nothing waits");
    }

    function test_GivenTheTokenAcceptsTheAccountAgain() external {
        _token.refuse(buyer, false);
        uint256 before = _token.balanceOf(buyer);
        vm.expectEmit(address(escrow));
        emit IPaymentRail.DeferredClaimed(buyer, address(_token), buyer, PRICE);
        vm.prank(stranger);
        escrow.claimDeferred(buyer, address(_token), buyer);
        assertEq(_token.balanceOf(buyer) - before, PRICE, "paid");
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentRail.PaymentRail_NothingToClaim.selector, buyer, address(_token))
        );
        escrow.claimDeferred(buyer, address(_token), buyer);
    }
}
