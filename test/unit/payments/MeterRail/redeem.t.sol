// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { UsageVoucher } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { MeterFixture } from "../MeterFixture.sol";
import { OddToken } from "../doubles/OddToken.sol";
import { WalletDouble } from "../doubles/WalletDouble.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

contract RedeemTest is MeterFixture {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        UsageVoucher memory voucher = _voucher(licenseId, offer, 1500);
        vm.expectRevert(_wrongMeterOffer(licenseId, offer));
        meters.redeem(_alteredMeter(offer), voucher, _signed(voucher, buyerKey));
    }

    function test_RevertWhen_TheLicenseHasNoMeterHere() external {
        Offer memory offer = _offer();
        uint256 licenseId = _buy(offer);
        UsageVoucher memory voucher = UsageVoucher(licenseId, 1, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_Unknown.selector, licenseId));
        meters.redeem(offer, voucher, _signed(voucher, buyerKey));
    }

    function test_RevertGiven_TheMeterIsFrozen() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(1500);
        _freezeMeter(voucher.licenseId);
        _assertRefused(offer, voucher, _frozen(voucher.licenseId));
    }

    function test_RevertWhen_TheSequenceIsNotNewer() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(1500);
        bytes memory signature = _signed(voucher, buyerKey);
        meters.redeem(offer, voucher, signature);
        bytes4 stale = IMeterRail.MeterRail_StaleVoucher.selector;
        vm.expectRevert(abi.encodeWithSelector(stale, voucher.licenseId, 1, 1));
        meters.redeem(offer, voucher, signature);
        (voucher.units, voucher.amount) = (2500, 4e6);
        _assertRefused(offer, voucher, abi.encodeWithSelector(stale, voucher.licenseId, 1, 1));
        voucher.sequence = 0;
        _assertRefused(offer, voucher, abi.encodeWithSelector(stale, voucher.licenseId, 0, 1));
    }

    function test_RevertWhen_UnitsOrAmountFall() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(2500);
        meters.redeem(offer, voucher, _signed(voucher, buyerKey));
        voucher.sequence = 2;
        (voucher.units, voucher.amount) = (2499, 4e6);
        _assertRegression(offer, voucher);
        (voucher.units, voucher.amount) = (3000, 4e6 - 1);
        _assertRegression(offer, voucher);
    }

    function test_RevertWhen_NeitherUnitsNorAmountRise() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(2500);
        meters.redeem(offer, voucher, _signed(voucher, buyerKey));
        voucher.sequence = 2;
        _assertRegression(offer, voucher);
    }

    function test_RevertWhen_TheUnitsExceedTheCap() external {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.cap = 2000;
        Offer memory offer = _meterOffer(t);
        uint256 licenseId = _meter(offer);
        UsageVoucher memory voucher = _voucher(licenseId, offer, 2001);
        _assertRefused(
            offer, voucher, abi.encodeWithSelector(IMeterRail.MeterRail_OverCap.selector, licenseId, 2001, 2000)
        );
    }

    function test_RevertWhen_TheAmountExceedsThePriceOfTheUnits() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(1500);
        voucher.amount += 1;
        _assertRefused(
            offer,
            voucher,
            abi.encodeWithSelector(IMeterRail.MeterRail_OverPrice.selector, voucher.licenseId, 2e6 + 1, 2e6)
        );
    }

    function test_RevertWhen_TheAmountExceedsTheDeposit() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(100_500);
        _assertRefused(
            offer,
            voucher,
            abi.encodeWithSelector(IMeterRail.MeterRail_OverDeposit.selector, voucher.licenseId, 164e6, DEPOSIT)
        );
    }

    function test_RevertWhen_SomebodyElseThanTheHolderSigned() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(1500);
        bytes memory refusal = _badSignature(voucher.licenseId, buyer);
        bytes memory signature = _signed(voucher, carolKey);
        vm.expectRevert(refusal);
        meters.redeem(offer, voucher, signature);
        vm.expectRevert(refusal);
        meters.redeem(offer, voucher, "");
        signature = _signed(voucher, buyerKey);
        voucher.units += 1;
        vm.expectRevert(refusal);
        meters.redeem(offer, voucher, signature);
    }

    function test_RevertWhen_ItWasSignedForAnotherChain() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(1500);
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        bytes memory signature = _signed(voucher, buyerKey);
        vm.chainId(here);
        vm.expectRevert(_badSignature(voucher.licenseId, buyer));
        meters.redeem(offer, voucher, signature);
    }

    function test_GivenTheLicenseChangedHands() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(1500);
        vm.prank(buyer);
        licenses.transferFrom(buyer, carol, voucher.licenseId);
        bytes memory signature = _signed(voucher, buyerKey);
        vm.expectRevert(_badSignature(voucher.licenseId, carol));
        meters.redeem(offer, voucher, signature);
        assertEq(meters.redeem(offer, voucher, _signed(voucher, carolKey)), 2e6);
    }

    function test_WhenAContractWalletHoldsTheLicense() external {
        Offer memory offer = _prepaid();
        WalletDouble wallet = new WalletDouble(dave);
        uint256 licenseId = _buyMeter(offer, address(wallet), DEPOSIT);
        UsageVoucher memory voucher = _voucher(licenseId, offer, 1500);
        bytes memory signature = _signed(voucher, carolKey);
        vm.expectRevert(_badSignature(licenseId, address(wallet)));
        meters.redeem(offer, voucher, signature);
        assertEq(meters.redeem(offer, voucher, _signed(voucher, daveKey)), 2e6);
    }

    function test_WhenTheHolderIsAnAccountThatDelegatesToCode() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(1500);
        vm.etch(buyer, hex"ef0100000000000000000000000000000000000000dead");
        assertEq(meters.redeem(offer, voucher, _signed(voucher, buyerKey)), 2e6);
    }

    function test_WhenAnyonePresentsAGoodVoucher() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(1500);
        vm.expectEmit(address(meters));
        emit IMeterRail.VoucherRedeemed(voucher.licenseId, buyer, 1500, 2e6, 1, 2e6);
        bytes memory signature = _signed(voucher, buyerKey);
        vm.prank(stranger);
        assertEq(meters.redeem(offer, voucher, signature), 2e6, "released");
        IMeterRail.Meter memory m = meters.meterOf(voucher.licenseId);
        assertEq(m.units, 1500, "units");
        assertEq(m.spent, 2e6, "spent");
        assertEq(m.sequence, 1, "sequence");
        assertEq(usdc.balanceOf(seller), _afterFee(2e6), "owner");
        assertEq(usdc.balanceOf(address(meters)), DEPOSIT - 2e6, "held");
    }

    function test_WhenALaterVoucherReplacesEarlierOnes() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        UsageVoucher memory skipped = _voucher(licenseId, offer, 1500);
        UsageVoucher memory later = _voucher(licenseId, offer, 3500);
        later.sequence = 9;
        assertEq(meters.redeem(offer, later, _signed(later, buyerKey)), 6e6, "all at once");
        _assertRefused(
            offer, skipped, abi.encodeWithSelector(IMeterRail.MeterRail_StaleVoucher.selector, licenseId, 1, 9)
        );
        assertEq(_redeem(licenseId, offer, 4500), 2e6, "the difference");
        assertEq(usdc.balanceOf(seller), _afterFee(6e6) + _afterFee(2e6), "owner");
    }

    function test_WhenTheProviderAsksForLessThanThePrice() external {
        (Offer memory offer, UsageVoucher memory voucher) = _fresh(1500);
        voucher.amount = 5;
        assertEq(meters.redeem(offer, voucher, _signed(voucher, buyerKey)), 5);
        // The rest of the price stays open: a later voucher may ask for it.
        voucher = _voucher(voucher.licenseId, offer, 1500);
        assertEq(meters.redeem(offer, voucher, _signed(voucher, buyerKey)), 2e6 - 5);
    }

    function test_WhenTheLastOfTheDepositIsUsed() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        // 20 USDC for the first ten blocks, 1.6 for each of the next fifty: 60,500 rows use up a hundred.
        _redeem(licenseId, offer, 60_499);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.Granted));
        _redeem(licenseId, offer, 60_500);
        assertEq(_heldOf(licenseId), 0, "held");
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.QuotaExhausted));
        assertTrue(meters.meterOf(licenseId).exhausted);
        assertTrue(licenses.isLive(licenseId), "the license lives on");
    }

    function test_WhenAWithdrawalThaws() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, DEPOSIT);
        assertEq(_redeem(licenseId, offer, 10_500), 20e6);
        vm.warp(block.timestamp + THAW + 1);
        uint256 before = usdc.balanceOf(buyer);
        meters.completeWithdrawal(licenseId, offer);
        assertEq(usdc.balanceOf(buyer) - before, DEPOSIT - 20e6, "what vouchers left");
    }

    function test_GivenTheLicenseExpiredOrWasClosed() external {
        Offer memory offer = _prepaid();
        uint256 closed = _meter(offer);
        uint256 expired = _meter(offer);
        uint256 end = block.timestamp + DURATION;
        vm.warp(end - THAW);
        _close(closed, offer);
        assertEq(meters.redeemableUntil(closed, offer), end, "closed");
        assertEq(meters.redeemableUntil(expired, offer), end + THAW, "expired");
        vm.warp(end);
        assertEq(_redeem(closed, offer, 1500), 2e6, "last second of the closed one");
        vm.warp(end + 1);
        UsageVoucher memory voucher = _voucher(closed, offer, 2500);
        _assertRefused(offer, voucher, abi.encodeWithSelector(IPaymentRail.PaymentRail_TooLate.selector, closed, end));
        vm.warp(end + THAW);
        assertEq(_redeem(expired, offer, 1500), 2e6, "last second of the expired one");
        vm.warp(end + THAW + 1);
        voucher = _voucher(expired, offer, 2500);
        _assertRefused(
            offer, voucher, abi.encodeWithSelector(IPaymentRail.PaymentRail_TooLate.selector, expired, end + THAW)
        );
    }

    function test_WhenTheTokenReEnters() external {
        OddToken token = _listOdd(6, false);
        Offer memory offer = _prepaid();
        offer.token = address(token);
        uint256 licenseId = _meter(offer);
        UsageVoucher memory second = _voucher(licenseId, offer, 2500);
        second.sequence = 2;
        token.hook(address(meters), abi.encodeCall(meters.redeem, (offer, second, _signed(second, buyerKey))));
        assertEq(_redeem(licenseId, offer, 1500), 2e6);
        assertFalse(token.hookSucceeded(), "re-entered");
        assertEq(
            token.hookResult(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        assertEq(token.balanceOf(seller), _afterFee(2e6));
    }

    /// @dev Eight vouchers of any content: each counts or changes nothing.
    function testFuzz_WhenAnyVouchersComeInAnyOrder(uint64[8] memory units, uint128[8] memory amounts) external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        uint256 released = 0;
        for (uint64 i = 0; i < 8; ++i) {
            UsageVoucher memory voucher =
                UsageVoucher(licenseId, units[i] % 120_000, amounts[i] % (DEPOSIT * 6 / 5), 1 + units[i] % 12);
            IMeterRail.Meter memory before = meters.meterOf(licenseId);
            bytes memory signature = _signed(voucher, buyerKey);
            try meters.redeem(offer, voucher, signature) returns (uint128 part) {
                assertGt(voucher.sequence, before.sequence, "replay");
                assertGe(voucher.units, before.units, "regression");
                assertLe(voucher.amount, meters.amountFor(offer, voucher.units), "price");
                assertEq(part, voucher.amount - before.spent, "difference");
                released += part;
            } catch {
                assertEq(keccak256(abi.encode(before)), keccak256(abi.encode(meters.meterOf(licenseId))), "untouched");
            }
        }
        assertEq(usdc.balanceOf(address(meters)), DEPOSIT - released, "held");
        assertEq(meters.meterOf(licenseId).spent, released, "spent");
    }

    // ---- private

    function _fresh(uint64 units) private returns (Offer memory offer, UsageVoucher memory voucher) {
        offer = _prepaid();
        voucher = _voucher(_meter(offer), offer, units);
    }

    function _assertRefused(Offer memory offer, UsageVoucher memory voucher, bytes memory reason) private {
        bytes memory signature = _signed(voucher, buyerKey);
        vm.expectRevert(reason);
        meters.redeem(offer, voucher, signature);
    }

    function _assertRegression(Offer memory offer, UsageVoucher memory voucher) private {
        bytes4 selector = IMeterRail.MeterRail_Regression.selector;
        _assertRefused(
            offer, voucher, abi.encodeWithSelector(selector, voucher.licenseId, voucher.units, voucher.amount)
        );
    }

    function _badSignature(uint256 licenseId, address holder) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMeterRail.MeterRail_BadSignature.selector, licenseId, holder);
    }

    function _access(uint256 licenseId) private view returns (ILicenseToken.Access) {
        return licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN);
    }
}
