// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRevenueDistributor } from "../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { IStreamRail } from "../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../contracts/interfaces/payments/IStreamVault.sol";
import { StreamFlags } from "../../contracts/payments/StreamState.sol";
import { StreamHandler } from "./StreamHandler.sol";

/// @notice The invariants of docs/INVARIANTS.md, section Streams, over random walks on the real Superfluid framework.
contract StreamInvariantTest is StreamHandler {
    function setUp() public override {
        super.setUp();
        bytes4[] memory acts = new bytes4[](17);
        acts[0] = this.actOpen.selector;
        acts[1] = this.actWarp.selector;
        acts[2] = this.actDelete.selector;
        acts[3] = this.actReopen.selector;
        acts[4] = this.actDeleteUnseen.selector;
        acts[5] = this.actGift.selector;
        acts[6] = this.actReport.selector;
        acts[7] = this.actContest.selector;
        acts[8] = this.actSettle.selector;
        acts[9] = this.actRule.selector;
        acts[10] = this.actConcede.selector;
        acts[11] = this.actFreeze.selector;
        acts[12] = this.actNotice.selector;
        acts[13] = this.actClawBack.selector;
        acts[16] = this.actCollect.selector;
        // Twice in the list, so that walks get somewhere.
        acts[14] = this.actWarp.selector;
        acts[15] = this.actSettle.selector;
        targetSelector(FuzzSelector({ addr: address(this), selectors: acts }));
        targetContract(address(this));
    }

    /// @dev STREAM-1: what counts is what the model's flows paid, to the unit.
    function invariant_WhatCountsIsWhatWasPaid() external view {
        for (uint256 i = 0; i < ids.length; ++i) {
            IStreamRail.Stream memory s = rail.streamOf(ids[i]);
            Model memory m = models[ids[i]];
            uint256 until = s.endsAt != 0 && s.endsAt < block.timestamp ? s.endsAt : block.timestamp;
            uint256 expected = m.counted;
            if (until >= m.at) expected += m.rate * (until - m.at);
            assertEq(IStreamVault(s.vault).receivedUntil(until), expected, "STREAM-1");
        }
    }

    /// @dev STREAM-2: the vault holds all that counts and did not leave.
    function invariant_VaultsAreSolvent() external view {
        for (uint256 i = 0; i < ids.length; ++i) {
            IStreamRail.Stream memory s = rail.streamOf(ids[i]);
            if (s.flags & StreamFlags.DONE != 0) continue;
            uint256 until = s.endsAt != 0 && s.endsAt < block.timestamp ? s.endsAt : block.timestamp;
            uint256 counted = IStreamVault(s.vault).receivedUntil(until);
            assertGe(_superBalance(s.vault) + _flow(ids[i]).out, counted, "STREAM-2");
        }
    }

    /// @dev STREAM-3: what left is the whole base units of what counts up to the cursor: nothing for an open epoch.
    function invariant_OnlyConcludedEpochsLeft() external view {
        for (uint256 i = 0; i < ids.length; ++i) {
            IStreamRail.Stream memory s = rail.streamOf(ids[i]);
            uint256 until = s.start + uint256(s.settled) * EPOCH;
            if (s.endsAt != 0 && s.endsAt < until) until = s.endsAt;
            uint256 counted = until == s.start ? 0 : IStreamVault(s.vault).receivedUntil(until);
            assertEq(_flow(ids[i]).out, counted / SCALE * SCALE, "STREAM-3");
        }
    }

    /// @dev STREAM-4: the rail holds the bonds of open contests, and nothing else.
    function invariant_TheRailHoldsBondsAlone() external view {
        uint256 bonds;
        for (uint256 i = 0; i < ids.length; ++i) {
            if (rail.streamOf(ids[i]).flags & StreamFlags.CONTESTED != 0) bonds += BOND;
        }
        assertEq(usdc.balanceOf(address(rail)), bonds, "STREAM-4");
        assertEq(_superBalance(address(rail)), 0, "STREAM-4: no super tokens");
    }

    /// @dev STREAM-5: a stream that is done has an empty vault and has ended its license.
    function invariant_DoneIsEmpty() external view {
        for (uint256 i = 0; i < ids.length; ++i) {
            IStreamRail.Stream memory s = rail.streamOf(ids[i]);
            if (s.flags & StreamFlags.DONE == 0) continue;
            assertEq(_superBalance(s.vault), 0, "STREAM-5: empty");
            assertFalse(licenses.isLive(ids[i]), "STREAM-5: ended");
        }
    }

    /// @dev The distributor got what streams released, and holds what it says.
    function invariant_DistributorBooksBalance() external view {
        IRevenueDistributor.Books memory books = distributor.booksOf(address(usdc));
        assertEq(usdc.balanceOf(address(distributor)), books.held, "PAY-2");
    }

    /// @dev STREAM-9: what the distributor has booked in super tokens is with it or due from a vault, to the unit.
    function invariant_WhatIsAwayIsDueFromVaults() external view {
        uint256 due;
        for (uint256 i = 0; i < ids.length; ++i) {
            due += IStreamVault(rail.streamOf(ids[i]).vault).due();
        }
        assertEq(distributor.awayOf(usdcx), due, "STREAM-9: away");
        IRevenueDistributor.Books memory books = distributor.booksOf(usdcx);
        assertEq(_superBalance(address(distributor)) + due, books.held, "STREAM-9: held");
    }
}
