// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IComputeReceipts } from "../../../contracts/interfaces/proofs/IComputeReceipts.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IAttestationRegistry } from "../../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { IDisputeTypes } from "../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { IProviderBond } from "../../../contracts/interfaces/trust/IProviderBond.sol";
import { IRecalls } from "../../../contracts/interfaces/trust/IRecalls.sol";
import { ComputeReceipt, Messages } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { ProofsDouble } from "../../mocks/ProofsDouble.sol";
import { ChunkFixture } from "../../unit/trust/ChunkFixture.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Disputes over every rail and every neighbor of trust, from claim to remedy; the neighbors are the real ones.
contract DisputesTest is ChunkFixture {
    using Messages for ComputeReceipt;

    uint128 private constant STAKE = 5000e6;

    function setUp() public override {
        super.setUp();
        vm.startPrank(provider);
        providerBond.register(IProviderBond.Profile(provider, "https://provider", keccak256("e"), keccak256("t")));
        usdc.approve(address(providerBond), STAKE);
        providerBond.deposit(provider, address(usdc), STAKE);
        vm.stopPrank();
    }

    // ---- rails

    function test_EscrowRefundedInWhole() external {
        (uint256 disputeId, uint256 licenseId, Offer memory offer) = fileNotDelivered();
        uint256 before = usdc.balanceOf(bob);
        assertTrue(isFrozen(licenseId), "frozen");
        decide(disputeId, offer, refundOf(ALL));
        assertEnded(disputeId, IDisputeTypes.Outcome.Upheld);
        assertEq(usdc.balanceOf(bob), before + PRICE + LICENSE_BOND, "price and bond");
        assertEq(uint8(holdState(licenseId)), uint8(IEscrowRail.HoldState.Refunded), "refunded");
        assertFalse(licenseToken.isLive(licenseId), "ended");
        assertEq(usdc.balanceOf(address(disputes)), 0, "nothing left");
    }

    function test_MeterRefundedInPart() external {
        Offer memory offer = meterOffer();
        uint256 licenseId = sell(offer, bob);
        uint256 before = usdc.balanceOf(bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.NotAsDescribed, licenseId, offer);
        assertEq(uint8(meters.standing(licenseId)), uint8(IPaymentRail.Standing.Frozen), "frozen");
        bringToCouncil(disputeId, offer);
        IDisputeTypes.Preview memory p = disputes.previewRuling(disputeId, refundOf(20e6), offer);
        assertEq(p.held, METER_DEPOSIT, "held");
        assertEq(p.refund, 20e6, "refund");
        assertEq(p.released, METER_DEPOSIT - 20e6, "released");
        assertTrue(p.ends, "ends");
        assertEq(p.toClaimant, LICENSE_BOND, "bond");
        council2(disputeId, refundOf(20e6));
        finish(disputeId, offer);
        assertEq(usdc.balanceOf(bob), before + 20e6, "a part");
        assertEq(usdc.balanceOf(address(meters)), 0, "the rest is released");
        assertEq(uint8(meters.standing(licenseId)), uint8(IPaymentRail.Standing.Closed), "closed");
    }

    function test_MeterRejectedGoesOn() external {
        Offer memory offer = meterOffer();
        uint256 licenseId = sell(offer, bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.NotAsDescribed, licenseId, offer);
        decide(disputeId, offer, rejection());
        assertEq(uint8(meters.standing(licenseId)), uint8(IPaymentRail.Standing.Current), "goes on");
    }

    function test_StreamRefundedInWhole() external {
        Offer memory offer = streamOffer();
        uint256 licenseId = sell(offer, bob);
        forward(10 days);
        IERC20 superToken = IERC20(usdcx);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.ServiceFailure, licenseId, offer);
        assertEq(uint8(streams.standing(licenseId)), uint8(IPaymentRail.Standing.Frozen), "frozen");
        bringToCouncil(disputeId, offer);
        council2(disputeId, refundOf(ALL));
        forward(APPEAL + 1);
        uint256 held = disputes.previewRuling(disputeId, refundOf(ALL), offer).held;
        assertApproxEqAbs(held, PRICE * uint256(10 days + APPEAL + 1) / 30 days, 2, "all that flowed");
        uint256 before = superToken.balanceOf(bob);
        disputes.conclude(disputeId, offer);
        assertApproxEqAbs(superToken.balanceOf(bob) - before, held * SUPER_SCALE, 100e18, "back, with the buffer");
        assertGe(superToken.balanceOf(bob) - before, held * SUPER_SCALE, "no less than was shown");
        assertEq(uint8(streams.standing(licenseId)), uint8(IPaymentRail.Standing.Closed), "closed");
        assertFalse(licenseToken.isLive(licenseId), "ended");
    }

    function test_StreamRejectedGoesOn() external {
        Offer memory offer = streamOffer();
        uint256 licenseId = sell(offer, bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.ServiceFailure, licenseId, offer);
        decide(disputeId, offer, rejection());
        assertEq(uint8(streams.standing(licenseId)), uint8(IPaymentRail.Standing.Current), "goes on");
    }

    function test_RevenueShareGuaranteeRefunded() external {
        Offer memory offer = revenueShareOffer();
        uint256 licenseId = sell(offer, bob);
        uint256 before = usdc.balanceOf(bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.NotAsDescribed, licenseId, offer);
        decide(disputeId, offer, refundOf(ALL));
        assertEq(usdc.balanceOf(bob), before + PRICE, "the guarantee");
        assertEq(uint8(revenueShares.standing(licenseId)), uint8(IPaymentRail.Standing.Closed), "closed");
    }

    function test_FaultsOverEveryRail() external {
        Offer[4] memory offers = [escrowOffer(), meterOffer(), streamOffer(), revenueShareOffer()];
        uint128[4] memory expected = [PRICE, METER_DEPOSIT, 0, PRICE];
        for (uint256 i = 0; i < 4; ++i) {
            uint256 licenseId = sell(offers[i], bob);
            vm.startPrank(_addressOf("ObjectiveFaults"));
            assertEq(disputes.applyFault(licenseId, offers[i], mallory), expected[i], "refunded");
            assertEq(disputes.applyFault(licenseId, offers[i], mallory), 0, "once");
            vm.stopPrank();
            assertFalse(licenseToken.isLive(licenseId), "ended");
        }
    }

    // ---- the provider's bond

    function test_FalseEncodingRefundedThenSlashed() external {
        Offer memory offer = chunkOffer();
        uint256 licenseId = buy(offer, bob);
        // The buyer has confirmed: the money is gone when the data is decrypted.
        vm.prank(bob);
        escrow.confirm(licenseId, offer);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.FalseEncoding, licenseId, offer);
        assertEq(providerBond.accountOf(provider, address(usdc)).locked, PRICE, "locked at opening");
        vm.prank(bob);
        disputes.showChunkKey(disputeId, 1, shownChunk());
        _cannotWithdraw();
        bringToCouncil(disputeId, offer);
        // The council decrypts chunk 2 with the key that was shown, finds other content than the leaf says, and rules.
        IDisputeTypes.Ruling memory ruling = disputes.reliefOf(disputeId, true);
        ruling.penalty = 50e6;
        IDisputeTypes.Preview memory p = disputes.previewRuling(disputeId, ruling, offer);
        assertEq(p.refund, 0, "nothing is held");
        assertEq(p.fromBond, PRICE, "from the bond");
        assertEq(p.penalty, 50e6, "and a penalty");
        council2(disputeId, ruling);
        uint256 before = usdc.balanceOf(bob);
        forward(APPEAL + 1);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.LossCompensated(disputeId, bob, address(usdc), PRICE);
        disputes.conclude(disputeId, offer);
        assertEnded(disputeId, IDisputeTypes.Outcome.Upheld);
        // The reporter's reward is a part of the whole slash.
        uint256 reward = (PRICE + 50e6) * uint256(providerBond.parameters().rewardBps) / 10_000;
        assertEq(usdc.balanceOf(bob), before + PRICE + reward + LICENSE_BOND, "loss, reward, bond");
        assertEq(providerBond.stakeOf(provider, address(usdc)), STAKE - PRICE - 50e6, "slashed");
        assertEq(providerBond.accountOf(provider, address(usdc)).locked, 0, "unlocked");
        assertEq(providerBond.compensated(licenseId), PRICE, "once per license");
    }

    function test_FalseEncodingOfHeldMoneySlashesOnlyTheRest() external {
        Offer memory offer = chunkOffer();
        uint256 licenseId = buy(offer, bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.FalseEncoding, licenseId, offer);
        bringToCouncil(disputeId, offer);
        council2(disputeId, disputes.reliefOf(disputeId, true));
        finish(disputeId, offer);
        assertEq(providerBond.stakeOf(provider, address(usdc)), STAKE, "the refund was enough");
        assertEq(providerBond.accountOf(provider, address(usdc)).locked, 0, "unlocked");
    }

    function test_ALossIsPaidOnce() external {
        Offer memory offer = chunkOffer();
        uint256 licenseId = buy(offer, bob);
        vm.prank(bob);
        escrow.confirm(licenseId, offer);
        uint256 first = file(bob, IDisputeTypes.Reason.FalseEncoding, licenseId, offer);
        uint256 second = file(bob, IDisputeTypes.Reason.ServiceFailure, licenseId, offer);
        bringToCouncil(first, offer);
        bringToCouncil(second, offer);
        council2(first, disputes.reliefOf(first, true));
        council2(second, disputes.reliefOf(second, true));
        finish(first, offer);
        disputes.conclude(second, offer);
        assertEq(providerBond.stakeOf(provider, address(usdc)), STAKE - PRICE, "one price");
    }

    function test_MisconductSlashesAsFarAsWasClaimed() external {
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.Misconduct, uint160(provider));
        (claim.token, claim.claimed) = (address(usdc), 300e6);
        vm.prank(mallory);
        uint256 disputeId = disputes.open(claim, none, evidence());
        assertEq(providerBond.accountOf(provider, address(usdc)).locked, 300e6, "locked");
        bringToCouncil(disputeId, none);
        uint256 before = usdc.balanceOf(mallory);
        council2(disputeId, disputes.reliefOf(disputeId, true));
        finish(disputeId, none);
        uint256 reward = 300e6 * uint256(providerBond.parameters().rewardBps) / 10_000;
        assertEq(providerBond.stakeOf(provider, address(usdc)), STAKE - 300e6, "slashed");
        assertLe(usdc.balanceOf(mallory), before + 300e6 + reward + OTHER_BOND, "no more than that");
        assertGe(usdc.balanceOf(mallory), before + 300e6 + OTHER_BOND, "claimed, and the bond");
    }

    /// @dev An offer that somebody brings along for a claim without license is nobody's, and its price no loss.
    function test_AnOfferFromNowhereIsNoLoss() external {
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.Misconduct, uint160(provider));
        claim.token = address(usdc);
        vm.prank(mallory);
        uint256 disputeId = disputes.open(claim, none, evidence());
        bringToCouncil(disputeId, none);
        IDisputeTypes.Ruling memory ruling = disputes.reliefOf(disputeId, true);
        council2(disputeId, ruling);
        Offer memory forged = escrowOffer();
        forged.price = STAKE;
        assertEq(disputes.previewRuling(disputeId, ruling, forged).fromBond, 0, "shown");
        finish(disputeId, forged);
        assertEnded(disputeId, IDisputeTypes.Outcome.Upheld);
        assertEq(providerBond.stakeOf(provider, address(usdc)), STAKE, "whole");
    }

    function test_ARejectedClaimUnlocksTheBond() external {
        Offer memory offer = chunkOffer();
        uint256 licenseId = buy(offer, bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.FalseEncoding, licenseId, offer);
        decide(disputeId, offer, rejection());
        assertEq(providerBond.accountOf(provider, address(usdc)).locked, 0, "unlocked");
        assertEq(providerBond.stakeOf(provider, address(usdc)), STAKE, "whole");
    }

    function test_EveryDisputeEndsBeforeItsLockMay() external view {
        // response + refer + ruling + appeal window + appeal ruling + force, each at its hard bound.
        uint256 longest = 21 days + 21 days + 90 days + 21 days + 90 days + disputes.FORCE_AFTER();
        assertLe(longest, providerBond.MAX_LOCK_AGE(), "locks outlast disputes");
    }

    // ---- records

    function test_AFalseBadgeIsRevoked() external {
        bytes32 schema = attestations.registerSchema(
            IAttestationRegistry.SchemaInput(keccak256("schema"), 2, 0, "bytes32 reportHash")
        );
        vm.prank(governance);
        attestations.accreditByGovernance(carol, 1000, 0);
        uint256 datasetId = publishDataset(alice);
        bytes32 subject = attestations.datasetSubject(datasetId);
        vm.prank(carol);
        uint256 badgeId = attestations.issue(
            IAttestationRegistry.BadgeInput(schema, subject, 0, 0, abi.encode(keccak256("report")))
        );
        uint256 disputeId = file(mallory, IDisputeTypes.Reason.FalseAttestation, badgeId, none);
        assertEq(disputes.disputeOf(disputeId).respondent, carol, "the issuer answers");
        assertEq(disputes.disputeOf(disputeId).subjectId, badgeId, "a whole word");
        bringToCouncil(disputeId, none);
        council2(disputeId, disputes.reliefOf(disputeId, true));
        finish(disputeId, none);
        assertEq(uint8(attestations.standingOf(badgeId)), uint8(IAttestationRegistry.BadgeStanding.Revoked), "revoked");
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.FalseAttestation, badgeId);
        (IDisputeTypes.Answer answer,,,,) = disputes.check(claim, none, mallory);
        assertEq(uint8(answer), uint8(IDisputeTypes.Answer.Over), "the chain answers");
    }

    function test_AFalseProofIsRevoked() external {
        ProofsDouble proofs = new ProofsDouble();
        vm.etch(_addressOf("ProofRegistry"), address(proofs).code);
        ProofsDouble(_addressOf("ProofRegistry")).set(7, carol);
        uint256 disputeId = file(mallory, IDisputeTypes.Reason.FalseProof, 7, none);
        bringToCouncil(disputeId, none);
        council2(disputeId, disputes.reliefOf(disputeId, true));
        finish(disputeId, none);
        assertEq(ProofsDouble(_addressOf("ProofRegistry")).answerableFor(7), address(0), "revoked");
    }

    /// @dev Of a simulated enclave, whose key carol registered: she answers for it.
    function test_AFalseReceiptIsRevoked() external {
        (, uint256 licenseId) = buyEscrow();
        bytes32 receiptId = _recordReceipt(licenseId);
        assertEq(computeReceipts.provenAt(licenseId, 1), block.timestamp);
        uint256 disputeId = file(mallory, IDisputeTypes.Reason.FalseReceipt, uint256(receiptId), none);
        assertEq(disputes.disputeOf(disputeId).respondent, carol, "who registered the key answers");
        assertEq(disputes.disputeOf(disputeId).subjectId, uint256(receiptId), "a whole word");
        bringToCouncil(disputeId, none);
        IDisputeTypes.Ruling memory ruling = disputes.reliefOf(disputeId, true);
        assertTrue(ruling.revokeRecord);
        council2(disputeId, ruling);
        finish(disputeId, none);
        assertTrue(computeReceipts.receiptOf(receiptId).revoked, "revoked");
        assertEq(computeReceipts.provenAt(licenseId, 1), 0, "it releases nothing more");
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.FalseReceipt, uint256(receiptId));
        (IDisputeTypes.Answer answer,,,,) = disputes.check(claim, none, mallory);
        assertEq(uint8(answer), uint8(IDisputeTypes.Answer.Unknown), "nobody answers for it any more");
    }

    function _recordReceipt(uint256 licenseId) private returns (bytes32) {
        (address enclave, uint256 enclaveKey) = makeAddrAndKey("key in an enclave");
        IComputeReceipts.Policy memory policy;
        (policy.platform, policy.rootHash, policy.simulated) = (keccak256("simulated"), keccak256("root"), true);
        policy.measurements = new bytes32[](1);
        IComputeReceipts.SignerEvidence memory e;
        (e.evidenceHash, e.expiresAt) = (keccak256("evidence"), uint40(block.timestamp + 1 days));
        ComputeReceipt memory r;
        r.policy = computeReceipts.publishPolicy(policy);
        vm.prank(carol);
        computeReceipts.registerSigner(policy, enclave, e);
        uint256[] memory ids = new uint256[](1);
        ids[0] = licenseId;
        (r.signer, r.runner, r.evidenceHash) = (enclave, bob, e.evidenceHash);
        (r.startedAt, r.endedAt) = (uint40(block.timestamp), uint40(block.timestamp));
        (r.jobManifestHash, r.licensesHash) = (keccak256("job"), keccak256(abi.encodePacked(ids)));
        return computeReceipts.record(r, ids, sign(enclaveKey, r.hash()));
    }

    function test_AContestedRecallFalls() external {
        uint256 datasetId = publishDataset(alice);
        vm.startPrank(alice);
        registry.setRevokedRoot(datasetId, 1, keccak256("root"));
        uint256 recallId = recalls.open(datasetId, 1, IRecalls.Reason.Defect, keccak256("leaves"), keccak256("root"), 0);
        vm.stopPrank();
        uint256 disputeId = file(bob, IDisputeTypes.Reason.ContestedRecall, recallId, none);
        uint256 other = file(carol, IDisputeTypes.Reason.ContestedRecall, recallId, none);
        bringToCouncil(disputeId, none);
        bringToCouncil(other, none);
        council2(disputeId, disputes.reliefOf(disputeId, true));
        council2(other, rejection());
        finish(disputeId, none);
        assertTrue(recalls.recallOf(recallId).dismissed, "dismissed");
        // The other one ends too; what was decided stays.
        disputes.conclude(other, none);
        assertTrue(recalls.recallOf(recallId).dismissed, "still");
    }

    function test_ATakedownStartsARecall() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        uint256 id = versionId(offer.datasetId, 1);
        uint256 disputeId = file(mallory, IDisputeTypes.Reason.ConsentWithdrawn, id, none);
        bringToCouncil(disputeId, none);
        IDisputeTypes.Ruling memory ruling = refundOf(0);
        (ruling.correct, ruling.revokedRoot, ruling.leaves) = (true, keccak256("root"), keccak256("leaves"));
        council2(disputeId, ruling);
        finish(disputeId, none);
        assertStatus(offer.datasetId, IDatasetRegistry.Status.Trainable);
        IRecalls.Recall memory recall = recalls.recallOf(1);
        assertEq(recall.datasetId, offer.datasetId, "dataset");
        assertEq(recall.revokedRoot, keccak256("root"), "root");
        assertEq(uint8(recalls.standingOf(1, licenseId)), uint8(IRecalls.Standing.Waiting), "licensees must act");
        assertEq(uint8(licenseToken.accessOf(licenseId, bob, 1, 1)), uint8(ILicenseToken.Access.Granted), "access");
    }

    // ---- private

    /// @dev All is asked back and has thawed; what is locked stays.
    function _cannotWithdraw() private {
        uint256 snapshot = vm.snapshotState();
        vm.prank(provider);
        providerBond.requestWithdrawal(address(usdc), STAKE);
        forward(providerBond.parameters().thawingTime + providerBond.OWN_LAG() + 1);
        vm.prank(provider);
        assertEq(providerBond.completeWithdrawal(address(usdc)), STAKE - PRICE, "the rest alone");
        vm.revertToState(snapshot);
    }
}
