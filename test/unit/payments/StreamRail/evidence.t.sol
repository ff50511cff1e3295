// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { StreamFlags } from "../../../../contracts/payments/StreamState.sol";
import { ServiceReport } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EvidenceDouble } from "../../../mocks/EvidenceDouble.sol";
import { StreamTest } from "./StreamTest.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Streams whose epochs wait for evidence, of grade 2 at least.
contract StreamRailEvidenceTest is StreamTest {
    uint8 private constant LEAST = 2;

    EvidenceDouble private receipts;
    EvidenceDouble private adherence;
    Offer private offer;

    function setUp() public override {
        super.setUp();
        receipts = _keeper("ComputeReceipts");
        adherence = _keeper("ProofRegistry");
        offer = _evidenceOffer(IStreamRail.Proof.ComputeReceipt, false);
    }

    // ---- checkOffer

    function testFuzz_RevertWhen_NobodyKeepsTheEvidence(bool byReceipt) external {
        IStreamRail.Proof proof = byReceipt ? IStreamRail.Proof.ComputeReceipt : IStreamRail.Proof.Adherence;
        offer = _evidenceOffer(proof, false);
        vm.prank(seller);
        market.open(offer);
        address keeper = byReceipt ? address(receipts) : address(adherence);
        bytes memory code = keeper.code;
        vm.etch(keeper, "");
        bytes memory refusal = abi.encodeWithSelector(IStreamRail.StreamRail_NoEvidenceKept.selector, proof);
        vm.expectRevert(refusal);
        rail.checkOffer(offer);
        vm.expectRevert(refusal);
        vm.prank(buyer);
        market.buy(offer, buyer, bytes32(0), "");
        vm.etch(keeper, code);
        rail.checkOffer(offer);
        vm.prank(buyer);
        market.buy(offer, buyer, bytes32(0), "");
    }

    function test_RevertWhen_AFieldOfEvidenceIsOutOfBounds() external {
        IStreamRail.StreamTerms memory t = _streamTerms(IStreamRail.Proof.ComputeReceipt);
        t.window = REPORT_WINDOW;
        _expectBad(t, "window");
        t = _streamTerms(IStreamRail.Proof.ComputeReceipt);
        t.openFor = 1 hours - 1;
        _expectBad(t, "openFor");
        t.openFor = 365 days + 1;
        _expectBad(t, "openFor");
        t = _streamTerms(IStreamRail.Proof.Adherence);
        t.defaultAfter = RULE_FOR;
        _expectBad(t, "defaultAfter");
        t = _streamTerms(IStreamRail.Proof.Adherence);
        t.contestBond = 1;
        _expectBad(t, "contestBond");
        t = _streamTerms(IStreamRail.Proof.ComputeReceipt);
        t.leastAssurance = 0;
        _expectBad(t, "leastAssurance");
        t.leastAssurance = 3;
        _expectBad(t, "leastAssurance");
        t = _streamTerms(IStreamRail.Proof.Adherence);
        t.leastAssurance = 0;
        _expectBad(t, "leastAssurance");
        t.leastAssurance = 5;
        _expectBad(t, "leastAssurance");
    }

    function testFuzz_WhenTheEvidenceIsWellFormedAndKept(
        bool byReceipt,
        uint8 least,
        uint32 openFor,
        bool refunds
    )
        external
        view
    {
        IStreamRail.StreamTerms memory t =
            _streamTerms(byReceipt ? IStreamRail.Proof.ComputeReceipt : IStreamRail.Proof.Adherence);
        t.leastAssurance = uint8(bound(least, 1, byReceipt ? 2 : 4));
        (t.openFor, t.defaultRefund) = (uint32(bound(openFor, 1 hours, 365 days)), refunds);
        Offer memory well = _streamOffer(t);
        assertEq(abi.encode(offers.unpackTerms(well.railTerms)), abi.encode(t), "round trip");
        rail.checkOffer(well);
    }

    // ---- settle

    function test_RevertWhen_ThereIsNoEvidenceYet() external {
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH + OPEN_FOR);
        vm.expectRevert(_early(licenseId, block.timestamp + 1));
        rail.settle(licenseId, offer);
    }

    function test_RevertWhen_TheEvidenceIsTooWeak() external {
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        receipts.set(licenseId, uint40(block.timestamp), LEAST - 1);
        vm.expectRevert(_early(licenseId, START + EPOCH + OPEN_FOR + 1));
        rail.settle(licenseId, offer);
    }

    function test_RevertWhen_TheKeeperFailsToAnswer() external {
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        receipts.set(licenseId, uint40(block.timestamp), LEAST);
        for (uint256 fault = 1; fault <= uint256(type(EvidenceDouble.Fault).max); ++fault) {
            receipts.setFault(EvidenceDouble.Fault(fault));
            vm.expectRevert(_early(licenseId, START + EPOCH + OPEN_FOR + 1));
            rail.settle(licenseId, offer);
        }
        vm.etch(address(receipts), "");
        vm.expectRevert(_early(licenseId, START + EPOCH + OPEN_FOR + 1));
        rail.settle(licenseId, offer);
        vm.warp(START + EPOCH + OPEN_FOR + 1);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "the default");
    }

    function testFuzz_WhenEvidenceWasRecorded(bool byReceipt, uint256 recordedAfter, uint256 settledAfter) external {
        offer = _evidenceOffer(byReceipt ? IStreamRail.Proof.ComputeReceipt : IStreamRail.Proof.Adherence, true);
        uint256 licenseId = _buy(offer);
        // Nothing is overdue yet: the first epoch's time ends OPEN_FOR after it.
        recordedAfter = bound(recordedAfter, 0, EPOCH + OPEN_FOR);
        settledAfter = bound(settledAfter, recordedAfter, EPOCH + OPEN_FOR);
        EvidenceDouble keeper = byReceipt ? receipts : adherence;
        keeper.set(licenseId, uint40(START + recordedAfter), LEAST);
        vm.warp(START + settledAfter);
        uint256 begun = recordedAfter / EPOCH + 1;
        uint256 over = settledAfter / EPOCH;
        uint256 proven = begun < over ? begun : over;
        if (proven == 0) {
            vm.expectRevert(_early(licenseId, START + EPOCH + OPEN_FOR + 1));
            rail.settle(licenseId, offer);
            return;
        }
        assertEq(rail.settle(licenseId, offer), proven * EPOCH_PAY, "released");
        assertEq(rail.streamOf(licenseId).settled, proven, "cursor");
        vm.expectRevert(_early(licenseId, START + (proven + 1) * EPOCH + OPEN_FOR + 1));
        rail.settle(licenseId, offer);
    }

    function test_WhenEvidenceWasRecordedMoreThanOnce() external {
        uint256 licenseId = _buy(offer);
        receipts.set(licenseId, START + 10, LEAST);
        receipts.set(licenseId, START + 2 * EPOCH, LEAST);
        vm.warp(START + 4 * EPOCH);
        assertEq(rail.settle(licenseId, offer), 3 * EPOCH_PAY, "the one that began in that second too");
    }

    function test_WhenTheEvidenceFellBeforeAnyoneSettled() external {
        uint256 licenseId = _buy(offer);
        receipts.set(licenseId, START + 2 * EPOCH, LEAST);
        vm.warp(START + 4 * EPOCH);
        receipts.set(licenseId, START + 10, LEAST);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "the first alone");
        receipts.set(licenseId, 0, LEAST);
        vm.expectRevert(_early(licenseId, START + 2 * EPOCH + OPEN_FOR + 1));
        rail.settle(licenseId, offer);
    }

    function test_WhenNoEvidenceCameInTime() external {
        uint256 released = _buy(offer);
        Offer memory refunding = _evidenceOffer(IStreamRail.Proof.Adherence, true);
        uint256 refunded = _buy(refunding);
        vm.warp(START + 3 * EPOCH + OPEN_FOR + 1);
        assertEq(rail.settle(released, offer), 3 * EPOCH_PAY, "release");
        uint256 before = _superBalance(buyer);
        vm.expectEmit(address(rail));
        emit IStreamRail.EpochsSettled(
            refunded, 0, 3, IStreamRail.Outcome.Faulted, address(usdc), 0, uint128(3 * EPOCH_PAY)
        );
        assertEq(rail.settle(refunded, refunding), 0, "nothing released");
        assertEq(_superBalance(buyer) - before, 3 * EPOCH_PAY * SCALE, "refund");
    }

    function test_WhenEvidenceComesLateAndBeforeAnyoneSettled() external {
        offer = _evidenceOffer(IStreamRail.Proof.ComputeReceipt, true);
        uint256 licenseId = _buy(offer);
        vm.warp(START + 2 * EPOCH + OPEN_FOR + 1);
        receipts.set(licenseId, uint40(block.timestamp), LEAST);
        assertEq(rail.settle(licenseId, offer), 8 * EPOCH_PAY, "all that is over");
    }

    function test_WhenEvidenceComesAfterTheDefaultWasApplied() external {
        offer = _evidenceOffer(IStreamRail.Proof.ComputeReceipt, true);
        uint256 licenseId = _buy(offer);
        vm.warp(START + 2 * EPOCH + OPEN_FOR + 1);
        assertEq(rail.settle(licenseId, offer), 0, "two refunded");
        receipts.set(licenseId, uint40(block.timestamp), LEAST);
        assertEq(rail.settle(licenseId, offer), 6 * EPOCH_PAY, "the rest alone");
    }

    function test_WhenEvidenceProvesSomeEpochsAndOthersAreOverdue() external {
        offer = _evidenceOffer(IStreamRail.Proof.ComputeReceipt, true);
        uint256 licenseId = _buy(offer);
        receipts.set(licenseId, START + EPOCH, LEAST);
        vm.warp(START + 4 * EPOCH + OPEN_FOR + 1);
        assertEq(rail.settle(licenseId, offer), 2 * EPOCH_PAY, "proven");
        uint256 before = _superBalance(buyer);
        assertEq(rail.settle(licenseId, offer), 0, "overdue");
        assertEq(_superBalance(buyer) - before, 2 * EPOCH_PAY * SCALE, "refunded");
        assertEq(rail.streamOf(licenseId).settled, 4, "cursor");
    }

    function test_WhenADisputeFrozeTheMoney() external {
        offer = _evidenceOffer(IStreamRail.Proof.ComputeReceipt, true);
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        receipts.set(licenseId, uint40(block.timestamp), LEAST);
        _freezeStream(licenseId);
        vm.warp(START + 20 * EPOCH);
        vm.expectRevert(_frozen(licenseId));
        rail.settle(licenseId, offer);
        vm.prank(disputes);
        rail.unfreeze(licenseId);
        assertEq(rail.settle(licenseId, offer), 2 * EPOCH_PAY, "what was proven before");
        vm.expectRevert(_early(licenseId, block.timestamp + OPEN_FOR + 1));
        rail.settle(licenseId, offer);
        vm.warp(block.timestamp + OPEN_FOR);
        receipts.set(licenseId, uint40(block.timestamp), LEAST);
        assertEq(rail.settle(licenseId, offer), (18 + OPEN_FOR / EPOCH) * EPOCH_PAY, "nothing was lost by the freeze");
    }

    function test_WhenTheLicenseEndedByNotice() external {
        uint256 licenseId = _buy(offer);
        vm.warp(START + 600);
        vm.prank(buyer);
        rail.close(licenseId, offer);
        uint256 end = START + 600 + NOTICE;
        vm.warp(end);
        rail.close(licenseId, offer);
        // The end's own epoch had begun; what is recorded after the end proves it as well.
        vm.warp(end + 10);
        receipts.set(licenseId, uint40(block.timestamp), LEAST);
        assertEq(rail.settle(licenseId, offer), (end - START) * BASE_RATE, "up to the end");
        assertEq(_flags(licenseId) & StreamFlags.DONE, StreamFlags.DONE, "done");
        assertEq(_superBalance(_vault(licenseId)), 0, "empty");
        vm.expectRevert(_nothingDue(licenseId));
        rail.settle(licenseId, offer);
    }

    function test_WhenThePayerWasLiquidated() external {
        uint256 licenseId = _buy(offer);
        uint256 spendable = _superBalance(buyer);
        vm.prank(buyer);
        IERC20(usdcx).transfer(stranger, spendable - 9000 * RATE);
        _liquidate(licenseId, 9100);
        uint256 paid = (block.timestamp - START) * BASE_RATE;
        vm.warp(START + 5 * EPOCH);
        receipts.set(licenseId, uint40(block.timestamp), LEAST);
        assertEq(rail.settle(licenseId, offer), paid, "all that was paid");
        assertEq(rail.streamOf(licenseId).settled, 5, "empty epochs are concluded too");
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
    }

    function test_WhenTheProviderConcededAnEpoch() external {
        uint256 licenseId = _buy(offer);
        vm.warp(START + 2 * EPOCH);
        receipts.set(licenseId, uint40(block.timestamp), LEAST);
        uint256 before = _superBalance(buyer);
        vm.prank(provider);
        rail.concede(licenseId, offer, 1);
        assertEq(_superBalance(buyer) - before, EPOCH_PAY * SCALE, "refunded");
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "the second is proven");
    }

    /// @dev Eight steps of random length; in each, evidence may come and anyone may settle. A model of its own says what each epoch
    /// must have become.
    function testFuzz_WhenAnyoneSettlesAtRandom(uint256 seed, bool refunds) external {
        offer = _evidenceOffer(IStreamRail.Proof.Adherence, refunds);
        uint256 licenseId = _buy(offer);
        uint256 before = _superBalance(buyer);
        uint256 released;
        uint256 mustBeReleased;
        uint256 cursor;
        uint256 lastAt;
        for (uint256 i; i < 8; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            vm.warp(vm.getBlockTimestamp() + bound(seed >> 8, 1, 6 * uint256(EPOCH)));
            uint256 time = vm.getBlockTimestamp() - START;
            if (seed & 1 == 1) {
                lastAt = time;
                adherence.set(licenseId, uint40(vm.getBlockTimestamp()), LEAST);
            }
            if (seed & 6 == 0) continue;
            for (uint256 epoch = cursor; (epoch + 1) * EPOCH <= time; ++epoch) {
                bool proven = lastAt != 0 && epoch * EPOCH <= lastAt;
                if (!proven && (epoch + 1) * EPOCH + OPEN_FOR >= time) break;
                cursor = epoch + 1;
                if (proven || !refunds) mustBeReleased += EPOCH_PAY;
            }
            // Proven ones first, then what is overdue.
            while (rail.streamOf(licenseId).settled < cursor) released += rail.settle(licenseId, offer);
            assertEq(rail.streamOf(licenseId).settled, cursor, "cursor");
            assertEq(released, mustBeReleased, "released");
        }
        // The payer streams on; what came back is whole epochs.
        uint256 streamed = (vm.getBlockTimestamp() - START) * RATE;
        assertEq(
            before - _superBalance(buyer), streamed - (cursor * EPOCH_PAY - released) * SCALE, "refunded exactly once"
        );
    }

    // ---- other ways to conclude

    function test_SubmitReport_RevertWhen_EvidenceProvesTheEpochs() external {
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        ServiceReport memory report = _report(licenseId, 0, 1);
        vm.expectRevert(_railNotAllowed(licenseId, address(this)));
        rail.submitReport(licenseId, offer, report, "");
    }

    function test_Refund_WhenATakedownClawsEvidenceStreamsBack() external {
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        receipts.set(licenseId, uint40(block.timestamp), LEAST);
        rail.settle(licenseId, offer);
        vm.warp(START + 3 * EPOCH);
        uint256 before = _superBalance(buyer);
        vm.prank(disputes);
        rail.refund(licenseId, offer, type(uint128).max);
        assertGe(_superBalance(buyer) - before, 2 * EPOCH_PAY * SCALE, "what was not concluded, and the deposit");
        assertEq(usdc.balanceOf(seller), _net(EPOCH_PAY), "what was settled stays");
        assertEq(_flags(licenseId) & StreamFlags.DONE, StreamFlags.DONE, "done");
    }

    // ---- StreamOffers

    function test_LastProvenAt_WhenNoEvidenceIsNamed() external {
        receipts.set(1, START, LEAST);
        adherence.set(1, START, LEAST);
        assertEq(offers.lastProvenAt(1, _timeOffer().railTerms), 0, "time");
        assertEq(offers.lastProvenAt(1, _reportOffer().railTerms), 0, "report");
    }

    function test_LastProvenAt_WhenEvidenceIsNamed() external {
        receipts.set(1, START - 2, LEAST);
        adherence.set(1, START - 1, LEAST);
        assertEq(offers.lastProvenAt(1, offer.railTerms), START - 2, "receipts");
        offer = _evidenceOffer(IStreamRail.Proof.Adherence, false);
        assertEq(offers.lastProvenAt(1, offer.railTerms), START - 1, "adherence");
        adherence.set(1, START + 1, LEAST);
        assertEq(offers.lastProvenAt(1, offer.railTerms), 0, "not a time that lies ahead");
    }

    // ---- helpers

    function _keeper(string memory name) private returns (EvidenceDouble) {
        address at = _addressOf(name);
        vm.etch(at, address(new EvidenceDouble()).code);
        return EvidenceDouble(at);
    }

    function _evidenceOffer(IStreamRail.Proof proof, bool refunds) private view returns (Offer memory) {
        IStreamRail.StreamTerms memory t = _streamTerms(proof);
        t.defaultRefund = refunds;
        return _streamOffer(t);
    }

    function _expectBad(IStreamRail.StreamTerms memory t, bytes32 field) private {
        Offer memory bad = _streamOffer(t);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, field));
        rail.checkOffer(bad);
    }
}
