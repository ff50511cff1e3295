// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IProofRegistry } from "../../../../contracts/interfaces/proofs/IProofRegistry.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { MockSp1Verifier } from "../../../mocks/MockSp1Verifier.sol";
import { ProofTest } from "../ProofTest.sol";
import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @dev An account that holds everything signed that a test says.
contract Signer1271 is IERC1271 {
    mapping(bytes32 digest => bool) public signed;

    function allow(bytes32 digest) external {
        signed[digest] = true;
    }

    function isValidSignature(bytes32 digest, bytes memory) external view returns (bytes4) {
        return signed[digest] ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

contract SubmitTest is ProofTest {
    // ---- submit

    function test_Submit_WhenTheRunIsGood() public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        uint256 expected = proofRegistry.recordIdOf(PROGRAM, v.runManifestHash);
        vm.expectEmit(address(proofRegistry));
        emit IProofRegistry.RunRecorded(
            expected, bob, v.runManifestHash, PROGRAM, selector, 1, runValuesOf(v), s.entries
        );
        assertEq(submitAs(bob, s), expected);

        IProofRegistry.Record memory r = proofRegistry.recordOf(expected);
        assertEq(r.runner, bob);
        assertEq(r.recordedAt, block.timestamp);
        assertEq(r.program, PROGRAM);
        assertEq(r.grade, 1);
        assertEq(uint8(r.assurance), uint8(IProofRegistry.Assurance.Mock));
        assertFalse(r.timesBound || r.revoked || r.unsound);
        assertTrue(proofRegistry.stands(expected));
        assertEq(proofRegistry.answerableFor(expected), bob);
        assertEq(proofRegistry.provenAt(licenseId, 1), block.timestamp);
        assertEq(proofRegistry.provenAt(licenseId, 0), block.timestamp);
        assertEq(proofRegistry.provenAt(licenseId, 2), 0);
    }

    function test_Submit_WhenTheRunUsedSeveralVersions() public {
        ITermsRegistry.Terms memory t = defaultTerms();
        t.flags |= TermsFlags.LATER_VERSIONS;
        Offer memory later = escrowOffer();
        later.termsId = registerTerms(t);
        openOffer(later);
        uint256 id = buy(later, bob);
        uint32 second = addVersion(later.datasetId);
        forward(1 days);
        IProofRegistry.Entry[] memory entries = new IProofRegistry.Entry[](3);
        entries[0] = entriesOf(licenseId)[0];
        entries[1] = IProofRegistry.Entry(id, later.datasetId, later.version, Uses.TRAIN);
        entries[2] = IProofRegistry.Entry(id, later.datasetId, second, Uses.TRAIN);
        bytes32 firstRoot = registry.versionOf(later.datasetId, later.version).contentRoot;
        if (registry.versionOf(later.datasetId, second).contentRoot < firstRoot) {
            (entries[1], entries[2]) = (entries[2], entries[1]);
        }
        IProofRegistry.Submission memory s = submissionOf(entries, valuesOf(entries));
        vm.recordLogs();
        uint256 recordId = submitAs(bob, s);
        assertEq(vm.getRecordedLogs().length, 1, "the run with its entries");
        assertTrue(proofRegistry.stands(recordId));
        assertEq(proofRegistry.provenAt(licenseId, 1), block.timestamp);
        assertEq(proofRegistry.provenAt(id, 1), block.timestamp);

        (entries[1], entries[2]) = (entries[2], entries[1]);
        s.entries = entries;
        IProofRegistry.AdherenceValues memory v = abi.decode(s.publicValues, (IProofRegistry.AdherenceValues));
        v.runManifestHash = unique("another");
        s.publicValues = abi.encode(v);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_EntryOrder.selector, 2));
        submitAs(bob, s);
    }

    function test_Submit_RevertWhen_TheManifestWasRecordedWithThisProgram() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        uint256 recordId = submitAs(bob, s);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_AlreadyRecorded.selector, recordId));
        submitAs(bob, s);
        // Another program takes it: that is how a run is proven anew.
        vm.prank(governance);
        s.program = proofRegistry.addProgram(keccak256("adherence"), keccak256("next"), 1, 0, 0);
        s.proof = verifier.proofOf(keccak256("next"), s.publicValues);
        assertNotEq(submitAs(bob, s), recordId);
    }

    function test_Submit_RevertWhen_TheProgramIsUnknown() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        s.program = 9;
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_UnknownProgram.selector, 9));
        submitAs(bob, s);
    }

    function test_Submit_RevertWhen_TheProgramIsOfAnotherStatement() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        vm.prank(governance);
        s.program = proofRegistry.addProgram("eligibility", "key", 1, 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IProofRegistry.ProofRegistry_NotAdherence.selector, 2, bytes32("eligibility"))
        );
        submitAs(bob, s);
    }

    function testFuzz_Submit_RevertWhen_TheProgramIsNotActive(uint40 from, uint40 until) public {
        (IProofRegistry.Submission memory s,) = goodRun();
        from = uint40(bound(from, 0, type(uint40).max - 1));
        until = uint40(bound(until, uint256(from) + 1, type(uint40).max));
        vm.startPrank(governance);
        s.program = proofRegistry.addProgram(keccak256("adherence"), vkey, 1, from, until);
        vm.stopPrank();
        bool active = from <= block.timestamp && block.timestamp < until;
        if (!active) {
            vm.expectRevert(
                abi.encodeWithSelector(IProofRegistry.ProofRegistry_ProgramNotActive.selector, 2, from, until, 0)
            );
        }
        submitAs(bob, s);
    }

    function testFuzz_Submit_RevertWhen_ThePublicValuesAreTooLongOrTooShort(uint16 length) public {
        (IProofRegistry.Submission memory s,) = goodRun();
        vm.assume(length != 352);
        s.publicValues = new bytes(length);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_BadLength.selector, length, 352));
        submitAs(bob, s);
    }

    function test_Submit_RevertWhen_APublicValueIsNotTheChains() public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        v.statementVersion = 2;
        expectRefused(s, v, "statementVersion", bytes32(uint256(2)), bytes32(uint256(1)));
        (v.statementVersion, v.chainId) = (1, 1);
        expectRefused(s, v, "chainId", bytes32(uint256(1)), bytes32(block.chainid));
        (v.chainId, v.registry) = (block.chainid, mallory);
        bytes32 expected = bytes32(uint256(uint160(address(registry))));
        expectRefused(s, v, "registry", bytes32(uint256(uint160(mallory))), expected);
    }

    /// @dev Whatever an entry says other than the proof, the hash finds.
    function testFuzz_Submit_RevertWhen_AChangedValueIsNotWhatTheLicenseSetSays(bytes32 claimed, bool uses) public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        bytes32 right = v.licenseSetHash;
        vm.assume(claimed != right);
        v.licenseSetHash = claimed;
        expectRefused(s, v, "licenseSetHash", claimed, right);
        v.licenseSetHash = right;
        s.entries[0].uses = uses ? Uses.EVALUATE : Uses.TRAIN | Uses.EVALUATE;
        bytes32 found = setHash(s.entries, v.runStart);
        assertEq(proofRegistry.licenseSetHash(s.entries, v.runStart), found);
        expectRefused(s, v, "licenseSetHash", right, found);
    }

    function test_Submit_RevertWhen_ThereAreNoEntriesOrTooMany() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        s.entries = new IProofRegistry.Entry[](0);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_BadEntryCount.selector, 0, 64));
        submitAs(bob, s);
        s.entries = new IProofRegistry.Entry[](65);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_BadEntryCount.selector, 65, 64));
        submitAs(bob, s);
    }

    function test_Submit_RevertWhen_EntriesDoNotAscend() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        IProofRegistry.Entry[] memory twice = new IProofRegistry.Entry[](2);
        (twice[0], twice[1]) = (s.entries[0], s.entries[0]);
        s.entries = twice;
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_EntryOrder.selector, 1));
        submitAs(bob, s);
    }

    function testFuzz_Submit_RevertWhen_TheTimesCannotBe(uint40 start, uint40 end) public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        vm.assume(start > end || end > block.timestamp);
        (v.runStart, v.runEnd) = (start, end);
        s.publicValues = abi.encode(v);
        vm.expectRevert(
            abi.encodeWithSelector(IProofRegistry.ProofRegistry_BadTimes.selector, start, end, block.timestamp)
        );
        submitAs(bob, s);
    }

    function testFuzz_Submit_RevertWhen_TheProofIsOfOtherValues(uint64 entries, bytes32 digest) public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        vm.assume(entries != v.entries || digest != 0);
        (v.entries, v.attestationDigest) = (entries, digest);
        s.publicValues = abi.encode(v);
        expectRefusedProof(selector, abi.encodeWithSelector(MockSp1Verifier.MockSp1Verifier_Invalid.selector));
        submitAs(bob, s);
    }

    function test_Submit_RevertWhen_TheProofNamesNoRoute() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        bytes memory good = s.proof;
        s.proof = hex"0102030405";
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_NoRoute.selector, bytes4(0x01020304)));
        submitAs(bob, s);
        s.proof = hex"";
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_NoRoute.selector, bytes4(0)));
        submitAs(bob, s);
        vm.prank(governance);
        proofRegistry.stopRoute(selector);
        s.proof = good;
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_NoRoute.selector, selector));
        submitAs(bob, s);
    }

    function test_Submit_RevertWhen_TheVerifiersCodeChanged() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        bytes32 before = address(verifier).codehash;
        vm.etch(address(verifier), hex"00");
        vm.expectRevert(
            abi.encodeWithSelector(
                IProofRegistry.ProofRegistry_CodeChanged.selector, selector, before, keccak256(hex"00")
            )
        );
        submitAs(bob, s);
    }

    function test_Submit_RevertWhen_SomebodyElseSubmitsWithoutAStatement() public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        bytes memory refusal = abi.encodeWithSelector(IProofRegistry.ProofRegistry_NotRunner.selector, mallory, bob);
        vm.expectRevert(refusal);
        submitAs(mallory, s);
        (s.sequence, s.signature) = (1, signStatement(v, 1, carolKey));
        vm.expectRevert(refusal);
        submitAs(mallory, s);
        s.signature = signStatement(v, 2, bobKey);
        vm.expectRevert(refusal);
        submitAs(mallory, s);
    }

    function test_Submit_WhenSomebodyElseSubmitsWithTheRunnersStatement() public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        (s.sequence, s.signature) = (1, signStatement(v, 1, bobKey));
        uint256 recordId = submitAs(mallory, s);
        assertEq(proofRegistry.answerableFor(recordId), bob);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_AlreadyRecorded.selector, recordId));
        submitAs(mallory, s);
    }

    function test_Submit_WhenTheRunnerIsAContractThatSigns() public {
        Signer1271 wallet = new Signer1271();
        vm.prank(bob);
        licenseToken.delegate(licenseId, address(wallet), uint40(block.timestamp + 10 days));
        forward(1 days);
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        v.runner = address(wallet);
        s = submissionOf(s.entries, v);
        s.sequence = 7;
        bytes memory refusal =
            abi.encodeWithSelector(IProofRegistry.ProofRegistry_NotRunner.selector, mallory, address(wallet));
        vm.expectRevert(refusal);
        submitAs(mallory, s);
        wallet.allow(digestOf(v, 7));
        assertEq(proofRegistry.answerableFor(submitAs(mallory, s)), address(wallet));
    }

    function test_Submit_RevertWhen_TheStatementWasCancelled() public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        (s.sequence, s.signature) = (3, signStatement(v, 3, bobKey));
        vm.startPrank(bob);
        vm.expectEmit(address(proofRegistry));
        emit IProofRegistry.StatementsCancelled(bob, 3);
        proofRegistry.cancelStatements(3);
        vm.expectRevert(IProofRegistry.ProofRegistry_NoChange.selector);
        proofRegistry.cancelStatements(3);
        vm.stopPrank();
        assertEq(proofRegistry.cancelledUpTo(bob), 3);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProofRegistry.ProofRegistry_StatementOver.selector, bob, 3, uint256(v.runEnd) + 90 days
            )
        );
        submitAs(mallory, s);
        submitAs(bob, s);
    }

    function test_Submit_RevertWhen_TheStatementIsTooOld() public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        (s.sequence, s.signature) = (1, signStatement(v, 1, bobKey));
        uint256 until = uint256(v.runEnd) + proofRegistry.STATEMENT_LIFETIME();
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_StatementOver.selector, bob, 1, until));
        submitAs(mallory, s);
        vm.warp(until);
        submitAs(mallory, s);
    }

    // ---- submitBatch

    function test_SubmitBatch_WhenAllAreGood() public {
        IProofRegistry.Submission[] memory all = new IProofRegistry.Submission[](3);
        for (uint256 i; i < 3; ++i) {
            (all[i],) = goodRun();
        }
        vm.prank(bob);
        uint256[] memory ids = proofRegistry.submitBatch(all);
        for (uint256 i; i < 3; ++i) {
            assertTrue(proofRegistry.stands(ids[i]));
        }
    }

    function test_SubmitBatch_RevertWhen_OneIsNot() public {
        IProofRegistry.Submission[] memory all = new IProofRegistry.Submission[](2);
        (all[0],) = goodRun();
        all[1] = all[0];
        IProofRegistry.AdherenceValues memory v = abi.decode(all[0].publicValues, (IProofRegistry.AdherenceValues));
        uint256 recordId = proofRegistry.recordIdOf(PROGRAM, v.runManifestHash);
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_AlreadyRecorded.selector, recordId));
        vm.prank(bob);
        proofRegistry.submitBatch(all);
    }

    function test_SubmitBatch_RevertWhen_ThereAreNoneOrTooMany() public {
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_BadBatch.selector, 0, 16));
        proofRegistry.submitBatch(new IProofRegistry.Submission[](0));
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_BadBatch.selector, 17, 16));
        proofRegistry.submitBatch(new IProofRegistry.Submission[](17));
    }
}
