// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IMeterRail } from "../../../contracts/interfaces/payments/IMeterRail.sol";
import { IStreamRail } from "../../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../../contracts/interfaces/payments/IStreamVault.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { RailsHandler } from "./RailsHandler.sol";
import { RailsModel } from "./RailsModel.sol";

/// @dev Who takes Superfluid's rewards of liquidations, and bears what nobody else does.
interface ISuperfluidRewards {
    function getRewardAddress(address host, address superToken) external view returns (address);
}

/// @notice The laws of docs/INVARIANTS.md, section All rails, and those of live streams: the contracts against the model.
contract RailsInvariantTest is RailsHandler {
    using RailsModel for RailsModel.Deal;

    address private rewarded;

    function setUp() public override {
        super.setUp();
        address governor = vm.parseJsonAddress(vm.readFile(".colophon/superfluid.addresses.json"), ".governance");
        rewarded = ISuperfluidRewards(governor).getRewardAddress(superfluidHost, usdcx);
        targetSelector(FuzzSelector({ addr: address(this), selectors: _acts() }));
        targetContract(address(this));
    }

    /// forge-config: default.invariant.runs = 10
    /// forge-config: default.invariant.depth = 128
    /// @dev One campaign for all laws: each call of a walk is followed by all of them.
    function invariant_AllRails() external view {
        _checkRails();
        _checkLives();
        _checkReceivers();
        _checkDistributor();
        _checkWorld();
    }

    /// @dev RAILS-4: after any walk, with all stopped that a guardian can stop, everybody gets out what is theirs: of live streams
    /// frozen or not, of other rails once the dispute is over (DISPUTE-5: every one ends), by calls that anyone can make.
    function afterInvariant() external {
        _stopEverything();
        _leaveLives();
        for (uint256 i; i < ids.length; ++i) {
            if (!_isFrozen(ids[i], deals[ids[i]].rail)) continue;
            vm.prank(address(disputeManager));
            _railOf(deals[ids[i]].rail).unfreeze(ids[i]);
        }
        _pass(800 days);
        for (uint256 i; i < ids.length; ++i) {
            _end(ids[i], deals[ids[i]]);
        }
        assertEq(usdc.balanceOf(address(escrow)), 0, "RAILS-4: escrow");
        assertEq(usdc.balanceOf(address(meters)), 0, "RAILS-4: meters");
        assertEq(usdc.balanceOf(address(revenueShares)), 0, "RAILS-4: revenue shares");
        _claimEverything();
        assertEq(usdc.balanceOf(address(distributor)), distributor.booksOf(address(usdc)).held, "RAILS-4: books");
        assertEq(IERC20(usdcx).balanceOf(address(distributor)), distributor.booksOf(usdcx).held, "RAILS-4: super books");
        assertEq(distributor.awayOf(usdcx), 0, "RAILS-4: nothing is away");
        _checkWorld();
    }

    /// @dev A walk that does nothing proves nothing: every act happens on a walk of 1,000.
    function test_WalksReachEveryAct() external {
        string[30] memory names = [
            "buy",
            "confirm",
            "refundUndelivered",
            "voucher",
            "deposit",
            "withdraw",
            "toggleFlow",
            "liquidate",
            "state",
            "settleStream",
            "settleShare",
            "warp",
            "collect",
            "moveTitle",
            "fee",
            "stopSales",
            "freeze",
            "concede",
            "remedy",
            "liveBuy",
            "liveToggleFlow",
            "livePause",
            "liveReopen",
            "liveGift",
            "liveSettle",
            "liveLiquidatePayer",
            "liveLiquidateVault",
            "liveFreeze",
            "liveNotice",
            "liveRuling"
        ];
        _walk(1000);
        for (uint256 i; i < names.length; ++i) {
            assertGt(calls[names[i]], 0, names[i]);
        }
    }

    // ---- the laws

    /// @dev RAILS-1: every rail holds what the model says, to the unit, and nothing else.
    /// RAILS-2: of every license, released + back + held = paid, and the contracts say what the model says.
    function _checkRails() private view {
        uint256[4] memory held;
        for (uint256 i; i < ids.length; ++i) {
            RailsModel.Deal memory d = deals[ids[i]];
            if (d.rail == RailsModel.Rail.Stream) _checkVault(ids[i], d);
            else held[uint256(d.rail)] += d.held();
            if (d.rail == RailsModel.Rail.Meter) _checkMeter(ids[i], d);
        }
        assertEq(usdc.balanceOf(address(escrow)), held[0], "RAILS-1: escrow");
        assertEq(usdc.balanceOf(address(meters)), held[1], "RAILS-1: meters");
        assertEq(usdc.balanceOf(address(streams)), 0, "RAILS-1: streams");
        assertEq(usdc.balanceOf(address(revenueShares)), held[3], "RAILS-1: revenue shares");
    }

    function _checkMeter(uint256 id, RailsModel.Deal memory d) private view {
        IMeterRail.Meter memory m = meters.meterOf(id);
        assertEq(m.spent, d.released, "RAILS-2: spent");
        assertEq(m.funded, d.paid - d.back, "RAILS-2: funded");
    }

    function _checkVault(uint256 id, RailsModel.Deal memory d) private view {
        uint256 flowed = RailsModel.flowed(pieces[id], block.timestamp);
        uint256 inside = d.over ? 0 : flowed - (d.released + d.back) * SUPER_SCALE;
        address vault = streams.streamOf(id).vault;
        assertEq(IERC20(usdcx).balanceOf(vault), inside + IStreamVault(vault).due(), "RAILS-1: vault");
    }

    /// @dev RAILS-3: what the rails released is with owners, contributors, parents and treasury, or waits for them.
    function _checkReceivers() private view {
        uint256 released = _passed(0) + _passed(1);
        for (uint256 i; i < ids.length; ++i) {
            released += deals[ids[i]].released * SUPER_SCALE;
        }
        address[6] memory receivers = [alice, dave, erin, parentOwner, treasury, address(distributor)];
        int256 received = _superTotal(liveStreams.collectorOf(usdcx)) + int256(_due());
        for (uint256 i; i < receivers.length; ++i) {
            received += _total(receivers[i]);
        }
        address[] memory pools = _pools();
        for (uint256 i; i < pools.length; ++i) {
            received += _superTotal(pools[i]);
        }
        assertEq(received, int256(released), "RAILS-3");
    }

    /// @dev RAILS-5: the distributor has what it says: there, due from vaults, or waiting in the live rail's pool.
    function _checkDistributor() private view {
        assertEq(usdc.balanceOf(address(distributor)), distributor.booksOf(address(usdc)).held, "RAILS-5: plain");
        uint256 waiting = uint256(_superTotal(liveStreams.collectorOf(usdcx)));
        uint256 present = IERC20(usdcx).balanceOf(address(distributor)) + _due() + waiting;
        uint256 unbooked = _passed(0) - _bookedRest();
        assertEq(present, distributor.booksOf(usdcx).held + unbooked, "RAILS-5: super");
    }

    /// @dev RAILS-6: over the whole world, no unit of either token was made, lost or went to anyone who is not named here.
    function _checkWorld() private view {
        address[] memory everyone = _everyone();
        int256 wrapped;
        uint256 plain;
        for (uint256 i; i < everyone.length; ++i) {
            wrapped += _superTotal(everyone[i]);
            plain += usdc.balanceOf(everyone[i]);
        }
        assertEq(wrapped, int256(IERC20(usdcx).totalSupply()), "RAILS-6: super tokens");
        assertEq(plain + usdc.balanceOf(usdcx), usdc.totalSupply(), "RAILS-6: plain tokens");
        assertEq(usdc.balanceOf(usdcx) * SUPER_SCALE, IERC20(usdcx).totalSupply(), "RAILS-6: wrapped");
    }

    function _spentElsewhere(address payer) internal view override returns (int256 spent) {
        for (uint256 i; i < ids.length; ++i) {
            RailsModel.Deal memory d = deals[ids[i]];
            if (d.payer != payer) continue;
            if (d.rail != RailsModel.Rail.Stream) spent += int256((d.paid - d.back) * SUPER_SCALE);
            else if (d.over) spent += int256(d.released * SUPER_SCALE);
            else spent += int256(RailsModel.flowed(pieces[ids[i]], block.timestamp) - d.back * SUPER_SCALE);
        }
    }

    // ---- after the walk

    /// @dev All that a guardian or a vote can stop.
    function _stopEverything() private {
        vm.startPrank(governance);
        for (uint8 rail = ESCROW_RAIL; rail <= LIVE_STREAM_RAIL; ++rail) {
            if (!stopped[rail]) licenseToken.stopRailSales(rail);
        }
        protocolConfig.setPaymentToken(address(usdc), usdcx, 0, false);
        providerBond.stopBondToken(address(usdc));
        for (uint256 i; i < sold.length; ++i) {
            registry.restrictStatus(sold[i].datasetId, 0, IDatasetRegistry.Status.Suspended);
        }
        registry.restrictStatus(liveSold[0].datasetId, 0, IDatasetRegistry.Status.Suspended);
        vm.stopPrank();
    }

    /// @dev All licenses have expired.
    function _end(uint256 id, RailsModel.Deal memory d) private {
        if (d.over) return;
        if (d.rail == RailsModel.Rail.Escrow) escrow.refundUndelivered(id, sold[0]);
        if (d.rail == RailsModel.Rail.Meter && !meters.meterOf(id).finished) meters.settle(id, sold[1]);
        if (d.rail == RailsModel.Rail.Share && revenueShares.accountOf(id).held != 0) {
            revenueShares.settle(id, sold[3]);
        }
        if (d.rail != RailsModel.Rail.Stream) return;
        IStreamRail.Stream memory s = streams.streamOf(id);
        uint256 length = licenseToken.licenseOf(id).expiry - s.start;
        if (uint256(s.settled) * STREAM_EPOCH < length) streams.settle(id, sold[2]);
        streams.close(id, sold[2]);
        assertEq(IERC20(usdcx).balanceOf(s.vault), 0, "RAILS-4: vault");
    }

    function _claimEverything() private {
        _bringIn();
        for (uint256 i; i < sold.length; ++i) {
            _claimFromPool(sold[i]);
        }
        _claimFromPool(liveSold[0]);
        _fetch(address(usdc));
        _fetch(usdcx);
    }

    // ---- lists

    function _acts() private pure returns (bytes4[] memory acts) {
        bytes4[12] memory live = _liveActs();
        bytes4[22] memory others = [
            this.actBuy.selector,
            this.actConfirm.selector,
            this.actRefundUndelivered.selector,
            this.actVoucher.selector,
            this.actDeposit.selector,
            this.actWithdraw.selector,
            this.actToggleFlow.selector,
            this.actLiquidate.selector,
            this.actState.selector,
            this.actSettle.selector,
            this.actWarp.selector,
            this.actCollect.selector,
            this.actMoveTitle.selector,
            this.actChangeFee.selector,
            this.actStopSales.selector,
            this.actFreeze.selector,
            this.actConcede.selector,
            this.actRemedy.selector,
            // Twice in the list, so that walks get somewhere.
            this.actSettle.selector,
            this.actVoucher.selector,
            this.actWarp.selector,
            this.actLiveSettle.selector
        ];
        acts = new bytes4[](live.length + others.length);
        for (uint256 i; i < acts.length; ++i) {
            acts[i] = i < live.length ? live[i] : others[i - live.length];
        }
    }

    /// @dev What streams' vaults owe to the distributor.
    function _due() private view returns (uint256 sum) {
        for (uint256 i; i < ids.length; ++i) {
            if (deals[ids[i]].rail == RailsModel.Rail.Stream) {
                sum += IStreamVault(streams.streamOf(ids[i]).vault).due();
            }
        }
    }

    /// @dev The contributors' pools that exist.
    function _pools() private view returns (address[] memory pools) {
        pools = new address[](sold.length + 1);
        uint256 count;
        for (uint256 i; i < pools.length; ++i) {
            address pool = _poolOf(i < sold.length ? sold[i] : liveSold[0]);
            if (pool != address(0)) pools[count++] = pool;
        }
        assembly ("memory-safe") {
            mstore(pools, count)
        }
    }

    /// @dev Everybody who may hold a unit of either token, each once.
    function _everyone() private view returns (address[] memory all) {
        address[] memory pools = _pools();
        all = new address[](18 + pools.length + ids.length + 2 * liveIds.length);
        uint256 count = _parties(all);
        for (uint256 i; i < pools.length; ++i) {
            all[count++] = pools[i];
        }
        for (uint256 i; i < ids.length; ++i) {
            if (deals[ids[i]].rail == RailsModel.Rail.Stream) all[count++] = streams.streamOf(ids[i]).vault;
        }
        for (uint256 i; i < liveIds.length; ++i) {
            all[count++] = books[liveIds[i]][0].at;
            if (books[liveIds[i]][1].at != address(0)) all[count++] = books[liveIds[i]][1].at;
        }
        assembly ("memory-safe") {
            mstore(all, count)
        }
    }

    function _parties(address[] memory all) private view returns (uint256 count) {
        address[17] memory parties = [
            alice,
            bob,
            carol,
            dave,
            erin,
            mallory,
            provider,
            parentOwner,
            treasury,
            address(distributor),
            address(escrow),
            address(meters),
            address(streams),
            address(revenueShares),
            address(liveStreams),
            address(providerBond),
            liveStreams.collectorOf(usdcx)
        ];
        for (; count < parties.length; ++count) {
            all[count] = parties[count];
        }
        // Without one, whoever liquidates takes its place.
        if (rewarded != address(0)) all[count++] = rewarded;
    }
}
