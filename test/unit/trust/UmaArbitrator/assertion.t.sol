// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IArbitrator } from "../../../../contracts/interfaces/trust/IArbitrator.sol";
import { IDisputeManager } from "../../../../contracts/interfaces/trust/IDisputeManager.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { ExternalArbitrator } from "../../../../contracts/trust/arbitration/ExternalArbitrator.sol";
import { UmaArbitrator } from "../../../../contracts/trust/arbitration/UmaArbitrator.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { OracleDouble } from "../../../mocks/OracleDouble.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

contract UmaArbitratorTest is DisputeFixture {
    uint256 private constant ORACLE_BOND = 25e6;

    OracleDouble private _oracle;
    UmaArbitrator private _uma;

    function setUp() public override {
        super.setUp();
        _oracle = new OracleDouble();
        _uma = new UmaArbitrator(address(disputes), address(_oracle), address(usdc));
        vm.prank(governance);
        disputes.setArbitrator(address(_uma), councilJudge, RULING);
    }

    function test_Request_RevertWhen_AnotherThanTheDisputeManagerAsksTheOracle() external {
        vm.expectRevert(abi.encodeWithSelector(IArbitrator.Arbitrator_NotDisputeManager.selector, address(this)));
        _uma.request(1, 0, bob, "");
    }

    function test_Request_RevertWhen_ItWasAskedAboutTheRoundBefore() external {
        (uint256 disputeId,) = _referred();
        vm.prank(address(disputes));
        vm.expectRevert(abi.encodeWithSelector(IArbitrator.Arbitrator_AlreadyAsked.selector, disputeId, 0));
        _uma.request(disputeId, 0, bob, "");
    }

    function test_Request_RevertWhen_TheOracleRefuses() external {
        (uint256 disputeId,) = _filed();
        _oracle.setMode(OracleDouble.Mode.RevertOnAssert);
        vm.prank(bob);
        vm.expectRevert(OracleDouble.OracleDouble_Refused.selector);
        disputes.refer(disputeId, "");
    }

    function test_Request_WhenTheOracleAnswersWithinTheAssertion() external {
        (uint256 disputeId, Offer memory offer) = _filed();
        _oracle.setMode(OracleDouble.Mode.ResolveWithinAssert);
        vm.prank(bob);
        disputes.refer(disputeId, "");
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "ignored");
        forward(RULING + 1);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Unruled);
    }

    function test_Request_GivenWhoeverRefersPaysTheBond() external {
        (uint256 disputeId,) = _filed();
        uint256 before = usdc.balanceOf(carol);
        vm.prank(carol);
        disputes.refer(disputeId, "which is nonsense");
        assertEq(before - usdc.balanceOf(carol), ORACLE_BOND, "paid");
        assertEq(usdc.balanceOf(address(_uma)), 0, "passed on");
        (address asserter, address recipient, uint64 expiresAt,, uint256 bond,,,,) =
            _oracle.assertions(_oracle.lastId());
        assertEq(asserter, carol, "in the payer's name");
        assertEq(recipient, address(_uma), "callback");
        assertEq(expiresAt, block.timestamp + _uma.LIVENESS(), "liveness");
        assertEq(bond, ORACLE_BOND, "bond");
        assertTrue(_contains(_oracle.lastClaim(), "Colophon dispute 1 is right"), "names the dispute");
        assertFalse(_contains(_oracle.lastClaim(), "nonsense"), "nothing of the referrer's");
    }

    function test_Request_WhenTheOracleLeavesTheBond() external {
        (uint256 disputeId,) = _filed();
        _oracle.setMode(OracleDouble.Mode.KeepBond);
        uint256 before = usdc.balanceOf(carol);
        vm.prank(carol);
        disputes.refer(disputeId, "");
        assertEq(usdc.balanceOf(carol), before, "back with who paid");
        assertEq(usdc.balanceOf(address(_uma)), 0, "nothing stays");
        assertEq(usdc.allowance(address(_uma), address(_oracle)), 0, "and nothing is to be taken later");
    }

    function test_AssertionResolvedCallback_RevertWhen_TheCallerIsNotTheOracle() external {
        _referred();
        bytes32 id = _oracle.lastId();
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(ExternalArbitrator.ExternalArbitrator_NotOracle.selector, mallory));
        _uma.assertionResolvedCallback(id, true);
    }

    function test_AssertionResolvedCallback_WhenTheAssertionIsNoneOfOurs() external {
        (uint256 disputeId,) = _referred();
        // Anyone may name us as recipient of anything.
        vm.startPrank(carol);
        usdc.approve(address(_oracle), ORACLE_BOND);
        bytes32 foreign = _oracle.assertTruth(
            "Mallory is right", carol, address(_uma), address(0), 1, address(usdc), ORACLE_BOND, "", ""
        );
        vm.stopPrank();
        forward(2);
        _oracle.settleAssertion(foreign);
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "unchanged");
    }

    function test_AssertionResolvedCallback_GivenNobodyDisputedTheAssertion() external {
        (uint256 disputeId, Offer memory offer) = _referred();
        uint256 before = usdc.balanceOf(bob);
        forward(2 days);
        _oracle.settleAssertion(_oracle.lastId());
        assertEq(usdc.balanceOf(bob), before + ORACLE_BOND, "bond back");
        assertEq(disputes.rulingOf(disputeId).refund, ALL, "all that was claimed");
        finish(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Upheld);
        assertEq(usdc.balanceOf(bob), before + ORACLE_BOND + PRICE + LICENSE_BOND, "refunded");
    }

    function test_AssertionResolvedCallback_GivenTheOraclesVotersFoundItFalse() external {
        (uint256 disputeId, Offer memory offer) = _referred();
        _dispute();
        _oracle.resolve(_oracle.lastId(), false);
        _oracle.settleAssertion(_oracle.lastId());
        finish(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Rejected);
    }

    function test_AssertionResolvedCallback_GivenTheAnswerComesLate() external {
        (uint256 disputeId, Offer memory offer) = _referred();
        forward(RULING + 1);
        vm.expectEmit(address(_uma));
        emit ExternalArbitrator.NotDelivered(disputeId, 0);
        _oracle.settleAssertion(_oracle.lastId());
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Unruled);
    }

    function test_AssertionResolvedCallback_GivenTheDisputeWasSettledMeanwhile() external {
        (uint256 disputeId, Offer memory offer) = _referred();
        vm.prank(bob);
        disputes.withdraw(disputeId, offer);
        forward(2 days);
        _oracle.settleAssertion(_oracle.lastId());
        assertEnded(disputeId, IDisputeTypes.Outcome.Withdrawn);
    }

    function testFuzz_AssertionResolvedCallback_GivenTooLittleGasForTheDelivery(uint256 gas_) external {
        (uint256 disputeId,) = _referred();
        forward(2 days);
        bytes32 id = _oracle.lastId();
        gas_ = bound(gas_, 3000, 800_000);
        vm.prank(address(_oracle));
        try _uma.assertionResolvedCallback{ gas: gas_ }(id, true) {
            assertGt(gas_, _uma.DELIVERY_GAS(), "enough was asked for");
        } catch {
            assertEq(uint8(_uma.caseOf(disputeId, 0).result), uint8(ExternalArbitrator.Result.Asked), "as before");
            _oracle.settleAssertion(id);
        }
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Ruled), "delivered");
        assertTrue(disputes.rulingOf(disputeId).upheld, "nothing lost");
    }

    function test_AssertionResolvedCallback_GivenTheDisputeManagerFailsForTheMoment() external {
        (uint256 disputeId,) = _referred();
        forward(2 days);
        vm.mockCallRevert(address(disputes), abi.encodePacked(IDisputeManager.rule.selector), "paused");
        _oracle.settleAssertion(_oracle.lastId());
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "not delivered");
        vm.clearMockedCalls();
        vm.prank(mallory);
        _uma.deliver(disputeId, 0);
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Ruled), "delivered by anyone");
        assertTrue(disputes.rulingOf(disputeId).upheld, "as answered");
    }

    function test_AssertionDisputedCallback_RevertWhen_TheCallerOfTheDisputeIsNotTheOracle() external {
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(ExternalArbitrator.ExternalArbitrator_NotOracle.selector, mallory));
        _uma.assertionDisputedCallback("");
    }

    function test_AssertionDisputedCallback_GivenSomebodyDisputed() external {
        _referred();
        bytes32 id = _oracle.lastId();
        vm.startPrank(alice);
        usdc.approve(address(_oracle), ORACLE_BOND);
        vm.expectEmit(address(_uma));
        emit UmaArbitrator.AssertionDisputed(id);
        _oracle.disputeAssertion(id, alice);
        vm.stopPrank();
    }

    function test_Deliver_RevertWhen_ThereIsNoAnswer() external {
        (uint256 disputeId,) = _referred();
        vm.expectRevert(
            abi.encodeWithSelector(ExternalArbitrator.ExternalArbitrator_NothingToDeliver.selector, disputeId, 0)
        );
        _uma.deliver(disputeId, 0);
    }

    function test_Deliver_RevertWhen_ItWasDelivered() external {
        (uint256 disputeId,) = _referred();
        forward(2 days);
        _oracle.settleAssertion(_oracle.lastId());
        vm.expectRevert(
            abi.encodeWithSelector(ExternalArbitrator.ExternalArbitrator_NothingToDeliver.selector, disputeId, 0)
        );
        _uma.deliver(disputeId, 0);
    }

    function _filed() private returns (uint256 disputeId, Offer memory offer) {
        offer = escrowOffer();
        offer.arbitrator = address(_uma);
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        disputeId = file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
        respondAs(alice, disputeId, offer);
    }

    function _referred() private returns (uint256 disputeId, Offer memory offer) {
        (disputeId, offer) = _filed();
        vm.prank(bob);
        disputes.refer(disputeId, "");
    }

    function _dispute() private {
        bytes32 id = _oracle.lastId();
        vm.startPrank(alice);
        usdc.approve(address(_oracle), ORACLE_BOND);
        _oracle.disputeAssertion(id, alice);
        vm.stopPrank();
    }

    function _contains(bytes memory text, bytes memory part) private pure returns (bool) {
        for (uint256 i = 0; i + part.length <= text.length; ++i) {
            uint256 j = 0;
            while (j < part.length && text[i + j] == part[j]) ++j;
            if (j == part.length) return true;
        }
        return false;
    }
}
