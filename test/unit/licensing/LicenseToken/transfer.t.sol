// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { LicensingFixture } from "../LicensingFixture.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

contract TransferTest is LicensingFixture {
    uint256 private lockedId;
    uint256 private id;

    function setUp() public override {
        super.setUp();
        lockedId = _license(LICENSED, 0, DURATION);
        id = _license(LICENSED, TermsFlags.TRANSFERABLE, DURATION);
    }

    function test_RevertWhen_TheLicenseIsLocked() public {
        vm.startPrank(buyer);
        _expectLocked();
        licenses.transferFrom(buyer, stranger, lockedId);
        _expectLocked();
        licenses.safeTransferFrom(buyer, stranger, lockedId);
        licenses.setApprovalForAll(stranger, true);
        vm.stopPrank();
        _expectLocked();
        vm.prank(stranger);
        licenses.transferFrom(buyer, stranger, lockedId);
    }

    function test_RevertWhen_TheLicenseIsFrozen() public {
        rail.freezeLicense(id, true);
        _expectNotNow();
        _move();
        rail.freezeLicense(id, false);
        vm.prank(disputes);
        licenses.setFrozen(id, true);
        _expectNotNow();
        _move();
    }

    function test_RevertWhen_TheLicenseEndedOrExpired() public {
        uint256 snapshot = vm.snapshotState();
        rail.endLicense(id);
        _expectNotNow();
        _move();
        vm.revertToState(snapshot);
        vm.warp(block.timestamp + DURATION);
        _expectNotNow();
        _move();
    }

    function test_RevertWhen_TheCallerMayNotMoveIt() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, stranger, id));
        vm.prank(stranger);
        licenses.transferFrom(buyer, stranger, id);
    }

    function test_WhenTheLicenseCanMove() public {
        vm.startPrank(buyer);
        licenses.delegate(id, arbitrator, uint40(block.timestamp + 1 days));
        licenses.activate(id, datasetId, 1);
        vm.stopPrank();
        vm.expectEmit(address(licenses));
        emit IERC721.Transfer(buyer, stranger, id);
        _move();
        assertEq(licenses.ownerOf(id), stranger);
        assertEq(licenses.delegationOf(id, arbitrator).until, 0);
        _assertAccess(arbitrator, ILicenseToken.Access.NotHolder);
        _assertAccess(buyer, ILicenseToken.Access.NotHolder);
        _assertAccess(stranger, ILicenseToken.Access.Granted);
        assertFalse(licenses.hasValidLicense(buyer, datasetId, 1, Uses.TRAIN));
    }

    function test_RevertWhen_TheLicenseToApproveIsLocked() public {
        _expectLocked();
        vm.prank(buyer);
        licenses.approve(stranger, lockedId);
    }

    function test_WhenTheLicenseIsTransferable() public {
        vm.prank(buyer);
        licenses.approve(stranger, id);
        vm.prank(stranger);
        licenses.transferFrom(buyer, stranger, id);
        assertEq(licenses.getApproved(id), address(0));
        assertEq(licenses.ownerOf(id), stranger);
    }

    function testFuzz_WhenTheLicenseIsTransferableWithARoyalty(uint256 salePrice) public {
        vm.prank(seller);
        registry.transferFrom(seller, stranger, datasetId);
        (address receiver, uint256 amount) = licenses.royaltyInfo(id, salePrice);
        assertEq(receiver, stranger);
        assertEq(amount, salePrice / 20);
    }

    function test_WhenTheTermsSetNoRoyalty() public view {
        (address receiver, uint256 amount) = licenses.royaltyInfo(lockedId, 1 ether);
        assertEq(receiver, seller);
        assertEq(amount, 0);
    }

    function test_ShouldBeTheManifestOfTheLicensedVersion() public {
        _addVersion(datasetId);
        assertEq(licenses.tokenURI(id), registry.versionURI(datasetId, 1));
        assertNotEq(licenses.tokenURI(id), registry.versionURI(datasetId, 2));
    }

    function _move() private {
        vm.prank(buyer);
        licenses.transferFrom(buyer, stranger, id);
    }

    function _expectLocked() private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_Locked.selector, lockedId));
    }

    function _expectNotNow() private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotTransferableNow.selector, id));
    }

    function _assertAccess(address user, ILicenseToken.Access expected) private view {
        assertEq(uint8(licenses.accessOf(id, user, 1, Uses.TRAIN)), uint8(expected));
    }
}
