// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IServiceChallenges } from "../../../../contracts/interfaces/trust/IServiceChallenges.sol";
import { ITrustMoney } from "../../../../contracts/interfaces/trust/ITrustMoney.sol";
import { AvailabilityReceipt, DeliveryRequest, Messages } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { OddToken } from "../../payments/doubles/OddToken.sol";
import { FaultFixture } from "../FaultFixture.sol";
import { Trees } from "../Trees.sol";
import { DisputeDouble } from "../doubles/DisputeDouble.sol";
import { HoldDouble } from "../doubles/HoldDouble.sol";
import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract ServiceChallengesTest is FaultFixture {
    uint32 private constant WINDOW = 1 days;
    uint32 private constant COOLDOWN = 3 days;
    uint128 private constant FEE = PRICE / 100;
    uint128 private constant PENALTY = PRICE / 10;
    uint64 private constant CHUNK = 6;
    uint8 private constant HOLD_RAIL = 9;

    HoldDouble private _holds;
    Offer private _sold;
    uint256 private _id;
    DeliveryRequest private _request;

    function setUp() public override {
        super.setUp();
        _holds = new HoldDouble(licenses);
        licenses.addRail(HOLD_RAIL, address(_holds), false);
        _sold = _servedOffer();
        _sold.rail = HOLD_RAIL;
        _open(_sold);
        _id = _buy(_sold);
        _fund(reporter);
        _fund(buyer);
        _request = DeliveryRequest(_id, 1, 1, CHUNK, 1, START);
    }

    // ---- moves

    function _fund(address account) private {
        usd.mint(account, 1000e6);
        vm.prank(account);
        usd.approve(address(challenges), type(uint256).max);
    }

    function _challenge() private returns (uint256) {
        return _challengeWith(_request, _sign(buyerKey, Messages.hash(_request)));
    }

    function _challengeWith(DeliveryRequest memory request, bytes memory signature) private returns (uint256) {
        vm.prank(reporter);
        return challenges.open(_sold, request, signature, FEE);
    }

    /// @dev Signs before the revert is expected.
    function _refuseRequest(bytes memory reason) private {
        bytes memory signature = _sign(buyerKey, Messages.hash(_request));
        vm.expectRevert(reason);
        _challengeWith(_request, signature);
    }

    function _badRequest(bytes32 field) private {
        _refuseRequest(abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadRequest.selector, field));
    }

    function _noAccess(ILicenseToken.Access access) private {
        _refuseRequest(
            abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_NoAccess.selector, _id, uint8(access))
        );
    }

    function _receiptOf(uint256 challengeId) private view returns (AvailabilityReceipt memory) {
        return
            AvailabilityReceipt(challengeId, Trees.root(encoded), CHUNK, _leaf(CHUNK).digest, uint40(block.timestamp));
    }

    function _answer(AvailabilityReceipt memory receipt) private {
        _answerWith(_sold, receipt, 1 << 20, receiptKey, receiptSecret, "");
    }

    /// @dev Expects `reason` when there is one.
    function _answerWith(
        Offer memory offer,
        AvailabilityReceipt memory receipt,
        uint32 size,
        address signer,
        uint256 secret,
        bytes memory reason
    )
        private
    {
        bytes32[] memory proof = Trees.proof(encoded, CHUNK);
        bytes memory signature = _sign(secret, Messages.hash(receipt));
        if (reason.length != 0) vm.expectRevert(reason);
        challenges.answer(offer, receipt, size, 0, proof, signer, signature);
    }

    function _refuseAnswer(AvailabilityReceipt memory receipt, bytes memory reason) private {
        _answerWith(_sold, receipt, 1 << 20, receiptKey, receiptSecret, reason);
    }

    function _badAnswer(AvailabilityReceipt memory receipt, bytes32 field) private {
        _refuseAnswer(
            receipt,
            abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadAnswer.selector, receipt.challengeId, field)
        );
    }

    function _wrongState(uint256 challengeId, IServiceChallenges.State state) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_WrongState.selector, challengeId, state);
    }

    function _assertState(uint256 challengeId, IServiceChallenges.State state) private view {
        assertEq(uint8(challenges.challengeOf(challengeId).state), uint8(state));
    }

    function _otherOffer() private view returns (Offer memory other, bytes memory reason) {
        other = _sold;
        other.salt = 77;
        reason = abi.encodeWithSelector(
            IServiceChallenges.ServiceChallenges_WrongOffer.selector, _id, _idOf(_sold), _idOf(other)
        );
    }

    // ---- open

    function test_Open_RevertGiven_ChallengesAreStopped() external {
        challenges.stop();
        _refuseRequest(abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_Stopped.selector));
    }

    function test_Open_RevertWhen_TheOfferIsNotTheChallengedLicenses() external {
        (Offer memory other, bytes memory reason) = _otherOffer();
        vm.expectRevert(reason);
        challenges.open(other, _request, "", FEE);
    }

    function test_Open_RevertGiven_TheLicenseGivesNoAccess() external {
        _holds.freezeLicense(_id, true);
        _noAccess(ILicenseToken.Access.Frozen);
        _holds.freezeLicense(_id, false);
        registry.restrictStatus(servedDataset, 1, IDatasetRegistry.Status.Suspended);
        _noAccess(ILicenseToken.Access.DatasetSuspended);
        registry.reinstate(servedDataset, 1);
        _request.version = 2;
        _noAccess(ILicenseToken.Access.VersionNotLicensed);
        _request.version = 1;
        _holds.endLicense(_id);
        _noAccess(ILicenseToken.Access.Closed);
    }

    function test_Open_RevertGiven_TheLicenseEndsBeforeAnAnswerIsDue() external {
        uint256 end = START + DURATION;
        vm.warp(end - WINDOW);
        _request.signedAt = uint40(block.timestamp);
        _refuseRequest(abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_EndsBefore.selector, _id, end, end));
        vm.warp(end - WINDOW - 1);
        _request.signedAt = uint40(block.timestamp);
        _challenge();
    }

    function test_Open_RevertWhen_TheRequestIsOfAnEncodingThatIsNotOwed() external {
        _request.encoding = 0;
        _badRequest("encoding");
        (address other, uint256 otherKey) = makeAddrAndKey("other provider");
        _addEncodingOf(servedDataset, 2, keccak256("theirs"), other, otherKey, 30 days);
        _request.encoding = 2;
        _badRequest("provider");
        _request.encoding = 3;
        _refuseRequest(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownEncoding.selector, servedDataset, 1, 3)
        );
    }

    function test_Open_RevertGiven_TheEncodingIsRetiredAndServedTooShort() external {
        _addEncodingOf(servedDataset, 2, Trees.root(encoded), provider, providerKey, WINDOW);
        vm.prank(seller);
        registry.retireEncoding(servedDataset, 1, 2);
        _request.encoding = 2;
        uint256 end = START + WINDOW;
        _refuseRequest(abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_EndsBefore.selector, _id, end, end));
    }

    function test_Open_GivenTheEncodingIsRetiredAndServedLongEnough() external {
        vm.prank(provider);
        registry.retireEncoding(servedDataset, 1, 1);
        _challenge();
    }

    function test_Open_RevertWhen_TheChunkLiesBeyondTheVersionThatWasSold() external {
        _request.chunk = uint64(CHUNKS);
        _badRequest("chunk");
    }

    function test_Open_RevertWhen_TheRequestIsTooOldOrOfTheFuture() external {
        _request.signedAt = START + 1;
        _badRequest("signedAt");
        _request.signedAt = START;
        vm.warp(START + 7 days + 1);
        _badRequest("signedAt");
        vm.warp(START + 7 days);
        _challenge();
    }

    function test_Open_RevertGiven_TheHolderDidNotSign() external {
        bytes memory reason = abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadSignature.selector, buyer);
        bytes memory signature = _sign(providerKey, Messages.hash(_request));
        vm.expectRevert(reason);
        _challengeWith(_request, signature);
        signature = _sign(buyerKey, Messages.hash(_request));
        _request.chunk += 1;
        vm.expectRevert(reason);
        _challengeWith(_request, signature);
    }

    function test_Open_RevertWhen_TheFeeIsMoreThanAgreed() external {
        vm.expectRevert(abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_FeeTooHigh.selector, FEE, FEE - 1));
        vm.prank(buyer);
        challenges.open(_sold, _request, "", FEE - 1);
    }

    function test_Open_GivenTheLicenseWasChallengedBefore() external {
        _challenge();
        uint256 from = START + COOLDOWN;
        vm.warp(from - 1);
        (_request.sequence, _request.signedAt) = (2, uint40(block.timestamp));
        _refuseRequest(abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_TooSoon.selector, _id, from));
        vm.warp(from);
        _request.sequence = 1;
        _badRequest("sequence");
        _request.sequence = 2;
        assertEq(_challenge(), 2);
        (uint256 last, uint64 sequence, uint40 openedAt) = challenges.lastOf(_id);
        assertEq(abi.encode(last, sequence, openedAt), abi.encode(2, 2, from));
    }

    function test_Open_WhenSomebodyBringsTheHoldersRequest() external {
        (uint128 fee, uint128 penalty) = challenges.costOf(_sold);
        assertEq(fee, FEE);
        assertEq(penalty, PENALTY);
        bytes memory signature = _sign(buyerKey, Messages.hash(_request));
        vm.expectEmit(address(challenges));
        emit IServiceChallenges.ChallengeOpened(1, _id, provider, reporter, _request, FEE, PENALTY, START + WINDOW);
        assertEq(_challengeWith(_request, signature), 1);
        assertEq(usd.balanceOf(address(challenges)), FEE);
        assertEq(bonds.lockOf(challenges.claimIdOf(1)).amount, PENALTY);
        IServiceChallenges.Challenge memory stored = challenges.challengeOf(1);
        assertEq(
            abi.encode(stored),
            abi.encode(_id, 1, 1, CHUNK, START, START + WINDOW, IServiceChallenges.State.Open, reporter, FEE)
        );
        assertEq(challenges.challengeCount(), 1);
    }

    function test_Open_WhenTheHolderItselfChallenges() external {
        vm.prank(buyer);
        assertEq(challenges.open(_sold, _request, "", FEE), 1);
        assertEq(challenges.challengeOf(1).challenger, buyer);
    }

    function test_Open_RevertGiven_AnOfferForNothingInATokenWithoutBond() external {
        OddToken odd = new OddToken(6);
        config.setPaymentToken(address(odd), address(0), 0, true);
        Offer memory free = _sold;
        (free.token, free.price) = (address(odd), 0);
        _open(free);
        _request.licenseId = _buy(free);
        vm.expectRevert(
            abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadRequest.selector, bytes32("fee"))
        );
        vm.prank(buyer);
        challenges.open(free, _request, "", FEE);
    }

    // ---- answer

    function test_Answer_RevertGiven_TheChallengeIsNotOpen() external {
        _refuseAnswer(_receiptOf(1), _wrongState(1, IServiceChallenges.State.None));
        uint256 id = _challenge();
        _answer(_receiptOf(id));
        _refuseAnswer(_receiptOf(id), _wrongState(id, IServiceChallenges.State.Answered));
    }

    function test_Answer_RevertWhen_ItIsTooLate() external {
        uint256 id = _challenge();
        vm.warp(START + WINDOW + 1);
        _refuseAnswer(
            _receiptOf(id),
            abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_TooLate.selector, id, START + WINDOW)
        );
    }

    function test_Answer_RevertWhen_TheAnswerIsOfAnotherOffer() external {
        uint256 id = _challenge();
        (Offer memory other, bytes memory reason) = _otherOffer();
        _answerWith(other, _receiptOf(id), 1 << 20, receiptKey, receiptSecret, reason);
    }

    function test_Answer_RevertWhen_TheReceiptDoesNotFit() external {
        uint256 id = _challenge();
        AvailabilityReceipt memory receipt = _receiptOf(id);
        receipt.chunk += 1;
        _badAnswer(receipt, "chunk");
        receipt = _receiptOf(id);
        receipt.encodingRoot = 0;
        _badAnswer(receipt, "encodingRoot");
        receipt = _receiptOf(id);
        receipt.signedAt += 1;
        _badAnswer(receipt, "signedAt");
        receipt.signedAt -= 2;
        _badAnswer(receipt, "signedAt");
    }

    function test_Answer_RevertWhen_TheProofDoesNotHold() external {
        uint256 id = _challenge();
        AvailabilityReceipt memory receipt = _receiptOf(id);
        receipt.digest ^= bytes32(uint256(1));
        _badAnswer(receipt, "proof");
        bytes memory reason =
            abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadAnswer.selector, id, bytes32("proof"));
        _answerWith(_sold, _receiptOf(id), 1, receiptKey, receiptSecret, reason);
    }

    function test_Answer_RevertGiven_NobodyOfTheProviderSignedTheReceipt() external {
        uint256 id = _challenge();
        bytes memory reason = abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadSignature.selector, buyer);
        _answerWith(_sold, _receiptOf(id), 1 << 20, buyer, buyerKey, reason);
        reason = abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadSignature.selector, logKey);
        _answerWith(_sold, _receiptOf(id), 1 << 20, logKey, logSecret, reason);
        reason = abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadSignature.selector, receiptKey);
        _answerWith(_sold, _receiptOf(id), 1 << 20, receiptKey, logSecret, reason);
    }

    function test_Answer_WhenTheProviderAnswersInTheLastSecond() external {
        uint256 id = _challenge();
        vm.warp(START + WINDOW);
        AvailabilityReceipt memory receipt = _receiptOf(id);
        vm.expectEmit(address(challenges));
        emit IServiceChallenges.ChallengeAnswered(id, receipt.digest, provider, payout, FEE);
        bytes32[] memory proof = Trees.proof(encoded, CHUNK);
        challenges.answer(_sold, receipt, 1 << 20, 0, proof, provider, _sign(providerKey, Messages.hash(receipt)));
        assertEq(usd.balanceOf(payout), FEE);
        assertEq(bonds.lockOf(challenges.claimIdOf(id)).amount, 0);
        assertEq(_stake(), STAKE);
        _assertState(id, IServiceChallenges.State.Answered);
    }

    // ---- fault

    function _missed() private returns (uint256 id) {
        id = _challenge();
        vm.warp(START + WINDOW + 1);
    }

    function test_Fault_RevertGiven_TheChallengeHasEnded() external {
        vm.expectRevert(_wrongState(1, IServiceChallenges.State.None));
        challenges.fault(1, _sold);
        uint256 id = _missed();
        challenges.fault(id, _sold);
        vm.expectRevert(_wrongState(id, IServiceChallenges.State.Faulted));
        challenges.fault(id, _sold);
    }

    function test_Fault_RevertWhen_ThereIsTimeToAnswer() external {
        uint256 id = _challenge();
        vm.warp(START + WINDOW);
        vm.expectRevert(
            abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_TooEarly.selector, id, START + WINDOW + 1)
        );
        challenges.fault(id, _sold);
    }

    function test_Fault_RevertWhen_TheFaultIsOfAnotherOffer() external {
        uint256 id = _missed();
        (Offer memory other, bytes memory reason) = _otherOffer();
        vm.expectRevert(reason);
        challenges.fault(id, other);
    }

    function test_Fault_GivenNothingWasDelivered() external {
        uint256 id = _missed();
        uint256 before = usd.balanceOf(reporter);
        vm.expectCall(address(disputeManager), abi.encodeCall(DisputeDouble.applyFault, (_id, _sold, reporter)));
        vm.expectEmit(address(challenges));
        emit IServiceChallenges.ChallengeFaulted(id, provider, 0, FEE);
        vm.prank(stranger);
        challenges.fault(id, _sold);
        assertEq(STAKE - _stake(), PENALTY);
        assertEq(usd.balanceOf(reporter) - before, FEE + PENALTY / 10);
        assertEq(usd.balanceOf(address(challenges)), 0);
        assertEq(bonds.lockOf(challenges.claimIdOf(id)).amount, 0);
        _assertState(id, IServiceChallenges.State.Faulted);
    }

    function test_Fault_GivenItWasDelivered() external {
        _holds.setState(IEscrowRail.HoldState.Delivered);
        uint256 id = _missed();
        vm.expectCall(address(disputeManager), abi.encodeWithSelector(DisputeDouble.applyFault.selector), 0);
        challenges.fault(id, _sold);
        assertEq(STAKE - _stake(), PENALTY);
    }

    function test_Fault_GivenTheRailKeepsNoHolds() external {
        (_sold, _id) = _servedLicense(PRICE);
        _request.licenseId = _id;
        uint256 id = _missed();
        vm.expectCall(address(disputeManager), abi.encodeWithSelector(DisputeDouble.applyFault.selector), 0);
        challenges.fault(id, _sold);
        assertEq(STAKE - _stake(), PENALTY);
    }

    function test_Fault_GivenTheLicenseWasCutOffMeanwhile() external {
        uint256 id = _missed();
        registry.restrictStatus(servedDataset, 1, IDatasetRegistry.Status.Suspended);
        uint256 before = usd.balanceOf(reporter);
        vm.expectEmit(address(challenges));
        emit IServiceChallenges.ChallengeVoided(id, uint8(ILicenseToken.Access.DatasetSuspended), FEE);
        challenges.fault(id, _sold);
        assertEq(usd.balanceOf(reporter) - before, FEE);
        assertEq(_stake(), STAKE);
        assertEq(bonds.lockOf(challenges.claimIdOf(id)).amount, 0);
        _assertState(id, IServiceChallenges.State.Void);
    }

    function test_Fault_GivenTheLicenseExpiredSinceTheDeadline() external {
        uint256 id = _challenge();
        vm.warp(START + DURATION + 1);
        challenges.fault(id, _sold);
        _assertState(id, IServiceChallenges.State.Faulted);
        assertEq(STAKE - _stake(), PENALTY);
    }

    function test_Fault_GivenTheNumbersChangedSince() external {
        uint256 id = _missed();
        IServiceChallenges.Terms memory t = challenges.terms();
        (t.penaltyBps, t.feeBps) = (5000, 1000);
        challenges.setTerms(t);
        challenges.fault(id, _sold);
        assertEq(STAKE - _stake(), PENALTY);
    }

    function test_Fault_GivenTheTokenRefusesTheChallenger() external {
        OddToken odd = new OddToken(6);
        config.setPaymentToken(address(odd), address(0), 0, true);
        odd.mint(buyer, 1000e6);
        vm.startPrank(buyer);
        odd.approve(address(market), type(uint256).max);
        odd.approve(address(challenges), type(uint256).max);
        vm.stopPrank();
        _sold.token = address(odd);
        _open(_sold);
        _id = _buy(_sold);
        _request.licenseId = _id;
        vm.prank(buyer);
        uint256 id = challenges.open(_sold, _request, "", FEE);
        vm.warp(START + WINDOW + 1);
        odd.refuse(buyer, true);
        vm.expectEmit(address(challenges));
        emit ITrustMoney.PayoutDeferred(buyer, address(odd), FEE);
        challenges.fault(id, _sold);
        assertEq(challenges.deferredOf(buyer, address(odd)), FEE);
        _assertState(id, IServiceChallenges.State.Faulted);
    }

    /// @dev Whatever happens, the fee goes to one side in whole, and nothing of it stays.
    function testFuzz_FeeGoesToOneSide(uint40 time, bool answers, uint8 cut) external {
        uint256 id = _challenge();
        vm.warp(START + bound(time, 0, 60 days));
        if (cut % 3 == 1) registry.restrictStatus(servedDataset, 1, IDatasetRegistry.Status.Suspended);
        if (cut % 3 == 2) _holds.freezeLicense(_id, true);
        uint256 before = usd.balanceOf(reporter);
        if (block.timestamp <= START + WINDOW) {
            if (!answers) return;
            _answer(_receiptOf(id));
            assertEq(usd.balanceOf(payout), FEE);
        } else {
            challenges.fault(id, _sold);
            assertGe(usd.balanceOf(reporter) - before, FEE);
            assertEq(usd.balanceOf(payout), 0);
        }
        assertEq(usd.balanceOf(address(challenges)), 0);
        assertEq(bonds.accountOf(provider, address(usd)).locked, 0);
    }

    // ---- governance

    function test_SetTerms_RevertGiven_TheCallerHasNoRole() external {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        IServiceChallenges.Terms memory t = challenges.terms();
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        challenges.setTerms(t);
        vm.expectRevert(refused);
        challenges.stop();
    }

    function _refuseTerms(IServiceChallenges.Terms memory t, bytes32 field, uint256 given) private {
        vm.expectRevert(abi.encodeWithSelector(IServiceChallenges.ServiceChallenges_BadField.selector, field, given));
        challenges.setTerms(t);
    }

    function test_SetTerms_RevertWhen_ATermIsOutOfBoundsOrUnchanged() external {
        IServiceChallenges.Terms memory t = challenges.terms();
        vm.expectRevert(IServiceChallenges.ServiceChallenges_NoChange.selector);
        challenges.setTerms(t);
        t.answerWindow = 1 hours - 1;
        _refuseTerms(t, "answerWindow", 1 hours - 1);
        t.answerWindow = 7 days + 1;
        _refuseTerms(t, "answerWindow", 7 days + 1);
        (t.answerWindow, t.cooldown) = (2 days, 2 days);
        _refuseTerms(t, "cooldown", 2 days);
        t.cooldown = 30 days + 1;
        _refuseTerms(t, "cooldown", 30 days + 1);
        (t.cooldown, t.feeBps) = (30 days, 1001);
        _refuseTerms(t, "feeBps", 1001);
        (t.feeBps, t.feeFloorBps) = (100, 0);
        _refuseTerms(t, "feeFloorBps", 0);
        t.feeFloorBps = 1001;
        _refuseTerms(t, "feeFloorBps", 1001);
        (t.feeFloorBps, t.penaltyBps) = (50, 99);
        _refuseTerms(t, "penaltyBps", 99);
        t.penaltyBps = 5001;
        _refuseTerms(t, "penaltyBps", 5001);
        (t.penaltyBps, t.penaltyFloorBps) = (100, 49);
        _refuseTerms(t, "penaltyFloorBps", 49);
        t.penaltyFloorBps = 5001;
        _refuseTerms(t, "penaltyFloorBps", 5001);
    }

    function test_SetTerms_WhenTermsChange() external {
        IServiceChallenges.Terms memory t = challenges.terms();
        (t.answerWindow, t.cooldown) = (2 days, 4 days);
        (t.feeFloorBps, t.penaltyFloorBps) = (1000, 1000);
        vm.expectEmit(address(challenges));
        emit IServiceChallenges.TermsSet(t);
        challenges.setTerms(t);
        assertEq(abi.encode(challenges.terms()), abi.encode(t));
        (uint128 fee,) = challenges.costOf(_sold);
        assertEq(fee, MINIMUM / 10, "the floor");
        vm.prank(buyer);
        uint256 id = challenges.open(_sold, _request, "", fee);
        assertEq(challenges.challengeOf(id).deadline, START + 2 days);
    }

    function test_SetTerms_WhenChallengesAreStopped() external {
        uint256 id = _challenge();
        challenges.stop();
        assertFalse(challenges.terms().open);
        vm.expectRevert(IServiceChallenges.ServiceChallenges_NoChange.selector);
        challenges.stop();
        _answer(_receiptOf(id));
        _assertState(id, IServiceChallenges.State.Answered);
    }

    /// @dev A live rail that says the license lapsed: the provider owes nothing then.
    function test_Fault_GivenTheLicenseStoppedPaying() external {
        _sold.rail = LIVE_RAIL;
        _open(_sold);
        _id = _buy(_sold);
        _request.licenseId = _id;
        uint256 id = _missed();
        liveRail.setStanding(IPaymentRail.Standing.Lapsed);
        challenges.fault(id, _sold);
        _assertState(id, IServiceChallenges.State.Void);
    }
}
