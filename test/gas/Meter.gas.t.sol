// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IMeterRail } from "../../contracts/interfaces/payments/IMeterRail.sol";
import { Messages, UsageVoucher } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { Uses } from "../../contracts/types/Uses.sol";
import { MarketLoops } from "../mocks/MarketLoop.sol";
import { MeterFixture } from "../unit/payments/MeterFixture.sol";

/// @notice Gas of whole transactions on the meter, each in its own isolated transaction.
/// forge-config: default.isolate = true
contract MeterGasTest is MeterFixture {
    uint64 private constant READS = 1_000_000;
    uint256 private constant REDEEM_BUDGET = 180_000;
    uint256 private constant BATCH_BUDGET = 60_000;
    uint256 private constant BATCH = 100;

    /// @dev A million reads under one voucher, the first of its license; the owner was paid before, by another license.
    function test_RedeemAMillionReads() external {
        Offer memory offer = _millionOffer();
        _redeemAll(_buyMeter(offer, buyer, 2000e6), offer, buyerKey);
        uint256 licenseId = _buyMeter(offer, buyer, 2000e6);
        _redeemAll(licenseId, offer, buyerKey);
        assertLe(vm.snapshotGasLastCall("meter", "gas.meter.redeem"), REDEEM_BUDGET, "redeem over budget");
    }

    /// @dev The voucher after the first: the case that repeats.
    function test_RedeemAgain() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _redeem(licenseId, offer, 1000);
        _redeem(licenseId, offer, 2000);
        vm.snapshotGasLastCall("meter", "gas.meter.redeem_again");
    }

    /// @dev The same with 100 and with 10,000 licenses metered.
    function test_RedeemDoesNotGrowWithLicenses() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _redeem(licenseId, offer, 1000);
        _redeem(licenseId, offer, 2000);
        uint256 one = vm.lastCallGas().gasTotalUsed;
        _openMore(offer, licenseId, 99);
        _redeem(licenseId, offer, 3000);
        assertApproxEqRel(vm.lastCallGas().gasTotalUsed, one, 0.05e18, "redeeming grows with 100 licenses");
        _openMore(offer, licenseId + 99, 9900);
        _redeem(licenseId, offer, 4000);
        uint256 many = vm.snapshotGasLastCall("meter", "gas.meter.redeem_again.10000");
        assertApproxEqRel(many, one, 0.05e18, "redeeming grows with 10,000 licenses");
    }

    function test_RedeemPostpaid() external {
        Offer memory offer = _postpaid();
        uint256 licenseId = _credit(offer);
        _redeem(licenseId, offer, 1000);
        _redeem(licenseId, offer, 2000);
        vm.snapshotGasLastCall("meter", "gas.meter.redeem_postpaid");
    }

    /// @dev A hundred licenses of a hundred licensees, each of whom signs for itself; per license.
    function test_BatchOfAHundredLicenses() external {
        Offer memory offer = _millionOffer();
        _redeemAll(_buyMeter(offer, buyer, 2000e6), offer, buyerKey);
        Offer[] memory offers = new Offer[](1);
        offers[0] = offer;
        IMeterRail.Redemption[] memory entries = new IMeterRail.Redemption[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            (address licensee, uint256 key) = makeAddrAndKey(vm.toString(i));
            uint256 licenseId = _buyMeter(offer, licensee, 2000e6);
            UsageVoucher memory voucher = _voucher(licenseId, offer, READS);
            entries[i] = IMeterRail.Redemption(0, voucher, _sign(key, Messages.hash(voucher)));
        }
        assertEq(meters.redeemMany(offers, entries, 500_000), BATCH, "all redeemed");
        uint256 each = vm.lastCallGas().gasTotalUsed / BATCH;
        vm.snapshotValue("meter", "gas.meter.batch100", each);
        assertLe(each, BATCH_BUDGET, "batch over budget");
    }

    function test_Open() external {
        Offer memory offer = _prepaid();
        _meter(offer);
        vm.snapshotGasLastCall("meter", "gas.meter.open_first");
        _meter(offer);
        vm.snapshotGasLastCall("meter", "gas.meter.open");
    }

    function test_Deposit() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        vm.prank(buyer);
        meters.deposit(licenseId, offer, DEPOSIT, buyer);
        vm.snapshotGasLastCall("meter", "gas.meter.deposit");
    }

    function test_Withdraw() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _thawing(offer, DEPOSIT);
        vm.snapshotGasLastCall("meter", "gas.meter.thaw");
        vm.warp(block.timestamp + THAW + 1);
        meters.completeWithdrawal(licenseId, offer);
        vm.snapshotGasLastCall("meter", "gas.meter.withdraw");
    }

    function test_Access() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        ILicenseToken.Access access = licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN);
        vm.snapshotGasLastCall("meter", "gas.access.meter");
        assertEq(uint8(access), uint8(ILicenseToken.Access.Granted));
    }

    function _openMore(Offer memory offer, uint256 lastId, uint256 count) private {
        usdc.mint(address(meters), count * DEPOSIT);
        MarketLoops.openMany(
            address(market), address(meters), lastId + 1, count, offer, buyer, buyer, abi.encode(DEPOSIT)
        );
    }

    /// @dev 2 USDC per 1,000 reads, no tiers: 2,000 USDC for a million.
    function _millionOffer() private view returns (Offer memory) {
        IMeterRail.MeterTerms memory t = _meterTerms(IMeterRail.Mode.Prepaid);
        t.included = 0;
        (t.tiers[0], t.tiers[1]) = (IMeterRail.Tier(0, 0), IMeterRail.Tier(0, 0));
        return _meterOffer(t);
    }

    function _redeemAll(uint256 licenseId, Offer memory offer, uint256 key) private {
        _redeemBy(licenseId, offer, READS, key);
    }
}
