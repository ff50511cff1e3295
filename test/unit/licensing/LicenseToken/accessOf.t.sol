// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { LicenseHeads } from "../../../../contracts/types/LicenseHead.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { LicensingFixture } from "../LicensingFixture.sol";
import { RailDouble } from "../doubles/RailDouble.sol";

contract AccessOfTest is LicensingFixture {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = _license(LICENSED, 0, DURATION);
    }

    function testFuzz_AccessOf_WhenTheLicenseIsUnknown(uint256 unknown, address user) public view {
        vm.assume(unknown != id);
        _assertAccess(unknown, user, 1, Uses.TRAIN, ILicenseToken.Access.NotHolder);
        _assertAccess(unknown, address(0), 1, Uses.TRAIN, ILicenseToken.Access.NotHolder);
    }

    function testFuzz_AccessOf_WhenTheUserIsNeitherHolderNorDelegate(
        address user,
        uint32 version,
        uint16 uses
    )
        public
        view
    {
        vm.assume(user != buyer);
        _assertAccess(id, user, version, uses, ILicenseToken.Access.NotHolder);
    }

    function testFuzz_AccessOf_WhenTheUserIsADelegate(uint40 until) public {
        until = uint40(bound(until, block.timestamp + 1, block.timestamp + DURATION - 1));
        vm.prank(buyer);
        licenses.delegate(id, stranger, until);
        _assertAccess(id, stranger, 1, LICENSED, ILicenseToken.Access.Granted);
        vm.warp(until - 1);
        _assertAccess(id, stranger, 1, LICENSED, ILicenseToken.Access.Granted);
        vm.warp(until);
        _assertAccess(id, stranger, 1, LICENSED, ILicenseToken.Access.NotHolder);
    }

    function test_AccessOf_WhenTheRailEndedTheLicense() public {
        rail.freezeLicense(id, true);
        rail.endLicense(id);
        vm.warp(block.timestamp + DURATION);
        _assertAccess(id, buyer, 9, 0, ILicenseToken.Access.Closed);
    }

    function testFuzz_AccessOf_WhenTheLicenseExpired(uint40 duration) public {
        duration = uint40(bound(duration, 1, type(uint40).max - block.timestamp - 1));
        id = _license(LICENSED, 0, duration);
        vm.warp(block.timestamp + duration - 1);
        _assertAccess(id, buyer, 1, LICENSED, ILicenseToken.Access.Granted);
        vm.warp(block.timestamp + 1);
        _assertAccess(id, buyer, 1, LICENSED, ILicenseToken.Access.Expired);
        rail.freezeLicense(id, true);
        _assertAccess(id, buyer, 9, 0, ILicenseToken.Access.Expired);
    }

    function test_AccessOf_WhenTheLicenseWasRevoked() public {
        id = _license(LICENSED, TermsFlags.REVOCABLE, 0);
        vm.prank(seller);
        licenses.revoke(id);
        vm.warp(block.timestamp + NOTICE - 1);
        _assertAccess(id, buyer, 1, LICENSED, ILicenseToken.Access.Granted);
        vm.warp(block.timestamp + 1);
        _assertAccess(id, buyer, 1, LICENSED, ILicenseToken.Access.Revoked);
    }

    function test_AccessOf_WhenTheLicenseIsFrozen() public {
        rail.freezeLicense(id, true);
        _assertAccess(id, buyer, 9, 0, ILicenseToken.Access.Frozen);
        rail.freezeLicense(id, false);
        _assertAccess(id, buyer, 1, LICENSED, ILicenseToken.Access.Granted);
    }

    function testFuzz_AccessOf_WhenAUseIsNotLicensed(uint16 licensed, uint16 asked) public {
        licensed = uint16(bound(licensed, 1, Uses.ALL));
        vm.assume(asked & ~licensed != 0);
        id = _license(licensed, 0, DURATION);
        _assertAccess(id, buyer, 9, asked, ILicenseToken.Access.UseNotLicensed);
        if (asked & licensed != 0) _assertAccess(id, buyer, 1, asked & licensed, ILicenseToken.Access.Granted);
    }

    function test_AccessOf_WhenNoUseIsAsked() public view {
        _assertAccess(id, buyer, 1, 0, ILicenseToken.Access.UseNotLicensed);
    }

    function test_AccessOf_WhenAnEarlierVersionIsAsked() public {
        uint256 later = _licenseOfSecondVersion(TermsFlags.LATER_VERSIONS);
        _assertAccess(later, buyer, 1, Uses.TRAIN, ILicenseToken.Access.VersionNotLicensed);
        _assertAccess(later, buyer, 2, Uses.TRAIN, ILicenseToken.Access.Granted);
    }

    function test_AccessOf_WhenALaterVersionIsAskedWithoutTheFlag() public {
        _addVersion(datasetId);
        _assertAccess(id, buyer, 2, Uses.TRAIN, ILicenseToken.Access.VersionNotLicensed);
    }

    function test_AccessOf_WhenALaterVersionIsAskedWithTheFlag() public {
        id = _license(LICENSED, TermsFlags.LATER_VERSIONS, DURATION);
        _assertAccess(id, buyer, 2, Uses.TRAIN, ILicenseToken.Access.VersionNotLicensed);
        _addVersion(datasetId);
        _assertAccess(id, buyer, 2, Uses.TRAIN, ILicenseToken.Access.Granted);
        _assertAccess(id, buyer, 3, Uses.TRAIN, ILicenseToken.Access.VersionNotLicensed);
        registry.restrictStatus(datasetId, 2, IDatasetRegistry.Status.Suspended);
        _assertAccess(id, buyer, 2, Uses.TRAIN, ILicenseToken.Access.DatasetSuspended);
        _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
    }

    /// @dev The dataset as a whole and the version each suspend on their own, and each alone is lifted.
    function test_AccessOf_WhenTheVersionIsSuspended() public {
        _restrict(0, IDatasetRegistry.Status.Quarantined);
        _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
        _restrict(0, IDatasetRegistry.Status.Suspended);
        _restrict(1, IDatasetRegistry.Status.Suspended);
        _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.DatasetSuspended);
        registry.reinstate(datasetId, 0);
        _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.DatasetSuspended);
        registry.reinstate(datasetId, 1);
        _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
        _restrict(0, IDatasetRegistry.Status.Suspended);
        _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.DatasetSuspended);
    }

    /// @dev Marks of versions far apart do not meet, whatever word of the token's storage they are in.
    function testFuzz_AccessOf_WhenTheVersionIsSuspended(uint24 version, uint24 other, bool lifted) public {
        version = uint24(bound(version, 1, type(uint24).max));
        other = uint24(bound(other, 1, type(uint24).max));
        vm.assume(version != other);
        ILicenseToken.License memory l = licenses.licenseOf(id);
        (l.version, l.start, l.flags) = (version, 0, 0);
        vm.prank(address(market));
        (id,) = licenses.mint(buyer, "offer", LicenseHeads.pack(l), 0, false);
        vm.startPrank(address(registry));
        licenses.setSuspended(datasetId, other, true);
        _assertAccess(id, buyer, version, Uses.TRAIN, ILicenseToken.Access.Granted);
        licenses.setSuspended(datasetId, version, true);
        if (lifted) licenses.setSuspended(datasetId, version, false);
        ILicenseToken.Access expected = lifted ? ILicenseToken.Access.Granted : ILicenseToken.Access.DatasetSuspended;
        _assertAccess(id, buyer, version, Uses.TRAIN, expected);
    }

    function test_SetSuspended_RevertWhen_TheCallerIsNotTheRegistry() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotRegistry.selector, seller));
        vm.prank(seller);
        licenses.setSuspended(datasetId, 1, true);
    }

    function test_AccessOf_WhenTheVersionIsQuarantinedOrRetired() public {
        vm.startPrank(seller);
        registry.setVersionStatus(datasetId, 1, IDatasetRegistry.Status.Quarantined);
        _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
        registry.setVersionStatus(datasetId, 1, IDatasetRegistry.Status.Retired);
        _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
    }

    function test_AccessOf_WhenTheRailIsLive() public {
        id = _liveLicense();
        ILicenseToken.Access[8] memory expected = [
            ILicenseToken.Access.PaymentLapsed,
            ILicenseToken.Access.Granted,
            ILicenseToken.Access.Granted,
            ILicenseToken.Access.PaymentLapsed,
            ILicenseToken.Access.QuotaExhausted,
            ILicenseToken.Access.Frozen,
            ILicenseToken.Access.Breach,
            ILicenseToken.Access.Closed
        ];
        for (uint256 i; i < expected.length; ++i) {
            liveRail.setStanding(IPaymentRail.Standing(i));
            _assertAccess(id, buyer, 1, Uses.TRAIN, expected[i]);
        }
    }

    function test_AccessOf_WhenTheLiveRailFailsToAnswer() public {
        id = _liveLicense();
        for (uint256 i = uint256(RailDouble.Answer.Revert); i <= uint256(RailDouble.Answer.Nonsense); ++i) {
            liveRail.setAnswer(RailDouble.Answer(i));
            _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.PaymentLapsed);
        }
        liveRail.setAnswer(RailDouble.Answer.Bomb);
        _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.PaymentLapsed);
        vm.etch(address(liveRail), "");
        _assertAccess(id, buyer, 1, Uses.TRAIN, ILicenseToken.Access.PaymentLapsed);
    }

    // ---- activate

    function test_Activate_RevertWhen_TheLicenseToActivateIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_Unknown.selector, 9));
        vm.prank(buyer);
        licenses.activate(9, datasetId, 1);
    }

    function test_Activate_RevertWhen_TheCallerIsNeitherHolderNorDelegate() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotHolder.selector, id, stranger));
        vm.prank(stranger);
        licenses.activate(id, datasetId, 1);
    }

    function testFuzz_Activate_RevertWhen_TheLicenseIsOfAnotherDataset(uint256 other) public {
        vm.assume(other != datasetId);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseToken.LicenseToken_WrongDataset.selector, id, datasetId, other, 1)
        );
        vm.prank(buyer);
        licenses.activate(id, other, 1);
    }

    function testFuzz_Activate_RevertWhen_TheLicenseDoesNotCoverTheVersion(uint32 version) public {
        vm.assume(version != 1);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseToken.LicenseToken_WrongDataset.selector, id, datasetId, datasetId, version)
        );
        vm.prank(buyer);
        licenses.activate(id, datasetId, version);
    }

    function test_Activate_WhenTheHolderActivates() public {
        assertFalse(licenses.hasValidLicense(buyer, datasetId, 1, Uses.TRAIN));
        vm.expectEmit(address(licenses));
        emit ILicenseToken.LicenseActivated(buyer, datasetId, 1, id);
        vm.prank(buyer);
        licenses.activate(id, datasetId, 1);
        assertEq(licenses.activeLicense(buyer, datasetId, 1), id);
        assertTrue(licenses.hasValidLicense(buyer, datasetId, 1, Uses.TRAIN));
        assertFalse(licenses.hasValidLicense(buyer, datasetId, 1, Uses.MINT));
        assertFalse(licenses.hasValidLicense(buyer, datasetId, 2, Uses.TRAIN));
        rail.freezeLicense(id, true);
        assertFalse(licenses.hasValidLicense(buyer, datasetId, 1, Uses.TRAIN));
    }

    function test_Activate_WhenADelegateActivates() public {
        vm.prank(buyer);
        licenses.delegate(id, stranger, uint40(block.timestamp + 1 days));
        vm.prank(stranger);
        licenses.activate(id, datasetId, 1);
        assertTrue(licenses.hasValidLicense(stranger, datasetId, 1, Uses.TRAIN));
        assertFalse(licenses.hasValidLicense(buyer, datasetId, 1, Uses.TRAIN));
        vm.prank(buyer);
        licenses.undelegate(id, stranger);
        assertFalse(licenses.hasValidLicense(stranger, datasetId, 1, Uses.TRAIN));
    }

    function test_Activate_WhenTheUserClearsIt() public {
        vm.startPrank(buyer);
        licenses.activate(id, datasetId, 1);
        vm.expectEmit(address(licenses));
        emit ILicenseToken.LicenseActivated(buyer, datasetId, 1, 0);
        licenses.activate(0, datasetId, 1);
        assertEq(licenses.activeLicense(buyer, datasetId, 1), 0);
        assertFalse(licenses.hasValidLicense(buyer, datasetId, 1, Uses.TRAIN));
    }

    // ---- helpers

    function _assertAccess(
        uint256 licenseId,
        address user,
        uint32 version,
        uint16 uses,
        ILicenseToken.Access expected
    )
        private
        view
    {
        assertEq(uint8(licenses.accessOf(licenseId, user, version, uses)), uint8(expected));
    }

    function _liveLicense() private returns (uint256) {
        Offer memory offer = _offer();
        offer.rail = LIVE_RAIL;
        _open(offer);
        return _buy(offer);
    }

    function _licenseOfSecondVersion(uint16 flags) private returns (uint256) {
        Offer memory offer = _offerWith(LICENSED, flags, DURATION);
        offer.version = _addVersion(datasetId);
        _addEncoding(datasetId, offer.version, 1);
        _open(offer);
        return _buy(offer);
    }

    function _restrict(uint32 version, IDatasetRegistry.Status status) private {
        registry.restrictStatus(datasetId, version, status);
    }
}
