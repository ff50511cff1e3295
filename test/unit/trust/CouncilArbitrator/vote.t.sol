// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import { IArbitrator } from "../../../../contracts/interfaces/trust/IArbitrator.sol";
import { ICouncilArbitrator } from "../../../../contracts/interfaces/trust/ICouncilArbitrator.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { CouncilArbitrator } from "../../../../contracts/trust/arbitration/CouncilArbitrator.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

contract CouncilArbitratorVoteTest is DisputeFixture {
    function test_SetCouncil_RevertWhen_TheCallerIsNotGovernance() external {
        (address[] memory sits, string[] memory names) = _council(3, 0x2000);
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, mallory));
        council.setCouncil(sits, names, 2, 2);
    }

    function test_SetCouncil_RevertWhen_MembersNamesOrThresholdsDoNotFit() external {
        _refused(0, 0, 1, 1, "members");
        _refused(22, 22, 12, 12, "members");
        _refused(3, 2, 2, 2, "names");
        // No half is a majority.
        _refused(4, 4, 2, 3, "threshold");
        _refused(3, 3, 4, 4, "threshold");
        _refused(3, 3, 2, 1, "appealThreshold");
        _refused(3, 3, 2, 4, "appealThreshold");
    }

    function test_SetCouncil_RevertWhen_AMemberSitsTwice() external {
        (address[] memory sits, string[] memory names) = _council(3, 0x2000);
        sits[2] = sits[1];
        vm.prank(governance);
        vm.expectRevert(
            abi.encodeWithSelector(ICouncilArbitrator.CouncilArbitrator_BadCouncil.selector, bytes32("order"))
        );
        council.setCouncil(sits, names, 2, 2);
    }

    function test_SetCouncil_GivenMembersAndThresholdsThatFit() external {
        (address[] memory sits, string[] memory names) = _council(5, 0x2000);
        vm.expectEmit(address(council));
        emit ICouncilArbitrator.CouncilSet(2, sits, names, 3, 5);
        vm.prank(governance);
        council.setCouncil(sits, names, 3, 5);
        assertEq(council.present(), 2, "present");
        ICouncilArbitrator.Council memory c = council.councilAt(2);
        assertEq(c.members, 5, "members");
        assertEq(c.threshold, 3, "threshold");
        assertEq(c.appealThreshold, 5, "on appeal");
        assertTrue(council.isMember(2, sits[0]), "sits");
        assertFalse(council.isMember(2, councillors[0]), "no longer");
    }

    function test_Request_RevertWhen_AnotherThanTheDisputeManagerAsks() external {
        vm.expectRevert(abi.encodeWithSelector(IArbitrator.Arbitrator_NotDisputeManager.selector, address(this)));
        council.request(1, 0, address(this), "");
    }

    function test_Request_RevertWhen_ItWasAskedBefore() external {
        vm.startPrank(address(disputes));
        council.request(1, 0, bob, "");
        vm.expectRevert(abi.encodeWithSelector(IArbitrator.Arbitrator_AlreadyAsked.selector, 1, 0));
        council.request(1, 0, bob, "");
        vm.stopPrank();
    }

    function test_Request_RevertWhen_NobodySits() external {
        CouncilArbitrator empty =
            CouncilArbitrator(deployAt("OtherCouncil", address(new CouncilArbitrator(address(disputes)))));
        vm.prank(address(disputes));
        vm.expectRevert(
            abi.encodeWithSelector(ICouncilArbitrator.CouncilArbitrator_BadCouncil.selector, bytes32("present"))
        );
        empty.request(1, 0, bob, "");
    }

    function test_Request_GivenItIsAsked() external {
        vm.expectEmit(address(council));
        emit IArbitrator.RulingRequested(1, 1, bob);
        vm.prank(address(disputes));
        council.request(1, 1, bob, "");
        ICouncilArbitrator.Case memory c = council.caseOf(1, 1);
        assertEq(c.council, 1, "who");
        assertEq(c.threshold, 3, "how many");
        (address token, uint256 amount, uint256 native) = council.cost(0);
        assertEq(uint160(token) + amount + native, 0, "costs nothing");
    }

    function test_RevertWhen_TheCouncilWasNotAsked() external {
        vm.prank(councillors[0]);
        vm.expectRevert(abi.encodeWithSelector(IArbitrator.Arbitrator_NotAsked.selector, 1));
        council.vote(1, 0, rejection());
    }

    function test_RevertWhen_TheCallerDoesNotSitOnIt() external {
        (uint256 disputeId,) = _asked();
        vm.prank(mallory);
        vm.expectRevert(
            abi.encodeWithSelector(ICouncilArbitrator.CouncilArbitrator_NotMember.selector, disputeId, mallory)
        );
        council.vote(disputeId, 0, rejection());
    }

    function test_RevertWhen_ItWasDecided() external {
        (uint256 disputeId,) = _asked();
        council2(disputeId, rejection());
        vm.prank(councillors[2]);
        vm.expectRevert(abi.encodeWithSelector(ICouncilArbitrator.CouncilArbitrator_Decided.selector, disputeId, 0));
        council.vote(disputeId, 0, rejection());
    }

    function test_RevertWhen_TheRulingIsNotAllowed() external {
        (uint256 disputeId,) = _asked();
        IDisputeTypes.Ruling memory ruling = refundOf(1);
        ruling.penalty = 1;
        vm.prank(councillors[0]);
        council.vote(disputeId, 0, ruling);
        vm.prank(councillors[1]);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeTypes.DisputeManager_BadRuling.selector, disputeId, bytes32("remedy"))
        );
        council.vote(disputeId, 0, ruling);
        // The case is still theirs.
        council2(disputeId, rejection());
    }

    function test_RevertWhen_TheRulingComesLate() external {
        (uint256 disputeId,) = _asked();
        uint256 until = disputes.disputeOf(disputeId).deadline;
        vm.warp(until + 1);
        vm.prank(councillors[0]);
        council.vote(disputeId, 0, rejection());
        vm.prank(councillors[1]);
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_TooLate.selector, disputeId, until));
        council.vote(disputeId, 0, rejection());
    }

    function test_GivenFewerVotesThanNeeded() external {
        (uint256 disputeId,) = _asked();
        bytes32 rulingHash = keccak256(abi.encode(rejection()));
        vm.expectEmit(address(council));
        emit ICouncilArbitrator.Voted(disputeId, 0, councillors[0], rulingHash, rejection(), 1);
        vm.prank(councillors[0]);
        council.vote(disputeId, 0, rejection());
        assertEq(council.voteOf(disputeId, 0, councillors[0]), rulingHash, "recorded");
        assertEq(council.votesFor(disputeId, 0, rulingHash), 1, "counted");
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "waits");
    }

    function test_GivenMembersWhoChangeTheirMinds() external {
        (uint256 disputeId,) = _asked();
        vm.startPrank(councillors[0]);
        council.vote(disputeId, 0, rejection());
        council.vote(disputeId, 0, rejection());
        council.vote(disputeId, 0, refundOf(1));
        vm.stopPrank();
        assertEq(council.votesFor(disputeId, 0, keccak256(abi.encode(rejection()))), 0, "taken back");
        assertEq(council.votesFor(disputeId, 0, keccak256(abi.encode(refundOf(1)))), 1, "once");
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "waits");
    }

    function test_GivenVotesForDifferentRulings() external {
        (uint256 disputeId,) = _asked();
        for (uint128 i = 0; i < 3; ++i) {
            vm.prank(councillors[i]);
            council.vote(disputeId, 0, refundOf(i + 1));
        }
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Asked), "no majority");
    }

    function test_GivenMembersWereReplacedMeanwhile() external {
        (uint256 disputeId,) = _asked();
        (address[] memory sits, string[] memory names) = _council(3, 0x2000);
        vm.prank(governance);
        council.setCouncil(sits, names, 2, 2);
        vm.prank(sits[0]);
        vm.expectRevert(
            abi.encodeWithSelector(ICouncilArbitrator.CouncilArbitrator_NotMember.selector, disputeId, sits[0])
        );
        council.vote(disputeId, 0, rejection());
        council2(disputeId, rejection());
        assertEq(uint8(phaseOf(disputeId)), uint8(IDisputeTypes.Phase.Ruled), "ruled by who sat");
    }

    function test_GivenEnoughVotes() external {
        (uint256 disputeId,) = _asked();
        council2(disputeId, refundOf(5));
        assertEq(disputes.rulingOf(disputeId).refund, 5, "ruled");
        assertTrue(council.caseOf(disputeId, 0).decided, "decided");
    }

    function _asked() private returns (uint256 disputeId, Offer memory offer) {
        (disputeId,, offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
    }

    function _council(uint256 size, uint160 from) private pure returns (address[] memory sits, string[] memory names) {
        (sits, names) = (new address[](size), new string[](size));
        for (uint160 i = 0; i < size; ++i) {
            (sits[i], names[i]) = (address(from + i), "somebody");
        }
    }

    function _refused(uint256 size, uint256 names_, uint8 threshold, uint8 onAppeal, bytes32 field) private {
        (address[] memory sits,) = _council(size, 0x2000);
        (, string[] memory names) = _council(names_, 0x2000);
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(ICouncilArbitrator.CouncilArbitrator_BadCouncil.selector, field));
        council.setCouncil(sits, names, threshold, onAppeal);
    }
}
