// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../../../../contracts/common/TypedData.sol";
import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { LicenseFlags, LicenseHead, LicenseHeads } from "../../../../contracts/types/LicenseHead.sol";
import { TermsFlags } from "../../../../contracts/types/Uses.sol";
import { LicensingFixture } from "../LicensingFixture.sol";
import { IERC165 } from "@openzeppelin/contracts/interfaces/IERC165.sol";
import { IERC2981 } from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

contract MintTest is LicensingFixture {
    function test_RevertWhen_TheCallerIsNotTheMarket() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotMarket.selector, stranger));
        vm.prank(stranger);
        licenses.mint(buyer, "offer", LicenseHead.wrap(0), 0, false);
    }

    function test_RevertWhen_TheRailSellsNothing() public {
        ILicenseToken.License memory l;
        l.rail = 7;
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_RailNotForSale.selector, 7));
        vm.prank(address(market));
        licenses.mint(buyer, "offer", LicenseHeads.pack(l), 0, false);
    }

    function test_RevertWhen_TheLicenseeIsTheZeroAddress() public {
        ILicenseToken.License memory l;
        l.rail = RAIL;
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        vm.prank(address(market));
        licenses.mint(address(0), "offer", LicenseHeads.pack(l), 0, false);
    }

    function testFuzz_WhenTheMarketMints(
        ILicenseToken.License memory l,
        bytes32 offerId,
        uint16 termsFlags,
        bool exclusive,
        bool live
    )
        public
    {
        l.rail = live ? LIVE_RAIL : RAIL;
        ILicenseToken.License memory expected = abi.decode(abi.encode(l), (ILicenseToken.License));
        expected.start = uint40(block.timestamp);
        bool transferable = termsFlags & TermsFlags.TRANSFERABLE != 0;
        expected.flags = (live ? LicenseFlags.LIVE : 0) | (exclusive ? LicenseFlags.EXCLUSIVE : 0)
            | (transferable ? LicenseFlags.TRANSFERABLE : 0)
            | (termsFlags & TermsFlags.LATER_VERSIONS != 0 ? LicenseFlags.LATER_VERSIONS : 0);

        vm.expectEmit(address(licenses));
        emit IERC721.Transfer(address(0), buyer, 1);
        vm.expectEmit(address(licenses));
        if (transferable) emit ILicenseToken.Unlocked(1);
        else emit ILicenseToken.Locked(1);
        vm.expectEmit(address(licenses));
        emit ILicenseToken.LicenseMinted(1, offerId, buyer, expected);
        vm.prank(address(market));
        (uint256 id, address railAddress) = licenses.mint(buyer, offerId, LicenseHeads.pack(l), termsFlags, exclusive);

        assertEq(id, 1);
        assertEq(railAddress, live ? address(liveRail) : address(rail));
        assertEq(abi.encode(licenses.licenseOf(1)), abi.encode(expected));
        (ILicenseToken.License memory head, bytes32 storedId, address dealRail) = licenses.dealOf(1);
        assertEq(abi.encode(head), abi.encode(expected));
        assertEq(storedId, offerId);
        assertEq(licenses.offerIdOf(1), offerId);
        (LicenseHead released, address releaseRail) = licenses.releaseOf(1);
        assertEq(abi.encode(released.unpack()), abi.encode(expected));
        assertEq(releaseRail, dealRail);
        assertEq(licenses.licenseeOf(1), buyer);
        assertEq(dealRail, railAddress);
        assertEq(licenses.locked(1), !transferable);
        assertEq(licenses.licenseCount(), 1);
        assertEq(licenses.ownerOf(1), buyer);
        assertEq(licenses.balanceOf(buyer), 1);
        assertEq(licenses.isLive(1), expected.expiry == 0 || expected.expiry > block.timestamp);
    }

    function test_RevertWhen_TheLicenseDoesNotExist() public {
        bytes memory unknown = abi.encodeWithSelector(ILicenseToken.LicenseToken_Unknown.selector, 5);
        vm.expectRevert(unknown);
        licenses.licenseOf(5);
        vm.expectRevert(unknown);
        licenses.dealOf(5);
        vm.expectRevert(unknown);
        licenses.locked(5);
        vm.expectRevert(unknown);
        licenses.royaltyInfo(5, 1);
        vm.expectRevert(unknown);
        licenses.tokenURI(5);
        assertEq(licenses.offerIdOf(5), 0);
        assertFalse(licenses.isLive(5));
    }

    function test_WhenAskedForInterfaces() public view {
        assertTrue(licenses.supportsInterface(type(IERC721).interfaceId));
        assertTrue(licenses.supportsInterface(type(IERC2981).interfaceId));
        assertTrue(licenses.supportsInterface(0xb45a3c0e), "ERC-5192");
        assertTrue(licenses.supportsInterface(type(IERC165).interfaceId));
        assertFalse(licenses.supportsInterface(0xffffffff));
        assertEq(licenses.name(), "Colophon License");
        assertEq(licenses.symbol(), "COLL");
        assertEq(licenses.DOMAIN_SEPARATOR(), TypedData.domainSeparator(address(licenses)));
    }

    function test_RevertWhen_ItWasInitialized() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        licenses.initialize(stranger);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        market.initialize(stranger);
    }
}
