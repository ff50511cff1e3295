// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IRevenueShareRail } from "../../contracts/interfaces/payments/IRevenueShareRail.sol";
import { Messages, RevenueAudit, RevenueStatement } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { Uses } from "../../contracts/types/Uses.sol";
import { RevenueShareTest } from "../unit/payments/RevenueShareRail/RevenueShareTest.sol";

/// @notice The invariants of docs/INVARIANTS.md, section Revenue share, over random walks. Every act applies to a license in a
/// fitting state or does nothing, so none may revert.
contract RevenueShareInvariantTest is RevenueShareTest {
    uint256 private constant LICENSES = 4;

    Offer private offer;
    /// @dev Per license: what came from the payer, what a ruling gave back.
    mapping(uint256 licenseId => uint256) private ghostPaid;
    mapping(uint256 licenseId => uint256) private ghostBack;
    mapping(uint256 licenseId => uint256) private ghostOwed;

    function setUp() public override {
        super.setUp();
        offer = _shareOffer();
        for (uint256 i = 0; i < LICENSES; ++i) {
            ghostPaid[_buy(offer)] = PRICE;
        }
        bytes4[] memory acts = new bytes4[](10);
        acts[0] = this.actState.selector;
        acts[1] = this.actState.selector;
        acts[2] = this.actAudit.selector;
        acts[3] = this.actPayDebt.selector;
        acts[4] = this.actSettle.selector;
        acts[5] = this.actWarp.selector;
        acts[6] = this.actWarp.selector;
        acts[7] = this.actFreeze.selector;
        acts[8] = this.actClose.selector;
        acts[9] = this.actRefund.selector;
        targetSelector(FuzzSelector({ addr: address(this), selectors: acts }));
        targetContract(address(this));
    }

    // ---- acts

    function actWarp(uint32 by) external {
        skip(bound(by, 1 hours, 45 days));
    }

    function actState(uint256 which, uint128 revenue) external {
        (uint256 id, IRevenueShareRail.Account memory a) = _pick(which);
        if (a.frozen || a.nextPeriod > a.lastPeriod || block.timestamp < _endOf(a.nextPeriod)) return;
        revenue = uint128(bound(revenue, 0, 1e11));
        RevenueStatement memory s = _statement(id, a.nextPeriod, revenue);
        bytes memory signature = _signed(s, buyerKey);
        vm.prank(buyer);
        ghostPaid[id] += rail.submitStatement(id, offer, s, signature, "");
        uint128 owed = rail.periodOf(id, a.nextPeriod).owed;
        assertGe(owed, PRICE, "SHARE-3: the guarantee");
        assertEq(rail.accountOf(id).nextPeriod, a.nextPeriod + 1, "SHARE-3: one by one");
        ghostOwed[id] += owed;
    }

    function actAudit(uint256 which, uint32 period, uint128 revenue) external {
        (uint256 id, IRevenueShareRail.Account memory a) = _pick(which);
        period = uint32(bound(period, 1, a.nextPeriod));
        IRevenueShareRail.Period memory before = rail.periodOf(id, period);
        bool missing = period == a.nextPeriod;
        bool late = block.timestamp > _endOf(period) + DUE;
        bool open = missing ? late && period <= a.lastPeriod : block.timestamp <= before.statedAt + AUDIT_WINDOW;
        if (a.frozen || before.audited || !open || period > a.lastPeriod) return;
        RevenueAudit memory audit = _audit(id, period, uint128(bound(revenue, 0, 1e11)));
        rail.submitAudit(id, offer, audit, _sign(auditorKey, Messages.hash(audit)));
        ghostOwed[id] = ghostOwed[id] + rail.periodOf(id, period).owed - before.owed;
    }

    function actPayDebt(uint256 which, uint128 amount) external {
        (uint256 id, IRevenueShareRail.Account memory a) = _pick(which);
        if (a.frozen || a.debt == 0) return;
        amount = uint128(bound(amount, 1, a.debt));
        vm.prank(buyer);
        rail.payDebt(id, offer, amount);
        ghostPaid[id] += amount;
    }

    function actSettle(uint256 which) external {
        (uint256 id, IRevenueShareRail.Account memory a) = _pick(which);
        if (!a.frozen && a.held > 0) rail.settle(id, offer);
    }

    function actFreeze(uint256 which, bool frozen) external {
        (uint256 id, IRevenueShareRail.Account memory a) = _pick(which);
        if (a.closed || a.frozen == frozen) return;
        vm.prank(disputes);
        frozen ? rail.freeze(id) : rail.unfreeze(id);
    }

    /// @dev Rarely, so that walks keep licenses to act on.
    function actClose(uint256 which, uint8 dice, bool byRuling) external {
        (uint256 id, IRevenueShareRail.Account memory a) = _pick(which);
        if (a.closed || dice > 60) return;
        if (byRuling) {
            vm.prank(disputes);
        } else {
            if (a.lastPeriod != type(uint32).max && block.timestamp < _endOf(a.lastPeriod)) return;
            vm.prank(buyer);
        }
        rail.close(id, offer);
    }

    function actRefund(uint256 which, uint8 dice, uint128 amount) external {
        (uint256 id, IRevenueShareRail.Account memory a) = _pick(which);
        if (a.closed || dice > 60) return;
        amount = uint128(bound(amount, 0, a.held));
        vm.prank(disputes);
        rail.refund(id, offer, amount);
        ghostBack[id] += amount;
    }

    // ---- invariants

    function invariant_TheRailHoldsUnsettledGuarantees() external view {
        uint256 held;
        for (uint256 id = 1; id <= LICENSES; ++id) {
            held += rail.accountOf(id).held;
        }
        assertEq(usdc.balanceOf(address(rail)), held + rail.deferredOf(buyer, address(usdc)), "SHARE-1");
    }

    function invariant_EveryLicensesBooksBalance() external view {
        for (uint256 id = 1; id <= LICENSES; ++id) {
            IRevenueShareRail.Account memory a = rail.accountOf(id);
            assertEq(ghostPaid[id] - ghostBack[id] + a.debt, ghostOwed[id] + a.credit, "SHARE-2");
        }
    }

    function invariant_OverdueMeansNoAccess() external view {
        for (uint256 id = 1; id <= LICENSES; ++id) {
            IRevenueShareRail.Account memory a = rail.accountOf(id);
            bool over = a.closed || (a.lastPeriod != type(uint32).max && block.timestamp >= _endOf(a.lastPeriod));
            bool late = a.nextPeriod <= a.lastPeriod && block.timestamp > uint256(a.dueAt) + CURE;
            bool inDebt = a.debt != 0 && block.timestamp > uint256(a.debtDueAt) + CURE;
            bool granted = licenses.accessOf(id, buyer, 1, Uses.TRAIN) == ILicenseToken.Access.Granted;
            assertEq(granted, !(over || late || inDebt || a.frozen), "SHARE-4");
        }
    }

    function invariant_TheDistributorReceivedTheRest() external view {
        uint256 expected;
        for (uint256 id = 1; id <= LICENSES; ++id) {
            expected += ghostPaid[id] - ghostBack[id] - rail.accountOf(id).held;
        }
        assertEq(distributor.booksOf(address(usdc)).received, expected, "SHARE-5");
    }

    function _pick(uint256 which) private view returns (uint256 id, IRevenueShareRail.Account memory account) {
        id = bound(which, 1, LICENSES);
        account = rail.accountOf(id);
    }
}
