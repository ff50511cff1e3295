// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { LicensingFixture } from "../LicensingFixture.sol";
import { RailDouble } from "../doubles/RailDouble.sol";
import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import { Vm } from "forge-std/Vm.sol";

contract RevokeTest is LicensingFixture {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = _license(LICENSED, TermsFlags.REVOCABLE, DURATION);
    }

    function test_Revoke_RevertWhen_TheLicenseToRevokeIsUnknown() public {
        _expectUnknown();
        vm.prank(seller);
        licenses.revoke(9);
    }

    function test_Revoke_RevertWhen_TheCallerDoesNotOwnTheDataset() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotDatasetOwner.selector, id, buyer, seller));
        vm.prank(buyer);
        licenses.revoke(id);
    }

    function test_Revoke_RevertWhen_TheTermsAreNotRevocable() public {
        uint256 firm = _license(LICENSED, 0, DURATION);
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotRevocable.selector, firm));
        vm.prank(seller);
        licenses.revoke(firm);
    }

    function test_Revoke_RevertWhen_ItWasRevokedBefore() public {
        vm.startPrank(seller);
        licenses.revoke(id);
        _expectAlreadyEnded();
        licenses.revoke(id);
    }

    function test_Revoke_RevertWhen_ItEndedOrExpired() public {
        uint256 snapshot = vm.snapshotState();
        rail.endLicense(id);
        _expectAlreadyEnded();
        vm.prank(seller);
        licenses.revoke(id);
        vm.revertToState(snapshot);
        vm.warp(block.timestamp + DURATION);
        _expectAlreadyEnded();
        vm.prank(seller);
        licenses.revoke(id);
    }

    function testFuzz_Revoke_WhenTheTermsAllowIt(uint40 duration, uint40 after_) public {
        duration = uint40(bound(duration, 0, 10 * NOTICE));
        after_ = uint40(bound(after_, 0, duration == 0 ? NOTICE : duration - 1));
        id = _license(LICENSED, TermsFlags.REVOCABLE, duration);
        uint40 expiry = licenses.licenseOf(id).expiry;
        vm.warp(block.timestamp + after_);
        uint40 effectiveAt = uint40(block.timestamp + NOTICE);
        if (expiry != 0 && expiry < effectiveAt) effectiveAt = expiry;

        vm.expectEmit(address(licenses));
        emit ILicenseToken.LicenseRevoked(id, seller, effectiveAt);
        vm.prank(seller);
        licenses.revoke(id);
        assertEq(licenses.licenseOf(id).expiry, effectiveAt);
        assertTrue(licenses.isLive(id));
        vm.warp(effectiveAt);
        assertFalse(licenses.isLive(id));
        _assertAccess(ILicenseToken.Access.Revoked);
    }

    // ---- revokeByRuling

    function test_RevokeByRuling_RevertWhen_TheCallerIsNotTheDisputeManager() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotRailOrDispute.selector, id, seller));
        vm.prank(seller);
        licenses.revokeByRuling(id);
    }

    function test_RevokeByRuling_RevertWhen_TheRuledLicenseIsUnknown() public {
        _expectUnknown();
        vm.prank(disputes);
        licenses.revokeByRuling(9);
    }

    function test_RevokeByRuling_RevertWhen_TheRuledLicenseEnded() public {
        rail.endLicense(id);
        _expectAlreadyEnded();
        vm.prank(disputes);
        licenses.revokeByRuling(id);
    }

    function test_RevokeByRuling_WhenTheDisputeManagerRules() public {
        vm.prank(seller);
        licenses.revoke(id);
        vm.warp(block.timestamp + 1);
        vm.expectEmit(address(licenses));
        emit ILicenseToken.LicenseRevoked(id, disputes, uint40(block.timestamp));
        vm.prank(disputes);
        licenses.revokeByRuling(id);
        assertFalse(licenses.isLive(id));
        _assertAccess(ILicenseToken.Access.Revoked);
    }

    // ---- setFrozen

    function test_SetFrozen_RevertWhen_TheCallerIsNeitherRailNorDisputeManager() public {
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseToken.LicenseToken_NotRailOrDispute.selector, id, address(liveRail))
        );
        liveRail.freezeLicense(id, true);
    }

    function test_SetFrozen_RevertWhen_TheLicenseToFreezeIsUnknown() public {
        _expectUnknown();
        vm.prank(disputes);
        licenses.setFrozen(9, true);
    }

    function test_SetFrozen_WhenBothFreeze() public {
        _expectFrozen(address(rail), true, true);
        rail.freezeLicense(id, true);
        _expectFrozen(disputes, true, true);
        vm.prank(disputes);
        licenses.setFrozen(id, true);
        _expectFrozen(address(rail), false, true);
        rail.freezeLicense(id, false);
        _assertAccess(ILicenseToken.Access.Frozen);
        _expectFrozen(disputes, false, false);
        vm.prank(disputes);
        licenses.setFrozen(id, false);
        _assertAccess(ILicenseToken.Access.Granted);
    }

    function test_SetFrozen_WhenNothingChanges() public {
        vm.recordLogs();
        rail.freezeLicense(id, false);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 0);
    }

    // ---- end

    function test_End_RevertWhen_TheCallerIsNotTheRail() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotRail.selector, id, disputes));
        vm.prank(disputes);
        licenses.end(id);
    }

    function test_End_RevertWhen_ItWasEndedBefore() public {
        rail.endLicense(id);
        _expectAlreadyEnded();
        rail.endLicense(id);
    }

    function test_End_WhenTheRailEndsIt() public {
        vm.expectEmit(address(licenses));
        emit ILicenseToken.LicenseEnded(id);
        rail.endLicense(id);
        assertFalse(licenses.isLive(id));
        _assertAccess(ILicenseToken.Access.Closed);
    }

    // ---- rails

    function test_AddRail_RevertWhen_TheCallerHasNoRole() public {
        vm.startPrank(stranger);
        bytes memory reason = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.expectRevert(reason);
        licenses.addRail(3, address(rail), false);
        vm.expectRevert(reason);
        licenses.setRailSells(RAIL, false);
        vm.expectRevert(reason);
        licenses.stopRailSales(RAIL);
    }

    function test_AddRail_RevertWhen_TheRailIsBad() public {
        _expectBadRail(0, address(rail));
        licenses.addRail(0, address(rail), false);
        _expectBadRail(RAIL, address(liveRail));
        licenses.addRail(RAIL, address(liveRail), true);
        _expectBadRail(3, stranger);
        licenses.addRail(3, stranger, false);
    }

    function testFuzz_AddRail_WhenTheRailIsGood(uint8 index, bool live) public {
        index = uint8(bound(index, 3, type(uint8).max));
        RailDouble added = new RailDouble(licenses);
        vm.expectEmit(address(licenses));
        emit ILicenseToken.RailAdded(index, address(added), live);
        licenses.addRail(index, address(added), live);
        _assertRail(index, address(added), live, true);
    }

    function test_AddRail_WhenSalesAreStoppedAndResumed() public {
        vm.expectEmit(address(licenses));
        emit ILicenseToken.RailSellsSet(LIVE_RAIL, false);
        licenses.stopRailSales(LIVE_RAIL);
        _assertRail(LIVE_RAIL, address(liveRail), true, false);
        vm.expectEmit(address(licenses));
        emit ILicenseToken.RailSellsSet(LIVE_RAIL, true);
        licenses.setRailSells(LIVE_RAIL, true);
        _assertRail(LIVE_RAIL, address(liveRail), true, true);
    }

    function test_AddRail_RevertWhen_TheSalesAreAsAskedAlready() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NoChange.selector, RAIL, true));
        licenses.setRailSells(RAIL, true);
        licenses.setRailSells(RAIL, false);
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NoChange.selector, RAIL, false));
        licenses.stopRailSales(RAIL);
    }

    function test_AddRail_RevertWhen_TheRailToChangeIsUnknown() public {
        _expectBadRail(9, address(0));
        licenses.setRailSells(9, true);
    }

    // ---- helpers

    function _assertAccess(ILicenseToken.Access expected) private view {
        assertEq(uint8(licenses.accessOf(id, buyer, 1, Uses.TRAIN)), uint8(expected));
    }

    function _assertRail(uint8 index, address expected, bool live, bool sells) private view {
        (address at, bool isLive, bool isSelling) = licenses.railAt(index);
        assertEq(at, expected);
        assertEq(isLive, live);
        assertEq(isSelling, sells);
    }

    function _expectUnknown() private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_Unknown.selector, 9));
    }

    function _expectAlreadyEnded() private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_AlreadyEnded.selector, id));
    }

    function _expectBadRail(uint8 index, address at) private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_BadRail.selector, index, at));
    }

    function _expectFrozen(address by, bool held, bool frozen) private {
        vm.expectEmit(address(licenses));
        emit ILicenseToken.LicenseFrozen(id, by, held, frozen);
    }
}
