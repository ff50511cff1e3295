// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract RuleTest is EscrowTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        vm.prank(arbitrator);
        escrow.rule(licenseId, _altered(offer), 0);
    }

    function test_RevertWhen_TheCallerIsNotTheOffersArbitrator() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        vm.expectRevert(_notAllowed(licenseId, seller));
        vm.prank(seller);
        escrow.rule(licenseId, offer, 0);
    }

    function test_RevertGiven_TheHoldIsNotContested() external {
        Offer memory offer = _offer();
        for (uint8 i = 1; i <= uint8(IEscrowRail.HoldState.Refunded); ++i) {
            if (i == uint8(IEscrowRail.HoldState.Contested)) continue;
            uint256 licenseId = _inState(offer, IEscrowRail.HoldState(i));
            vm.expectRevert(_wrongState(licenseId, IEscrowRail.HoldState(i)));
            vm.prank(arbitrator);
            escrow.rule(licenseId, offer, 0);
        }
    }

    function test_RevertGiven_ADisputeFrozeTheMoneyBeforeTheRuling() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        _freeze(licenseId);
        vm.expectRevert(_frozen(licenseId));
        vm.prank(arbitrator);
        escrow.rule(licenseId, offer, 0);
    }

    function test_RevertWhen_TheDefaultIsDue() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        vm.warp(START + DEFAULT_AFTER + 1);
        vm.expectRevert(_tooLate(licenseId, START + DEFAULT_AFTER));
        vm.prank(arbitrator);
        escrow.rule(licenseId, offer, 0);
    }

    function test_RevertWhen_TheRefundExceedsThePrice() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        vm.expectRevert(abi.encodeWithSelector(IEscrowRail.EscrowRail_AmountTooHigh.selector, PRICE + 1, PRICE));
        vm.prank(arbitrator);
        escrow.rule(licenseId, offer, PRICE + 1);
    }

    function test_WhenNothingIsRefunded() external {
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        vm.warp(START + DEFAULT_AFTER);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.ContestResolved(licenseId, true, false, seller, BOND);
        vm.prank(arbitrator);
        escrow.rule(licenseId, offer, 0);
        _assertState(licenseId, IEscrowRail.HoldState.Released);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE) + BOND, "owner and bond");
        assertEq(usdc.balanceOf(address(escrow)), 0, "escrow");
        assertTrue(licenses.isLive(licenseId), "license");
    }

    function testFuzz_WhenSomethingIsRefunded(uint128 refund) external {
        refund = uint128(bound(refund, 1, PRICE));
        Offer memory offer = _offer();
        uint256 licenseId = _contested(offer);
        uint256 before = usdc.balanceOf(buyer);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.ContestResolved(licenseId, true, true, buyer, BOND);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.HoldRefunded(licenseId, buyer, address(usdc), refund);
        vm.prank(arbitrator);
        escrow.rule(licenseId, offer, refund);
        _assertState(licenseId, IEscrowRail.HoldState.Refunded);
        assertEq(usdc.balanceOf(buyer) - before, uint256(refund) + BOND, "payer");
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE - refund), "owner");
        assertEq(usdc.balanceOf(address(escrow)), 0, "escrow");
        assertFalse(licenses.isLive(licenseId), "license");
    }
}
