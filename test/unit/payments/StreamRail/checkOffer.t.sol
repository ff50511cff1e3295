// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../../../contracts/interfaces/payments/IStreamVault.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { StreamTest } from "./StreamTest.sol";

contract StreamRailCheckOfferTest is StreamTest {
    function test_ShouldTakeTheTermsOfTheTests() external view {
        rail.checkOffer(_timeOffer());
        rail.checkOffer(_reportOffer());
    }

    function test_RevertWhen_AFieldIsOutOfBounds() external {
        IStreamRail.StreamTerms memory t = _streamTerms(IStreamRail.Proof.Report);
        t.period = 0;
        _expectBad(t, "period");
        t.period = 365 days + 1;
        _expectBad(t, "period");
        t = _streamTerms(IStreamRail.Proof.Report);
        t.epoch = 1 hours - 1;
        _expectBad(t, "epoch");
        t.epoch = 365 days + 1;
        _expectBad(t, "epoch");
        t = _streamTerms(IStreamRail.Proof.Report);
        t.notice = 365 days + 1;
        _expectBad(t, "notice");
        t = _streamTerms(IStreamRail.Proof.Report);
        t.grace = 30 days + 1;
        _expectBad(t, "grace");
        t = _streamTerms(IStreamRail.Proof.Report);
        t.window = 1 hours - 1;
        _expectBad(t, "window");
        t = _streamTerms(IStreamRail.Proof.Report);
        t.openFor = 0;
        _expectBad(t, "openFor");
        t = _streamTerms(IStreamRail.Proof.Report);
        t.defaultAfter = 365 days + 1;
        _expectBad(t, "defaultAfter");
        t = _streamTerms(IStreamRail.Proof.Report);
        t.contestBond = STREAM_PRICE + 1;
        _expectBad(t, "contestBond");
        t = _streamTerms(IStreamRail.Proof.Time);
        t.window = 1 hours;
        _expectBad(t, "window");
        t = _streamTerms(IStreamRail.Proof.Time);
        t.openFor = 1 hours;
        _expectBad(t, "openFor");
        t = _streamTerms(IStreamRail.Proof.Time);
        t.defaultAfter = 1 hours;
        _expectBad(t, "defaultAfter");
        t = _streamTerms(IStreamRail.Proof.Time);
        t.defaultRefund = true;
        _expectBad(t, "defaultRefund");
        t = _streamTerms(IStreamRail.Proof.Time);
        t.contestBond = 1;
        _expectBad(t, "contestBond");
        Offer memory offer = _timeOffer();
        offer.railTerms[0] |= bytes32(uint256(1) << 249);
        _expectBadOffer(offer, "padding");
        offer = _timeOffer();
        offer.railTerms[0] |= bytes32(uint256(1) << 241);
        _expectBadOffer(offer, "leastAssurance");
        offer = _reportOffer();
        offer.railTerms[0] |= bytes32(uint256(1) << 241);
        _expectBadOffer(offer, "leastAssurance");
        offer = _timeOffer();
        offer.railTerms[0] |= bytes32(uint256(200) << 232);
        _expectBadOffer(offer, "proof");
    }

    function test_RevertWhen_LiveModeIsAskedFor() external {
        IStreamRail.StreamTerms memory t = _streamTerms(IStreamRail.Proof.Time);
        t.holdbackBps = 0;
        _expectBad(t, "holdbackBps");
        t.holdbackBps = 9999;
        _expectBad(t, "holdbackBps");
    }

    function test_RevertWhen_TheTokenHasNoSuperTokenOrTooManyDecimals() external {
        Offer memory offer = _timeOffer();
        offer.token = address(_listOdd(6, false));
        _expectBadOffer(offer, "token");
        offer.token = address(_listOdd(19, true));
        _expectBadOffer(offer, "token");
    }

    function test_RevertWhen_ThePriceGivesNoRate() external {
        Offer memory offer = _timeOffer();
        offer.price = 0;
        _expectBadOffer(offer, "price");
        offer.token = address(_listOdd(18, true));
        offer.price = PERIOD - 1;
        _expectBadOffer(offer, "price");
        offer.price = type(uint128).max;
        _expectBadOffer(offer, "price");
        offer.price = PERIOD;
        IStreamVault.Deal memory deal = offers.dealOf(offer.token, offer.price, offer.railTerms);
        assertEq(deal.rate, 1, "one unit per second is the least");
        assertEq(deal.decimals, 18, "decimals");
    }

    function testFuzz_WhenTermsArePacked(uint256 times, uint256 rest, uint128 bond) external view {
        IStreamRail.StreamTerms memory t;
        (t.period, t.epoch, t.window) = (uint32(times), uint32(times >> 32), uint32(times >> 64));
        (t.openFor, t.defaultAfter, t.notice) = (uint32(times >> 96), uint32(times >> 128), uint32(times >> 160));
        (t.grace, t.holdbackBps, t.defaultRefund) = (uint24(rest), uint16(rest >> 24), rest >> 255 == 1);
        (t.proof, t.leastAssurance, t.contestBond) = (IStreamRail.Proof(rest >> 40 & 3), uint8(rest >> 48), bond);
        assertEq(abi.encode(offers.unpackTerms(offers.packTerms(t))), abi.encode(t), "round trip");
    }

    function _expectBad(IStreamRail.StreamTerms memory t, bytes32 field) private {
        _expectBadOffer(_streamOffer(t), field);
    }

    function _expectBadOffer(Offer memory offer, bytes32 field) private {
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, field));
        rail.checkOffer(offer);
    }
}
