// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract CompleteWithdrawalTest is EscrowTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _withdrawing(offer);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        escrow.completeWithdrawal(licenseId, _altered(offer));
    }

    function test_RevertGiven_NoWithdrawalWasRequested() external {
        _assertOnlyIn(_bit(IEscrowRail.HoldState.Withdrawing), stranger, escrow.completeWithdrawal.selector);
    }

    function test_RevertGiven_ADisputeFrozeTheMoneyBeforeTheEnd() external {
        Offer memory offer = _offer();
        uint256 licenseId = _withdrawing(offer);
        _freeze(licenseId);
        vm.warp(START + OBJECTION + 1);
        vm.expectRevert(_frozen(licenseId));
        escrow.completeWithdrawal(licenseId, offer);
    }

    function test_RevertWhen_TheProviderMayStillObject() external {
        Offer memory offer = _offer();
        uint256 licenseId = _withdrawing(offer);
        vm.warp(START + OBJECTION);
        vm.expectRevert(_tooEarly(licenseId, START + OBJECTION + 1));
        escrow.completeWithdrawal(licenseId, offer);
    }

    function test_WhenNobodyObjected() external {
        Offer memory offer = _offer();
        uint256 before = usdc.balanceOf(buyer);
        uint256 licenseId = _withdrawing(offer);
        vm.warp(START + OBJECTION + 1);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.HoldRefunded(licenseId, buyer, address(usdc), PRICE);
        vm.prank(stranger);
        escrow.completeWithdrawal(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Refunded);
        assertEq(usdc.balanceOf(buyer), before, "payer");
        assertFalse(licenses.isLive(licenseId), "license");
    }
}
