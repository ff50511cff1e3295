// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IMeterRail } from "../../../../contracts/interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { MeterFixture } from "../MeterFixture.sol";

contract FreezeTest is MeterFixture {
    function test_Freeze_RevertWhen_TheCallerIsNotTheDisputeManager() external {
        uint256 licenseId = _meter(_prepaid());
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, seller));
        vm.prank(seller);
        meters.freeze(licenseId);
    }

    function test_Freeze_RevertGiven_ItIsFrozenAlready() external {
        uint256 licenseId = _meter(_prepaid());
        _freezeMeter(licenseId);
        vm.expectRevert(_frozen(licenseId));
        vm.prank(disputes);
        meters.freeze(licenseId);
    }

    function test_Freeze_RevertGiven_TheMeterIsFinishedOrUnknown() external {
        uint256 licenseId = _finished(_prepaid());
        vm.startPrank(disputes);
        vm.expectRevert(_closedError(licenseId));
        meters.freeze(licenseId);
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_Unknown.selector, 77));
        meters.freeze(77);
    }

    function test_Freeze_WhenTheDisputeManagerFreezes() external {
        uint256 licenseId = _meter(_prepaid());
        vm.expectEmit(address(meters));
        emit IMeterRail.MeterFrozen(licenseId, true);
        _freezeMeter(licenseId);
        _assertStanding(licenseId, IPaymentRail.Standing.Frozen);
        assertEq(uint8(licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Frozen));
        assertTrue(meters.meterOf(licenseId).frozen);
    }

    function test_Unfreeze_RevertWhen_TheCallerIsNotTheDisputeManager() external {
        uint256 licenseId = _meter(_prepaid());
        _freezeMeter(licenseId);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotDisputeManager.selector, buyer));
        vm.prank(buyer);
        meters.unfreeze(licenseId);
    }

    function test_Unfreeze_RevertGiven_ItIsNotFrozen() external {
        uint256 licenseId = _meter(_prepaid());
        vm.expectRevert(abi.encodeWithSelector(IMeterRail.MeterRail_NotFrozen.selector, licenseId));
        vm.prank(disputes);
        meters.unfreeze(licenseId);
    }

    function test_Unfreeze_WhenTheDisputeManagerUnfreezes() external {
        Offer memory offer = _prepaid();
        uint256 licenseId = _meter(offer);
        _freezeMeter(licenseId);
        vm.warp(block.timestamp + 1 days);
        vm.expectEmit(address(meters));
        emit IMeterRail.MeterFrozen(licenseId, false);
        vm.prank(disputes);
        meters.unfreeze(licenseId);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(meters.meterOf(licenseId).unfrozenAt, block.timestamp);
        assertEq(_redeem(licenseId, offer, 1500), 2e6);
    }
}
