// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";
import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

contract CheckOfferTest is EscrowTest {
    uint32 private constant YEAR = 365 days;

    function test_CheckOffer_RevertWhen_AFieldIsOutOfBounds() external {
        IEscrowRail.EscrowTerms memory t = _escrowTerms();
        _expectBad(t, 0, "price");
        t.challengeWindow = escrow.MIN_CHALLENGE_WINDOW() - 1;
        _expectBad(t, PRICE, "challengeWindow");
        t.challengeWindow = YEAR + 1;
        _expectBad(t, PRICE, "challengeWindow");
        t = _escrowTerms();
        t.sla = 1 hours - 1;
        _expectBad(t, PRICE, "sla");
        t.sla = YEAR + 1;
        _expectBad(t, PRICE, "sla");
        t = _escrowTerms();
        t.defaultAfter = 1 hours - 1;
        _expectBad(t, PRICE, "defaultAfter");
        t.defaultAfter = YEAR + 1;
        _expectBad(t, PRICE, "defaultAfter");
        t = _escrowTerms();
        t.coolingOff = YEAR + 1;
        _expectBad(t, PRICE, "coolingOff");
        t = _escrowTerms();
        t.objectionWindow = 1 hours - 1;
        _expectBad(t, PRICE, "objectionWindow");
        t.objectionWindow = YEAR + 1;
        _expectBad(t, PRICE, "objectionWindow");
        (t.coolingOff, t.objectionWindow) = (0, 1 hours);
        _expectBad(t, PRICE, "objectionWindow");
        t = _escrowTerms();
        t.contestBond = PRICE + 1;
        _expectBad(t, PRICE, "contestBond");
    }

    function testFuzz_CheckOffer_RevertWhen_ABitWithoutMeaningIsSet(uint8 bit) external {
        Offer memory offer = _offer();
        uint256 word = uint256(offer.railTerms[0]);
        offer.railTerms[0] = bytes32(word | 1 << bound(bit, 161, 255));
        bytes memory refusal = abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, bytes32("padding"));
        vm.expectRevert(refusal);
        escrow.checkOffer(offer);
        offer.railTerms[0] = bytes32(word);
        offer.railTerms[1] = bytes32(uint256(offer.railTerms[1]) | 1 << bound(bit, 144, 255));
        vm.expectRevert(refusal);
        escrow.checkOffer(offer);
    }

    /// @dev Of a struct with an enum the fuzzer would also make values that no enum has.
    function testFuzz_CheckOffer_WhenEveryFieldIsWithinBounds(
        uint32[5] memory times,
        uint128 bond,
        uint128 price
    )
        external
        view
    {
        IEscrowRail.EscrowTerms memory t;
        t.challengeWindow = uint32(bound(times[0], 1 hours, YEAR));
        t.sla = uint32(bound(times[1], 1 hours, YEAR));
        t.defaultAfter = uint32(bound(times[2], 1 hours, YEAR));
        t.coolingOff = uint32(bound(times[3], 0, YEAR));
        t.objectionWindow = t.coolingOff == 0 ? 0 : uint32(bound(times[4], 1 hours, YEAR));
        Offer memory offer = _offer();
        offer.price = uint128(bound(price, 1, type(uint128).max));
        t.contestBond = uint128(bound(bond, 0, offer.price));
        offer.railTerms = escrow.packTerms(t);
        escrow.checkOffer(offer);
    }

    function testFuzz_PackTerms_ShouldBeUndoneByUnpackTerms(
        uint32[5] memory times,
        uint128 bond,
        bool defaultRefund,
        uint8 condition,
        uint8 assurance
    )
        external
        view
    {
        IEscrowRail.EscrowTerms memory t = IEscrowRail.EscrowTerms({
            challengeWindow: times[0],
            sla: times[1],
            defaultAfter: times[2],
            coolingOff: times[3],
            objectionWindow: times[4],
            defaultRefund: defaultRefund,
            contestBond: bond,
            condition: IEscrowRail.ReleaseCondition(condition % 4),
            leastAssurance: assurance
        });
        assertEq(abi.encode(escrow.unpackTerms(escrow.packTerms(t))), abi.encode(t), "round trip");
    }

    function test_Initialize_ShouldWorkOnce() external {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        escrow.initialize(address(this));
    }

    function _expectBad(IEscrowRail.EscrowTerms memory t, uint128 price, bytes32 field) private {
        Offer memory offer = _offer();
        offer.price = price;
        offer.railTerms = escrow.packTerms(t);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, field));
        escrow.checkOffer(offer);
    }
}
