// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../contracts/interfaces/payments/IMeterRail.sol";
import { UsageVoucher } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { MeterFixture } from "../unit/payments/MeterFixture.sol";
import { OddToken } from "../unit/payments/doubles/OddToken.sol";

/// @notice Random walks over meters. Vouchers may say anything; every other act applies to a meter in a fitting state or does
/// nothing, so none may revert. Ghosts follow the money by balances alone, not by what the rail says.
/// @dev Eight licenses in one token that can refuse receivers: prepaid and post-paid, paid for oneself and for another.
abstract contract MeterHandler is MeterFixture {
    uint256 internal constant LICENSES = 8;
    uint256 internal constant WEALTH = 1e15;

    OddToken internal token;
    Offer[2] internal offers;
    address[3] internal people;
    mapping(address person => uint256) internal keyOf;

    /// @dev Paid in less paid back, and released to the distributor.
    mapping(uint256 licenseId => uint256) internal ghostNet;
    mapping(uint256 licenseId => uint256) internal ghostReleased;
    /// @dev Awarded to the seller by a ruling: billed by no voucher.
    mapping(uint256 licenseId => uint256) internal ghostAwarded;
    mapping(uint256 licenseId => IMeterRail.Meter) internal last;
    mapping(string act => uint256) public calls;

    function setUp() public virtual override {
        super.setUp();
        token = new OddToken(6);
        config.setPaymentToken(address(token), address(0), FEE_BPS, true);
        people = [buyer, carol, dave];
        (keyOf[buyer], keyOf[carol], keyOf[dave]) = (buyerKey, carolKey, daveKey);
        for (uint256 i = 0; i < 3; ++i) {
            token.mint(people[i], WEALTH);
            vm.prank(people[i]);
            token.approve(address(meters), type(uint256).max);
        }
        vm.prank(buyer);
        token.approve(address(market), type(uint256).max);
        (offers[0], offers[1]) = (_prepaid(), _postpaid());
        (offers[0].token, offers[1].token) = (address(token), address(token));
        for (uint256 i = 0; i < LICENSES; ++i) {
            uint128 deposit = i < 6 ? uint128(i * 30e6) : 0;
            uint256 licenseId = _buyMeter(offers[i % 2], i % 4 < 2 ? buyer : carol, deposit);
            ghostNet[licenseId] = deposit;
            last[licenseId] = meters.meterOf(licenseId);
        }
    }

    /// @dev Follows the money of an act on one license, and that its numbers never fall (METER-4).
    modifier follows(uint256 licenseId) {
        uint256 held = _ownMoney();
        uint256 received = distributor.booksOf(address(token)).received;
        _;
        uint256 released = distributor.booksOf(address(token)).received - received;
        ghostReleased[licenseId] += released;
        ghostNet[licenseId] = ghostNet[licenseId] + _ownMoney() + released - held;
        IMeterRail.Meter memory m = meters.meterOf(licenseId);
        assertGe(m.units, last[licenseId].units, "METER-4: units");
        assertGe(m.spent, last[licenseId].spent, "METER-4: spent");
        assertGe(m.sequence, last[licenseId].sequence, "METER-4: sequence");
        last[licenseId] = m;
    }

    // ---- acts

    /// @dev A voucher near what is possible, above as well as below; of eight, one is not the holder's and one comes again.
    function actVoucher(uint256 seed, uint32 more, uint16 priceBps) external {
        uint64 skip = (seed >> 16) % 8 == 0 ? 0 : 1;
        _voucherOf(_id(seed), more % 6000, priceBps % 10_500, skip, (seed >> 32) % 8 == 0);
    }

    /// @dev All licenses in one batch, each with a voucher of its own; the bad ones among them are refused.
    function actBatch(uint256 seed) external {
        IMeterRail.Redemption[] memory entries = new IMeterRail.Redemption[](1);
        Offer[] memory list = new Offer[](2);
        (list[0], list[1]) = (offers[0], offers[1]);
        for (uint256 i = 0; i < LICENSES; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 id = i + 1;
            UsageVoucher memory voucher = _near(id, uint64(random % 6000), 10_000, uint64(random >> 64) % 3);
            entries[0] = IMeterRail.Redemption((id - 1) % 2, voucher, _signed(voucher, keyOf[licenses.ownerOf(id)]));
            _batch(id, list, entries);
        }
        ++calls["batch"];
    }

    function actDeposit(uint256 seed, uint128 amount, uint8 who) external {
        uint256 id = _id(seed);
        IMeterRail.Meter memory m = meters.meterOf(id);
        uint128 debt = m.spent > m.funded ? m.spent - m.funded : 0;
        amount = uint128(bound(amount, 1, 40e6));
        if (m.closedAt != 0) amount = amount < debt ? amount : debt;
        address by = people[who % 3];
        if (amount == 0 || m.frozen || token.allowance(by, address(meters)) == 0) return;
        _deposit(id, by, amount, m.payer);
        ++calls["deposit"];
    }

    function actRequest(uint256 seed, uint128 amount) external {
        uint256 id = _id(seed);
        IMeterRail.Meter memory m = meters.meterOf(id);
        uint256 held = _heldOf(id);
        if (m.closedAt != 0 || held == 0) return;
        _request(id, m.payer, uint128(bound(amount, 1, held)));
        ++calls["request"];
    }

    /// @dev The first that thawed, found from a random start.
    function actComplete(uint256 seed) external {
        for (uint256 i = 0; i < LICENSES; ++i) {
            uint256 id = 1 + addmod(seed, i, LICENSES);
            IMeterRail.Meter memory m = meters.meterOf(id);
            uint256 from = m.thawFrom > m.unfrozenAt ? m.thawFrom : m.unfrozenAt;
            if (m.thawing == 0 || m.frozen || block.timestamp <= from + THAW) continue;
            _complete(id);
            ++calls["complete"];
            return;
        }
    }

    function actClose(uint256 seed) external {
        uint256 id = _id(seed);
        if ((seed >> 8) % 3 != 0 || !licenses.isLive(id)) return;
        _closeAs(id, licenses.ownerOf(id));
        ++calls["close"];
    }

    /// @dev Whatever can be settled.
    function actSettle() external {
        for (uint256 id = 1; id <= LICENSES; ++id) {
            _settleOrNot(id);
        }
    }

    function actFreeze(uint256 seed) external {
        uint256 id = _id(seed);
        IMeterRail.Meter memory m = meters.meterOf(id);
        if (m.finished || (!m.frozen && (seed >> 8) % 3 != 0)) return;
        vm.prank(disputes);
        if (m.frozen) meters.unfreeze(id);
        else meters.freeze(id);
        ++calls["freeze"];
    }

    function actRefund(uint256 seed, uint128 amount) external {
        uint256 id = _id(seed);
        if ((seed >> 8) % 4 != 0 || meters.meterOf(id).finished) return;
        uint256 held = _heldOf(id);
        amount = uint128(bound(amount, 0, held));
        ghostAwarded[id] = held - amount;
        _refundMeter(id, amount);
        ++calls["refund"];
    }

    function actTransfer(uint256 seed, uint8 to) external {
        uint256 id = _id(seed);
        if (!licenses.isLive(id)) return;
        address holder = licenses.ownerOf(id);
        vm.prank(holder);
        licenses.transferFrom(holder, people[to % 3], id);
        last[id] = meters.meterOf(id);
        ++calls["transfer"];
    }

    function actAllowance(uint8 who, uint128 amount, bool on) external {
        vm.prank(people[who % 3]);
        token.approve(address(meters), on ? type(uint256).max : amount % 10e6);
    }

    function actRefuse(uint8 who, bool on) external {
        token.refuse(people[who % 3], on);
    }

    function actClaim(uint8 who) external {
        address person = people[who % 3];
        if (token.refused(person) || meters.deferredOf(person, address(token)) == 0) return;
        meters.claimDeferred(person, address(token), person);
        ++calls["claim"];
    }

    function actWarp(uint32 duration) external {
        vm.warp(block.timestamp + bound(duration, 1 hours, 5 days));
    }

    // ---- inside

    function _voucherOf(uint256 id, uint64 more, uint256 priceBps, uint64 skip, bool wrongSigner) private follows(id) {
        UsageVoucher memory voucher = _near(id, more, priceBps, skip);
        address holder = licenses.ownerOf(id);
        uint256 key = wrongSigner ? sellerKey : keyOf[holder];
        bytes memory signature = _signed(voucher, key);
        try meters.redeem(_offerOf(id), voucher, signature) returns (uint128 released) {
            assertFalse(wrongSigner, "METER-3: signature");
            assertLe(released, voucher.amount, "METER-3: released");
            ++calls["voucher"];
        } catch {
            ++calls["refused"];
        }
    }

    function _near(uint256 id, uint64 more, uint256 priceBps, uint64 skip) private view returns (UsageVoucher memory) {
        IMeterRail.Meter memory m = meters.meterOf(id);
        uint64 units = m.units + more;
        uint256 price = meters.amountFor(_offerOf(id), units);
        uint256 rise = price > m.spent ? (price - m.spent) * priceBps / 10_000 : 0;
        return UsageVoucher(id, units, uint128(m.spent + rise), m.sequence + skip);
    }

    function _batch(uint256 id, Offer[] memory list, IMeterRail.Redemption[] memory entries) private follows(id) {
        meters.redeemMany(list, entries, 1_000_000);
    }

    function _deposit(uint256 id, address by, uint128 amount, address payer) private follows(id) {
        if (token.allowance(by, address(meters)) < amount) return;
        vm.prank(by);
        meters.deposit(id, _offerOf(id), amount, payer);
    }

    function _request(uint256 id, address payer, uint128 amount) private follows(id) {
        vm.prank(payer);
        meters.requestWithdrawal(id, _offerOf(id), amount);
    }

    function _complete(uint256 id) private follows(id) {
        meters.completeWithdrawal(id, _offerOf(id));
    }

    function _closeAs(uint256 id, address by) private follows(id) {
        vm.prank(by);
        meters.close(id, _offerOf(id));
    }

    function _settleOrNot(uint256 id) private follows(id) {
        try meters.settle(id, _offerOf(id)) {
            ++calls["settle"];
        } catch { }
    }

    function _refundMeter(uint256 id, uint128 amount) private follows(id) {
        vm.prank(disputes);
        meters.refund(id, _offerOf(id), amount);
    }

    function _id(uint256 seed) internal pure returns (uint256) {
        return 1 + seed % LICENSES;
    }

    function _offerOf(uint256 id) internal view returns (Offer memory) {
        return offers[(id - 1) % 2];
    }

    function _deferred() internal view returns (uint256 sum) {
        for (uint256 i = 0; i < 3; ++i) {
            sum += meters.deferredOf(people[i], address(token));
        }
    }

    /// @dev What the rail has that nobody waits for.
    function _ownMoney() internal view returns (uint256) {
        return token.balanceOf(address(meters)) - _deferred();
    }
}
