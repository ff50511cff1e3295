// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { DeliveryReceipt, EncodingRequest } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { AllRails } from "../../../base/AllRails.sol";
import { EvidenceDouble } from "../../../mocks/EvidenceDouble.sol";

/// @notice Offers whose money waits for evidence, on the deployed protocol; the keepers of evidence are doubles, put where the
/// real ones will be.
contract EvidenceTest is AllRails {
    uint8 private constant LEAST = 2;

    Offer private offer;
    IEscrowRail.EscrowTerms private t;

    function setUp() public override {
        super.setUp();
        t = escrowTerms();
        (t.condition, t.leastAssurance, t.contestBond) = (IEscrowRail.ReleaseCondition.ComputeReceipt, LEAST, 0);
        offer = escrowOffer();
        offer.termsId = registerTerms(_computeTerms());
        offer.railTerms = escrow.packTerms(t);
    }

    // ---- checkOffer

    function testFuzz_RevertWhen_NobodyKeepsTheEvidence(uint8 named) public {
        t.condition = IEscrowRail.ReleaseCondition(bound(named, 1, 3));
        (t.coolingOff, t.objectionWindow) = (0, 0);
        offer.railTerms = escrow.packTerms(t);
        vm.etch(_placeOf(t.condition), "");
        bytes memory refusal = abi.encodeWithSelector(IEscrowRail.EscrowRail_NoEvidenceKept.selector, t.condition);
        vm.expectRevert(refusal);
        escrow.checkOffer(offer);
        openOffer(offer);
        vm.expectRevert(refusal);
        vm.prank(bob);
        market.buy(offer, bob, bytes32(0), "");
        _keeper(t.condition);
        escrow.checkOffer(offer);
        buy(offer, bob);
    }

    function testFuzz_RevertWhen_AFieldOfTheConditionIsOutOfBounds(uint8 named, uint8 assurance, uint8 bit) public {
        _keeper(t.condition);
        _expectBad(uint256(bound(named, 4, 255)) << 128 | uint256(LEAST) << 136, "condition");
        _expectBad(uint256(bound(assurance, 1, 255)) << 136, "condition");
        _expectBad(uint256(1) << 128, "leastAssurance");
        _expectBad(uint256(1) << 128 | uint256(LEAST) << 136 | 1, "contestBond");
        _expectBad(uint256(3) << 128 | uint256(LEAST) << 136 | 1, "contestBond");
        _expectBad(uint256(3) << 128 | uint256(LEAST) << 136, "coolingOff");
        _expectBad(uint256(1) << 128 | uint256(LEAST) << 136 | uint256(1) << bound(bit, 144, 255), "padding");
    }

    function testFuzz_WhenTheConditionIsWellFormedAndKept(uint8 named, uint8 least, uint128 bond) public {
        t.condition = IEscrowRail.ReleaseCondition(bound(named, 1, 3));
        t.leastAssurance = uint8(bound(least, 1, 255));
        bool adherence = t.condition == IEscrowRail.ReleaseCondition.Adherence;
        t.contestBond = adherence ? uint128(bound(bond, 0, PRICE)) : 0;
        if (t.condition == IEscrowRail.ReleaseCondition.Quality) (t.coolingOff, t.objectionWindow) = (0, 0);
        offer.railTerms = escrow.packTerms(t);
        assertEq(abi.encode(escrow.unpackTerms(offer.railTerms)), abi.encode(t));
        _keeper(t.condition);
        escrow.checkOffer(offer);
    }

    // ---- settle, in place of receipts

    function test_RevertWhen_ThereIsNoEvidence() public {
        (, uint256 id) = _sell();
        _expectNeeded(id);
        escrow.settle(id, offer);
        forward(t.sla + 1);
        _expectNeeded(id);
        escrow.settle(id, offer);
    }

    function test_RevertWhen_TheEvidenceIsTooWeak() public {
        (EvidenceDouble keeper, uint256 id) = _sell();
        keeper.set(id, uint40(block.timestamp), LEAST - 1);
        _expectNeeded(id);
        escrow.settle(id, offer);
    }

    function test_RevertWhen_TheEvidenceCameAfterTheDeadline() public {
        (EvidenceDouble keeper, uint256 id) = _sell();
        forward(t.sla + 1);
        keeper.set(id, uint40(block.timestamp), LEAST);
        _expectNeeded(id);
        escrow.settle(id, offer);
        escrow.refundUndelivered(id, offer);
    }

    function test_RevertWhen_TheKeeperFailsToAnswer() public {
        (EvidenceDouble keeper, uint256 id) = _sell();
        keeper.set(id, uint40(block.timestamp), LEAST);
        for (uint256 fault = 1; fault <= uint256(type(EvidenceDouble.Fault).max); ++fault) {
            keeper.setFault(EvidenceDouble.Fault(fault));
            _expectNeeded(id);
            escrow.settle(id, offer);
        }
        vm.etch(address(keeper), "");
        _expectNeeded(id);
        escrow.settle(id, offer);
    }

    function testFuzz_WhenTheEvidenceCameInTime(uint256 recordedAt, uint256 settledAfter, uint8 assurance) public {
        (EvidenceDouble keeper, uint256 id) = _sell();
        uint256 bought = block.timestamp;
        vm.warp(bound(recordedAt, bought, bought + t.sla));
        uint40 at = uint40(block.timestamp);
        keeper.set(id, at, uint8(bound(assurance, LEAST, 255)));
        forward(bound(settledAfter, 0, 300 days));
        uint256 before = usdc.balanceOf(alice);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.ReleasedByEvidence(id, t.condition, at);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.HoldReleased(id, address(usdc), PRICE);
        vm.prank(mallory);
        assertEq(escrow.settle(id, offer), PRICE);
        assertEq(usdc.balanceOf(alice) - before, PRICE - PRICE * FEE_BPS / 10_000);
        _assertState(id, IEscrowRail.HoldState.Released);
    }

    function test_RevertWhen_TheMoneyIsFrozen() public {
        (EvidenceDouble keeper, uint256 id) = _sell();
        keeper.set(id, uint40(block.timestamp), LEAST);
        vm.prank(address(disputeManager));
        escrow.freeze(id);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_Frozen.selector, id));
        escrow.settle(id, offer);
    }

    function test_RevertWhen_TheHoldHasEnded() public {
        (EvidenceDouble keeper, uint256 id) = _sell();
        forward(t.sla + 1);
        escrow.refundUndelivered(id, offer);
        keeper.set(id, uint40(block.timestamp - 1 days), LEAST);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowRail.EscrowRail_WrongState.selector, id, IEscrowRail.HoldState.Refunded)
        );
        escrow.settle(id, offer);
    }

    function test_WhenTheLicenseeConfirms() public {
        (, uint256 id) = _sell();
        vm.prank(bob);
        escrow.confirm(id, offer);
        _assertState(id, IEscrowRail.HoldState.Released);
    }

    // ---- withdrawal

    function test_WhenEvidenceCameWithinTheObjectionWindow() public {
        (EvidenceDouble keeper, uint256 id) = _withdraw();
        forward(t.objectionWindow);
        keeper.set(id, uint40(block.timestamp), LEAST);
        forward(1);
        bytes memory refusal = abi.encodeWithSelector(
            IEscrowRail.EscrowRail_Proven.selector, id, t.condition, uint40(block.timestamp - 1)
        );
        vm.expectRevert(refusal);
        escrow.completeWithdrawal(id, offer);
        vm.expectRevert(refusal);
        escrow.close(id, offer);
        assertEq(uint8(licenseToken.accessOf(id, bob, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Frozen));
        escrow.settle(id, offer);
        assertEq(uint8(licenseToken.accessOf(id, bob, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Granted));
        _assertState(id, IEscrowRail.HoldState.Released);
    }

    function test_WhenEvidenceCameAfterTheObjectionWindow() public {
        (EvidenceDouble keeper, uint256 id) = _withdraw();
        forward(t.objectionWindow + 1);
        keeper.set(id, uint40(block.timestamp), LEAST);
        _expectNeeded(id);
        escrow.settle(id, offer);
        escrow.completeWithdrawal(id, offer);
        _assertState(id, IEscrowRail.HoldState.Refunded);
    }

    // ---- adherence, beside receipts

    function test_WhenItComesBeforeDeliveryIsRecorded() public {
        (EvidenceDouble keeper, uint256 id) = _sellForAdherence();
        keeper.set(id, uint40(block.timestamp), LEAST);
        escrow.settle(id, offer);
        _assertState(id, IEscrowRail.HoldState.Released);
    }

    function test_WhenItComesWithinTheChallengeWindow() public {
        (EvidenceDouble keeper, uint256 id) = _sellForAdherence();
        forward(t.sla);
        deliver(id, offer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentRail.PaymentRail_TooEarly.selector, id, block.timestamp + t.challengeWindow + 1
            )
        );
        escrow.settle(id, offer);
        forward(1);
        keeper.set(id, uint40(block.timestamp), LEAST);
        escrow.settle(id, offer);
        _assertState(id, IEscrowRail.HoldState.Released);
    }

    function test_WhenTheDeliveryIsContested() public {
        (EvidenceDouble keeper, uint256 id) = _sellForAdherence();
        deliver(id, offer);
        vm.prank(bob);
        escrow.contest(id, offer, "reason");
        keeper.set(id, uint40(block.timestamp), LEAST);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowRail.EscrowRail_WrongState.selector, id, IEscrowRail.HoldState.Contested)
        );
        escrow.settle(id, offer);
        assertEq(escrow.provenAt(id, offer), 0);
        vm.prank(arbitrator);
        escrow.rule(id, offer, PRICE);
        _assertState(id, IEscrowRail.HoldState.Refunded);
    }

    function test_WhenThereIsNone() public {
        (, uint256 id) = _sellForAdherence();
        deliver(id, offer);
        forward(t.challengeWindow + 1);
        escrow.settle(id, offer);
        _assertState(id, IEscrowRail.HoldState.Released);
    }

    // ---- receipts and refunds

    function test_SubmitReceipt_RevertWhen_EvidenceReplacesReceipts() public {
        (, uint256 id) = _sell();
        DeliveryReceipt memory receipt = deliveryReceipt(id, offer);
        bytes memory signature = signReceipt(receipt);
        _expectNeeded(id);
        escrow.submitReceipt(id, offer, receipt, signature);
        EncodingRequest memory request;
        _expectNeeded(id);
        escrow.submitReceiptOfLaterEncoding(id, offer, receipt, signature, request, "");
    }

    function test_RevertWhen_TheEvidenceCameInTimeToBarIt() public {
        (EvidenceDouble keeper, uint256 id) = _sell();
        uint40 at = uint40(block.timestamp + t.sla);
        vm.warp(at);
        keeper.set(id, at, LEAST);
        forward(1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowRail.EscrowRail_Proven.selector, id, t.condition, at));
        escrow.refundUndelivered(id, offer);
        escrow.settle(id, offer);
    }

    function test_WhenThereIsNoEvidenceToBarIt() public {
        (, uint256 id) = _sell();
        uint256 before = usdc.balanceOf(bob);
        forward(t.sla + 1);
        escrow.refundUndelivered(id, offer);
        assertEq(usdc.balanceOf(bob) - before, PRICE);
        _assertState(id, IEscrowRail.HoldState.Refunded);
    }

    function test_RefundUndelivered_WhenTheKeeperFailsToAnswer() public {
        (EvidenceDouble keeper, uint256 id) = _sell();
        keeper.set(id, uint40(block.timestamp), LEAST);
        forward(t.sla + 1);
        uint256 snapshot = vm.snapshotState();
        for (uint256 fault = 1; fault <= uint256(type(EvidenceDouble.Fault).max); ++fault) {
            keeper.setFault(EvidenceDouble.Fault(fault));
            escrow.refundUndelivered(id, offer);
            _assertState(id, IEscrowRail.HoldState.Refunded);
            vm.revertToState(snapshot);
        }
    }

    // ---- provenAt

    function test_ProvenAt_RevertWhen_TheOfferIsAnother() public {
        (, uint256 id) = _sell();
        bytes32 expected = market.offerIdOf(offer);
        offer.price += 1;
        bytes32 given = market.offerIdOf(offer);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_WrongOffer.selector, id, expected, given));
        escrow.provenAt(id, offer);
    }

    function test_ProvenAt_WhenTheOfferIsTheLicenses() public {
        (EvidenceDouble keeper, uint256 id) = _sell();
        assertEq(escrow.provenAt(id, offer), 0);
        keeper.set(id, uint40(block.timestamp), LEAST);
        assertEq(escrow.provenAt(id, offer), block.timestamp);
        escrow.settle(id, offer);
        assertEq(escrow.provenAt(id, offer), 0);
    }

    // ---- compute access

    function test_WhenTheTermsDoNotLetRawDataBeRead() public {
        (, uint256 id) = _sell();
        _assertComputeOnly(id);
        Offer memory metered = meterOffer();
        metered.termsId = offer.termsId;
        _assertComputeOnly(sell(metered, bob));
    }

    // ---- helpers

    function _computeTerms() private pure returns (ITermsRegistry.Terms memory terms_) {
        terms_ = defaultTerms();
        terms_.uses = Uses.TRAIN | Uses.FINE_TUNE | Uses.EVALUATE;
        terms_.flags = TermsFlags.COMMERCIAL | TermsFlags.REPORT_USE;
    }

    function _placeOf(IEscrowRail.ReleaseCondition condition) private view returns (address) {
        string[4] memory names = ["", "ComputeReceipts", "ProofRegistry", "QualityOracle"];
        return _addressOf(names[uint256(condition)]);
    }

    function _keeper(IEscrowRail.ReleaseCondition condition) private returns (EvidenceDouble) {
        address at = _placeOf(condition);
        vm.etch(at, address(new EvidenceDouble()).code);
        return EvidenceDouble(at);
    }

    function _sell() private returns (EvidenceDouble keeper, uint256 id) {
        keeper = _keeper(t.condition);
        openOffer(offer);
        id = buy(offer, bob);
    }

    function _sellForAdherence() private returns (EvidenceDouble, uint256) {
        (t.condition, t.contestBond) = (IEscrowRail.ReleaseCondition.Adherence, 10e6);
        offer.railTerms = escrow.packTerms(t);
        return _sell();
    }

    function _withdraw() private returns (EvidenceDouble keeper, uint256 id) {
        (keeper, id) = _sell();
        vm.prank(bob);
        escrow.requestWithdrawal(id, offer);
    }

    function _expectNeeded(uint256 id) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowRail.EscrowRail_EvidenceNeeded.selector, id, t.condition));
    }

    function _expectBad(uint256 second, bytes32 field) private {
        offer.railTerms[1] = bytes32(second);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, field));
        escrow.checkOffer(offer);
    }

    function _assertState(uint256 id, IEscrowRail.HoldState state) private view {
        assertEq(uint8(escrow.holdOf(id).state), uint8(state));
    }

    function _assertComputeOnly(uint256 id) private view {
        assertEq(uint8(licenseToken.accessOf(id, bob, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Granted));
        uint8 refused = uint8(ILicenseToken.Access.UseNotLicensed);
        assertEq(uint8(licenseToken.accessOf(id, bob, 1, Uses.READ_RAW)), refused);
        assertEq(uint8(licenseToken.accessOf(id, bob, 1, Uses.TRAIN | Uses.READ_RAW)), refused);
    }
}
