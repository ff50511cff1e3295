// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IMeterRail } from "../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueDistributor } from "../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { IRevenueShareRail } from "../../../contracts/interfaces/payments/IRevenueShareRail.sol";
import { IStreamRail } from "../../../contracts/interfaces/payments/IStreamRail.sol";
import { StreamFlags } from "../../../contracts/payments/StreamState.sol";
import {
    IConstantFlowMinimal,
    ISuperTokenMinimal,
    ISuperfluidHostMinimal
} from "../../../contracts/payments/superfluid/ISuperfluidMinimal.sol";
import { Messages, RevenueStatement, UsageVoucher } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { AllRails } from "../../base/AllRails.sol";
import { RailsModel } from "./RailsModel.sol";

/// @notice Random walks over all rails at once on the real Superfluid framework: two payers, a split of three contributors,
/// titles that move, disputes that freeze, streams that are liquidated. Every act applies to a deal in a fitting state or
/// does nothing, so none may revert. `deals` is the model's; it never asks the contracts for an amount.
abstract contract RailsHandler is AllRails {
    using RailsModel for RailsModel.Deal;

    uint256 internal constant MAX_DEALS = 16;
    uint256 private constant _SHARE_PERIOD = 30 days;

    Offer[4] internal sold;
    uint256[] internal ids;
    mapping(uint256 licenseId => RailsModel.Deal) internal deals;
    mapping(uint256 licenseId => RailsModel.Piece[]) internal pieces;
    mapping(string act => uint256) public calls;

    address internal dave = makeAddr("dave");
    address internal erin = makeAddr("erin");

    function setUp() public virtual override {
        super.setUp();
        Offer[4] memory offers = [escrowOffer(), meterOffer(), streamOffer(), revenueShareOffer()];
        for (uint256 i; i < offers.length; ++i) {
            if (i != 1) offers[i].split = _split(offers[i].datasetId);
            openOffer(offers[i]);
            sold[i] = offers[i];
        }
        for (uint256 i; i < 8; ++i) {
            _buy(i % 4, i < 4 ? bob : carol);
        }
    }

    // ---- acts of licensees

    function actBuy(uint256 which, bool asCarol) external {
        if (ids.length < MAX_DEALS && registry.ownerOf(sold[which % 4].datasetId) == alice) {
            _buy(which % 4, asCarol ? carol : bob);
        }
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
            _stopFlow(id, d.payer, d.payer);
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
        (int256 available,,) = ISuperTokenMinimal(usdcx).realtimeBalanceOf(d.payer, block.timestamp);
        vm.prank(d.payer);
        IERC20(usdcx).transfer(mallory, uint256(available));
        forward(1);
        _stopFlow(id, mallory, d.payer);
        uint256 rest = IERC20(usdcx).balanceOf(mallory);
        vm.prank(mallory);
        IERC20(usdcx).transfer(d.payer, rest);
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

    function actWarp(uint256 seconds_, bool far) external {
        forward(far ? bound(seconds_, 1 days, 40 days) : bound(seconds_, 1, 12 hours));
        ++calls["warp"];
    }

    function actCollect(uint8 which) external {
        if (which % 2 == 0 && distributor.accruedFees(address(usdc)) != 0) distributor.collectFees(address(usdc));
        ++calls["collect"];
    }

    // ---- acts of owners, disputes and voters

    /// @dev The title goes and comes back: what was sold goes on as it was sold.
    function actMoveTitle(uint256 seed) external {
        uint256 datasetId = sold[seed % 4].datasetId;
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

    /// @dev Ends the payer's flow into the vault, as `by`, and has the rail look.
    function _stopFlow(uint256 id, address by, address payer) private {
        bytes memory call =
            abi.encodeCall(IConstantFlowMinimal.deleteFlow, (usdcx, payer, streams.streamOf(id).vault, ""));
        vm.prank(by);
        ISuperfluidHostMinimal(superfluidHost).callAgreement(flows, call, "");
        pieces[id][pieces[id].length - 1].until = block.timestamp;
        streams.sync(id);
    }

    function _runs(uint256 id) internal view returns (bool) {
        return pieces[id][pieces[id].length - 1].until == 0;
    }

    /// @dev PRICE a month in super token units a second, rounded down.
    function _rate() internal pure returns (uint256) {
        return uint256(PRICE) * RailsModel.SCALE / STREAM_PERIOD;
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

    function _split(uint256 datasetId) private returns (uint16) {
        IRevenueDistributor.Member[] memory members = new IRevenueDistributor.Member[](2);
        (address low, address high) = dave < erin ? (dave, erin) : (erin, dave);
        members[0] = IRevenueDistributor.Member(low, 6000);
        members[1] = IRevenueDistributor.Member(high, 3000);
        vm.prank(alice);
        return distributor.createSplit(datasetId, members, new IRevenueDistributor.Consent[](0));
    }
}
