// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { DeliveryReceipt, Messages } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract SubmitReceiptTest is EscrowTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        bytes memory signature = _signed(receipt);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        escrow.submitReceipt(licenseId, _altered(offer), receipt, signature);
    }

    function test_RevertGiven_TheHoldIsNeitherHeldNorWithdrawing() external {
        Offer memory offer = _offer();
        IEscrowRail.HoldState[4] memory states = [
            IEscrowRail.HoldState.Delivered,
            IEscrowRail.HoldState.Contested,
            IEscrowRail.HoldState.Released,
            IEscrowRail.HoldState.Refunded
        ];
        for (uint256 i = 0; i < states.length; ++i) {
            uint256 licenseId = _inState(offer, states[i]);
            _expectRefused(licenseId, offer, _receipt(licenseId), _wrongState(licenseId, states[i]));
        }
    }

    function test_RevertWhen_TheReceiptComesAfterTheSlaDeadline() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        vm.warp(START + SLA + 1);
        _expectRefused(licenseId, offer, receipt, _tooLate(licenseId, START + SLA));
    }

    function test_RevertWhen_TheReceiptsOwnDeadlineHasPassed() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        receipt.deadline = START + 1 hours;
        vm.warp(START + 1 hours + 1);
        _expectRefused(licenseId, offer, receipt, _tooLate(licenseId, START + 1 hours));
    }

    function test_RevertWhen_AFieldOfTheReceiptDoesNotFit() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        receipt.licenseId += 1;
        _expectField(licenseId, offer, receipt, "licenseId");
        receipt = _receipt(licenseId);
        receipt.datasetId += 1;
        _expectField(licenseId, offer, receipt, "datasetId");
        receipt = _receipt(licenseId);
        receipt.version += 1;
        _expectField(licenseId, offer, receipt, "version");
        receipt = _receipt(licenseId);
        receipt.encoding += 1;
        _expectField(licenseId, offer, receipt, "encoding");
        receipt = _receipt(licenseId);
        receipt.encodingRoot = 0;
        _expectField(licenseId, offer, receipt, "encodingRoot");
        receipt = _receipt(licenseId);
        receipt.servedRoot = 0;
        _expectField(licenseId, offer, receipt, "servedRoot");
        receipt = _receipt(licenseId);
        receipt.chunks = 0;
        _expectField(licenseId, offer, receipt, "chunks");
    }

    function test_RevertWhen_TheTimeOfDeliveryDoesNotFit() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        receipt.servedUntil = START + 1;
        _expectField(licenseId, offer, receipt, "servedUntil");
        (receipt.servedFrom, receipt.servedUntil) = (START - 2, START - 1);
        _expectField(licenseId, offer, receipt, "servedUntil");
        (receipt.servedFrom, receipt.servedUntil) = (START + 1, START);
        _expectField(licenseId, offer, receipt, "servedFrom");
    }

    function test_RevertWhen_AnotherThanTheProviderSigned() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        bytes memory signature = _sign(sellerKey, Messages.hash(receipt));
        vm.expectRevert(abi.encodeWithSelector(IEscrowRail.EscrowRail_BadSignature.selector, provider));
        escrow.submitReceipt(licenseId, offer, receipt, signature);
        signature = _signed(receipt);
        receipt.chunks += 1;
        vm.expectRevert(abi.encodeWithSelector(IEscrowRail.EscrowRail_BadSignature.selector, provider));
        escrow.submitReceipt(licenseId, offer, receipt, signature);
    }

    function testFuzz_WhenTheReceiptCounts(uint40 served, uint40 submitted, address caller) external {
        vm.assume(caller.code.length == 0);
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        submitted = uint40(bound(submitted, START, START + SLA));
        DeliveryReceipt memory receipt = _receipt(licenseId);
        receipt.servedUntil = uint40(bound(served, START, submitted));
        bytes memory signature = _signed(receipt);
        vm.warp(submitted);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.DeliveryRecorded(licenseId, provider, Messages.hash(receipt), 10, submitted + WINDOW);
        vm.prank(caller);
        escrow.submitReceipt(licenseId, offer, receipt, signature);
        _assertState(licenseId, IEscrowRail.HoldState.Delivered);
        assertEq(escrow.holdOf(licenseId).deadline, submitted + WINDOW, "window");
        vm.warp(START + SLA + 1);
        vm.expectRevert(_wrongState(licenseId, IEscrowRail.HoldState.Delivered));
        escrow.refundUndelivered(licenseId, offer);
    }

    function test_GivenADisputeFrozeTheMoneyBeforeTheReceipt() external {
        Offer memory offer = _offer();
        uint256 licenseId = _held(offer);
        _freeze(licenseId);
        _submit(licenseId, offer, _receipt(licenseId));
        _assertState(licenseId, IEscrowRail.HoldState.Delivered);
        assertTrue(escrow.holdOf(licenseId).frozen, "still frozen");
    }

    function test_RevertWhen_TheDeliveryCameAfterTheRequest() external {
        Offer memory offer = _offer();
        uint256 licenseId = _withdrawing(offer);
        vm.warp(START + 1);
        _expectField(licenseId, offer, _receipt(licenseId), "servedUntil");
    }

    function test_RevertWhen_TheObjectionWindowIsOver() external {
        Offer memory offer = _offer();
        uint256 licenseId = _withdrawing(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        vm.warp(START + OBJECTION + 1);
        _expectRefused(licenseId, offer, receipt, _tooLate(licenseId, START + OBJECTION));
    }

    function test_RevertWhen_TheRequestItselfCameAfterTheSlaDeadline() external {
        Offer memory offer = _offer();
        IEscrowRail.EscrowTerms memory t = _escrowTerms();
        (t.sla, t.coolingOff) = (1 days, 3 days);
        offer.railTerms = escrow.packTerms(t);
        uint256 licenseId = _held(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        vm.warp(START + 1 days + 1);
        vm.prank(buyer);
        escrow.requestWithdrawal(licenseId, offer);
        _expectRefused(licenseId, offer, receipt, _tooLate(licenseId, START + 1 days));
    }

    function test_WhenTheDeliveryCameBeforeTheRequest() external {
        Offer memory offer = _offer();
        IEscrowRail.EscrowTerms memory t = _escrowTerms();
        t.sla = 1 days;
        offer.railTerms = escrow.packTerms(t);
        uint256 licenseId = _held(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        vm.warp(START + 1 days);
        vm.prank(buyer);
        escrow.requestWithdrawal(licenseId, offer);
        vm.warp(START + 1 days + OBJECTION);
        _submit(licenseId, offer, receipt);
        _assertState(licenseId, IEscrowRail.HoldState.Delivered);
        assertEq(escrow.holdOf(licenseId).requestedAt, 0, "no request left");
        assertEq(
            uint8(licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Granted), "access"
        );
    }

    function _expectField(
        uint256 licenseId,
        Offer memory offer,
        DeliveryReceipt memory receipt,
        bytes32 field
    )
        private
    {
        _expectRefused(licenseId, offer, receipt, _wrongReceipt(licenseId, field));
    }

    function _expectRefused(
        uint256 licenseId,
        Offer memory offer,
        DeliveryReceipt memory receipt,
        bytes memory reason
    )
        private
    {
        bytes memory signature = _signed(receipt);
        vm.expectRevert(reason);
        escrow.submitReceipt(licenseId, offer, receipt, signature);
    }
}
