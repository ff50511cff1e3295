// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../../../contracts/interfaces/payments/IStreamRail.sol";
import { IComputeReceipts } from "../../../contracts/interfaces/proofs/IComputeReceipts.sol";
import { IProofRegistry } from "../../../contracts/interfaces/proofs/IProofRegistry.sol";
import { ComputeReceipt, Messages } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { ProofTest } from "../../unit/proofs/ProofTest.sol";

/// @notice Streams whose epochs the real keepers prove, on the deployed protocol: receipts of enclaves and adherence of runs.
contract StreamEvidenceTest is ProofTest {
    using Messages for ComputeReceipt;

    uint32 private constant OPEN_FOR = 6 hours;

    Offer private streamed;
    uint256 private streamId;
    uint256 private epochPay;

    /// @dev A receipt for each epoch, recorded by a stranger, pays the seller epoch by epoch; when the enclave's key falls, what it
    /// signed and nobody had settled is refunded.
    function test_ReceiptsOfRunsPayEpochByEpoch() public {
        _subscribe(IStreamRail.Proof.ComputeReceipt, true);
        uint256 secret;
        address enclave;
        (enclave, secret) = makeAddrAndKey("enclave");
        IComputeReceipts.Policy memory policy = _publishPolicy(enclave);
        for (uint256 i = 1; i <= 3; ++i) {
            _recordReceipt(policy, enclave, secret);
            assertApproxEqAbs(streams.settle(streamId, streamed), epochPay, 1, "an epoch");
            assertEq(streams.streamOf(streamId).settled, i, "cursor");
        }
        _recordReceipt(policy, enclave, secret);
        vm.prank(governance);
        computeReceipts.stopSigner(keccak256(abi.encode(policy)), enclave, "its key leaked");
        uint256 from = uint256(streams.streamOf(streamId).start) + 4 * STREAM_EPOCH + OPEN_FOR + 1;
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_TooEarly.selector, streamId, from));
        streams.settle(streamId, streamed);
        forward(OPEN_FOR + 1);
        assertEq(streams.settle(streamId, streamed), 0, "refunded by default");
        assertEq(streams.streamOf(streamId).settled, 4, "cursor");
    }

    /// @dev One proof after several epochs proves them all. Once the license has ended, the registry takes no proof under it: the
    /// rest goes by the default.
    function test_AdherencePaysWhatHadBegun() public {
        _subscribe(IStreamRail.Proof.Adherence, false);
        forward(3 * uint256(STREAM_EPOCH) + 600);
        _prove();
        assertApproxEqAbs(streams.settle(streamId, streamed), 3 * epochPay, 3, "three epochs");
        vm.prank(bob);
        streams.close(streamId, streamed);
        forward(1 days);
        streams.close(streamId, streamed);
        IProofRegistry.Entry[] memory entries = entriesOf(streamId);
        IProofRegistry.Submission memory s = submissionOf(entries, valuesOf(entries));
        expectFlaw(streamId, IProofRegistry.Flaw.Ended);
        submitAs(bob, s);
        // The epoch under way when it was recorded has been proven too.
        assertApproxEqAbs(streams.settle(streamId, streamed), epochPay, 1, "the fourth");
        forward(OPEN_FOR + 1);
        streams.settle(streamId, streamed);
        assertEq(uint8(streams.standing(streamId)), uint8(IPaymentRail.Standing.Closed), "closed");
        vm.expectRevert(abi.encodeWithSelector(IStreamRail.StreamRail_NothingDue.selector, streamId));
        streams.settle(streamId, streamed);
    }

    // ---- helpers

    function _subscribe(IStreamRail.Proof proof, bool refunds) private {
        IStreamRail.StreamTerms memory t;
        (t.period, t.epoch, t.notice, t.grace) = (STREAM_PERIOD, STREAM_EPOCH, 1 days, 2 hours);
        (t.holdbackBps, t.proof, t.leastAssurance) = (10_000, proof, 1);
        (t.openFor, t.defaultRefund) = (OPEN_FOR, refunds);
        streamed = streamOffer();
        streamed.railTerms = streamOffers.packTerms(t);
        streamId = sell(streamed, bob);
        epochPay = uint256(PRICE) * STREAM_EPOCH / STREAM_PERIOD;
    }

    function _publishPolicy(address enclave) private returns (IComputeReceipts.Policy memory policy) {
        (policy.platform, policy.rootHash, policy.simulated) = ("platform", "root", true);
        policy.measurements = new bytes32[](1);
        policy.measurements[0] = bytes32(uint256(1));
        computeReceipts.publishPolicy(policy);
        IComputeReceipts.SignerEvidence memory evidence;
        (evidence.measurement, evidence.evidenceHash) = (bytes32(uint256(1)), "quote");
        evidence.expiresAt = uint40(block.timestamp + 30 days);
        computeReceipts.registerSigner(policy, enclave, evidence);
    }

    /// @dev A job of bob's that fills the epoch to come, recorded by nobody in particular as it ends.
    function _recordReceipt(IComputeReceipts.Policy memory policy, address enclave, uint256 secret) private {
        ComputeReceipt memory r;
        r.startedAt = uint40(block.timestamp);
        forward(STREAM_EPOCH);
        (r.policy, r.signer, r.runner) = (keccak256(abi.encode(policy)), enclave, bob);
        (r.endedAt, r.jobManifestHash) = (uint40(block.timestamp), unique("job"));
        (r.runManifestHash, r.evidenceHash) = (unique("run"), "quote");
        uint256[] memory ids = new uint256[](1);
        ids[0] = streamId;
        r.licensesHash = keccak256(abi.encodePacked(ids));
        bytes memory signature = sign(secret, r.hash());
        vm.prank(mallory);
        computeReceipts.record(r, ids, signature);
    }

    function _prove() private {
        IProofRegistry.Entry[] memory entries = entriesOf(streamId);
        submitAs(bob, submissionOf(entries, valuesOf(entries)));
    }
}
