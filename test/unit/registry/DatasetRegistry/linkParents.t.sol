// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import { TypedData } from "../../../../contracts/common/TypedData.sol";
import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { Messages, ParentGrant } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

/// @dev An account that signs exactly one hash.
contract OneHashSigner is IERC1271 {
    bytes32 public signed;

    function set(bytes32 hash) external {
        signed = hash;
    }

    function isValidSignature(bytes32 hash, bytes memory) external view returns (bytes4) {
        return hash == signed ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @notice Parents of a version, through publish and addVersion alike.
contract LinkParentsTest is ColophonTest {
    using Messages for ParentGrant;

    uint16 internal constant SHARE = 1000;

    uint256 internal parentId;
    IDatasetRegistry.VersionInput internal child;

    function setUp() public override {
        super.setUp();
        parentId = publishDataset(alice);
        child = versionInput();
    }

    function test_RevertWhen_ThereAreMoreParentsThanAllowed() public {
        uint256 max = registry.MAX_PARENTS();
        IDatasetRegistry.ParentLink[] memory links = new IDatasetRegistry.ParentLink[](max + 1);
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_TooManyParents.selector, max + 1, max));
        registry.publish(bob, child, links);
    }

    function test_RevertWhen_AParentVersionIsUnknown() public {
        IDatasetRegistry.ParentLink memory link = _granted(parentId, SHARE, false);
        link.parentVersion = 2;
        _expectRevert(
            link, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownVersion.selector, parentId, 2)
        );
    }

    function test_RevertWhen_AParentIsLinkedTwice() public {
        IDatasetRegistry.ParentLink[] memory links = new IDatasetRegistry.ParentLink[](2);
        links[0] = _granted(parentId, SHARE, false);
        links[1] = links[0];
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_DuplicateParent.selector, parentId));
        registry.publish(bob, child, links);
    }

    function testFuzz_RevertWhen_TheSharesAreAboveTheWhole(uint16 first, uint16 second) public {
        first = uint16(bound(first, 1, 10_000));
        second = uint16(bound(second, 10_001 - first, type(uint16).max));
        IDatasetRegistry.ParentLink[] memory links = new IDatasetRegistry.ParentLink[](2);
        links[0] = _granted(parentId, first, false);
        links[1] = _granted(publishDataset(alice), second, false, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_SharesTooHigh.selector, uint256(first) + second)
        );
        registry.publish(bob, child, links);
    }

    function testFuzz_GivenAGrantOfTheParentsOwner(uint16 shareBps, bool bundle, uint256 nonce) public {
        shareBps = uint16(bound(shareBps, 0, 10_000));
        IDatasetRegistry.ParentLink[] memory links = _one(_granted(parentId, shareBps, bundle, nonce));
        assertFalse(registry.isGrantUsed(alice, nonce));
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.ParentLinked(parentId + 1, 1, parentId, 1, shareBps, bundle, 0);
        uint256 childId = registry.publish(bob, child, links);
        _assertLinked(childId, shareBps, bundle);
        assertTrue(registry.isGrantUsed(alice, nonce));
        assertFalse(registry.isGrantUsed(bob, nonce));
    }

    function test_GivenAGrantOfAContractThatOwnsTheParent() public {
        OneHashSigner owner = new OneHashSigner();
        vm.prank(alice);
        registry.transferFrom(alice, address(owner), parentId);
        IDatasetRegistry.ParentLink memory link = _granted(parentId, SHARE, true);
        _expectRevert(
            link, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_BadSignature.selector, address(owner))
        );
        owner.set(TypedData.digest(address(licenseToken), _grantOf(link).hash()));
        _assertLinked(registry.publish(bob, child, _one(link)), SHARE, true);
    }

    function test_RevertWhen_TheGrantIsPastItsDeadline() public {
        IDatasetRegistry.ParentLink memory link = _granted(parentId, SHARE, false);
        vm.warp(link.deadline);
        uint256 snapshot = vm.snapshotState();
        registry.publish(bob, child, _one(link));
        vm.revertToState(snapshot);
        vm.warp(uint256(link.deadline) + 1);
        _expectRevert(
            link,
            abi.encodeWithSelector(
                IDatasetRegistry.DatasetRegistry_Expired.selector, link.deadline, uint256(link.deadline) + 1
            )
        );
    }

    function test_RevertWhen_TheGrantWasUsed() public {
        IDatasetRegistry.ParentLink memory link = _granted(parentId, SHARE, false);
        registry.publish(bob, child, _one(link));
        _expectRevert(
            link, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_GrantUsed.selector, alice, link.nonce)
        );
    }

    function test_RevertWhen_TheGrantWasCancelled() public {
        IDatasetRegistry.ParentLink memory link = _granted(parentId, SHARE, false);
        vm.prank(alice);
        registry.cancelGrant(link.nonce);
        _expectRevert(
            link, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_GrantUsed.selector, alice, link.nonce)
        );
    }

    function testFuzz_RevertWhen_TheGrantDiffersInAnyField(uint8 field) public {
        IDatasetRegistry.ParentLink memory link = _granted(parentId, SHARE, false);
        field = uint8(bound(field, 0, 5));
        address owner = bob;
        if (field == 0) link.shareBps += 1;
        if (field == 1) link.bundle = true;
        if (field == 2) link.nonce += 1;
        if (field == 3) link.deadline += 1;
        if (field == 4) child.contentRoot = unique("other");
        if (field == 5) owner = carol;
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_BadSignature.selector, alice));
        registry.publish(owner, child, _one(link));
    }

    function test_RevertWhen_TheTitleMovedAfterTheGrantWasSigned() public {
        IDatasetRegistry.ParentLink memory link = _granted(parentId, SHARE, false);
        vm.prank(alice);
        registry.transferFrom(alice, carol, parentId);
        _expectRevert(link, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_BadSignature.selector, carol));
    }

    function test_GivenALicenseThatAllowsDeriving() public {
        uint256 licenseId = _license(Uses.TRAIN | Uses.DERIVE, SHARE);
        uint256 childId = publishDataset(bob);
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.ParentLinked(childId, 2, parentId, 1, SHARE, false, licenseId);
        vm.prank(bob);
        registry.addVersion(childId, child, _one(_licensed(licenseId, SHARE)));
        IDatasetRegistry.Parent[] memory parents = registry.parentsOf(childId, 2);
        assertEq(parents.length, 1);
        assertEq(parents[0].datasetId, parentId);
        assertEq(registry.parentsOf(childId, 1).length, 0);
    }

    function test_RevertWhen_TheLicenseDoesNotAllowDeriving() public {
        uint256 licenseId = _license(Uses.TRAIN, 0);
        _expectRevert(bob, _licensed(licenseId, SHARE), _notDeriving(licenseId, ILicenseToken.Access.UseNotLicensed));
    }

    function test_RevertWhen_TheCallerOnlyHasDelegatedAccess() public {
        uint256 licenseId = _license(Uses.DERIVE, 0);
        vm.prank(bob);
        licenseToken.delegate(licenseId, carol, uint40(block.timestamp + 1 days));
        assertEq(uint8(licenseToken.accessOf(licenseId, carol, 1, Uses.DERIVE)), uint8(ILicenseToken.Access.Granted));
        _expectRevert(carol, _licensed(licenseId, SHARE), _notDeriving(licenseId, ILicenseToken.Access.NotHolder));
    }

    function test_RevertWhen_TheLicenseIsOfAnotherDataset() public {
        uint256 licenseId = _license(Uses.DERIVE, 0);
        uint256 other = publishDataset(alice);
        IDatasetRegistry.ParentLink memory link = _licensed(licenseId, SHARE);
        link.parentId = other;
        _expectRevert(
            bob,
            link,
            abi.encodeWithSelector(
                IDatasetRegistry.DatasetRegistry_LicenseOfOtherDataset.selector, licenseId, parentId, other
            )
        );
    }

    function testFuzz_RevertWhen_TheShareIsBelowWhatTheTermsAsk(uint16 asked, uint16 given) public {
        asked = uint16(bound(asked, 1, 10_000));
        given = uint16(bound(given, 0, asked - 1));
        uint256 licenseId = _license(Uses.DERIVE, asked);
        _expectRevert(
            bob,
            _licensed(licenseId, given),
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_ShareTooLow.selector, parentId, given, asked)
        );
    }

    function test_RevertWhen_ALicenseShallCarryABundle() public {
        uint256 licenseId = _license(Uses.DERIVE, 0);
        IDatasetRegistry.ParentLink memory link = _licensed(licenseId, SHARE);
        link.bundle = true;
        _expectRevert(
            bob, link, abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_BundleNeedsGrant.selector, parentId)
        );
    }

    function testFuzz_WhenTheNonceIsFree(uint256 nonce) public {
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.ParentGrantCancelled(alice, nonce);
        vm.prank(alice);
        registry.cancelGrant(nonce);
        assertTrue(registry.isGrantUsed(alice, nonce));
    }

    function test_RevertWhen_TheNonceWasUsedUp() public {
        vm.startPrank(alice);
        registry.cancelGrant(7);
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_GrantUsed.selector, alice, 7));
        registry.cancelGrant(7);
    }

    function _license(uint16 uses, uint16 shareBps) private returns (uint256) {
        addEncoding(parentId, 1);
        ITermsRegistry.Terms memory given = defaultTerms();
        (given.uses, given.derivativeShareBps) = (uses, shareBps);
        Offer memory offer = escrowOfferOf(parentId, registerTerms(given));
        openOffer(offer);
        return buy(offer, bob);
    }

    function _licensed(
        uint256 licenseId,
        uint16 shareBps
    )
        private
        view
        returns (IDatasetRegistry.ParentLink memory link)
    {
        link.parentId = parentId;
        link.parentVersion = 1;
        link.shareBps = shareBps;
        link.licenseId = licenseId;
    }

    function _granted(
        uint256 parent,
        uint16 shareBps,
        bool bundle
    )
        private
        view
        returns (IDatasetRegistry.ParentLink memory)
    {
        return _granted(parent, shareBps, bundle, 0);
    }

    /// @dev A link with alice's grant to bob's child.
    function _granted(
        uint256 parent,
        uint16 shareBps,
        bool bundle,
        uint256 nonce
    )
        private
        view
        returns (IDatasetRegistry.ParentLink memory link)
    {
        link.parentId = parent;
        link.parentVersion = 1;
        link.shareBps = shareBps;
        link.bundle = bundle;
        link.nonce = nonce;
        link.deadline = uint40(block.timestamp + 1 days);
        link.signature = sign(aliceKey, _grantOf(link).hash());
    }

    function _grantOf(IDatasetRegistry.ParentLink memory link) private view returns (ParentGrant memory) {
        return ParentGrant({
            parentId: link.parentId,
            parentVersion: link.parentVersion,
            childOwner: bob,
            childContentRoot: child.contentRoot,
            shareBps: link.shareBps,
            bundle: link.bundle,
            nonce: link.nonce,
            deadline: link.deadline
        });
    }

    function _assertLinked(uint256 childId, uint16 shareBps, bool bundle) private view {
        assertEq(registry.versionOf(childId, 1).parentCount, 1);
        IDatasetRegistry.Parent[] memory parents = registry.parentsOf(childId, 1);
        assertEq(parents.length, 1);
        assertEq(parents[0].datasetId, parentId);
        assertEq(parents[0].version, 1);
        assertEq(parents[0].shareBps, shareBps);
        assertEq(parents[0].bundle, bundle);
        (address owner, IDatasetRegistry.Parent[] memory paid) = registry.payeesOf(childId, 1);
        assertEq(owner, bob);
        assertEq(abi.encode(paid), abi.encode(parents));
    }

    function _notDeriving(uint256 licenseId, ILicenseToken.Access access) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IDatasetRegistry.DatasetRegistry_LicenseDoesNotDerive.selector, licenseId, uint8(access)
        );
    }

    function _expectRevert(IDatasetRegistry.ParentLink memory link, bytes memory data) private {
        _expectRevert(mallory, link, data);
    }

    function _expectRevert(address caller, IDatasetRegistry.ParentLink memory link, bytes memory data) private {
        vm.prank(caller);
        vm.expectRevert(data);
        registry.publish(bob, child, _one(link));
    }

    function _one(IDatasetRegistry.ParentLink memory link)
        private
        pure
        returns (IDatasetRegistry.ParentLink[] memory links)
    {
        links = new IDatasetRegistry.ParentLink[](1);
        links[0] = link;
    }
}
