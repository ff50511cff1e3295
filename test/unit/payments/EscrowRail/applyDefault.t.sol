// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract ApplyDefaultTest is EscrowTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        escrow.applyDefault(licenseId, _altered(offer));
    }

    function test_RevertGiven_TheHoldIsNotContested() external {
        _assertOnlyIn(_bit(IEscrowRail.HoldState.Contested), stranger, escrow.applyDefault.selector);
    }

    function test_RevertGiven_ADisputeFrozeTheMoneyBeforeTheDefault() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        _freeze(licenseId);
        vm.warp(START + DEFAULT_AFTER + 1);
        vm.expectRevert(_frozen(licenseId));
        escrow.applyDefault(licenseId, offer);
    }

    function test_RevertWhen_TheArbitratorStillHasTime() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        vm.warp(START + DEFAULT_AFTER);
        vm.expectRevert(_tooEarly(licenseId, START + DEFAULT_AFTER + 1));
        escrow.applyDefault(licenseId, offer);
    }

    function test_GivenTheDefaultReleases() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        vm.warp(START + DEFAULT_AFTER + 1);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.ContestResolved(licenseId, false, false, seller, BOND);
        vm.prank(stranger);
        escrow.applyDefault(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Released);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE) + BOND, "owner and bond");
    }

    function test_GivenTheDefaultRefunds() external {
        Offer memory offer = _offer();
        IEscrowRail.EscrowTerms memory t = _escrowTerms();
        t.defaultRefund = true;
        offer.railTerms = escrow.packTerms(t);
        uint256 before = usdc.balanceOf(buyer);
        uint256 licenseId = _contested(offer);
        vm.warp(START + DEFAULT_AFTER + 1);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.ContestResolved(licenseId, false, true, buyer, BOND);
        vm.prank(stranger);
        escrow.applyDefault(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Refunded);
        assertEq(usdc.balanceOf(buyer), before, "all back");
        assertFalse(licenses.isLive(licenseId), "license");
    }

    function test_GivenNobodyCanRule() external {
        Offer memory offer = _offer();
        offer.arbitrator = address(0);
        uint256 licenseId = _contested(offer);
        vm.expectRevert(_notAllowed(licenseId, arbitrator));
        vm.prank(arbitrator);
        escrow.rule(licenseId, offer, 0);
        vm.warp(START + DEFAULT_AFTER + 1);
        escrow.applyDefault(licenseId, offer);
        _assertState(licenseId, IEscrowRail.HoldState.Released);
    }
}
