// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { StreamFlags } from "../../../../contracts/payments/StreamState.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { StreamTest } from "./StreamTest.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

contract StreamRailFreezeTest is StreamTest {
    function test_Freeze_RevertWhen_TheCallerIsNotTheDisputeManager() external {
        uint256 licenseId = _buy(_timeOffer());
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, stranger));
        vm.prank(stranger);
        rail.freeze(licenseId);
    }

    function test_Freeze_RevertWhen_TheStreamIsFrozen() external {
        uint256 licenseId = _buy(_timeOffer());
        _freezeStream(licenseId);
        vm.expectRevert(_frozen(licenseId));
        vm.prank(disputes);
        rail.freeze(licenseId);
    }

    function test_Freeze_WhenAReportRunsOutWhileFrozen() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _reported(offer, 1);
        _freezeStream(licenseId);
        _assertStanding(licenseId, IPaymentRail.Standing.Frozen);
        vm.warp(START + 30 * EPOCH);
        vm.expectRevert(_frozen(licenseId));
        rail.settle(licenseId, offer);
        vm.expectRevert(_frozen(licenseId));
        vm.prank(provider);
        rail.concede(licenseId, offer, 1);
        vm.prank(disputes);
        rail.unfreeze(licenseId);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "the reported one");
        vm.expectRevert(_early(licenseId, block.timestamp + OPEN_FOR + 1));
        rail.settle(licenseId, offer);
    }

    function test_Freeze_WhenTheHolderGivesNoticeWhileFrozen() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        _freezeStream(licenseId);
        vm.prank(buyer);
        rail.close(licenseId, offer);
        vm.warp(START + NOTICE);
        rail.close(licenseId, offer);
        assertEq(_flow(licenseId).seenRate, 0, "stopped");
    }

    function test_Unfreeze_RevertWhen_AStrangerUnfreezes() external {
        uint256 licenseId = _buy(_timeOffer());
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, stranger));
        vm.prank(stranger);
        rail.unfreeze(licenseId);
    }

    function test_Unfreeze_RevertWhen_NothingIsFrozen() external {
        uint256 licenseId = _buy(_timeOffer());
        vm.expectRevert(_wrongStream(licenseId, StreamFlags.OPENED));
        vm.prank(disputes);
        rail.unfreeze(licenseId);
    }

    function test_Refund_RevertWhen_AStrangerRefunds() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, stranger));
        vm.prank(stranger);
        rail.refund(licenseId, offer, 1);
    }

    function test_Refund_WhenAllIsClawedBackInMidEpoch() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        uint256 other = _buy(offer);
        vm.warp(START + EPOCH);
        rail.settle(licenseId, offer);
        vm.warp(START + 2 * EPOCH + 500);
        _freezeStream(licenseId);
        uint256 before = _superBalance(buyer);
        vm.prank(disputes);
        rail.refund(licenseId, offer, type(uint128).max);
        assertGe(_superBalance(buyer) - before, uint256(EPOCH + 500) * RATE, "refunded, and the deposit");
        assertEq(usdc.balanceOf(seller), _net(EPOCH_PAY), "what was settled stays");
        assertEq(_superBalance(_vault(licenseId)), 0, "empty");
        assertFalse(licenses.isLive(licenseId), "ended");
        assertEq(rail.streamOf(licenseId).flags & StreamFlags.DONE, StreamFlags.DONE, "done");
        _assertStanding(other, IPaymentRail.Standing.Current);
        assertEq(rail.settle(other, offer), 2 * EPOCH_PAY, "the other goes on");
    }

    function testFuzz_Refund_WhenAPartIsClawedBack(uint128 amount) external {
        amount = uint128(bound(amount, 0, EPOCH_PAY));
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH + 60);
        vm.prank(disputes);
        rail.refund(licenseId, offer, amount);
        assertEq(usdc.balanceOf(seller), _net((EPOCH + 60) * BASE_RATE - amount), "the rest is released");
        assertFalse(licenses.isLive(licenseId), "ended");
    }

    function test_Refund_WhenAContestedRangeIsClawedBack() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _contested(offer, 2);
        uint256 plain = usdc.balanceOf(buyer);
        vm.prank(disputes);
        rail.refund(licenseId, offer, type(uint128).max);
        assertEq(usdc.balanceOf(buyer) - plain, BOND, "bond");
        assertEq(usdc.balanceOf(seller), 0, "nothing released");
    }

    function test_Refund_WhenThePayersTokenAccountRefuses() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        bytes memory transfer = abi.encodeCall(IERC20.transfer, (buyer, EPOCH_PAY * SCALE));
        vm.mockCallRevert(usdcx, transfer, "refused");
        vm.prank(provider);
        rail.concede(licenseId, offer, 1);
        assertEq(rail.deferredOf(buyer, usdcx), EPOCH_PAY * SCALE, "credited");
        assertEq(_superBalance(address(rail)), EPOCH_PAY * SCALE, "and here");
        vm.clearMockedCalls();
        uint256 before = _superBalance(buyer);
        rail.claimDeferred(buyer, usdcx, buyer);
        assertEq(_superBalance(buyer) - before, EPOCH_PAY * SCALE, "claimed");
    }

    function test_Refund_RevertWhen_AllWasConcludedBefore() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.startPrank(disputes);
        rail.refund(licenseId, offer, 0);
        uint8 flags = StreamFlags.OPENED | StreamFlags.NOTICED | StreamFlags.ENDED | StreamFlags.DONE;
        vm.expectRevert(_wrongStream(licenseId, flags));
        rail.refund(licenseId, offer, 0);
    }
}
