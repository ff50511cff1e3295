// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IProofRegistry } from "../../../../contracts/interfaces/proofs/IProofRegistry.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { ProofTest } from "../ProofTest.sol";

/// @notice What carries a run: each license, by what the chain stores of the past.
contract LicensesTest is ProofTest {
    function test_Licenses_RevertWhen_TheLicenseWasNotHeldThroughout() public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        v.runStart = licenseToken.licenseOf(licenseId).start - 1;
        v.licenseSetHash = setHash(s.entries, v.runStart);
        s = submissionOf(s.entries, v);
        expectFlaw(licenseId, IProofRegistry.Flaw.NotHeldThroughout);
        submitAs(bob, s);
        v.runStart += 1;
        v.runner = carol;
        s = submissionOf(s.entries, v);
        expectFlaw(licenseId, IProofRegistry.Flaw.NotHeldThroughout);
        submitAs(carol, s);
        v.runner = bob;
        submitAs(bob, submissionOf(s.entries, v));
    }

    function test_Licenses_WhenTheRunnerWasADelegateThroughout() public {
        vm.prank(bob);
        licenseToken.delegate(licenseId, carol, uint40(block.timestamp + 1 hours));
        uint40 start = uint40(block.timestamp);
        forward(2 hours);
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        (v.runner, v.runStart, v.runEnd) = (carol, start, start + 1 hours);
        s = submissionOf(s.entries, v);
        expectFlaw(licenseId, IProofRegistry.Flaw.NotHeldThroughout);
        submitAs(carol, s);
        v.runEnd -= 1;
        submitAs(carol, submissionOf(s.entries, v));
    }

    function test_Licenses_WhenTheLicenseWasHandedOnAfterTheRun() public {
        uint256 id = _sellWith(TermsFlags.COMMERCIAL | TermsFlags.TRANSFERABLE, 0);
        forward(1 days);
        IProofRegistry.Entry[] memory entries = entriesOf(id);
        IProofRegistry.AdherenceValues memory v = valuesOf(entries);
        vm.prank(bob);
        licenseToken.transferFrom(bob, carol, id);
        IProofRegistry.Submission memory s = submissionOf(entries, v);
        expectFlaw(id, IProofRegistry.Flaw.NotHeldThroughout);
        submitAs(bob, s);
        v.runEnd -= 1;
        submitAs(bob, submissionOf(entries, v));
    }

    function test_Licenses_RevertWhen_TheLicenseEnded() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        vm.prank(address(escrow));
        licenseToken.end(licenseId);
        expectFlaw(licenseId, IProofRegistry.Flaw.Ended);
        submitAs(bob, s);
    }

    function testFuzz_Licenses_RevertWhen_TheLicenseExpiredBeforeTheEnd(uint32 late) public {
        uint256 id = _sellWith(TermsFlags.COMMERCIAL, 2 days);
        uint40 expiry = licenseToken.licenseOf(id).expiry;
        uint40 end = expiry + uint40(bound(late, 0, 300 days));
        vm.warp(uint256(end) + 1 days);
        IProofRegistry.Submission memory s = _run(id, expiry - 1 hours, end);
        expectFlaw(id, IProofRegistry.Flaw.ExpiredBeforeEnd);
        submitAs(bob, s);
    }

    function test_Licenses_WhenTheLicenseExpiredAfterTheEnd() public {
        uint256 id = _sellWith(TermsFlags.COMMERCIAL, 2 days);
        uint40 expiry = licenseToken.licenseOf(id).expiry;
        vm.warp(uint256(expiry) + 30 days);
        submitAs(bob, _run(id, expiry - 1 hours, expiry - 1));
        assertEq(proofRegistry.provenAt(id, 1), block.timestamp);
    }

    function test_Licenses_RevertWhen_TheLicenseIsFrozen() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        vm.prank(address(disputeManager));
        licenseToken.setFrozen(licenseId, true);
        expectFlaw(licenseId, IProofRegistry.Flaw.Frozen);
        submitAs(bob, s);
        vm.prank(address(disputeManager));
        licenseToken.setFrozen(licenseId, false);
        submitAs(bob, s);
    }

    function testFuzz_Licenses_RevertWhen_AUseIsNotLicensed(uint16 uses) public {
        uint16 licensed = licenseToken.licenseOf(licenseId).uses;
        vm.assume(uses == 0 || uses & ~licensed != 0);
        IProofRegistry.Entry[] memory entries = entriesOf(licenseId);
        entries[0].uses = uses;
        IProofRegistry.Submission memory s = submissionOf(entries, valuesOf(entries));
        expectFlaw(licenseId, IProofRegistry.Flaw.UseNotLicensed);
        submitAs(bob, s);
    }

    function test_Licenses_RevertWhen_TheVersionIsNotLicensed() public {
        IProofRegistry.Entry[] memory entries = entriesOf(licenseId);
        entries[0].version = addVersion(datasetId);
        forward(1 days);
        IProofRegistry.Submission memory s = submissionOf(entries, valuesOf(entries));
        expectFlaw(licenseId, IProofRegistry.Flaw.VersionNotLicensed);
        submitAs(bob, s);
        (entries[0].datasetId, entries[0].version) = (publishDataset(alice), 1);
        forward(1 days);
        s = submissionOf(entries, valuesOf(entries));
        expectFlaw(licenseId, IProofRegistry.Flaw.VersionNotLicensed);
        submitAs(bob, s);
        uint256 id = _sellWith(TermsFlags.COMMERCIAL | TermsFlags.LATER_VERSIONS, 0);
        forward(1 days);
        entries = entriesOf(id);
        entries[0].version = addVersion(entries[0].datasetId);
        s = submissionOf(entries, valuesOf(entries));
        expectFlaw(id, IProofRegistry.Flaw.PublishedAfterStart);
        submitAs(bob, s);
    }

    function test_Licenses_RevertWhen_TheVersionIsSuspended() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        vm.prank(governance);
        registry.restrictStatus(datasetId, 0, IDatasetRegistry.Status.Suspended);
        expectFlaw(licenseId, IProofRegistry.Flaw.Suspended);
        submitAs(bob, s);
        vm.prank(governance);
        registry.reinstate(datasetId, 0);
        submitAs(bob, s);
    }

    function test_Licenses_RevertWhen_ThePaymentLapsed() public {
        uint256 id = sell(meterOffer(), bob);
        forward(1 days);
        uint40 present = uint40(block.timestamp);
        submitAs(bob, _run(id, present - 1 hours, present));
        IProofRegistry.Submission memory s = _run(id, present - 1 hours, present);
        vm.mockCall(address(meters), abi.encodeWithSignature("standing(uint256)", id), abi.encode(3));
        expectFlaw(id, IProofRegistry.Flaw.PaymentNotInStanding);
        submitAs(bob, s);
        // Exhausted: the run used up what was paid for.
        vm.mockCall(address(meters), abi.encodeWithSignature("standing(uint256)", id), abi.encode(4));
        submitAs(bob, s);
    }

    function testFuzz_Licenses_WhenEntriesWereWithdrawnAfterTheStart(bytes32 early, bytes32 late) public {
        vm.assume(early != late);
        vm.prank(alice);
        registry.setRevokedRoot(datasetId, 1, early);
        uint40 start = uint40(block.timestamp);
        forward(1 hours);
        vm.prank(alice);
        registry.setRevokedRoot(datasetId, 1, late);
        IProofRegistry.Entry[] memory entries = entriesOf(licenseId);
        IProofRegistry.AdherenceValues memory v = valuesOf(entries);
        bytes32 right = setHash(entries, start);
        assertNotEq(right, setHash(entries, uint40(block.timestamp)));
        v.runStart = start;
        v.licenseSetHash = setHash(entries, uint40(block.timestamp));
        expectRefused(submissionOf(entries, v), v, "licenseSetHash", v.licenseSetHash, right);
        v.licenseSetHash = right;
        submitAs(bob, submissionOf(entries, v));
    }

    // ---- helpers

    function _sellWith(uint16 flags, uint40 duration) private returns (uint256 id) {
        ITermsRegistry.Terms memory t = defaultTerms();
        t.flags = flags;
        t.duration = duration;
        Offer memory o = escrowOffer();
        o.termsId = registerTerms(t);
        openOffer(o);
        return buy(o, bob);
    }

    function _run(uint256 id, uint40 start, uint40 end) private returns (IProofRegistry.Submission memory) {
        IProofRegistry.Entry[] memory entries = entriesOf(id);
        IProofRegistry.AdherenceValues memory v = valuesOf(entries);
        (v.runStart, v.runEnd) = (start, end);
        v.licenseSetHash = setHash(entries, start);
        return submissionOf(entries, v);
    }
}
