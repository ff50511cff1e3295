// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../../../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { Attestation } from "../../../../contracts/types/Messages.sol";
import { TrustFixture } from "../TrustFixture.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

contract IssueTest is TrustFixture {
    bytes32 private subject;

    function setUp() public override {
        super.setUp();
        subject = badges.datasetSubject(datasetId);
    }

    function test_Issue_RevertWhen_TheCallerIsNotAccredited() external {
        _expectFrom(stranger, _badge(subject), _notAccredited(stranger));
    }

    function test_Issue_RevertWhen_TheCallerGaveAllItsWeightOn() external {
        vm.prank(issuer);
        badges.accredit(stranger, 10_000, 0);
        _expectFrom(issuer, _badge(subject), _notAccredited(issuer));
    }

    function test_Issue_RevertWhen_TheSchemaDoesNotExist() external {
        IAttestationRegistry.BadgeInput memory input = _badge(subject);
        input.schema = "x";
        _expect(
            input, abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_UnknownSchema.selector, bytes32("x"))
        );
    }

    function test_Issue_RevertWhen_TheSubjectIsNotWellPacked() external {
        bytes32[7] memory bad = [
            bytes32(0),
            bytes32(uint256(1) << 248),
            bytes32(uint256(1) << 248 | uint256(1) << 40),
            bytes32(uint256(2) << 248 | 7),
            bytes32(uint256(2) << 248 | uint256(1) << 72 | 7),
            bytes32(uint256(3) << 248 | uint256(1) << 160 | 7),
            bytes32(uint256(5) << 248 | 7)
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            _expect(
                _badge(bad[i]),
                abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BadSubject.selector, bad[i])
            );
        }
    }

    function test_Issue_RevertWhen_TheSchemaDoesNotFitTheSubject() external {
        IAttestationRegistry.SchemaInput memory onlyPeople = _schemaInput();
        onlyPeople.kinds = 16;
        IAttestationRegistry.BadgeInput memory input = _badge(subject);
        input.schema = badges.registerSchema(onlyPeople);
        _expect(
            input,
            abi.encodeWithSelector(
                IAttestationRegistry.AttestationRegistry_WrongKind.selector,
                input.schema,
                IAttestationRegistry.SubjectKind.Dataset
            )
        );
    }

    function test_Issue_RevertWhen_TheIssuerIsTheSubject() external {
        bytes memory reason =
            abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_SelfAttestation.selector, issuer);
        _expect(_badge(badges.providerSubject(issuer)), reason);
        _expect(_badge(badges.personSubject(issuer)), reason);
    }

    function test_Issue_RevertWhen_TheExpiryIsPastMissingOrTooFar() external {
        uint40[3] memory bad = [START, 0, START + 730 days + 1];
        for (uint256 i = 0; i < bad.length; ++i) {
            IAttestationRegistry.BadgeInput memory input = _badge(subject);
            input.expiresAt = bad[i];
            _expect(
                input,
                abi.encodeWithSelector(
                    IAttestationRegistry.AttestationRegistry_BadExpiry.selector, bad[i], START + 1, START + 730 days
                )
            );
        }
    }

    function test_Issue_RevertGiven_AnEqualBadgeExists() external {
        uint256 badgeId = _issue(subject);
        _expect(
            _badge(subject),
            abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BadgeExists.selector, badgeId)
        );
        IAttestationRegistry.BadgeInput memory input = _badge(subject);
        input.nonce = 2;
        vm.prank(issuer);
        assertNotEq(badges.issue(input), badgeId, "another nonce is another badge");
    }

    function test_Issue_WhenAllIsWell() external {
        Attestation memory message = _attestation(subject);
        IAttestationRegistry.BadgeInput memory input = _badge(subject);
        uint256 id = badges.idOf(message);
        address holder = badges.holderOf(subject);
        vm.expectEmit(address(badges));
        emit IERC721.Transfer(address(0), holder, id);
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.Locked(id);
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.BadgeIssued(
            id, issuer, subject, schema, message.dataHash, START, input.expiresAt, 1, input.data
        );
        assertEq(_issue(subject), id);
        IAttestationRegistry.Badge memory badge = badges.badgeOf(id);
        assertEq(badge.issuer, issuer);
        assertEq(badge.schema, schema);
        assertEq(badge.subject, subject);
        assertEq(badge.dataHash, message.dataHash);
        assertEq(badge.issuedAt, START);
        assertEq(badge.recordedAt, START);
        assertEq(badge.expiresAt, START + 365 days);
        assertEq(badge.revokedAt, 0);
        assertEq(badges.ownerOf(id), holder);
        assertEq(badges.balanceOf(holder), 1);
    }

    function test_Issue_GivenTheSchemaBoundsNoValidity() external {
        IAttestationRegistry.SchemaInput memory endless = _schemaInput();
        endless.maxValidity = 0;
        IAttestationRegistry.BadgeInput memory input = _badge(subject);
        (input.schema, input.expiresAt) = (badges.registerSchema(endless), 0);
        vm.prank(issuer);
        uint256 id = badges.issue(input);
        vm.warp(type(uint40).max);
        assertEq(uint8(badges.standingOf(id)), uint8(IAttestationRegistry.BadgeStanding.Valid));
    }

    function test_IssueMany_RevertWhen_TheBatchIsEmptyOrTooLarge() external {
        vm.startPrank(issuer);
        vm.expectRevert(_batchSize(0));
        badges.issueMany(new IAttestationRegistry.BadgeInput[](0));
        vm.expectRevert(_batchSize(65));
        badges.issueMany(new IAttestationRegistry.BadgeInput[](65));
        vm.stopPrank();
    }

    function test_IssueMany_RevertWhen_TheBatchsCallerIsNotAccredited() external {
        IAttestationRegistry.BadgeInput[] memory inputs = _many(2);
        vm.expectRevert(_notAccredited(stranger));
        vm.prank(stranger);
        badges.issueMany(inputs);
    }

    function test_IssueMany_RevertWhen_OneEntryIsBad() external {
        IAttestationRegistry.BadgeInput[] memory inputs = _many(3);
        inputs[2].subject = 0;
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BadSubject.selector, bytes32(0))
        );
        vm.prank(issuer);
        badges.issueMany(inputs);
        assertEq(badges.balanceOf(badges.holderOf(subject)), 0);
    }

    function test_IssueMany_WhenAllEntriesAreWell() external {
        vm.prank(issuer);
        uint256[] memory ids = badges.issueMany(_many(64));
        assertEq(ids.length, 64);
        assertEq(badges.balanceOf(badges.holderOf(subject)), 64);
        for (uint256 i = 0; i < 64; ++i) {
            assertEq(badges.badgeOf(ids[i]).issuer, issuer);
        }
    }

    function _many(uint256 count) private view returns (IAttestationRegistry.BadgeInput[] memory inputs) {
        inputs = new IAttestationRegistry.BadgeInput[](count);
        for (uint256 i = 0; i < count; ++i) {
            inputs[i] = _badge(subject);
            inputs[i].nonce = i;
        }
    }

    function _expect(IAttestationRegistry.BadgeInput memory input, bytes memory reason) private {
        _expectFrom(issuer, input, reason);
    }

    function _expectFrom(address caller, IAttestationRegistry.BadgeInput memory input, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(caller);
        badges.issue(input);
    }

    function _notAccredited(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_NotAccredited.selector, account);
    }

    function _batchSize(uint256 given) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BatchSize.selector, given, 64);
    }
}
