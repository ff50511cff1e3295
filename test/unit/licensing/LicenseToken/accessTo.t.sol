// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IColophonLens } from "../../../../contracts/interfaces/lens/IColophonLens.sol";
import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { BundleFixture } from "../BundleFixture.sol";

/// @notice A bundle of carol over a component and a plain parent of alice; bob holds a license of it.
contract AccessToTest is BundleFixture {
    uint256 private component;
    uint256 private plain;
    uint256 private bundle;
    Offer private offer;
    uint256 private id;

    function setUp() public override {
        super.setUp();
        component = publishDataset(alice);
        addEncoding(component, 1);
        plain = publishDataset(alice);
        addEncoding(plain, 1);
        IDatasetRegistry.VersionInput memory input = versionInput();
        bundle = publishAs(carol, input, two(grant(component, input, true), grant(plain, input, false)));
        addEncoding(bundle, 1);
        offer = escrowOfferOf(bundle, registerTerms(defaultTerms()));
        openOffer(offer);
        id = buy(offer, bob);
    }

    function testFuzz_WhenTheDatasetIsTheLicensesOwn(address user, uint32 version, uint16 uses) public view {
        assertEq(
            uint8(licenseToken.accessTo(id, user, bundle, version, uses)),
            uint8(licenseToken.accessOf(id, user, version, uses))
        );
        _assertAccess(id, bob, bundle, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
    }

    function testFuzz_WhenTheLicenseIsUnknown(uint256 unknown, uint256 datasetId) public view {
        vm.assume(unknown != id);
        _assertAccess(unknown, bob, datasetId, 1, Uses.TRAIN, ILicenseToken.Access.NotHolder);
    }

    function test_WhenAComponentIsAsked() public view {
        _assertAccess(id, bob, component, 1, defaultTerms().uses, ILicenseToken.Access.Granted);
        _assertAccess(id, mallory, component, 1, Uses.TRAIN, ILicenseToken.Access.NotHolder);
    }

    function test_WhenAParentIsAskedWhoseOwnerGrantedNoBundle() public view {
        _assertAccess(id, bob, plain, 1, Uses.TRAIN, ILicenseToken.Access.VersionNotLicensed);
    }

    function testFuzz_WhenAnotherVersionOfAComponentIsAsked(uint32 version) public {
        vm.assume(version != 1);
        addVersion(component);
        _assertAccess(id, bob, component, version, Uses.TRAIN, ILicenseToken.Access.VersionNotLicensed);
    }

    function testFuzz_WhenADatasetIsAskedThatIsNoParent(uint256 other) public view {
        vm.assume(other != component && other != bundle);
        _assertAccess(id, bob, other, 1, Uses.TRAIN, ILicenseToken.Access.VersionNotLicensed);
    }

    function test_WhenAComponentOfAComponentIsAsked() public {
        IDatasetRegistry.VersionInput memory input = versionInput();
        uint256 outer = publishAs(alice, input, one(grant(bundle, input, true)));
        addEncoding(outer, 1);
        uint256 outerId = _license(outer, defaultTerms());
        _assertAccess(outerId, bob, bundle, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
        _assertAccess(outerId, bob, component, 1, Uses.TRAIN, ILicenseToken.Access.VersionNotLicensed);
    }

    function test_WhenAComponentOfALaterVersionOfTheBundleIsAsked() public {
        ITermsRegistry.Terms memory t = defaultTerms();
        t.flags |= TermsFlags.LATER_VERSIONS;
        id = _license(bundle, t);
        IDatasetRegistry.VersionInput memory input = versionInput();
        IDatasetRegistry.ParentLink[] memory links = one(grant(plain, input, true));
        vm.prank(carol);
        registry.addVersion(bundle, input, links);
        _assertAccess(id, bob, bundle, 2, Uses.TRAIN, ILicenseToken.Access.Granted);
        _assertAccess(id, bob, component, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
        _assertAccess(id, bob, plain, 1, Uses.TRAIN, ILicenseToken.Access.VersionNotLicensed);
    }

    function test_WhenTheBundleItselfRefuses() public {
        vm.prank(governance);
        registry.restrictStatus(bundle, 1, IDatasetRegistry.Status.Suspended);
        _assertAccess(id, bob, component, 1, Uses.TRAIN, ILicenseToken.Access.DatasetSuspended);
        vm.prank(address(disputeManager));
        licenseToken.setFrozen(id, true);
        _assertAccess(id, bob, component, 1, Uses.TRAIN, ILicenseToken.Access.Frozen);
        forward(365 days);
        _assertAccess(id, bob, component, 1, Uses.TRAIN, ILicenseToken.Access.Expired);
        vm.prank(address(escrow));
        licenseToken.end(id);
        _assertAccess(id, bob, plain, 9, 0, ILicenseToken.Access.Closed);
    }

    function test_WhenTheComponentIsSuspended() public {
        for (uint32 version; version < 2; ++version) {
            vm.prank(governance);
            registry.restrictStatus(component, version, IDatasetRegistry.Status.Suspended);
            _assertAccess(id, bob, component, 1, Uses.TRAIN, ILicenseToken.Access.DatasetSuspended);
            _assertAccess(id, bob, bundle, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
            vm.prank(governance);
            registry.reinstate(component, version);
            _assertAccess(id, bob, component, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
        }
    }

    function test_WhenTheComponentIsQuarantinedOrRetired() public {
        vm.startPrank(alice);
        registry.setVersionStatus(component, 1, IDatasetRegistry.Status.Quarantined);
        _assertAccess(id, bob, component, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
        registry.setVersionStatus(component, 1, IDatasetRegistry.Status.Retired);
        _assertAccess(id, bob, component, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
    }

    function testFuzz_WhenAUseIsNotLicensed(uint16 uses) public view {
        vm.assume(uses == 0 || uses & ~defaultTerms().uses != 0);
        _assertAccess(id, bob, component, 1, uses, ILicenseToken.Access.UseNotLicensed);
    }

    /// @dev The attack: a worthless child, so that its cheap license opens the parent.
    function test_GivenAChildMadeUnderALicenseToDerive() public {
        ITermsRegistry.Terms memory t = defaultTerms();
        t.uses |= Uses.DERIVE;
        uint256 deriving = _license(plain, t);
        IDatasetRegistry.VersionInput memory input = versionInput();
        IDatasetRegistry.ParentLink[] memory links = new IDatasetRegistry.ParentLink[](1);
        (links[0].parentId, links[0].parentVersion, links[0].licenseId) = (plain, 1, deriving);
        links[0].bundle = true;
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_BundleNeedsGrant.selector, plain));
        vm.prank(bob);
        registry.publish(bob, input, links);
        links[0].bundle = false;
        uint256 child = publishAs(bob, input, links);
        addEncoding(child, 1);
        Offer memory cheap = escrowOfferOf(child, registerTerms(t));
        IEscrowRail.EscrowTerms memory withoutBond = escrowTerms();
        withoutBond.contestBond = 0;
        (cheap.price, cheap.railTerms) = (1, escrow.packTerms(withoutBond));
        openOffer(cheap);
        uint256 childId = buy(cheap, carol);
        _assertAccess(childId, carol, child, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
        _assertAccess(childId, carol, plain, 1, Uses.TRAIN, ILicenseToken.Access.VersionNotLicensed);
    }

    // ---- activate

    function test_WhenAComponentIsActivated() public {
        vm.expectEmit(address(licenseToken));
        emit ILicenseToken.LicenseActivated(bob, component, 1, id);
        vm.prank(bob);
        licenseToken.activate(id, component, 1);
        assertTrue(licenseToken.hasValidLicense(bob, component, 1, Uses.TRAIN));
        assertFalse(licenseToken.hasValidLicense(bob, component, 1, Uses.MINT));
        assertFalse(licenseToken.hasValidLicense(bob, component, 2, Uses.TRAIN));
        assertFalse(licenseToken.hasValidLicense(bob, bundle, 1, Uses.TRAIN));
        assertFalse(licenseToken.hasValidLicense(carol, component, 1, Uses.TRAIN));
        vm.prank(governance);
        registry.restrictStatus(component, 1, IDatasetRegistry.Status.Suspended);
        assertFalse(licenseToken.hasValidLicense(bob, component, 1, Uses.TRAIN));
    }

    function test_WhenAComponentIsActivated_ShouldBeRefusedForWhatIsNoComponent() public {
        _expectWrongDataset(plain, 1);
        _expectWrongDataset(component, 2);
        _expectWrongDataset(bundle, 2);
    }

    // ---- exclusive components

    function test_Buy_RevertWhen_AComponentIsSoldExclusively() public {
        uint256 holder = _sellExclusively(component);
        bytes memory refusal = abi.encodeWithSelector(
            ILicenseMarket.LicenseMarket_ExclusivelyLicensed.selector, component, uint32(1), holder
        );
        vm.expectRevert(refusal);
        vm.prank(bob);
        market.buy(offer, bob, bytes32(0), "");
        IColophonLens.Quote memory quote = lens.offerQuote(offer);
        assertEq(quote.exclusiveLicense, holder);
        assertEq(uint8(quote.obstacles[0]), uint8(IColophonLens.Obstacle.ExclusivelyLicensed));
        _assertAccess(id, bob, component, 1, Uses.TRAIN, ILicenseToken.Access.Granted);
    }

    function test_Buy_WhenAParentThatIsNoComponentIsSoldExclusively() public {
        _sellExclusively(plain);
        assertEq(lens.offerQuote(offer).exclusiveLicense, 0);
        assertEq(buy(offer, bob), id + 2);
    }

    function test_Buy_WhenTheExclusiveLicenseOfTheComponentNoLongerLives() public {
        _sellExclusively(component);
        forward(365 days);
        assertEq(buy(offer, bob), id + 2);
    }

    function test_Buy_WhenTheBundleIsSoldExclusively() public {
        _sellExclusively(bundle);
        Offer memory own = escrowOfferOf(component, registerTerms(defaultTerms()));
        openOffer(own);
        assertEq(buy(own, bob), id + 2);
    }

    function _sellExclusively(uint256 datasetId) private returns (uint256) {
        Offer memory exclusive = escrowOfferOf(datasetId, registerTerms(defaultTerms()));
        (exclusive.exclusive, exclusive.salt) = (true, 7);
        openOffer(exclusive);
        return buy(exclusive, carol);
    }

    function _license(uint256 datasetId, ITermsRegistry.Terms memory t) private returns (uint256) {
        Offer memory own = escrowOfferOf(datasetId, registerTerms(t));
        own.salt = 8;
        openOffer(own);
        return buy(own, bob);
    }

    function _expectWrongDataset(uint256 datasetId, uint32 version) private {
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseToken.LicenseToken_WrongDataset.selector, id, bundle, datasetId, version)
        );
        vm.prank(bob);
        licenseToken.activate(id, datasetId, version);
    }

    function _assertAccess(
        uint256 licenseId,
        address user,
        uint256 datasetId,
        uint32 version,
        uint16 uses,
        ILicenseToken.Access expected
    )
        private
        view
    {
        assertEq(uint8(licenseToken.accessTo(licenseId, user, datasetId, version, uses)), uint8(expected));
    }
}
