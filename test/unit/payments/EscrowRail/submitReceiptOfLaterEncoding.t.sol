// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { DeliveryReceipt, EncodingRequest, Messages } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract SubmitReceiptOfLaterEncodingTest is EscrowTest {
    Offer private _sold;
    uint256 private _licenseId;

    function setUp() public override {
        super.setUp();
        _sold = _offer();
        _licenseId = _held(_sold);
        _addEncoding(seller, datasetId, 2);
    }

    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        DeliveryReceipt memory receipt = _later();
        EncodingRequest memory request = _request(_licenseId, 2);
        bytes memory signature = _signed(receipt);
        bytes memory asked = _sign(buyerKey, Messages.hash(request));
        vm.expectRevert(_wrongOffer(_licenseId, _sold));
        escrow.submitReceiptOfLaterEncoding(_licenseId, _altered(_sold), receipt, signature, request, asked);
    }

    function test_RevertWhen_TheRequestIsOfAnotherLicenseAnotherVersionOrNoLaterEncoding() external {
        EncodingRequest memory request = _request(_licenseId + 1, 2);
        _expectRefused(_later(), request, buyerKey, _wrongReceipt(_licenseId, "request.licenseId"));
        request = _request(_licenseId, 2);
        request.version = 2;
        _expectRefused(_later(), request, buyerKey, _wrongReceipt(_licenseId, "request.version"));
        request = _request(_licenseId, 1);
        _expectRefused(_receipt(_licenseId), request, buyerKey, _wrongReceipt(_licenseId, "request.encoding"));
    }

    function test_RevertWhen_AnotherThanTheHolderAsked() external {
        bytes memory reason = abi.encodeWithSelector(IEscrowRail.EscrowRail_BadSignature.selector, buyer);
        _expectRefused(_later(), _request(_licenseId, 2), carolKey, reason);
    }

    function test_RevertWhen_TheReceiptIsOfAnotherEncodingThanAskedFor() external {
        _expectRefused(_receipt(_licenseId), _request(_licenseId, 2), buyerKey, _wrongReceipt(_licenseId, "encoding"));
    }

    function test_WhenTheHolderAskedForTheEncodingThatWasServed() external {
        DeliveryReceipt memory receipt = _later();
        EncodingRequest memory request = _request(_licenseId, 2);
        bytes memory signature = _signed(receipt);
        bytes memory asked = _sign(buyerKey, Messages.hash(request));
        vm.expectEmit(address(escrow));
        emit IEscrowRail.DeliveryRecorded(_licenseId, provider, Messages.hash(receipt), 10, START + WINDOW);
        escrow.submitReceiptOfLaterEncoding(_licenseId, _sold, receipt, signature, request, asked);
        _assertState(_licenseId, IEscrowRail.HoldState.Delivered);
    }

    function _later() private view returns (DeliveryReceipt memory receipt) {
        receipt = _receipt(_licenseId);
        receipt.encoding = 2;
        receipt.encodingRoot = _encodingRoot(datasetId, 2);
    }

    function _expectRefused(
        DeliveryReceipt memory receipt,
        EncodingRequest memory request,
        uint256 key,
        bytes memory reason
    )
        private
    {
        bytes memory signature = _signed(receipt);
        bytes memory asked = _sign(key, Messages.hash(request));
        vm.expectRevert(reason);
        escrow.submitReceiptOfLaterEncoding(_licenseId, _sold, receipt, signature, request, asked);
    }
}
