// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILiveStreamRail } from "../../../../contracts/interfaces/payments/ILiveStreamRail.sol";
import { ILiveVault } from "../../../../contracts/interfaces/payments/ILiveVault.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IDistributionMinimal } from "../../../../contracts/payments/superfluid/ISuperfluidMinimal.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { LiveTest } from "./LiveTest.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

contract LiveStreamRailSettleTest is LiveTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        offer.salt = 9;
        vm.expectPartialRevert(IPaymentRail.PaymentRail_WrongOffer.selector);
        liveRail.settle(licenseId, offer);
        vm.expectRevert(abi.encodeWithSelector(ILiveStreamRail.LiveStreamRail_WrongState.selector, licenseId + 1));
        liveRail.settle(licenseId + 1, offer);
    }

    function test_RevertWhen_NothingWasPassedOn() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.expectRevert(abi.encodeWithSelector(ILiveStreamRail.LiveStreamRail_NothingDue.selector, licenseId));
        liveRail.settle(licenseId, offer);
    }

    function test_WhenTheFlowsRun() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1 days);
        assertEq(_earned(licenseId, carol), _poolRate(licenseId) * 1 days * 2 / 3, "carol has it already");
        assertEq(liveRail.settle(licenseId, offer), BASE_RATE * 1 days, "a day");
        uint256 all = uint256(RATE) * 1 days;
        uint256 fee = all * FEE_BPS / 10_000;
        uint256 royalty = (all - fee) / 10;
        assertEq(distributor.accruedFees(usdcx), fee, "fee");
        assertEq(distributor.accruedRoyalty(parentId, 1, usdcx), royalty, "parent");
        assertEq(_booked() + _poolRate(licenseId) * 1 days, all, "to the unit");
        _assertLive(licenseId, IPaymentRail.Standing.Current);
        _assertBooks();
    }

    function test_WhenMoneyIsCollected() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1 days);
        liveRail.settle(licenseId, offer);
        assertEq(distributor.awayOf(usdcx), _booked(), "on its way");
        liveRail.collect(usdcx);
        uint256 booked = _booked();
        distributor.collectFees(usdcx);
        distributor.payRoyalty(parentId, 1, usdcx);
        distributor.claim(seller, usdcx, seller);
        assertEq(_superBalance(treasury) + _superBalance(parentOwner) + _superBalance(seller), booked, "all paid");
        assertEq(_superBalance(address(distributor)), 0, "nothing left");
    }

    function testFuzz_WhenSharesAndRatesDoNotDivide(uint16 a, uint16 b, uint64 price, uint24 seconds_) external {
        a = uint16(bound(a, 1, 9000));
        b = uint16(bound(b, 1, 10_000 - a));
        Offer memory offer = _liveOffer();
        offer.price = uint128(bound(price, PERIOD, STREAM_PRICE));
        offer.split = _createSplit(_members(carol, a, dave, b));
        uint256 licenseId = _buyLive(offer, BUFFER);
        uint256 duration = bound(seconds_, 1, 30 days);
        vm.warp(START + duration / 2);
        if (duration > 1) liveRail.settle(licenseId, offer);
        vm.warp(START + duration);
        liveRail.settle(licenseId, offer);
        uint256 contributors = _earned(licenseId, carol) + _earned(licenseId, dave);
        assertEq(contributors + _booked(), duration * liveRail.liveOf(licenseId).rate, "to the unit");
        _assertBooks();
    }

    function test_WhenThePayerStops() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1000);
        _stopPaying(licenseId);
        _assertLive(licenseId, IPaymentRail.Standing.Grace);
        vm.warp(START + 1600);
        _assertLive(licenseId, IPaymentRail.Standing.Grace);
        vm.expectEmit(address(liveRail));
        emit ILiveStreamRail.Passing(licenseId, false);
        assertEq(liveRail.settle(licenseId, offer), 1600 * BASE_RATE, "the buffer paid ten minutes");
        _assertLive(licenseId, IPaymentRail.Standing.Lapsed);
        vm.warp(START + 9000);
        assertEq(_earned(licenseId, carol), _poolRate(licenseId) * 1600 * 2 / 3, "and nothing after");
        vm.expectRevert(abi.encodeWithSelector(ILiveStreamRail.LiveStreamRail_NothingDue.selector, licenseId));
        liveRail.settle(licenseId, offer);
        _assertBooks();
    }

    function test_WhenThePayerIsLiquidated() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        uint256 spendable = _superBalance(buyer);
        vm.prank(buyer);
        IERC20(usdcx).transfer(stranger, spendable - 1000 * uint256(RATE));
        vm.warp(START + 1010);
        _deleteFlow(stranger, buyer, address(_rest(licenseId)));
        _assertLive(licenseId, IPaymentRail.Standing.Grace);
        assertEq(liveRail.settle(licenseId, offer), 1010 * BASE_RATE, "every second");
        assertEq(_leaves(_contributors(licenseId)), 0, "the other is not passed on alone");
        _assertLive(licenseId, IPaymentRail.Standing.Lapsed);
        _assertBooks();
    }

    /// @dev The margin over the deposit is an hour of the rate. After that a liquidator takes what is left of the deposit; after five
    /// hours nothing is, and Superfluid itself pays what was passed on too much.
    function testFuzz_WhenNobodySettlesUntilTheBufferIsUsedUp(uint16 late) external {
        uint256 ranOn = bound(late, 1 hours + 10, 12 hours);
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1000);
        _stopPaying(licenseId);
        vm.warp(START + 1000 + ranOn);
        _liquidateVault(_rest(licenseId));
        _liquidateVault(_contributors(licenseId));
        _assertLive(licenseId, IPaymentRail.Standing.Lapsed);
        vm.warp(START + 20 hours);
        // Neither can be ended again, later: without outflow an account does not get insolvent.
        _assertNotLiquidated(_rest(licenseId));
        _assertNotLiquidated(_contributors(licenseId));
        assertEq(liveRail.settle(licenseId, offer), (1000 + ranOn) * BASE_RATE, "up to the liquidation");
        assertEq(_booked(), (RATE - _poolRate(licenseId)) * (1000 + ranOn), "no second more");
        _assertBooks();
        vm.prank(disputes);
        liveRail.close(licenseId, offer);
        assertEq(_superBalance(address(_rest(licenseId))), 0, "empty");
    }

    function _assertNotLiquidated(ILiveVault vault) private {
        bytes memory data =
            abi.encodeCall(IDistributionMinimal.distributeFlow, (usdcx, address(vault), vault.deal().pool, 0, ""));
        vm.prank(stranger);
        (bool done, bytes memory why) =
            host.call(abi.encodeWithSignature("callAgreement(address,bytes,bytes)", gda, data, ""));
        assertFalse(done, "ended again");
        assertEq(bytes4(why), bytes4(keccak256("GDA_NON_CRITICAL_SENDER()")), "why not");
    }

    function test_WhenOnlyOneVaultIsLiquidated() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1000);
        _stopPaying(licenseId);
        vm.warp(START + 1000 + 2 hours);
        _liquidateVault(_contributors(licenseId));
        _assertLive(licenseId, IPaymentRail.Standing.Lapsed);
        vm.warp(START + 1000 + 3 hours);
        liveRail.settle(licenseId, offer);
        assertEq(_booked(), (RATE - _poolRate(licenseId)) * (1000 + 3 hours), "the rest ran on");
        uint256 earned = _earned(licenseId, carol) + _earned(licenseId, dave);
        assertEq(earned, _poolRate(licenseId) * (1000 + 2 hours), "the pool did not");
        assertEq(_leaves(_rest(licenseId)), 0, "now neither does");
        _assertBooks();
    }

    function test_WhenTheFlowsAreBack() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1000);
        _stopPaying(licenseId);
        liveRail.settle(licenseId, offer);
        vm.warp(START + 2000);
        _createFlow(buyer, address(_rest(licenseId)), _rest(licenseId).deal().rate);
        _createFlow(buyer, address(_contributors(licenseId)), uint96(_poolRate(licenseId)));
        _assertLive(licenseId, IPaymentRail.Standing.Lapsed);
        vm.warp(START + 2100);
        assertEq(liveRail.settle(licenseId, offer), 0, "nothing was passed on meanwhile");
        _assertLive(licenseId, IPaymentRail.Standing.Current);
        vm.warp(START + 3100);
        assertEq(liveRail.settle(licenseId, offer), 1000 * BASE_RATE, "but since");
        _assertBooks();
    }

    function test_WhenTheBufferIsTooSmallToBeginAgain() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        _stopPaying(licenseId);
        vm.warp(START + 4 hours);
        liveRail.settle(licenseId, offer);
        _createFlow(buyer, address(_rest(licenseId)), _rest(licenseId).deal().rate);
        _createFlow(buyer, address(_contributors(licenseId)), uint96(_poolRate(licenseId)));
        liveRail.settle(licenseId, offer);
        _assertLive(licenseId, IPaymentRail.Standing.Lapsed);
        assertEq(_leaves(_rest(licenseId)), 0, "nor a part of it");
        // What comes in fills the buffer again.
        vm.warp(START + 7 hours + 60);
        liveRail.settle(licenseId, offer);
        _assertLive(licenseId, IPaymentRail.Standing.Current);
    }

    function test_WhenStrangersPayIntoThePools() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        _fundStream(stranger, 1000e6);
        _give(_contributors(licenseId).deal().pool, 3e12 + 7);
        _give(_rest(licenseId).deal().pool, 11);
        vm.warp(START + 1000);
        liveRail.settle(licenseId, offer);
        assertEq(_booked(), (RATE - _poolRate(licenseId)) * 1000, "the payer's flow alone");
        assertGt(_earned(licenseId, carol), _poolRate(licenseId) * 1000 * 2 / 3, "gifts are the members'");
        _assertBooks();
    }

    function _give(address pool, int96 rate) private {
        bytes memory data = abi.encodeCall(IDistributionMinimal.distributeFlow, (usdcx, stranger, pool, rate, ""));
        vm.prank(stranger);
        (bool done,) = host.call(abi.encodeWithSignature("callAgreement(address,bytes,bytes)", gda, data, ""));
        assertTrue(done, "given");
    }
}
