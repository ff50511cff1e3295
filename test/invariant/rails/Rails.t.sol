// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IMeterRail } from "../../../contracts/interfaces/payments/IMeterRail.sol";
import { IStreamRail } from "../../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../../contracts/interfaces/payments/IStreamVault.sol";
import { RailsHandler } from "./RailsHandler.sol";
import { RailsModel } from "./RailsModel.sol";

interface IPoolMember {
    function claimAll(address member) external returns (bool);
}

/// @notice The invariants of docs/INVARIANTS.md, section All rails: the contracts against the model of RailsModel.sol.
contract RailsInvariantTest is RailsHandler {
    using RailsModel for RailsModel.Deal;

    function setUp() public override {
        super.setUp();
        bytes4[] memory acts = new bytes4[](20);
        acts[0] = this.actBuy.selector;
        acts[1] = this.actConfirm.selector;
        acts[2] = this.actRefundUndelivered.selector;
        acts[3] = this.actVoucher.selector;
        acts[4] = this.actDeposit.selector;
        acts[5] = this.actWithdraw.selector;
        acts[6] = this.actToggleFlow.selector;
        acts[7] = this.actLiquidate.selector;
        acts[8] = this.actState.selector;
        acts[9] = this.actSettle.selector;
        acts[10] = this.actWarp.selector;
        acts[11] = this.actCollect.selector;
        acts[12] = this.actMoveTitle.selector;
        acts[13] = this.actChangeFee.selector;
        acts[14] = this.actFreeze.selector;
        acts[18] = this.actConcede.selector;
        acts[19] = this.actRemedy.selector;
        // Twice in the list, so that walks get somewhere.
        acts[15] = this.actSettle.selector;
        acts[16] = this.actWarp.selector;
        acts[17] = this.actVoucher.selector;
        targetSelector(FuzzSelector({ addr: address(this), selectors: acts }));
        targetContract(address(this));
    }

    /// forge-config: default.invariant.runs = 16
    /// @dev RAILS-1: every rail holds what the model says, to the unit, and nothing else.
    function invariant_EveryRailHoldsWhatItOwes() external view {
        uint256[4] memory held;
        for (uint256 i; i < ids.length; ++i) {
            RailsModel.Deal memory d = deals[ids[i]];
            if (d.rail == RailsModel.Rail.Stream) _checkVault(ids[i], d);
            else held[uint256(d.rail)] += d.held();
        }
        assertEq(usdc.balanceOf(address(escrow)), held[0], "RAILS-1: escrow");
        assertEq(usdc.balanceOf(address(meters)), held[1], "RAILS-1: meters");
        assertEq(usdc.balanceOf(address(streams)), 0, "RAILS-1: streams");
        assertEq(usdc.balanceOf(address(revenueShares)), held[3], "RAILS-1: revenue shares");
    }

    /// forge-config: default.invariant.runs = 16
    /// @dev RAILS-2: of every license, released + back + held = paid, and the contracts say what the model says.
    function invariant_EveryLicenseIsAsTheModelSays() external view {
        for (uint256 i; i < ids.length; ++i) {
            RailsModel.Deal memory d = deals[ids[i]];
            if (d.rail != RailsModel.Rail.Meter) continue;
            IMeterRail.Meter memory m = meters.meterOf(ids[i]);
            assertEq(m.spent, d.released, "RAILS-2: spent");
            assertEq(m.funded, d.paid - d.back, "RAILS-2: funded");
        }
    }

    /// forge-config: default.invariant.runs = 16
    /// @dev RAILS-3: what the rails released is with the owner, the contributors, the treasury or the distributor.
    function invariant_WhatWasReleasedIsWithItsReceivers() external {
        uint256 released = _released();
        uint256 snapshot = vm.snapshotState();
        _claimAll();
        assertEq(_received(), released * SUPER_SCALE, "RAILS-3");
        vm.revertToState(snapshot);
    }

    /// @dev RAILS-4: after any walk everybody gets out what is theirs, by calls that anyone but the license's parties can make.
    function afterInvariant() external {
        for (uint256 i; i < ids.length; ++i) {
            if (!_isFrozen(ids[i], deals[ids[i]].rail)) continue;
            vm.prank(address(disputeManager));
            _railOf(deals[ids[i]].rail).unfreeze(ids[i]);
        }
        forward(800 days);
        for (uint256 i; i < ids.length; ++i) {
            _end(ids[i], deals[ids[i]]);
        }
        assertEq(usdc.balanceOf(address(escrow)), 0, "RAILS-4: escrow");
        assertEq(usdc.balanceOf(address(meters)), 0, "RAILS-4: meters");
        assertEq(usdc.balanceOf(address(revenueShares)), 0, "RAILS-4: revenue shares");
    }

    /// @dev A walk that does nothing proves nothing: every act happens on a walk of 400.
    function test_WalksReachEveryAct() external {
        bytes4[] memory acts = targetSelectors()[0].selectors;
        for (uint256 i; i < 400; ++i) {
            bytes32 random = keccak256(abi.encode(i));
            bytes memory arguments = abi.encode(uint256(random) >> 248, uint256(random) % 2);
            (bool ok, bytes memory why) = address(this).call(abi.encodePacked(acts[i % acts.length], arguments));
            assertTrue(ok, string(why));
        }
        string[17] memory names = [
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
            "moveTitle",
            "fee",
            "freeze",
            "concede",
            "remedy"
        ];
        for (uint256 i; i < names.length; ++i) {
            assertGt(calls[names[i]], 0, names[i]);
        }
    }

    function _checkVault(uint256 id, RailsModel.Deal memory d) private view {
        uint256 flowed = RailsModel.flowed(pieces[id], block.timestamp);
        uint256 inside = d.over ? 0 : flowed - (d.released + d.back) * SUPER_SCALE;
        address vault = streams.streamOf(id).vault;
        assertEq(IERC20(usdcx).balanceOf(vault), inside + IStreamVault(vault).due(), "RAILS-1: vault");
    }

    function _released() private view returns (uint256 sum) {
        for (uint256 i; i < ids.length; ++i) {
            sum += deals[ids[i]].released;
        }
    }

    function _claimAll() private {
        for (uint256 i; i < ids.length; ++i) {
            if (deals[ids[i]].rail != RailsModel.Rail.Stream) continue;
            IStreamVault vault = IStreamVault(streams.streamOf(ids[i]).vault);
            if (vault.due() != 0) vault.collect();
        }
        for (uint256 i; i < sold.length; ++i) {
            if (sold[i].split == 0) continue;
            address pool = distributor.poolOf(sold[i].datasetId, sold[i].split, address(usdc));
            if (pool == address(0)) continue;
            IPoolMember(pool).claimAll(dave);
            IPoolMember(pool).claimAll(erin);
        }
    }

    /// @dev Everything outside of the payers and the rails, in super token units.
    function _received() private view returns (uint256 sum) {
        address[5] memory places = [alice, dave, erin, treasury, address(distributor)];
        for (uint256 i; i < places.length; ++i) {
            sum += usdc.balanceOf(places[i]) * SUPER_SCALE + IERC20(usdcx).balanceOf(places[i]);
        }
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
}
