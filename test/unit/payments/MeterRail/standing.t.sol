// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { MeterFixture } from "../MeterFixture.sol";

contract StandingTest is MeterFixture {
    function test_WhenTheLicenseHasNoMeterHere() external view {
        _assertStanding(1, IPaymentRail.Standing.None);
    }

    function test_GivenARunningMeterWithMoney() external {
        _assertStanding(_meter(_prepaid()), IPaymentRail.Standing.Current);
    }

    function test_GivenTheNextUnitCannotBePaid() external {
        Offer memory offer = _prepaid();
        // A row costs 2,000 base units: one fewer does not buy it.
        uint256 licenseId = _buyMeter(offer, buyer, 4000 + 1999);
        _redeem(licenseId, offer, INCLUDED + 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        _redeem(licenseId, offer, INCLUDED + 2);
        assertEq(_heldOf(licenseId), 1999);
        _assertStanding(licenseId, IPaymentRail.Standing.Exhausted);
    }

    function test_GivenOnlyAFreeTierIsLeft() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.tiers[0] = IMeterRail.Tier(1, 0);
        t.tiers[1] = IMeterRail.Tier(0, 0);
        Offer memory offer = _meterOffer(t);
        uint256 licenseId = _buyMeter(offer, buyer, BLOCK_PRICE);
        _redeem(licenseId, offer, INCLUDED + BLOCK);
        assertEq(_heldOf(licenseId), 0);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(_redeem(licenseId, offer, 1e9), 0, "use is booked, and free");
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
    }

    function test_GivenTheCapIsReached() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.cap = 2000;
        Offer memory offer = _meterOffer(t);
        uint256 licenseId = _meter(offer);
        _redeem(licenseId, offer, 2000);
        assertGt(_heldOf(licenseId), 0);
        _assertStanding(licenseId, IPaymentRail.Standing.Exhausted);
    }

    function test_GivenADebt() external {
        (uint256 licenseId,) = _inDebt(_postpaid(), 1500);
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        vm.warp(block.timestamp + GRACE - 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        vm.warp(block.timestamp + 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
    }

    function test_GivenAFreeze() external {
        (uint256 licenseId,) = _inDebt(_postpaid(), 1500);
        _freezeMeter(licenseId);
        _assertStanding(licenseId, IPaymentRail.Standing.Frozen);
    }

    function test_GivenTheMeterWasClosed() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _close(licenseId, offer);
        _freezeMeter(licenseId);
        _assertStanding(licenseId, IPaymentRail.Standing.Closed);
    }
}
