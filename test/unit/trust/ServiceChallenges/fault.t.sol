// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IServiceChallenges } from "../../../../contracts/interfaces/trust/IServiceChallenges.sol";
import { ITrustMoney } from "../../../../contracts/interfaces/trust/ITrustMoney.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { OddToken } from "../../payments/doubles/OddToken.sol";
import { ChallengeFixture } from "../ChallengeFixture.sol";
import { DisputeDouble } from "../doubles/DisputeDouble.sol";
import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @notice Challenges that nobody answered, and the numbers that govern all of them.
contract ChallengeFaultsTest is ChallengeFixture {
    // ---- fault

    function _missed() private returns (uint256 id) {
        id = _challenge();
        vm.warp(START + WINDOW + 1);
    }

    function test_Fault_RevertGiven_TheChallengeHasEnded() external {
        vm.expectRevert(_wrongState(1, IServiceChallenges.State.None));
        challenges.fault(1, _sold);
        uint256 id = _missed();
        challenges.fault(id, _sold);
        vm.expectRevert(_wrongState(id, IServiceChallenges.State.Faulted));
        challenges.fault(id, _sold);
    }

    function test_Fault_RevertWhen_ThereIsTimeToAnswer() external {
        uint256 id = _challenge();
        vm.warp(START + WINDOW);
        vm.expectRevert(
            abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_TooEarly.selector, id, START + WINDOW + 1)
        );
        challenges.fault(id, _sold);
    }

    function test_Fault_RevertWhen_TheFaultIsOfAnotherOffer() external {
        uint256 id = _missed();
        (Offer memory other, bytes memory reason) = _otherOffer();
        vm.expectRevert(reason);
        challenges.fault(id, other);
    }

    function test_Fault_GivenNothingWasDelivered() external {
        uint256 id = _missed();
        uint256 before = usd.balanceOf(reporter);
        vm.expectCall(address(disputeManager), abi.encodeCall(DisputeDouble.applyFault, (_id, _sold, reporter)));
        vm.expectEmit(address(challenges));
        emit IServiceChallenges.ChallengeFaulted(id, provider, 0, FEE);
        vm.prank(stranger);
        challenges.fault(id, _sold);
        assertEq(STAKE - _stake(), PENALTY);
        assertEq(usd.balanceOf(reporter) - before, FEE + PENALTY / 10);
        assertEq(usd.balanceOf(address(challenges)), 0);
        assertEq(bonds.lockOf(challenges.claimIdOf(id)).amount, 0);
        _assertState(id, IServiceChallenges.State.Faulted);
    }

    function test_Fault_GivenItWasDelivered() external {
        _holds.setState(IEscrowRail.HoldState.Delivered);
        uint256 id = _missed();
        vm.expectCall(address(disputeManager), abi.encodeWithSelector(DisputeDouble.applyFault.selector), 0);
        challenges.fault(id, _sold);
        assertEq(STAKE - _stake(), PENALTY);
    }

    function test_Fault_GivenTheRailKeepsNoHolds() external {
        (_sold, _id) = _servedLicense(PRICE);
        _request.licenseId = _id;
        uint256 id = _missed();
        vm.expectCall(address(disputeManager), abi.encodeWithSelector(DisputeDouble.applyFault.selector), 0);
        challenges.fault(id, _sold);
        assertEq(STAKE - _stake(), PENALTY);
    }

    function test_Fault_GivenTheLicenseWasCutOffMeanwhile() external {
        uint256 id = _missed();
        registry.restrictStatus(servedDataset, 1, IDatasetRegistry.Status.Suspended);
        uint256 before = usd.balanceOf(reporter);
        vm.expectEmit(address(challenges));
        emit IServiceChallenges.ChallengeVoided(id, uint8(ILicenseToken.Access.DatasetSuspended), FEE);
        challenges.fault(id, _sold);
        assertEq(usd.balanceOf(reporter) - before, FEE);
        assertEq(_stake(), STAKE);
        assertEq(bonds.lockOf(challenges.claimIdOf(id)).amount, 0);
        _assertState(id, IServiceChallenges.State.Void);
    }

    function test_Fault_GivenTheLicenseExpiredSinceTheDeadline() external {
        uint256 id = _challenge();
        vm.warp(START + DURATION + 1);
        challenges.fault(id, _sold);
        _assertState(id, IServiceChallenges.State.Faulted);
        assertEq(STAKE - _stake(), PENALTY);
    }

    function test_Fault_GivenTheNumbersChangedSince() external {
        uint256 id = _missed();
        IServiceChallenges.Terms memory t = challenges.terms();
        (t.penaltyBps, t.feeBps) = (5000, 1000);
        challenges.setTerms(t);
        challenges.fault(id, _sold);
        assertEq(STAKE - _stake(), PENALTY);
    }

    function test_Fault_GivenTheTokenRefusesTheChallenger() external {
        OddToken odd = new OddToken(6);
        config.setPaymentToken(address(odd), address(0), 0, true);
        odd.mint(buyer, 1000e6);
        vm.startPrank(buyer);
        odd.approve(address(market), type(uint256).max);
        odd.approve(address(challenges), type(uint256).max);
        vm.stopPrank();
        _sold.token = address(odd);
        _open(_sold);
        _id = _buy(_sold);
        _request.licenseId = _id;
        vm.prank(buyer);
        uint256 id = challenges.open(_sold, _request, "", FEE);
        vm.warp(START + WINDOW + 1);
        odd.refuse(buyer, true);
        vm.expectEmit(address(challenges));
        emit ITrustMoney.PayoutDeferred(buyer, address(odd), FEE);
        challenges.fault(id, _sold);
        assertEq(challenges.deferredOf(buyer, address(odd)), FEE);
        _assertState(id, IServiceChallenges.State.Faulted);
    }

    /// @dev Whatever happens, the fee goes to one side in whole, and nothing of it stays.
    function testFuzz_FeeGoesToOneSide(uint40 time, bool answers, uint8 cut) external {
        uint256 id = _challenge();
        vm.warp(START + bound(time, 0, 60 days));
        if (cut % 3 == 1) registry.restrictStatus(servedDataset, 1, IDatasetRegistry.Status.Suspended);
        if (cut % 3 == 2) _holds.freezeLicense(_id, true);
        uint256 before = usd.balanceOf(reporter);
        if (block.timestamp <= START + WINDOW) {
            if (!answers) return;
            _answer(_receiptOf(id));
            assertEq(usd.balanceOf(payout), FEE);
        } else {
            challenges.fault(id, _sold);
            assertGe(usd.balanceOf(reporter) - before, FEE);
            assertEq(usd.balanceOf(payout), 0);
        }
        assertEq(usd.balanceOf(address(challenges)), 0);
        assertEq(bonds.accountOf(provider, address(usd)).locked, 0);
    }

    /// @dev A live rail that says the license lapsed: the provider owes nothing then.
    function test_Fault_GivenTheLicenseStoppedPaying() external {
        _sold.rail = LIVE_RAIL;
        _open(_sold);
        _id = _buy(_sold);
        _request.licenseId = _id;
        uint256 id = _missed();
        liveRail.setStanding(IPaymentRail.Standing.Lapsed);
        challenges.fault(id, _sold);
        _assertState(id, IServiceChallenges.State.Void);
    }

    // ---- governance

    function test_SetTerms_RevertGiven_TheCallerHasNoRole() external {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        IServiceChallenges.Terms memory t = challenges.terms();
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        challenges.setTerms(t);
        vm.expectRevert(refused);
        challenges.stop();
    }

    function _refuseTerms(IServiceChallenges.Terms memory t, bytes32 field, uint256 given) private {
        vm.expectRevert(abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadField.selector, field, given));
        challenges.setTerms(t);
    }

    function test_SetTerms_RevertWhen_ATermIsOutOfBoundsOrUnchanged() external {
        IServiceChallenges.Terms memory t = challenges.terms();
        vm.expectRevert(IServiceChallenges.ServiceChallenges_NoChange.selector);
        challenges.setTerms(t);
        t.answerWindow = 1 hours - 1;
        _refuseTerms(t, "answerWindow", 1 hours - 1);
        t.answerWindow = 7 days + 1;
        _refuseTerms(t, "answerWindow", 7 days + 1);
        (t.answerWindow, t.cooldown) = (2 days, 2 days);
        _refuseTerms(t, "cooldown", 2 days);
        t.cooldown = 30 days + 1;
        _refuseTerms(t, "cooldown", 30 days + 1);
        (t.cooldown, t.feeBps) = (30 days, 1001);
        _refuseTerms(t, "feeBps", 1001);
        (t.feeBps, t.feeFloorBps) = (100, 0);
        _refuseTerms(t, "feeFloorBps", 0);
        t.feeFloorBps = 1001;
        _refuseTerms(t, "feeFloorBps", 1001);
        (t.feeFloorBps, t.penaltyBps) = (50, 99);
        _refuseTerms(t, "penaltyBps", 99);
        t.penaltyBps = 5001;
        _refuseTerms(t, "penaltyBps", 5001);
        (t.penaltyBps, t.penaltyFloorBps) = (100, 49);
        _refuseTerms(t, "penaltyFloorBps", 49);
        t.penaltyFloorBps = 5001;
        _refuseTerms(t, "penaltyFloorBps", 5001);
    }

    function test_SetTerms_WhenTermsChange() external {
        IServiceChallenges.Terms memory t = challenges.terms();
        (t.answerWindow, t.cooldown) = (2 days, 4 days);
        (t.feeFloorBps, t.penaltyFloorBps) = (1000, 1000);
        vm.expectEmit(address(challenges));
        emit IServiceChallenges.TermsSet(t);
        challenges.setTerms(t);
        assertEq(abi.encode(challenges.terms()), abi.encode(t));
        (uint128 fee,) = challenges.costOf(_sold);
        assertEq(fee, MINIMUM / 10, "the floor");
        vm.prank(buyer);
        uint256 id = challenges.open(_sold, _request, "", fee);
        assertEq(challenges.challengeOf(id).deadline, START + 2 days);
    }

    function test_SetTerms_WhenChallengesAreStopped() external {
        uint256 id = _challenge();
        challenges.stop();
        assertFalse(challenges.terms().open);
        vm.expectRevert(IServiceChallenges.ServiceChallenges_NoChange.selector);
        challenges.stop();
        _answer(_receiptOf(id));
        _assertState(id, IServiceChallenges.State.Answered);
    }
}
