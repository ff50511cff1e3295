// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import { IComputeReceipts } from "../../../../contracts/interfaces/proofs/IComputeReceipts.sol";
import { IProofRegistry } from "../../../../contracts/interfaces/proofs/IProofRegistry.sol";
import { MockSp1Verifier } from "../../../mocks/MockSp1Verifier.sol";
import { ProofTest } from "../ProofTest.sol";

/// @notice Programs, routes, what makes a record fall, and how strong one is.
contract GovernanceTest is ProofTest {
    bytes32 internal constant ADHERENCE = keccak256("adherence");

    // ---- addProgram

    function test_AddProgram_RevertWhen_TheCallerIsNotTheGovernor() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, mallory));
        vm.prank(mallory);
        proofRegistry.addProgram(ADHERENCE, "key", 1, 0, 0);
    }

    function test_AddProgram_RevertWhen_AFieldCannotBe() public {
        vm.startPrank(governance);
        _expectBad("statement");
        proofRegistry.addProgram(0, "key", 1, 0, 0);
        _expectBad("vkey");
        proofRegistry.addProgram(ADHERENCE, 0, 1, 0, 0);
        _expectBad("statementVersion");
        proofRegistry.addProgram(ADHERENCE, "key", 0, 0, 0);
        _expectBad("until");
        proofRegistry.addProgram(ADHERENCE, "key", 1, 10, 10);
    }

    function test_AddProgram_WhenTheFieldsCanBe() public {
        assertEq(proofRegistry.programCount(), 1, "the deployment's");
        IProofRegistry.Program memory p = proofRegistry.programOf(1);
        string memory json = vm.readFile("zk/elf/programs.json");
        assertEq(p.vkey, vm.parseJsonBytes32(json, ".programs.adherence.vkey"));
        assertEq(p.statement, proofRegistry.ADHERENCE());
        vm.expectEmit(address(proofRegistry));
        emit IProofRegistry.ProgramAdded(2, "other", "key", 3, 4, 5);
        vm.prank(governance);
        assertEq(proofRegistry.addProgram("other", "key", 3, 4, 5), 2);
        p = proofRegistry.programOf(2);
        assertEq(p.statement, "other");
        assertEq(p.vkey, "key");
        assertEq(p.statementVersion, 3);
        assertEq(p.from, 4);
        assertEq(p.until, 5);
        assertEq(p.unsoundAt, 0);
    }

    // ---- setProgramEnd

    function test_SetProgramEnd_RevertWhen_TheEndCannotBeOrIsTheSame() public {
        vm.startPrank(governance);
        proofRegistry.addProgram(ADHERENCE, "key", 1, 10, 0);
        _expectBad("until");
        proofRegistry.setProgramEnd(2, 10);
        vm.expectRevert(IProofRegistry.ProofRegistry_NoChange.selector);
        proofRegistry.setProgramEnd(2, 0);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_UnknownProgram.selector, 3));
        proofRegistry.setProgramEnd(3, 1);
    }

    function test_SetProgramEnd_WhenTheEndCanBe() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        uint40 present = uint40(block.timestamp);
        vm.expectEmit(address(proofRegistry));
        emit IProofRegistry.ProgramEndSet(1, present);
        vm.prank(governance);
        proofRegistry.setProgramEnd(1, present);
        vm.expectRevert(
            abi.encodeWithSelector(IProofRegistry.ProofRegistry_ProgramNotActive.selector, 1, 0, present, 0)
        );
        submitAs(bob, s);
    }

    // ---- markUnsound

    function test_MarkUnsound_RevertWhen_ItWasMarkedBefore() public {
        vm.startPrank(governance);
        proofRegistry.markUnsound(1, "why");
        vm.expectRevert(IProofRegistry.ProofRegistry_NoChange.selector);
        proofRegistry.markUnsound(1, "why");
    }

    function test_MarkUnsound_WhenItWasNotMarked() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        uint256 recordId = submitAs(bob, s);
        assertGt(proofRegistry.provenAt(licenseId, 1), 0);
        vm.expectEmit(address(proofRegistry));
        emit IProofRegistry.ProgramUnsound(1, "why");
        vm.prank(governance);
        proofRegistry.markUnsound(1, "why");
        assertTrue(proofRegistry.recordOf(recordId).unsound);
        assertFalse(proofRegistry.stands(recordId));
        assertEq(proofRegistry.answerableFor(recordId), address(0));
        assertEq(proofRegistry.provenAt(licenseId, 1), 0);
        (s,) = goodRun();
        vm.expectRevert(
            abi.encodeWithSelector(IProofRegistry.ProofRegistry_ProgramNotActive.selector, 1, 0, 0, block.timestamp)
        );
        submitAs(bob, s);
    }

    // ---- addRoute

    function test_AddRoute_RevertWhen_TheRouteCannotBe() public {
        address v = address(verifier);
        IProofRegistry.Assurance mock_ = IProofRegistry.Assurance.Mock;
        vm.startPrank(governance);
        _expectBadRoute(0, "selector");
        proofRegistry.addRoute(0, v, mock_, v.codehash);
        _expectBadRoute(selector, "selector");
        proofRegistry.addRoute(selector, v, mock_, v.codehash);
        _expectBadRoute(0x01020304, "verifier");
        proofRegistry.addRoute(0x01020304, mallory, mock_, mallory.codehash);
        _expectBadRoute(0x01020304, "assurance");
        proofRegistry.addRoute(0x01020304, v, IProofRegistry.Assurance.None, v.codehash);
        _expectBadRoute(0x01020304, "codeHash");
        proofRegistry.addRoute(0x01020304, v, mock_, keccak256("other"));
    }

    function test_AddRoute_RevertWhen_AMockIsRoutedToOnAPublicChain() public {
        vm.chainId(1);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_MockNotLocal.selector, 1));
        vm.prank(governance);
        proofRegistry.addRoute(0x01020304, address(verifier), IProofRegistry.Assurance.Mock, address(verifier).codehash);
    }

    function test_AddRoute_WhenTheRouteCanBe() public {
        vm.expectEmit(address(proofRegistry));
        emit IProofRegistry.RouteAdded(
            0x01020304, address(verifier), IProofRegistry.Assurance.Production, address(verifier).codehash
        );
        route(0x01020304, address(verifier), IProofRegistry.Assurance.Production);
        IProofRegistry.Route memory r = proofRegistry.routeOf(0x01020304);
        assertEq(r.verifier, address(verifier));
        assertEq(r.codeHash, address(verifier).codehash);
        assertEq(uint8(r.assurance), uint8(IProofRegistry.Assurance.Production));
        assertFalse(r.stopped);
    }

    // ---- stopRoute

    function test_StopRoute_RevertWhen_ThereIsNoneOrItIsStopped() public {
        vm.startPrank(governance);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_NoRoute.selector, bytes4(0x01020304)));
        proofRegistry.stopRoute(0x01020304);
        vm.expectEmit(address(proofRegistry));
        emit IProofRegistry.RouteStopped(selector);
        proofRegistry.stopRoute(selector);
        assertTrue(proofRegistry.routeOf(selector).stopped);
        vm.expectRevert(IProofRegistry.ProofRegistry_NoChange.selector);
        proofRegistry.stopRoute(selector);
    }

    // ---- revokeByRuling

    function test_RevokeByRuling_RevertWhen_TheCallerIsNotTheDisputeManager() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        uint256 recordId = submitAs(bob, s);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_NotDisputeManager.selector, governance));
        vm.prank(governance);
        proofRegistry.revokeByRuling(recordId, "false");
    }

    function test_RevokeByRuling_RevertWhen_TheRecordIsUnknown() public {
        bytes memory refusal = abi.encodeWithSelector(IProofRegistry.ProofRegistry_UnknownRecord.selector, 5);
        vm.expectRevert(refusal);
        vm.prank(address(disputeManager));
        proofRegistry.revokeByRuling(5, "false");
        vm.expectRevert(refusal);
        proofRegistry.recordOf(5);
        assertEq(proofRegistry.answerableFor(5), address(0));
    }

    function test_RevokeByRuling_WhenTheDisputeManagerRevokesIt() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        uint256 recordId = submitAs(bob, s);
        vm.startPrank(address(disputeManager));
        vm.expectEmit(address(proofRegistry));
        emit IProofRegistry.RecordRevoked(recordId, "false");
        proofRegistry.revokeByRuling(recordId, "false");
        // A second ruling finds it done.
        proofRegistry.revokeByRuling(recordId, "false");
        vm.stopPrank();
        assertTrue(proofRegistry.recordOf(recordId).revoked);
        assertEq(proofRegistry.answerableFor(recordId), address(0));
        assertEq(proofRegistry.provenAt(licenseId, 1), 0);
        (uint256 first,, bool valid) = proofRegistry.firstOf(licenseId, 1);
        assertEq(first, recordId);
        assertFalse(valid);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_AlreadyRecorded.selector, recordId));
        submitAs(bob, s);
        forward(1 hours);
        (s,) = goodRun();
        uint256 second = submitAs(bob, s);
        assertEq(proofRegistry.provenAt(licenseId, 1), block.timestamp);
        (first,, valid) = proofRegistry.firstOf(licenseId, 1);
        assertEq(first, second);
        assertTrue(valid);
    }

    // ---- grades

    function test_Grades_WhenAReceiptBoundsTheTimes() public {
        IProofRegistry.Submission memory s = _production(keccak256("receipt"), true);
        uint256 recordId = submitAs(bob, s);
        assertEq(proofRegistry.recordOf(recordId).grade, 4);
        assertTrue(proofRegistry.recordOf(recordId).timesBound);
        for (uint8 least = 1; least <= 4; ++least) {
            assertEq(proofRegistry.provenAt(licenseId, least), block.timestamp);
        }
        assertEq(proofRegistry.provenAt(licenseId, 5), 0);
        uint40 at = uint40(block.timestamp);
        forward(1 days);
        (s,) = goodRun();
        submitAs(bob, s);
        assertEq(proofRegistry.provenAt(licenseId, 1), at, "the first stays the first");
    }

    function test_Grades_WhenNoReceiptBoundsTheTimes() public {
        uint256 recordId = submitAs(bob, _production(keccak256("receipt"), false));
        assertEq(proofRegistry.recordOf(recordId).grade, 3);
        assertFalse(proofRegistry.recordOf(recordId).timesBound);
        assertEq(proofRegistry.provenAt(licenseId, 3), block.timestamp);
        assertEq(proofRegistry.provenAt(licenseId, 4), 0);
    }

    // ---- helpers

    /// @dev A run through a second verifier, for which a receipt says what `bounds` says.
    function _production(bytes32 digest, bool bounds) private returns (IProofRegistry.Submission memory s) {
        MockSp1Verifier other = new MockSp1Verifier();
        bytes4 to = 0xAABBCCDD;
        route(to, address(other), IProofRegistry.Assurance.Production);
        IProofRegistry.Entry[] memory entries = entriesOf(licenseId);
        IProofRegistry.AdherenceValues memory v = valuesOf(entries);
        v.attestationDigest = digest;
        s = submissionOf(entries, v);
        s.proof = abi.encodePacked(to, "proof");
        bytes memory checks = abi.encodeCall(other.verifyProof, (vkey, s.publicValues, s.proof));
        vm.mockCall(address(other), checks, "");
        bytes memory asks =
            abi.encodeCall(IComputeReceipts.boundsRun, (digest, v.runManifestHash, bob, v.runStart, v.runEnd));
        vm.mockCall(address(computeReceipts), asks, abi.encode(bounds));
    }

    function _expectBad(bytes32 field) private {
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_BadProgram.selector, field));
    }

    function _expectBadRoute(bytes4 to, bytes32 field) private {
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_BadRoute.selector, to, field));
    }
}
