// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { ArbitratorDouble } from "../../../mocks/ArbitratorDouble.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

contract DisputeManagerReferTest is DisputeFixture {
    ArbitratorDouble private _judge;

    function test_RevertWhen_TheDisputeWasReferredBefore() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Asked));
        disputes.refer(disputeId, "");
    }

    function test_RevertWhen_TheRespondentStillHasTimeToAnswer() external {
        (uint256 disputeId,,) = fileNotDelivered();
        uint256 from = block.timestamp + RESPONSE + 1;
        forward(RESPONSE);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_TooEarly.selector, disputeId, from));
        disputes.refer(disputeId, "");
    }

    function test_RevertWhen_TheTimeToReferIsOver() external {
        (uint256 disputeId,,) = fileNotDelivered();
        uint256 until = block.timestamp + RESPONSE + REFER;
        forward(RESPONSE + REFER + 1);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_TooLate.selector, disputeId, until));
        disputes.refer(disputeId, "");
    }

    function test_RevertWhen_TheJudgeWasDelisted() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        respondAs(alice, disputeId, offer);
        vm.prank(governance);
        disputes.delistArbitrator(councilJudge);
        vm.expectRevert(IDisputeTypes.DisputeManager_NoArbitrator.selector);
        disputes.refer(disputeId, "");
    }

    function test_RevertWhen_TooLittleNativeCurrencyComesAlong() external {
        uint256 disputeId = _before(address(0), 0, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_CostNotPaid.selector, 1 ether - 1, 1 ether));
        disputes.refer{ value: 1 ether - 1 }(disputeId, "");
    }

    function test_RevertWhen_TheArbitratorRefuses() external {
        uint256 disputeId = _before(address(0), 0, 0);
        _judge.setMode(ArbitratorDouble.Mode.Refuse);
        vm.expectRevert(ArbitratorDouble.ArbitratorDouble_Refused.selector);
        disputes.refer(disputeId, "");
    }

    function test_GivenNobodyAnsweredInTime() external {
        (uint256 disputeId,,) = fileNotDelivered();
        forward(RESPONSE + REFER);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.DisputeReferred(disputeId, 0, address(council), uint40(block.timestamp + RULING));
        disputes.refer(disputeId, "");
        assertEq(council.caseOf(disputeId, 0).council, 1, "asked");
        assertEq(disputes.disputeOf(disputeId).deadline, block.timestamp + RULING, "deadline");
    }

    function test_GivenTheArbitratorCostsNativeCurrency() external {
        uint256 disputeId = _before(address(0), 0, 1 ether);
        vm.deal(carol, 3 ether);
        vm.prank(carol);
        disputes.refer{ value: 3 ether }(disputeId, "extra");
        assertEq(carol.balance, 2 ether, "the rest");
        assertEq(address(_judge).balance, 1 ether, "paid");
        assertEq(_judge.payer(), carol, "payer");
        assertEq(_judge.extra(), "extra", "extra");
    }

    function test_GivenTheArbitratorCostsTokens() external {
        uint256 disputeId = _before(address(usdc), 7e6, 0);
        uint256 before = usdc.balanceOf(carol);
        vm.prank(carol);
        disputes.refer(disputeId, "");
        assertEq(before - usdc.balanceOf(carol), 7e6, "paid");
        assertEq(usdc.balanceOf(address(_judge)), 7e6, "received");
        disputeId = _again();
        vm.prank(address(0xBEEF));
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(disputes), 0, 7e6)
        );
        disputes.refer(disputeId, "");
    }

    function test_Rule_RevertWhen_NobodyWasAsked() external {
        (uint256 disputeId,,) = fileNotDelivered();
        vm.prank(address(council));
        vm.expectRevert(_wrongPhase(disputeId, IDisputeTypes.Phase.Open));
        disputes.rule(disputeId, rejection());
    }

    function test_Rule_RevertWhen_TheCallerIsAnotherArbitrator() external {
        uint256 disputeId = _before(address(0), 0, 0);
        disputes.refer(disputeId, "");
        vm.prank(address(council));
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeTypes.DisputeManager_NotAllowed.selector, disputeId, address(council))
        );
        disputes.rule(disputeId, rejection());
    }

    function test_Rule_RevertWhen_TheArbitratorIsLate() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        uint256 until = block.timestamp + RULING;
        forward(RULING + 1);
        vm.prank(address(council));
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_TooLate.selector, disputeId, until));
        disputes.rule(disputeId, rejection());
    }

    function test_Rule_RevertWhen_TheRulingOrdersWhatTheReasonDoesNotAllow() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        IDisputeTypes.Ruling memory r = rejection();
        r.refund = 1;
        _badRuling(disputeId, r, "remedy");
        r = refundOf(1);
        r.loss = 1;
        _badRuling(disputeId, r, "remedy");
        r = refundOf(1);
        r.penalty = 1;
        _badRuling(disputeId, r, "remedy");
        r = refundOf(1);
        r.endsAt = 1;
        _badRuling(disputeId, r, "remedy");
        r = refundOf(1);
        r.correct = true;
        _badRuling(disputeId, r, "remedy");
        r = refundOf(1);
        r.status = IDatasetRegistry.Status.Suspended;
        _badRuling(disputeId, r, "remedy");
        r = refundOf(1);
        r.revokeRecord = true;
        _badRuling(disputeId, r, "remedy");
    }

    function test_Rule_RevertWhen_TheVersionWouldBeSetTrainableOrRetired() external {
        uint256 disputeId = _takedown(IDisputeTypes.Reason.Copyright);
        IDisputeTypes.Ruling memory r = refundOf(0);
        r.status = IDatasetRegistry.Status.Trainable;
        _badRuling(disputeId, r, "status");
        r.status = IDatasetRegistry.Status.Retired;
        _badRuling(disputeId, r, "status");
    }

    function test_Rule_RevertWhen_ARecallIsOrderedWithoutARootOrForAnotherReason() external {
        uint256 disputeId = _takedown(IDisputeTypes.Reason.Privacy);
        IDisputeTypes.Ruling memory r = refundOf(0);
        r.leaves = keccak256("leaves");
        _badRuling(disputeId, r, "leaves");
        disputeId = _takedown(IDisputeTypes.Reason.Copyright);
        r.correct = true;
        _badRuling(disputeId, r, "leaves");
    }

    function test_Rule_RevertWhen_TheArbitratorRulesWithinTheRequest() external {
        uint256 disputeId = _before(address(0), 0, 0);
        _judge.setMode(ArbitratorDouble.Mode.RuleAtOnce);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        disputes.refer(disputeId, "");
    }

    function test_Rule_GivenARulingInTime() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        forward(RULING);
        IDisputeTypes.Ruling memory r = refundOf(30e6);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.DisputeRuled(disputeId, 0, r, uint40(block.timestamp + APPEAL));
        vm.prank(address(council));
        disputes.rule(disputeId, r);
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Ruled), "phase");
        assertEq(abi.encode(disputes.rulingOf(disputeId)), abi.encode(r), "stored");
    }

    function _takedown(IDisputeTypes.Reason reason) private returns (uint256 disputeId) {
        disputeId = file(mallory, reason, versionId(publishDataset(alice), 1), none);
        bringToCouncil(disputeId, none);
    }

    function _badRuling(uint256 disputeId, IDisputeTypes.Ruling memory r, bytes32 field) private {
        vm.prank(address(council));
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_BadRuling.selector, disputeId, field));
        disputes.rule(disputeId, r);
    }

    /// @dev A dispute of which a double with this cost is judge, answered.
    function _before(address token, uint256 amount, uint256 native) private returns (uint256 disputeId) {
        _judge = new ArbitratorDouble(disputes);
        _judge.setCost(token, amount, native);
        vm.prank(governance);
        disputes.setArbitrator(address(_judge), 0, RULING);
        return _again();
    }

    function _again() private returns (uint256 disputeId) {
        Offer memory offer = escrowOffer();
        offer.arbitrator = address(_judge);
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        disputeId = file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
        respondAs(alice, disputeId, offer);
    }

    function _wrongPhase(uint256 disputeId, IDisputeTypes.Phase phase) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_WrongPhase.selector, disputeId, phase);
    }
}
