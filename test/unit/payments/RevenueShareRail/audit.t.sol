// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueShareRail } from "../../../../contracts/interfaces/payments/IRevenueShareRail.sol";
import { Messages, RevenueAudit } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { RevenueShareTest } from "./RevenueShareTest.sol";

contract AuditTest is RevenueShareTest {
    uint128 private constant FOUND = 16_000e6;
    uint128 private constant FOUND_OWED = 800e6;

    function test_SubmitAudit_RevertWhen_TheAuditIsOfAnotherLicensePeriodOrToken() external {
        (uint256 licenseId, Offer memory offer) = _stated();
        RevenueAudit memory a = _audit(licenseId + 1, 1, FOUND);
        _assertRefused(licenseId, offer, a, _wrong(licenseId, "licenseId"));
        a = _audit(licenseId, 1, FOUND);
        a.token = usdcx;
        _assertRefused(licenseId, offer, a, _wrong(licenseId, "token"));
        a = _audit(licenseId, 0, FOUND);
        _assertRefused(licenseId, offer, a, _wrong(licenseId, "period"));
        vm.warp(_endOf(3));
        a = _audit(licenseId, 3, FOUND);
        _assertRefused(licenseId, offer, a, _wrong(licenseId, "period"));
        a = _audit(licenseId, 1, FOUND);
        a.signedAt = uint40(_endOf(1) - 1);
        _assertRefused(licenseId, offer, a, _wrong(licenseId, "signedAt"));
    }

    function test_SubmitAudit_RevertWhen_AnotherThanTheAuditorSigned() external {
        (uint256 licenseId, Offer memory offer) = _stated();
        RevenueAudit memory a = _audit(licenseId, 1, FOUND);
        vm.expectRevert(_badSignature(auditor));
        rail.submitAudit(licenseId, offer, a, _sign(carolKey, Messages.hash(a)));
    }

    function test_SubmitAudit_RevertWhen_TheAuditWindowIsOver() external {
        (uint256 licenseId, Offer memory offer) = _stated();
        uint256 last = _endOf(1) + AUDIT_WINDOW;
        vm.warp(last + 1);
        bytes memory reason = abi.encodeWithSelector(IPaymentRail.PaymentRail_TooLate.selector, licenseId, last);
        _assertRefused(licenseId, offer, _audit(licenseId, 1, FOUND), reason);
        vm.warp(last);
        _submitAudit(licenseId, offer, 1, FOUND);
    }

    function test_SubmitAudit_RevertWhen_TheAuditorHasSpokenBefore() external {
        (uint256 licenseId, Offer memory offer) = _stated();
        _submitAudit(licenseId, offer, 1, FOUND);
        bytes memory reason =
            abi.encodeWithSelector(IRevenueShareRail.RevenueShareRail_AlreadyAudited.selector, licenseId, 1);
        _assertRefused(licenseId, offer, _audit(licenseId, 1, FOUND + 1), reason);
    }

    function test_SubmitAudit_RevertWhen_TheStatementIsMissingButNotOverdue() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1) + DUE);
        _assertRefused(licenseId, offer, _audit(licenseId, 1, FOUND), _tooEarly(licenseId, _endOf(1) + DUE + 1));
    }

    function test_SubmitAudit_WhenMoreWasEarnedThanStated() external {
        (uint256 licenseId, Offer memory offer) = _stated();
        vm.warp(_endOf(1) + 3 days);
        vm.expectEmit(address(rail));
        emit IRevenueShareRail.RevenueAudited(
            licenseId, 1, FOUND, OWED, FOUND_OWED, FOUND_OWED - OWED, 0, keccak256("audit")
        );
        _submitAudit(licenseId, offer, 1, FOUND);
        IRevenueShareRail.Account memory a = rail.accountOf(licenseId);
        assertEq(a.debt, FOUND_OWED - OWED, "debt");
        assertEq(a.debtDueAt, _endOf(1) + 3 days + DUE, "due");
        assertTrue(rail.periodOf(licenseId, 1).audited, "audited");
        assertEq(rail.periodOf(licenseId, 1).owed, FOUND_OWED, "owed");
        vm.warp(a.debtDueAt);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        vm.warp(a.debtDueAt + 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        vm.warp(a.debtDueAt + CURE + 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Breach);
    }

    function test_SubmitAudit_WhenLessWasEarnedThanStated() external {
        (uint256 licenseId, Offer memory offer) = _stated();
        _submitAudit(licenseId, offer, 1, 6000e6); // 300 USDC of the 500 that were paid.
        assertEq(rail.accountOf(licenseId).credit, 200e6, "credit");
        assertEq(rail.accountOf(licenseId).debt, 0, "debt");
        assertEq(_state(licenseId, offer, 2, REVENUE), OWED - 200e6, "counts for period 2");
    }

    function test_SubmitAudit_WhenLessWasEarnedAndADebtStands() external {
        (uint256 licenseId, Offer memory offer) = _stated();
        _state(licenseId, offer, 2, REVENUE);
        vm.warp(_endOf(1) + AUDIT_WINDOW);
        _submitAudit(licenseId, offer, 1, 12_000e6);
        assertEq(rail.accountOf(licenseId).debt, 100e6, "debt");
        vm.warp(_endOf(2));
        _submitAudit(licenseId, offer, 2, 6000e6);
        IRevenueShareRail.Account memory a = rail.accountOf(licenseId);
        assertEq(a.debt, 0, "debt paid");
        assertEq(a.debtDueAt, 0, "and its deadline gone");
        assertEq(a.credit, 100e6, "the rest is credit");
    }

    function test_SubmitAudit_WhenTheStatementIsOverdue() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1) + DUE + 1);
        _submitAudit(licenseId, offer, 1, FOUND);
        IRevenueShareRail.Account memory a = rail.accountOf(licenseId);
        assertEq(a.nextPeriod, 2, "stated");
        assertEq(a.credit, 0, "the guarantee counts");
        assertEq(a.debt, FOUND_OWED - PRICE, "debt");
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE), "the guarantee is released");
        assertEq(usdc.balanceOf(address(rail)), 0, "nothing stays");
    }

    function test_PayDebt_RevertGiven_NoDebt() external {
        (uint256 licenseId, Offer memory offer) = _stated();
        vm.expectRevert(_nothingDue(licenseId));
        vm.prank(buyer);
        rail.payDebt(licenseId, offer, 1);
        _submitAudit(licenseId, offer, 1, FOUND);
        vm.expectRevert(_nothingDue(licenseId));
        vm.prank(buyer);
        rail.payDebt(licenseId, offer, 0);
    }

    function test_PayDebt_RevertWhen_MoreThanTheDebtIsPaid() external {
        (uint256 licenseId, Offer memory offer) = _stated();
        _submitAudit(licenseId, offer, 1, FOUND);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueShareRail.RevenueShareRail_AmountTooHigh.selector, 300e6 + 1, 300e6)
        );
        vm.prank(buyer);
        rail.payDebt(licenseId, offer, 300e6 + 1);
    }

    function test_PayDebt_WhenADebtIsPaid() external {
        (uint256 licenseId, Offer memory offer) = _stated();
        _submitAudit(licenseId, offer, 1, FOUND);
        uint256 before = usdc.balanceOf(seller);
        vm.expectEmit(address(rail));
        emit IRevenueShareRail.DebtPaid(licenseId, buyer, address(usdc), 100e6, 200e6);
        vm.startPrank(buyer);
        rail.payDebt(licenseId, offer, 100e6);
        assertGt(rail.accountOf(licenseId).debtDueAt, 0, "still due");
        rail.payDebt(licenseId, offer, 200e6);
        vm.stopPrank();
        assertEq(rail.accountOf(licenseId).debtDueAt, 0, "done");
        assertEq(usdc.balanceOf(seller) - before, _afterFee(100e6) + _afterFee(200e6), "seller");
    }

    function test_Remind_RevertWhen_NothingIsOverdue() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1) + DUE);
        vm.expectRevert(_tooEarly(licenseId, _endOf(1) + DUE + 1));
        rail.remind(licenseId, offer);
    }

    function test_Remind_WhenAStatementIsOverdue() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1) + DUE + 1);
        vm.expectEmit(address(rail));
        emit IRevenueShareRail.StatementMissed(licenseId, 1, uint40(_endOf(1) + DUE + CURE));
        rail.remind(licenseId, offer);
        vm.expectRevert(_nothingDue(licenseId));
        rail.remind(licenseId, offer);
    }

    function _stated() private returns (uint256 licenseId, Offer memory offer) {
        (licenseId, offer) = _shared();
        _state(licenseId, offer, 1, REVENUE);
    }

    function _assertRefused(uint256 licenseId, Offer memory offer, RevenueAudit memory a, bytes memory reason) private {
        bytes memory signature = _sign(auditorKey, Messages.hash(a));
        vm.expectRevert(reason);
        rail.submitAudit(licenseId, offer, a, signature);
    }
}
