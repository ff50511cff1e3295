// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueShareRail } from "../../../../contracts/interfaces/payments/IRevenueShareRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { RevenueShareTest } from "./RevenueShareTest.sol";

contract CloseTest is RevenueShareTest {
    function test_Close_RevertWhen_AStrangerWantsToEndIt() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotAllowed.selector, licenseId, stranger));
        vm.prank(stranger);
        rail.close(licenseId, offer);
    }

    function test_Close_WhenTheHolderEndsIt() external {
        (uint256 licenseId, Offer memory offer) = _closing();
        assertEq(rail.accountOf(licenseId).lastPeriod, 2, "last");
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(_state(licenseId, offer, 1, REVENUE), OWED - PRICE, "period 1");
        assertEq(_state(licenseId, offer, 2, REVENUE), OWED, "period 2");
        vm.warp(_endOf(3));
        bytes memory signature = _signed(_statement(licenseId, 3, REVENUE), buyerKey);
        vm.expectRevert(_wrong(licenseId, "period"));
        rail.submitStatement(licenseId, offer, _statement(licenseId, 3, REVENUE), signature, "");
    }

    function test_Close_RevertWhen_TheNoticeHasNotRunOut() external {
        (uint256 licenseId, Offer memory offer) = _closing();
        vm.warp(_endOf(2) - 1);
        vm.expectRevert(_tooEarly(licenseId, _endOf(2)));
        rail.close(licenseId, offer);
    }

    function test_Close_WhenTheLastPeriodIsOver() external {
        (uint256 licenseId, Offer memory offer) = _closing();
        vm.warp(_endOf(2));
        _assertStanding(licenseId, IPaymentRail.Standing.Closed);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.Closed), "no transaction was needed");
        vm.expectEmit(address(rail));
        emit IRevenueShareRail.ShareClosed(licenseId, 2);
        vm.prank(stranger);
        rail.close(licenseId, offer);
        assertFalse(licenses.isLive(licenseId), "on record");
        vm.expectRevert(_notOpen(licenseId));
        rail.close(licenseId, offer);
        // Ended is not forgiven.
        _state(licenseId, offer, 1, REVENUE);
        assertEq(_state(licenseId, offer, 2, REVENUE), OWED, "still due");
    }

    function test_Close_WhenTheDisputeManagerEndsIt() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        _freeze(licenseId);
        vm.prank(disputes);
        rail.close(licenseId, offer);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE), "released");
        assertFalse(licenses.isLive(licenseId), "ended");
        assertEq(rail.accountOf(licenseId).lastPeriod, 0, "nothing more is due");
    }

    function test_Refund_RevertWhen_TheCallerOfRefundIsNotTheDisputeManager() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, buyer));
        vm.prank(buyer);
        rail.refund(licenseId, offer, 1);
    }

    function test_Refund_RevertWhen_MoreThanWhatIsHeldIsRefunded() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        rail.settle(licenseId, offer);
        vm.expectRevert(abi.encodeWithSelector(IRevenueShareRail.RevenueShareRail_AmountTooHigh.selector, 1, 0));
        vm.prank(disputes);
        rail.refund(licenseId, offer, 1);
    }

    function testFuzz_Refund_WhenARulingRefunds(uint128 amount) external {
        amount = uint128(bound(amount, 0, PRICE));
        (uint256 licenseId, Offer memory offer) = _shared();
        _freeze(licenseId);
        uint256 before = usdc.balanceOf(buyer);
        vm.prank(disputes);
        rail.refund(licenseId, offer, amount);
        assertEq(usdc.balanceOf(buyer) - before, amount, "payer");
        assertEq(usdc.balanceOf(address(rail)), 0, "nothing stays");
        assertEq(usdc.balanceOf(address(distributor)) + usdc.balanceOf(seller), PRICE - amount, "the rest");
        assertFalse(licenses.isLive(licenseId), "ended");
        assertEq(rail.accountOf(licenseId).lastPeriod, 0, "no duties");
    }

    function test_Freeze_RevertWhen_TheCallerOfFreezeIsNotTheDisputeManager() external {
        (uint256 licenseId,) = _shared();
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, seller));
        vm.prank(seller);
        rail.freeze(licenseId);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, seller));
        vm.prank(seller);
        rail.unfreeze(licenseId);
    }

    function test_Freeze_RevertGiven_ALicenseThatIsNotOpen() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.startPrank(disputes);
        vm.expectRevert(_notOpen(99));
        rail.freeze(99);
        vm.expectRevert(_nothingDue(licenseId));
        rail.unfreeze(licenseId);
        rail.freeze(licenseId);
        vm.expectRevert(_frozen(licenseId));
        rail.freeze(licenseId);
        rail.close(licenseId, offer);
        vm.expectRevert(_notOpen(licenseId));
        rail.freeze(licenseId);
    }

    function test_Freeze_GivenAnOpenLicense() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.expectEmit(address(rail));
        emit IRevenueShareRail.ShareFrozen(licenseId, true);
        _freeze(licenseId);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.Frozen), "frozen");
        vm.prank(disputes);
        rail.unfreeze(licenseId);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.Granted), "granted");
        assertEq(_state(licenseId, offer, 1, REVENUE), OWED - PRICE, "goes on");
    }

    function test_Standing_GivenAnUnknownLicense() external {
        _assertStanding(99, IPaymentRail.Standing.None);
        _assertStanding(_buy(_offer()), IPaymentRail.Standing.None);
        IRevenueShareRail.Account memory none;
        assertEq(abi.encode(rail.accountOf(99)), abi.encode(none));
    }

    function test_Standing_GivenTheStatementIsInTime() external {
        (uint256 licenseId,) = _shared();
        vm.warp(_endOf(1) + DUE);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
    }

    function test_Standing_GivenTheStatementIsLate() external {
        (uint256 licenseId, Offer memory offer) = _shared();
        vm.warp(_endOf(1) + DUE + 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        vm.warp(_endOf(1) + DUE + CURE);
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        vm.warp(_endOf(1) + DUE + CURE + 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Breach);
        _state(licenseId, offer, 1, REVENUE);
        vm.warp(_endOf(1) + DUE + CURE + 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
    }

    function test_Standing_GivenALiveLicense() external {
        (uint256 licenseId,) = _shared();
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.Granted), "current");
        vm.warp(_endOf(1) + DUE + 1);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.Granted), "grace");
        vm.warp(_endOf(1) + DUE + CURE + 1);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.Breach), "breach");
    }

    /// @dev A license whose holder gave notice in period 2, with nothing stated yet.
    function _closing() private returns (uint256 licenseId, Offer memory offer) {
        (licenseId, offer) = _shared();
        vm.warp(_endOf(1) + 1 days);
        vm.expectEmit(address(rail));
        emit IRevenueShareRail.ShareClosing(licenseId, 2, uint40(_endOf(2)));
        vm.prank(buyer);
        rail.close(licenseId, offer);
    }

    function _access(uint256 licenseId) private view returns (ILicenseToken.Access) {
        return licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN);
    }
}
