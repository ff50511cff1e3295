// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../../../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { TrustFixture } from "../TrustFixture.sol";

contract AccreditTest is TrustFixture {
    address private lab = makeAddr("lab");
    address private branch = makeAddr("branch");
    address private desk = makeAddr("desk");
    address private other = makeAddr("other");

    // ---- by governance

    function test_AccreditByGovernance_RevertWhen_TheCallerIsNotGovernance() external {
        vm.expectRevert(_unauthorized(stranger));
        vm.prank(stranger);
        badges.accreditByGovernance(lab, 100, 0);
    }

    function test_AccreditByGovernance_RevertWhen_TheWeightIsZeroOrAboveTheCap() external {
        vm.expectRevert(_badWeight(0, 1));
        badges.accreditByGovernance(lab, 0, 0);
        vm.expectRevert(_badWeight(10_001, 1));
        badges.accreditByGovernance(lab, 10_001, 0);
    }

    function test_AccreditByGovernance_RevertWhen_TheIssuerIsNobody() external {
        vm.expectRevert(_notAccredited(address(0)));
        badges.accreditByGovernance(address(0), 100, 0);
    }

    function test_AccreditByGovernance_RevertWhen_TheExpiryIsPast() external {
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttestationRegistry.AttestationRegistry_BadExpiry.selector, START, START + 1, type(uint40).max
            )
        );
        badges.accreditByGovernance(lab, 100, START);
    }

    function test_AccreditByGovernance_WhenTheAccountIsNew() external {
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.IssuerAccredited(lab, address(0), 5000, START + 1 days, 1, 0, 0);
        badges.accreditByGovernance(lab, 5000, START + 1 days);
        IAttestationRegistry.Issuer memory stored = badges.issuerOf(lab);
        assertEq(badges.weightOf(lab), 5000, "weight");
        assertEq(stored.depth, 1, "depth");
        assertEq(stored.since, START, "since");
        vm.warp(START + 1 days);
        assertEq(badges.weightOf(lab), 0, "expired");
    }

    function test_AccreditByGovernance_WhenGovernanceRenews() external {
        _chain(4000, 0);
        vm.warp(START + 9);
        badges.accreditByGovernance(lab, 6000, START + 1 days);
        IAttestationRegistry.Issuer memory stored = badges.issuerOf(lab);
        assertEq(stored.since, START, "since");
        assertEq(stored.term, 0, "term");
        assertEq(badges.weightOf(lab), 2000, "its own");
        assertEq(badges.weightOf(branch), 4000, "what it gave on");
    }

    function test_AccreditByGovernance_RevertWhen_ARenewalIsBelowWhatTheIssuerGaveOn() external {
        _chain(4000, 0);
        vm.expectRevert(_badWeight(3999, 4000));
        badges.accreditByGovernance(lab, 3999, 0);
    }

    function test_AccreditByGovernance_GivenAnotherIssuerAccreditedTheAccount() external {
        _chain(4000, 0);
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.IssuerRemoved(branch, lab, address(this), 0);
        badges.accreditByGovernance(branch, 1000, 0);
        assertEq(badges.weightOf(branch), 1000);
        assertEq(badges.issuerOf(branch).depth, 1);
        assertEq(badges.issuerOf(branch).term, 1);
        assertEq(badges.weightOf(lab), 10_000, "given back");
    }

    function test_AccreditByGovernance_GivenTheAccreditationHasExpired() external {
        badges.accreditByGovernance(lab, 10_000, START + 1 days);
        vm.prank(lab);
        badges.accredit(branch, 4000, 0);
        vm.warp(START + 1 days);
        assertEq(badges.weightOf(branch), 0, "fell with its accreditor");
        badges.accreditByGovernance(lab, 10_000, 0);
        assertEq(badges.weightOf(lab), 10_000, "nothing given yet");
        assertEq(badges.weightOf(branch), 0, "hung on the term before");
        assertEq(badges.issuerOf(lab).since, START + 1 days);
    }

    // ---- by issuers

    function test_Accredit_RevertWhen_TheCallerIsNotAccredited() external {
        vm.expectRevert(_notAccredited(stranger));
        vm.prank(stranger);
        badges.accredit(lab, 100, 0);
    }

    function test_Accredit_RevertWhen_TheCallerIsTooFarFromGovernance() external {
        _chain(4000, 2000);
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_TooDeep.selector, desk, uint8(3))
        );
        vm.prank(desk);
        badges.accredit(other, 1, 0);
    }

    function test_Accredit_RevertWhen_MoreWeightIsGivenThanIsLeft() external {
        _chain(4000, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_WeightExceeded.selector, lab, 6001, 6000)
        );
        vm.prank(lab);
        badges.accredit(other, 6001, 0);
    }

    function test_Accredit_RevertWhen_TheAccountIsAccreditedByAnother() external {
        _chain(4000, 0);
        vm.expectRevert(_alreadyAccredited(branch, lab));
        vm.prank(issuer);
        badges.accredit(branch, 1, 0);
    }

    function test_Accredit_RevertWhen_TheCallerAccreditsItself() external {
        vm.expectRevert(_alreadyAccredited(issuer, address(0)));
        vm.prank(issuer);
        badges.accredit(issuer, 1, 0);
    }

    function test_Accredit_WhenTheCallerGivesOfItsOwnWeight() external {
        _chain(4000, 1500);
        assertEq(badges.weightOf(lab), 6000);
        assertEq(badges.weightOf(branch), 2500);
        assertEq(badges.weightOf(desk), 1500);
        assertEq(badges.issuerOf(desk).depth, 3);
        assertEq(badges.issuerOf(desk).accreditor, branch);
    }

    function test_Accredit_WhenTheCallerRenews() external {
        _chain(4000, 0);
        vm.prank(lab);
        badges.accredit(branch, 9000, 0);
        assertEq(badges.weightOf(lab), 1000);
        assertEq(badges.weightOf(branch), 9000);
        vm.prank(lab);
        badges.accredit(branch, 500, 0);
        assertEq(badges.weightOf(lab), 9500);
        assertEq(badges.issuerOf(branch).term, 0, "the same term");
    }

    function test_Accredit_GivenTheAccreditorLosesItsAccreditation() external {
        _chain(4000, 1500);
        badges.removeIssuer(lab);
        assertEq(badges.weightOf(lab), 0);
        assertEq(badges.weightOf(branch), 0);
        assertEq(badges.weightOf(desk), 0);
    }

    function test_Accredit_GivenTheAccreditorComesBack() external {
        _chain(4000, 1500);
        badges.removeIssuer(lab);
        badges.accreditByGovernance(lab, 10_000, 0);
        assertEq(badges.weightOf(lab), 10_000);
        assertEq(badges.weightOf(branch), 0, "no weight is minted");
        assertEq(badges.weightOf(desk), 0);
        vm.prank(lab);
        badges.accredit(branch, 10_000, 0);
        assertEq(badges.weightOf(branch), 10_000, "what it gave on is gone too");
        assertEq(badges.weightOf(desk), 0);
        assertEq(badges.weightOf(lab), 0);
    }

    function test_Accredit_GivenTheAccreditorExpires() external {
        badges.accreditByGovernance(lab, 10_000, START + 1 days);
        vm.prank(lab);
        badges.accredit(branch, 4000, START + 2 days);
        vm.warp(START + 1 days - 1);
        assertEq(badges.weightOf(branch), 4000);
        vm.warp(START + 1 days);
        assertEq(badges.weightOf(branch), 0);
    }

    function test_Accredit_GivenAnExpiredIssuerOfAnotherBranch() external {
        badges.accreditByGovernance(lab, 10_000, 0);
        vm.prank(lab);
        badges.accredit(branch, 4000, START + 1 days);
        vm.warp(START + 1 days);
        vm.prank(issuer);
        badges.accredit(branch, 100, 0);
        assertEq(badges.weightOf(lab), 10_000, "given back");
        assertEq(badges.weightOf(issuer), 9900);
        assertEq(badges.issuerOf(branch).accreditor, issuer);
    }

    // ---- removal

    function test_RemoveAccreditation_RevertWhen_TheCallerDidNotAccredit() external {
        _chain(4000, 0);
        vm.expectRevert(_notAccreditor(branch, issuer));
        vm.prank(issuer);
        badges.removeAccreditation(branch);
    }

    function test_RemoveAccreditation_WhenTheAccreditorTakesItBack() external {
        _chain(4000, 0);
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.IssuerRemoved(branch, lab, lab, 0);
        vm.prank(lab);
        badges.removeAccreditation(branch);
        assertEq(badges.weightOf(lab), 10_000);
        assertEq(badges.weightOf(branch), 0);
        assertEq(badges.issuerOf(branch).term, 1);
    }

    function test_RemoveAccreditation_RevertGiven_ItWasTakenBackBefore() external {
        _chain(4000, 0);
        vm.startPrank(lab);
        badges.removeAccreditation(branch);
        vm.expectRevert(_notAccreditor(branch, lab));
        badges.removeAccreditation(branch);
        vm.stopPrank();
    }

    function test_RemoveIssuer_RevertWhen_TheCallerIsNoGuardian() external {
        vm.expectRevert(_unauthorized(stranger));
        vm.prank(stranger);
        badges.removeIssuer(issuer);
    }

    function test_RemoveIssuer_RevertWhen_TheAccountHasNoAccreditation() external {
        vm.expectRevert(_notAccredited(other));
        badges.removeIssuer(other);
    }

    function test_RemoveIssuer_WhenAGuardianRemoves() external {
        _chain(4000, 1500);
        badges.removeIssuer(branch);
        assertEq(badges.weightOf(lab), 10_000, "given back");
        assertEq(badges.weightOf(branch), 0);
        assertEq(badges.weightOf(desk), 0);
        vm.expectRevert(_notAccreditor(desk, branch));
        vm.prank(branch);
        badges.removeAccreditation(desk);
    }

    // ---- parts

    /// @dev Governance gives the lab everything, the lab gives to the branch and the branch to the desk.
    function _chain(uint16 toBranch, uint16 toDesk) private {
        badges.accreditByGovernance(lab, 10_000, 0);
        vm.prank(lab);
        badges.accredit(branch, toBranch, 0);
        if (toDesk == 0) return;
        vm.prank(branch);
        badges.accredit(desk, toDesk, 0);
    }

    function _badWeight(uint256 weight, uint256 least) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BadWeight.selector, weight, least, 10_000);
    }

    function _notAccredited(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_NotAccredited.selector, account);
    }

    function _notAccreditor(address account, address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_NotAccreditor.selector, account, caller);
    }

    function _alreadyAccredited(address account, address by) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_AlreadyAccredited.selector, account, by);
    }
}
