// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IErc1497Evidence, IErc792Arbitrable } from "../../../../contracts/interfaces/external/IErc792.sol";
import { IArbitrator } from "../../../../contracts/interfaces/trust/IArbitrator.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { Erc792Arbitrator } from "../../../../contracts/trust/arbitration/Erc792Arbitrator.sol";
import { ExternalArbitrator } from "../../../../contracts/trust/arbitration/ExternalArbitrator.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { CourtDouble } from "../../../mocks/CourtDouble.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

contract Erc792ArbitratorTest is DisputeFixture {
    uint256 private constant FEE = 0.03 ether;
    uint256 private constant APPEAL_FEE = 0.1 ether;

    CourtDouble private _court;
    Erc792Arbitrator private _kleros;

    function setUp() public override {
        super.setUp();
        _court = new CourtDouble();
        _kleros = new Erc792Arbitrator(address(disputes), address(_court), "subcourt 7, 3 jurors");
        vm.prank(governance);
        disputes.setArbitrator(address(_kleros), 0, RULING);
        vm.deal(bob, 10 ether);
        vm.deal(alice, 10 ether);
        // The court's first case is somebody else's: ids are not ours to choose.
        _court.createDispute{ value: FEE }(2, "");
    }

    function test_Request_RevertWhen_AnotherThanTheDisputeManagerAsksTheCourt() external {
        vm.expectRevert(abi.encodeWithSelector(IArbitrator.Arbitrator_NotDisputeManager.selector, address(this)));
        _kleros.request(1, 0, bob, "");
    }

    function test_Request_RevertWhen_TheRoundWasAskedBefore() external {
        (uint256 disputeId,) = _referred();
        vm.prank(address(disputes));
        vm.expectRevert(abi.encodeWithSelector(IArbitrator.Arbitrator_AlreadyAsked.selector, disputeId, 0));
        _kleros.request(disputeId, 0, bob, "");
    }

    function test_Request_RevertWhen_TheCourtRefuses() external {
        (uint256 disputeId,) = _filed();
        _court.setMode(CourtDouble.Mode.Refuse);
        vm.prank(bob);
        vm.expectRevert(CourtDouble.CourtDouble_Refused.selector);
        disputes.refer{ value: FEE }(disputeId, "");
    }

    function test_Request_WhenTheCourtRulesWithinTheRequest() external {
        (uint256 disputeId,) = _filed();
        _court.setMode(CourtDouble.Mode.RuleWithinCreate);
        vm.prank(bob);
        disputes.refer{ value: FEE }(disputeId, "");
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "ignored");
    }

    function test_Request_GivenWhoeverRefersPaysTheFee() external {
        (uint256 disputeId,) = _filed();
        vm.expectEmit(address(_kleros));
        emit IErc1497Evidence.Dispute(address(_court), 1, 0, disputeId * 2);
        vm.prank(bob);
        disputes.refer{ value: 1 ether }(disputeId, "");
        assertEq(bob.balance, 10 ether - FEE, "exactly the fee");
        (address arbitrated, uint256 choices,,,) = _court.cases(1);
        assertEq(arbitrated, address(_kleros), "arbitrable");
        assertEq(choices, 2, "choices");
        assertEq(_court.lastExtraData(), "subcourt 7, 3 jurors", "extra data");
    }

    function test_Rule_RevertWhen_TheCallerIsNotTheCourt() external {
        _referred();
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(ExternalArbitrator.ExternalArbitrator_NotOracle.selector, mallory));
        _kleros.rule(1, 1);
    }

    function test_Rule_WhenTheDisputeIsUnknownHere() external {
        (uint256 disputeId,) = _referred();
        vm.prank(address(_court));
        _kleros.rule(99, 1);
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "unchanged");
    }

    function test_Rule_GivenRulingOne() external {
        (uint256 disputeId, Offer memory offer) = _referred();
        vm.expectEmit(address(_kleros));
        emit IErc792Arbitrable.Ruling(address(_court), 1, 1);
        _court.giveRuling(1, 1);
        finish(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Upheld);
    }

    function test_Rule_GivenRulingTwo() external {
        (uint256 disputeId, Offer memory offer) = _referred();
        _court.giveRuling(1, 2);
        finish(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Rejected);
    }

    function test_Rule_GivenARefusalToRule() external {
        (uint256 disputeId, Offer memory offer) = _referred();
        _court.giveRuling(1, 0);
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "no ruling");
        vm.expectRevert(
            abi.encodeWithSelector(ExternalArbitrator.ExternalArbitrator_NothingToDeliver.selector, disputeId, 0)
        );
        _kleros.deliver(disputeId, 0);
        forward(RULING + 1);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Unruled);
    }

    function test_Rule_GivenALateRuling() external {
        (uint256 disputeId, Offer memory offer) = _referred();
        forward(RULING + 1);
        _court.giveRuling(1, 1);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Unruled);
    }

    /// @dev The least gas with which the court's call does not fail is enough to deliver.
    function testFuzz_Rule_GivenTooLittleGasToDeliver(uint256 gas_) external {
        (uint256 disputeId,) = _referred();
        gas_ = bound(gas_, 30_000, 800_000);
        vm.prank(address(_court));
        try _kleros.rule{ gas: gas_ }(1, 1) {
            assertGt(gas_, _kleros.DELIVERY_GAS(), "enough was asked for");
        } catch {
            assertEq(uint8(_kleros.caseOf(disputeId, 0).result), uint8(ExternalArbitrator.Result.Asked), "as before");
            _court.giveRuling(1, 1);
        }
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Ruled), "delivered");
    }

    function test_AppealAtCourt_RevertWhen_NoCaseRuns() external {
        vm.expectRevert(abi.encodeWithSelector(IArbitrator.Arbitrator_NotAsked.selector, 5));
        _kleros.appealAtCourt{ value: APPEAL_FEE }(5, 0);
        (uint256 disputeId,) = _referred();
        _court.giveRuling(1, 1);
        vm.expectRevert(abi.encodeWithSelector(IArbitrator.Arbitrator_NotAsked.selector, disputeId));
        _kleros.appealAtCourt{ value: APPEAL_FEE }(disputeId, 0);
    }

    function test_AppealAtCourt_RevertWhen_TooLittleIsPaid() external {
        (uint256 disputeId,) = _referred();
        vm.expectRevert(
            abi.encodeWithSelector(Erc792Arbitrator.Erc792Arbitrator_CostNotPaid.selector, APPEAL_FEE - 1, APPEAL_FEE)
        );
        _kleros.appealAtCourt{ value: APPEAL_FEE - 1 }(disputeId, 0);
    }

    function test_AppealAtCourt_GivenEnough() external {
        (uint256 disputeId,) = _referred();
        vm.expectEmit(address(_kleros));
        emit Erc792Arbitrator.CourtAppealed(disputeId, 0, alice);
        vm.prank(alice);
        _kleros.appealAtCourt{ value: 1 ether }(disputeId, 0);
        assertEq(alice.balance, 10 ether - APPEAL_FEE, "exactly");
        (,,, uint256 appeals,) = _court.cases(1);
        assertEq(appeals, 1, "appealed");
    }

    function test_SubmitEvidence_RevertWhen_ThereIsNoCase() external {
        vm.expectRevert(abi.encodeWithSelector(IArbitrator.Arbitrator_NotAsked.selector, 5));
        _kleros.submitEvidence(5, 0, "ipfs://e");
    }

    function test_SubmitEvidence_GivenACase() external {
        (uint256 disputeId,) = _referred();
        vm.expectEmit(address(_kleros));
        emit IErc1497Evidence.Evidence(address(_court), disputeId * 2, alice, "ipfs://e");
        vm.prank(alice);
        _kleros.submitEvidence(disputeId, 0, "ipfs://e");
    }

    function _filed() private returns (uint256 disputeId, Offer memory offer) {
        offer = escrowOffer();
        offer.arbitrator = address(_kleros);
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        disputeId = file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
        respondAs(alice, disputeId, offer);
    }

    function _referred() private returns (uint256 disputeId, Offer memory offer) {
        (disputeId, offer) = _filed();
        vm.prank(bob);
        disputes.refer{ value: FEE }(disputeId, "");
    }
}
