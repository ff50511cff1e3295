// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { MeterFixture } from "../MeterFixture.sol";

contract AmountForTest is MeterFixture {
    function test_RevertWhen_TheTermsAreOutOfBounds() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.scale = 77;
        Offer memory offer = _meterOffer(t);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, bytes32("scale")));
        meters.amountFor(offer, 1);
    }

    function test_WhenOnlyIncludedUnitsWereUsed() external view {
        assertEq(meters.amountFor(_prepaid(), 0), 0);
        assertEq(meters.amountFor(_prepaid(), INCLUDED), 0);
        assertEq(meters.amountFor(_prepaid(), INCLUDED + 1), 2000);
    }

    function test_WhenUnitsReachIntoTheTiers() external view {
        Offer memory offer = _prepaid();
        assertEq(meters.amountFor(offer, INCLUDED + 1000), 2e6, "one block");
        assertEq(meters.amountFor(offer, INCLUDED + 10_000), 20e6, "end of the first tier");
        assertEq(meters.amountFor(offer, INCLUDED + 10_001), 20e6 + 1600, "one unit of the second");
        assertEq(meters.amountFor(offer, INCLUDED + 100_000), 164e6, "end of the second tier");
        assertEq(meters.amountFor(offer, INCLUDED + 101_000), 165e6, "a block of the third");
    }

    function test_WhenUnitsCostLessThanABaseUnit() external view {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        (t.scale, t.included) = (9, 0);
        Offer memory offer = _meterOffer(t);
        assertEq(meters.amountFor(offer, 499), 0);
        assertEq(meters.amountFor(offer, 500), 1);
        assertEq(meters.amountFor(offer, 999), 1);
        assertEq(meters.amountFor(offer, 1000), 2);
    }

    function test_WhenATierIsFree() external view {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.tiers[1].priceBps = 0;
        Offer memory offer = _meterOffer(t);
        assertEq(meters.amountFor(offer, INCLUDED + 100_000), 164e6);
        assertEq(meters.amountFor(offer, type(uint64).max), 164e6);
    }

    function testFuzz_WhenUnitsGrow(uint64 units, uint64 more, uint256 seed) external view {
        Offer memory offer = _anyOffer(seed);
        uint64 sum = type(uint64).max - units < more ? type(uint64).max : units + more;
        assertLe(meters.amountFor(offer, units), meters.amountFor(offer, sum));
    }

    /// @dev The model: every unit belongs to exactly one tier, and the segments are added up, found from the top down.
    function testFuzz_WhenEverythingIsAtItsBounds(uint64 units, uint256 seed) external view {
        Offer memory offer = _anyOffer(seed);
        IMeterRail.MeterTerms memory t = meters.unpackTerms(offer.railTerms);
        uint256 scale = 10 ** uint256(t.scale);
        uint256 charged = units > t.included ? units - t.included : 0;
        uint256 weighted = 0;
        for (uint256 i = 4; i > 0; --i) {
            IMeterRail.Tier memory tier = t.tiers[i - 1];
            uint256 from = tier.from * scale;
            if (tier.from == 0 || charged <= from) continue;
            weighted += (charged - from) * tier.priceBps;
            charged = from;
        }
        weighted += charged * 10_000;
        assertEq(meters.amountFor(offer, units), weighted * offer.price / (scale * 10_000));
    }

    /// @dev Any well-formed prepaid terms, extremes included.
    function _anyOffer(uint256 seed) private view returns (Offer memory offer) {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.scale = uint8(seed % 19);
        t.included = seed & 1 == 0 ? 0 : uint64(seed >> 8);
        uint40 from = 0;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            from += 1 + uint40(random % (i == 3 ? 1 << 39 : 1 << (10 * (i + 1))));
            t.tiers[i] =
                random >> 64 & 7 == 0 && i == 3 ? IMeterRail.Tier(0, 0) : IMeterRail.Tier(from, uint16(random >> 128));
        }
        offer = _meterOffer(t);
        offer.price = uint128(bound(seed >> 72, 1, type(uint96).max));
    }
}
