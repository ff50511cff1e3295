// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueShareRail } from "../../../contracts/interfaces/payments/IRevenueShareRail.sol";
import { IStreamRail } from "../../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../../contracts/interfaces/payments/IStreamVault.sol";
import { StreamFlags } from "../../../contracts/payments/StreamState.sol";
import { Messages, RevenueStatement, UsageVoucher } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { LiveLaws } from "./LiveLaws.sol";
import { RailsModel } from "./RailsModel.sol";

/// @notice Random walks over all rails at once, live streams among them, on the real Superfluid framework: two payers, contributors,
/// titles that move, votes, guardians that stop sales, disputes that freeze, streams that are liquidated. Every act applies to a deal
/// in a fitting state or does nothing, so none may revert. `deals` is the model's; it never asks the contracts for an amount.
abstract contract RailsHandler is LiveLaws {
    using RailsModel for RailsModel.Deal;

    uint256 internal constant MAX_DEALS = 16;
    uint256 private constant _SHARE_PERIOD = 30 days;

    Offer[4] internal sold;
    uint256[] internal ids;
    mapping(uint256 licenseId => RailsModel.Deal) internal deals;
    mapping(uint256 licenseId => RailsModel.Piece[]) internal pieces;
    mapping(uint8 rail => bool) internal stopped;

    function setUp() public virtual override {
        super.setUp();
        Offer[4] memory offers = [escrowOffer(), meterOffer(), streamOffer(), revenueShareOffer()];
        for (uint256 i; i < offers.length; ++i) {
            if (i != 1) offers[i].split = _split(offers[i].datasetId);
            openOffer(offers[i]);
            sold[i] = offers[i];
        }
        for (uint256 i; i < 8; ++i) {
            _buy(i % 4, _payer(i / 4));
        }
    }

    // ---- acts of licensees

    function actBuy(uint256 which, bool asCarol) external {
        if (ids.length < MAX_DEALS && _sells(sold[which % 4])) _buy(which % 4, asCarol ? carol : bob);
    }

    function actConfirm(uint256 seed) external {
        (uint256 id, RailsModel.Deal storage d) = _pick(seed, RailsModel.Rail.Escrow);
        if (d.over || escrow.holdOf(id).frozen) return;
        vm.prank(d.payer);
        escrow.confirm(id, sold[0]);
        (d.released, d.over) = (d.price, true);
        ++calls["confirm"];
    }

    function actRefundUndelivered(uint256 seed) external {
        (uint256 id, RailsModel.Deal storage d) = _pick(seed, RailsModel.Rail.Escrow);
        if (d.over || escrow.holdOf(id).frozen) return;
        if (block.timestamp <= licenseToken.licenseOf(id).start + escrowTerms().sla) return;
        escrow.refundUndelivered(id, sold[0]);
        (d.back, d.over) = (d.price, true);
        ++calls["refundUndelivered"];
    }

    /// @dev A voucher at the full price as far as the deposit reaches.
    function actVoucher(uint256 seed, uint16 more) external {
        (uint256 id, RailsModel.Deal storage d) = _pick(seed, RailsModel.Rail.Meter);
        IMeterRail.Meter memory m = meters.meterOf(id);
        uint64 units = m.units + more % 2000;
        uint256 price = RailsModel.priceOf(PRICE, units);
        if (d.over || m.frozen || m.closedAt != 0 || price > d.paid - d.back || units == m.units) return;
        if (block.timestamp > meters.redeemableUntil(id, sold[1])) return;
        UsageVoucher memory voucher = UsageVoucher(id, units, uint128(price), m.sequence + 1);
        meters.redeem(sold[1], voucher, sign(d.payer == bob ? bobKey : carolKey, Messages.hash(voucher)));
        d.released = price;
        ++calls["voucher"];
    }

    function actDeposit(uint256 seed, uint64 amount) external {
        (uint256 id, RailsModel.Deal storage d) = _pick(seed, RailsModel.Rail.Meter);
        IMeterRail.Meter memory m = meters.meterOf(id);
        if (d.over || m.frozen || m.closedAt != 0 || !licenseToken.isLive(id)) return;
        amount = uint64(bound(amount, 1, 100e6));
        vm.prank(d.payer);
        meters.deposit(id, sold[1], amount, d.payer);
        d.paid += amount;
        ++calls["deposit"];
    }

    function actWithdraw(uint256 seed, uint128 amount) external {
        (uint256 id, RailsModel.Deal storage d) = _pick(seed, RailsModel.Rail.Meter);
        IMeterRail.Meter memory m = meters.meterOf(id);
        uint256 held = d.held();
        if (d.over || m.frozen || m.closedAt != 0 || held == 0 || !licenseToken.isLive(id)) return;
        if (m.thawing == 0) {
            vm.prank(d.payer);
            meters.requestWithdrawal(id, sold[1], uint128(bound(amount, 1, held)));
        } else {
            uint256 from = m.thawFrom > m.unfrozenAt ? m.thawFrom : m.unfrozenAt;
            if (block.timestamp <= from + 2 days) return;
            meters.completeWithdrawal(id, sold[1]);
            d.back += m.thawing < held ? m.thawing : held;
        }
        ++calls["withdraw"];
    }

    /// @dev The payer stops or restarts its own flow, frozen or not.
    function actToggleFlow(uint256 seed) external {
        (uint256 id, RailsModel.Deal storage d) = _pick(seed, RailsModel.Rail.Stream);
        IStreamRail.Stream memory s = streams.streamOf(id);
        if (d.over || s.endsAt != 0 || !licenseToken.isLive(id)) return;
        if (_runs(id)) {
            _endFlow(d.payer, d.payer, s.vault);
            _noteStop(id);
        } else if (s.flags & StreamFlags.FROZEN == 0) {
            vm.prank(d.payer);
            streams.reopen(id, sold[2]);
            pieces[id].push(RailsModel.Piece(block.timestamp, 0, _rate()));
        }
        ++calls["toggleFlow"];
    }

    /// @dev A payer runs dry and a stranger liquidates one of its streams. All others must not notice.
    function actLiquidate(uint256 seed) external {
        (uint256 id, RailsModel.Deal storage d) = _pick(seed, RailsModel.Rail.Stream);
        if (seed % 3 != 0 || d.over || !_runs(id) || streams.streamOf(id).endsAt != 0) return;
        _liquidate(d.payer, streams.streamOf(id).vault);
        _noteStop(id);
        ++calls["liquidate"];
    }

    function actState(uint256 seed, uint64 revenue) external {
        (uint256 id, RailsModel.Deal storage d) = _pick(seed, RailsModel.Rail.Share);
        IRevenueShareRail.Account memory a = revenueShares.accountOf(id);
        uint256 end = licenseToken.licenseOf(id).start + uint256(a.nextPeriod) * _SHARE_PERIOD;
        if (d.over || a.frozen || block.timestamp < end || !licenseToken.isLive(id)) return;
        RevenueStatement memory s =
            RevenueStatement(id, a.nextPeriod, address(usdc), revenue % 1e12, "report", uint40(block.timestamp));
        bytes memory signature = sign(d.payer == bob ? bobKey : carolKey, Messages.hash(s));
        vm.prank(d.payer);
        revenueShares.submitStatement(id, sold[3], s, signature, "");
        // The guarantee that came with the purchase counts for the first period.
        d.paid += RailsModel.owed(d.price, revenue % 1e12) - (a.nextPeriod == 1 ? d.price : 0);
        d.released = d.paid;
        ++calls["state"];
    }

    // ---- acts of anyone

    function actSettle(uint256 seed) external {
        uint256 id = ids[seed % ids.length];
        RailsModel.Deal storage d = deals[id];
        if (d.rail == RailsModel.Rail.Stream) _settleStream(id, d);
        if (d.rail == RailsModel.Rail.Share) _settleShare(id, d);
    }

    /// @dev What was released is fetched by whoever it is for, in plain or super tokens.
    function actCollect(uint256 seed) external {
        if (seed % 2 == 0) {
            _fetch(address(usdc));
        } else {
            _bringIn();
            _fetch(usdcx);
        }
        _claimFromPool(seed % 3 == 0 ? liveSold[0] : sold[seed % 4]);
        ++calls["collect"];
    }

    // ---- acts of owners, disputes and voters

    /// @dev The title goes and comes back: what was sold goes on as it was sold.
    function actMoveTitle(uint256 seed) external {
        uint256 datasetId = (seed % 5 == 4 ? liveSold[0] : sold[seed % 5]).datasetId;
        address owner = registry.ownerOf(datasetId);
        vm.prank(owner);
        registry.transferFrom(owner, owner == alice ? dave : alice, datasetId);
        ++calls["moveTitle"];
    }

    /// @dev A fee for later sales: what was sold keeps its own.
    function actChangeFee(uint16 feeBps) external {
        if (protocolConfig.paymentToken(address(usdc)).feeBps == feeBps % 500) return;
        vm.prank(governance);
        protocolConfig.setPaymentToken(address(usdc), usdcx, feeBps % 500, true);
        ++calls["fee"];
    }

    /// @dev A guardian stops a rail's sales, governance lets it sell again: what was sold goes on.
    function actStopSales(uint256 seed) external {
        uint8 rail = uint8(seed % LIVE_STREAM_RAIL) + 1;
        stopped[rail] = !stopped[rail];
        vm.prank(governance);
        if (stopped[rail]) licenseToken.stopRailSales(rail);
        else licenseToken.setRailSells(rail, true);
        ++calls["stopSales"];
    }

    function actFreeze(uint256 seed) external {
        uint256 id = ids[seed % ids.length];
        RailsModel.Deal storage d = deals[id];
        if (d.over) return;
        bool frozen = _isFrozen(id, d.rail);
        if (!frozen && seed % 3 != 0) return;
        vm.prank(address(disputeManager));
        if (frozen) _railOf(d.rail).unfreeze(id);
        else _railOf(d.rail).freeze(id);
        ++calls["freeze"];
    }

    /// @dev The provider admits that it did not serve: those epochs are the payer's.
    function actConcede(uint256 seed) external {
        (uint256 id, RailsModel.Deal storage d) = _pick(seed, RailsModel.Rail.Stream);
        IStreamRail.Stream memory s = streams.streamOf(id);
        uint256 epochs = (block.timestamp - s.start) / STREAM_EPOCH;
        if (d.over || s.flags & StreamFlags.FROZEN != 0 || epochs <= s.settled || !licenseToken.isLive(id)) return;
        vm.prank(provider);
        streams.concede(id, sold[2], uint24(epochs));
        d.back = RailsModel.earned(pieces[id], s.start + epochs * STREAM_EPOCH) - d.released;
        ++calls["concede"];
    }

    /// @dev A ruling divides what waits, frozen or not, and ends the license.
    function actRemedy(uint256 seed, uint128 amount) external {
        uint256 id = ids[seed % ids.length];
        RailsModel.Deal storage d = deals[id];
        if (seed % 5 != 0 || d.over || !licenseToken.isLive(id)) return;
        if (d.rail == RailsModel.Rail.Meter && meters.meterOf(id).finished) return;
        if (d.rail == RailsModel.Rail.Stream) d.paid = RailsModel.earned(pieces[id], block.timestamp);
        amount = uint128(bound(amount, 0, d.held()));
        vm.prank(address(disputeManager));
        _railOf(d.rail).refund(id, sold[uint256(d.rail)], amount);
        d.back += amount;
        d.released = d.paid - d.back;
        d.over = true;
        if (d.rail == RailsModel.Rail.Stream && _runs(id)) _lastPiece(id).until = block.timestamp;
        ++calls["remedy"];
    }

    // ---- inside

    function _buy(uint256 which, address buyer) private {
        vm.prank(buyer);
        uint256 id = market.buy(sold[which], buyer, bytes32(0), which == 1 ? abi.encode(METER_DEPOSIT) : bytes(""));
        ids.push(id);
        RailsModel.Deal storage d = deals[id];
        (d.rail, d.payer, d.price) = (RailsModel.Rail(which), buyer, PRICE);
        if (d.rail == RailsModel.Rail.Escrow || d.rail == RailsModel.Rail.Share) d.paid = PRICE;
        if (d.rail == RailsModel.Rail.Meter) d.paid = METER_DEPOSIT;
        if (d.rail == RailsModel.Rail.Stream) pieces[id].push(RailsModel.Piece(block.timestamp, 0, _rate()));
        ++calls["buy"];
    }

    function _settleStream(uint256 id, RailsModel.Deal storage d) private {
        IStreamRail.Stream memory s = streams.streamOf(id);
        uint256 epochs = (block.timestamp - s.start) / STREAM_EPOCH;
        if (d.over || s.flags & StreamFlags.FROZEN != 0 || epochs <= s.settled || !licenseToken.isLive(id)) return;
        streams.settle(id, sold[2]);
        d.released = RailsModel.earned(pieces[id], s.start + epochs * STREAM_EPOCH) - d.back;
        ++calls["settleStream"];
    }

    function _settleShare(uint256 id, RailsModel.Deal storage d) private {
        IRevenueShareRail.Account memory a = revenueShares.accountOf(id);
        if (d.over || a.frozen || a.held == 0) return;
        revenueShares.settle(id, sold[3]);
        d.released = d.paid;
        ++calls["settleShare"];
    }

    /// @dev The payer's flow into the vault has ended; the rail looks.
    function _noteStop(uint256 id) private {
        _lastPiece(id).until = vm.getBlockTimestamp();
        streams.sync(id);
    }

    /// @dev What was booked in super tokens and is still in vaults and in the live rail's pool comes to the distributor.
    function _bringIn() internal {
        for (uint256 i; i < ids.length; ++i) {
            if (deals[ids[i]].rail != RailsModel.Rail.Stream) continue;
            IStreamVault vault = IStreamVault(streams.streamOf(ids[i]).vault);
            if (vault.due() != 0) vault.collect();
        }
        liveStreams.collect(usdcx);
    }

    /// @dev Titles that others hold and rails that are stopped do not sell.
    function _sells(Offer memory offer) internal view override returns (bool) {
        return !stopped[offer.rail] && registry.ownerOf(offer.datasetId) == alice;
    }

    function _lastPiece(uint256 id) private view returns (RailsModel.Piece storage) {
        return pieces[id][pieces[id].length - 1];
    }

    function _runs(uint256 id) internal view returns (bool) {
        return _lastPiece(id).until == 0;
    }

    function _isFrozen(uint256 id, RailsModel.Rail rail) internal view returns (bool) {
        if (rail == RailsModel.Rail.Escrow) return escrow.holdOf(id).frozen;
        if (rail == RailsModel.Rail.Meter) return meters.meterOf(id).frozen;
        if (rail == RailsModel.Rail.Share) return revenueShares.accountOf(id).frozen;
        return streams.streamOf(id).flags & StreamFlags.FROZEN != 0;
    }

    function _railOf(RailsModel.Rail rail) internal view returns (IPaymentRail) {
        if (rail == RailsModel.Rail.Escrow) return escrow;
        if (rail == RailsModel.Rail.Meter) return meters;
        if (rail == RailsModel.Rail.Share) return revenueShares;
        return streams;
    }

    /// @dev A deal of this rail, found from a random start.
    function _pick(uint256 seed, RailsModel.Rail rail) private view returns (uint256 id, RailsModel.Deal storage d) {
        uint256 i = seed % ids.length;
        while (deals[ids[i]].rail != rail) i = (i + 1) % ids.length;
        return (ids[i], deals[ids[i]]);
    }
}
