// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../../../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { TrustFixture } from "../TrustFixture.sol";
import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { IERC721Metadata } from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

contract SoulboundTest is TrustFixture {
    uint256 private _id;

    function setUp() public override {
        super.setUp();
        _id = _issue(badges.personSubject(grantor));
    }

    function test_Soulbound_ShouldRefuseEveryTransferAndApproval() external {
        bytes memory bound = abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_Soulbound.selector, _id);
        vm.startPrank(grantor);
        vm.expectRevert(bound);
        badges.transferFrom(grantor, stranger, _id);
        vm.expectRevert(bound);
        badges.safeTransferFrom(grantor, stranger, _id);
        vm.expectRevert(bound);
        badges.safeTransferFrom(grantor, stranger, _id, "data");
        vm.expectRevert(bound);
        badges.approve(stranger, _id);
        vm.expectRevert(abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_NoOperators.selector));
        badges.setApprovalForAll(stranger, true);
        vm.stopPrank();
        assertEq(badges.ownerOf(_id), grantor);
    }

    function test_Soulbound_ShouldKnowItsInterfaces() external view {
        assertTrue(badges.supportsInterface(type(IERC721).interfaceId));
        assertTrue(badges.supportsInterface(type(IERC721Metadata).interfaceId));
        assertTrue(badges.supportsInterface(type(IERC165).interfaceId));
        assertTrue(badges.supportsInterface(0xb45a3c0e), "ERC-5192");
        assertFalse(badges.supportsInterface(0xffffffff));
        assertEq(badges.name(), "Colophon Badge");
        assertEq(badges.symbol(), "COLB");
    }

    function test_Soulbound_ShouldBeApprovedForNobody() external view {
        assertEq(badges.getApproved(_id), address(0));
        assertFalse(badges.isApprovedForAll(grantor, stranger));
    }

    function test_Soulbound_ShouldBeLocked() external view {
        assertTrue(badges.locked(_id));
    }

    function test_Soulbound_ShouldAnswerAsEASDoes() external view {
        IAttestationRegistry.EasAttestation memory a = badges.getAttestation(bytes32(_id));
        assertEq(a.uid, bytes32(_id));
        assertEq(a.schema, schema);
        assertEq(a.time, START);
        assertEq(a.expirationTime, START + 365 days);
        assertEq(a.revocationTime, 0);
        assertEq(a.refUID, 0);
        assertEq(a.recipient, grantor);
        assertEq(a.attester, issuer);
        assertTrue(a.revocable);
        assertEq(abi.decode(a.data, (bytes32)), badges.badgeOf(_id).dataHash);
        assertTrue(badges.isAttestationValid(bytes32(_id)));
        assertFalse(badges.isAttestationValid("unknown"));
        assertEq(badges.getAttestation("unknown").uid, 0);
    }

    function test_Soulbound_ShouldDescribeItself() external view {
        string memory uri = badges.tokenURI(_id);
        string memory prefix = "data:application/json;utf8,";
        string memory json = _from(uri, bytes(prefix).length);
        assertEq(string.concat(prefix, json), uri);
        assertEq(
            vm.parseJsonString(json, ".name"), string.concat("Colophon Badge ", Strings.toHexString(_id, 32)), "name"
        );
        assertEq(vm.parseJsonString(json, ".attributes[0].value"), Strings.toHexString(uint256(schema), 32), "schema");
        assertEq(vm.parseJsonString(json, ".attributes[2].value"), Strings.toHexString(issuer), "issuer");
        assertEq(vm.parseJsonString(json, ".attributes[5].value"), Strings.toString(START + 365 days), "expiry");
        assertEq(vm.parseJsonString(json, ".attributes[6].trait_type"), "revoked at");
    }

    function test_Soulbound_ShouldHoldTheBadgesOfADatasetWhereNoSaleOfTheTitleReaches() external {
        uint256 id = _issue(badges.datasetSubject(datasetId));
        address holder = badges.ownerOf(id);
        assertNotEq(holder, seller);
        assertEq(holder.code.length, 0);
        vm.prank(seller);
        registry.transferFrom(seller, stranger, datasetId);
        assertEq(badges.ownerOf(id), holder);
        assertEq(badges.balanceOf(seller), 0);
        assertEq(badges.balanceOf(stranger), 0);
    }

    function test_Soulbound_RevertWhen_ABadgeIsUnknown() external {
        bytes memory unknown = abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_UnknownBadge.selector, 7);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 7));
        badges.ownerOf(7);
        vm.expectRevert(unknown);
        badges.getApproved(7);
        vm.expectRevert(unknown);
        badges.locked(7);
        vm.expectRevert(unknown);
        badges.tokenURI(7);
        vm.expectRevert(unknown);
        badges.badgeOf(7);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidOwner.selector, address(0)));
        badges.balanceOf(address(0));
    }

    function testFuzz_Subjects_ShouldPackAndHoldEachKind(uint40 dataset, uint32 version, address account) external {
        dataset = uint40(bound(dataset, 1, type(uint40).max));
        version = uint32(bound(version, 1, type(uint32).max));
        vm.assume(account != address(0) && account != issuer);
        bytes32[4] memory subjects = [
            badges.datasetSubject(dataset),
            badges.versionSubject(dataset, version),
            badges.providerSubject(account),
            badges.personSubject(account)
        ];
        assertEq(uint256(subjects[0]), uint256(1) << 248 | dataset);
        assertEq(uint256(subjects[1]), uint256(2) << 248 | uint256(version) << 40 | dataset);
        assertEq(uint256(subjects[2]), uint256(3) << 248 | uint160(account));
        assertEq(uint256(subjects[3]), uint256(4) << 248 | uint160(account));
        for (uint256 i = 0; i < 4; ++i) {
            uint256 id = _issue(subjects[i]);
            assertEq(badges.badgeOf(id).subject, subjects[i], "stored and loaded");
            assertEq(badges.ownerOf(id), badges.holderOf(subjects[i]));
        }
        assertEq(badges.holderOf(subjects[2]), account);
        assertEq(badges.holderOf(subjects[3]), account);
        assertNotEq(badges.holderOf(subjects[0]), badges.holderOf(subjects[1]));
    }

    function test_Subjects_RevertWhen_APartIsZeroOrTooLarge() external {
        vm.expectRevert(_badSubject(uint256(1) << 248));
        badges.datasetSubject(0);
        vm.expectRevert(_badSubject(uint256(1) << 248 | 1 << 40));
        badges.datasetSubject(1 << 40);
        vm.expectRevert(_badSubject(1 << 40));
        badges.versionSubject(1 << 40, 1);
        vm.expectRevert(_badSubject(uint256(2) << 248 | 7));
        badges.versionSubject(7, 0);
        vm.expectRevert(_badSubject(uint256(2) << 248 | 1 << 40));
        badges.versionSubject(0, 1);
        vm.expectRevert(_badSubject(uint256(3) << 248));
        badges.providerSubject(address(0));
        vm.expectRevert(_badSubject(uint256(4) << 248));
        badges.personSubject(address(0));
    }

    function _badSubject(uint256 subject) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BadSubject.selector, bytes32(subject));
    }

    function _from(string memory text, uint256 start) private pure returns (string memory) {
        bytes memory all = bytes(text);
        bytes memory part = new bytes(all.length - start);
        for (uint256 i = 0; i < part.length; ++i) {
            part[i] = all[start + i];
        }
        return string(part);
    }
}
