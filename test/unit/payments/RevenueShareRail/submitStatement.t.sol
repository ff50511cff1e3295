// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueShareRail } from "../../../../contracts/interfaces/payments/IRevenueShareRail.sol";
import { Messages, RevenueStatement } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { RevenueShareTest } from "./RevenueShareTest.sol";

contract SubmitStatementTest is RevenueShareTest {
    function test_RevertWhen_TheStatementIsOfAnotherLicensePeriodOrToken() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1));
        RevenueStatement memory s = _statement(licenseId + 1, 1, REVENUE);
        _assertRefused(licenseId, offer, s, _wrong(licenseId, "licenseId"));
        s = _statement(licenseId, 2, REVENUE);
        _assertRefused(licenseId, offer, s, _wrong(licenseId, "period"));
        s = _statement(licenseId, 1, REVENUE);
        s.token = usdcx;
        _assertRefused(licenseId, offer, s, _wrong(licenseId, "token"));
        _state(licenseId, offer, 1, REVENUE);
        s = _statement(licenseId, 1, REVENUE);
        _assertRefused(licenseId, offer, s, _wrong(licenseId, "period"));
    }

    function test_RevertWhen_ThePeriodIsNotOver() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1) - 1);
        _assertRefused(licenseId, offer, _statement(licenseId, 1, REVENUE), _tooEarly(licenseId, _endOf(1)));
    }

    function test_RevertWhen_ItWasSignedBeforeThePeriodEndedOrInTheFuture() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1));
        RevenueStatement memory s = _statement(licenseId, 1, REVENUE);
        s.signedAt = uint40(_endOf(1) - 1);
        _assertRefused(licenseId, offer, s, _wrong(licenseId, "signedAt"));
        s.signedAt = uint40(_endOf(1) + 1);
        _assertRefused(licenseId, offer, s, _wrong(licenseId, "signedAt"));
    }

    function test_RevertWhen_AnotherThanTheHolderSigned() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1));
        RevenueStatement memory s = _statement(licenseId, 1, REVENUE);
        vm.expectRevert(_badSignature(buyer));
        rail.submitStatement(licenseId, offer, s, _signed(s, carolKey), "");
        // A transfer passes the duty on: the new holder signs, and the old one no longer.
        vm.prank(buyer);
        licenses.transferFrom(buyer, carol, licenseId);
        vm.expectRevert(_badSignature(carol));
        rail.submitStatement(licenseId, offer, s, _signed(s, buyerKey), "");
    }

    function test_RevertWhen_TheAuditorMustCountersignAndDidNot() external {
        Offer memory offer = _countersignedOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(_endOf(1));
        RevenueStatement memory s = _statement(licenseId, 1, REVENUE);
        vm.expectRevert(_badSignature(auditor));
        rail.submitStatement(licenseId, offer, s, _signed(s, buyerKey), "");
        vm.prank(buyer);
        uint128 paid = rail.submitStatement(licenseId, offer, s, _signed(s, buyerKey), _signed(s, auditorKey));
        assertEq(paid, OWED - PRICE, "with both");
    }

    function test_RevertWhen_ASignatureOfTheAuditorIsNotTheAuditors() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1));
        RevenueStatement memory s = _statement(licenseId, 1, REVENUE);
        vm.expectRevert(_badSignature(auditor));
        rail.submitStatement(licenseId, offer, s, _signed(s, buyerKey), _signed(s, carolKey));
    }

    function test_RevertGiven_TheMoneyIsFrozen() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        _freeze(licenseId);
        vm.warp(_endOf(1));
        _assertRefused(licenseId, offer, _statement(licenseId, 1, REVENUE), _frozen(licenseId));
    }

    function test_RevertGiven_TheLicenseEndedBeforeThePeriodBegins() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1) - 7 days);
        vm.prank(seller);
        licenses.revoke(licenseId); // In effect at the end of period 1.
        _state(licenseId, offer, 1, REVENUE);
        vm.warp(_endOf(2));
        _assertRefused(licenseId, offer, _statement(licenseId, 2, REVENUE), _wrong(licenseId, "period"));
    }

    function testFuzz_WhenRevenueMakesLessThanTheGuarantee(uint128 revenue) external {
        revenue = uint128(bound(revenue, 0, 5000e6));
        (uint256 licenseId, Offer memory offer) = _shared();
        assertEq(_state(licenseId, offer, 1, revenue), 0, "taken");
        assertEq(rail.periodOf(licenseId, 1).owed, PRICE, "owed");
        assertEq(rail.accountOf(licenseId).credit, 0, "credit");
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE), "seller");
        assertEq(usdc.balanceOf(address(rail)), 0, "nothing stays");
    }

    function test_WhenRevenueMakesMoreThanTheGuarantee() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        uint256 before = usdc.balanceOf(buyer);
        vm.expectEmit(address(rail));
        emit IRevenueShareRail.GuaranteeReleased(licenseId, address(usdc), PRICE);
        vm.expectEmit(address(rail));
        emit IRevenueShareRail.RevenueStated(
            licenseId, 1, buyer, address(usdc), REVENUE, OWED, OWED - PRICE, keccak256("report")
        );
        assertEq(_state(licenseId, offer, 1, REVENUE), OWED - PRICE, "taken");
        assertEq(before - usdc.balanceOf(buyer), OWED - PRICE, "from the caller");
        assertEq(usdc.balanceOf(seller), _afterFee(OWED), "seller");
        IRevenueShareRail.Period memory stated = rail.periodOf(licenseId, 1);
        assertEq(stated.statedAt, _endOf(1), "stated");
        assertFalse(stated.audited, "audited");
        assertEq(rail.accountOf(licenseId).nextPeriod, 2, "next");
        assertEq(rail.accountOf(licenseId).dueAt, _endOf(2) + DUE, "due");
    }

    function testFuzz_GivenALaterPeriod(uint128 revenue) external {
        revenue = uint128(bound(revenue, 0, 1e12));
        (uint256 licenseId, Offer memory offer) = _shared();
        _state(licenseId, offer, 1, REVENUE);
        uint256 before = usdc.balanceOf(seller);
        uint128 owed = revenue / 20 > PRICE ? revenue / 20 : PRICE;
        assertEq(rail.owedFor(offer, revenue), owed, "owed");
        assertEq(_state(licenseId, offer, 2, revenue), owed, "taken");
        assertEq(usdc.balanceOf(seller) - before, _afterFee(owed), "seller");
    }

    function test_GivenTheLastPeriodIsCutByTheLicense() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        _state(licenseId, offer, 1, REVENUE);
        vm.prank(seller);
        licenses.revoke(licenseId);
        vm.warp(_endOf(1) + 7 days);
        RevenueStatement memory s = _statement(licenseId, 2, REVENUE);
        bytes memory signature = _signed(s, buyerKey);
        vm.prank(buyer);
        assertEq(rail.submitStatement(licenseId, offer, s, signature, ""), OWED, "a period begun is a period due");
    }

    function _countersignedOffer() private view returns (Offer memory offer) {
        offer = _shareOffer();
        IRevenueShareRail.ShareTerms memory t = _shareTerms();
        t.countersigned = true;
        offer.railTerms = rail.packTerms(t);
    }

    function _assertRefused(
        uint256 licenseId,
        Offer memory offer,
        RevenueStatement memory s,
        bytes memory reason
    )
        private
    {
        bytes memory signature = _sign(buyerKey, Messages.hash(s));
        vm.expectRevert(reason);
        vm.prank(buyer);
        rail.submitStatement(licenseId, offer, s, signature, "");
    }
}
