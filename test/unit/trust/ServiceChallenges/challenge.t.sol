// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IServiceChallenges } from "../../../../contracts/interfaces/trust/IServiceChallenges.sol";
import { AvailabilityReceipt, Messages } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { OddToken } from "../../payments/doubles/OddToken.sol";
import { ChallengeFixture } from "../ChallengeFixture.sol";
import { Trees } from "../Trees.sol";

/// @notice Challenges, opened and answered.
contract ServiceChallengesTest is ChallengeFixture {
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
}
