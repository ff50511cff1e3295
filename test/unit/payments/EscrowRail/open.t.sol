// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract OpenTest is EscrowTest {
    function test_RevertWhen_TheCallerIsNotTheMarket() external {
        Offer memory offer = _offer();
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotMarket.selector, stranger));
        vm.prank(stranger);
        escrow.open(1, offer, buyer, buyer, "");
    }

    /// @dev The market opens offers without asking the rail: the hard floor of the window must hold at the sale.
    function test_RevertWhen_TheOfferHasRailTermsOutOfBounds() external {
        Offer memory offer = _offer();
        IEscrowRail.EscrowTerms memory terms = escrow.unpackTerms(offer.railTerms);
        terms.challengeWindow = 0;
        offer.railTerms = escrow.packTerms(terms);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, bytes32("challengeWindow")));
        vm.prank(address(market));
        escrow.open(1, offer, buyer, buyer, "");
    }

    function test_WhenTheLicenseePays() external {
        (uint256 licenseId, uint256 written) = _sold(buyer);
        assertEq(written, 0, "slots written");
        _assertHeldByBuyer(licenseId);
    }

    function test_WhenSomebodyElsePays() external {
        (uint256 licenseId, uint256 written) = _sold(carol);
        assertEq(written, 1, "slots written");
        _assertHeldByBuyer(licenseId);
    }

    function test_GivenNoLicenseOfThisRail() external view {
        IEscrowRail.Hold memory none;
        assertEq(abi.encode(escrow.holdOf(1)), abi.encode(none));
    }

    /// @dev A sale paid by the buyer, and how many slots of the rail it wrote.
    function _sold(address licensee) private returns (uint256 licenseId, uint256 written) {
        Offer memory offer = _offer();
        vm.prank(seller);
        market.open(offer);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.HoldOpened(1, buyer, address(usdc), PRICE, START + SLA);
        vm.record();
        vm.prank(buyer);
        licenseId = market.buy(offer, licensee, "ref", "");
        (, bytes32[] memory writes) = vm.accesses(address(escrow));
        written = writes.length;
    }

    function _assertHeldByBuyer(uint256 licenseId) private view {
        assertEq(usdc.balanceOf(address(escrow)), PRICE, "money held");
        IEscrowRail.Hold memory hold = escrow.holdOf(licenseId);
        assertEq(hold.payer, buyer, "payer");
        assertEq(uint8(hold.state), uint8(IEscrowRail.HoldState.Held), "state");
        assertEq(uint256(hold.deadline) + hold.requestedAt, 0, "times");
        assertFalse(hold.frozen, "frozen");
    }
}
