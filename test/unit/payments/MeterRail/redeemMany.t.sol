// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { UsageVoucher } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { MeterFixture } from "../MeterFixture.sol";
import { OddToken } from "../doubles/OddToken.sol";
import { WalletDouble } from "../doubles/WalletDouble.sol";
import { stdError } from "forge-std/StdError.sol";

contract RedeemManyTest is MeterFixture {
    uint256 private constant GAS = 1_000_000;

    function test_RedeemMany_RevertWhen_TheBatchIsEmptyOrTooLarge() external {
        Offer[] memory offers = new Offer[](1);
        uint256 max = meters.MAX_BATCH();
        bytes4 selector = IMeterRail.MeterRail_BatchSize.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, 0, max));
        meters.redeemMany(offers, new IMeterRail.Redemption[](0), GAS);
        vm.expectRevert(abi.encodeWithSelector(selector, max + 1, max));
        meters.redeemMany(offers, new IMeterRail.Redemption[](max + 1), GAS);
    }

    function test_RedeemMany_RevertWhen_AnEntryNamesNoOfferOfTheList() external {
        vm.expectRevert(stdError.indexOOBError);
        meters.redeemMany(new Offer[](0), new IMeterRail.Redemption[](1), GAS);
    }

    function test_RedeemMany_RevertWhen_SomebodyElseCallsAnEntryOfABatch() external {
        Offer memory offer = _prepaid();
        UsageVoucher memory voucher = _voucher(_meter(offer), offer, 1500);
        bytes memory signature = _signed(voucher, buyerKey);
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_NotSelf.selector, provider));
        vm.prank(provider);
        meters.redeemOfBatch(offer, voucher, signature);
    }

    function test_RedeemMany_WhenAllVouchersAreGood() external {
        (Offer[] memory offers, IMeterRail.Redemption[] memory entries) = _three();
        vm.expectEmit(address(meters));
        emit IMeterRail.VoucherRedeemed(entries[0].voucher.licenseId, buyer, 1500, 2e6, 1, 2e6);
        vm.expectEmit(address(meters));
        emit IMeterRail.VoucherRedeemed(entries[1].voucher.licenseId, buyer, 2500, 4e6, 1, 4e6);
        assertEq(meters.redeemMany(offers, entries, GAS), 3);
        assertEq(usdc.balanceOf(seller), _afterFee(2e6) + _afterFee(4e6) + _afterFee(6e6));
    }

    function test_RedeemMany_WhenSomeVouchersAreBad() external {
        (Offer[] memory offers, IMeterRail.Redemption[] memory entries) = _three();
        entries[0].signature = hex"00";
        entries[2].offer = 0;
        uint256 first = entries[0].voucher.licenseId;
        uint256 third = entries[2].voucher.licenseId;
        vm.expectEmit(address(meters));
        emit IMeterRail.VoucherRefused(first, 1, IMeterRail.MeterRail_BadSignature.selector);
        vm.expectEmit(address(meters));
        emit IMeterRail.VoucherRefused(third, 1, IPaymentRail.PaymentRail_WrongOffer.selector);
        assertEq(meters.redeemMany(offers, entries, GAS), 1);
        assertEq(meters.meterOf(first).spent, 0, "the first");
        assertEq(meters.meterOf(entries[1].voucher.licenseId).spent, 4e6, "the second");
        assertEq(meters.meterOf(third).spent, 0, "the third");
        assertEq(usdc.balanceOf(seller), _afterFee(4e6), "owner");
    }

    /// @dev A token that refuses the distributor fails its own license's release and no other.
    function test_RedeemMany_WhenSomeVouchersAreBad_ForTheirToken() external {
        OddToken token = _listOdd(6, false);
        (Offer[] memory offers, IMeterRail.Redemption[] memory entries) = _three();
        offers[1].token = address(token);
        uint256 licenseId = _meter(offers[1]);
        entries[1] = _entry(1, offers[1], licenseId, 2500, buyerKey);
        entries[2].offer = 0;
        token.refuse(address(distributor), true);
        entries[2] = _entry(0, offers[0], _meter(offers[0]), 3500, buyerKey);
        vm.expectEmit(address(meters));
        emit IMeterRail.VoucherRefused(licenseId, 1, OddToken.OddToken_Refused.selector);
        assertEq(meters.redeemMany(offers, entries, GAS), 2);
        assertEq(meters.meterOf(licenseId).spent, 0, "undone as a whole");
    }

    function test_RedeemMany_WhenASignersContractUsesUpItsGas() external {
        (Offer[] memory offers, IMeterRail.Redemption[] memory entries) = _three();
        WalletDouble wallet = new WalletDouble(dave);
        uint256 licenseId = _buyMeter(offers[0], address(wallet), DEPOSIT);
        entries[0] = _entry(0, offers[0], licenseId, 1500, daveKey);
        wallet.turnGreedy();
        vm.expectEmit(address(meters));
        emit IMeterRail.VoucherRefused(licenseId, 1, IMeterRail.MeterRail_BadSignature.selector);
        assertEq(meters.redeemMany{ gas: 1_800_000 }(offers, entries, GAS), 2);
    }

    function test_RedeemMany_WhenAVoucherComesTwice() external {
        (Offer[] memory offers, IMeterRail.Redemption[] memory entries) = _three();
        entries[1] = entries[0];
        vm.expectEmit(address(meters));
        emit IMeterRail.VoucherRefused(entries[0].voucher.licenseId, 1, IMeterRail.MeterRail_StaleVoucher.selector);
        assertEq(meters.redeemMany(offers, entries, GAS), 2);
        assertEq(usdc.balanceOf(seller), _afterFee(2e6) + _afterFee(6e6));
    }

    /// @dev Two licenses of one offer, one of another.
    function _three() private returns (Offer[] memory offers, IMeterRail.Redemption[] memory entries) {
        offers = new Offer[](2);
        (offers[0], offers[1]) = (_prepaid(), _postpaid());
        entries = new IMeterRail.Redemption[](3);
        entries[0] = _entry(0, offers[0], _meter(offers[0]), 1500, buyerKey);
        entries[1] = _entry(0, offers[0], _meter(offers[0]), 2500, buyerKey);
        entries[2] = _entry(1, offers[1], _meter(offers[1]), 3500, buyerKey);
    }

    function _entry(
        uint256 at,
        Offer memory offer,
        uint256 licenseId,
        uint64 units,
        uint256 key
    )
        private
        view
        returns (IMeterRail.Redemption memory)
    {
        UsageVoucher memory voucher = _voucher(licenseId, offer, units);
        return IMeterRail.Redemption(at, voucher, _signed(voucher, key));
    }
}
