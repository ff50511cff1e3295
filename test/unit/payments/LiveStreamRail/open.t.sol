// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILiveStreamRail } from "../../../../contracts/interfaces/payments/ILiveStreamRail.sol";
import { ILiveVault } from "../../../../contracts/interfaces/payments/ILiveVault.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueDistributor } from "../../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { LiveTest } from "./LiveTest.sol";

contract LiveStreamRailOpenTest is LiveTest {
    function test_RevertWhen_TheCallerIsNotTheMarket() external {
        Offer memory offer = _liveOffer();
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotMarket.selector, stranger));
        vm.prank(stranger);
        liveRail.open(1, offer, stranger, buyer, abi.encode(BUFFER, 0));
    }

    function test_RevertWhen_NoBondContractStands() external {
        vm.etch(address(bond), "");
        Offer memory offer = _liveOffer();
        vm.expectRevert(_badTerms("bond"));
        liveRail.checkOffer(offer);
        _open(offer);
        vm.expectRevert(_badTerms("bond"));
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", abi.encode(BUFFER, 0));
    }

    function test_RevertWhen_TheBondDoesNotCover() external {
        Offer memory offer = _liveOffer();
        _open(offer);
        bond.cover(provider, false);
        vm.expectRevert(_badTerms("bond"));
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", abi.encode(BUFFER, 0));
    }

    function test_RevertWhen_TermsHoldSomethingBack() external {
        Offer memory offer = _liveOffer();
        IStreamRail.StreamTerms memory t = _streamTerms(IStreamRail.Proof.Time);
        offer.railTerms = offers.packTerms(t);
        vm.expectRevert(_badTerms("padding"));
        liveRail.checkOffer(offer);
        offer = _liveOffer();
        offer.railTerms[1] = bytes32(uint256(1));
        vm.expectRevert(_badTerms("contestBond"));
        liveRail.checkOffer(offer);
        offer = _liveOffer();
        offer.railTerms[0] = 0;
        vm.expectRevert(_badTerms("period"));
        liveRail.checkOffer(offer);
        t = _zeroTerms();
        (t.period, t.notice) = (PERIOD, 366 days);
        offer.railTerms = offers.packTerms(t);
        vm.expectRevert(_badTerms("notice"));
        liveRail.checkOffer(offer);
    }

    function test_RevertWhen_TheBufferIsTooSmall() external {
        Offer memory offer = _splitOffer();
        _open(offer);
        vm.expectPartialRevert(bytes4(keccak256("GDA_INSUFFICIENT_BALANCE()")));
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", abi.encode(4 hours * uint256(BASE_RATE) - 1, 0));
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", abi.encode(4 hours * uint256(BASE_RATE) + 2, 0));
    }

    function test_RevertWhen_TheSplitIsLargeAndNotPrepared() external {
        IRevenueDistributor.Member[] memory members = new IRevenueDistributor.Member[](17);
        for (uint160 i = 0; i < 17; ++i) {
            members[i] = IRevenueDistributor.Member(address(i + 1000), 100);
        }
        Offer memory offer = _liveOffer();
        offer.split = _createSplit(members);
        _open(offer);
        vm.expectRevert(_badTerms("split"));
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", abi.encode(BUFFER, 0));
        distributor.preparePool(datasetId, offer.split, address(usdc), 17);
        uint256 licenseId = _buyLive(offer, BUFFER);
        _assertLive(licenseId, IPaymentRail.Standing.Current);
    }

    function testFuzz_WhenThereIsASplit(uint16 a, uint16 b, uint64 price) external {
        a = uint16(bound(a, 1, 9000));
        b = uint16(bound(b, 1, 10_000 - a));
        Offer memory offer = _liveOffer();
        offer.price = uint128(bound(price, PERIOD, 10 * STREAM_PRICE));
        offer.split = _createSplit(_members(carol, a, dave, b));
        uint256 licenseId = _buyLive(offer, 60e6);
        ILiveStreamRail.Live memory live = liveRail.liveOf(licenseId);
        uint256 units = uint256(a) + b;
        uint256 exact = uint256(live.rate) * (10_000 - FEE_BPS) * 9000 * units / 1e12;
        assertEq(live.rate, offer.price * SCALE / PERIOD, "rate");
        assertEq(_poolRate(licenseId), exact - exact % units, "whole units");
        assertEq(_leaves(_contributors(licenseId)), _poolRate(licenseId), "passed on");
        assertEq(_leaves(_rest(licenseId)), live.rate - _poolRate(licenseId), "all of it");
        _assertLive(licenseId, IPaymentRail.Standing.Current);
    }

    function test_WhenThereIsNoSplit() external {
        uint256 licenseId = _buyLive(_liveOffer(), BUFFER);
        ILiveStreamRail.Live memory live = liveRail.liveOf(licenseId);
        assertEq(live.contributors, address(0), "no vault for nobody");
        assertEq(_leaves(_rest(licenseId)), RATE, "all of it");
        ILiveVault.Deal memory deal = _rest(licenseId).deal();
        assertEq(deal.pool, liveRail.collectorOf(usdcx), "into the distributor's pool");
        assertEq(_rest(licenseId).rail(), address(liveRail), "rail");
        _assertLive(licenseId, IPaymentRail.Standing.Current);
        _assertLive(licenseId + 1, IPaymentRail.Standing.None);
    }

    function test_WhenThePayerWrapsToo() external {
        Offer memory offer = _splitOffer();
        _open(offer);
        uint256 plain = usdc.balanceOf(buyer);
        uint256 wrapped = _superBalance(buyer);
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", abi.encode(BUFFER, 50e6));
        assertEq(plain - usdc.balanceOf(buyer), BUFFER + 50e6, "paid");
        assertEq(_superBalance(buyer), wrapped + 50e18 - _deposit(), "wrapped, less Superfluid's deposit");
    }

    function _deposit() private view returns (uint256 deposit) {
        (, uint256 locked,) = ISuperBalance(usdcx).realtimeBalanceOf(buyer, block.timestamp);
        return locked;
    }

    function _zeroTerms() private pure returns (IStreamRail.StreamTerms memory t) { }
}

interface ISuperBalance {
    function realtimeBalanceOf(address account, uint256 time) external view returns (int256, uint256, uint256);
}
