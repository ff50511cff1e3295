// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract OpenTest is EscrowTest {
    function test_RevertWhen_TheCallerIsNotTheMarket() external {
        Offer memory offer = _offer();
        vm.expectRevert(abi.encodeWithSelector(IEscrowRail.EscrowRail_NotMarket.selector, stranger));
        vm.prank(stranger);
        escrow.open(1, offer, buyer, "");
    }

    function test_RevertGiven_TheLicenseHasAHold() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        vm.expectRevert(_wrongState(licenseId, IEscrowRail.HoldState.Held));
        vm.prank(address(market));
        escrow.open(licenseId, offer, buyer, "");
    }

    /// @dev The market opens offers without asking the rail: the hard floor of the window must hold at the sale.
    function test_RevertWhen_TheOfferHasRailTermsOutOfBounds() external {
        Offer memory offer = _offer();
        IEscrowRail.EscrowTerms memory terms = escrow.unpackTerms(offer.railTerms);
        terms.challengeWindow = 0;
        offer.railTerms = escrow.packTerms(terms);
        vm.expectRevert(abi.encodeWithSelector(IEscrowRail.EscrowRail_BadTerms.selector, bytes32("challengeWindow")));
        vm.prank(address(market));
        escrow.open(1, offer, buyer, "");
    }

    function test_GivenTheLicenseHasNoHold() external {
        Offer memory offer = _offer();
        vm.expectEmit(address(escrow));
        emit IEscrowRail.HoldOpened(1, buyer, address(usdc), PRICE, START + SLA);
        vm.prank(address(market));
        uint128 due = escrow.open(1, offer, buyer, "");
        assertEq(due, PRICE, "due");
        IEscrowRail.Hold memory hold = escrow.holdOf(1);
        assertEq(hold.payer, buyer, "payer");
        assertEq(uint8(hold.state), uint8(IEscrowRail.HoldState.Held), "state");
        assertEq(uint256(hold.deadline) + hold.requestedAt, 0, "times");
        assertFalse(hold.frozen, "frozen");
    }

    function test_GivenTheLicenseHasNoHold_ThroughAPurchase() external {
        uint256 licenseId = _buy(_offer());
        assertEq(usdc.balanceOf(address(escrow)), PRICE, "money held");
        _assertState(licenseId, IEscrowRail.HoldState.Held);
    }
}
