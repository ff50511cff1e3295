// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueShareRail } from "../../../../contracts/interfaces/payments/IRevenueShareRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { RevenueShareTest } from "./RevenueShareTest.sol";

contract OpenTest is RevenueShareTest {
    function test_Open_RevertWhen_TheCallerIsNotTheMarket() external {
        Offer memory offer = _shareOffer();
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotMarket.selector, stranger));
        vm.prank(stranger);
        rail.open(1, offer, buyer, buyer, "");
    }

    function test_Open_RevertWhen_ATermIsOutOfBounds() external {
        IRevenueShareRail.ShareTerms memory t = _shareTerms();
        t.period = 1 days - 1;
        _assertRefused(t, PRICE, "period");
        t.period = 366 days + 1;
        _assertRefused(t, PRICE, "period");
        t = _shareTerms();
        t.due = 1 days - 1;
        _assertRefused(t, PRICE, "due");
        t.due = 366 days + 1;
        _assertRefused(t, PRICE, "due");
        t = _shareTerms();
        t.cure = 366 days + 1;
        _assertRefused(t, PRICE, "cure");
        t = _shareTerms();
        t.shareBps = 10_001;
        _assertRefused(t, PRICE, "shareBps");
        t.shareBps = 0;
        _assertRefused(t, 0, "price");
        t = _shareTerms();
        t.auditWindow = 366 days + 1;
        _assertRefused(t, PRICE, "auditWindow");
        t.auditor = address(0);
        t.auditWindow = 1;
        _assertRefused(t, PRICE, "auditWindow");
        t.auditWindow = 0;
        t.countersigned = true;
        _assertRefused(t, PRICE, "countersigned");
    }

    function testFuzz_Open_RevertWhen_ATermIsOutOfBounds_BitWithoutMeaning(uint8 bit) external {
        Offer memory offer = _shareOffer();
        bytes32[2] memory packed = offer.railTerms;
        offer.railTerms[0] = bytes32(uint256(packed[0]) | 1 << bound(bit, 145, 255));
        _assertRefused(offer, "padding");
        offer.railTerms[0] = packed[0];
        offer.railTerms[1] = bytes32(uint256(packed[1]) | 1 << bound(bit, 160, 255));
        _assertRefused(offer, "padding");
    }

    function test_Open_WhenTheMarketSells() external {
        Offer memory offer = _shareOffer();
        vm.prank(seller);
        market.open(offer);
        vm.expectEmit(address(rail));
        emit IRevenueShareRail.ShareOpened(1, buyer, address(usdc), PRICE);
        uint256 licenseId = _buy(offer);
        assertEq(usdc.balanceOf(address(rail)), PRICE, "held");
        IRevenueShareRail.Account memory a = rail.accountOf(licenseId);
        assertEq(a.payer, buyer, "payer");
        assertEq(a.nextPeriod, 1, "next");
        assertEq(a.lastPeriod, type(uint32).max, "last");
        assertEq(a.dueAt, START + PERIOD + DUE, "due");
        assertEq(a.credit, PRICE, "credit");
        assertEq(a.held, PRICE, "held on record");
        assertEq(uint256(a.debt) + a.debtDueAt, 0, "debt");
        assertFalse(a.frozen || a.closed, "flags");
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
    }

    function testFuzz_Terms(IRevenueShareRail.ShareTerms memory t) external view {
        assertEq(abi.encode(rail.unpackTerms(rail.packTerms(t))), abi.encode(t));
    }

    function test_Settle_GivenAGuaranteeThatWaits() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.expectEmit(address(rail));
        emit IRevenueShareRail.GuaranteeReleased(licenseId, address(usdc), PRICE);
        vm.prank(stranger);
        assertEq(rail.settle(licenseId, offer), PRICE, "released");
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE), "seller");
        assertEq(rail.accountOf(licenseId).credit, PRICE, "still counts for period 1");
        vm.expectRevert(_nothingDue(licenseId));
        rail.settle(licenseId, offer);
    }

    function test_Settle_RevertGiven_TheOfferIsAnother() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        bytes32 expected = keccak256(abi.encode(offer));
        offer.price -= 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentRail.PaymentRail_WrongOffer.selector, licenseId, expected, keccak256(abi.encode(offer))
            )
        );
        rail.settle(licenseId, offer);
        Offer memory escrowed = _offer();
        uint256 other = _buy(escrowed);
        vm.expectRevert(_notOpen(other));
        rail.settle(other, escrowed);
    }

    function test_Settle_RevertGiven_AFrozenGuarantee() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        _freeze(licenseId);
        vm.expectRevert(_frozen(licenseId));
        rail.settle(licenseId, offer);
    }

    function _assertRefused(IRevenueShareRail.ShareTerms memory t, uint128 price, bytes32 field) private {
        Offer memory offer = _shareOffer();
        (offer.price, offer.railTerms) = (price, rail.packTerms(t));
        _assertRefused(offer, field);
    }

    /// @dev When asked, and at the sale.
    function _assertRefused(Offer memory offer, bytes32 field) private {
        bytes memory reason = abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, field);
        vm.expectRevert(reason);
        rail.checkOffer(offer);
        vm.prank(address(market));
        vm.expectRevert(reason);
        rail.open(1, offer, buyer, buyer, "");
    }
}
