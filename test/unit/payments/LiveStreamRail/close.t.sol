// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { ILiveStreamRail } from "../../../../contracts/interfaces/payments/ILiveStreamRail.sol";
import { ILiveVault } from "../../../../contracts/interfaces/payments/ILiveVault.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { LiveTest } from "./LiveTest.sol";

contract LiveStreamRailCloseTest is LiveTest {
    function test_Close_RevertWhen_AStrangerGivesNotice() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.expectRevert(_railNotAllowed(licenseId, stranger));
        vm.prank(stranger);
        liveRail.close(licenseId, offer);
    }

    function testFuzz_Close_WhenEitherSideGivesNotice(uint8 side) external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1000);
        address[3] memory sides = [buyer, seller, provider];
        vm.startPrank(sides[side % 3]);
        liveRail.close(licenseId, offer);
        vm.expectRevert(abi.encodeWithSelector(ILiveStreamRail.LiveStreamRail_WrongState.selector, licenseId));
        liveRail.close(licenseId, offer);
        vm.stopPrank();
        _assertLive(licenseId, IPaymentRail.Standing.Current);
        vm.warp(START + 1000 + NOTICE);
        _assertLive(licenseId, IPaymentRail.Standing.Closed);
        vm.prank(stranger);
        liveRail.close(licenseId, offer);
        assertFalse(licenses.isLive(licenseId), "ended");
        assertEq(_booked(), (RATE - _poolRate(licenseId)) * (1000 + NOTICE), "up to the end");
        _assertBooks();
    }

    function test_Close_WhenTheLicenseExpired() external {
        ITermsRegistry.Terms memory t = _terms();
        t.duration = 3000;
        Offer memory offer = _splitOffer();
        offer.termsId = terms.register(t);
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 3600);
        // Anyone stops what is passed on after the end; that it was is the payer's loss.
        liveRail.settle(licenseId, offer);
        assertEq(_leaves(_rest(licenseId)), 0, "stopped");
        vm.prank(stranger);
        liveRail.close(licenseId, offer);
        assertTrue(liveRail.liveOf(licenseId).ended, "ended");
        assertEq(_earned(licenseId, carol), _poolRate(licenseId) * 3600 * 2 / 3, "passed on");
    }

    function test_Close_WhenItEnded() external {
        Offer memory offer = _splitOffer();
        uint256 before = usdc.balanceOf(buyer) * SCALE + _superBalance(buyer);
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 5000);
        vm.prank(disputes);
        liveRail.close(licenseId, offer);
        uint256 present = usdc.balanceOf(buyer) * SCALE + _superBalance(buyer);
        assertEq(before - present, 5000 * uint256(RATE), "the payer lost what was passed on, and nothing else");
        address vault = address(_rest(licenseId));
        _createFlow(buyer, vault, RATE);
        vm.warp(START + 6000);
        liveRail.sweep(licenseId);
        assertEq(usdc.balanceOf(buyer) * SCALE + _superBalance(buyer), present, "what comes later goes back");
        assertEq(_superBalance(vault), 0, "empty");
    }

    function test_Refund_RevertWhen_AStrangerRefunds() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, stranger));
        vm.prank(stranger);
        liveRail.refund(licenseId, offer, 1);
    }

    function test_Refund_WhenARulingTakesTheLicense() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        uint256 other = _buyLive(offer, BUFFER);
        vm.warp(START + 1000);
        vm.prank(disputes);
        liveRail.refund(licenseId, offer, type(uint128).max);
        assertFalse(licenses.isLive(licenseId), "ended");
        assertEq(_superBalance(address(_rest(licenseId))), 0, "empty");
        assertEq(_superBalance(address(_contributors(licenseId))), 0, "empty too");
        _assertLive(other, IPaymentRail.Standing.Current);
        vm.expectRevert(abi.encodeWithSelector(ILiveStreamRail.LiveStreamRail_WrongState.selector, licenseId));
        vm.prank(disputes);
        liveRail.refund(licenseId, offer, 1);
        liveRail.settle(other, offer);
        _assertBooks();
    }

    function test_Freeze_RevertWhen_AStrangerFreezes() external {
        uint256 licenseId = _buyLive(_splitOffer(), BUFFER);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, stranger));
        vm.prank(stranger);
        liveRail.freeze(licenseId);
        vm.expectRevert(abi.encodeWithSelector(ILiveStreamRail.LiveStreamRail_WrongState.selector, licenseId));
        vm.prank(disputes);
        liveRail.unfreeze(licenseId);
    }

    function test_Freeze_WhenADisputeFreezes() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1000);
        vm.prank(disputes);
        liveRail.freeze(licenseId);
        _assertLive(licenseId, IPaymentRail.Standing.Frozen);
        vm.expectRevert(_frozen(licenseId));
        vm.prank(buyer);
        liveRail.reopen(licenseId, offer, 0);
        vm.warp(START + 2000);
        assertEq(liveRail.settle(licenseId, offer), 1000 * BASE_RATE, "what was passed on before");
        vm.prank(disputes);
        liveRail.unfreeze(licenseId);
        _assertLive(licenseId, IPaymentRail.Standing.Lapsed);
        liveRail.settle(licenseId, offer);
        _assertLive(licenseId, IPaymentRail.Standing.Current);
        vm.prank(disputes);
        liveRail.freeze(licenseId);
        vm.prank(buyer);
        liveRail.close(licenseId, offer);
        vm.warp(START + 2000 + NOTICE);
        liveRail.close(licenseId, offer);
        assertTrue(liveRail.liveOf(licenseId).ended, "the holder can exit");
        assertEq(_superBalance(address(_rest(licenseId))), 0, "with all that is left");
    }

    function test_Pause_RevertWhen_AStrangerPausesOrReopens() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.startPrank(seller);
        vm.expectRevert(_railNotAllowed(licenseId, seller));
        liveRail.pause(licenseId, offer);
        vm.expectRevert(_railNotAllowed(licenseId, seller));
        liveRail.reopen(licenseId, offer, 0);
    }

    function test_Pause_WhenThePayerPausesAndReopens() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1000);
        vm.prank(buyer);
        liveRail.pause(licenseId, offer);
        _assertLive(licenseId, IPaymentRail.Standing.Lapsed);
        vm.warp(START + 5000);
        assertEq(_booked(), (RATE - _poolRate(licenseId)) * 1000, "booked");
        vm.expectEmit(address(liveRail));
        emit ILiveStreamRail.BufferAdded(licenseId, address(usdc), 1e6);
        vm.prank(buyer);
        liveRail.reopen(licenseId, offer, 1e6);
        _assertLive(licenseId, IPaymentRail.Standing.Current);
        vm.warp(START + 6000);
        assertEq(liveRail.settle(licenseId, offer), 1000 * BASE_RATE, "goes on");
        // Reopening a stream that runs adds to its buffer and changes nothing else.
        vm.prank(buyer);
        liveRail.reopen(licenseId, offer, 1e6);
        _assertLive(licenseId, IPaymentRail.Standing.Current);
        _assertBooks();
    }

    function test_Begin_RevertWhen_SomebodyElseThanTheRailCalls() external {
        address vault = address(_rest(_buyLive(_splitOffer(), BUFFER)));
        bytes4[5] memory calls = [
            ILiveVault.begin.selector,
            ILiveVault.halt.selector,
            ILiveVault.book.selector,
            ILiveVault.stop.selector,
            ILiveVault.empty.selector
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(buyer);
            (bool done, bytes memory why) = vault.call(abi.encodePacked(calls[i]));
            assertFalse(done, "went through");
            assertEq(why, abi.encodeWithSelector(ILiveVault.LiveVault_NotRail.selector, buyer), "why not");
        }
    }
}
