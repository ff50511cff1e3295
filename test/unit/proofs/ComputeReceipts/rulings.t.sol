// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IComputeReceipts } from "../../../../contracts/interfaces/proofs/IComputeReceipts.sol";
import { ComputeReceipt } from "../../../../contracts/types/Messages.sol";
import { ReceiptTest } from "../ReceiptTest.sol";

/// @notice Who answers for a receipt, and what a ruling makes of it.
contract RulingsTest is ReceiptTest {
    // ---- answerableFor

    function test_AnswerableFor_WhenTheReceiptStands() public {
        uint256 recordId = _recorded();
        assertEq(computeReceipts.answerableFor(recordId), checker, "the verifier that registered the signer");
    }

    function test_AnswerableFor_WhenTheReceiptDoesNotStand() public {
        uint256 recordId = _recorded();
        assertEq(computeReceipts.answerableFor(recordId + 1), address(0), "unknown");
        uint256 snapshot = vm.snapshotState();
        vm.prank(checker);
        computeReceipts.revokeSigner(policyId, enclave, "why");
        assertEq(computeReceipts.answerableFor(recordId), address(0), "of a revoked signer");
        vm.revertToState(snapshot);
        vm.prank(address(disputeManager));
        computeReceipts.revokeByRuling(recordId, "false");
        assertEq(computeReceipts.answerableFor(recordId), address(0), "revoked");
    }

    // ---- revokeByRuling

    function test_RevokeByRuling_RevertWhen_TheCallerIsNotTheDisputeManager() public {
        uint256 recordId = _recorded();
        address[3] memory others = [checker, enclave, governance];
        for (uint256 i; i < others.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_NotDisputeManager.selector, others[i])
            );
            vm.prank(others[i]);
            computeReceipts.revokeByRuling(recordId, "false");
        }
    }

    function test_RevokeByRuling_RevertWhen_TheReceiptIsUnknown() public {
        vm.expectRevert(
            abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_UnknownReceipt.selector, bytes32(uint256(5)))
        );
        vm.prank(address(disputeManager));
        computeReceipts.revokeByRuling(5, "false");
    }

    function test_RevokeByRuling_WhenTheDisputeManagerRevokesIt() public {
        (ComputeReceipt memory r, uint256[] memory ids) = _receipt();
        bytes32 receiptId = computeReceipts.record(r, ids, _signed(r));
        vm.startPrank(address(disputeManager));
        vm.expectEmit(address(computeReceipts));
        emit IComputeReceipts.ReceiptRevoked(receiptId, "false");
        computeReceipts.revokeByRuling(uint256(receiptId), "false");
        // A second ruling finds it done.
        vm.recordLogs();
        computeReceipts.revokeByRuling(uint256(receiptId), "false");
        assertEq(vm.getRecordedLogs().length, 0);
        vm.stopPrank();
        assertTrue(computeReceipts.receiptOf(receiptId).revoked);
        assertEq(computeReceipts.provenAt(licenseId, 1), 0);
        assertFalse(computeReceipts.boundsRun(receiptId, r.runManifestHash, bob, r.startedAt, r.endedAt));
        bytes memory signature = _signed(r);
        vm.expectRevert(abi.encodeWithSelector(IComputeReceipts.ComputeReceipts_AlreadyRecorded.selector, receiptId));
        computeReceipts.record(r, ids, signature);
        assertEq(computeReceipts.signerOf(policyId, enclave).revokedAt, 0, "one receipt, not its signer");
        forward(1 hours);
        r.outputsHash = keccak256("other");
        r.jobManifestHash = keccak256("another job");
        computeReceipts.record(r, ids, _signed(r));
        assertEq(computeReceipts.provenAt(licenseId, 2), block.timestamp, "the next one counts");
    }

    function _recorded() private returns (uint256) {
        (ComputeReceipt memory r, uint256[] memory ids) = _receipt();
        return uint256(computeReceipts.record(r, ids, _signed(r)));
    }
}
