// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ITermsRegistry } from "../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IMeterRail } from "../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { MeterRail } from "../../../contracts/payments/MeterRail.sol";
import { PaymentRail } from "../../../contracts/payments/PaymentRail.sol";
import { Messages, UsageVoucher } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { PaymentsFixture } from "./PaymentsFixture.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

/// @notice The payments fixture with a meter rail, metered offers of the seller's dataset, and vouchers of its licensees.
/// @dev 2 USDC per 1,000 rows; 500 rows included; from 10,000 charged rows on 80 % of the price, from 100,000 on half.
abstract contract MeterFixture is PaymentsFixture {
    uint8 internal constant METER_RAIL = 3;
    uint128 internal constant BLOCK_PRICE = 2e6;
    uint64 internal constant BLOCK = 1000;
    uint64 internal constant INCLUDED = 500;
    uint64 internal constant CAP = 1_000_000;
    uint32 internal constant THAW = 2 days;
    uint32 internal constant GRACE = 3 days;
    uint128 internal constant DEPOSIT = 100e6;
    uint40 internal constant DURATION = 90 days;

    MeterRail internal meters;
    bytes32 internal fixedTermsId;

    function setUp() public virtual override {
        super.setUp();
        address implementation = deployCode(
            "MeterRail.sol:MeterRail", abi.encode(address(market), address(licenses), address(distributor), disputes)
        );
        bytes memory init = abi.encodeCall(MeterRail.initialize, (address(manager)));
        meters = MeterRail(address(new ERC1967Proxy(implementation, init)));
        licenses.addRail(METER_RAIL, address(meters), true);
        ITermsRegistry.Terms memory t = _terms();
        t.duration = DURATION;
        fixedTermsId = terms.register(t);
        _fundMeters(buyer);
        _fundMeters(carol);
    }

    function _fundMeters(address account) internal {
        usdc.mint(account, 1e12);
        vm.startPrank(account);
        usdc.approve(address(market), type(uint256).max);
        usdc.approve(address(meters), type(uint256).max);
        vm.stopPrank();
    }

    // ---- offers

    function _meterTerms(IMeterRail.Mode mode) internal pure returns (IMeterRail.MeterTerms memory t) {
        t.kind = IMeterRail.UnitKind.Rows;
        t.mode = mode;
        t.scale = 3;
        t.thaw = THAW;
        t.included = INCLUDED;
        t.tiers[0] = IMeterRail.Tier(10, 8000);
        t.tiers[1] = IMeterRail.Tier(100, 5000);
        if (mode == IMeterRail.Mode.Postpaid) (t.cap, t.grace) = (CAP, GRACE);
    }

    function _meterOffer(IMeterRail.MeterTerms memory t) internal view returns (Offer memory offer) {
        offer = _offer();
        (offer.rail, offer.price, offer.termsId) = (METER_RAIL, BLOCK_PRICE, fixedTermsId);
        offer.railTerms = meters.packTerms(t);
    }

    function _prepaid() internal view returns (Offer memory) {
        return _meterOffer(_meterTerms(IMeterRail.Mode.Prepaid));
    }

    function _postpaid() internal view returns (Offer memory) {
        return _meterOffer(_meterTerms(IMeterRail.Mode.Postpaid));
    }

    // ---- licenses

    /// @dev Opens the offer if it is not, and buys with `amount` as first deposit; the buyer pays.
    function _buyMeter(Offer memory offer, address licensee, uint128 amount) internal returns (uint256 licenseId) {
        if (uint8(market.offerState(keccak256(abi.encode(offer))).status) == 0) {
            vm.prank(offer.seller);
            market.open(offer);
        }
        vm.prank(buyer);
        return market.buy(offer, licensee, "ref", abi.encode(amount));
    }

    function _meter(Offer memory offer) internal returns (uint256 licenseId) {
        return _buyMeter(offer, buyer, DEPOSIT);
    }

    function _credit(Offer memory offer) internal returns (uint256 licenseId) {
        return _buyMeter(offer, buyer, 0);
    }

    // ---- vouchers

    /// @dev A voucher at the full price, numbered after the one billed last.
    function _voucher(uint256 licenseId, Offer memory offer, uint64 units) internal view returns (UsageVoucher memory) {
        uint128 amount = uint128(meters.amountFor(offer, units));
        return UsageVoucher(licenseId, units, amount, meters.meterOf(licenseId).sequence + 1);
    }

    function _signed(UsageVoucher memory voucher, uint256 key) internal view returns (bytes memory) {
        return _sign(key, Messages.hash(voucher));
    }

    function _redeem(uint256 licenseId, Offer memory offer, uint64 units) internal returns (uint128 released) {
        return _redeemBy(licenseId, offer, units, buyerKey);
    }

    function _redeemBy(
        uint256 licenseId,
        Offer memory offer,
        uint64 units,
        uint256 key
    )
        internal
        returns (uint128 released)
    {
        UsageVoucher memory voucher = _voucher(licenseId, offer, units);
        return meters.redeem(offer, voucher, _signed(voucher, key));
    }

    // ---- states

    /// @dev A post-paid license of the buyer that owes for `units` rows; the allowance is gone.
    function _inDebt(Offer memory offer, uint64 units) internal returns (uint256 licenseId, uint128 debt) {
        licenseId = _credit(offer);
        _stopPaying(buyer);
        _redeem(licenseId, offer, units);
        debt = uint128(meters.amountFor(offer, units));
    }

    function _stopPaying(address account) internal {
        vm.prank(account);
        usdc.approve(address(meters), 0);
    }

    function _payAgain(address account, uint256 allowance) internal {
        vm.prank(account);
        usdc.approve(address(meters), allowance);
    }

    function _close(uint256 licenseId, Offer memory offer) internal {
        address holder = licenses.ownerOf(licenseId);
        vm.prank(holder);
        meters.close(licenseId, offer);
    }

    function _freezeMeter(uint256 licenseId) internal {
        vm.prank(disputes);
        meters.freeze(licenseId);
    }

    function _finished(Offer memory offer) internal returns (uint256 licenseId) {
        licenseId = _meter(offer);
        _close(licenseId, offer);
        vm.warp(block.timestamp + THAW + 1);
        meters.settle(licenseId, offer);
    }

    function _thawing(Offer memory offer, uint128 amount) internal returns (uint256 licenseId) {
        licenseId = _meter(offer);
        vm.prank(buyer);
        meters.requestWithdrawal(licenseId, offer, amount);
    }

    // ---- errors and checks

    function _alteredMeter(Offer memory offer) internal pure returns (Offer memory altered) {
        altered = abi.decode(abi.encode(offer), (Offer));
        altered.price += 1;
    }

    function _wrongMeterOffer(uint256 licenseId, Offer memory offer) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPaymentRail.PaymentRail_WrongOffer.selector,
            licenseId,
            keccak256(abi.encode(offer)),
            keccak256(abi.encode(_alteredMeter(offer)))
        );
    }

    function _closedError(uint256 licenseId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IMeterRail.MeterRail_Closed.selector, licenseId);
    }

    function _assertStanding(uint256 licenseId, IPaymentRail.Standing standing) internal view {
        assertEq(uint8(meters.standing(licenseId)), uint8(standing), "standing");
    }

    function _heldOf(uint256 licenseId) internal view returns (uint256) {
        IMeterRail.Meter memory m = meters.meterOf(licenseId);
        return m.funded > m.spent ? m.funded - m.spent : 0;
    }

    function _debtOf(uint256 licenseId) internal view returns (uint256) {
        IMeterRail.Meter memory m = meters.meterOf(licenseId);
        return m.spent > m.funded ? m.spent - m.funded : 0;
    }
}
