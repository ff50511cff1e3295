// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { MeterFixture } from "../MeterFixture.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

contract OpenTest is MeterFixture {
    function test_RevertWhen_TheCallerIsNotTheMarket() external {
        Offer memory offer = _prepaid();
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotMarket.selector, buyer));
        vm.prank(buyer);
        meters.open(1, offer, buyer, buyer, "");
    }

    function test_RevertWhen_TheTermsAreOutOfBounds() external {
        Offer memory offer = _prepaid();
        offer.exclusive = true;
        vm.prank(seller);
        market.open(offer);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, bytes32("exclusive")));
        vm.prank(buyer);
        market.buy(offer, buyer, "", "");
    }

    function test_WhenNoDepositIsNamedForAPrepaidMeter() external {
        assertEq(_dueOf(_prepaid()), BLOCK_PRICE);
    }

    function test_WhenNoDepositIsNamedAndTheOfferAsksForAMinimum() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.minimum = 7;
        assertEq(_dueOf(_meterOffer(t)), 7 * BLOCK_PRICE, "prepaid");
        t = _meterTerms(IMeterRail.Mode.Postpaid);
        t.minimum = 3;
        assertEq(_dueOf(_meterOffer(t)), 3 * BLOCK_PRICE, "a security for credit");
    }

    function test_WhenNoDepositIsNamedForAPostpaidMeter() external {
        assertEq(_dueOf(_postpaid()), 0);
    }

    function test_RevertWhen_TheDepositIsBelowTheMinimum() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.minimum = 7;
        Offer memory offer = _meterOffer(t);
        vm.prank(seller);
        market.open(offer);
        vm.expectRevert(
            abi.encodeWithSelector(IMeterRail.MeterRail_DepositTooLow.selector, 1, 7 * BLOCK_PRICE - 1, 7 * BLOCK_PRICE)
        );
        vm.prank(buyer);
        market.buy(offer, buyer, "", abi.encode(7 * BLOCK_PRICE - 1));
    }

    function test_RevertWhen_TheDepositDoesNotFitTheBooks() external {
        Offer memory offer = _prepaid();
        vm.prank(seller);
        market.open(offer);
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, 1 << 96));
        vm.prank(buyer);
        market.buy(offer, buyer, "", abi.encode(uint128(1 << 96)));
    }

    function test_WhenTheLicenseePaysForItself() external {
        Offer memory offer = _prepaid();
        uint256 before = _meter(offer);
        vm.expectEmit(address(meters));
        emit IMeterRail.MeterOpened(before + 1, buyer, address(usdc), DEPOSIT);
        uint256 licenseId = _meter(offer);
        IMeterRail.Meter memory m = meters.meterOf(licenseId);
        assertEq(m.payer, buyer, "payer");
        assertEq(m.funded, DEPOSIT, "funded");
        assertEq(usdc.balanceOf(address(meters)), 2 * DEPOSIT, "held for both");
        vm.prank(buyer);
        licenses.transferFrom(buyer, carol, licenseId);
        assertEq(meters.meterOf(licenseId).payer, carol, "the deposit goes with the license");
    }

    function test_WhenAnotherPays() external {
        uint256 licenseId = _buyMeter(_prepaid(), carol, DEPOSIT);
        assertEq(meters.meterOf(licenseId).payer, buyer);
        vm.prank(carol);
        licenses.transferFrom(carol, dave, licenseId);
        assertEq(meters.meterOf(licenseId).payer, buyer, "whoever holds it");
    }

    function test_WhenNoDepositIsMadeAndUnitsAreIncluded() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _buyMeter(offer, buyer, 0);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(_redeem(licenseId, offer, INCLUDED), 0, "nothing to release");
        _assertStanding(licenseId, IPaymentRail.Standing.Exhausted);
    }

    function test_WhenNoDepositIsMadeAndNoneAreIncluded() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.included = 0;
        uint256 licenseId = _buyMeter(_meterOffer(t), buyer, 0);
        _assertStanding(licenseId, IPaymentRail.Standing.Exhausted);
    }

    function test_WhenTheUsualDepositIsPaidByASignedAuthorization() external {
        Offer memory offer = _prepaid();
        vm.prank(seller);
        bytes32 offerId = market.open(offer);
        ILicenseMarket.Purchase memory purchase = ILicenseMarket.Purchase(offer, buyer, "ref", "");
        bytes32 nonce = market.authorizationNonce(offerId, buyer, "ref", "");
        ILicenseMarket.Authorization memory authorization = _authorize(BLOCK_PRICE, nonce);
        vm.prank(stranger);
        uint256 licenseId = market.buyWithAuthorization(purchase, authorization);
        assertEq(meters.meterOf(licenseId).funded, BLOCK_PRICE);
        assertEq(meters.meterOf(licenseId).payer, buyer);
    }

    function _authorize(uint256 value, bytes32 nonce) private view returns (ILicenseMarket.Authorization memory a) {
        (a.from, a.validBefore) = (buyer, block.timestamp + 1 hours);
        bytes32 structHash = keccak256(
            abi.encode(
                usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), buyer, address(market), value, 0, a.validBefore, nonce
            )
        );
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", usdc.DOMAIN_SEPARATOR(), structHash));
        (a.v, a.r, a.s) = vm.sign(buyerKey, digest);
    }

    function _dueOf(Offer memory offer) private returns (uint256) {
        vm.prank(seller);
        market.open(offer);
        uint256 before = usdc.balanceOf(buyer);
        vm.prank(buyer);
        uint256 licenseId = market.buy(offer, buyer, "", "");
        uint256 paid = before - usdc.balanceOf(buyer);
        assertEq(meters.meterOf(licenseId).funded, paid, "booked as paid");
        return paid;
    }
}
