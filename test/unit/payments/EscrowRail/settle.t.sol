// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract SettleTest is EscrowTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        escrow.settle(licenseId, _altered(offer));
    }

    function test_RevertGiven_TheHoldIsNotDelivered() external {
        _assertOnlyIn(_bit(IEscrowRail.HoldState.Delivered), stranger, escrow.settle.selector);
    }

    function test_RevertGiven_ADisputeFrozeTheMoneyBeforeTheRelease() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        _freeze(licenseId);
        vm.warp(START + WINDOW + 1);
        vm.expectRevert(_frozen(licenseId));
        escrow.settle(licenseId, offer);
    }

    function test_RevertWhen_TheWindowHasNotPassed() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        vm.warp(START + WINDOW);
        vm.expectRevert(_tooEarly(licenseId, START + WINDOW + 1));
        escrow.settle(licenseId, offer);
    }

    function testFuzz_WhenTheWindowHasPassed(uint40 late, address caller) external {
        vm.assume(caller.code.length == 0);
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        vm.warp(START + WINDOW + bound(late, 1, 1000 days));
        vm.expectEmit(address(escrow));
        emit IEscrowRail.HoldReleased(licenseId, address(usdc), PRICE);
        vm.prank(caller);
        assertEq(escrow.settle(licenseId, offer), PRICE, "released");
        _assertState(licenseId, IEscrowRail.HoldState.Released);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE), "owner");
        vm.expectRevert(_wrongState(licenseId, IEscrowRail.HoldState.Released));
        escrow.settle(licenseId, offer);
    }
}
