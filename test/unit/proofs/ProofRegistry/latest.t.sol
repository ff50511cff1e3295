// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProofRegistry } from "../../../../contracts/interfaces/proofs/IProofRegistry.sol";
import { ProofTest } from "../ProofTest.sol";

/// @notice Runs that follow each other under one license.
contract LatestRunTest is ProofTest {
    function test_LastProvenAt_WhenNoRunIsOnRecord() public view {
        _assertLast(licenseId, 0);
    }

    function test_LastProvenAt_WhenOneRunIsOnRecord() public {
        (, uint40 at) = _run();
        forward(1 days);
        _assertLast(licenseId, at);
        assertEq(proofRegistry.lastProvenAt(licenseId, 0), at, "any grade");
        assertEq(proofRegistry.lastProvenAt(licenseId, 2), 0, "a mock is of grade 1");
        assertEq(proofRegistry.lastProvenAt(licenseId, 5), 0, "there is no such grade");
    }

    function test_LastProvenAt_WhenRunsFollowEachOther() public {
        (, uint40 first) = _run();
        _run();
        (, uint40 third) = _run();
        _assertLast(licenseId, third);
        assertEq(proofRegistry.provenAt(licenseId, 1), first, "the first stays the first");
    }

    function test_LastProvenAt_WhenTheLastRecordFell() public {
        (, uint40 first) = _run();
        _run();
        (uint256 third,) = _run();
        _revoke(third);
        _assertLast(licenseId, first);
    }

    function test_LastProvenAt_WhenTheFirstRecordFell() public {
        (uint256 first,) = _run();
        (, uint40 second) = _run();
        _revoke(first);
        _assertLast(licenseId, second);
        // The next takes the first's place, and is later than the last of before.
        (uint256 third, uint40 at) = _run();
        (uint256 recordId,,) = proofRegistry.firstOf(licenseId, 1);
        assertEq(recordId, third, "first");
        _assertLast(licenseId, at);
        (, at) = _run();
        _assertLast(licenseId, at);
    }

    function test_LastProvenAt_WhenTheProgramWasFoundUnsound() public {
        _run();
        _run();
        vm.prank(governance);
        proofRegistry.markUnsound(PROGRAM, "why");
        _assertLast(licenseId, 0);
    }

    function test_LastProvenAt_WhenOneRunIsOfSeveralLicenses() public {
        (, uint256 other) = buyEscrow();
        forward(1 days);
        (, uint40 alone) = _run();
        IProofRegistry.Entry[] memory entries = new IProofRegistry.Entry[](2);
        bool isLower = licenseId < other;
        entries[0] = entriesOf(isLower ? licenseId : other)[0];
        entries[1] = entriesOf(isLower ? other : licenseId)[0];
        forward(1 days);
        submitAs(bob, submissionOf(entries, valuesOf(entries)));
        _assertLast(licenseId, uint40(block.timestamp));
        _assertLast(other, uint40(block.timestamp));
        assertEq(proofRegistry.provenAt(licenseId, 1), alone, "the first of the one");
        assertEq(proofRegistry.provenAt(other, 1), block.timestamp, "the first of the other");
    }

    // ---- helpers

    function _run() private returns (uint256 recordId, uint40 at) {
        forward(1 days);
        (IProofRegistry.Submission memory s,) = goodRun();
        return (submitAs(bob, s), uint40(block.timestamp));
    }

    function _revoke(uint256 recordId) private {
        vm.prank(address(disputeManager));
        proofRegistry.revokeByRuling(recordId, "false");
    }

    function _assertLast(uint256 id, uint40 at) private view {
        assertEq(proofRegistry.lastProvenAt(id, 1), at);
    }
}
