// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { MeterHandler } from "./MeterHandler.sol";

/// @notice The invariants of docs/INVARIANTS.md, section Metering, over random walks. METER-4 is checked by the handler too.
contract MeterInvariantTest is MeterHandler {
    function setUp() public override {
        super.setUp();
        bytes4[] memory acts = new bytes4[](20);
        acts[0] = this.actVoucher.selector;
        acts[1] = this.actBatch.selector;
        acts[2] = this.actDeposit.selector;
        acts[3] = this.actRequest.selector;
        acts[4] = this.actComplete.selector;
        acts[5] = this.actClose.selector;
        acts[6] = this.actSettle.selector;
        acts[7] = this.actFreeze.selector;
        acts[8] = this.actRefund.selector;
        acts[9] = this.actTransfer.selector;
        acts[10] = this.actAllowance.selector;
        acts[11] = this.actRefuse.selector;
        acts[12] = this.actClaim.selector;
        acts[13] = this.actWarp.selector;
        // Twice in the list, so that walks have more to act on.
        acts[14] = this.actVoucher.selector;
        acts[15] = this.actDeposit.selector;
        acts[16] = this.actComplete.selector;
        acts[17] = this.actVoucher.selector;
        acts[18] = this.actWarp.selector;
        acts[19] = this.actSettle.selector;
        targetSelector(FuzzSelector({ addr: address(this), selectors: acts }));
        targetContract(address(this));
    }

    /// @dev METER-1: the rail holds exactly what meters hold, and deferred payouts.
    function invariant_TheRailHoldsWhatMetersHold() external view {
        uint256 held = 0;
        for (uint256 id = 1; id <= LICENSES; ++id) {
            held += _heldOf(id);
        }
        assertEq(_ownMoney(), held, "METER-1");
    }

    /// @dev METER-2: per license, what came in and did not go back is what the books say, and all of it is released or held.
    function invariant_EveryLicenseBalancesForItself() external view {
        uint256 released = 0;
        for (uint256 id = 1; id <= LICENSES; ++id) {
            IMeterRail.Meter memory m = meters.meterOf(id);
            assertEq(m.funded, ghostNet[id], "METER-2: funded");
            assertEq(ghostReleased[id] + _heldOf(id), ghostNet[id], "METER-2: released and held");
            assertEq(ghostReleased[id], m.spent < m.funded ? m.spent : m.funded, "METER-2: released");
            released += ghostReleased[id];
        }
        assertEq(distributor.booksOf(address(token)).received, released, "METER-2: the distributor got it");
    }

    /// @dev METER-3: nothing is billed past deposit, cap or price.
    function invariant_NothingIsBilledPastItsBounds() external view {
        for (uint256 id = 1; id <= LICENSES; ++id) {
            IMeterRail.Meter memory m = meters.meterOf(id);
            Offer memory offer = _offerOf(id);
            assertLe(m.spent - ghostAwarded[id], meters.amountFor(offer, m.units), "METER-3: price");
            if (id % 2 == 1) assertLe(m.spent, m.funded, "METER-3: deposit");
            else assertLe(m.units, CAP, "METER-3: cap");
        }
    }

    /// @dev METER-5: standing says of every meter what its numbers say.
    function invariant_StandingFollowsFromTheNumbers() external view {
        for (uint256 id = 1; id <= LICENSES; ++id) {
            assertEq(uint8(meters.standing(id)), uint8(_expected(id)), "METER-5");
        }
    }

    /// @dev METER-6: every meter ends: with freezes over and windows past, one call by anyone empties it.
    function afterInvariant() external {
        for (uint256 id = 1; id <= LICENSES; ++id) {
            if (!meters.meterOf(id).frozen) continue;
            vm.prank(disputes);
            meters.unfreeze(id);
        }
        vm.warp(block.timestamp + DURATION + THAW + 1);
        for (uint256 id = 1; id <= LICENSES; ++id) {
            if (!meters.meterOf(id).finished) meters.settle(id, _offerOf(id));
            assertEq(_heldOf(id), 0, "METER-6: empty");
            assertTrue(meters.meterOf(id).finished, "METER-6: finished");
        }
        for (uint256 i = 0; i < 3; ++i) {
            token.refuse(people[i], false);
            if (meters.deferredOf(people[i], address(token)) == 0) continue;
            meters.claimDeferred(people[i], address(token), people[i]);
        }
        assertEq(token.balanceOf(address(meters)), 0, "METER-6: nothing is stuck");
    }

    function _expected(uint256 id) private view returns (IPaymentRail.Standing) {
        IMeterRail.Meter memory m = meters.meterOf(id);
        if (m.closedAt != 0) return IPaymentRail.Standing.Closed;
        if (m.frozen) return IPaymentRail.Standing.Frozen;
        bool owes = m.spent > m.funded;
        if (owes && block.timestamp >= m.lapsesAt) return IPaymentRail.Standing.Lapsed;
        if (_isExhausted(id, m)) return IPaymentRail.Standing.Exhausted;
        return owes ? IPaymentRail.Standing.Grace : IPaymentRail.Standing.Current;
    }

    /// @dev Prices of single units are whole here, so the exact difference is what the next one costs.
    function _isExhausted(uint256 id, IMeterRail.Meter memory m) private view returns (bool) {
        if (id % 2 == 0) return m.units >= CAP;
        uint256 held = _heldOf(id);
        uint256 free = held > m.thawing ? held - m.thawing : 0;
        Offer memory offer = _offerOf(id);
        return meters.amountFor(offer, m.units + 1) - meters.amountFor(offer, m.units) > free;
    }
}
