// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { MeterFixture } from "../MeterFixture.sol";

contract CheckOfferTest is MeterFixture {
    function test_CheckOffer_WhenTheTermsAreInBounds() external view {
        meters.checkOffer(_prepaid());
        meters.checkOffer(_postpaid());
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Postpaid);
        (t.thaw, t.grace, t.scale, t.included) = (365 days, 365 days, 18, CAP);
        t.kind = IMeterRail.UnitKind.Seconds;
        meters.checkOffer(_meterOffer(t));
        t = _meterTerms(IMeterRail.Mode.Prepaid);
        (t.thaw, t.cap, t.minimum) = (1 hours, 1, type(uint40).max);
        (t.included, t.scale) = (0, 0);
        t.tiers[2] = IMeterRail.Tier(101, 0);
        t.tiers[3] = IMeterRail.Tier(type(uint40).max, type(uint16).max);
        meters.checkOffer(_meterOffer(t));
    }

    function test_CheckOffer_RevertWhen_ThePriceIsZeroOrMoreThanTheBooksHold() external {
        Offer memory offer = _prepaid();
        offer.price = 0;
        _assertRefused(offer, "price");
        offer.price = uint128(type(uint96).max) + 1;
        _assertRefused(offer, "price");
        offer.price = type(uint96).max;
        meters.checkOffer(offer);
    }

    function test_CheckOffer_RevertWhen_TheKindOrModeDoesNotExist() external {
        Offer memory offer = _prepaid();
        bytes32 word = offer.railTerms[0];
        offer.railTerms[0] = bytes32(uint256(word) & ~uint256(0xff));
        _assertRefused(offer, "kind");
        offer.railTerms[0] = bytes32((uint256(word) & ~uint256(0xff)) | 7);
        _assertRefused(offer, "kind");
        offer.railTerms[0] = bytes32(uint256(word) | 2 << 8);
        _assertRefused(offer, "mode");
    }

    function test_CheckOffer_RevertWhen_TheScaleIsAboveEighteen() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.scale = 19;
        _assertRefused(_meterOffer(t), "scale");
    }

    function test_CheckOffer_RevertWhen_TheThawIsOutOfBounds() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.thaw = 1 hours - 1;
        _assertRefused(_meterOffer(t), "thaw");
        t.thaw = 365 days + 1;
        _assertRefused(_meterOffer(t), "thaw");
    }

    function test_CheckOffer_RevertWhen_AGraceIsGivenToAPrepaidOfferOrIsTooLong() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.grace = 1;
        _assertRefused(_meterOffer(t), "grace");
        t = _meterTerms(IMeterRail.Mode.Postpaid);
        t.grace = 365 days + 1;
        _assertRefused(_meterOffer(t), "grace");
    }

    function test_CheckOffer_RevertWhen_APostpaidOfferHasNoCapOrOneThatCouldOweTooMuch() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Postpaid);
        t.cap = 0;
        _assertRefused(_meterOffer(t), "cap");
        (t.cap, t.scale) = (type(uint64).max, 0);
        Offer memory offer = _meterOffer(t);
        offer.price = 1 << 40;
        _assertRefused(offer, "cap");
    }

    function test_CheckOffer_RevertWhen_MoreUnitsAreIncludedThanTheCapAllows() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Postpaid);
        t.included = CAP + 1;
        _assertRefused(_meterOffer(t), "included");
    }

    function test_CheckOffer_RevertWhen_TheMinimumIsMoreThanTheBooksHold() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.minimum = type(uint40).max;
        Offer memory offer = _meterOffer(t);
        offer.price = 1 << 57;
        _assertRefused(offer, "minimum");
    }

    function test_CheckOffer_RevertWhen_TheTiersDoNotAscendOrLeaveAGap() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.tiers[1].from = t.tiers[0].from;
        _assertRefused(_meterOffer(t), "tiers");
        (t.tiers[0], t.tiers[1]) = (IMeterRail.Tier(0, 0), IMeterRail.Tier(5, 9000));
        _assertRefused(_meterOffer(t), "tiers");
        (t.tiers[0], t.tiers[1]) = (IMeterRail.Tier(5, 9000), IMeterRail.Tier(0, 1));
        _assertRefused(_meterOffer(t), "tiers");
    }

    function test_CheckOffer_RevertWhen_UnusedBitsAreSet() external {
        Offer memory offer = _prepaid();
        offer.railTerms[1] |= bytes32(uint256(1) << 224);
        _assertRefused(offer, "padding");
    }

    function test_CheckOffer_RevertWhen_TheOfferIsExclusive() external {
        Offer memory offer = _prepaid();
        offer.exclusive = true;
        _assertRefused(offer, "exclusive");
    }

    function testFuzz_PackTerms_WhenTermsArePackedAndUnpacked(
        uint8[3] memory small,
        uint64[5] memory numbers,
        IMeterRail.Tier[4] memory tiers
    )
        external
        view
    {
        IMeterRail.MeterTerms memory t = IMeterRail.MeterTerms({
            kind: IMeterRail.UnitKind(small[0] % 7),
            mode: IMeterRail.Mode(small[1] % 2),
            scale: small[2],
            thaw: uint32(numbers[0]),
            grace: uint32(numbers[1]),
            included: numbers[2],
            cap: numbers[3],
            minimum: uint40(numbers[4]),
            tiers: tiers
        });
        IMeterRail.MeterTerms memory back = meters.unpackTerms(meters.packTerms(t));
        assertEq(abi.encode(back), abi.encode(t));
    }

    function _assertRefused(Offer memory offer, bytes32 field) private {
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, field));
        meters.checkOffer(offer);
    }
}
