// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../../../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { TrustFixture } from "../TrustFixture.sol";

contract RevokeTest is TrustFixture {
    uint256 private _id;
    uint256 private _ofPerson;

    function setUp() public override {
        super.setUp();
        _id = _issue(badges.providerSubject(provider));
        _ofPerson = _issue(badges.personSubject(grantor));
        vm.warp(START + 1 days);
    }

    function test_Revoke_RevertWhen_TheBadgeDoesNotExist() external {
        vm.expectRevert(_unknown(7));
        badges.revoke(7, "reason");
    }

    function test_Revoke_RevertWhen_TheCallerIsNotTheIssuer() external {
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_NotIssuer.selector, _id, provider)
        );
        vm.prank(provider);
        badges.revoke(_id, "reason");
    }

    function test_Revoke_RevertGiven_ItWasRevokedBefore() external {
        vm.startPrank(issuer);
        badges.revoke(_id, "reason");
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttestationRegistry.AttestationRegistry_AlreadyRevoked.selector, _id, START + 1 days
            )
        );
        badges.revoke(_id, "reason");
        vm.stopPrank();
    }

    function test_Revoke_WhenTheIssuerRevokes() external {
        _expectRevoked(_id, issuer, "reason");
        vm.prank(issuer);
        badges.revoke(_id, "reason");
        assertEq(badges.badgeOf(_id).revokedAt, START + 1 days);
        assertEq(badges.ownerOf(_id), provider, "it stays where it is");
        assertEq(badges.balanceOf(provider), 1);
        assertEq(badges.getAttestation(bytes32(_id)).revocationTime, START + 1 days);
    }

    function test_Revoke_GivenTheIssuerIsNoLongerAccredited() external {
        badges.removeIssuer(issuer);
        vm.prank(issuer);
        badges.revoke(_id, "reason");
        _assertStanding(_id, IAttestationRegistry.BadgeStanding.Revoked);
    }

    function test_Renounce_RevertWhen_TheCallerIsNotThePerson() external {
        vm.expectRevert(_notSubject(_ofPerson, stranger));
        vm.prank(stranger);
        badges.renounce(_ofPerson);
    }

    function test_Renounce_RevertWhen_TheBadgeIsAboutAProvider() external {
        vm.expectRevert(_notSubject(_id, provider));
        vm.prank(provider);
        badges.renounce(_id);
    }

    function test_Renounce_WhenThePersonRenounces() external {
        _expectRevoked(_ofPerson, grantor, "renounced");
        vm.prank(grantor);
        badges.renounce(_ofPerson);
        _assertStanding(_ofPerson, IAttestationRegistry.BadgeStanding.Revoked);
    }

    function test_RevokeByRuling_RevertWhen_TheCallerIsNotTheDisputeManager() external {
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_NotDisputeManager.selector, issuer)
        );
        vm.prank(issuer);
        badges.revokeByRuling(_id, "false");
    }

    function test_RevokeByRuling_RevertWhen_TheRuledBadgeDoesNotExist() external {
        vm.expectRevert(_unknown(7));
        vm.prank(disputes);
        badges.revokeByRuling(7, "false");
    }

    function test_RevokeByRuling_WhenTheDisputeManagerRules() external {
        _expectRevoked(_id, disputes, "false");
        vm.prank(disputes);
        badges.revokeByRuling(_id, "false");
        _assertStanding(_id, IAttestationRegistry.BadgeStanding.Revoked);
    }

    function test_RevokeByRuling_GivenTheBadgeWasRevokedMeanwhile() external {
        vm.prank(issuer);
        badges.revoke(_id, "reason");
        vm.warp(START + 2 days);
        vm.recordLogs();
        vm.prank(disputes);
        badges.revokeByRuling(_id, "false");
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(badges.badgeOf(_id).revokedAt, START + 1 days);
    }

    function test_StandingOf_WhenTheBadgeIsUnknown() external view {
        _assertStanding(7, IAttestationRegistry.BadgeStanding.None);
    }

    function test_StandingOf_WhenNothingHappened() external {
        vm.warp(START + 365 days - 1);
        _assertStanding(_id, IAttestationRegistry.BadgeStanding.Valid);
    }

    function test_StandingOf_WhenItsTimeIsOver() external {
        vm.warp(START + 365 days);
        _assertStanding(_id, IAttestationRegistry.BadgeStanding.Expired);
    }

    function test_StandingOf_WhenItWasRevoked() external {
        vm.prank(issuer);
        badges.revoke(_id, "reason");
        vm.warp(START + 366 days);
        _assertStanding(_id, IAttestationRegistry.BadgeStanding.Revoked);
    }

    function test_StandingOf_WhenItsIssuerLostItsAccreditation() external {
        badges.removeIssuer(issuer);
        _assertStanding(_id, IAttestationRegistry.BadgeStanding.IssuerLost);
        badges.accreditByGovernance(issuer, 1, 0);
        _assertStanding(_id, IAttestationRegistry.BadgeStanding.Valid);
    }

    function test_AnswerableFor_WhenTheBadgeStands() external view {
        assertEq(badges.answerableFor(_id), issuer);
    }

    function test_AnswerableFor_WhenTheBadgeIsUnknownRevokedOrExpired() external {
        assertEq(badges.answerableFor(7), address(0));
        vm.prank(issuer);
        badges.revoke(_id, "reason");
        assertEq(badges.answerableFor(_id), address(0));
        vm.warp(START + 365 days);
        assertEq(badges.answerableFor(_ofPerson), address(0));
    }

    function _expectRevoked(uint256 id, address by, bytes32 reason) private {
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.BadgeRevoked(id, by, reason);
    }

    function _assertStanding(uint256 id, IAttestationRegistry.BadgeStanding standing) private view {
        assertEq(uint8(badges.standingOf(id)), uint8(standing), "standing");
    }

    function _unknown(uint256 id) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_UnknownBadge.selector, id);
    }

    function _notSubject(uint256 id, address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_NotSubject.selector, id, caller);
    }
}
