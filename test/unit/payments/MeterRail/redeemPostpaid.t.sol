// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueDistributor } from "../../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { UsageVoucher } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { MeterFixture } from "../MeterFixture.sol";
import { OddToken } from "../doubles/OddToken.sol";

contract RedeemPostpaidTest is MeterFixture {
    function test_WhenTheAllowancePaysTheBill() external {
        Offer memory offer = _postpaid();
        uint256 licenseId = _credit(offer);
        uint256 before = usdc.balanceOf(buyer);
        assertEq(_redeem(licenseId, offer, 1500), 2e6, "released");
        assertEq(_redeem(licenseId, offer, 2500), 2e6, "the difference");
        assertEq(before - usdc.balanceOf(buyer), 4e6, "paid");
        assertEq(usdc.balanceOf(seller), 2 * _afterFee(2e6), "owner");
        assertEq(usdc.balanceOf(address(meters)), 0, "nothing is kept");
        assertEq(meters.meterOf(licenseId).funded, 4e6, "funded");
    }

    function test_WhenThereIsADeposit() external {
        Offer memory offer = _postpaid();
        uint256 licenseId = _buyMeter(offer, buyer, 3e6);
        uint256 before = usdc.balanceOf(buyer);
        assertEq(_redeem(licenseId, offer, 1500), 2e6, "from the deposit");
        assertEq(usdc.balanceOf(buyer), before, "nothing pulled");
        assertEq(_redeem(licenseId, offer, 2500), 2e6, "from both");
        assertEq(before - usdc.balanceOf(buyer), 1e6, "pulled");
        assertEq(usdc.balanceOf(address(meters)), 0, "deposit used");
    }

    function test_WhenTheAllowanceIsGone() external {
        Offer memory offer = _postpaid();
        uint256 licenseId = _credit(offer);
        _stopPaying(buyer);
        uint40 lapsesAt = uint40(block.timestamp + GRACE);
        vm.expectEmit(address(meters));
        emit IMeterRail.PaymentMissed(licenseId, buyer, 2e6, lapsesAt);
        assertEq(_redeem(licenseId, offer, 1500), 0, "nothing released");
        IMeterRail.Meter memory m = meters.meterOf(licenseId);
        assertEq(m.spent, 2e6, "billed");
        assertEq(m.debtor, buyer, "debtor");
        assertEq(m.lapsesAt, lapsesAt, "lapses");
        vm.warp(lapsesAt - 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.Granted));
        // A later bill does not buy more time.
        _redeem(licenseId, offer, 2500);
        assertEq(_debtOf(licenseId), 4e6, "debt");
        vm.warp(lapsesAt);
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.PaymentLapsed));
    }

    function test_WhenTheAllowancePaysAPart() external {
        Offer memory offer = _postpaid();
        uint256 licenseId = _credit(offer);
        _payAgain(buyer, 5e5);
        assertEq(_redeem(licenseId, offer, 1500), 5e5, "by allowance");
        assertEq(_debtOf(licenseId), 15e5, "owed");
        _payAgain(buyer, type(uint256).max);
        uint256 all = usdc.balanceOf(buyer);
        vm.prank(buyer);
        usdc.transfer(stranger, all - 1e5);
        assertEq(meters.settle(licenseId, offer), 1e5, "by balance");
        assertEq(_debtOf(licenseId), 14e5, "still owed");
    }

    function test_WhenTheTokenRefusesOrKeepsAFee() external {
        OddToken token = _listOdd(6, false);
        Offer memory offer = _postpaid();
        offer.token = address(token);
        uint256 licenseId = _credit(offer);
        vm.prank(buyer);
        token.approve(address(meters), type(uint256).max);
        token.refuse(address(meters), true);
        assertEq(_redeem(licenseId, offer, 1500), 0, "refused");
        assertEq(_debtOf(licenseId), 2e6, "owed");
        token.refuse(address(meters), false);
        token.tax(1000);
        // 10 % less arrives; the same tax meets the release, so it is left to a better day.
        vm.expectRevert(
            abi.encodeWithSelector(
                IRevenueDistributor.RevenueDistributor_NotReceived.selector, address(token), 1.8e6, 1.62e6
            )
        );
        meters.settle(licenseId, offer);
        token.tax(0);
        assertEq(meters.settle(licenseId, offer), 2e6, "paid");
        assertEq(token.balanceOf(seller), _afterFee(2e6), "owner");
    }

    function test_WhenADebtIsPaidByTheNextVoucher() external {
        Offer memory offer = _postpaid();
        (uint256 licenseId, uint128 debt) = _inDebt(offer, 1500);
        vm.warp(block.timestamp + GRACE);
        _payAgain(buyer, type(uint256).max);
        assertEq(_redeem(licenseId, offer, 2500), debt + 2e6, "both");
        assertEq(_debtOf(licenseId), 0, "no debt");
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
    }

    function test_WhenTheUnitsReachTheCap() external {
        Offer memory offer = _postpaid();
        uint256 licenseId = _credit(offer);
        _redeem(licenseId, offer, CAP - 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        _redeem(licenseId, offer, CAP);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.QuotaExhausted));
        UsageVoucher memory voucher = _voucher(licenseId, offer, CAP + 1);
        bytes memory signature = _signed(voucher, buyerKey);
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_OverCap.selector, licenseId, CAP + 1, CAP));
        meters.redeem(offer, voucher, signature);
    }

    function test_RevertGiven_AnotherOwes() external {
        Offer memory offer = _postpaid();
        (uint256 licenseId, uint128 debt) = _inDebt(offer, 1500);
        vm.prank(buyer);
        licenses.transferFrom(buyer, carol, licenseId);
        UsageVoucher memory voucher = _voucher(licenseId, offer, 2500);
        bytes memory signature = _signed(voucher, carolKey);
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_DebtFirst.selector, licenseId, buyer, debt));
        meters.redeem(offer, voucher, signature);
        uint256 before = usdc.balanceOf(carol);
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_NothingToSettle.selector, licenseId));
        meters.settle(licenseId, offer);
        assertEq(usdc.balanceOf(carol), before, "the new holder never pays for the old one");
        _payAgain(buyer, debt);
        assertEq(meters.settle(licenseId, offer), debt, "the debtor does");
        assertEq(meters.redeem(offer, voucher, signature), 2e6, "and then the new holder's counts");
        assertEq(before - usdc.balanceOf(carol), 2e6, "for what it used");
    }

    function test_WhenASponsorBoughtForTheLicensee() external {
        Offer memory offer = _postpaid();
        uint256 licenseId = _buyMeter(offer, carol, 0);
        (uint256 sponsor, uint256 licensee) = (usdc.balanceOf(buyer), usdc.balanceOf(carol));
        assertEq(_redeemBy(licenseId, offer, 1500, carolKey), 2e6);
        assertEq(sponsor - usdc.balanceOf(buyer), 2e6, "the sponsor pays");
        assertEq(usdc.balanceOf(carol), licensee, "the licensee does not");
    }

    function test_WhenASponsoredLicenseWentToSomebodyElse() external {
        Offer memory offer = _postpaid();
        uint256 licenseId = _buyMeter(offer, carol, 0);
        _fundMeters(dave);
        vm.prank(carol);
        licenses.transferFrom(carol, dave, licenseId);
        uint256 sponsor = usdc.balanceOf(buyer);
        assertEq(_redeemBy(licenseId, offer, 1500, daveKey), 2e6);
        assertEq(usdc.balanceOf(buyer), sponsor, "not the sponsor");
        assertEq(usdc.balanceOf(dave), 1e12 - 2e6, "the holder");
    }

    function _access(uint256 licenseId) private view returns (ILicenseToken.Access) {
        return licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN);
    }
}
